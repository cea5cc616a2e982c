"""Domain values as the documented JSON, key order included."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from . import documents, rules
from .model import InternalStatus, SignatureStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .model import Document, DocumentBatch, RelatedParty, Signer, SignerGroup, SigningEvent

ZONES = {name: ZoneInfo(name) for name in ("UTC", "America/Sao_Paulo")}
MAX_TRY = 300
EXPIRES_AFTER = timedelta(minutes=10)

Shown = dict[str, Any]


class Renderer:
    """Shows events at one moment, with the wire types that a tenant's switches ask for.

    `base` is the address below which the tenant's files are.
    """

    def __init__(self, now: datetime, switches: Mapping[str, str], base: str) -> None:
        self.now = now
        self.switches = switches
        self.base = base
        self.zone = ZONES[switches["created_at_zone"]]

    def event(self, event: SigningEvent) -> Shown:
        """As getBatchGroup answers it."""
        return self._event(event, without={"is_asynchronous", "control_number"})

    def created(self, event: SigningEvent) -> Shown:
        """As createBatchGroup answers it, which is not quite what a read shows."""
        current = self.switches["create_response"] == "current"
        return self._event(event, without={"control_number", "client_key" if current else "is_asynchronous"})

    def cancelled(self, event: SigningEvent) -> Shown:
        """As cancelSignature answers it: no webhook any more, and parties without `notify_to`."""
        shown = self._event(event, without={"is_asynchronous"}) | {"webhook_key": None}
        shown["signature_status"] = self.switches["cancel_status"]
        for batch in shown["batches"]:
            for party in batch["related_parties"]:
                del party["notify_to"]
        return shown

    def webhook(self, event: SigningEvent, *, above: SigningEvent | None = None) -> Shown:
        """As a webhook carries it. With `above`, all that stands above the parties is as in that event."""
        shown = self._event(above or event, without={"is_asynchronous"})
        for batch, told in zip(event.batches, shown["batches"], strict=True):
            told["related_parties"] = [self._party(party) for party in batch.related_parties]
        if self.switches["webhook_ids"] == "hidden":
            for batch in shown["batches"]:
                for party in batch["related_parties"]:
                    for group in party["signer_groups"]:
                        del group["id"]
                        for signer in group["signers"]:
                            del signer["id"]
        return shown

    def _event(self, event: SigningEvent, *, without: set[str]) -> Shown:
        internal = rules.internal_status(event, self.now)
        value = event.total_value
        shown = {
            "batch_group_key": event.key,
            "name": event.name,
            "main_related_party": event.main_related_party,
            "number_of_documents": sum(len(batch.documents) for batch in event.batches),
            "total_value": f"{value}" if self.switches["total_value_type"] == "string" else value,
            "all_files_url": self.all_files_url(event),
            "send_to_fund_administrator": self._flag(event.send_to_fund_administrator),
            "signature_expiration_date": self._moment(event.signature_expiration_date),
            "webhook_key": event.webhook_key,
            "client_key": event.client_key,
            "requester_key": None,
            "signature_status": rules.event_status(event),
            "internal_status": internal,
            "attached_document_number": event.attached_document_number,
            "current_signature_position": self._position(rules.current_position(event)),
            "control_number": event.control_number,
            "internal_webhook_key": event.internal_webhook_key,
            "created_at": self._moment(event.created_at),
            "batch_group_type": "icp_signature",
            "requester_identifier": None,
            "send_emails": event.send_emails,
            "is_asynchronous": event.is_asynchronous,
            "batches": [self._batch(batch, event, first) for first, batch in documents.firsts(event)],
            "watcher_clients": [],
        }
        return {key: item for key, item in shown.items() if key not in without}

    def _batch(self, batch: DocumentBatch, event: SigningEvent, first: int) -> Shown:
        return {
            "document_batch_key": batch.key,
            "name": batch.name,
            "document_type": batch.document_type,
            "signature_type": batch.signature_type,
            "signature_status": rules.batch_status(batch),
            "created_at": self._moment(batch.created_at),
            "related_parties": [self._party(party) for party in batch.related_parties],
            "documents": [
                self._document(document, batch, self.document_urls(event, batch, document, number))
                for number, document in enumerate(batch.documents, start=first)
            ],
        }

    def _party(self, party: RelatedParty) -> Shown:
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

    def _group(self, group: SignerGroup) -> Shown:
        return {
            "id": group.id,
            "expiration": self._moment(group.expiration),
            "minimum_required_signers": group.minimum_required_signers,
            "signable_limit": None,
            "signature_status": rules.group_status(group),
            "created_at": self._moment(group.created_at),
            "signers": [self._signer(signer) for signer in group.signers],
        }

    def _signer(self, signer: Signer) -> Shown:
        signed = signer.acted_at if signer.status is SignatureStatus.SIGNED else None
        return {
            "id": signer.id,
            "signer_control_number": signer.signer_control_number,
            "signature_timestamp": self._moment(signed),
            "signature_status": signer.status,
            "name": signer.name,
            "is_group_mandatory": signer.is_group_mandatory,
            "email": signer.email,
            "document_number": signer.document_number,
            "created_at": self._moment(signer.created_at),
        }

    def _document(self, document: Document, batch: DocumentBatch, urls: Mapping[str, str | None]) -> Shown:
        signed = rules.batch_status(batch) is SignatureStatus.SIGNED
        return {
            "document_key": document.key,
            "control_number": document.control_number,
            "file_size": document.file_size,
            "file_url": urls["file_url"],
            "name": document.name,
            "original_file_url": urls["original_file_url"],
            "status": "signed" if signed else "pending",
            "signed_file_url": urls["signed_file_url"],
            "created_at": self._moment(document.created_at),
            "signatures": [
                {
                    "signer_name": signer.name,
                    "document_number": signer.document_number,
                    "signature_timestamp": self._moment(signer.acted_at),
                }
                for signer in documents.signers_of(batch)
                if signed
            ],
        }

    def document_urls(
        self, event: SigningEvent, batch: DocumentBatch, document: Document, number: int
    ) -> dict[str, str | None]:
        """Where the files of a document are.

        A signed document has the addresses of its signed files at once, and the files themselves only when
        the whole event is finished: that is the trap which the vendor's states page warns of.
        """
        signed: str | None = None
        signature = document.url
        if rules.batch_status(batch) is SignatureStatus.SIGNED:
            place = f"{self.base}/{event.key}/{number}/{documents.stem(document.name)}"
            signed = f"{place}_signed.pdf"
            signature = signed if documents.is_pades(batch) else f"{place}_signed.pdf.p7s"
        return {
            "original_file_url": document.url,
            "signed_file_url": signed,
            "file_url": signature,
        }

    def urls(self, event: SigningEvent) -> Shown:
        """As getBatchGroupUrls answers them."""
        return {
            "batch_group_key": event.key,
            "all_files_url": self.all_files_url(event),
            "expiration_datetime": self.expiration(),
            "batches": [
                {
                    "document_batch_key": batch.key,
                    "documents": [
                        {
                            "document_key": document.key,
                            **self.document_urls(event, batch, document, number),
                        }
                        for number, document in enumerate(batch.documents, start=first)
                    ],
                }
                for first, batch in documents.firsts(event)
            ],
        }

    def all_files_url(self, event: SigningEvent) -> str:
        """Where the ZIP is, empty until there is one."""
        if rules.internal_status(event, self.now) is not InternalStatus.FINISHED:
            return ""
        zips = documents.zip_count(event)
        number = 1 if zips == 1 or self.switches["several_zips"] == "first" else zips
        return self.zip_url(event, number)

    def zip_url(self, event: SigningEvent, number: int) -> str:
        return f"{self.base}/{zip_file_key(event, number)}/{documents.stem(event.name)}.zip"

    def expiration(self) -> str | None:
        if self.switches["expiration_datetime"] == "null":
            return None
        at = (self.now + EXPIRES_AFTER).astimezone(UTC).replace(tzinfo=None)
        return f"{at.isoformat(timespec='milliseconds')}Z"

    def _flag(self, value: bool) -> bool | int:  # noqa: FBT001, it is the value shown
        return value if self.switches["list_flags"] == "boolean" else int(value)

    def _position(self, value: int) -> int | str:
        return value if self.switches["signature_position_type"] == "integer" else str(value)

    def _moment(self, at: datetime | None) -> str | None:
        """A date, a blank and a time, without a zone: the switch created_at_zone says which one."""
        return self._written(at, " ") if at else None

    def stamp(self, at: datetime) -> str:
        """The same with a T, as webhook objects have it."""
        return self._written(at, "T")

    def _written(self, at: datetime, between: str) -> str:
        return at.astimezone(self.zone).replace(tzinfo=None, microsecond=0).isoformat(between)


def zip_file_key(event: SigningEvent, number: int) -> str:
    """The key of an event's ZIP, counted from 1. No readable page tells where such keys come from."""
    return str(uuid5(NAMESPACE_URL, f"sealbox:{event.key}:zip:{number}"))
