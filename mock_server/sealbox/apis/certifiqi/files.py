"""The files of a finished event: what each document becomes when it is signed, and the ZIPs of all of them.

Made when they are asked for. Same seed and same history: same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import pdf_files, rules, signatures
from .documents import is_pades, numbered, signers_of, stem
from .model import CertificateKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from .model import Document, DocumentBatch, Signer, SigningEvent
    from .pki import Authority


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document: the PDF, and for CAdES the detached signature of it."""

    pdf: bytes
    p7s: bytes | None


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
