"""Of which kind every field of an event is, by requirement; where table and example differ, both are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MISSING = object()
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A set of values, with its name."""

    name: str
    has: Callable[[Any], bool]

    def __or__(self, other: Kind) -> Kind:
        return Kind(f"{self.name} or {other.name}", lambda value: self.has(value) or other.has(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _holds_number(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value))


def _holds_digits(value: Any) -> bool:
    return isinstance(value, str) and value.removeprefix("-").isdecimal()


TEXT = Kind("text", lambda value: isinstance(value, str))
LIST = Kind("a list", lambda value: isinstance(value, list))
FLAG = Kind("a boolean", lambda value: isinstance(value, bool))
NULL = Kind("null", lambda value: value is None)
ABSENT = Kind("absent", lambda value: value is MISSING)
THERE = Kind("there", lambda value: value is not MISSING)
NUMBER = Kind("a number", _is_number)
WHOLE = Kind("a whole number", lambda value: _is_number(value) and value == int(value))
DIGITS = Kind(
    "text holding a whole number", lambda value: _holds_number(value) and value.lstrip("-").isdecimal()
)
NUMBER_AS_TEXT = Kind("text holding a number", _holds_number)
BIT = Kind("0 or 1", lambda value: _is_number(value) and value in (0, 1))
TIME = Kind("YYYY-MM-DD HH:MM:SS", lambda value: isinstance(value, str) and bool(TIMESTAMP.fullmatch(value)))
UUIDS = Kind("a UUID", lambda value: isinstance(value, str) and bool(UUID.fullmatch(value)))
EVENT_STATUS = Kind("a status", ("pending", "signed", "rejected", "cancel_signature").__contains__)
INTERNAL_STATUS = Kind("an internal status", ("pending", "waiting_zip_file", "finished").__contains__)

PARTS = ("event", "batch", "party", "group", "signer", "document")
SHAPES: tuple[tuple[str, str, str, Kind], ...] = (
    (
        "CERTIFIQI-EVENT-03",
        "event",
        "batch_group_key name main_related_party client_key batch_group_type",
        TEXT,
    ),
    ("CERTIFIQI-EVENT-03", "event", "signature_status internal_status", TEXT),
    ("CERTIFIQI-EVENT-05", "event", "total_value", NUMBER | NUMBER_AS_TEXT),
    ("CERTIFIQI-EVENT-06", "event", "send_emails", FLAG),
    ("CERTIFIQI-EVENT-07", "event", "attached_document_number", TEXT | NULL),
    ("CERTIFIQI-EVENT-08", "event", "batches watcher_clients", LIST),
    ("CERTIFIQI-EVENT-09", "event", "number_of_documents", WHOLE),
    ("CERTIFIQI-EVENT-10", "event", "send_to_fund_administrator", BIT | FLAG),
    ("CERTIFIQI-EVENT-11", "event", "signature_expiration_date requester_key requester_identifier", THERE),
    ("CERTIFIQI-EVENT-12", "event", "webhook_key internal_webhook_key", TEXT | NULL),
    ("CERTIFIQI-EVENT-13", "event", "webhook_url", TEXT | NULL | ABSENT),
    ("CERTIFIQI-EVENT-13", "event", "webhook_url_list", LIST | NULL | ABSENT),
    ("CERTIFIQI-EVENT-14", "event", "current_signature_position", DIGITS | WHOLE),
    *(("CERTIFIQI-EVENT-15", part, "created_at", TIME) for part in PARTS),
    ("CERTIFIQI-EVENT-17", "event", "batch_group_key client_key", UUIDS),
    ("CERTIFIQI-EVENT-17", "batch", "document_batch_key", UUIDS),
    ("CERTIFIQI-EVENT-17", "party", "related_party_key", UUIDS),
    ("CERTIFIQI-BATCH-01", "batch", "related_parties", LIST),
    ("CERTIFIQI-BATCH-02", "batch", "documents", LIST),
    ("CERTIFIQI-BATCH-03", "batch", "document_batch_key name signature_status", TEXT),
    ("CERTIFIQI-BATCH-04", "batch", "signature_type", TEXT),
    ("CERTIFIQI-BATCH-05", "batch", "document_type", TEXT),
    ("CERTIFIQI-PARTY-01", "party", "role", TEXT),
    ("CERTIFIQI-PARTY-02", "party", "related_party_key name signature_status", TEXT),
    ("CERTIFIQI-PARTY-03", "party", "signature_position", DIGITS | WHOLE),
    ("CERTIFIQI-PARTY-04", "party", "signer_groups notify_to", LIST),
    ("CERTIFIQI-PARTY-05", "party", "auto_signature", BIT | FLAG),
    ("CERTIFIQI-GROUP-01", "group", "minimum_required_signers id", WHOLE),
    ("CERTIFIQI-GROUP-01", "group", "signature_status", TEXT),
    ("CERTIFIQI-GROUP-03", "group", "signers", LIST),
    ("CERTIFIQI-GROUP-04", "group", "expiration signable_limit", THERE),
    ("CERTIFIQI-SIGNER-01", "signer", "name email signature_status", TEXT),
    ("CERTIFIQI-SIGNER-01", "signer", "id", WHOLE),
    ("CERTIFIQI-SIGNER-02", "signer", "document_number", TEXT),
    ("CERTIFIQI-SIGNER-03", "signer", "is_group_mandatory", FLAG),
    ("CERTIFIQI-SIGNER-05", "signer", "signer_control_number", TEXT | NULL),
    ("CERTIFIQI-DOCUMENT-01", "document", "name status", TEXT),
    ("CERTIFIQI-DOCUMENT-02", "document", "control_number", TEXT | NULL),
    ("CERTIFIQI-DOCUMENT-03", "document", "file_size", NUMBER),
    ("CERTIFIQI-DOCUMENT-04", "document", "url", TEXT | ABSENT),
    ("CERTIFIQI-DOCUMENT-05", "document", "document_key", TEXT),
    ("CERTIFIQI-DOCUMENT-06", "document", "original_file_url", TEXT),
    ("CERTIFIQI-DOCUMENT-07", "document", "signed_file_url", TEXT | NULL),
    ("CERTIFIQI-DOCUMENT-08", "document", "file_url", TEXT),
    ("CERTIFIQI-DOCUMENT-09", "document", "signatures", LIST),
    ("CERTIFIQI-STATE-03", "event", "signature_status", EVENT_STATUS),
    ("CERTIFIQI-STATE-04", "event", "internal_status", INTERNAL_STATUS),
    ("CERTIFIQI-STATE-10", "event", "all_files_url", TEXT),
)
"""Which fields of which part are of which kind, by requirement."""


def shapes(parts: Mapping[str, list[Any]]) -> Iterator[Finding]:
    for requirement, part, fields, kind in SHAPES:
        for one in parts[part]:
            for field in fields.split():
                value = one.get(field, MISSING)
                shown = "absent" if value is MISSING else value
                yield Finding(requirement, kind.has(value), f"{field} of the {part} is {kind.name}", shown)


def sizes(parts: Mapping[str, list[Any]]) -> Iterator[Finding]:
    holders = (
        ("CERTIFIQI-BATCH-06", "event", "batches"),
        ("CERTIFIQI-BATCH-06", "batch", "documents"),
        ("CERTIFIQI-BATCH-06", "batch", "related_parties"),
        ("CERTIFIQI-PARTY-07", "party", "signer_groups"),
        ("CERTIFIQI-GROUP-05", "group", "signers"),
    )
    for requirement, part, field in holders:
        for one in parts[part]:
            yield Finding(requirement, bool(one[field]), f"one or more {field}", one[field])


def parts_of(event: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    """Everything nested in an event, by kind. What is no list is left to the laws of its parent."""

    def inside(owners: list[Any], key: str) -> list[Any]:
        lists = [owner.get(key) for owner in owners if isinstance(owner, dict)]
        return [item for found in lists if isinstance(found, list) for item in found]

    batches = inside([event], "batches")
    parties = inside(batches, "related_parties")
    groups = inside(parties, "signer_groups")
    return {
        "event": [event],
        "batch": batches,
        "document": inside(batches, "documents"),
        "party": parties,
        "group": groups,
        "signer": inside(groups, "signers"),
    }
