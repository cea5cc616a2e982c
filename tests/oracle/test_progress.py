from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import Any

from sealbox.app import create_app
from sealbox_conformance.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_progress_tells_rate_and_time_left() -> None:
    clock = Clock()
    progress = Progress(shown=False, now=clock)
    progress.start(40)
    for _ in range(10):
        clock.time += 2.0
        progress.step(30, done=False)
        progress.step(0, done=True)

    assert progress.words() == "10/40 checks, 15 requests/s, 1:00 left"


def test_a_run_with_an_end_is_left_what_is_left_of_it() -> None:
    clock = Clock()
    progress = Progress(shown=False, ends=90.0, now=clock)
    progress.start(40)
    clock.time = 15.0

    assert progress.words() == "0/40 checks, 0 requests/s, 1:15 left"
    clock.time = 99.0
    assert progress.words().endswith("0:00 left")


def test_every_process_says_how_many_checks_there_are() -> None:
    progress = Progress(shown=False, now=Clock())
    for number in (0, 40, 40):
        progress.start(number)

    assert progress.total == 40


def _start(url: str, stderr: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sealbox_conformance.cli", url, "--api", "vec", "--max-examples", "1"]
    select = ["--select", "VEC-BATCH-02", "--select", "VEC-BATCH-03", "--seed", "1"]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    return subprocess.Popen([*command, *select], stdout=subprocess.PIPE, stderr=stderr, env=env)


def test_a_terminal_shows_progress(serve: Any) -> None:
    here, there = pty.openpty()
    run = _start(serve(create_app()), there)
    os.close(there)
    shown = ""
    while chunk := _read(here):
        shown += chunk
    os.close(here)
    printed, _ = run.communicate()

    assert run.returncode == 0
    assert re.search(r"\b(\d+)/\1 checks, \d+ requests/s, 0:00 left", shown), shown
    assert b"checks," not in printed


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 65536).decode("utf-8", "replace")
    except OSError:  # Linux' way to say that the other side is closed
        return ""


def test_a_file_gets_no_progress(serve: Any) -> None:
    run = _start(serve(create_app()), subprocess.PIPE)
    printed, words = run.communicate()

    assert run.returncode == 0
    assert words == b""
    assert b"passed" in printed
