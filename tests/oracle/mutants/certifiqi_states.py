"""Defects of the states of events, of webhook objects and of files."""

from __future__ import annotations

from typing import Any

from tests.oracle.mutants.layers import (
    Mutant,
    answers,
    each,
    holding,
    objects,
    setting,
    without,
)
from tests.oracle.mutants.places import EVENT, STORAGE, WEBHOOK, ZIP


def _signed_once(body: Any) -> Any:
    """Everything above a signer who has signed is signed."""
    if any(one.get("signature_status") == "signed" for one in objects(body) if "document_number" in one):
        for one in objects(body):
            if "signature_status" in one and "document_number" not in one and "signature_type" not in one:
                one["signature_status"] = "signed"
    return body


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


STATES = (
    answers(
        "rule",
        "groups are signed without a quorum",
        "CERTIFIQI-GROUP-02",
        holding("signers", signature_status="signed"),
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
        holding("role", signature_status="pending"),
        path=EVENT,
    ),
    answers(
        "rule",
        "batches never sign",
        "CERTIFIQI-STATE-07",
        holding("signature_type", signature_status="pending"),
        path=EVENT,
    ),
    answers(
        "rule",
        "batches sign at once",
        "CERTIFIQI-STATE-06 CERTIFIQI-STATE-02",
        holding("signature_type", signature_status="signed"),
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

MUTANTS: tuple[Mutant, ...] = (*STATES, *WEBHOOKS, *FILES)
