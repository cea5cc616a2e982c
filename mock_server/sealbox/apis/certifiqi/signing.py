"""What happens to a signing event: somebody signs or rejects, it is cancelled, its files get ready.

Values in, values out: each act gives the event as it is afterwards and the moments that it brought about,
or raises RuleViolation with the reason why it cannot be. The drawing in the documentation is made from
`LEVELS` and `WAYS`, which the acts below go by.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sealbox.once import learn, once
from sealbox.problems import NotFound, Problem, RuleViolation

from . import rules
from .model import (
    CertificateKind,
    DocumentBatch,
    InternalStatus,
    RelatedParty,
    SignatureStatus,
    Signer,
    SignerGroup,
    SigningEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

T = TypeVar("T")


class Moment(StrEnum):
    """What somebody may be told about."""

    CREATED = "event created"
    SIGNER_SIGNED = "signer signed"
    PARTY_SIGNED = "related party signed"
    ZIP_STARTED = "event signed, ZIP creation starts"
    FINISHED = "event finished"
    REJECTED = "event rejected"
    CANCELLED = "event cancelled"


LEVELS: tuple[tuple[str, Callable[[Any], SignatureStatus], str], ...] = (
    ("signer", lambda signer: signer.status, "signs or rejects"),
    ("signer group", rules.group_status, "the minimum reached and every mandatory signer"),
    ("related party", rules.party_status, "any one of its groups"),
    ("document batch", rules.batch_status, "all of its parties"),
    ("signing event", rules.event_status, "all of its batches"),
)
"""From a signer upwards: how the status of each level follows from the one below."""

State = tuple[SignatureStatus, InternalStatus]
OPEN: State = (SignatureStatus.PENDING, InternalStatus.PENDING)
SIGNED: State = (SignatureStatus.SIGNED, InternalStatus.WAITING_ZIP_FILE)
FINISHED: State = (SignatureStatus.SIGNED, InternalStatus.FINISHED)
REJECTED: State = (SignatureStatus.REJECTED, InternalStatus.PENDING)
CANCELLED: State = (SignatureStatus.CANCEL_SIGNATURE, InternalStatus.PENDING)

WAYS: Mapping[State, Mapping[Moment, State]] = {
    OPEN: {Moment.ZIP_STARTED: SIGNED, Moment.REJECTED: REJECTED, Moment.CANCELLED: CANCELLED},
    SIGNED: {Moment.FINISHED: FINISHED},
    FINISHED: {},
    REJECTED: {},
    CANCELLED: {},
}
"""Where an event as a whole can go from where it stands: (signature_status, internal_status)."""


def state(event: SigningEvent, now: datetime) -> State:
    return rules.event_status(event), rules.internal_status(event, now)


class Place(NamedTuple):
    """Where a signer stands within an event."""

    batch: DocumentBatch
    party: RelatedParty
    group: SignerGroup
    signer: Signer


def places(event: SigningEvent) -> Iterator[Place]:
    return (
        Place(batch, party, group, signer)
        for batch in event.batches
        for party in batch.related_parties
        for group in party.signer_groups
        for signer in group.signers
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """An event after an act, and what the act brought about, in order."""

    event: SigningEvent
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Under what an act is judged; `ready` says whether a document's generation has ended."""

    now: datetime
    switches: Mapping[str, str]
    ready: Callable[[str], bool] = lambda _key: True
    _waiting: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    def waiting(self, batch: DocumentBatch) -> tuple[str, ...]:
        """Names of the batch's documents that are still being generated, looked up once for all signers."""
        if batch.key not in self._waiting:
            names = (document.name for document in batch.documents if not self.ready(document.key))
            self._waiting[batch.key] = tuple(names)
        return self._waiting[batch.key]


def sign(
    event: SigningEvent,
    signer_id: int,
    given: Given,
    *,
    certificate: CertificateKind = CertificateKind.VALID,
) -> Changed:
    """The event with that signer's signature, made with a certificate of that kind."""
    place = place_of(event, signer_id)
    _check_sign(event, place, given)
    signed = replace(place.signer, status=SignatureStatus.SIGNED, acted_at=given.now, certificate=certificate)
    after = _with_signer(event, signed)
    party = place_of(after, signer_id).party
    first = [Moment.SIGNER_SIGNED]
    if rules.party_status(place.party) is not rules.party_status(party):
        first.append(Moment.PARTY_SIGNED)
    return _changed(event, after, *first)


def may_sign(event: SigningEvent, signer_id: int, given: Given) -> bool:
    """Whether `sign` would be accepted."""
    try:
        _check_sign(event, place_of(event, signer_id), given)
    except Problem:
        return False
    return True


def _check_sign(event: SigningEvent, place: Place, given: Given) -> None:
    _check_open(event, given.now)
    _check_pending(place.signer)
    _check_expiry(event, place.group, given.now)
    if rules.party_status(place.party) is SignatureStatus.SIGNED:
        raise _refused(f"{place.party.name!r} has all the signatures that it needs")
    before = _unsigned_before(place)
    if before and given.switches["signing_order"] == "enforced":
        raise _out_of_turn(place, before)
    waiting = given.waiting(place.batch)
    if waiting and given.switches["asynchronous_wait"] == "refuse":
        raise _refused(f"{', '.join(waiting)} is still being generated")


def reject(event: SigningEvent, signer_id: int, given: Given) -> Changed:
    """The event rejected: any signer's no ends it, whoever's turn it is."""
    place = place_of(event, signer_id)
    _check_open(event, given.now)
    _check_pending(place.signer)
    rejected = replace(place.signer, status=SignatureStatus.REJECTED, acted_at=given.now)
    return _changed(event, _with_signer(event, rejected))


def cancel(event: SigningEvent, given: Given) -> Changed:
    """The event cancelled, which only a pending one can be."""
    _check_open(event, given.now)
    return _changed(event, replace(event, cancelled_at=given.now))


def _changed(before: SigningEvent, after: SigningEvent, *first: Moment) -> Changed:
    """`after`, with the moment by which the table leads from the one's state to the other's."""
    led = [moment for moment, then in WAYS[_acted(before)].items() if then == _acted(after)]
    return Changed(after, (*first, *led))


def _acted(event: SigningEvent) -> State:
    """The state right after an act, before time has made any file."""
    return next(at for at in WAYS if at[0] is rules.event_status(event))


def quorum(event: SigningEvent, now: datetime) -> list[int]:
    """The fewest signers who still have to sign, in an order in which they may.

    Of a party's groups the one that lacks the fewest signatures is taken; within it the mandatory signers
    first. A group that can never be complete is passed over; RuleViolation when no other is left.
    """
    _check_open(event, now)
    if event.signature_expiration_date and event.signature_expiration_date <= now:
        raise _refused("the event has expired")
    parties = sorted(_parties(event), key=lambda party: party.signature_position)
    chosen: list[int] = []
    for party in parties:
        if rules.party_status(party) is SignatureStatus.SIGNED:
            continue
        options = [option for group in party.signer_groups if (option := _missing(group, now)) is not None]
        if not options:
            raise _refused(f"no group of {party.name!r} can ever be complete")
        fewest = min(len(option) for option in options)
        chosen += next(option for option in options if len(option) == fewest)
    return chosen


def _missing(group: SignerGroup, now: datetime) -> list[int] | None:
    if group.expiration and group.expiration <= now:
        return None
    signed = [signer for signer in group.signers if signer.status is SignatureStatus.SIGNED]
    pending = [signer for signer in group.signers if signer.status is SignatureStatus.PENDING]
    mandatory = [signer.id for signer in pending if signer.is_group_mandatory]
    others = [signer.id for signer in pending if not signer.is_group_mandatory]
    more = max(group.minimum_required_signers - len(signed) - len(mandatory), 0)
    return None if more > len(others) else [*mandatory, *others[:more]]


class Spot(NamedTuple):
    """Where a signer stands within an event, each level counted from 0 in the one above."""

    batch: int
    party: int
    group: int
    signer: int


@once
def _spots(event: SigningEvent) -> Mapping[int, Spot]:
    """By the ids of the signers. No act changes it."""
    return {
        signer.id: Spot(in_event, in_batch, in_party, in_group)
        for in_event, batch in enumerate(event.batches)
        for in_batch, party in enumerate(batch.related_parties)
        for in_party, group in enumerate(party.signer_groups)
        for in_group, signer in enumerate(group.signers)
    }


def place_of(event: SigningEvent, signer_id: int) -> Place:
    """Raises NotFound for a signer who is not in the event."""
    at = _spots(event).get(signer_id)
    if at is None:
        raise NotFound(str(signer_id))
    batch = event.batches[at.batch]
    party = batch.related_parties[at.party]
    group = party.signer_groups[at.group]
    return Place(batch, party, group, group.signers[at.signer])


def _check_open(event: SigningEvent, now: datetime) -> None:
    signature_status, internal_status = state(event, now)
    if (signature_status, internal_status) != OPEN:
        raise _refused(f"the event is {signature_status} ({internal_status}), not pending")


def _check_pending(signer: Signer) -> None:
    if signer.status is not SignatureStatus.PENDING:
        raise _refused(f"{signer.name} has {signer.status} already")


def _check_expiry(event: SigningEvent, group: SignerGroup, now: datetime) -> None:
    if event.signature_expiration_date and event.signature_expiration_date <= now:
        raise _refused(f"the event expired at {event.signature_expiration_date.isoformat()}")
    if group.expiration and group.expiration <= now:
        raise _refused(f"the signer group {group.id} expired at {group.expiration.isoformat()}")


def _unsigned_before(place: Place) -> RelatedParty | None:
    """The first party whose turn is to be over before that of `place`."""
    first = _first_unsigned(place.batch)
    return first if first and first.signature_position < place.party.signature_position else None


@once
def _first_unsigned(batch: DocumentBatch) -> RelatedParty | None:
    """Positions are compared within a document batch; parties of one position sign in any order."""
    parties = batch.related_parties
    unsigned = (party for party in parties if rules.party_status(party) is not SignatureStatus.SIGNED)
    return min(unsigned, key=lambda party: party.signature_position, default=None)


def _out_of_turn(place: Place, first: RelatedParty) -> RuleViolation:
    return _refused(
        f"it is not the turn of position {place.party.signature_position}: "
        f"{first.name!r} at position {first.signature_position} has not signed"
    )


def _parties(event: SigningEvent) -> list[RelatedParty]:
    return [party for batch in event.batches for party in batch.related_parties]


def _with_signer(event: SigningEvent, changed: Signer) -> SigningEvent:
    """`event` with another state of one signer: what he does not stand in stays as it is, and known."""
    at, (batch, party, group, _) = _spots(event)[changed.id], place_of(event, changed.id)
    group = rules.with_signer(group, at.signer, changed)
    party = replace(party, signer_groups=_with(party.signer_groups, at.group, group))
    batch = replace(batch, related_parties=_with(batch.related_parties, at.party, party))
    after = replace(event, batches=_with(event.batches, at.batch, batch))
    learn(_spots, after, _spots(event))
    return after


def _with(values: tuple[T, ...], at: int, value: T) -> tuple[T, ...]:
    return (*values[:at], value, *values[at + 1 :])


def with_groups(event: SigningEvent, change: Callable[[SignerGroup], SignerGroup]) -> SigningEvent:
    """`event` with each of its signer groups changed."""

    def in_party(party: RelatedParty) -> RelatedParty:
        return replace(party, signer_groups=tuple(change(group) for group in party.signer_groups))

    def in_batch(batch: DocumentBatch) -> DocumentBatch:
        return replace(batch, related_parties=tuple(in_party(party) for party in batch.related_parties))

    return replace(event, batches=tuple(in_batch(batch) for batch in event.batches))


def _refused(why: str) -> RuleViolation:
    return RuleViolation({"signature": [why]}, why)
