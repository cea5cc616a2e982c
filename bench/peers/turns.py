"""The measuring itself: every server is up and held, and gets its turns in shuffled order."""

from __future__ import annotations

import resource
import sys
from contextlib import ExitStack, contextmanager
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
    broken: list[str] = field(default_factory=list)
    """Who broke down in a turn, which then was not measured, and how."""


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class Comparison:
    """One comparison of some servers in one place."""

    def __init__(
        self, peers: Sequence[Peer], place: Place, times: Times, *, cases: Sequence[str], seed: int = 1
    ) -> None:
        self.peers = peers
        self.cases = cases
        self.place = place
        self.times = times
        self.random = Random(seed)
        self.found = Found()
        self.up: dict[str, Server] = {}
        self._stack = ExitStack()

    def measure(self, *, half: bool = False) -> Found:
        """All of it. Whatever happens, no server is left behind."""
        with self._stack:
            for peer in self.peers:
                self._start(peer, self.times.starts)
            for peer in self.peers:
                if peer.jit and peer.name in self.up:
                    say(f"{peer.name}: warming up")
                    with self._turn_of(peer) as server:
                        for case in self.cases:
                            self._load(peer, server, case, self.times.jit_warm)
            for number in range(1, self.times.rounds + 1):
                self._round(number)
            if half:
                self._at_half_load()
        return self.found

    def _round(self, number: int) -> None:
        turns = [(peer, case) for peer in self.peers if peer.name in self.up for case in self.cases]
        self.random.shuffle(turns)
        say(f"round {number} of {self.times.rounds}: {len(turns)} turns")
        for peer, case in turns:
            if peer.name in self.up:
                with self._turn_of(peer) as server:
                    self._measure(peer, server, case, number)

    def _start(self, peer: Peer, times: int) -> None:
        """Start it as often as asked for, and keep the last one, held. Others are held meanwhile."""
        for number in range(times):
            try:
                server, start = self._cold_start(peer)
            except (UnavailableError, NotUpError, OSError) as reason:
                self.found.missing[peer.name] = str(reason)
                say(f"{peer.name}: not measured: {reason}")
                return
            self.found.starts.append(start)
            if number < times - 1:
                server.end()
        self._stack.callback(server.end)
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
    def _turn_of(self, peer: Peer) -> Iterator[Server]:
        """Let it run. One that breaks down is started anew for its next turn, and the comparison goes on."""
        server = self.up[peer.name]
        server.release()
        try:
            if peer.reset:
                ask(Call("POST", peer.reset), server.port)
            yield server
        except (wrk.UnusableError, OSError, HTTPException) as reason:
            del self.up[peer.name]
            self.found.broken.append(f"{peer.name}: {reason}; {server.said()}")
            say(f"broke down: {self.found.broken[-1]}")
            server.end()
            self._start(peer, 1)
        else:
            server.hold()

    def _load(
        self, peer: Peer, server: Server, case: str, seconds: float, *, delay_ms: float = 0.0
    ) -> wrk.Load:
        return wrk.run(
            CASES[case],
            port=server.port,
            seconds=seconds,
            folder=self.place.work,
            pinned=machine.pinned(1),
            delay_ms=delay_ms,
            never_sent=peer.anew,
        )

    def _measure(self, peer: Peer, server: Server, case: str, number: int) -> None:
        if self.times.warm:
            self._load(peer, server, case, self.times.warm)
        before = _clocks(server)
        load = self._load(peer, server, case, self.times.measured)
        cpu, own, busy = (after - was for after, was in zip(_clocks(server), before, strict=True))
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
                resident_mib=server.resident_mib(),
                neighbours=max(0.0, (busy - cpu - own) / load.seconds),
            )
        )

    def _at_half_load(self) -> None:
        """Connections that pause: p99 at half load tells more of a server than at full load."""
        own = [peer for peer in self.peers if peer.kind == "sealbox" and not peer.anew]
        for peer in [peer for peer in own if peer.name in self.up]:
            for case in self.cases:
                with self._turn_of(peer) as server:
                    full = self._load(peer, server, case, self.times.measured)
                    pause = 1000 * wrk.CONNECTIONS / max(1, full.per_second / 2)
                    loads = [
                        self._load(peer, server, case, self.times.measured, delay_ms=pause)
                        for _ in range(self.times.rounds)
                    ]
                    load = middle(loads)
                    self.found.halves.append(Half(peer.name, case, load.per_second, load.p50, load.p99))


def middle(loads: Sequence[wrk.Load]) -> wrk.Load:
    """The one in the middle by p99 over p50; of two in the middle the better one."""
    return sorted(loads, key=lambda one: one.p99 / one.p50)[(len(loads) - 1) // 2]


def _clocks(server: Server) -> tuple[float, float, float]:
    """CPU seconds so far: of the server, of what was started here and has ended (wrk), of the machine."""
    return server.cpu_seconds(), children(), machine.busy_seconds()


def _look(port: int) -> None:
    """Raises NotUpError unless every case is answered as documented."""
    for name, call in CASES.items():
        status, body = ask(call, port, timeout=60)
        if status != STATUS[call.method] or not body:
            raise NotUpError(f"answers {name} with {status}: {body[:200]!r}")


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
