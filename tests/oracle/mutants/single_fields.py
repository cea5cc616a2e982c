"""Defects of single fields, and promises that a server breaks by refusing what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.apis.certifiqi import creation
from sealbox.apis.vec import recipients, rules
from sealbox.problems import RuleViolation

from tests.oracle.mutants.layers import Mutant, answers, each, part, without
from tests.oracle.mutants.places import (
    BATCH,
    BILLS,
    CANCEL,
    DOCUMENT,
    EVENT,
    EVENTS,
    UPLOAD,
    URLS,
    WEBHOOK,
    ZIP,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

HOLDERS = {
    "event": "batches",
    "batch": "related_parties",
    "party": "signer_groups",
    "group": "signers",
    "signer": "is_group_mandatory",
    "document": "file_size",
}
"""A key that only this kind of part has."""
WRONG: tuple[tuple[str, str, str, Any], ...] = (
    ("CERTIFIQI-EVENT-03", "event", "main_related_party", 7),
    ("CERTIFIQI-EVENT-03", "event", "batch_group_type", None),
    ("CERTIFIQI-EVENT-07", "event", "attached_document_number", 74766848000162),
    ("CERTIFIQI-EVENT-09", "event", "number_of_documents", "one"),
    ("CERTIFIQI-EVENT-10", "event", "send_to_fund_administrator", "no"),
    ("CERTIFIQI-EVENT-12", "event", "webhook_key", 7),
    ("CERTIFIQI-EVENT-12", "event", "internal_webhook_key", ["a"]),
    ("CERTIFIQI-EVENT-13", "event", "webhook_url", 7),
    ("CERTIFIQI-EVENT-13", "event", "webhook_url_list", "https://example.com"),
    ("CERTIFIQI-EVENT-14", "event", "current_signature_position", "first"),
    ("CERTIFIQI-EVENT-17", "event", "client_key", "client 7"),
    ("CERTIFIQI-BATCH-01", "batch", "related_parties", {}),
    ("CERTIFIQI-BATCH-02", "batch", "documents", None),
    ("CERTIFIQI-BATCH-03", "batch", "name", 7),
    ("CERTIFIQI-BATCH-04", "batch", "signature_type", 7),
    ("CERTIFIQI-BATCH-05", "batch", "document_type", None),
    ("CERTIFIQI-BATCH-06", "batch", "documents", []),
    ("CERTIFIQI-PARTY-01", "party", "role", None),
    ("CERTIFIQI-PARTY-02", "party", "related_party_key", 7),
    ("CERTIFIQI-PARTY-03", "party", "signature_position", "first"),
    ("CERTIFIQI-PARTY-05", "party", "auto_signature", "no"),
    ("CERTIFIQI-PARTY-07", "party", "signer_groups", []),
    ("CERTIFIQI-GROUP-01", "group", "minimum_required_signers", "one"),
    ("CERTIFIQI-GROUP-03", "group", "signers", {}),
    ("CERTIFIQI-GROUP-05", "group", "signers", []),
    ("CERTIFIQI-SIGNER-03", "signer", "is_group_mandatory", "yes"),
    ("CERTIFIQI-SIGNER-05", "signer", "signer_control_number", 7),
    ("CERTIFIQI-DOCUMENT-01", "document", "status", None),
    ("CERTIFIQI-DOCUMENT-02", "document", "control_number", 7),
    ("CERTIFIQI-DOCUMENT-03", "document", "file_size", "large"),
    ("CERTIFIQI-DOCUMENT-04", "document", "url", 7),
    ("CERTIFIQI-DOCUMENT-08", "document", "file_url", None),
    ("CERTIFIQI-CREATE-07", "event", "send_to_fund_administrator", 1),
)


def _wrong(requirement: str, kind: str, field: str, value: Any) -> Mutant:
    name = f"{field} of the {kind} is {value!r}"
    change = each(HOLDERS[kind], lambda one: one.update({field: value}))
    return answers("body", name, requirement, change, path=EVENT)


check = creation.Maker._check


def _refusing(unwanted: Any) -> tuple[Any, str, Any]:
    """Create requests of which `unwanted` says so are refused."""

    def checked(self: Any, sent: Mapping[str, Any]) -> None:
        check(self, sent)
        if unwanted(sent):
            raise RuleViolation({"batches": ["no"]})

    return (creation.Maker, "_check", checked)


def _people(sent: Mapping[str, Any]) -> list[str]:
    return [
        signer["document_number"]
        for batch in sent["batches"]
        for party in batch["related_parties"]
        for group in party["signer_groups"]
        for signer in group["signers"]
    ]


def _parties(sent: Mapping[str, Any]) -> list[str]:
    return [party["name"] for batch in sent["batches"] for party in batch["related_parties"]]


def _documents(sent: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [document for batch in sent["batches"] for document in batch["documents"]]


def _refuse_template(*given: Any) -> Any:
    value, known, switches, errors = given
    return template(value or "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001", known, switches, errors)


def _no_custom_columns(written: Any, switches: Any) -> Any:
    if set(written) - set(recipients.RESERVED):
        raise RuleViolation({"csv_file": ["no such column"]})
    return known_headers(written, switches)


template = rules._template
known_headers = recipients._known
NO = {"title": "Bad Request", "description": "no"}
REFUSALS = (
    answers(
        "status", "keys do not open webhooks", "CERTIFIQI-AUTH-01", lambda _: NO, path=WEBHOOK, status=401
    ),
    answers(
        "status",
        "no trade bills at all",
        "CERTIFIQI-CNAB-01 CERTIFIQI-CNAB-08",
        lambda _: NO,
        path=BILLS,
        status=400,
    ),
    answers(
        "status", "no ZIP by its key", "CERTIFIQI-ZIP-06 CERTIFIQI-ZIP-08", lambda _: NO, path=ZIP, status=404
    ),
    answers("status", "no addresses of uploads", "CERTIFIQI-URL-14", lambda _: NO, path=DOCUMENT, status=404),
    answers(
        "status",
        "a cancelled event is gone",
        "CERTIFIQI-CANCEL-01 CERTIFIQI-CANCEL-02",
        lambda _: NO,
        path=CANCEL,
        method="PUT",
        status=404,
    ),
    part(
        "rule",
        "documents are of synchronous events",
        "CERTIFIQI-CNAB-06 CERTIFIQI-CNAB-07",
        _refusing(lambda sent: sent.get("is_asynchronous")),
    ),
    part(
        "rule",
        "the main party is one of the others",
        "CERTIFIQI-EVENT-04",
        _refusing(lambda sent: sent["main_related_party"] not in _parties(sent)),
    ),
    part(
        "rule",
        "a person signs once",
        "CERTIFIQI-SIGNER-08",
        _refusing(lambda sent: len(set(_people(sent))) < len(_people(sent))),
    ),
    part(
        "rule",
        "addresses need a scheme",
        "CERTIFIQI-CREATE-06",
        _refusing(lambda sent: "://" not in (sent.get("webhook_url") or "://")),
    ),
    part(
        "rule",
        "uploads make no events",
        "CERTIFIQI-UPLOAD-15",
        _refusing(
            lambda sent: any(
                "_original" in one["url"] and "127.0.0.1" in one["url"] for one in _documents(sent)
            )
        ),
    ),
    part(
        "rule",
        "one batch to an event",
        "CERTIFIQI-CREATE-16",
        _refusing(lambda sent: len(sent["batches"]) > 1),
    ),
    part(
        "rule",
        "no old samples",
        "CERTIFIQI-CREATE-17",
        _refusing(lambda sent: "watcher_document_number" in sent),
    ),
    answers(
        "status",
        "no fields beside the file",
        "CERTIFIQI-UPLOAD-07 CERTIFIQI-UPLOAD-08 CERTIFIQI-UPLOAD-10",
        lambda _: NO,
        path=UPLOAD,
        status=400,
    ),
    answers(
        "status",
        "no events at all",
        "CERTIFIQI-CREATE-01 CERTIFIQI-CREATE-06",
        lambda _: NO,
        path=EVENTS,
        method="POST",
        status=400,
    ),
    part("rule", "no template needed", "VEC-BATCH-05", (rules, "_template", _refuse_template)),
    part(
        "rule",
        "no custom columns",
        "VEC-CSV-07 VEC-CSV-10 VEC-CSV-11",
        (recipients, "_known", _no_custom_columns),
    ),
    answers(
        "status",
        "no forms at all",
        "VEC-FILE-01 VEC-BATCH-01",
        lambda _: {"message": "no", "errors": {"name": ["no"]}},
        path=BATCH,
        method="POST",
        status=422,
    ),
)
ADDRESSES = (
    answers("body", "addresses without batches", "CERTIFIQI-URL-01", without("batches"), path=URLS),
    answers(
        "body",
        "addresses without keys",
        "CERTIFIQI-URL-03",
        each("documents", lambda one: one.pop("document_batch_key")),
        path=URLS,
    ),
    answers(
        "body",
        "addresses of numbers",
        "CERTIFIQI-URL-05",
        each("document_key", lambda one: one.update(document_key=7)),
        path=URLS,
    ),
    answers(
        "null",
        "no ZIP is null",
        "CERTIFIQI-URL-10",
        each("all_files_url", lambda one: one.update(all_files_url=one["all_files_url"] or None)),
        path=URLS,
    ),
)

MUTANTS: tuple[Mutant, ...] = (*(_wrong(*row) for row in WRONG), *REFUSALS, *ADDRESSES)
