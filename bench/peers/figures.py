"""What was measured, and what follows from it: medians, spreads, ratios. Numbers in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Run:
    """One turn of one server at one case."""

    server: str
    case: str
    round: int
    requests: int
    seconds: float
    cpu_seconds: float
    """Of all processes of the server: what neighbours on the machine take away is not in it."""

    p50: float
    p99: float
    errors: int
    resident_mib: float
    neighbours: float
    """Cores that neither the server nor wrk used and that were busy all the same."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def per_core_second(self) -> float:
        return self.requests / self.cpu_seconds if self.cpu_seconds else 0.0


@dataclass(frozen=True, slots=True)
class Start:
    """One cold start: seconds to the first answer, and memory right after it."""

    server: str
    seconds: float
    resident_mib: float


@dataclass(frozen=True, slots=True)
class Half:
    """Latencies in milliseconds at about half of what a server can bear: of the run that `middle` takes."""

    server: str
    case: str
    per_second: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The runs of one server at one case."""

    per_core_second: float
    per_second: float
    p50: float
    p99: float
    spread: float
    """Between the best and the worst run, as a part of the median."""

    errors: int
    runs: int


def summary(runs: Sequence[Run]) -> Summary:
    """Medians. Raises ValueError when there is no run."""
    if not runs:
        raise ValueError("there are no runs")
    rates = [run.per_core_second for run in runs]
    return Summary(
        per_core_second=median(rates),
        per_second=median(run.per_second for run in runs),
        p50=median(run.p50 for run in runs),
        p99=median(run.p99 for run in runs),
        spread=(max(rates) - min(rates)) / median(rates) if median(rates) else 0.0,
        errors=sum(run.errors for run in runs),
        runs=len(runs),
    )


def summaries(runs: Iterable[Run]) -> dict[tuple[str, str], Summary]:
    """By server and case."""
    sorted_out: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        sorted_out.setdefault((run.server, run.case), []).append(run)
    return {key: summary(found) for key, found in sorted_out.items()}


def ratio(ours: float, theirs: float) -> float | None:
    """How many times as fast as theirs ours is; None when they have answered nothing."""
    return ours / theirs if theirs else None
