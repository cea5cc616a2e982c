"""What a server writes in one turn of the loop goes out at once, whole and in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.serving.one_write import MOST_BYTES, OneWrite, Turn

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Transport:
    """Keeps what it is told to write."""

    writes: list[bytes] = field(default_factory=list)
    ended: str = ""

    def writelines(self, data: list[bytes]) -> None:
        assert not self.ended, "nothing is written to what is closed"
        self.writes.append(b"".join(data))

    def is_closing(self) -> bool:
        return bool(self.ended)

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


@dataclass
class Loop:
    """Turns when it is told to."""

    due: list[Callable[[], None]] = field(default_factory=list)

    def call_soon(self, callback: Callable[[], None]) -> None:
        self.due.append(callback)

    def turn(self) -> None:
        due, self.due = self.due, []
        for callback in due:
            callback()


def made() -> tuple[OneWrite, Transport, Loop]:
    transport, loop = Transport(), Loop()
    return OneWrite(cast("Any", transport), Turn(cast("Any", loop))), transport, loop


def test_head_and_body_are_one_write() -> None:
    writing, transport, loop = made()
    writing.write(b"head ")
    writing.write(b"body")
    assert transport.writes == []
    loop.turn()
    loop.turn()
    assert transport.writes == [b"head body"]


@given(st.lists(st.binary(max_size=4) | st.just("turn") | st.just(b"x" * (MOST_BYTES // 2 + 1))))
def test_whatever_the_turns_the_bytes_are_the_same(steps: list[bytes | str]) -> None:
    writing, transport, loop = made()
    for step in steps:
        if isinstance(step, bytes):
            writing.write(step)
        else:
            loop.turn()
    writing.close()
    assert b"".join(transport.writes) == b"".join(step for step in steps if isinstance(step, bytes))
    assert transport.ended == "closed"


def test_more_than_the_bound_does_not_wait() -> None:
    writing, transport, _ = made()
    writing.write(b"x" * MOST_BYTES)
    assert transport.writes == []
    writing.write(b"y")
    assert [len(one) for one in transport.writes] == [MOST_BYTES + 1]


@pytest.mark.parametrize("ended", ["aborted", "closed"])
def test_nothing_is_written_to_a_connection_that_has_ended(ended: str) -> None:
    writing, transport, loop = made()
    writing.write(b"too late")
    transport.ended = ended
    loop.turn()
    writing.write(b"later still")
    loop.turn()
    assert transport.writes == []


def test_all_connections_are_written_to_at_the_end_of_one_turn() -> None:
    loop = Loop()
    turn, transports = Turn(cast("Any", loop)), [Transport(), Transport(), Transport()]
    for number, transport in enumerate(transports):
        OneWrite(cast("Any", transport), turn).write(b"%d" % number)
    transports[1].ended = "closed"
    assert len(loop.due) == 1
    loop.turn()
    assert [transport.writes for transport in transports] == [[b"0"], [], [b"2"]]
    assert not loop.due


def test_all_else_is_asked_of_the_transport_itself() -> None:
    writing, transport, _ = made()
    assert writing.get_extra_info("socket") == "the socket"
    writing.abort()
    assert transport.ended == "aborted"
    assert writing.is_closing()


def test_over_a_real_loop_both_ends_agree() -> None:
    async def talked() -> bytes:
        class Writes(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                writing = OneWrite(cast("asyncio.Transport", transport), Turn(asyncio.get_running_loop()))
                for piece in (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 3 * MOST_BYTES, b"end"):
                    writing.write(piece)
                writing.close()

        server = await asyncio.get_running_loop().create_server(Writes, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            received = await reader.read(-1)
            writer.close()
        return received

    assert asyncio.run(talked()) == b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3 * MOST_BYTES + b"end"
