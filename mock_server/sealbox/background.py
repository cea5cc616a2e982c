"""A server in a thread of this process, for tests whose code under test needs an address."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

SECONDS = 10.0  # in which it has to start


class _Server(uvicorn.Server):
    """Says when it listens, so that nobody has to ask again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """The address of `app` on a free port of loopback, while the block lasts."""
    # Named TCP, so that asyncio turns Nagle's delay off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="on")
    server = _Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="sealbox", daemon=True)
    thread.start()
    try:
        if not server.listens.wait(SECONDS):
            raise TimeoutError("the sandbox did not start")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(SECONDS)
        listener.close()
