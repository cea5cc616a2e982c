"""A server that is held does nothing, and one that is let go answers again."""

from __future__ import annotations

import os
import sys
from http.client import HTTPException
from typing import TYPE_CHECKING

import pytest

from bench.inprocess import Call
from bench.peers.held import NotUpError, Server, ask, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE = Call("GET", "/hello.txt")
SERVE = ("-m", "http.server", "--bind", "127.0.0.1")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    (tmp_path / "hello.txt").write_text("hello", encoding="utf-8")
    started: list[Server] = []

    def start(*arguments: str) -> Server:
        port = free_port()
        command = [sys.executable, *(arguments or (*SERVE, "-d", str(tmp_path), str(port)))]
        started.append(Server(command, port=port, log=tmp_path / "log", env={"PYTHONUNBUFFERED": "1"}))
        return started[-1]

    yield start
    for server in started:
        server.end()


def state(server: Server) -> set[str]:
    return {fields[0] for fields in server._stats()}


def test_the_start_is_timed_up_to_the_first_answer(serve: Callable[..., Server]) -> None:
    seconds = serve().wait_for(FILE, status=200)

    assert 0 < seconds < 60


def test_a_held_server_is_stopped_until_it_is_let_go(serve: Callable[..., Server]) -> None:
    server = serve()
    server.wait_for(FILE, status=200)

    server.hold()
    with pytest.raises((OSError, HTTPException)):
        ask(FILE, server.port, timeout=0.2)
    server.release()

    assert ask(FILE, server.port) == (200, b"hello")


def test_cpu_and_memory_are_those_of_the_servers_session(serve: Callable[..., Server]) -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    server = serve("-c", child)
    while server.cpu_seconds() < 0.3:
        os.sched_yield()

    assert len(server._stats()) == 2
    assert server.resident_mib() > 5


def test_an_ended_server_leaves_no_process(serve: Callable[..., Server]) -> None:
    server = serve()
    server.wait_for(FILE, status=200)
    server.hold()

    server.end()

    assert server._stats() == []


def test_a_server_that_ends_at_once_says_why(serve: Callable[..., Server]) -> None:
    server = serve("-c", "raise SystemExit('no such document')")

    with pytest.raises(NotUpError, match="no such document"):
        server.wait_for(FILE, status=200)


def test_a_wrong_answer_is_not_up(serve: Callable[..., Server]) -> None:
    with pytest.raises(NotUpError, match="404"):
        serve().wait_for(Call("GET", "/absent"), status=200, most_seconds=1)
