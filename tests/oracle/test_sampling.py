"""How Hypothesis is steered: one seed for all, a database all the same, and rounds that fill the time."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sealbox_conformance import sampling
from sealbox_conformance.budget import Pace, Round
from sealbox_conformance.gate import Cut
from sealbox_conformance.outcomes import let_laws_fail
from sealbox_conformance.sampling import Sampler
from sealbox_conformance.witness import Breach, Nonconformance, Witness


@pytest.fixture(autouse=True)
def _settings_of_others_are_kept() -> Any:
    before = settings.get_current_profile_name()
    sampling.set_profile(12, None)
    yield
    settings.load_profile(before)


def _property() -> tuple[Any, list[int]]:
    drawn: list[int] = []

    @given(number=st.integers())
    def check(number: int) -> None:
        drawn.append(number)

    return check, drawn


def _run(sampler: Sampler, check: Any) -> None:
    sampler.run(check, check, broken=lambda: False)


@pytest.mark.parametrize("seed", [1, 2])
def test_one_seed_draws_the_same(seed: int) -> None:
    (first, one), (second, other) = _property(), _property()
    _run(Sampler(Round(0, seed, 12), 12), first)
    _run(Sampler(Round(0, seed, 12), 12), second)

    assert one == other


def test_another_seed_draws_something_else() -> None:
    (first, one), (second, other) = _property(), _property()
    _run(Sampler(Round(0, 1, 12), 12), first)
    _run(Sampler(Round(0, 2, 12), 12), second)

    assert one != other


def test_a_state_machine_has_the_seed_too() -> None:
    histories: list[list[int]] = [[], []]
    for seen in histories:

        class Machine(RuleBasedStateMachine):
            @rule(number=st.integers())
            def step(self, number: int, seen: list[int] = seen) -> None:
                seen.append(number)

        _run(Sampler(Round(0, 1, 3), 12), lambda machine=Machine: run_state_machine_as_test(machine))

    assert histories[0] == histories[1] != []


@pytest.mark.parametrize("examples", [1, 5, 30])
def test_a_property_has_as_many_examples_as_the_round(examples: int) -> None:
    check, drawn = _property()
    _run(Sampler(Round(0, 1, examples), 12), check)

    assert len(drawn) == examples


def test_a_property_with_a_number_of_its_own_keeps_the_proportion() -> None:
    drawn: list[int] = []

    @settings(max_examples=24)
    @given(number=st.integers())
    def check(number: int) -> None:
        drawn.append(number)

    sampler = Sampler(Round(0, 1, 3), 12)
    _run(sampler, check)
    _run(sampler, check)

    assert len(drawn) == 6 + 6


def test_a_property_is_left_as_it_was() -> None:
    check, drawn = _property()
    for _ in range(3):
        _run(Sampler(Round(0, 1, 4), 12), check)  # each a run of its own, in one process

    assert len(drawn) == 3 * 4


def test_laws_are_judged_by_the_witness_of_the_run() -> None:
    check, _ = _property()
    for _ in range(2):
        witness = Witness()
        let_laws_fail(check, witness, known=())
        witness.add(Breach("VEC-BATCH-03", "a", "b", "of an example before"))
        check()
        assert witness.fresh == []


LAW = Breach("VEC-BATCH-03", "a", "b", "curl", law=True)


@pytest.mark.parametrize(
    ("breach", "known", "fails"),
    [
        (LAW, (), True),
        (LAW, ("VEC-BATCH-03",), False),
        (replace(LAW, weak=True), (), False),
        (replace(LAW, id="VEC-BATCH-08"), (), False),  # a SHOULD
    ],
)
def test_a_broken_law_fails_the_property_that_met_it(
    breach: Breach, known: tuple[str, ...], *, fails: bool
) -> None:
    witness = Witness()

    @given(number=st.integers())
    def check(number: int) -> None:
        witness.add(breach)

    let_laws_fail(check, witness, known=known)
    with pytest.raises(Nonconformance) if fails else nullcontext():
        check()


def _clock(*, a_call_takes: float) -> Any:
    times = iter(range(10_000))
    return lambda: next(times) * a_call_takes


def test_rounds_fill_the_time() -> None:
    check, drawn = _property()
    pace = Pace(ends=100.0, drawing=1, plain=0)
    _run(Sampler(Round(0, 1, 4), 12, pace=pace, now=lambda: float(len(drawn))), check)

    assert len(drawn) == 4 + 8 + 16 + 32  # a second each: the next round would have ended after 124


def test_a_limit_of_examples_ends_the_rounds() -> None:
    check, drawn = _property()
    pace = Pace(ends=100.0, drawing=1, plain=0)
    _run(Sampler(Round(0, 1, 4), 12, most=10, pace=pace, now=lambda: float(len(drawn))), check)

    assert len(drawn) == 4 + 8


def test_a_check_that_draws_nothing_runs_once() -> None:
    runs: list[int] = []
    pace = Pace(ends=1e9, drawing=0, plain=1)
    _run(Sampler(Round(0, 1, 4), 12, pace=pace, now=_clock(a_call_takes=1.0)), lambda: runs.append(1))

    assert runs == [1]


def _cut_after(calls: int) -> Any:
    check, drawn = _property()

    def stops() -> None:
        if len(drawn) >= calls:
            raise Cut("cut: no more time")
        check()

    return stops


def test_what_was_cut_before_a_round_was_over_is_not_known() -> None:
    pace = Pace(ends=1e9, drawing=1, plain=0)
    with pytest.raises(Cut):
        _run(Sampler(Round(0, 1, 4), 12, pace=pace), _cut_after(0))


def test_what_was_cut_after_a_whole_round_is_known() -> None:
    pace = Pace(ends=1e9, drawing=1, plain=0)
    sampler = Sampler(Round(0, 1, 4), 12, pace=pace, now=_clock(a_call_takes=1.0))
    _run(sampler, _cut_after(4))

    assert sampler.round.number == 1


def test_a_broken_promise_ends_the_rounds() -> None:
    check, drawn = _property()
    pace = Pace(ends=1e9, drawing=1, plain=0)
    sampler = Sampler(Round(0, 1, 4), 12, pace=pace, now=_clock(a_call_takes=1.0))
    sampler.run(check, check, broken=lambda: True)

    assert len(drawn) == 4


def test_no_place_is_no_database(tmp_path: Any) -> None:
    assert sampling.database("") is None
    assert isinstance(sampling.database(str(tmp_path)), DirectoryBasedExampleDatabase)


def test_seeds_of_others_are_left_alone() -> None:
    """Hypothesis' own entry points go on working once a run has been seeded."""
    sampling.seeded(1)

    assert find(st.integers(), lambda number: number > 10) == 11


SCHEMATHESIS_FIRST = """
import schemathesis
from hypothesis import given, strategies as st
from sealbox_conformance import sampling
from sealbox_conformance.budget import Round
sampling.set_profile(12, None)

@given(number=st.integers())
def check(number):
    assert number < 100

try:
    sampling.Sampler(Round(0, 1, 200), 12).run(check, check, broken=lambda: False)
except AssertionError as error:
    print(*error.__notes__)
"""


def test_an_example_can_be_read_although_schemathesis_is_there() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCHEMATHESIS_FIRST], capture_output=True, text=True, check=True
    )

    assert "number=100" in done.stdout, done.stdout
