"""The command as a person runs it, and a server that it started."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

SEALBOX = Path(sys.executable).with_name("sealbox")
URL = re.compile(rb"(http://127\.0\.0\.1:\d+)/_sandbox/info")

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Serving = Callable[..., AbstractContextManager[tuple[str, str]]]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SEALBOX, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def own_environment() -> dict[str, str]:
    """Without what a `make` that runs the tests hands down to every other `make`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


@contextmanager
def serving(*command: str | Path, cwd: Path, **environment: str) -> Iterator[tuple[str, str]]:
    """The base URL and the first screen of a server, which ends with the block."""
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=cwd,
        env={**own_environment(), "SEALBOX_PORT": "0", "COLUMNS": "120", **environment},
        start_new_session=True,
    )
    assert process.stderr
    try:
        screen = b""
        while b"Ctrl-C" not in screen:
            line = process.stderr.readline()
            assert line, screen.decode()
            screen += line
        match = URL.search(screen)
        assert match, screen.decode()
        yield match[1].decode(), screen.decode()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.stderr.close()
        process.wait(timeout=20)


@pytest.fixture(scope="session", name="run")
def run_fixture() -> Run:
    """Runs `sealbox` with these arguments, and with these names in its environment."""
    return run


@pytest.fixture(scope="session", name="serving")
def serving_fixture() -> Serving:
    """Starts a server by that command; gives its base URL and first screen, and ends it."""
    return serving
