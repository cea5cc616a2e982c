"""The measuring itself: every server is up and held, and gets its turns in shuffled order."""

from __future__ import annotations

import resource
import sys
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random
from typing import TYPE_CHECKING

from bench.inprocess import Call

from . import machine, wrk
from .cases import CASES
from .figures import Half, Run, Start
from .held import NotUpError, Server, ask, free_port
from .peers import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .peers import Peer, Place

FIRST = "GET event"
STATUS = {"GET": 200, "POST": 201}


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each kind, and how often."""

    measured: float = 6
    warm: float = 2
    jit_warm: float = 30
    rounds: int = 3
    starts: int = 3

    def estimate(self, peers: Sequence[Peer]) -> float:
        """Seconds that all of it takes at most, starts aside."""
        turns = len(peers) * len(CASES) * self.rounds * (self.measured + self.warm)
        return turns + sum(self.jit_warm * len(CASES) for peer in peers if peer.jit)


@dataclass(slots=True)
class Found:
    """Everything that was measured, and who could not be."""

    runs: list[Run] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    halves: list[Half] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class Comparison:
    """One comparison of some servers in one place."""

    def __init__(self, peers: Sequence[Peer], place: Place, times: Times, *, seed: int = 1) -> None:
        self.peers = peers
        self.place = place
        self.times = times
        self.random = Random(seed)
        self.found = Found()
        self.up: dict[str, Server] = {}

    def measure(self, *, half: bool = False) -> Found:
        """All of it. Whatever happens, no server is left behind."""
        with ExitStack() as stack:
            for peer in self.peers:
                self._start(peer, stack)
            there = [peer for peer in self.peers if peer.name in self.up]
            for peer in there:
                if peer.jit:
                    self._warm_up(peer)
            for number in range(1, self.times.rounds + 1):
                turns = [(peer, case) for peer in there for case in CASES]
                self.random.shuffle(turns)
                say(f"round {number} of {self.times.rounds}: {len(turns)} turns")
                for peer, case in turns:
                    self._turn(peer, case, number)
            if half:
                self._at_half_load([peer for peer in there if peer.kind == "sealbox"])
        return self.found

    def _start(self, peer: Peer, stack: ExitStack) -> None:
        """Start it as often as asked for, and keep the last one, held. Others are held meanwhile."""
        for number in range(self.times.starts):
            try:
                server, start = self._cold_start(peer)
            except (UnavailableError, NotUpError, OSError) as reason:
                self.found.missing[peer.name] = str(reason)
                say(f"{peer.name}: not measured: {reason}")
                return
            self.found.starts.append(start)
            if number < self.times.starts - 1:
                server.end()
        stack.callback(server.end)
        server.hold()
        self.up[peer.name] = server
        say(f"{peer.name}: up after {start.seconds:.2f} s, {start.resident_mib:.0f} MiB")

    def _cold_start(self, peer: Peer) -> tuple[Server, Start]:
        port = free_port()
        command = [*machine.pinned(0), *peer.command(self.place, port)]
        server = Server(command, port=port, log=self.place.work / f"{port}.log", env=peer.env)
        try:
            seconds = server.wait_for(CASES[FIRST], status=200)
            start = Start(peer.name, seconds, server.resident_mib())
            _look(port)
        except BaseException as problem:
            server.end()
            if isinstance(problem, HTTPException):
                raise NotUpError(f"breaks off: {problem!r}") from problem
            raise
        return server, start

    @contextmanager
    def _released(self, peer: Peer) -> Iterator[Server]:
        server = self.up[peer.name]
        server.release()
        try:
            if peer.reset:
                with suppress(OSError, HTTPException):
                    ask(Call("POST", peer.reset), server.port)
            yield server
        finally:
            server.hold()

    def _load(self, server: Server, case: str, seconds: float, *, delay_ms: float = 0.0) -> wrk.Load:
        return wrk.run(
            CASES[case],
            port=server.port,
            seconds=seconds,
            folder=self.place.work,
            pinned=machine.pinned(1),
            delay_ms=delay_ms,
        )

    def _warm_up(self, peer: Peer) -> None:
        say(f"{peer.name}: warming up")
        with self._released(peer) as server:
            for case in CASES:
                self._load(server, case, self.times.jit_warm)

    def _turn(self, peer: Peer, case: str, number: int) -> None:
        with self._released(peer) as server:
            if self.times.warm:
                self._load(server, case, self.times.warm)
            before = server.cpu_seconds(), _children(), machine.busy_seconds()
            load = self._load(server, case, self.times.measured)
            cpu, own, busy = (
                after - was
                for after, was in zip(
                    (server.cpu_seconds(), _children(), machine.busy_seconds()), before, strict=True
                )
            )
            resident = server.resident_mib()
        self.found.runs.append(
            Run(
                server=peer.name,
                case=case,
                round=number,
                requests=load.requests,
                seconds=load.seconds,
                cpu_seconds=cpu,
                p50=load.p50,
                p99=load.p99,
                errors=load.errors,
                resident_mib=resident,
                neighbours=max(0.0, (busy - cpu - own) / load.seconds) if load.seconds else 0.0,
            )
        )

    def _at_half_load(self, peers: Sequence[Peer]) -> None:
        """Connections that pause: p99 at half load tells more of a server than at full load."""
        for peer in peers:
            for case in CASES:
                with self._released(peer) as server:
                    full = self._load(server, case, self.times.measured)
                    pause = 1000 * wrk.CONNECTIONS / (full.per_second / 2)
                    load = self._load(server, case, self.times.measured, delay_ms=pause)
                self.found.halves.append(Half(peer.name, case, load.per_second, load.p50, load.p99))


def _look(port: int) -> None:
    """Raises NotUpError unless every case is answered as documented."""
    for name, call in CASES.items():
        status, body = ask(call, port, timeout=60)
        if status != STATUS[call.method] or not body:
            raise NotUpError(f"answers {name} with {status}: {body[:200]!r}")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
