"""Defects of CertifiQI's statuses, words, nulls, times and headers."""

from __future__ import annotations

from typing import Any

from tests.oracle.mutants.layers import (
    Mixed,
    Mutant,
    Repeated,
    Where,
    answers,
    asked,
    each,
    everywhere,
    latin,
    objects,
    same,
    setting,
    without,
)
from tests.oracle.mutants.places import BILLS, CANCEL, DOCUMENT, EVENT, EVENTS, SEND, UPLOAD, WEBHOOK, ZIP


def _of(holder: str, **values: Any) -> Any:
    """Sets values in the parts that have the key `holder`: role of a party, signers of a group ..."""

    def change(one: dict[str, Any]) -> None:
        one.update({key: value(one[key]) if callable(value) else value for key, value in values.items()})

    return each(holder, change)


def _turned(*keys: str) -> Any:
    def change(body: Any) -> Any:
        for one in objects(body):
            for key in keys:
                if isinstance(one.get(key), list):
                    one[key] = one[key][::-1]
        return body

    return change


def _now(one: dict[str, Any]) -> None:
    if one["signature_status"] == "pending":
        one["signature_timestamp"] = one["created_at"]


DOCUMENTED = "c0394fb2-34f6-4d70-be70-776022fe15b8"

STATUSES = (
    answers(
        "status",
        "the documented event is gone",
        "CERTIFIQI-EVENT-01 CERTIFIQI-EVENT-02",
        same,
        path=f"{EVENTS}/{DOCUMENTED}",
        status=404,
    ),
    answers(
        "body",
        "a server error that tells more",
        "CERTIFIQI-ERROR-06",
        lambda body: {**body, "trace": "x"},
        path="/certifiqi/.*",
        method=".*",
        statuses=(500,),
    ),
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
        "signed long ago",
        "CERTIFIQI-SIGNER-07",
        setting("signature_timestamp", lambda old: old and "2001-01-01 10:00:00"),
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
        "encoding", "names read as Latin-1", "CERTIFIQI-SIGNER-01 CERTIFIQI-CREATE-13", raw=latin, path=EVENT
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
        ("CERTIFIQI-CANCEL-02", "CERTIFIQI-CANCEL-07"),
        layer=lambda app: Mixed(app, Where(path=CANCEL, method="PUT")),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*STATUSES, *ENUMS, *NULLS, *TIMES, *OTHERS)
