"""Defects of CertifiQI's nulls, times, orders and headers."""

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
    holding,
    latin,
    objects,
    setting,
    without,
)
from tests.oracle.mutants.places import CANCEL, EVENT, EVENTS, UPLOAD


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
    answers(
        "null", "no ids of signers", "CERTIFIQI-SIGNER-01", holding("document_number", id=None), path=EVENT
    ),
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

MUTANTS: tuple[Mutant, ...] = (*NULLS, *TIMES, *OTHERS)
