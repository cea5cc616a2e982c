"""Requests that are made at once, and promises held against one reply."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

from hypothesis import settings
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import run_state_machine_as_test
from sealbox_conformance import catalogue
from sealbox_conformance.witness import Breach, Nonconformance, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hypothesis.stateful import RuleBasedStateMachine
    from sealbox_conformance.exchange import Reply, Wire
    from sealbox_conformance.witness import Finding

T = TypeVar("T")
SHRINKING = 8  # seconds


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What calls answer that begin at one moment, each in a thread of its own; in the order of `calls`."""
    gate = Barrier(len(calls))

    def begun(call: Callable[[], T]) -> T:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begun, calls))


def judge(wire: Wire, reply: Reply, findings: Iterable[Finding], *, after: str = "") -> None:
    """Take down all of `findings`; then raise Nonconformance for the first that is broken and binds.

    What does not bind never ends a check. `after` tells the history.
    """
    broken = None
    for finding in findings:
        wire.note(finding, reply)
        if not (broken or finding.holds or finding.weak) and catalogue.load()[finding.id].binding:
            seen = shorten(finding.actual) + (f", after: {after}" if after else "")
            broken = Breach(finding.id, finding.expected, seen, reply.curl)
    if broken:
        raise Nonconformance(broken)


def run_machine(machine: type[RuleBasedStateMachine], *, steps: int) -> None:
    """Run a state machine with as many examples as the profile asks for.

    A history that breaks something is made shorter for a few seconds only: by default it is five minutes.
    """
    usual, engine.MAX_SHRINKING_SECONDS = engine.MAX_SHRINKING_SECONDS, SHRINKING
    try:
        run_state_machine_as_test(machine, settings=settings(stateful_step_count=steps))
    finally:
        engine.MAX_SHRINKING_SECONDS = usual
