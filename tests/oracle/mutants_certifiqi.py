"""Defects of CertifiQI's answers, files and webhooks."""

from __future__ import annotations

import json
from typing import Any

from tests.oracle.mutants import (
    Mixed,
    Mutant,
    Repeated,
    Where,
    answers,
    asked,
    each,
    everywhere,
    objects,
    same,
    setting,
    without,
)

EVENTS = r"/certifiqi/batch_group"
EVENT = EVENTS + r"/[^/]+"
ANY = EVENTS + r"/.*"
URLS = EVENT + "/url"
SEND = EVENT + "/send_to_signature"
CANCEL = EVENT + "/cancel_signature"
UPLOAD = r"/certifiqi/document"
DOCUMENT = UPLOAD + r"/[^/]+/url"
BILLS = r"/certifiqi/certifier/document/trade_bill/asynchronous"
ZIP = r"/certifiqi/certifier/zip_file/.*"
WEBHOOK = r"/certifiqi/webhook/.*"
STORAGE = r"/certifiqi/storage/.*"
DOCUMENTED = "c0394fb2-34f6-4d70-be70-776022fe15b8"


def _of(holder: str, **values: Any) -> Any:
    """Sets values in the parts that have the key `holder`: role of a party, signers of a group ..."""

    def change(one: dict[str, Any]) -> None:
        one.update({key: value(one[key]) if callable(value) else value for key, value in values.items()})

    return each(holder, change)


def _signed_once(body: Any) -> Any:
    """Everything above a signer who has signed is signed."""
    if any(one.get("signature_status") == "signed" for one in objects(body) if "document_number" in one):
        for one in objects(body):
            if "signature_status" in one and "document_number" not in one and "signature_type" not in one:
                one["signature_status"] = "signed"
    return body


def _first_document(body: Any) -> Any:
    return each("related_parties", lambda one: one.update(documents=one["documents"][:1]))(body)


def _last_party(body: Any) -> Any:
    return each("related_parties", lambda one: one.update(related_parties=one["related_parties"][:1]))(body)


def _turned(*keys: str) -> Any:
    def change(body: Any) -> Any:
        for one in objects(body):
            for key in keys:
                if isinstance(one.get(key), list):
                    one[key] = one[key][::-1]
        return body

    return change


def _one_less(body: Any) -> Any:
    return setting("number_of_documents", lambda old: max(old - 1, 0))(body)


def _latin(body: bytes) -> bytes:
    spoilt = json.dumps(json.loads(body), ensure_ascii=False).encode().decode("latin-1")
    return spoilt.encode()


def _ended(status: str) -> Any:
    return each("internal_status", lambda one: one.update(signature_status=status))


def _early_files(one: dict[str, Any]) -> None:
    if one["internal_status"] == "waiting_zip_file":
        one["all_files_url"] = "https://example.com/a.zip"


def _early_finish(one: dict[str, Any]) -> None:
    if one["internal_status"] == "waiting_zip_file":
        one["internal_status"] = "pending"


def _backwards(one: dict[str, Any]) -> None:
    if one["internal_status"] == "finished":
        one["internal_status"] = "waiting_zip_file"


def _signed_documents(one: dict[str, Any]) -> None:
    if one.get("status") == "signed":
        one["signatures"] = one["signatures"][:-1]


def _now(one: dict[str, Any]) -> None:
    if one["signature_status"] == "pending":
        one["signature_timestamp"] = one["created_at"]


STATUSES = (
    answers("status", "created with 201", "CERTIFIQI-CREATE-01", same, path=EVENTS, status=201),
    answers(
        "status",
        "uploaded with 201",
        "CERTIFIQI-UPLOAD-01 CERTIFIQI-UPLOAD-06",
        same,
        path=UPLOAD,
        status=201,
    ),
    answers(
        "status",
        "a malformed list with 500",
        "CERTIFIQI-ERROR-01",
        same,
        path=EVENTS,
        statuses=(400,),
        status=500,
    ),
    answers(
        "status",
        "a malformed list with 422",
        "CERTIFIQI-ERROR-01",
        same,
        path=EVENTS,
        statuses=(400,),
        status=422,
    ),
    answers(
        "status", "bad JSON with 401", "CERTIFIQI-ERROR-03", same, path=EVENTS, statuses=(406,), status=401
    ),
    answers(
        "status",
        "an unknown event with 400",
        "CERTIFIQI-ERROR-04",
        same,
        path=EVENT,
        statuses=(404,),
        status=400,
    ),
    answers(
        "status",
        "an unknown document with 200",
        "CERTIFIQI-ERROR-09",
        same,
        path=DOCUMENT,
        statuses=(404,),
        status=200,
    ),
    answers(
        "status", "an unknown ZIP with 400", "CERTIFIQI-ERROR-09", same, path=ZIP, statuses=(404,), status=400
    ),
    answers(
        "status",
        "an unknown method with 404",
        "CERTIFIQI-ERROR-05",
        same,
        path=EVENT,
        method="PUT|PATCH",
        statuses=(405,),
        status=404,
    ),
    answers(
        "status",
        "no key with 403",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        same,
        path=EVENT,
        statuses=(401,),
        status=403,
    ),
    answers(
        "status",
        "no key for webhooks with 404",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        same,
        path=WEBHOOK,
        statuses=(401,),
        status=404,
    ),
    answers(
        "status",
        "no key for uploads with 400",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        same,
        path=BILLS,
        statuses=(401,),
        status=400,
    ),
    answers("status", "sent with 204", "CERTIFIQI-SEND-01", same, path=SEND, method="PUT", status=204),
    answers(
        "status",
        "cancelling is accepted",
        "CERTIFIQI-CANCEL-01 CERTIFIQI-CANCEL-08",
        same,
        path=CANCEL,
        method="PUT",
        status=202,
    ),
    answers(
        "status",
        "nothing is ever refused to be cancelled",
        "CERTIFIQI-CANCEL-07",
        lambda _: {"batch_group_key": "x"},
        path=CANCEL,
        method="PUT",
        statuses=(400,),
        status=200,
    ),
    answers(
        "status",
        "a large file with 413",
        "CERTIFIQI-UPLOAD-11",
        same,
        path=UPLOAD,
        statuses=(400,),
        status=413,
    ),
)

BODIES = (
    answers("body", "an event in data", "CERTIFIQI-EVENT-01", lambda body: {"data": body}, path=EVENT),
    answers(
        "body",
        "another event",
        "CERTIFIQI-EVENT-02 CERTIFIQI-CREATE-02",
        setting("batch_group_key", DOCUMENTED),
        path=EVENT,
    ),
    answers(
        "body",
        "one key for all events",
        "CERTIFIQI-CREATE-03",
        setting("batch_group_key", DOCUMENTED),
        path=EVENTS,
    ),
    answers("body", "a total in words", "CERTIFIQI-EVENT-05", setting("total_value", "much"), path=EVENT),
    answers("body", "a total without cents", "CERTIFIQI-CREATE-05", setting("total_value", int), path=EVENT),
    answers(
        "body",
        "everybody is mandatory",
        "CERTIFIQI-CREATE-13",
        setting("is_group_mandatory", value=True),
        path=EVENT,
    ),
    answers(
        "body",
        "addresses in small letters",
        "CERTIFIQI-CREATE-13",
        setting("name", lambda old: str(old).lower()),
        path=EVENT,
    ),
    answers(
        "body",
        "masked documents of people",
        "CERTIFIQI-CREATE-13 CERTIFIQI-SIGNER-02",
        _of("email", document_number=lambda old: f"***{old[3:]}"),
        path=EVENT,
    ),
    answers(
        "body",
        "numbers for documents of people",
        "CERTIFIQI-SIGNER-02 CERTIFIQI-CREATE-13",
        _of("email", document_number=int),
        path=EVENT,
    ),
    answers(
        "body",
        "one signer is needed",
        "CERTIFIQI-CREATE-12",
        setting("minimum_required_signers", 1),
        path=EVENT,
    ),
    answers(
        "body",
        "every position is the first",
        "CERTIFIQI-CREATE-11",
        _of("role", signature_position="1"),
        path=EVENT,
    ),
    answers(
        "body",
        "every role is the same",
        "CERTIFIQI-CREATE-10 CERTIFIQI-CREATE-24",
        setting("role", "party"),
        path=EVENT,
    ),
    answers(
        "body", "every batch is PAdES", "CERTIFIQI-CREATE-09", setting("signature_type", "pades"), path=EVENT
    ),
    answers(
        "body", "every document is 0 bytes long", "CERTIFIQI-CREATE-14", setting("file_size", 0), path=EVENT
    ),
    answers(
        "body",
        "e-mails are never sent",
        "CERTIFIQI-CREATE-04",
        setting("send_emails", value=True),
        path=EVENT,
    ),
    answers(
        "body",
        "names are cut",
        "CERTIFIQI-CREATE-04",
        setting("main_related_party", lambda old: old[:2]),
        path=EVENT,
    ),
    answers(
        "body",
        "blanks at the end are gone",
        "CERTIFIQI-PARTY-06 CERTIFIQI-CREATE-10",
        _of("role", name=str.strip),
        path=EVENT,
    ),
    answers("body", "one document of each batch", "CERTIFIQI-CREATE-14", _first_document, path=EVENT),
    answers("body", "one party of each batch", "CERTIFIQI-CREATE-10", _last_party, path=EVENT),
    answers("body", "documents are numbers", "CERTIFIQI-DOCUMENT-05", setting("document_key", 7), path=EVENT),
    answers(
        "body",
        "signed from the start",
        "CERTIFIQI-DOCUMENT-07",
        setting("signed_file_url", "https://example.com/a"),
        path=EVENT,
    ),
    answers(
        "body", "signatures from the start", "CERTIFIQI-DOCUMENT-09", setting("signatures", [{}]), path=EVENT
    ),
    answers(
        "body", "other values when read", "CERTIFIQI-CREATE-15", setting("webhook_key", "another"), path=EVENT
    ),
    answers("body", "no is_asynchronous", "CERTIFIQI-CREATE-08", without("is_asynchronous"), path=EVENTS),
    answers(
        "body",
        "a refusal of another shape",
        "CERTIFIQI-ERROR-02",
        lambda _: {"message": "no"},
        path=EVENTS,
        statuses=(400,),
    ),
    answers(
        "body",
        "a refusal with more",
        "CERTIFIQI-ERROR-06",
        lambda body: {**body, "code": 1},
        path=EVENTS,
        statuses=(400,),
    ),
    answers(
        "body",
        "a refused upload of another shape",
        "CERTIFIQI-ERROR-10",
        lambda body: {"title": "Error", "description": body["description"]},
        path=UPLOAD,
        statuses=(400,),
    ),
    answers(
        "body",
        "another text for form fields",
        "CERTIFIQI-UPLOAD-12",
        everywhere("PDF has editable", "A PDF has"),
        path=UPLOAD,
        statuses=(400,),
    ),
    answers(
        "body",
        "another text for a password",
        "CERTIFIQI-UPLOAD-13",
        everywhere(r"password\.", "password"),
        path=UPLOAD,
        statuses=(400,),
    ),
    answers(
        "body",
        "another text for a large file",
        "CERTIFIQI-UPLOAD-11",
        everywhere("20 MB", "20MB"),
        path=UPLOAD,
        statuses=(400,),
    ),
    answers(
        "body",
        "another text for large trade bills",
        "CERTIFIQI-CNAB-05",
        everywhere("20 MB", "20MB"),
        path=BILLS,
        statuses=(400,),
    ),
    answers("body", "two uploads for one", "CERTIFIQI-UPLOAD-02", lambda body: body * 2, path=UPLOAD),
    answers("body", "an upload without its size", "CERTIFIQI-UPLOAD-03", without("file_size"), path=UPLOAD),
    answers("body", "a size in words", "CERTIFIQI-UPLOAD-04", setting("file_size", "small"), path=UPLOAD),
    answers(
        "body",
        "a control number of its own",
        "CERTIFIQI-UPLOAD-14",
        setting("control_number", "1"),
        path=UPLOAD,
    ),
    answers(
        "body", "keys that are no UUIDs", "CERTIFIQI-UPLOAD-05", setting("document_key", "7"), path=UPLOAD
    ),
    answers("body", "a bill too few", "CERTIFIQI-CNAB-02", lambda body: body[:-1], path=BILLS),
    answers("body", "bills without names", "CERTIFIQI-CNAB-04", setting("name", "bill.pdf"), path=BILLS),
    answers("body", "bills without sizes", "CERTIFIQI-CNAB-03", setting("file_size", None), path=BILLS),
    answers(
        "body",
        "addresses of another document",
        "CERTIFIQI-URL-07",
        setting("document_key", "another"),
        path=DOCUMENT,
    ),
    answers(
        "body",
        "no addresses of batches",
        "CERTIFIQI-URL-02 CERTIFIQI-URL-06",
        setting("batches", "none"),
        path=URLS,
    ),
    answers(
        "body",
        "addresses of one document",
        "CERTIFIQI-URL-06",
        each("documents", lambda one: one.update(documents=one["documents"][:1])),
        path=URLS,
    ),
    answers(
        "body",
        "a signed document without its address",
        "CERTIFIQI-URL-09",
        setting("signed_file_url", None),
        path=URLS,
    ),
    answers(
        "body",
        "addresses under another key",
        "CERTIFIQI-URL-04",
        setting("batch_group_key", DOCUMENTED),
        path=URLS,
    ),
    answers(
        "body",
        "addresses without files",
        "CERTIFIQI-ZIP-01 CERTIFIQI-ZIP-05",
        setting("all_files_url", ""),
        path=URLS,
    ),
    answers(
        "body",
        "originals with another address",
        "CERTIFIQI-URL-12",
        setting("original_file_url", "https://example.com/a.pdf"),
        path=URLS,
    ),
    answers(
        "body",
        "expires at a local moment",
        "CERTIFIQI-URL-08",
        setting("expiration_datetime", "2030-01-01 00:00:00"),
        path=rf"{URLS}|{DOCUMENT}",
    ),
    answers(
        "body",
        "a bare answer when sent",
        "CERTIFIQI-SEND-01",
        lambda _: {"sent": True},
        path=SEND,
        method="PUT",
    ),
    answers(
        "body",
        "another event cancelled",
        "CERTIFIQI-CANCEL-02",
        setting("batch_group_key", "another"),
        path=CANCEL,
        method="PUT",
    ),
    answers(
        "body",
        "cancelled in few words",
        "CERTIFIQI-CANCEL-03",
        without("internal_webhook_key"),
        path=CANCEL,
        method="PUT",
    ),
    answers(
        "body",
        "a number for the webhook of what is cancelled",
        "CERTIFIQI-CANCEL-04",
        setting("webhook_key", 7),
        path=CANCEL,
        method="PUT",
    ),
    answers(
        "body",
        "cancelled batches",
        "CERTIFIQI-CANCEL-10",
        _of("signature_type", signature_status="cancel_signature"),
        path=EVENT,
    ),
    answers(
        "body",
        "a position that never moves",
        "CERTIFIQI-STATE-16",
        setting("current_signature_position", "1"),
        path=EVENT,
    ),
    answers("body", "one document less", "CERTIFIQI-EVENT-18", _one_less, path=EVENT),
)

ENUMS = (
    answers(
        "enum",
        "cancelled for cancel_signature",
        "CERTIFIQI-STATE-03 CERTIFIQI-STATE-12",
        setting("signature_status", lambda old: "cancelled" if old == "cancel_signature" else old),
        path=EVENT,
    ),
    answers(
        "enum",
        "zipping for waiting_zip_file",
        "CERTIFIQI-STATE-04",
        setting("internal_status", lambda old: "zipping" if old == "waiting_zip_file" else old),
        path=EVENT,
    ),
    answers(
        "enum",
        "refused for rejected",
        "CERTIFIQI-STATE-03 CERTIFIQI-STATE-11",
        setting("signature_status", lambda old: "refused" if old == "rejected" else old),
        path=EVENT,
    ),
    answers(
        "enum",
        "finished from the start",
        "CERTIFIQI-STATE-01 CERTIFIQI-STATE-09",
        setting("internal_status", "finished"),
        path=EVENT,
    ),
    answers(
        "enum",
        "flags in words",
        "CERTIFIQI-EVENT-06 CERTIFIQI/getBatchGroup",
        setting("send_emails", "no"),
        path=EVENT,
    ),
)

NULLS = (
    answers(
        "null",
        "no webhook list",
        "CERTIFIQI-EVENT-08 CERTIFIQI/getBatchGroup",
        setting("watcher_clients", None),
        path=EVENT,
    ),
    answers(
        "null",
        "no files is null",
        "CERTIFIQI-STATE-10",
        setting("all_files_url", lambda old: old or None),
        path=EVENT,
    ),
    answers("null", "no requester at all", "CERTIFIQI-EVENT-11", without("requester_key"), path=EVENT),
    answers("null", "no limit at all", "CERTIFIQI-GROUP-04", without("signable_limit"), path=EVENT),
    answers("null", "nobody to notify", "CERTIFIQI-PARTY-04", setting("notify_to", None), path=EVENT),
    answers("null", "no ids of signers", "CERTIFIQI-SIGNER-01", _of("document_number", id=None), path=EVENT),
    answers(
        "null",
        "a signature without a time",
        "CERTIFIQI-SIGNER-07",
        setting("signature_timestamp", None),
        path=EVENT,
    ),
    answers(
        "null",
        "a time without a signature",
        "CERTIFIQI-SIGNER-06",
        each("signature_timestamp", _now),
        path=EVENT,
    ),
    answers(
        "null",
        "a document without an original",
        "CERTIFIQI-DOCUMENT-06",
        setting("original_file_url", None),
        path=EVENT,
    ),
)

STATES = (
    answers(
        "rule",
        "groups are signed without a quorum",
        "CERTIFIQI-GROUP-02",
        _of("signers", signature_status="signed"),
        path=EVENT,
    ),
    answers(
        "rule",
        "a first signature signs it all",
        "CERTIFIQI-GROUP-02 CERTIFIQI-STATE-22 CERTIFIQI-SIGNER-04 CERTIFIQI-STATE-06",
        _signed_once,
        path=EVENT,
    ),
    answers(
        "rule",
        "parties never sign",
        "CERTIFIQI-STATE-05",
        _of("role", signature_status="pending"),
        path=EVENT,
    ),
    answers(
        "rule",
        "batches never sign",
        "CERTIFIQI-STATE-07",
        _of("signature_type", signature_status="pending"),
        path=EVENT,
    ),
    answers(
        "rule",
        "batches sign at once",
        "CERTIFIQI-STATE-06 CERTIFIQI-STATE-02",
        _of("signature_type", signature_status="signed"),
        path=EVENT,
    ),
    answers(
        "rule",
        "events are never signed",
        "CERTIFIQI-STATE-09 CERTIFIQI-STATE-08 CERTIFIQI-STATE-15",
        each(
            "internal_status",
            lambda one: one.update(
                signature_status="pending" if one["signature_status"] == "signed" else one["signature_status"]
            ),
        ),
        path=EVENT,
    ),
    answers(
        "rule",
        "events are never rejected",
        "CERTIFIQI-STATE-11",
        setting("signature_status", lambda old: "pending" if old == "rejected" else old),
        path=EVENT,
    ),
    answers(
        "rule",
        "events are never cancelled",
        "CERTIFIQI-STATE-12",
        setting("signature_status", lambda old: "pending" if old == "cancel_signature" else old),
        path=EVENT,
    ),
    answers("rule", "finished without files", "CERTIFIQI-STATE-09", setting("all_files_url", ""), path=EVENT),
    answers(
        "rule",
        "files before they are made",
        "CERTIFIQI-STATE-21",
        each("internal_status", _early_files),
        path=EVENT,
    ),
    answers(
        "rule",
        "files of pending events",
        "CERTIFIQI-STATE-10",
        setting("all_files_url", "https://example.com/a.zip"),
        path=EVENT,
    ),
    answers(
        "rule",
        "pending while the ZIP is made",
        "CERTIFIQI-STATE-20",
        each("internal_status", _early_finish),
        path=EVENT,
    ),
    answers(
        "rule",
        "never finished",
        "CERTIFIQI-STATE-21 CERTIFIQI-STATE-08 CERTIFIQI-STATE-23",
        each("internal_status", _backwards),
        path=EVENT,
    ),
    answers(
        "rule",
        "a signature is missing",
        "CERTIFIQI-SIGN-09",
        each("signatures", _signed_documents),
        path=EVENT,
    ),
)

TIMES = (
    answers(
        "time zone",
        "ISO times",
        "CERTIFIQI-EVENT-15",
        setting("created_at", "2023-05-15T23:54:35Z"),
        path=EVENT,
    ),
    answers(
        "time zone",
        "local times",
        "CERTIFIQI-EVENT-16",
        setting("created_at", lambda old: f"{old[:11]}00{old[13:]}"),
        path=rf"{EVENT}|{EVENTS}",
    ),
    answers(
        "time zone",
        "signed at a moment with a zone",
        "CERTIFIQI-SIGN-07",
        setting("signature_timestamp", lambda old: old and f"{old}Z"),
        path=EVENT,
    ),
    answers(
        "time zone",
        "day first",
        "CERTIFIQI-SIGNER-07",
        setting("signature_timestamp", lambda old: old and "31/12/2025 10:00"),
        path=EVENT,
    ),
)

OTHERS = (
    answers(
        "encoding", "names read as Latin-1", "CERTIFIQI-SIGNER-01 CERTIFIQI-CREATE-13", raw=_latin, path=EVENT
    ),
    answers(
        "encoding",
        "accents are gone",
        "CERTIFIQI-SIGNER-01 CERTIFIQI-CREATE-13",
        everywhere(r"\\u00[c-f][0-9a-f]", "?"),
        path=EVENT,
    ),
    answers(
        "encoding",
        "letters as entities",
        "CERTIFIQI-CREATE-04 CERTIFIQI-CREATE-09",
        setting("name", lambda old: str(old).replace("'", "&#39;").replace("&.", "&amp;.")),
        path=EVENT,
    ),
    answers(
        "header",
        "events as text",
        "CERTIFIQI/getBatchGroup",
        headers={"content-type": "text/plain"},
        path=EVENT,
    ),
    answers(
        "header",
        "uploads as HTML",
        "CERTIFIQI/uploadDocument",
        headers={"content-type": "text/html"},
        path=UPLOAD,
    ),
    asked(
        "header",
        "a key in any header",
        "CERTIFIQI-AUTH-04",
        lambda scope: {
            **scope,
            "headers": [
                *scope["headers"],
                *(
                    (b"x-api-token", value.rpartition(b" ")[2])
                    for name, value in scope["headers"]
                    if name == b"authorization"
                ),
            ],
        },
    ),
    asked(
        "header",
        "a key in any case",
        "CERTIFIQI-AUTH-03",
        lambda scope: {
            **scope,
            "headers": [
                (name, value.lower() if name == b"x-api-token" else value) for name, value in scope["headers"]
            ],
        },
    ),
    asked(
        "header",
        "a key that is cut",
        "CERTIFIQI-AUTH-03",
        lambda scope: {
            **scope,
            "headers": [
                (
                    name,
                    b"sealbox_certifiqi_demo"
                    if name == b"x-api-token"
                    and value.startswith(b"sealbox_certifiqi_dem")
                    and b"_demo_" not in value
                    else value,
                )
                for name, value in scope["headers"]
            ],
        },
    ),
    asked(
        "header",
        "every key is good",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        lambda scope: {
            **scope,
            "headers": [
                *((name, value) for name, value in scope["headers"] if name != b"x-api-token"),
                (b"x-api-token", b"sealbox_certifiqi_demo"),
            ],
        },
    ),
    answers(
        "order",
        "lists are turned round",
        "CERTIFIQI-CREATE-18",
        _turned("batches", "related_parties", "signers", "documents"),
        path=EVENT,
    ),
    Mutant(
        "concurrency",
        "an event is read as it was first",
        ("CERTIFIQI-STATE-12", "CERTIFIQI-SIGNER-07"),
        layer=lambda app: Repeated(app, Where(path=EVENT, method="GET")),
    ),
    Mutant(
        "concurrency",
        "two cancellations get one answer",
        ("CERTIFIQI-SIGN-05",),
        layer=lambda app: Mixed(app, Where(path=CANCEL, method="PUT")),
    ),
)

WEBHOOKS = (
    answers(
        "webhook",
        "notifications in data",
        "CERTIFIQI-WEBHOOK-03",
        setting("notification_body", lambda body: {"data": body}),
        path=WEBHOOK,
    ),
    answers("webhook", "no header", "CERTIFIQI-WEBHOOK-12", without("header_name"), path=WEBHOOK),
    answers(
        "webhook",
        "times with a blank",
        "CERTIFIQI-WEBHOOK-13",
        each("notifications", lambda one: one.update(created_at="2023-05-15 23:54:35")),
        path=WEBHOOK,
    ),
    answers("webhook", "no address before", "CERTIFIQI-WEBHOOK-14", without("webhook_old_url"), path=WEBHOOK),
    answers("webhook", "tries in words", "CERTIFIQI-WEBHOOK-15", setting("max_try", "many"), path=WEBHOOK),
    answers(
        "webhook",
        "no events of the object",
        "CERTIFIQI-WEBHOOK-24",
        setting("notifications", []),
        path=WEBHOOK,
    ),
    answers(
        "webhook",
        "another header's name",
        "CERTIFIQI-WEBHOOK-27",
        setting("header_name", "x-signature"),
        path=WEBHOOK,
    ),
)

FILES = (
    answers(
        "signature",
        "ZIPs that are none",
        "CERTIFIQI-ZIP-03 CERTIFIQI-ZIP-04",
        raw=lambda body: body[:100],
        path=STORAGE + r"\.zip",
    ),
    answers(
        "signature",
        "files that are not there",
        "CERTIFIQI-ZIP-03 CERTIFIQI-DOCUMENT-08",
        path=STORAGE + r"(zip|p7s)",
        status=404,
    ),
    answers(
        "signature",
        "originals with a byte more",
        "CERTIFIQI-DOCUMENT-06",
        raw=lambda body: body + b"\n",
        path=STORAGE + r"_original\.pdf",
    ),
    answers(
        "signature",
        "signatures of something else",
        "CERTIFIQI-DOCUMENT-08",
        raw=lambda body: body[:-8] + bytes(8),
        path=STORAGE + r"\.p7s",
    ),
    answers(
        "signature",
        "a signed PDF that was touched",
        "CERTIFIQI-ZIP-04 CERTIFIQI-DOCUMENT-08",
        raw=lambda body: body.replace(b"%PDF-1.", b"%PDF-2.", 1),
        path=STORAGE + r"_signed\.pdf",
    ),
    answers(
        "signature",
        "one ZIP for all",
        "CERTIFIQI-ZIP-09",
        setting("zip_file_url", "https://example.com/a.zip"),
        path=ZIP,
    ),
    answers(
        "signature",
        "a ZIP's address under another name",
        "CERTIFIQI-ZIP-07",
        lambda body: {"url": body["zip_file_url"], **body},
        path=ZIP,
    ),
)

CERTIFIQI_ANSWERS: tuple[Mutant, ...] = (
    *STATUSES,
    *BODIES,
    *ENUMS,
    *NULLS,
    *STATES,
    *TIMES,
    *OTHERS,
    *WEBHOOKS,
    *FILES,
)
