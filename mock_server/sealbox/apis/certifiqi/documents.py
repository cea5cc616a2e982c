"""The documents of an event and who has signed them: what answers and files both need to know."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from sealbox.once import once

from .model import SignatureStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Document, DocumentBatch, Signer, SigningEvent

PER_ZIP = 500
"""Documents in one ZIP at most (the vendor's page arquivo_zip)."""


def is_pades(batch: DocumentBatch) -> bool:
    """PAdES puts the signatures into the PDF; whatever else a client has asked for is treated as CAdES."""
    return batch.signature_type.lower() == "pades"


def stem(name: str) -> str:
    """A document's name without what cannot stand in an address."""
    base = name.rpartition("/")[2]
    bare = base.rpartition(".")[0] or base
    plain = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in bare)
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


@once
def signers_of(batch: DocumentBatch) -> tuple[Signer, ...]:
    """Whoever has signed the documents of a batch, in the order in which they did."""
    signed = [
        signer
        for party in batch.related_parties
        for group in party.signer_groups
        for signer in group.signers
        if signer.status is SignatureStatus.SIGNED
    ]
    return tuple(sorted(signed, key=lambda signer: (signer.acted_at or signer.created_at, signer.id)))


def zip_count(event: SigningEvent) -> int:
    documents = sum(len(batch.documents) for batch in event.batches)
    return max(1, -(-documents // PER_ZIP))
