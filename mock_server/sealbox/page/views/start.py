"""First steps, as long as nobody has asked for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.auth import credential_header

if TYPE_CHECKING:
    from . import Looking

TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"

UPLOAD = r"""printf 'RecipientsEmail,RecipientsName\nana@example.com,Ana Lima\n' | \
curl {base}/vec/business/batches -H '{header}' \
  -F name='Class of 2025' -F template_id={template} \
  -F 'csv_file=@-;filename=recipients.csv;type=text/csv'"""
ADVANCE = r"""curl -X POST '{base}/_sandbox/clock/advance?tenant={tenant}' \
  -H 'Content-Type: application/json' -d '{{"until": "idle"}}'"""


async def view(looking: Looking) -> dict[str, Any]:
    sandbox = looking.sandbox
    if len(sandbox.journal) or sandbox.journal.dropped or sandbox.timeline.count:
        return {"steps": []}
    headers = {
        api: credential_header(api, next(iter(world.callers))) for api, world in sandbox.worlds.items()
    }
    upload = UPLOAD.format(base=looking.base, header=headers["vec"], template=TEMPLATE)
    look = f"curl {looking.base}/certifiqi/batch_group/{EVENT} -H '{headers['certifiqi']}'"
    advance = ADVANCE.format(base=looking.base, tenant=looking.asked.tenant)
    return {
        "steps": [
            ("Upload a list: it becomes a batch of certificates", upload),
            ("Look at a signing event", look),
            ("Let time pass until nothing more happens", advance),
        ]
    }
