"""Requests that are made at once, and promises held against one reply."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

from sealbox_conformance import catalogue
from sealbox_conformance.witness import Breach, Nonconformance, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sealbox_conformance.exchange import Reply, Wire
    from sealbox_conformance.witness import Finding

T = TypeVar("T")


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What calls answer that begin at one moment, each in a thread of its own; in the order of `calls`."""
    gate = Barrier(len(calls))

    def begun(call: Callable[[], T]) -> T:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begun, calls))


def judge(wire: Wire, reply: Reply, findings: Iterable[Finding], *, after: str = "") -> None:
    """Take down all of `findings`. Raises Nonconformance for the first one that is broken and binds.

    What does not bind is taken down only, so that the check goes on to what does. `after` tells the history.
    """
    for finding in findings:
        if finding.holds or finding.weak or not catalogue.load()[finding.id].binding:
            wire.note(finding, reply)
            continue
        seen = shorten(finding.actual) + (f", after: {after}" if after else "")
        raise Nonconformance(Breach(finding.id, finding.expected, seen, reply.curl))
