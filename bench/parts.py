"""Where the time of a request goes: variants of the same two operations that differ by one part each.

    .venv/bin/python -m bench.parts [--rounds 30] [--case 'GET event'] [--json parts.json]

Everything runs in this process and on one core: ASGI scope in, messages out, no socket. Each round runs every
variant for some milliseconds, in shuffled order; the figure is the median of the rounds, in CPU time, which a
busy machine cannot take away. A part costs what a variant takes more than the one it is compared with.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import inspect
import pstats
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, Router

from .closure import Closures, Parts
from .layers import MIDDLEWARES, connexion, constant
from .peers.cases import CASES
from .pieces import pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inprocess import Application, Call


@dataclass(frozen=True, slots=True)
class Variant:
    """An application, and the variant without its last part."""

    name: str
    application: Application
    less: str = ""
    reset: Callable[[], Any] = lambda: None
    judging: Callable[[], Any] | None = None
    took: dict[str, list[float]] = field(default_factory=dict)


def closures(name: str, parts: Parts, less: str) -> Variant:
    made = Closures(parts)
    return Variant(name, made.asgi, less, made.reset, made.judging)


def layered(name: str, less: str, depth: int, inner: str = "") -> Variant:
    made = connexion(depth, inner)
    return Variant(name, made.application, less, made.reset)


def whole(name: str, less: str, *, check_answers: bool) -> Variant:
    app = create_app(Plan(clock=ClockMode.MANUAL), check_answers=check_answers)
    return Variant(name, app, less, lambda: app.sandboxes.reset("demo"))


async def through_response(scope: Any, receive: Any, send: Any) -> None:
    """As `constant`, by way of Starlette's Request and Response."""
    if scope["method"] == "POST":
        await Request(scope, receive).body()
    response = Response(
        b'{"constant":true}', 200 if scope["method"] == "GET" else 201, media_type="application/json"
    )
    await response(scope, receive, send)


class Ended:
    """An ASGI endpoint, which Starlette tells from a function by its not being one."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await constant(scope, receive, send)


def routed() -> Router:
    """Starlette's router with as many paths as the contract has, those measured in their place."""
    from sealbox import contract  # noqa: PLC0415, of this function only

    mounts = [
        Mount(
            f"/{api}",
            routes=[Route(path.replace("-", "_"), Ended()) for path in contract.document(api)["paths"]],
        )
        for api in ("_sandbox", *contract.apis())
    ]
    return Router(mounts)


def variants() -> list[Variant]:
    bare = Parts(lookup=False, token=False, form=False, handler=False)
    found = Parts(token=False, form=False, handler=False)
    admitted = Parts(form=False, handler=False)
    read = Parts(handler=False)
    up = [
        Variant("nothing: a constant answer", constant),
        Variant("Starlette Request and Response", through_response, "nothing: a constant answer"),
        Variant("Starlette router", routed(), "nothing: a constant answer"),
        closures("closure: frame alone", bare, "nothing: a constant answer"),
        closures("closure: look-up by dict and pattern", found, "closure: frame alone"),
        closures("closure: token", admitted, "closure: look-up by dict and pattern"),
        closures("closure: body as a form", read, "closure: token"),
        closures("closure: handler", Parts(), "closure: body as a form"),
        closures("closure: answer validated, object", Parts(validated="object"), "closure: handler"),
        closures("closure: answer validated, bytes", Parts(validated="bytes"), "closure: handler"),
        closures("closure: journal", Parts(journal=True), "closure: handler"),
        closures("closure: explanation headers", Parts(explained=True), "closure: handler"),
        closures(
            "closure: everything",
            Parts(validated="object", journal=True, explained=True),
            "closure: handler",
        ),
    ]
    down = [layered("front door (Intake)", "nothing: a constant answer", 0)]
    for depth, middleware in enumerate(MIDDLEWARES, 1):
        name = f"+ {getattr(middleware, '__name__', str(middleware))}"
        down.append(layered(name, down[-1].name, depth))
    everything = len(MIDDLEWARES)
    down += [
        layered("+ application: look-up of the operation", down[-1].name, everything, "constant"),
        layered(
            "+ request object, URI parser", "+ application: look-up of the operation", everything, "request"
        ),
        layered("+ decorators, made once", "+ request object, URI parser", everything, "decorated once"),
        layered("+ decorators made for each request", "+ decorators, made once", everything, "stock"),
        whole("Sealbox, answers not validated", "closure: everything", check_answers=False),
        whole("Sealbox as it is", "Sealbox, answers not validated", check_answers=True),
    ]
    return [*up, *down]


async def microseconds(variant: Variant, call: Call, seconds: float) -> float:
    """Of one request, as the mean of as many as fit."""
    template = call.scope()
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    number = 0
    began = now = time.process_time()
    while now - began < seconds:
        for _ in range(8):  # reading the clock costs as much as the shortest of them
            await variant.application({**template, "headers": list(template["headers"])}, receive, send)
        number += 8
        now = time.process_time()
    if status not in {200, 201}:
        raise RuntimeError(f"{variant.name} answers {call.method} {call.path} with {status}")
    return (now - began) / number * 1e6


async def measure(found: list[Variant], cases: list[str], *, rounds: int, seconds: float) -> None:
    random = Random(1)
    turns = [(variant, case) for variant in found for case in cases]
    for number in range(rounds + 1):
        random.shuffle(turns)
        for variant, case in turns:
            variant.reset()
            gc.collect(0)
            if variant.judging is None:
                took = await microseconds(variant, CASES[case], seconds)
            else:
                with variant.judging():
                    took = await microseconds(variant, CASES[case], seconds)
            if number:  # the first round warms up
                variant.took.setdefault(case, []).append(took)


def alone(rounds: int, seconds: float) -> str:
    """The table of the single steps."""
    steps = pieces()
    took: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            number = 0
            began = now = time.process_time()
            while now - began < seconds:
                for _ in range(8):
                    step()
                number += 8
                now = time.process_time()
            took[name].append((now - began) / number * 1e6)
    lines = ["| a step alone | µs |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {median(found):.2f} |" for name, found in took.items())])


def table(found: list[Variant], cases: list[str]) -> str:
    """Microseconds of each variant, and in brackets of its last part."""
    by_name = {variant.name: variant for variant in found}
    header = f"| µs a request (of the part) | {' | '.join(cases)} |"
    lines = [header, "|---" * (len(cases) + 1) + "|"]
    for variant in found:
        cells = []
        for case in cases:
            whole_cost = median(variant.took[case])
            less = by_name.get(variant.less)
            part = f" ({whole_cost - median(less.took[case]):+.1f})" if less else ""
            cells.append(f"{whole_cost:.1f}{part}")
        lines.append(f"| {variant.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


async def hottest(variant: Variant, call: Call, *, calls: int = 200, most: int = 12) -> str:
    """The functions with most of the time in themselves, as a profiler sees it (it favours long ones)."""
    profile = cProfile.Profile()
    variant.reset()
    template = call.scope()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(_: Any) -> None:
        pass

    profile.enable()
    for _ in range(calls):
        await variant.application({**template, "headers": list(template["headers"])}, receive, send)
    profile.disable()
    statistics: Any = pstats.Stats(profile)
    own = sorted(((times[2], at) for at, times in statistics.stats.items()), reverse=True)[:most]
    shown = [
        f"{seconds / statistics.total_tt:5.1%}  {'/'.join(file.split('/')[-3:])}:{line} {name}"
        for seconds, (file, line, name) in own
    ]
    return "\n".join(shown)


def spread(found: list[Variant]) -> float:
    """The median of how far apart the quarters of a variant's rounds lie, as a part of its median."""
    parts = []
    for variant in found:
        for took in variant.took.values():
            ordered = sorted(took)
            parts.append((ordered[len(ordered) * 3 // 4] - ordered[len(ordered) // 4]) / median(ordered))
    return median(parts)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.parts", description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=0.05, help="of a variant in a round")
    parser.add_argument("--case", action="append", choices=list(CASES))
    parser.add_argument("--json", type=Path, help="also write every round there")
    parser.add_argument("--profile", action="store_true", help="only name the functions that take longest")
    asked = parser.parse_args()
    cases = asked.case or list(CASES)
    found = variants()
    if asked.profile:
        for variant in (one for one in found if one.name in {"closure: handler", "Sealbox as it is"}):
            for case in cases:
                print(f"{variant.name}, {case}\n{asyncio.run(hottest(variant, CASES[case]))}\n")
        return
    asyncio.run(measure(found, cases, rounds=asked.rounds, seconds=asked.seconds))
    print(table(found, cases))
    print(f"\n{alone(asked.rounds, asked.seconds / 5)}")
    print(f"\n{asked.rounds} rounds; {spread(found):.0%} lie between the quarters of a variant's (median).")
    if asked.json:
        kept = {variant.name: variant.took for variant in found}
        asked.json.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
