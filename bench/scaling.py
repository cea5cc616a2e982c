"""Replicas behind nginx, as docs/scaling.md has them: what one and two of them bear, and a model beyond.

    .venv/bin/python -m bench.scaling [--seconds 4] [--rounds 5] [--replicas 2] [--out build/scaling]

Every set-up gets its turns in shuffled order, with all others held; requests of many tenants come from wrk.
Where wrk, nginx and the replicas share the cores, requests a second say little: what counts are core-seconds.
Writes runs.json (every turn), table.md and scaling.svg. Nothing leaves loopback.
"""

from __future__ import annotations

import argparse
import inspect
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, NoReturn

import orjson

from .beyond import Model, Turn, model, spread
from .curve import Curve, curves
from .inprocess import Call, get_event, post_batch
from .peers import machine, wrk
from .peers.figures import Run
from .peers.held import NotUpError, Server, ask, free_port
from .peers.peers import Place, UnavailableError, needed, sealbox
from .peers.report import rows, shown
from .peers.turns import children, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
CONF = ROOT / "docs" / "nginx.conf"
TENANTS = tuple(f"team-{number}" for number in range(64))
READY = Call("GET", "/_sandbox/ready")
CASES: Mapping[str, tuple[Call, ...]] = {
    "GET event": tuple(get_event(tenant=tenant) for tenant in TENANTS),
    "POST 1 row": tuple(post_batch(1, tenant=tenant) for tenant in TENANTS),
}
MODELLED = 16  # replicas that the line of the model goes up to


@dataclass(frozen=True, slots=True)
class Setup:
    """Some replicas, and what is in front of them: nginx, or nothing."""

    replicas: tuple[Server, ...]
    nginx: Server | None

    @property
    def name(self) -> str:
        number = "1 replica" if len(self.replicas) == 1 else f"{len(self.replicas)} replicas"
        return f"{number} behind nginx" if self.nginx else f"{number}, no proxy"

    @property
    def servers(self) -> tuple[Server, ...]:
        return (*self.replicas, self.nginx) if self.nginx else self.replicas

    @property
    def port(self) -> int:
        return (self.nginx or self.replicas[0]).port


def conf(front: int, behind: Sequence[int]) -> str:
    """The documented nginx.conf with these ports, and as many servers."""
    text = CONF.read_text(encoding="utf-8").replace("127.0.0.1:4780", f"127.0.0.1:{front}")
    first, second = ("        server 127.0.0.1:4781;\n", "        server 127.0.0.1:4782;\n")
    assert first + second in text, "docs/nginx.conf names two servers"
    return text.replace(first + second, "".join(f"        server 127.0.0.1:{port};\n" for port in behind))


class Replicas:
    """Starts everything once, and measures it turn by turn. Raises NotUpError or UnavailableError."""

    def __init__(self, work: Path, *, most: int, seed: int) -> None:
        self.work = work
        self.random = Random(seed)
        self._stack = ExitStack()
        self._most = most
        self.turns: list[Turn] = []

    def measure(self, cases: Sequence[str], *, rounds: int, seconds: float) -> list[Turn]:
        with self._stack:
            setups = self._started()
            for number in range(1, rounds + 1):
                turns = [(setup, case) for setup in setups for case in cases]
                self.random.shuffle(turns)
                say(f"round {number} of {rounds}: {len(turns)} turns")
                for setup, case in turns:
                    self._turn(setup, case, number, seconds)
        return self.turns

    def _started(self) -> list[Setup]:
        replicas = [self._replica() for _ in range(self._most)]
        numbers = [number for number in range(1, self._most + 1) if number & (number - 1) == 0]
        setups = [Setup((replicas[0],), None)]
        setups += [Setup(tuple(replicas[:number]), self._nginx(replicas[:number])) for number in numbers]
        for server in {server for setup in setups for server in setup.servers}:
            server.hold()
        return setups

    def _replica(self) -> Server:
        port = free_port()
        return self._start(sealbox()(Place(self.work, self.work), port), port)

    def _nginx(self, replicas: Sequence[Server]) -> Server:
        port = free_port()
        place = self.work / f"nginx-{port}"
        place.mkdir()
        (place / "nginx.conf").write_text(conf(port, [one.port for one in replicas]), encoding="utf-8")
        program = [needed("nginx"), "-p", str(place), "-c", "nginx.conf", "-e", "stderr"]
        return self._start([*program, "-g", "daemon off;"], port)

    def _start(self, command: Sequence[str], port: int) -> Server:
        server = Server(command, port=port, log=self.work / f"{port}.log", env={})
        self._stack.callback(server.end)
        server.wait_for(READY, status=200)
        return server

    def _turn(self, setup: Setup, case: str, number: int, seconds: float) -> None:
        for server in setup.servers:
            server.release()
        for replica in setup.replicas:
            begin(replica.port)
        wrk.run(CASES[case], port=setup.port, seconds=1, folder=self.work)
        before = _clocks(setup)
        load = wrk.run(CASES[case], port=setup.port, seconds=seconds, folder=self.work)
        nginx, own, busy, *each = (now - was for now, was in zip(_clocks(setup), before, strict=True))
        used = sum(each)
        run = Run(
            server=setup.name,
            case=case,
            round=number,
            requests=load.requests,
            seconds=load.seconds,
            cpu_seconds=used,
            p50=load.p50,
            p99=load.p99,
            errors=load.errors,
            resident_mib=sum(replica.resident_mib() for replica in setup.replicas),
            neighbours=max(0.0, (busy - used - nginx - own) / load.seconds),
        )
        busiest = max(each) / used if used else 0.0
        self.turns.append(Turn(run, len(setup.replicas), nginx, own, busiest))
        for server in setup.servers:
            server.hold()


def _clocks(setup: Setup) -> tuple[float, ...]:
    """CPU seconds so far: of nginx, of wrk, of the machine, of each replica."""
    nginx = setup.nginx.cpu_seconds() if setup.nginx else 0.0
    return nginx, children(), machine.busy_seconds(), *(one.cpu_seconds() for one in setup.replicas)


def begin(port: int) -> None:
    """Have every tenant there, and as it is at its beginning."""
    for tenant in TENANTS:
        body = orjson.dumps({"tenant": tenant})
        status, said = ask(
            Call("POST", "/_sandbox/tenants", (("content-type", "application/json"),), body), port
        )
        if status != 201:
            raise NotUpError(f"does not open {tenant}: {said[:200]!r}")


def by_setup(turns: Sequence[Turn]) -> dict[tuple[str, str], list[Turn]]:
    """By name of the set-up and case, fewer replicas first."""
    found: dict[tuple[str, str], list[Turn]] = {}
    for turn in sorted(turns, key=lambda turn: (turn.replicas, turn.nginx_seconds > 0, turn.run.case)):
        found.setdefault((turn.run.server, turn.run.case), []).append(turn)
    return found


def measured(turns: Sequence[Turn]) -> str:
    header = [
        "set-up",
        "case",
        "per core-second of the replicas",
        "times the first",
        "nginx's share",
        "busiest replica",
        "wrk, cores",
        "requests/s here",
        "errors",
    ]
    body = []
    first: dict[str, float] = {}
    for (name, case), some in by_setup(turns).items():
        rates = [turn.run.per_core_second for turn in some]
        seen = [turn.run.per_second for turn in some]
        body.append(
            [
                name,
                case,
                f"{shown(median(rates))} ±{spread(rates):.0%}",
                f"{median(rates) / first.setdefault(case, median(rates)):.2f}",
                f"{median(turn.nginx_share for turn in some):.1%}",
                f"{median(turn.busiest for turn in some):.0%}",
                f"{median(turn.wrk_seconds / turn.run.seconds for turn in some):.2f}",
                f"{shown(median(seen))} ±{spread(seen):.0%}",
                str(sum(turn.run.errors for turn in some)),
            ]
        )
    return rows(header, body)


def beyond(models: Mapping[str, Model]) -> str:
    numbers = [2**power for power in range(MODELLED.bit_length())]
    header = ["modelled requests/s, replicas", *map(str, numbers), "one nginx worker is full with"]
    body = [
        [case, *(shown(one.rate(number)) for number in numbers), f"{one.filling:.1f} replicas"]
        for case, one in models.items()
    ]
    return rows(header, body)


def drawing(turns: Sequence[Turn], models: Mapping[str, Model]) -> str:
    found = []
    for case, one in models.items():
        proxied = [turn for turn in turns if turn.run.case == case and turn.nginx_seconds > 0]
        by_number = {
            number: [turn.run for turn in proxied if turn.replicas == number]
            for number in {turn.replicas for turn in proxied}
        }
        found.append(
            Curve(
                case,
                {number: one.rate(number) for number in range(1, MODELLED + 1)},
                {
                    number: number * median(run.per_core_second for run in some)
                    for number, some in by_number.items()
                },
                {number: median(run.per_second for run in some) for number, some in by_number.items()},
            )
        )
    return curves(
        "Requests a second of replicas behind one nginx worker", "replicas, each on a core of its own", found
    )


def page(turns: Sequence[Turn], models: Mapping[str, Model], *, rounds: int, seconds: float) -> str:
    about = ", ".join(machine.described().values())
    known = machine.versions(ROOT / "build" / "peers")
    versions = ", ".join(f"{name} {known[name]}" for name in ("sealbox", "nginx", "wrk") if name in known)
    busy = [turn.run.neighbours for turn in turns]
    conditions = (
        f"{rounds} rounds of {seconds:g} s, {len(TENANTS)} tenants in turn, {wrk.CONNECTIONS} connections. "
        f"Machine: {about}; {versions}. wrk, nginx and the replicas share its {os.cpu_count()} cores; "
        f"others used {median(busy):.2f} cores in the median turn, {max(busy):.2f} at most."
    )
    return "\n\n".join([measured(turns), beyond(models), conditions]) + "\n"


def _ended(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(143)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.scaling",
        description=inspect.getdoc(sys.modules[__name__]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=4, help="of a turn, whole ones")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--replicas", type=int, default=2, help="the most that are measured")
    parser.add_argument("--case", action="append", choices=list(CASES), help="leave out the other requests")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the turns")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "scaling")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, _ended)  # so that no held server is left behind
    cases = asked.case or list(CASES)
    try:
        say(wrk.version())
        with tempfile.TemporaryDirectory(prefix="sealbox-bench-") as work:
            replicas = Replicas(Path(work), most=max(1, asked.replicas), seed=asked.seed)
            turns = replicas.measure(cases, rounds=asked.rounds, seconds=asked.seconds)
    except (wrk.UnusableError, UnavailableError, NotUpError, OSError) as problem:
        say(f"bench: {problem}")
        raise SystemExit(2) from problem
    models = {case: model([turn for turn in turns if turn.run.case == case]) for case in cases}
    asked.out.mkdir(parents=True, exist_ok=True)
    kept = [asdict(turn) for turn in turns]
    (asked.out / "runs.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    (asked.out / "scaling.svg").write_text(drawing(turns, models), encoding="utf-8")
    written = page(turns, models, rounds=asked.rounds, seconds=asked.seconds)
    (asked.out / "table.md").write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
