"""Sealbox beside what people would otherwise pick, measured in one interleaved run.

    make bench
    .venv/bin/python -m bench.peers [--only sealbox --only prism] [--seconds 6] [--rounds 3] [--half]
    .venv/bin/python -m bench.peers --variant 'no explanations=--quiet-headers'

Writes runs.json (every run), table.md, throughput.svg and start.svg. Whatever is not installed is named in
the table and left out. Nothing leaves loopback.
"""

from __future__ import annotations

import argparse
import inspect
import shlex
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NoReturn

import orjson

from . import machine, wrk
from .cases import CASES
from .figures import summaries
from .peers import PEERS, RESET, SERVED, Peer, Place, sealbox
from .plot import Bars, bars
from .report import by_speed, report
from .turns import Comparison, Found, Times, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .figures import Summary

ROOT = Path(__file__).resolve().parents[2]
USUAL = Times()


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.peers",
        description=inspect.getdoc(sys.modules[__name__]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", help="servers of that name, or whose name begins so")
    parser.add_argument("--case", action="append", choices=list(CASES), help="leave out the other requests")
    parser.add_argument("--variant", action="append", default=[], help="NAME=FLAGS of one more Sealbox")
    parser.add_argument("--seconds", type=float, default=USUAL.measured, help="of a run, whole ones")
    parser.add_argument("--warm", type=float, default=USUAL.warm, help="before each run")
    parser.add_argument("--jit-warm", type=float, default=USUAL.jit_warm, help="for each case of a JVM, once")
    parser.add_argument("--rounds", type=int, default=USUAL.rounds)
    parser.add_argument("--starts", type=int, default=USUAL.starts, help="cold starts of each server")
    parser.add_argument("--half", action="store_true", help="also latencies of Sealbox at half load")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the turns")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    parser.add_argument("--packages", type=Path, default=ROOT / "build" / "peers", help="where npm installed")
    return parser.parse_args()


def chosen(only: Sequence[str] | None, variants: Sequence[str]) -> list[Peer]:
    """The servers to measure, in their order. Raises ValueError for a name that none begins with."""
    more = []
    for variant in variants:
        name, _, flags = variant.partition("=")
        more.append(Peer(f"sealbox, {name}", "sealbox", "yes", sealbox(*shlex.split(flags)), reset=RESET))
    everybody = [*PEERS, *more, *(SERVED if only else ())]
    if only is None:
        return everybody
    wanted: dict[str, Peer] = {}
    for name in only:
        exact = [peer for peer in everybody if peer.name == name]
        begins = exact or [peer for peer in everybody if peer.name.startswith(name)]
        if not begins:
            raise ValueError(f"no server's name begins with {name!r}: {', '.join(p.name for p in everybody)}")
        wanted |= {peer.name: peer for peer in begins}
    return list(wanted.values())


def written(out: Path, peers: Sequence[Peer], found: Found, times: Times, packages: Path) -> str:
    """Everything that the comparison leaves behind. Returns the table."""
    about = {"machine": machine.described(), "versions": machine.versions(packages)}
    out.mkdir(parents=True, exist_ok=True)
    kept = {**about, "times": asdict(times), **asdict(found)}
    (out / "runs.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    page = report(peers, found, times, about)
    (out / "table.md").write_text(page, encoding="utf-8")
    for name, drawing in drawings(peers, found).items():
        (out / name).write_text(drawing, encoding="utf-8")
    return page


def drawings(peers: Sequence[Peer], found: Found) -> dict[str, str]:
    figures = summaries(found.runs)
    order = by_speed(peers, figures)
    speed = [
        Bars(
            peer.name,
            [_rate(figures, peer, case) for case in CASES],
            peer.kind == "sealbox",
        )
        for peer in order
    ]
    start = []
    for peer in order:
        own = [one for one in found.starts if one.server == peer.name]
        seconds, memory = median(one.seconds for one in own), median(one.resident_mib for one in own)
        start.append(Bars(peer.name, [seconds * 1000, memory], peer.kind == "sealbox"))
    return {
        "throughput.svg": bars("Requests per core-second", list(CASES), speed, logarithmic=True),
        "start.svg": bars(
            "Cold start and idle memory", ["ms to the first 200", "MiB"], start, logarithmic=True
        ),
    }


def _rate(figures: Mapping[tuple[str, str], Summary], peer: Peer, case: str) -> float | None:
    found = figures.get((peer.name, case))
    return found.per_core_second or None if found else None


def _ended(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(143)


def main() -> None:
    wanted = asked()
    signal.signal(signal.SIGTERM, _ended)  # so that no held server is left behind
    times = Times(wanted.seconds, wanted.warm, wanted.jit_warm, wanted.rounds, wanted.starts)
    try:
        say(wrk.version())
        peers = chosen(wanted.only, wanted.variant)
    except (wrk.UnusableError, ValueError) as problem:
        say(f"bench: {problem}")
        raise SystemExit(2) from problem
    say(f"{len(peers)} servers, some {times.estimate(peers) / 60:.0f} minutes")
    with tempfile.TemporaryDirectory(prefix="sealbox-bench-") as work:
        place = Place(Path(work), wanted.packages)
        comparison = Comparison(peers, place, times, cases=wanted.case or list(CASES), seed=wanted.seed)
        found = comparison.measure(half=wanted.half)
    if not found.runs:
        say("bench: nothing could be measured")
        raise SystemExit(1)
    print(written(wanted.out, peers, found, times, wanted.packages))


if __name__ == "__main__":
    main()
