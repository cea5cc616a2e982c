"""What holds for every reply of CertifiQI, whatever a check was after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sealbox_conformance.suites.certifiqi import notices
from sealbox_conformance.suites.certifiqi.shapes import parts_of, shapes, sizes
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealbox_conformance.exchange import Reply

DAY_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}.*", re.DOTALL)


def laws(reply: Reply) -> Iterator[Finding]:
    if reply.status == 200 and (law := LAWS.get(reply.operation)):
        yield from law(reply.json())
    if reply.status == 400 and (requirement := REFUSED.get(reply.operation)):
        yield refusal(reply.json(), requirement)


def refusal(body: Any, requirement: str) -> Finding:
    """The body of a 400, as the pages of the uploads show it."""
    shaped = isinstance(body, dict) and isinstance(body.get("description"), str)
    return Finding(
        requirement, shaped and body.get("title") == "Bad Request", "title Bad Request, a description", body
    )


def read_event(event: Mapping[str, Any]) -> Iterator[Finding]:
    parts = parts_of(event)
    yield from shapes(parts)
    yield from sizes(parts)
    yield from states(event, parts)


def states(event: Mapping[str, Any], parts: Mapping[str, list[Any]]) -> Iterator[Finding]:
    status, internal, files = (event[key] for key in ("signature_status", "internal_status", "all_files_url"))
    shown = f"signature_status {status}, internal_status {internal}, all_files_url {files!r}"
    if internal == "waiting_zip_file":
        yield Finding("CERTIFIQI-STATE-08", status == "signed", "signed", shown)
    if internal == "finished":
        yield Finding("CERTIFIQI-STATE-09", status == "signed" and bool(files), "signed, with files", shown)
    if internal == "pending" and status == "pending":
        yield Finding("CERTIFIQI-STATE-10", files == "", "no files yet", shown)
    yield from _event_states(event, parts)
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


def _event_states(event: Mapping[str, Any], parts: Mapping[str, list[Any]]) -> Iterator[Finding]:
    status, internal, files = (event[key] for key in ("signature_status", "internal_status", "all_files_url"))
    shown = f"signature_status {status}, internal_status {internal}, all_files_url {files!r}"
    if status == "signed":
        made = internal in {"waiting_zip_file", "finished"}
        yield Finding("CERTIFIQI-STATE-20", made, "waiting_zip_file or finished", shown)
    if internal == "waiting_zip_file":
        yield Finding("CERTIFIQI-STATE-21", files == "", "no files yet", shown)
    parties = [_signed(party) for party in parts["party"]]
    if any(parties) and not all(parties) and status not in {"rejected", "cancel_signature"}:
        yield Finding(
            "CERTIFIQI-STATE-22", (status, internal) == ("pending", "pending"), "pending, pending", shown
        )
    if any(one["signature_status"] == "rejected" for one in parts["signer"]):
        yield Finding("CERTIFIQI-STATE-11", status in {"rejected", "cancel_signature"}, "rejected", shown)


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


LAWS: Mapping[str, Callable[[Any], Iterator[Finding]]] = {
    "getBatchGroup": read_event,
    "uploadDocument": notices.uploaded,
    "getBatchGroupUrls": notices.addresses,
    "getDocumentUrls": notices.document_addresses,
    "getWebhook": notices.webhook,
}

REFUSED: Mapping[str, str] = {
    "createBatchGroup": "CERTIFIQI-ERROR-02",
    "uploadDocument": "CERTIFIQI-ERROR-10",
    "uploadTradeBills": "CERTIFIQI-ERROR-10",
}
