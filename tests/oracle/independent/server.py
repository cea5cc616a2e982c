"""A second implementation of what the two seed pages say, written from those pages alone.

It shares nothing with Sealbox and reads everything that the pages leave open in its own way: a batch is made
while the client waits, so its 201 already says `completed`, as the page's example does.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request

EMAIL, NAME, ISSUED = "RecipientsEmail", "RecipientsName", "IssueDate"
TOKENS = {"second-full": True, "second-no-permissions": False}
"""Whether the holder may create batches."""

ABLE, OTHER_ABLE, ARCHIVED, UNSIGNED = (f"5d0f3c1e-0000-4000-9000-00000000000{n}" for n in range(1, 5))
USERS: Mapping[str, tuple[bool, bool]] = {
    ABLE: (True, False),
    OTHER_ABLE: (True, False),
    ARCHIVED: (True, True),
    UNSIGNED: (False, False),
}
"""Whether a signature is uploaded, and whether the user is archived."""

PLAIN, SIGNED, DEFAULTS = (f"7be0a5d2-0000-4000-9000-00000000000{n}" for n in range(1, 4))
FIELDS: Mapping[str, list[str]] = {
    PLAIN: [],
    SIGNED: ["signatory_1", "signatory_2"],
    DEFAULTS: ["signatory_1"],
}
SIGNATORY = re.compile(r"signatories\[(\d+)\]\[(user_uuid|index)\]")
EPOCH = "2025-02-17T04:05:07.000000Z"

Errors = dict[str, list[str]]


# -------------------------------------------------------------------- VEC: Create a new batch


async def create_batch(request: Request) -> Response:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token not in TOKENS:
        return JSONResponse({"message": "Unauthorized - Invalid API token"}, 401)
    if not TOKENS[token]:
        refusal = {"message": "Forbidden - Insufficient permissions", "required_permission": "batches:view"}
        return JSONResponse(refusal, 403)
    text, content = await fields(request)
    errors = missing(text)
    rows = read_rows(content, errors)
    check_signatories(text, errors)
    if errors:
        return refused(errors)
    return JSONResponse({"data": batch(text["name"], text["template_id"], len(rows))}, 201)


async def fields(request: Request) -> tuple[dict[str, str], bytes | None]:
    """The texts of the form, and the CSV file. What is no form has neither."""
    try:
        async with request.form() as form:
            text = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            upload = form.get("csv_file")
            return text, await upload.read() if isinstance(upload, UploadFile) else None
    except HTTPException:
        return {}, None


def refused(errors: Errors) -> Response:
    messages = [message for one in errors.values() for message in one]
    more = len(messages) - 1
    said = f"{messages[0]} (and {more} more error{'s' if more > 1 else ''})" if more else messages[0]
    return JSONResponse({"message": said, "errors": errors}, 422)


def missing(text: Mapping[str, str]) -> Errors:
    errors: Errors = {}
    if not text.get("name", "").strip():
        errors["name"] = ["The name field is required."]
    if not text.get("template_id"):
        errors["template_id"] = ["The template id field is required."]
    elif text["template_id"] not in FIELDS:
        errors["template_id"] = ["The selected template id is invalid."]
    return errors


def read_rows(content: bytes | None, errors: Errors) -> list[dict[str, str]]:
    if content is None:
        errors["csv_file"] = ["The csv file field is required."]
        return []
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        headers, rows = reader.fieldnames or [], list(reader)
    except (UnicodeDecodeError, csv.Error):
        errors["csv_file"] = ["The csv file cannot be read."]
        return []
    absent = [name for name in (EMAIL, NAME) if name not in headers]
    if absent:
        errors["csv_file"] = [f"The csv file has no {name} header." for name in absent]
    if any(row.get(ISSUED) and not is_date(row[ISSUED]) for row in rows):
        errors["csv_file"] = ["An IssueDate is not written DD-MM-YYYY."]
    return rows


def is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%d-%m-%Y").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def check_signatories(text: Mapping[str, str], errors: Errors) -> None:
    entries: dict[int, dict[str, str]] = {}
    for name, value in text.items():
        if found := SIGNATORY.fullmatch(name):
            entries.setdefault(int(found[1]), {})[found[2]] = value
    template = text.get("template_id", "")
    if not entries:
        if FIELDS.get(template) and template != DEFAULTS:
            errors["signatories"] = ["The signatories field is required for this template."]
        return
    users = [entry.get("user_uuid", "") for entry in entries.values()]
    if len(set(users)) < len(users):
        errors["signatories"] = ["The same signatory cannot be assigned to multiple positions."]
    errors.update((name, [message]) for name, message in bad_entries(entries))


def bad_entries(entries: Mapping[int, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    indices = {
        position: int(entry["index"]) if entry.get("index", "").isdecimal() else -1
        for position, entry in entries.items()
    }
    wanted = 1
    for position, index in sorted(indices.items(), key=lambda pair: pair[1]):
        if index != wanted:
            first = "Signatory indices must start from 1."
            later = "Signatory indices must be sequential starting from 1 without gaps."
            yield f"signatories.{position}.index", first if wanted == 1 else later
        wanted = index + 1 if index == wanted else wanted + 1
    for position, entry in entries.items():
        has_signature, is_archived = USERS.get(entry.get("user_uuid", ""), (False, True))
        if not has_signature or is_archived:
            yield f"signatories.{position}.user_uuid", "This user cannot sign."


def batch(name: str, template: str, total: int) -> dict[str, Any]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: TID251, no sandbox here
    return {
        "id": str(uuid.uuid4()),  # noqa: TID251, as above
        "name": name,
        "status": "completed",
        "template_id": template,
        "total_certificates": total,
        "processed_certificates": total,
        "failed_certificates": 0,
        "progress": 100,
        "completion_date": now,
        "created_at": now,
        "updated_at": now,
        "template": template_in_full(template),
        "requires_signatures": bool(FIELDS[template]),
        "requires_my_signature": False,
    }


def template_in_full(template: str) -> dict[str, Any]:
    has_defaults = template == DEFAULTS
    shown: dict[str, Any] = {
        "id": template,
        "institution_id": 3,
        "name": "Certificate",
        "screenshot": "https://vec.example.com/storage/certificate_templates/1.png",
        "has_signatures": bool(FIELDS[template]),
        "has_default_signatories": has_defaults,
        "requires_signature_setup": bool(FIELDS[template]) and not has_defaults,
        "signatory_fields": FIELDS[template],
        "created_at": EPOCH,
        "updated_at": EPOCH,
    }
    if has_defaults:
        user = {
            "id": 3,
            "uuid": ABLE,
            "first_name": "Ana",
            "last_name": "Example",
            "email": "ana@example.com",
        }
        signs_as = {"signatory_name": "Ana Example", "signatory_designation": "Dean"}
        place = {"id": 1, "signatory_index": 1, "institution_user_id": 3, "auto_approve": False}
        shown["default_signatories"] = [
            {**place, "display_name": "Ana Example", "designation": "Dean", "user": {**user, **signs_as}}
        ]
    return shown


# -------------------------------------------------------------------- CertifiQI: Check Signing Event


def events() -> dict[str, dict[str, Any]]:
    """The event of the page, and what it looks like once somebody and once everybody has signed."""
    page = files(__package__).joinpath("event.yaml").read_text(encoding="utf-8")
    begun, signed = (json.loads(json.dumps(yaml.safe_load(page))) for _ in range(2))
    begun["batch_group_key"] = "c0394fb2-34f6-4d70-be70-000000000002"
    group = begun["batches"][0]["related_parties"][0]["signer_groups"][0]
    group["signers"].append({**group["signers"][0], "id": 65063, "name": "Zoë Example"})
    group["minimum_required_signers"] = 2
    sign(group["signers"][0])
    signed["batch_group_key"] = "c0394fb2-34f6-4d70-be70-000000000003"
    signed["all_files_url"] = "https://certifiqi.example.com/files/3.zip"
    party = signed["batches"][0]["related_parties"][0]
    sign(party["signer_groups"][0]["signers"][0])
    for part in (party["signer_groups"][0], party, signed["batches"][0], signed):
        part["signature_status"] = "signed"
    document = signed["batches"][0]["documents"][0]
    document |= {"status": "signed", "signed_file_url": "https://certifiqi.example.com/files/3.pdf"}
    return {event["batch_group_key"]: event for event in (yaml.safe_load(page), begun, signed)}


def sign(signer: dict[str, Any]) -> None:
    signer |= {"signature_status": "signed", "signature_timestamp": "2023-05-16 10:00:00"}


async def read_event(request: Request) -> Response:
    event = request.app.state.events.get(request.path_params["key"])
    return JSONResponse(event) if event else JSONResponse({"title": "Not Found"}, 404)


def app() -> Starlette:
    routes = [
        Route("/vec/business/batches", create_batch, methods=["POST"]),
        Route("/certifiqi/batch_group/{key}", read_event),
    ]
    made = Starlette(routes=routes)
    made.state.events = events()
    return made
