"""What becomes of a delivery: the ladder, the order, replays, and how many are kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.webhooks import State

if TYPE_CHECKING:
    from tests.webhooks.conftest import Post

LADDERS = st.lists(st.timedeltas(timedelta(), timedelta(days=1)), min_size=1, max_size=9)


@given(ladder=LADDERS)
def test_a_receiver_that_always_fails_is_tried_once_for_each_step(
    post: Post, ladder: list[timedelta]
) -> None:
    outbox = post.outbox(ladder)
    post.add(outbox)
    tried = [at - post.start for at, _ in post.drain(outbox, lambda _: 500)]

    assert tried == list(accumulate(ladder))
    assert [one.state for one in outbox] == [State.FAILED]


def test_the_ladder_of_the_sister_product_takes_22_hours_and_21_minutes(post: Post) -> None:
    outbox = post.outbox()
    post.add(outbox)

    assert post.drain(outbox, lambda _: 503)[-1][0] == post.after(hours=22, minutes=21)


@given(ladder=LADDERS, good=st.integers(1, 9))
def test_the_first_good_answer_ends_the_ladder(post: Post, ladder: list[timedelta], good: int) -> None:
    outbox = post.outbox(ladder)
    post.add(outbox)
    tried = post.drain(outbox, lambda delivery: 200 if len(delivery.attempts) + 1 == good else None)
    (delivery,) = outbox

    assert len(tried) == min(good, len(ladder))
    assert (delivery.state is State.DELIVERED) == (good <= len(ladder))


@given(status=st.integers(100, 599))
def test_2xx_and_nothing_else_is_delivered(post: Post, status: int) -> None:
    outbox = post.outbox()
    delivery = outbox.record(post.add(outbox), post.attempt(post.start, status))

    assert (delivery.state is State.DELIVERED) == (200 <= status <= 299)
    assert (delivery.next_at is None) == (delivery.state is State.DELIVERED)


def test_a_good_status_whose_answer_broke_off_is_retried(post: Post) -> None:
    outbox = post.outbox()
    broken = post.attempt(post.start, 200, "connection lost")
    delivery = outbox.record(post.add(outbox), broken)

    assert delivery.state is State.PENDING
    assert delivery.next_at == post.after(minutes=1)


def test_a_refused_address_is_not_tried_again(post: Post) -> None:
    outbox = post.outbox()
    delivery = outbox.record(post.add(outbox), post.attempt(post.start, None, "refused: not this machine"))

    assert delivery.state is State.REFUSED
    assert outbox.next_due() is None


def test_a_late_attempt_shifts_the_ones_after_it(post: Post) -> None:
    outbox = post.outbox()
    delivery = outbox.record(post.add(outbox), post.attempt(post.after(hours=2), 500))

    assert delivery.next_at == post.after(hours=2, minutes=1)


# ---- order ------------------------------------------------------------------------------------------------


@given(ages=st.lists(st.integers(0, 5), max_size=20), now=st.integers(0, 6))
def test_the_longest_due_comes_first_and_equals_come_as_they_were_added(
    post: Post, ages: list[int], now: int
) -> None:
    outbox = post.outbox()
    added = [post.add(outbox, now=post.after(minutes=age)) for age in ages]
    due = [one for one in added if one.created_at <= post.after(minutes=now)]

    # sorted() is stable: what is equally due stays in the order of adding
    assert list(outbox.due(post.after(minutes=now))) == sorted(due, key=lambda one: one.created_at)


@given(ages=st.lists(st.integers(0, 5), max_size=20))
def test_attempts_of_many_deliveries_are_made_in_the_order_of_time(post: Post, ages: list[int]) -> None:
    outbox = post.outbox()
    for age in ages:
        post.add(outbox, now=post.after(minutes=age))
    times = [at for at, _ in post.drain(outbox, lambda _: 500)]

    assert all(earlier <= later for earlier, later in pairwise(times))
    assert len(times) == len(ages) * len(post.ladder)


def test_nothing_is_due_before_its_time(post: Post) -> None:
    outbox = post.outbox([timedelta(minutes=5)])
    delivery = post.add(outbox)

    assert outbox.due(post.after(minutes=4.99)) == ()
    assert outbox.next_due() == post.after(minutes=5)
    assert outbox.due(post.after(minutes=5)) == (delivery,)


# ---- replay -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "error"), [(200, None), (500, None), (None, "refused: not this machine")])
def test_a_replay_is_due_at_once_whatever_has_been(post: Post, status: int | None, error: str | None) -> None:
    outbox = post.outbox([timedelta()])
    before = outbox.record(post.add(outbox), post.attempt(post.start, status, error))
    again = outbox.replay(before.id, post.after(days=1))

    assert outbox.due(post.after(days=1)) == (again,)
    assert again.state is State.PENDING
    assert again.attempts == before.attempts


def test_a_replay_starts_at_the_foot_of_the_ladder_and_keeps_the_history(post: Post) -> None:
    outbox = post.outbox()
    delivery = post.add(outbox)
    post.drain(outbox, lambda _: 500)
    outbox.replay(delivery.id, post.after(days=2))
    post.drain(outbox, lambda _: 500)
    attempts = outbox[delivery.id].attempts

    assert [one.number for one in attempts] == list(range(1, 17))
    assert attempts[8].at == post.after(days=2)
    assert attempts[15].at == post.after(days=2, hours=22, minutes=21)


def test_a_replay_asked_for_during_an_attempt_is_made_though_the_attempt_succeeds(post: Post) -> None:
    outbox = post.outbox()
    under_way = post.add(outbox)
    outbox.replay(under_way.id, post.start)
    outbox.record(under_way, post.attempt(post.start, 200))
    (due,) = outbox.due(post.start)

    assert due.state is State.PENDING
    assert len(due.attempts) == 1


def test_an_older_answer_does_not_undo_a_newer_one(post: Post) -> None:
    outbox = post.outbox()
    seen_by_both = post.add(outbox)
    outbox.record(seen_by_both, post.attempt(post.after(seconds=2), 200))
    delivery = outbox.record(seen_by_both, post.attempt(post.after(seconds=1), 500))

    assert delivery.state is State.DELIVERED
    assert [(one.number, one.status) for one in delivery.attempts] == [(1, 500), (2, 200)]


def test_nobody_replays_what_is_not_there(post: Post) -> None:
    with pytest.raises(KeyError):
        post.outbox().replay("delivery-1", post.start)


# ---- how many are kept ------------------------------------------------------------------------------------


@given(ended=st.lists(st.booleans(), max_size=12), most=st.integers(1, 6))
def test_the_oldest_ended_ones_make_room(post: Post, ended: list[bool], most: int) -> None:
    outbox = post.outbox(most=most)
    expected: list[tuple[str, bool]] = []
    for ends in ended:
        if len(expected) == most:
            expected.remove(next((one for one in expected if one[1]), expected[0]))
        delivery = post.add(outbox)
        if ends:
            outbox.record(delivery, post.attempt(post.start, 200))
        expected.append((delivery.id, ends))

    assert [(one.id, one.next_at is None) for one in outbox] == expected
    assert {one.id for one in outbox.due(post.start)} == {id_ for id_, ends in expected if not ends}


def test_five_thousand_are_kept_unless_told_otherwise(post: Post) -> None:
    outbox = post.outbox()
    for _ in range(5_001):
        post.add(outbox)

    assert len(outbox) == 5_000
    assert next(iter(outbox)).id == "delivery-2"


def test_an_answer_for_a_forgotten_delivery_brings_nothing_back(post: Post) -> None:
    outbox = post.outbox(most=1)
    forgotten = post.add(outbox)
    kept = post.add(outbox)
    outbox.record(forgotten, post.attempt(post.start, 500))

    assert list(outbox) == [kept]
    assert outbox.due(post.after(days=1)) == (kept,)


def test_a_ladder_has_steps_and_none_leads_back(post: Post) -> None:
    with pytest.raises(ValueError, match="leads back"):
        post.outbox([timedelta(seconds=-1)])
    with pytest.raises(ValueError, match="at least one"):
        post.outbox(most=0)


def test_two_outboxes_never_meet(post: Post) -> None:
    one, other = post.outbox(), post.outbox()
    post.add(one)

    assert len(other) == 0
    assert other.next_due() is None
