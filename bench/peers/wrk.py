"""Runs wrk and reads what it found."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from bench.inprocess import Call

from .cases import anew, script, turns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CONNECTIONS = 16
MEASURED = re.compile(r"^measured (\{.*\})$", re.MULTILINE)


class UnusableError(RuntimeError):
    """wrk is not there, or did not print what the script has it print."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk saw. Latencies are in milliseconds."""

    requests: int
    seconds: float
    errors: int
    """Failed connections, reads, writes and timeouts, and answers that are neither 2xx nor 3xx."""

    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def parse(output: str) -> Load:
    """The figures of the line that the script's `done` prints. Raises UnusableError without one."""
    found = MEASURED.search(output)
    if found is None:
        raise UnusableError(f"wrk printed no figures: {output.strip()[-300:]!r}")
    figures = orjson.loads(found[1])
    errors = sum(figures[kind] for kind in ("connect", "read", "write", "status", "timeout"))
    seconds = figures["microseconds"] / 1e6
    return Load(figures["requests"], seconds, errors, p50=figures["p50"], p99=figures["p99"])


def version() -> str:
    """`wrk 4.1.0`. Raises UnusableError when it is not installed."""
    if shutil.which("wrk") is None:
        raise UnusableError("wrk is not installed (Debian: apt-get install wrk)")
    shown = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
    return " ".join((shown.stdout + shown.stderr).split()[:2])


def run(  # noqa: PLR0913, a load is made of these
    call: Call | Sequence[Call],
    *,
    port: int,
    seconds: float,
    folder: Path,
    pinned: Sequence[str] = (),
    delay_ms: float = 0.0,
    never_sent: bool = False,
) -> Load:
    """Send `call`, or several in turn, for `seconds` (whole ones, at least one), connections being kept.

    With `never_sent` no upload is one that was sent before.
    """
    written = folder / "case.lua"
    calls = [call] if isinstance(call, Call) else call
    if len(calls) > 1:
        sent = turns(calls, folder)
    elif never_sent:
        sent = anew(calls[0], folder)
    else:
        sent = script(calls[0], folder, mean_delay_ms=delay_ms)
    written.write_text(sent, encoding="utf-8")
    whole = max(1, round(seconds))
    command = [*pinned, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{whole}s", "--timeout", "10s"]
    try:
        ended = subprocess.run(
            [*command, "-s", str(written), f"http://127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            timeout=whole + 60,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise UnusableError(f"wrk did not end in {late.timeout:.0f} s") from late
    return parse(ended.stdout + ended.stderr)
