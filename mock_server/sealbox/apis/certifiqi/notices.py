"""Who is told what and when: webhooks and e-mails. Which moments make a webhook is a switch, and all data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003, snapshots read the annotations
from typing import TYPE_CHECKING

from .model import SignatureStatus
from .rules import party_status
from .signing import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .model import RelatedParty, Signer, SigningEvent

WEBHOOK_MOMENTS: Mapping[str, frozenset[Moment]] = {
    "current": frozenset({Moment.PARTY_SIGNED, Moment.ZIP_STARTED, Moment.FINISHED}),
    "older": frozenset({Moment.PARTY_SIGNED, Moment.FINISHED}),
    "states": frozenset(Moment) - {Moment.SIGNER_SIGNED},
}
"""By the value of the switch webhook_moments: the captures of the vendor's pages differ."""

MAIL_MOMENTS = frozenset({Moment.PARTY_SIGNED, Moment.ZIP_STARTED, Moment.REJECTED})
"""Of these the vendor's states page says that an e-mail goes to the signers."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail that was not sent. `link` leads to the signing page of one signer."""

    id: int
    at: datetime
    to: str
    subject: str
    text: str
    about: str
    signer_id: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, before it has a number and an address to lead to."""

    to: str
    subject: str
    text: str
    signer_id: int | None = None


def invitations(event: SigningEvent) -> Iterator[Letter]:
    """Asks everybody in turn who still has to sign, and tells those whom a party names in `notify_to`."""
    for party in _in_turn(event):
        for signer in _pending(party):
            text = (
                f"{signer.name}, {event.main_related_party} asks you to sign {event.name!r} "
                f"as {party.role} of {party.name}."
            )
            yield Letter(signer.email, f"Please sign: {event.name}", text, signer.id)
        for address in party.notify_to:
            if isinstance(address, str) and "@" in address:
                yield Letter(
                    address, f"Ready to sign: {event.name}", f"{event.name!r} is ready to be signed."
                )


def announcements(event: SigningEvent, moment: Moment) -> Iterator[Letter]:
    """Tells every signer of what has happened."""
    if moment not in MAIL_MOMENTS:
        return
    told: set[str] = set()
    for party in _parties(event):
        for group in party.signer_groups:
            for signer in group.signers:
                if signer.email not in told:
                    told.add(signer.email)
                    yield Letter(signer.email, f"{event.name}: {moment}", f"{event.name!r}: {moment}.")


def _in_turn(event: SigningEvent) -> Iterator[RelatedParty]:
    """The parties of each batch at the lowest position that has not signed yet."""
    for batch in event.batches:
        pending = [party for party in batch.related_parties if party_status(party) is SignatureStatus.PENDING]
        first = min((party.signature_position for party in pending), default=0)
        yield from (party for party in pending if party.signature_position == first)


def _parties(event: SigningEvent) -> Iterator[RelatedParty]:
    return (party for batch in event.batches for party in batch.related_parties)


def _pending(party: RelatedParty) -> Iterator[Signer]:
    return (
        signer
        for group in party.signer_groups
        for signer in group.signers
        if signer.status is SignatureStatus.PENDING
    )
