"""Things happen in the order of their times, and plans that no longer hold do not happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sealbox.timing.agenda import Agenda, Happening
from sealbox.timing.timeline import Timeline

START = datetime(2025, 4, 1, tzinfo=UTC)
SECONDS = st.integers(0, 50)


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def agenda(*plans: int, holds: frozenset[int] | None = None) -> Agenda[int]:
    made: Agenda[int] = Agenda(lambda item: holds is None or item in holds)
    for number, seconds in enumerate(plans):
        made.add(at(seconds), number)
    return made


def test_what_is_due_at_one_moment_happens_in_the_order_in_which_it_was_planned() -> None:
    assert [item for _, item in agenda(5, 3, 5, 3).due(at(5))] == [1, 3, 0, 2]


def test_what_has_happened_does_not_happen_again() -> None:
    planned = agenda(1, 2)

    assert len(list(planned.due(at(1)))) == 1
    assert len(list(planned.due(at(9)))) == 1
    assert list(planned.due(at(99))) == []


@given(st.lists(SECONDS, max_size=30), SECONDS)
def test_all_that_is_due_and_nothing_else_happens(plans: list[int], now: int) -> None:
    planned = agenda(*plans)
    happened = [moment for moment, _ in planned.due(at(now))]

    assert happened == sorted(at(seconds) for seconds in plans if seconds <= now)
    assert planned.next_after(at(now)) == min((at(s) for s in plans if s > now), default=None)


@given(st.lists(SECONDS, max_size=20), SECONDS, st.data())
def test_only_plans_that_hold_count(plans: list[int], now: int, data: st.DataObject) -> None:
    holds = frozenset(data.draw(st.sets(st.integers(0, 19))))
    held = {number: seconds for number, seconds in enumerate(plans) if number in holds}

    # Whether it is asked before what is due has been taken out, or after, makes no difference.
    expected = min((at(seconds) for seconds in held.values() if seconds > now), default=None)
    planned = agenda(*plans, holds=holds)
    assert planned.next_after(at(now)) == expected
    assert {item for _, item in planned.due(at(now))} == {n for n, s in held.items() if s <= now}
    assert planned.next_after(at(now)) == expected


def test_a_timeline_tells_what_is_new_since_a_number() -> None:
    timeline = Timeline()
    for number in range(3):
        timeline.append(Happening(START, "vec", str(number), "x"))

    assert [(number, one.about) for number, one in timeline.since(1)] == [(2, "1"), (3, "2")]
    assert timeline.since(3) == []


@given(st.integers(1, 10), st.integers(0, 30), st.integers(0, 40))
def test_a_timeline_keeps_the_newest_under_their_numbers(most: int, added: int, since: int) -> None:
    timeline = Timeline(most)
    timeline.extend(Happening(START, "vec", str(number), "x") for number in range(1, added + 1))

    kept = timeline.since(since)
    assert [number for number, _ in kept] == list(range(max(since, added - most) + 1, added + 1))
    assert all(one.about == str(number) for number, one in kept)
    assert timeline.count == added
