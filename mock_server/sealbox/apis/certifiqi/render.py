"""Domain values as the documented JSON, key order included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from . import rules
from .model import InternalStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .model import Document, DocumentBatch, RelatedParty, Signer, SignerGroup, SigningEvent

ZONES = {name: ZoneInfo(name) for name in ("UTC", "America/Sao_Paulo")}


class Renderer:
    """Shows events at one moment, with the wire types that a tenant's switches ask for."""

    def __init__(self, now: datetime, switches: Mapping[str, str]) -> None:
        self.now = now
        self.switches = switches
        self.zone = ZONES[switches["created_at_zone"]]

    def event(self, event: SigningEvent) -> dict[str, Any]:
        """As getBatchGroup answers it."""
        return self._event(event, client_key=True, is_asynchronous=False)

    def created(self, event: SigningEvent) -> dict[str, Any]:
        """As createBatchGroup answers it, which is not quite what a read shows."""
        current = self.switches["create_response"] == "current"
        return self._event(event, client_key=not current, is_asynchronous=current)

    def _event(self, event: SigningEvent, *, client_key: bool, is_asynchronous: bool) -> dict[str, Any]:
        internal = rules.internal_status(event, self.now)
        value = event.total_value
        return {
            "batch_group_key": event.key,
            "name": event.name,
            "main_related_party": event.main_related_party,
            "number_of_documents": sum(len(batch.documents) for batch in event.batches),
            "total_value": f"{value}" if self.switches["total_value_type"] == "string" else value,
            "all_files_url": files_url(event) if internal is InternalStatus.FINISHED else "",
            "send_to_fund_administrator": self._flag(event.send_to_fund_administrator),
            "signature_expiration_date": None,
            "webhook_key": event.webhook_key,
            **({"client_key": event.client_key} if client_key else {}),
            "requester_key": None,
            "signature_status": rules.event_status(event),
            "internal_status": internal,
            "attached_document_number": event.attached_document_number,
            "current_signature_position": self._position(rules.current_position(event)),
            "internal_webhook_key": event.internal_webhook_key,
            "created_at": self._moment(event.created_at),
            "batch_group_type": "icp_signature",
            "requester_identifier": None,
            "send_emails": event.send_emails,
            **({"is_asynchronous": event.is_asynchronous} if is_asynchronous else {}),
            "batches": [self._batch(batch) for batch in event.batches],
            "watcher_clients": [],
        }

    def _batch(self, batch: DocumentBatch) -> dict[str, Any]:
        return {
            "document_batch_key": batch.key,
            "name": batch.name,
            "document_type": batch.document_type,
            "signature_type": batch.signature_type,
            "signature_status": rules.batch_status(batch),
            "created_at": self._moment(batch.created_at),
            "related_parties": [self._party(party) for party in batch.related_parties],
            "documents": [self._document(document, batch) for document in batch.documents],
        }

    def _party(self, party: RelatedParty) -> dict[str, Any]:
        return {
            "related_party_key": party.key,
            "name": party.name,
            "role": party.role,
            "signature_status": rules.party_status(party),
            "signature_position": self._position(party.signature_position),
            "created_at": self._moment(party.created_at),
            "auto_signature": self._flag(value=False),
            "notify_to": list(party.notify_to),
            "signer_groups": [self._group(group) for group in party.signer_groups],
        }

    def _group(self, group: SignerGroup) -> dict[str, Any]:
        return {
            "id": group.id,
            "expiration": None,
            "minimum_required_signers": group.minimum_required_signers,
            "signable_limit": None,
            "signature_status": rules.group_status(group),
            "created_at": self._moment(group.created_at),
            "signers": [self._signer(signer) for signer in group.signers],
        }

    def _signer(self, signer: Signer) -> dict[str, Any]:
        return {
            "id": signer.id,
            "signer_control_number": signer.signer_control_number,
            "signature_timestamp": self._moment(signer.acted_at) if signer.acted_at else None,
            "signature_status": signer.status,
            "name": signer.name,
            "is_group_mandatory": signer.is_group_mandatory,
            "email": signer.email,
            "document_number": signer.document_number,
            "created_at": self._moment(signer.created_at),
        }

    def _document(self, document: Document, batch: DocumentBatch) -> dict[str, Any]:
        return {
            "document_key": document.key,
            "control_number": document.control_number,
            "file_size": document.file_size,
            "file_url": document.url,
            "name": document.name,
            "original_file_url": document.url,
            "status": document_status(batch),
            "signed_file_url": None,
            "created_at": self._moment(document.created_at),
            "signatures": [],
        }

    def _flag(self, value: bool) -> bool | int:  # noqa: FBT001, it is the value shown
        return value if self.switches["list_flags"] == "boolean" else int(value)

    def _position(self, value: int) -> int | str:
        return value if self.switches["signature_position_type"] == "integer" else str(value)

    def _moment(self, at: datetime) -> str:
        """A date, a blank and a time, without a zone: the switch created_at_zone says which one."""
        return at.astimezone(self.zone).replace(tzinfo=None, microsecond=0).isoformat(" ")


def document_status(batch: DocumentBatch) -> str:
    """A document is signed when its batch is; no page shows another status than these two."""
    return "signed" if rules.batch_status(batch) is rules.SIGNED else "pending"


def files_url(event: SigningEvent) -> str:
    return f"https://storage.googleapis.com/certifier-api-storage-sandbox/{event.key}/all_files.zip"
