"""What goes wrong on demand: with which delivery, how, and that it is written down."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.webhooks import Fault, FaultKind, State

if TYPE_CHECKING:
    from tests.webhooks.conftest import Post

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def sent(post: Post, *faults: Fault, bodies: int = 1, body: bytes = b'{"a": 1}') -> list[tuple[float, bytes]]:
    """After how many seconds each body arrives, for `bodies` added at once with `faults` set."""
    outbox = post.outbox()
    for fault in faults:
        outbox.inject(fault)
    for number in range(bodies):
        post.add(outbox, body=body if bodies == 1 else str(number).encode())
    by_id = {one.id: one.body for one in outbox}
    tried = post.drain(outbox, lambda _: 200)
    return [((at - post.start).total_seconds(), by_id[id_]) for at, id_ in tried]


@given(nth=st.integers(1, 6), times=st.integers(1, 6))
def test_a_fault_touches_the_nth_and_the_ones_after_it_and_no_other(post: Post, nth: int, times: int) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.DROP, nth=nth, times=times))
    touched = [number for number in range(1, 14) if post.add(outbox).faults]

    assert touched == list(range(nth, nth + times))
    assert outbox.faults == ()


def test_what_is_still_to_go_wrong_counts_down(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.DROP, nth=2, times=2))
    left = []
    for _ in range(3):
        left.append(outbox.faults)
        post.add(outbox)

    assert left == [
        (Fault(FaultKind.DROP, nth=2, times=2),),
        (Fault(FaultKind.DROP, nth=1, times=2),),
        (Fault(FaultKind.DROP, nth=1, times=1),),
    ]


def test_cleared_faults_touch_nothing(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.DROP))
    outbox.clear_faults()

    assert post.add(outbox).faults == ()


def test_a_duplicate_comes_twice_each_time_as_a_delivery_of_its_own(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.DUPLICATE))
    post.add(outbox, body=b'{"a": 1}')
    one, other = outbox

    assert one.id != other.id
    assert one.body == other.body
    assert one.faults == other.faults == (FaultKind.DUPLICATE,)
    assert sent(post, Fault(FaultKind.DUPLICATE)) == [(0, b'{"a": 1}')] * 2


def test_a_dropped_delivery_never_comes_unless_it_is_replayed(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.DROP))
    delivery = post.add(outbox)

    assert delivery.state is State.DROPPED
    assert post.drain(outbox, lambda _: 200) == []

    outbox.replay(delivery.id, post.after(hours=1))

    assert post.drain(outbox, lambda _: 200) == [(post.after(hours=1), delivery.id)]


def test_what_is_dropped_is_not_duplicated(post: Post) -> None:
    assert sent(post, Fault(FaultKind.DROP), Fault(FaultKind.DUPLICATE)) == []


@given(by=st.timedeltas(timedelta(), timedelta(days=365)))
def test_a_delayed_delivery_comes_that_much_later(post: Post, by: timedelta) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.DELAY, by=by))
    delivery = post.add(outbox)

    assert delivery.next_at == post.start + by
    assert delivery.faults == (FaultKind.DELAY,)


def test_a_reordered_delivery_comes_right_after_the_next_one(post: Post) -> None:
    assert sent(post, Fault(FaultKind.REORDER), bodies=3) == [(0, b"1"), (0, b"0"), (0, b"2")]


def test_two_reordered_deliveries_keep_their_own_order(post: Post) -> None:
    assert [body for _, body in sent(post, Fault(FaultKind.REORDER, times=2), bodies=3)] == [b"2", b"0", b"1"]


def test_a_reordered_delivery_that_nothing_follows_comes_when_its_wait_is_over(post: Post) -> None:
    waits = Fault(FaultKind.REORDER, by=timedelta(seconds=90))

    assert sent(post, waits, body=b"alone") == [(90, b"alone")]


def test_a_reordered_delivery_waits_no_longer_because_the_next_one_is_late(post: Post) -> None:
    faults = (
        Fault(FaultKind.REORDER, by=timedelta(seconds=90)),
        Fault(FaultKind.DELAY, nth=2, by=timedelta(hours=1)),
    )

    assert sent(post, *faults, bodies=2) == [(90, b"0"), (3600, b"1")]


def test_order_is_swapped_at_one_address_only(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.REORDER))
    held = post.add(outbox, url="http://a.example.org")
    elsewhere = post.add(outbox, url="http://b.example.org")
    follower = post.add(outbox, url="http://a.example.org")

    assert [one.id for one in outbox.due(post.start)] == [elsewhere.id, follower.id, held.id]


def test_a_held_delivery_that_was_replayed_is_held_no_more(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.REORDER))
    held = post.add(outbox)
    outbox.replay(held.id, post.start)
    follower = post.add(outbox)

    assert [one.id for one in outbox.due(post.start)] == [held.id, follower.id]


def test_a_held_delivery_that_was_tried_waits_for_its_own_next_step(post: Post) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.REORDER, by=timedelta()))
    held = outbox.record(post.add(outbox), post.attempt(post.start, 500))
    post.add(outbox)

    assert outbox[held.id].next_at == post.after(minutes=1)


def test_a_held_delivery_that_was_forgotten_is_missed_by_nobody(post: Post) -> None:
    outbox = post.outbox(most=1)
    outbox.inject(Fault(FaultKind.REORDER))
    post.add(outbox)
    follower = post.add(outbox)

    assert list(outbox) == [follower]


@given(body=st.binary())
def test_a_truncated_body_is_its_first_half(post: Post, body: bytes) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.TRUNCATE))
    delivery = post.add(outbox, body=body)

    assert delivery.body == body[: len(body) // 2]
    assert delivery.faults == ((FaultKind.TRUNCATE,) if body else ())


@given(
    document=st.dictionaries(st.text(), JSON, max_size=4),
    spelling=st.fixed_dictionaries({"ensure_ascii": st.booleans(), "indent": st.none() | st.just(2)}),
)
def test_extra_fields_leave_the_documented_ones_byte_for_byte(
    post: Post, document: dict[str, object], spelling: dict[str, Any]
) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.EXTRA_FIELDS))
    body = json.dumps(document, **spelling).encode()
    delivery = post.add(outbox, body=body + b"\n")
    more = json.loads(delivery.body)

    assert {name: more[name] for name in document} == document
    assert len(more) == len(document) + 2
    assert delivery.body.startswith(body[:-1])


@given(body=JSON.filter(lambda value: not isinstance(value, dict)).map(json.dumps) | st.just("{"))
def test_a_body_that_is_no_object_gains_no_fields_and_no_mark(post: Post, body: str) -> None:
    outbox = post.outbox()
    outbox.inject(Fault(FaultKind.EXTRA_FIELDS))
    delivery = post.add(outbox, body=body.encode())

    assert delivery.body == body.encode()
    assert delivery.faults == ()


def test_faults_add_up_in_the_order_in_which_they_were_set(post: Post) -> None:
    outbox = post.outbox()
    for kind in (FaultKind.EXTRA_FIELDS, FaultKind.TRUNCATE, FaultKind.DELAY):
        outbox.inject(Fault(kind))
    delivery = post.add(outbox, body=b'{"a": 1}')

    assert delivery.faults == (FaultKind.EXTRA_FIELDS, FaultKind.TRUNCATE, FaultKind.DELAY)
    assert delivery.body.startswith(b'{"a": 1, "sealbox_extra"')
    assert delivery.next_at == post.after(minutes=1)


@given(kinds=st.lists(st.tuples(st.sampled_from(FaultKind), st.integers(1, 4)), max_size=5))
def test_one_history_gives_one_outbox(post: Post, kinds: list[tuple[FaultKind, int]]) -> None:
    def run() -> tuple[object, ...]:
        outbox = post.outbox()
        for kind, nth in kinds:
            outbox.inject(Fault(kind, nth=nth))
        for _ in range(4):
            post.add(outbox)
        tried = post.drain(outbox, lambda delivery: 500 if delivery.serial % 2 else 200)
        return tried, list(outbox)

    assert run() == run()


@pytest.mark.parametrize(
    "wrong", [{"nth": 0}, {"times": 0}, {"by": timedelta(seconds=-1)}, {"by": timedelta(days=366)}]
)
def test_a_fault_that_makes_no_sense_is_not_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Fault(FaultKind.DELAY, **wrong)  # type: ignore[arg-type]  # one of them is no number
