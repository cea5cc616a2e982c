"""Faults count requests and strike when their rule says, and at no other time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.exchanges.faults import LONGEST_DELAY, MOST_RULES, After, Dribble, Effect, Faults, While

DOWN = Effect(status=503)
OPERATIONS = st.sampled_from(["createBatch", "getBatch", "listBatches"])


def struck(faults: Faults, *operations: str, has: bool = False) -> list[bool]:
    return [faults.meet(operation, lambda _about, _status: has) is not None for operation in operations]


def test_without_a_when_every_request_is_struck() -> None:
    faults = Faults()
    faults.add(DOWN)

    assert struck(faults, "getBatch", "createBatch", "getBatch") == [True, True, True]


def test_the_nth_request_is_struck_and_no_other() -> None:
    faults = Faults()
    faults.add(DOWN, operation="getBatch", nth=3)

    assert struck(faults, *["getBatch"] * 5) == [False, False, True, False, False]


def test_the_next_requests_are_struck_and_then_none() -> None:
    faults = Faults()
    fault = faults.add(DOWN, operation="getBatch", times=2)

    assert struck(faults, "getBatch", "listBatches", "getBatch", "getBatch") == [True, False, True, False]
    (spent,) = faults
    assert (spent.id, spent.seen, spent.struck, spent.is_spent) == (fault.id, 2, 2, True)


def test_while_an_object_has_a_status() -> None:
    faults = Faults()
    faults.add(DOWN, during=While("b", "processing"))

    assert struck(faults, "getBatch", has=False) == [False]
    assert struck(faults, "getBatch", has=True) == [True]
    assert struck(faults, "getBatch", has=False) == [False]


def test_the_condition_is_asked_about_the_object_of_the_rule() -> None:
    faults = Faults()
    faults.add(DOWN, during=While("b-1", "completed"))

    assert faults.meet("getBatch", lambda about, status: (about, status) == ("b-1", "completed"))
    assert not faults.meet("getBatch", lambda about, status: (about, status) != ("b-1", "completed"))


def test_after_another_operation_has_been_asked_for() -> None:
    faults = Faults()
    faults.add(DOWN, operation="getBatch", nth=1, after=After("createBatch", 2))

    asked = ["getBatch", "createBatch", "getBatch", "createBatch", "getBatch", "getBatch"]
    assert struck(faults, *asked) == [False, False, False, False, True, False]


def test_after_nothing_counts_at_once() -> None:
    faults = Faults()
    faults.add(DOWN, nth=1, after=After("createBatch", 0))

    assert struck(faults, "getBatch") == [True]


def test_two_rules_at_once_do_both() -> None:
    faults = Faults()
    faults.add(Effect(delay=timedelta(seconds=1)))
    faults.add(Effect(status=500, cut_after=3))
    faults.add(Effect(status=503, dribble=Dribble(1, timedelta()), reset=True))
    met = faults.meet("getBatch", lambda *_: False)

    assert met is not None
    effect, names = met
    assert effect == Effect(
        status=500, delay=timedelta(seconds=1), cut_after=3, reset=True, dribble=Dribble(1, timedelta())
    )
    assert names.count("fault") == 3


def test_delays_add_up_to_the_longest_at_most() -> None:
    assert (Effect(delay=LONGEST_DELAY) | Effect(delay=LONGEST_DELAY)).delay == LONGEST_DELAY


@pytest.mark.parametrize(
    "when",
    [{"nth": 1, "times": 1}, {"nth": 0}, {"times": 0}, {"nth": -1}],
)
def test_a_rule_that_cannot_be_is_refused(when: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Faults().add(DOWN, **when)


@pytest.mark.parametrize(
    "what", [{}, {"delay": LONGEST_DELAY * 2}, {"delay": -timedelta(seconds=1), "status": 500}]
)
def test_an_effect_that_cannot_be_is_refused(what: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Effect(**what)


def test_there_are_not_more_rules_than_can_be_looked_at() -> None:
    faults = Faults()
    for _ in range(MOST_RULES):
        faults.add(DOWN)

    with pytest.raises(ValueError, match=str(MOST_RULES)):
        faults.add(DOWN)


def test_a_removed_rule_strikes_no_more() -> None:
    faults = Faults()
    first, second = faults.add(DOWN, operation="getBatch"), faults.add(DOWN, operation="createBatch")
    faults.remove(first.id)

    assert struck(faults, "getBatch", "createBatch") == [False, True]
    with pytest.raises(KeyError):
        faults.remove(first.id)
    faults.remove(second.id)
    assert not faults


def test_numbers_are_not_given_twice() -> None:
    faults = Faults()
    first = faults.add(DOWN)
    faults.clear()

    assert faults.add(DOWN).id > first.id


@given(st.lists(OPERATIONS, max_size=30), st.integers(1, 10), st.integers(1, 10))
def test_so_many_are_struck_as_were_asked_for(asked: list[str], nth: int, times: int) -> None:
    one, some = Faults(), Faults()
    one.add(DOWN, operation="getBatch", nth=nth)
    some.add(DOWN, operation="getBatch", times=times)
    meant = asked.count("getBatch")

    assert sum(struck(one, *asked)) == (1 if meant >= nth else 0)
    assert sum(struck(some, *asked)) == min(meant, times)


@given(st.lists(OPERATIONS, max_size=20))
def test_what_strikes_is_the_same_every_time(asked: list[str]) -> None:
    runs = []
    for _ in range(2):
        faults = Faults()
        faults.add(DOWN, operation="getBatch", nth=2)
        faults.add(Effect(reset=True), times=3, after=After("createBatch"))
        runs.append([faults.meet(operation, lambda *_: False) for operation in asked])

    assert runs[0] == runs[1]
