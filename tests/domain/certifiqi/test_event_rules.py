"""Where an event stands follows from its signers, level by level."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.certifiqi import rules
from sealbox.apis.certifiqi.model import InternalStatus, SignatureStatus

if TYPE_CHECKING:
    from tests.domain.certifiqi.conftest import EventValues

PENDING, SIGNED, REJECTED = SignatureStatus.PENDING, SignatureStatus.SIGNED, SignatureStatus.REJECTED
STATUSES = {"p": PENDING, "s": SIGNED, "r": REJECTED}


@pytest.mark.parametrize(
    ("signers", "needs", "status"),
    [
        ("p", 1, PENDING),
        ("s", 1, SIGNED),
        ("ps", 1, SIGNED),
        ("ps", 2, PENDING),
        ("ss", 2, SIGNED),
        ("sss", 2, SIGNED),
        ("s", 2, PENDING),
        ("ss", 3, PENDING),
        ("r", 1, REJECTED),
        ("sr", 1, REJECTED),
        ("pr", 2, REJECTED),
    ],
)
def test_a_group_is_signed_when_enough_have_signed(
    make: EventValues, signers: str, needs: int, status: SignatureStatus
) -> None:
    group = make.group(*(make.signer(STATUSES[one]) for one in signers), needs=needs)

    assert rules.group_status(group) is status


@pytest.mark.parametrize(
    ("mandatory", "other", "status"), [("p", "s", PENDING), ("s", "p", SIGNED), ("s", "s", SIGNED)]
)
def test_a_group_is_never_signed_without_its_mandatory_signers(
    make: EventValues, mandatory: str, other: str, status: SignatureStatus
) -> None:
    group = make.group(make.signer(STATUSES[mandatory], mandatory=True), make.signer(STATUSES[other]))

    assert rules.group_status(group) is status


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        ("p", PENDING),
        ("s", SIGNED),
        ("ps", SIGNED),
        ("sp", SIGNED),
        ("r", REJECTED),
        ("pr", REJECTED),
        ("sr", SIGNED),
    ],
)
def test_a_party_is_signed_by_any_one_of_its_groups(
    make: EventValues, groups: str, status: SignatureStatus
) -> None:
    party = make.party(*(make.group(make.signer(STATUSES[one])) for one in groups))

    assert rules.party_status(party) is status


@pytest.mark.parametrize(
    ("parties", "status"),
    [("p", PENDING), ("s", SIGNED), ("sp", PENDING), ("ss", SIGNED), ("sr", REJECTED), ("pr", REJECTED)],
)
def test_a_batch_is_signed_by_all_of_its_parties(
    make: EventValues, parties: str, status: SignatureStatus
) -> None:
    assert rules.batch_status(make.batch(*(make.simple_party(STATUSES[one]) for one in parties))) is status


@pytest.mark.parametrize(
    ("batches", "status"),
    [("p", PENDING), ("s", SIGNED), ("sp", PENDING), ("ss", SIGNED), ("sr", REJECTED), ("pr", REJECTED)],
)
def test_an_event_is_signed_by_all_of_its_batches(
    make: EventValues, batches: str, status: SignatureStatus
) -> None:
    event = make.event(*(make.batch(make.simple_party(STATUSES[one])) for one in batches))

    assert rules.event_status(event) is status


def test_one_rejection_rejects_an_event_whose_party_has_signed_through_another_group(
    make: EventValues,
) -> None:
    party = make.party(make.group(make.signer(SIGNED)), make.group(make.signer(REJECTED)))
    event = make.event(make.batch(party))

    assert rules.party_status(party) is SIGNED
    assert rules.event_status(event) is REJECTED


@given(data=st.data())
def test_any_rejection_rejects_the_event_and_nothing_else_does(
    make: EventValues, data: st.DataObject
) -> None:
    event = data.draw(make.events())
    rejected = any(signer.status is REJECTED for signer in rules.signers(event))

    assert (rules.event_status(event) is REJECTED) is rejected


@given(data=st.data())
def test_a_cancelled_event_is_cancelled_whatever_its_signers_did(
    make: EventValues, data: st.DataObject
) -> None:
    event = replace(data.draw(make.events()), cancelled_at=make.NOW)

    assert rules.event_status(event) is SignatureStatus.CANCEL_SIGNATURE
    assert rules.internal_status(event, make.after(10**6)) is InternalStatus.PENDING


@given(data=st.data())
def test_one_more_signature_never_undoes_anything(make: EventValues, data: st.DataObject) -> None:
    event = data.draw(make.events((PENDING, SIGNED)))
    waiting = [signer.id for signer in rules.signers(event) if signer.status is PENDING]
    if not waiting:
        return
    chosen = data.draw(st.sampled_from(waiting))
    batches = tuple(
        replace(
            batch,
            related_parties=tuple(
                replace(
                    party,
                    signer_groups=tuple(
                        replace(
                            group,
                            signers=tuple(
                                replace(one, status=SIGNED, acted_at=make.NOW) if one.id == chosen else one
                                for one in group.signers
                            ),
                        )
                        for group in party.signer_groups
                    ),
                )
                for party in batch.related_parties
            ),
        )
        for batch in event.batches
    )
    after = replace(event, batches=batches)

    assert rules.event_status(event) is not SIGNED or rules.event_status(after) is SIGNED
    assert rules.current_position(after) >= rules.current_position(event)
    for before_batch, after_batch in zip(event.batches, after.batches, strict=True):
        assert rules.batch_status(before_batch) is not SIGNED or rules.batch_status(after_batch) is SIGNED


@given(data=st.data(), seconds=st.integers(0, 2000))
def test_files_are_finished_some_time_after_the_last_signature(
    make: EventValues, data: st.DataObject, seconds: int
) -> None:
    event = data.draw(make.events((SIGNED,)))
    acts = [signer.acted_at for signer in rules.signers(event) if signer.acted_at]
    shown = rules.internal_status(event, make.after(seconds))

    if rules.event_status(event) is not SIGNED:  # a group asks for more signers than it has
        assert (shown, rules.zip_ready_at(event)) == (InternalStatus.PENDING, None)
        return
    ready = max(acts) + make.ZIP
    assert rules.zip_ready_at(event) == ready
    assert shown is (
        InternalStatus.FINISHED if make.after(seconds) >= ready else InternalStatus.WAITING_ZIP_FILE
    )


def test_an_event_without_a_duration_waits_for_its_files_for_ever(make: EventValues) -> None:
    event = make.event(make.batch(make.simple_party(SIGNED)), zip_takes=None)

    assert rules.internal_status(event, make.NOW + timedelta(days=10_000)) is InternalStatus.WAITING_ZIP_FILE
    assert rules.zip_ready_at(event) is None


@pytest.mark.parametrize(
    ("parties", "position"),
    [
        ([(1, "p")], 1),
        ([(1, "p"), (2, "p")], 1),
        ([(1, "s"), (2, "p")], 2),
        ([(2, "p"), (1, "s")], 2),
        ([(1, "s"), (2, "s")], 2),
        ([(3, "s"), (1, "s")], 3),
        ([(1, "s"), (1, "p"), (2, "p")], 1),
        ([(5, "p"), (9, "p")], 5),
        ([(-1, "p"), (0, "p")], -1),
    ],
)
def test_the_current_position_is_the_lowest_not_signed_or_the_last(
    make: EventValues, parties: list[tuple[int, str]], position: int
) -> None:
    made = [make.simple_party(STATUSES[status], position=at) for at, status in parties]
    together = make.event(make.batch(*made))
    apart = make.event(*(make.batch(one) for one in made))

    assert rules.current_position(together) == rules.current_position(apart) == position
