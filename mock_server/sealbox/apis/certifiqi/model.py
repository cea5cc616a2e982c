"""What CertifiQI knows: signing events, their batches of documents, parties, signer groups and signers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003, snapshots read the annotations
from enum import StrEnum

from sealbox.once import Known


class SignatureStatus(StrEnum):
    """`cancel_signature` is a status of whole events only."""

    PENDING = "pending"
    SIGNED = "signed"
    REJECTED = "rejected"
    CANCEL_SIGNATURE = "cancel_signature"


class InternalStatus(StrEnum):
    """Where the files stand: an event is signed before its ZIP exists."""

    PENDING = "pending"
    WAITING_ZIP_FILE = "waiting_zip_file"
    FINISHED = "finished"


class CertificateKind(StrEnum):
    """What a signer signs with: a good certificate, or one that a verifier has to refuse."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Signer:
    """One person in one role. `document_number` is a CPF, kept as it was sent."""

    id: int
    name: str
    document_number: str
    email: str
    is_group_mandatory: bool
    signer_control_number: str | None
    created_at: datetime
    status: SignatureStatus = SignatureStatus.PENDING
    acted_at: datetime | None = None
    certificate: CertificateKind = CertificateKind.VALID


@dataclass(frozen=True, slots=True)
class SignerGroup(Known):
    """Signers of whom at least `minimum_required_signers`, and every mandatory one, have to sign."""

    id: int
    minimum_required_signers: int
    signers: tuple[Signer, ...]
    created_at: datetime
    expiration: datetime | None = None


@dataclass(frozen=True, slots=True)
class RelatedParty(Known):
    """A party signs when its position is in turn, through any one of its groups."""

    key: str
    name: str
    role: str
    signature_position: int
    notify_to: tuple[object, ...]
    signer_groups: tuple[SignerGroup, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the upload call returned it; `key` is opaque."""

    key: str
    name: str
    control_number: str | None
    file_size: int | float
    url: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file, before any event has it. `ready_at` is when its generation ends."""

    key: str
    client_key: str
    name: str
    control_number: str | None
    content: bytes
    created_at: datetime
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentBatch(Known):
    """Documents which the same parties sign."""

    key: str
    name: str
    document_type: str
    signature_type: str
    related_parties: tuple[RelatedParty, ...]
    documents: tuple[Document, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SigningEvent(Known):
    """A batch group. What a signer has done is kept; every status above a signer is computed.

    `zip_takes` is how long the files need once everybody has signed (a sandbox choice); None is for ever,
    which is how a world keeps an event waiting for people to look at.
    """

    key: str
    name: str
    main_related_party: str
    total_value: int | float
    send_to_fund_administrator: bool
    webhook_key: str | None
    internal_webhook_key: str | None
    webhook_urls: tuple[str, ...]
    client_key: str
    attached_document_number: str | None
    control_number: str | None
    send_emails: bool
    is_asynchronous: bool
    batches: tuple[DocumentBatch, ...]
    created_at: datetime
    zip_takes: timedelta | None
    cancelled_at: datetime | None = None
    signature_expiration_date: datetime | None = None
