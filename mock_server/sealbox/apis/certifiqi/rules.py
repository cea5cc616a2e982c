"""Where a signing event stands: from its signers upwards. Values in, values out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sealbox.once import learn, once

from .model import InternalStatus, SignatureStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from .model import DocumentBatch, RelatedParty, Signer, SignerGroup, SigningEvent

PENDING, SIGNED, REJECTED = SignatureStatus.PENDING, SignatureStatus.SIGNED, SignatureStatus.REJECTED


class Tally(NamedTuple):
    """How many of a group's signers have signed, have rejected, and are mandatory and have not signed."""

    signed: int
    rejected: int
    lacking: int


def counted(signers: Sequence[Signer]) -> Tally:
    return Tally(
        signed=sum(signer.status is SIGNED for signer in signers),
        rejected=sum(signer.status is REJECTED for signer in signers),
        lacking=sum(signer.is_group_mandatory and signer.status is not SIGNED for signer in signers),
    )


@once
def tally(group: SignerGroup) -> Tally:
    return counted(group.signers)


def with_signer(group: SignerGroup, at: int, signer: Signer) -> SignerGroup:
    """`group` with another state of the signer at that place. The others are not counted again."""
    after = replace(group, signers=(*group.signers[:at], signer, *group.signers[at + 1 :]))
    changes = zip(tally(group), counted([group.signers[at]]), counted([signer]), strict=True)
    learn(tally, after, Tally(*(number - was + now for number, was, now in changes)))
    return after


@once
def group_status(group: SignerGroup) -> SignatureStatus:
    """Signed when enough signers and every mandatory one have signed; rejected by any signer."""
    signed, rejected, lacking = tally(group)
    if rejected:
        return REJECTED
    return SIGNED if signed >= group.minimum_required_signers and not lacking else PENDING


@once
def party_status(party: RelatedParty) -> SignatureStatus:
    """Signed by any one of its groups."""
    statuses = {group_status(group) for group in party.signer_groups}
    return SIGNED if SIGNED in statuses else REJECTED if REJECTED in statuses else PENDING


@once
def batch_status(batch: DocumentBatch) -> SignatureStatus:
    """Signed by all of its parties."""
    statuses = {party_status(party) for party in batch.related_parties}
    return REJECTED if REJECTED in statuses else SIGNED if statuses == {SIGNED} else PENDING


@once
def event_status(event: SigningEvent) -> SignatureStatus:
    """Signed when all batches are; any signer's rejection and a cancellation end it before that."""
    if event.cancelled_at is not None:
        return SignatureStatus.CANCEL_SIGNATURE
    parties = (party for batch in event.batches for party in batch.related_parties)
    if any(group_status(group) is REJECTED for party in parties for group in party.signer_groups):
        return REJECTED
    return SIGNED if {batch_status(batch) for batch in event.batches} == {SIGNED} else PENDING


def signers(event: SigningEvent) -> Iterator[Signer]:
    return (
        signer
        for batch in event.batches
        for party in batch.related_parties
        for group in party.signer_groups
        for signer in group.signers
    )


@once
def signed_at(event: SigningEvent) -> datetime | None:
    """When the last signature that it took was given; None as long as the event is not signed."""
    if event_status(event) is not SIGNED:
        return None
    return max((at for signer in signers(event) if (at := signer.acted_at)), default=event.created_at)


def zip_ready_at(event: SigningEvent) -> datetime | None:
    signed = signed_at(event)
    return signed + event.zip_takes if signed and event.zip_takes is not None else None


def internal_status(event: SigningEvent, now: datetime) -> InternalStatus:
    if signed_at(event) is None:
        return InternalStatus.PENDING
    ready = zip_ready_at(event)
    return InternalStatus.FINISHED if ready and ready <= now else InternalStatus.WAITING_ZIP_FILE


@once
def current_position(event: SigningEvent) -> int:
    """The lowest position that still has a pending party; the highest one when none has."""
    parties = [party for batch in event.batches for party in batch.related_parties]
    pending = [party.signature_position for party in parties if party_status(party) is not SIGNED]
    return min(pending, default=max(party.signature_position for party in parties))
