"""Connections that a server closes while they rest, as every load balancer does, and those cut off midway."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance import connections, target
from sealbox_conformance.exchange import Unheard, Wire
from sealbox_conformance.gate import Cut, Gate, Limits
from sealbox_conformance.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
ACTS = {"answer": ANSWER, "drop": b"", "cut": ANSWER[:-1]}
"""What is written to one request. Nothing says `Connection: close`."""


class Closing:
    """A server that does what its script says: for each connection, for each of its requests.

    At a script's end the connection is closed without a word, and `closed` is set.
    """

    def __init__(self, *scripts: str) -> None:
        self.scripts = scripts
        self.ends = False
        self.seen: list[tuple[int, str]] = []
        self.closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        """Wake the thread, should it still wait for a connection."""
        self.ends = True
        with socket.create_connection(self._listener.getsockname()):
            pass
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        for number, script in enumerate(self.scripts):
            connection, _ = self._listener.accept()
            connection.settimeout(10)
            with connection:
                if self.ends:
                    return
                self._follow(number, script.split(), connection)
            self.closed.set()

    def _follow(self, number: int, script: list[str], connection: socket.socket) -> None:
        for act in script:
            request = _request(connection)
            if request is None:
                return
            self.seen.append((number, request))
            connection.sendall(ACTS[act])


def _request(connection: socket.socket) -> str | None:
    """The method of the next request, None when the client has closed."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(65536)
        if not more:
            return None
        text += more
    return text.split()[0].decode()


@pytest.fixture
def closing() -> Iterator[Callable[..., tuple[Closing, Wire]]]:
    """A server with scripts, and a wire to it."""
    with ExitStack() as stack:

        def made(*scripts: str, requests: int | None = None) -> tuple[Closing, Wire]:
            server = Closing(*scripts)
            stack.callback(server.stop)
            api = target.ApiTarget("vec", server.url, {"full": "0123456789ab"})
            limits = Limits(requests=requests)
            wire = Wire(target.Target("x", {"vec": api}, frozenset()), api, Witness(Gate(limits)))
            stack.callback(wire.close)
            return server, wire

        yield made


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_may_close_a_connection_that_rests(closing: Any, method: str) -> None:
    server, wire = closing(*["answer"] * 5)
    for _ in range(5):
        assert wire.send(method, "/").status == 200
        assert server.closed.wait(10)
        server.closed.clear()

    assert server.seen == [(number, method) for number in range(5)], "each once"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_may_be_asked_twice_is_when_its_connection_closes_under_it(closing: Any, method: str) -> None:
    server, wire = closing("answer drop", "answer")
    wire.send("GET", "/")

    assert wire.send(method, "/").status == 200
    assert server.seen == [(0, "GET"), (0, method), (1, method)]
    assert wire.witness.drain()["requests"] == 3, "it counts as what it is: one more"
    assert wire.witness.unanswered == 0


def test_a_post_is_never_sent_twice(closing: Any) -> None:
    server, wire = closing("answer drop", "answer")
    wire.send("POST", "/")

    with pytest.raises(Unheard, match="no answer"):
        wire.send("POST", "/")
    assert server.seen == [(0, "POST"), (0, "POST")]
    assert wire.witness.unanswered == 1


def test_a_new_connection_that_closes_is_told(closing: Any) -> None:
    server, wire = closing("drop", "answer")

    with pytest.raises(Unheard):
        wire.send("GET", "/")
    assert server.seen == [(0, "GET")]


def test_a_request_is_repeated_once(closing: Any) -> None:
    server, wire = closing("answer drop", "drop", "answer")
    wire.send("GET", "/")

    with pytest.raises(Unheard):
        wire.send("GET", "/")
    assert server.seen == [(0, "GET"), (0, "GET"), (1, "GET")]


def test_an_answer_that_was_cut_off_is_told(closing: Any) -> None:
    server, wire = closing("answer cut", "answer")
    wire.send("GET", "/")

    with pytest.raises(Unheard):
        wire.send("GET", "/")
    assert server.seen == [(0, "GET"), (0, "GET")]


def test_a_repeated_request_needs_leave_as_well(closing: Any) -> None:
    server, wire = closing("answer drop", "answer", requests=2)
    wire.send("GET", "/")

    with pytest.raises(Cut, match="budget of 2 requests"):
        wire.send("GET", "/")
    assert server.seen == [(0, "GET"), (0, "GET")]


def test_a_connection_is_used_again(closing: Any) -> None:
    server, wire = closing("answer answer")
    for _ in range(2):
        wire.send("POST", "/")

    assert server.seen == [(0, "POST"), (0, "POST")]


def test_a_connection_that_has_rested_is_not_used_again(
    closing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then no usual server closes it under a POST."""
    assert connections.IDLE < 2
    monkeypatch.setattr(connections, "IDLE", 0)
    server, wire = closing("answer answer", "answer answer")
    for _ in range(2):
        wire.send("POST", "/")

    assert server.seen == [(0, "POST"), (1, "POST")]
