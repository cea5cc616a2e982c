"""The request as it is meant, in the language of whoever sent it. Credentials come from the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sealbox.doctor.addresses import FORM, JSON

from . import dotnet, go, java, javascript, php, python, ruby, shell
from .dialect import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealbox.contract.operations import Operation
    from sealbox.doctor.case import Case
    from sealbox.doctor.model import Client
    from sealbox.doctor.wire import Part

    from .dialect import Dialect

DIALECTS: Final[dict[str, Dialect]] = (
    shell.DIALECTS
    | python.DIALECTS
    | javascript.DIALECTS
    | php.DIALECTS
    | java.DIALECTS
    | dotnet.DIALECTS
    | go.DIALECTS
    | ruby.DIALECTS
)

# For clients without a dialect of their own; for other languages curl.
OF_LANGUAGE: Final = {
    "Python": "requests",
    "JavaScript": "Node fetch",
    "PHP": "PHP curl",
    "Java": "OkHttp",
    "Kotlin": "OkHttp",
    "C#": ".NET HttpClient",
    "Go": "Go net/http",
    "Ruby": "Net::HTTP",
}

UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
SAFE_PATH: Final = re.compile(r"[\w/.-]{1,300}", re.ASCII)

UNSIGNED_TEMPLATE: Final = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"  # of the world: it needs no signatories
SIGNED_TEMPLATE: Final = "9e3b101f-c264-4f97-945f-20dfa7163768"  # documented: it needs one
SIGNATORY: Final = "66c9c977-f379-4692-9d5c-f989c17543ee"  # documented
MOST_SIGNATORIES: Final = 3

FILES: Final = {
    "createBatch": ("recipients.csv", "text/csv"),
    "uploadDocument": ("document.pdf", "application/pdf"),
    "uploadTradeBills": ("titles.rem", "text/plain"),
}
FIELDS: Final = {
    "uploadDocument": (("control_number", "999"),),
    "uploadTradeBills": (
        ("assignor_address", "Rua"),
        ("assignor_address_number", "1111"),
        ("assignor_city", "Campinas"),
        ("assignor_state", "SP"),
        ("assignor_CEP", "01000-000"),
        ("assignor_neighborhood", "Centro"),
    ),
}


def dialect(client: Client | None) -> Dialect:
    """The client's own, else its language's, else curl's."""
    if client is None:
        return shell.CURL
    name = client.name if client.name in DIALECTS else OF_LANGUAGE.get(client.language, "curl")
    return DIALECTS[name]


def snippet(case: Case) -> str:
    """What was meant: ids that were sent are kept, everything else is the documented or a made-up value."""
    speaks, request, operation = dialect(case.client), _request(case), case.operation
    if operation.takes == FORM:
        return speaks.form_of(request)
    if operation.takes == JSON:
        return speaks.json_of(request)
    return speaks.plain_of(request)


def _request(case: Case) -> Request:
    operation, api = case.operation, case.api
    path = case.path if SAFE_PATH.fullmatch(case.path) else operation.path
    file, media_type = FILES.get(operation.id, ("", ""))
    return Request(
        method=operation.method,
        path=re.sub(r"\{\w+\}", "ID", path),
        url=api.url,
        token=api.token,
        header=api.header,
        scheme=api.scheme,
        fields=_fields(operation, case.wire.parts),
        file_field=operation.file,
        file=file,
        media_type=media_type,
    )


def _fields(operation: Operation, parts: Sequence[Part]) -> tuple[tuple[str, str], ...]:
    if operation.id != "createBatch":
        return FIELDS.get(operation.id, ())
    sent = [(part.name, part.content.decode("latin-1").strip()) for part in parts]
    given = [text for name, text in sent if name.startswith("signatories")]
    users = list(dict.fromkeys(UUID.findall("\n".join(given))))[:MOST_SIGNATORIES]
    if given and not users:
        users = [SIGNATORY]
    template = UUID.fullmatch(dict(sent).get("template_id", ""))
    plain = SIGNED_TEMPLATE if users else UNSIGNED_TEMPLATE
    fields = [("name", "Class of 2025"), ("template_id", template[0] if template else plain)]
    for number, user in enumerate(users):
        fields.append((f"signatories[{number}][user_uuid]", user))
        fields.append((f"signatories[{number}][index]", str(number + 1)))
    return tuple(fields)
