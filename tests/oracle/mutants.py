"""Servers that break one promise each: the mock with its answers or one of its rules changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Change = Callable[[Any], Any]
"""Takes the JSON of an answer and gives what is answered instead."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """Breaks `id`, in the answers to `method` and `path` that have one of the statuses."""

    id: str
    change: Change
    path: str = r".*"
    method: str = "GET|POST"
    statuses: tuple[int, ...] = (200, 201)
    status: int | None = None


class Tampered:
    """An ASGI application whose answers are changed on their way out."""

    def __init__(self, app: Any, mutant: Mutant) -> None:
        self.app = app
        self.mutant = mutant

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        mutant = self.mutant
        meant = re.fullmatch(mutant.path, scope["path"]) and re.fullmatch(mutant.method, scope["method"])
        if not meant:
            await self.app(scope, receive, send)
            return
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        if start["status"] in mutant.statuses:
            body = json.dumps(mutant.change(json.loads(body))).encode()
            start = {**start, "status": mutant.status or start["status"]}
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value`."""
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inside)


def each(key: str, change: Callable[[dict[str, Any]], object]) -> Change:
    """Changes every object that has `key`."""

    def changed(body: Any) -> Any:
        for one in objects(body):
            if key in one:
                change(one)
        return body

    return changed


def setting(key: str, value: Any) -> Change:
    """Puts `value`, or what it makes of the old one, under every `key`."""
    return each(key, lambda one: one.update({key: value(one[key]) if callable(value) else value}))


def everywhere(pattern: str, replacement: str) -> Change:
    return lambda body: json.loads(re.sub(pattern, replacement, json.dumps(body)))


BATCH = r"/vec/business/batches"
ONE_BATCH = r"/vec/business/batches(/[^/]+)?"
TEMPLATES = r"/vec/business/certificate-templates"
CERTIFICATES = r"/vec/business/certificates"
USERS = r"/vec/business/user-management/users"
EVENT = r"/certifiqi/batch_group/.*"
EVENTS = r"/certifiqi/batch_group"
UPLOAD = r"/certifiqi/document"
WEBHOOK = r"/certifiqi/webhook/.*"


def _count_one_more(batch: dict[str, Any]) -> None:
    batch["processed_certificates"] = batch["total_certificates"] + 1


def _finish(batch: dict[str, Any]) -> None:
    batch["status"] = "completed"


def _begin_pages_at_0(meta: dict[str, Any]) -> None:
    meta["from"] = (meta["from"] or 1) - 1


def _sign_without_quorum(group: dict[str, Any]) -> None:
    group["signature_status"] = "signed"


def _sign_while_pending(signer: dict[str, Any]) -> None:
    signer["signature_timestamp"] = "2025-01-01 00:00:00"


ANSWERS: tuple[Mutant, ...] = (
    Mutant("VEC-AUTH-01", lambda _: {"message": "no"}, path=USERS, status=403),
    Mutant("VEC-AUTH-02", setting("message", "Unauthenticated."), path=BATCH, method="POST", statuses=(401,)),
    Mutant("VEC-AUTH-03", lambda body: body, path=BATCH, method="GET", statuses=(401,), status=403),
    Mutant("VEC-AUTH-05", setting("message", "No."), path=BATCH, statuses=(403,)),
    Mutant("VEC-AUTH-06", setting("required_permission", ""), path=BATCH, statuses=(403,)),
    Mutant(
        "VEC-AUTH-08", lambda body: {"message": body["message"]}, path=TEMPLATES + r"/.*", statuses=(403,)
    ),
    Mutant("VEC-BATCH-01", lambda body: body, path=BATCH, method="POST", statuses=(201,), status=200),
    Mutant("VEC-BATCH-02", everywhere("The name field", "A name"), path=BATCH, statuses=(422,)),
    Mutant(
        "VEC-BATCH-03", each("progress", lambda one: one.update(name="A batch")), path=BATCH, method="POST"
    ),
    Mutant(
        "VEC-BATCH-04",
        everywhere("template id is invalid", "template is unknown"),
        path=BATCH,
        statuses=(422,),
    ),
    Mutant(
        "VEC-BATCH-09",
        each("progress", lambda one: one["template"].update(id=one["id"])),
        path=BATCH,
        method="POST",
    ),
    Mutant("VEC-BATCH-10", each("processed_certificates", _count_one_more), path=ONE_BATCH),
    Mutant(
        "VEC-BATCH-11", each("progress", lambda one: one.update(processed_certificates=0)), path=ONE_BATCH
    ),
    Mutant("VEC-BATCH-13", everywhere(r"000000Z", "000000-03:00"), path=ONE_BATCH),
    Mutant("VEC-BATCH-15", setting("updated_at", "2001-01-01T00:00:00.000000Z"), path=ONE_BATCH),
    Mutant("VEC-BATCH-20", setting("created_at", "2001-01-01T00:00:00.000000Z"), path=BATCH + r"/[^/]+"),
    Mutant("VEC-BATCH-21", lambda body: {"data": body}, path=BATCH + r"/[^/]+/status"),
    Mutant("VEC-BATCH-22", setting("total_certificates", 7), path=BATCH + r"/[^/]+/status"),
    Mutant("VEC-CSV-01", lambda body: body, path=BATCH, method="POST", statuses=(422,), status=400),
    Mutant("VEC-CSV-08", setting("email", "nobody@example.com"), path=CERTIFICATES),
    Mutant("VEC-LIFECYCLE-02", each("progress", _finish), path=ONE_BATCH),
    Mutant("VEC-LIFECYCLE-05", setting("progress", 101), path=ONE_BATCH),
    Mutant("VEC-LIFECYCLE-08", setting("completion_date", "2030-01-01T00:00:00.000000Z"), path=ONE_BATCH),
    Mutant("VEC-ERROR-01", each("errors", lambda one: one.update(errors={})), path=BATCH, statuses=(422,)),
    Mutant("VEC-ERROR-02", setting("message", "Invalid."), path=BATCH, statuses=(422,)),
    Mutant("VEC-ERROR-04", everywhere(r"signatories\.(\d)", r"signatories[\1]"), path=BATCH, statuses=(422,)),
    Mutant("VEC-ERROR-08", setting("error", "not_found"), path=BATCH + r"/.*", statuses=(404,)),
    Mutant("VEC-TEMPLATE-01", setting("requires_signature_setup", value=False)),
    Mutant("VEC-TEMPLATE-02", setting("signatory_fields", []), path=TEMPLATES),
    Mutant(
        "VEC-TEMPLATE-07",
        each("signatory_fields", lambda one: one.update(fabric_json={})),
        path=TEMPLATES + r"/.*",
    ),
    Mutant("VEC-LIST-01", setting("per_page", 20), path=USERS),
    Mutant("VEC-LIST-03", setting("prev", "https://example.com"), path=USERS),
    Mutant("VEC-LIST-04", each("from", _begin_pages_at_0), path=USERS),
    Mutant("VEC-CERTIFICATE-08", setting("reference_id", "another"), path=CERTIFICATES + r"/.*"),
    Mutant("VEC-CERTIFICATE-10", setting("email", "nobody"), path=CERTIFICATES),
    Mutant("VEC-USER-01", lambda body: {"data": body["user"]}, path=USERS + r"/.*"),
    Mutant("VEC/getBatch", setting("status", "done"), path=BATCH + r"/[^/]+"),
    Mutant("CERTIFIQI-EVENT-01", lambda body: {"data": body}, path=EVENT),
    Mutant("CERTIFIQI-EVENT-05", setting("total_value", "much"), path=EVENT),
    Mutant("CERTIFIQI-EVENT-15", setting("created_at", "2023-05-15T23:54:35Z"), path=EVENT),
    Mutant("CERTIFIQI-PARTY-06", each("role", lambda one: one.update(name=one["name"].strip())), path=EVENT),
    Mutant("CERTIFIQI-GROUP-02", each("signers", _sign_without_quorum), path=EVENT),
    Mutant("CERTIFIQI-SIGNER-06", each("signature_timestamp", _sign_while_pending), path=EVENT),
    Mutant("CERTIFIQI-DOCUMENT-05", setting("document_key", 7), path=EVENT),
    Mutant("CERTIFIQI-DOCUMENT-07", setting("signed_file_url", "https://example.com/a"), path=EVENT),
    Mutant("CERTIFIQI-STATE-01", setting("internal_status", "finished"), path=EVENT),
    Mutant(
        "CERTIFIQI-STATE-05", each("role", lambda one: one.update(signature_status="pending")), path=EVENT
    ),
    Mutant("CERTIFIQI-STATE-09", setting("all_files_url", ""), path=EVENT),
    Mutant(
        "CERTIFIQI-STATE-11",
        each("internal_status", lambda one: one.update(signature_status="pending")),
        path=EVENT,
    ),
    Mutant("CERTIFIQI-STATE-12", setting("signature_status", "pending"), path=EVENT),
    Mutant("CERTIFIQI-UPLOAD-12", setting("description", "No."), path=UPLOAD, statuses=(400,)),
    Mutant("CERTIFIQI-URL-07", setting("document_key", "another"), path=UPLOAD + "/.*/url"),
    Mutant("CERTIFIQI-ZIP-01", setting("all_files_url", ""), path=EVENT + "/url"),
    Mutant("CERTIFIQI-SEND-01", lambda _: {"sent": True}, path=EVENT + "/send_to_signature", method="PUT"),
    Mutant(
        "CERTIFIQI-CANCEL-02", setting("batch_group_key", "another"), path=EVENT + "/cancel.*", method="PUT"
    ),
    Mutant("CERTIFIQI-WEBHOOK-03", setting("notification_body", lambda body: {"data": body}), path=WEBHOOK),
    Mutant("CERTIFIQI-CREATE-01", lambda body: body, path=EVENTS, status=201),
    Mutant(
        "CERTIFIQI-CREATE-03", setting("batch_group_key", "c0394fb2-34f6-4d70-be70-776022fe15b8"), path=EVENTS
    ),
    Mutant("CERTIFIQI-CREATE-05", setting("total_value", int), path=EVENT),
    Mutant("CERTIFIQI-CREATE-13", setting("is_group_mandatory", value=True), path=EVENT),
    Mutant("CERTIFIQI-ERROR-01", lambda body: body, path=EVENTS, statuses=(400,), status=500),
    Mutant("CERTIFIQI-ERROR-03", lambda body: body, path=EVENTS, statuses=(406,), status=401),
    Mutant("CERTIFIQI-ERROR-04", lambda body: body, path=EVENT, statuses=(404,), status=400),
)


def forgiving(original: Callable[..., Any], ending: str) -> Callable[..., Any]:
    """A rule that takes errors as its last argument, without those whose text has this ending."""

    def rule(*arguments: Any) -> Any:
        found = original(*arguments)
        errors = arguments[-1]
        for field in [field for field, texts in errors.items() if texts[-1].endswith(ending)]:
            del errors[field]
        return found

    return rule


FORGIVEN: Mapping[str, str] = {
    "VEC-SIGNATORY-04": "must start from 1.",
    "VEC-SIGNATORY-05": "without gaps.",
    "VEC-SIGNATORY-06": "without gaps.",
    "VEC-SIGNATORY-09": "has no signature uploaded.",
    "VEC-SIGNATORY-10": "is an archived user.",
    "VEC-SIGNATORY-11": "user_uuid is invalid.",
    "VEC-SIGNATORY-12": "must be a valid UUID.",
}
"""What a rule of signatories says, by the promise that is broken without it."""
