"""The tables of a comparison, as Markdown."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from .cases import CASES
from .figures import ratio, summaries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .figures import Half, Run, Start, Summary
    from .peers import Peer
    from .turns import Found, Times


def shown(number: float) -> str:
    """To three digits or so, with separators: `16,000`, `8.31`."""
    if number >= 100:
        digits = max(0, len(str(int(number))) - 3)
        return f"{round(number, -digits):,.0f}"
    return f"{number:.3g}"


def rows(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def speed(peers: Sequence[Peer], runs: Sequence[Run]) -> str:
    """Requests per core-second of each, and in brackets requests a second."""
    found = summaries(runs)
    body = []
    for peer in by_speed(peers, found):
        cells = [found.get((peer.name, case)) for case in CASES]
        body.append([peer.name, *(_cell(cell) for cell in cells), peer.validates, _errors(cells)])
    return rows(["requests per core-second (a second)", *CASES, "validates", "errors"], body)


def _cell(cell: Summary | None) -> str:
    if cell is None:
        return "none"
    return f"{shown(cell.per_core_second)} ±{cell.spread / 2:.0%} ({shown(cell.per_second)})"


def _errors(cells: Sequence[Summary | None]) -> str:
    return str(sum(cell.errors for cell in cells if cell))


def latency(peers: Sequence[Peer], runs: Sequence[Run]) -> str:
    found = summaries(runs)
    body = []
    for peer in by_speed(peers, found):
        cells = (found.get((peer.name, case)) for case in CASES)
        body.append(
            [peer.name, *(f"{shown(one.p50)} / {shown(one.p99)}" if one else "none" for one in cells)]
        )
    return rows(["p50 / p99 in ms at full load", *CASES], body)


def by_speed(peers: Sequence[Peer], found: Mapping[tuple[str, str], Summary]) -> list[Peer]:
    """Those that were measured, the fastest at the first case of theirs in front."""

    def rate(peer: Peer) -> float:
        return next(found[peer.name, case].per_core_second for case in CASES if (peer.name, case) in found)

    return sorted(
        (peer for peer in peers if any(name == peer.name for name, _ in found)), key=rate, reverse=True
    )


def ratios(peers: Sequence[Peer], runs: Sequence[Run], ours: str) -> str:
    """How many times as fast, by core-second, the server `ours` is as each other one."""
    found = summaries(runs)
    body = []
    for peer in by_speed(peers, found):
        pairs = [(found.get((ours, case)), found.get((peer.name, case))) for case in CASES]
        times = [
            ratio(our.per_core_second, their.per_core_second) if our and their else None
            for our, their in pairs
        ]
        if peer.name != ours and any(times):
            body.append([peer.name, *(f"{one:.2f}" if one else "none" for one in times)])
    return rows([f"{ours} is so many times", *CASES], body) if body else ""


def _times(ours: Summary | None, theirs: Summary | None) -> float | None:
    return ratio(ours.per_core_second, theirs.per_core_second) if ours and theirs else None


def starts(peers: Sequence[Peer], found: Sequence[Start], runs: Sequence[Run]) -> str:
    body = []
    for peer in peers:
        own = [start for start in found if start.server == peer.name]
        if own:
            highest = max((run.resident_mib for run in runs if run.server == peer.name), default=0.0)
            seconds = [start.seconds for start in own]
            body.append(
                [
                    peer.name,
                    f"{median(seconds):.2f}",
                    f"{min(seconds):.2f} to {max(seconds):.2f}",
                    f"{median(start.resident_mib for start in own):.0f}",
                    f"{highest:.0f}",
                ]
            )
    return rows(["server", "first 200 after s", "from, to", "idle MiB", "highest MiB"], body)


def halves(found: Sequence[Half]) -> str:
    body = [
        [
            half.server,
            half.case,
            shown(half.per_second),
            shown(half.p50),
            shown(half.p99),
            f"{half.p99 / half.p50:.1f}",
        ]
        for half in found
    ]
    return rows(["at half load", "case", "a second", "p50 ms", "p99 ms", "p99 / p50"], body)


def report(peers: Sequence[Peer], found: Found, times: Times, about: Mapping[str, Mapping[str, str]]) -> str:
    """The whole page, with what it was measured on and how."""
    missing = "".join(f"\n* {name}: {reason.splitlines()[0][:200]}" for name, reason in found.missing.items())
    broken = "".join(f"\n* {' '.join(reason.split())[:200]}" for reason in found.broken)
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    parts = [
        "# Measured side by side",
        HOW_TO_READ,
        speed(peers, found.runs),
        ratios(peers, found.runs, "sealbox"),
        starts(peers, found.starts, found.runs),
        latency(peers, found.runs),
        halves(found.halves) if found.halves else "",
        f"Not measured:{missing}" if missing else "",
        f"Broke down in a turn, and were started anew:{broken}" if broken else "",
        f"Machine: {', '.join(about['machine'].values())}. {_conditions(found, times)}",
        f"Versions: {versions}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


HOW_TO_READ = """\
Written by `make bench`. Each figure is the median of the runs; ± is half of what lies between the best and
the worst. Compare inside one table only."""


def _conditions(found: Found, times: Times) -> str:
    neighbours = [run.neighbours for run in found.runs] or [0.0]
    return f"""\
{times.rounds} rounds of {times.measured:g} s after {times.warm:g} s of warm-up (JVMs {times.jit_warm:g} s per
case before the first round), server and wrk on a core each where there are two, all other servers held.
Neighbours used {median(neighbours):.2f} cores in the median run, {max(neighbours):.2f} at most."""
