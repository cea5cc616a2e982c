"""A server of its own session: started, held with SIGSTOP, let run for its turn, ended."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.inprocess import Call

TICK = os.sysconf("SC_CLK_TCK")
PAGE = resource.getpagesize()
POLL = 0.005  # seconds between two looks whether a server is up; the resolution of a cold start


class NotUpError(RuntimeError):
    """A server ended, stayed silent, or does not answer what it is to be measured with."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def ask(call: Call, port: int, *, timeout: float = 10.0) -> tuple[int, bytes]:
    """Status and body. Raises OSError or HTTPException when there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(call.method, call.path, call.body or None, dict(call.headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Server:
    """Its processes are those of one session, so that forked workers count and are held too."""

    def __init__(self, command: Sequence[str], *, port: int, log: Path, env: Mapping[str, str]) -> None:
        self.port = port
        self.log = log
        self.started = time.perf_counter()
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **env},
                start_new_session=True,
            )

    def wait_for(self, call: Call, *, status: int, most_seconds: float = 60.0) -> float:
        """Seconds from the spawn to the first such answer. Raises NotUpError with the end of its log."""
        seen = "nothing"
        while (passed := time.perf_counter() - self.started) < most_seconds:
            if self._process.poll() is not None:
                raise NotUpError(f"ended with {self._process.returncode}: {self.said()}")
            with suppress(OSError, http.client.HTTPException):
                found, _ = ask(call, self.port)
                if found == status:
                    return time.perf_counter() - self.started
                seen = str(found)
            time.sleep(POLL)
        raise NotUpError(f"answered {seen} for {passed:.0f} s: {self.said()}")

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace").strip()[-400:]

    def _stats(self) -> list[list[str]]:
        """The fields of /proc/PID/stat after the name, of every process of the session."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with suppress(OSError):
                    fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                    if int(fields[3]) == self._process.pid:
                        found.append(fields)
        return found

    def cpu_seconds(self) -> float:
        """What the processes, and those they have waited for, have used so far."""
        return sum(sum(map(int, fields[11:15])) for fields in self._stats()) / TICK

    def resident_mib(self) -> float:
        return sum(int(fields[21]) for fields in self._stats()) * PAGE / 2**20

    def hold(self) -> None:
        self._signal(signal.SIGSTOP)

    def release(self) -> None:
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait(timeout=10)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
