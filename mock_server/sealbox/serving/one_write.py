"""A connection that is written to once in a turn of the loop: each write of its own costs a system call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

MOST_BYTES = 64 * 1024


class Turn:
    """The connections that have something to be written at the end of this turn of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._soon = loop.call_soon
        self._waiting: list[OneWrite] = []

    def add(self, connection: OneWrite) -> None:
        if not self._waiting:
            self._soon(self._end)
        self._waiting.append(connection)

    def _end(self) -> None:
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            connection.flush()


class OneWrite:
    """A transport for a server that writes the head and the body of an answer one after the other.

    What comes in one turn goes out at its end, or sooner when there is more of it than `MOST_BYTES`, so that
    whoever writes without a pause is told to wait. Closing loses nothing; aborting loses it all.
    """

    def __init__(self, transport: asyncio.Transport, turn: Turn) -> None:
        self._transport = transport
        self._turn = turn
        self._waiting: list[bytes] = []
        self._size = 0
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._turn.add(self)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST_BYTES:
            self.flush()

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        if self._waiting and not self.is_closing():
            self._transport.writelines(self._waiting)
        self._waiting, self._size = [], 0

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of a transport."""
        return getattr(self._transport, name)
