"""The files of a finished event: what each document becomes when it is signed, and the ZIPs of all of them.

Made when they are asked for. Same seed and same history: same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from . import pdf_files, rules, signatures
from .model import CertificateKind, SignatureStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from .model import Document, DocumentBatch, Signer, SigningEvent
    from .pki import Authority


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document: the PDF, and for CAdES the detached signature of it."""

    pdf: bytes
    p7s: bytes | None


def is_pades(batch: DocumentBatch) -> bool:
    """PAdES puts the signatures into the PDF; whatever else a client has asked for is treated as CAdES."""
    return batch.signature_type.lower() == "pades"


def stem(name: str) -> str:
    """A document's name without what cannot stand in an address."""
    plain = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in PurePosixPath(name).stem)
    return plain.strip(".")[:80] or "document"


def firsts(event: SigningEvent) -> Iterator[tuple[int, DocumentBatch]]:
    """Each batch with the number of its first document: documents are counted from 1 over all batches."""
    starts = accumulate((len(batch.documents) for batch in event.batches), initial=1)
    return zip(starts, event.batches, strict=False)


def numbered(event: SigningEvent) -> Iterator[tuple[int, DocumentBatch, Document]]:
    """The documents of all batches with their numbers, by which files are found."""
    return (
        (number, batch, document)
        for first, batch in firsts(event)
        for number, document in enumerate(batch.documents, start=first)
    )


def signers_of(batch: DocumentBatch) -> list[Signer]:
    """Whoever has signed the documents of a batch, in the order in which they did."""
    signed = [
        signer
        for party in batch.related_parties
        for group in party.signer_groups
        for signer in group.signers
        if signer.status is SignatureStatus.SIGNED
    ]
    return sorted(signed, key=lambda signer: (signer.acted_at or signer.created_at, signer.id))


def signed_document(
    batch: DocumentBatch, document: Document, original: bytes, *, authority: Authority, original_signed: bool
) -> Signed:
    """`document` with the signatures of its batch. Raises signatures.SignaturesMissing without the extra."""
    people = signers_of(batch)
    by = [
        signatures.SignedBy(signer.name, signer.document_number, _acted(signer), signer.certificate.value)
        for signer in people
    ]
    if is_pades(batch):
        return Signed(signatures.sign_pades(original, by, issuer=authority), None)
    lines = [f"Document {document.key}", f"Control number {document.control_number}", ""]
    lines += [
        f"{signer.name}, {signer.document_number}, signed at {_acted(signer):%Y-%m-%d %H:%M:%S} UTC"
        for signer in people
    ]
    with_page = pdf_files.with_signature_page(original, title="Signatures", lines=lines)
    content = original if original_signed else with_page
    return Signed(with_page, signatures.sign_cades(content, by, issuer=authority))


def zips(
    event: SigningEvent,
    original: Callable[[Document], bytes],
    *,
    authority: Authority,
    switches: Mapping[str, str],
) -> list[bytes]:
    """The event's ZIPs, one for each 500 documents."""
    entries: list[tuple[str, bytes]] = []
    for _, batch, document in numbered(event):
        signed = signed_document(
            batch,
            document,
            original(document),
            authority=authority,
            original_signed=switches["cades_content"] == "original",
        )
        name = f"{stem(document.name)}.pdf"
        entries.append((name, signed.pdf))
        if signed.p7s is not None:
            entries.append((f"{name}.p7s", signed.p7s))
    return pdf_files.zip_files(entries)


def zip_count(event: SigningEvent) -> int:
    documents = sum(len(batch.documents) for batch in event.batches)
    return max(1, -(-documents // pdf_files.DOCUMENTS_PER_ZIP))


def revoked(events: Sequence[SigningEvent], authority: Authority) -> bytes:
    """The revocation list that names every signer who was made to sign with a revoked certificate."""
    people = {
        (signer.name, signer.document_number)
        for event in events
        for signer in rules.signers(event)
        if signer.certificate is CertificateKind.REVOKED
    }
    return authority.crl(authority.signer(name, number, kind="revoked") for name, number in sorted(people))


def _acted(signer: Signer) -> datetime:
    return signer.acted_at or signer.created_at


def placeholder(document: Document) -> bytes:
    """A page in place of a document that an event names and nobody has uploaded here."""
    rows = [("Name", document.name), ("Key", document.key), ("Address given", document.url)]
    return pdf_files.sheet("This document was not uploaded to the sandbox", rows)
