"""What a request costs against what the sandbox holds: medians, exponents, and where growing costs arise.

    .venv/bin/python -m bench.scale [--only batches] [--largest 1000] [--seconds 0.3] [--json scale.json]

The application runs in this process, without a socket; times are CPU times, which no neighbour takes away.
An operation whose cost grows more than it may (not at all, or as the size of the request itself) is listed at
the end with the place that a profiler names. With --strict the exit code says whether there are any.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import inspect
import pstats
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

import orjson
from sealbox.serving.server import collect_rarely

from .dimensions import DIMENSIONS, Stand, opened
from .growth import Growth, exponent, steepest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .dimensions import Operation

MOST_CALLS = 60  # so that what creates does not fill the smallest size itself


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


async def stand_of(name: str, size: int) -> tuple[Stand, float]:
    """The stand, and the bytes of memory that each object filled in takes."""
    gc.collect()
    before = resident_bytes()
    made = DIMENSIONS[name][1](size)
    stand = made if isinstance(made, Stand) else await made
    gc.collect()
    return stand, (resident_bytes() - before) / stand.made if stand.made else 0.0


async def cost(operation: Operation, seconds: float) -> float:
    """The median of its CPU seconds: of one call at least, of as many as fit in `seconds`.

    One call more comes before them, for the first one of a process also makes what all calls use.
    """
    took: list[float] = []
    with suppress(StopAsyncIteration):
        await operation()
    ends = time.process_time() + seconds
    while not took or (time.process_time() < ends and len(took) < MOST_CALLS):
        started = time.process_time()
        try:
            await operation()
        except StopAsyncIteration:
            break
        took.append(time.process_time() - started)
    return median(took)


async def place(operation: Operation) -> str:
    """The deepest function of Sealbox's that has two fifths of the time in and below it."""
    profile = cProfile.Profile(time.process_time)
    with patch("asyncio.to_thread", _here):  # a profiler sees its own thread only
        profile.enable()
        with suppress(StopAsyncIteration):
            await operation()
        profile.disable()
    statistics = pstats.Stats(profile)
    total = statistics.total_tt or 1.0  # type: ignore[attr-defined]  # typeshed leaves it out
    found = statistics.stats.items()  # type: ignore[attr-defined]  # as above
    own = [
        (below / total, at)
        for at, (_, _, _, below, _) in found
        if "/sealbox/" in at[0] and below / total > 0.4
    ]
    if not own:
        return "outside Sealbox"
    share, (file, line, function) = min(own)
    return f"{file.rpartition('/sealbox/')[2]}:{line} {function} ({share:.0%})"


async def _here(function: Callable[..., object], *arguments: object) -> object:
    return function(*arguments)


async def measure(name: str, sizes: Sequence[int], seconds: float) -> tuple[list[Growth], dict[int, float]]:
    costs: dict[str, dict[int, float]] = {}
    places: dict[str, str] = {}
    memory: dict[int, float] = {}
    allowed: dict[str, float] = {}
    opened()  # what every application of a process shares is no object's
    collect_rarely()  # as the server does, which would otherwise look through all objects again and again
    # The largest first: memory that a smaller one has given back would be used again, and not be counted.
    for size in sorted(sizes, reverse=True):
        stand, memory[size] = await stand_of(name, size)
        allowed = dict(stand.allowed)
        for operation, call in stand.operations.items():
            costs.setdefault(operation, {})[size] = await cost(call, seconds)
            if size == max(sizes):
                places[operation] = await place(call)
    growths = [
        Growth(operation, name, by_size, allowed.get(operation, 0.0), places[operation])
        for operation, by_size in costs.items()
    ]
    return growths, memory


def measured(name: str, sizes: Sequence[int], seconds: float) -> tuple[list[Growth], dict[int, float]]:
    """`measure` in a process of its own, for the same reason."""
    with ProcessPoolExecutor(max_workers=1, max_tasks_per_child=1) as alone:
        return alone.submit(_measured, name, sizes, seconds).result()


def _measured(name: str, sizes: Sequence[int], seconds: float) -> tuple[list[Growth], dict[int, float]]:
    return asyncio.run(measure(name, sizes, seconds))


def table(growths: Sequence[Growth], memory: dict[int, float]) -> str:
    """Milliseconds by size, as a Markdown table."""
    sizes = sorted(growths[0].costs)
    lines = [
        f"| {growths[0].of} | {' | '.join(f'{size:,}' for size in sizes)} | exponent | steepest | |",
        "|---" * (len(sizes) + 4) + "|",
    ]
    for growth in growths:
        shown = " | ".join(f"{growth.costs[size] * 1000:.3f}" for size in sizes)
        verdict = "**grows**" if growth.grows else ""
        fits = f"{exponent(growth.points):.2f} | {steepest(growth.points):.2f}"
        lines.append(f"| {growth.operation} | {shown} | {fits} | {verdict} |")
    largest = max(memory)
    if memory[largest] > 0:
        lines.append(f"\nMemory: {memory[largest]:,.0f} bytes each at {largest:,}.")
    return "\n".join(lines)


def listed(growths: Sequence[Growth]) -> str:
    header = "| operation | grows with | steepest exponent | ms at the largest | most of the time below |"
    lines = [header, "|---|---|---|---|---|"]
    for growth in growths:
        figures = f"{steepest(growth.points):.2f} | {growth.points[-1][1] * 1000:.1f}"
        lines.append(f"| {growth.operation} | {growth.of} | {figures} | {growth.place} |")
    return "\n".join(lines)


def run(asked: argparse.Namespace) -> int:
    growing: list[Growth] = []
    kept = []
    for name in asked.only or DIMENSIONS:
        every = DIMENSIONS[name][0]
        sizes = [size for size in every if size <= asked.largest or size in every[:2]]  # a slope takes two
        growths, memory = measured(name, sizes, asked.seconds)
        print(f"Milliseconds a call by the number of {name}:\n\n{table(growths, memory)}\n", flush=True)
        growing += [growth for growth in growths if growth.grows]
        kept += [
            {
                "operation": one.operation,
                "of": one.of,
                "costs": {str(size): seconds for size, seconds in one.costs.items()},
                "place": one.place,
            }
            for one in growths
        ]
    print(f"{len(growing)} operations grow more than they may.\n")
    if growing:
        print(listed(growing))
    if asked.json:
        asked.json.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    return 1 if asked.strict and growing else 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.scale", description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("--only", action="append", choices=list(DIMENSIONS), help="one thing that grows")
    parser.add_argument("--largest", type=int, default=100_000, help="leave out larger sizes")
    parser.add_argument("--seconds", type=float, default=0.3, help="for each operation at each size")
    parser.add_argument("--json", type=Path, help="also write the costs there")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if anything grows")
    raise SystemExit(run(parser.parse_args()))


if __name__ == "__main__":
    main()
