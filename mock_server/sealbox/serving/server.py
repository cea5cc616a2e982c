"""uvicorn as the application needs it: when it has begun and ended, and its connections."""

from __future__ import annotations

import ctypes
import gc
import os
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from sealbox.exchanges.wire_faults import TRANSPORT

from .one_write import OneWrite, Turn

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable

    from .intake import Intake


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of mallopt(3)
MOST_FREE, LARGE = 64 * 1024 * 1024, 32 * 1024 * 1024

TURN = "sealbox.turn"  # where connections of one server have what they share


class Server(uvicorn.Server):
    """Tells when it is `ready`, and when it has `ended`: before the signal that ended it is raised again.

    The application is told before answers are waited for: a stream of notices has no end of its own.
    """

    def __init__(
        self,
        app: Intake,
        *,
        ready: Callable[[], None] = lambda: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="on",
            )
        )
        self._ending = app.ending
        self._ready = ready
        self._ended = ended

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.set()
        await super().shutdown(sockets)
        self._ended()


class Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # which one it is depends on what is installed
    """uvicorn's own, which writes an answer at once, and leaves its transport where a fault finds it."""

    app_state: dict[str, Any]
    loop: asyncio.AbstractEventLoop

    def connection_made(self, transport: asyncio.Transport) -> None:
        turn = self.app_state.setdefault(TURN, Turn(self.loop))
        written_once = OneWrite(transport, turn)
        super().connection_made(written_once)
        self.app_state = {**self.app_state, TRANSPORT: written_once}


def collect_rarely() -> None:
    """What is kept until a reset holds no cycles: to look for some takes up to half of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def keep_freed_memory() -> None:
    """Have glibc keep up to `MOST_FREE` freed bytes for the next upload, and not return them after each one.

    Once it is told so it no longer learns by itself from which size on a block is fetched from the system on
    its own, and returned: hence `LARGE`. Other C libraries are left as they are.
    """
    if os.name == "posix" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_TRIM_THRESHOLD, MOST_FREE)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)
