"""The walk through the first five minutes works as printed: only its two ports are free ones."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

WALK = Path(__file__).resolve().parents[2] / "docs" / "first-five-minutes.md"
PORTS = ("4780", "4781")


@pytest.fixture
def ports() -> tuple[str, ...]:
    """Two that nobody listens on: tests run beside one another."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return tuple(str(taken.getsockname()[1]) for taken in (one, other))


def test_the_walk_answers_as_printed(
    walk: Callable[..., None], ports: tuple[str, ...], tmp_path: Path
) -> None:
    text = WALK.read_text()
    for printed, free in zip(PORTS, ports, strict=True):
        text = text.replace(printed, free)
    walk(
        text,
        cwd=tmp_path,
        SEALBOX_PORT=ports[0],
        SEALBOX_URL=f"http://127.0.0.1:{ports[0]}",
        COLUMNS="120",
        NO_COLOR="1",
    )


def test_every_command_of_the_walk_is_one_that_there_is() -> None:
    named = set(
        re.findall(r"\bsealbox ([a-z]+)", "".join(re.findall(r"^\$ .*", WALK.read_text(), re.MULTILINE)))
    )
    listed = subprocess.run(
        [Path(sys.executable).with_name("sealbox"), "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert [name for name in sorted(named) if not re.search(rf"^  {name} ", listed, re.MULTILINE)] == []
    assert {"serve", "env", "demo", "watch", "hooks", "sign", "clock", "journal"} <= named


def test_a_walk_that_answers_otherwise_is_noticed(walk: Callable[..., None], tmp_path: Path) -> None:
    walk("```console\n$ echo a; \\\n  echo b\na\n...\n```\n", cwd=tmp_path)
    with pytest.raises(AssertionError, match="echo a"):
        walk("```console\n$ echo a\nb\n```\n", cwd=tmp_path)
    with pytest.raises(AssertionError):
        walk("```console\n$ echo a >&2\n```\n", cwd=tmp_path)
