"""A connection that is written to once in a turn of the loop: each write of its own costs a system call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

MOST_BYTES = 64 * 1024


class OneWrite:
    """A transport for a server that writes the head and the body of an answer one after the other.

    What comes in one turn goes out at its end, or sooner when there is more of it than `MOST_BYTES`, so that
    whoever writes without a pause is told to wait. Closing loses nothing; aborting loses it all.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._soon = loop.call_soon
        self._waiting: list[bytes] = []
        self._size = 0
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._soon(self._flush)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST_BYTES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._waiting and not self.is_closing():
            self._transport.writelines(self._waiting)
        self._waiting, self._size = [], 0

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of a transport."""
        return getattr(self._transport, name)
