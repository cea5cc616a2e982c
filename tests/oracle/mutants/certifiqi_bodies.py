"""Defects of what CertifiQI answers."""

from __future__ import annotations

from typing import Any

from tests.oracle.mutants.layers import (
    Mutant,
    answers,
    each,
    everywhere,
    holding,
    setting,
    without,
)
from tests.oracle.mutants.places import BILLS, CANCEL, DOCUMENT, EVENT, EVENTS, SEND, UPLOAD, URLS

DOCUMENTED = "c0394fb2-34f6-4d70-be70-776022fe15b8"


def _first_document(body: Any) -> Any:
    return each("related_parties", lambda one: one.update(documents=one["documents"][:1]))(body)


def _last_party(body: Any) -> Any:
    return each("related_parties", lambda one: one.update(related_parties=one["related_parties"][:1]))(body)


def _one_less(body: Any) -> Any:
    return setting("number_of_documents", lambda old: max(old - 1, 0))(body)


def _cancelled_batches(event: dict[str, Any]) -> None:
    if event["signature_status"] == "cancel_signature":
        for batch in event["batches"]:
            batch["signature_status"] = "cancel_signature"


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
        holding("email", document_number=lambda old: f"***{old[3:]}"),
        path=EVENT,
    ),
    answers(
        "body",
        "numbers for documents of people",
        "CERTIFIQI-SIGNER-02 CERTIFIQI-CREATE-13",
        holding("email", document_number=int),
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
        holding("role", signature_position="1"),
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
        holding("role", name=str.strip),
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
        "no signature file of a document alone",
        "CERTIFIQI-URL-09",
        setting("signed_file_url", None),
        path=DOCUMENT,
    ),
    answers(
        "body",
        "cancelled under another name",
        "CERTIFIQI-CANCEL-05",
        setting("main_related_party", "?"),
        path=CANCEL,
        method="PUT",
    ),
    answers(
        "body",
        "a client for each event",
        "CERTIFIQI-TENANT-02",
        each("internal_status", lambda one: one.update(client_key=one["batch_group_key"])),
        path=EVENT,
    ),
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
        each("internal_status", _cancelled_batches),
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

MUTANTS: tuple[Mutant, ...] = (*BODIES,)
