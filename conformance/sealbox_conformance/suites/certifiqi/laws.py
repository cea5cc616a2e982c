"""What holds for every reply of CertifiQI, whatever a check was after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealbox_conformance.exchange import Reply

MISSING = object()
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
DAY_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}.*", re.DOTALL)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def laws(reply: Reply) -> Iterator[Finding]:
    if reply.status != 200:
        return
    event = reply.json()
    if reply.operation == "getBatchGroup":
        parts = {kind: list(found) for kind, found in _parts(event).items()}
        yield from shapes(parts)
        yield from sizes(parts)
        yield from states(event, parts)


def _parts(event: Mapping[str, Any]) -> Mapping[str, list[Any]]:
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


# ------------------------------------------------------------------ what a value may be


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
    return isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?", value))


TEXT = Kind("text", lambda value: isinstance(value, str))
LIST = Kind("a list", lambda value: isinstance(value, list))
FLAG = Kind("a boolean", lambda value: isinstance(value, bool))
NULL = Kind("null", lambda value: value is None)
ABSENT = Kind("absent", lambda value: value is MISSING)
THERE = Kind("there", lambda value: value is not MISSING)
NUMBER = Kind("a number", _is_number)
WHOLE = Kind("a whole number", lambda value: _is_number(value) and value == int(value))
DIGITS = Kind("text holding a whole number", lambda value: _holds_number(value) and "." not in value)
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


# ------------------------------------------------------------------ how states hang together


def states(event: Mapping[str, Any], parts: Mapping[str, list[Any]]) -> Iterator[Finding]:
    status, internal, files = (event[key] for key in ("signature_status", "internal_status", "all_files_url"))
    shown = f"signature_status {status}, internal_status {internal}, all_files_url {files!r}"
    if internal == "waiting_zip_file":
        yield Finding("CERTIFIQI-STATE-08", status == "signed", "signed", shown)
    if internal == "finished":
        yield Finding("CERTIFIQI-STATE-09", status == "signed" and bool(files), "signed, with files", shown)
    if internal == "pending" and status == "pending":
        yield Finding("CERTIFIQI-STATE-10", files == "", "no files yet", shown)
    if any(one["signature_status"] == "rejected" for one in parts["signer"]):
        yield Finding("CERTIFIQI-STATE-11", status in {"rejected", "cancel_signature"}, "rejected", shown)
    for batch in parts["batch"]:
        yield from _batch_states(batch)
    for group in parts["group"]:
        yield from _group_states(group)
    for signer in parts["signer"]:
        yield from _signer_states(signer)
    for document in parts["document"]:
        if document["status"] == "pending":
            signed = document["signed_file_url"]
            yield Finding("CERTIFIQI-DOCUMENT-07", signed is None, "null while pending", signed)
            signatures = document["signatures"]
            yield Finding("CERTIFIQI-DOCUMENT-09", signatures == [], "empty while pending", signatures)


def _batch_states(batch: Mapping[str, Any]) -> Iterator[Finding]:
    parties = batch["related_parties"]
    all_signed = all(_signed(party) for party in parties)
    shown = f"batch {batch['signature_status']}, parties {[party['signature_status'] for party in parties]}"
    if not all_signed:
        yield Finding("CERTIFIQI-STATE-06", not _signed(batch), "not signed yet", shown)
    else:
        yield Finding("CERTIFIQI-STATE-07", _signed(batch), "signed", shown)
    for party in parties:
        groups = [group["signature_status"] for group in party["signer_groups"]]
        agrees = _signed(party) == ("signed" in groups)
        seen = f"party {party['signature_status']}, groups {groups}"
        yield Finding("CERTIFIQI-STATE-05", agrees, "signed exactly when one of its groups is", seen)


def _group_states(group: Mapping[str, Any]) -> Iterator[Finding]:
    signers = group["signers"]
    signed = sum(_signed(signer) for signer in signers)
    wanted = group["minimum_required_signers"]
    shown = f"group {group['signature_status']}, {signed} of {len(signers)} signed, {wanted} needed"
    if group["signable_limit"] is None and signed < wanted:
        yield Finding("CERTIFIQI-GROUP-02", not _signed(group), "not signed yet", shown)
    if any(signer["is_group_mandatory"] and not _signed(signer) for signer in signers):
        yield Finding(
            "CERTIFIQI-SIGNER-04", not _signed(group), "not signed without a mandatory signer", shown
        )


def _signer_states(signer: Mapping[str, Any]) -> Iterator[Finding]:
    at, status = signer["signature_timestamp"], signer["signature_status"]
    if status == "pending":
        yield Finding("CERTIFIQI-SIGNER-06", at is None, "null while pending", at)
    if status == "signed":
        dated = isinstance(at, str) and bool(DAY_FIRST.fullmatch(at))
        yield Finding("CERTIFIQI-SIGNER-07", dated, "a text that begins YYYY-MM-DD", at)


def _signed(part: Mapping[str, Any]) -> bool:
    return bool(part["signature_status"] == "signed")
