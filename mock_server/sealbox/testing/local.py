"""An application on an event loop of its own thread: asked without a socket, and with one on demand."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx2

from sealbox.control.tenants import opened
from sealbox.problems import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from types import TracebackType

    from sealbox.serving.intake import Intake

T = TypeVar("T")
SECONDS = 10.0  # in which a server has to have started or ended
IN_PROCESS = "http://sealbox.localhost"


class Local:
    """A context manager: the thread ends with the block, and the server with it."""

    def __init__(self, app: Intake) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="sealbox", daemon=True)
        self._server: Any = None
        self._serving: asyncio.Future[None] | None = None
        self._url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._serving is not None:
            self._server.should_exit = True
            self.run(self._ended(self._serving))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Its result, from whatever thread, with or without a loop of its own."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    @property
    def url(self) -> str:
        """Where it listens on loopback, on a free port. Nothing listens before the first call."""
        if not self._url:
            self._url = self.run(self._served())
        return self._url

    async def _served(self) -> str:
        import uvicorn  # noqa: PLC0415, most tests open no socket

        # Named TCP, so that asyncio turns Nagle's delay off.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listening = asyncio.Event()

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                listening.set()

        # Without a lifespan nothing happens that no test has asked for.
        config = uvicorn.Config(
            self.app, log_config=None, access_log=False, server_header=False, lifespan="off"
        )
        self._server = Server(config)
        self._serving = asyncio.ensure_future(self._server.serve(sockets=[listener]))
        await asyncio.wait_for(listening.wait(), SECONDS)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    @staticmethod
    async def _ended(serving: asyncio.Future[None]) -> None:
        await asyncio.wait_for(serving, SECONDS)

    def client(self, below: str = "", **headers: str) -> httpx2.Client:
        """A client that asks the application without a socket, and nobody else."""
        return httpx2.Client(transport=_InProcess(self), base_url=f"{IN_PROCESS}{below}", headers=headers)

    def open(self, plan: Mapping[str, Any]) -> dict[str, str]:
        """Make a tenant; the credential of each API. Raises ValueError."""
        return self.run(self._opened(plan))

    async def _opened(self, plan: Mapping[str, Any]) -> dict[str, str]:
        try:
            sandbox = opened(self.app.sandboxes, plan)
        except RuleViolation as violation:
            raise ValueError(str(violation)) from violation
        return {api: next(iter(world.callers)) for api, world in sandbox.worlds.items()}

    def shut(self, tenant: str) -> None:
        """Forget the tenant."""
        self.run(self._shut(tenant))

    async def _shut(self, tenant: str) -> None:
        if tenant in self.app.sandboxes:
            self.app.sandboxes.close(tenant)


class _InProcess(httpx2.BaseTransport):
    def __init__(self, local: Local) -> None:
        self._run = local.run
        self._transport = httpx2.ASGITransport(app=local.app)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        make = partial(httpx2.Request, request.method, request.url, extensions=request.extensions)
        return self._run(self._answered(make(headers=request.headers, content=request.read())))

    async def _answered(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._transport.handle_async_request(request)
        return httpx2.Response(answer.status_code, headers=answer.headers, content=await answer.aread())
