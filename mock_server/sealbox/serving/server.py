"""Runs the application under uvicorn: its address, its connections, its state, and what it prints."""

from __future__ import annotations

import errno
import gc
import socket
import sys
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

import uvicorn
from rich.console import Console
from rich.text import Text
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from sealbox.app import create_app
from sealbox.exchanges.wire_faults import TRANSPORT
from sealbox.settings import Log

from . import state_file
from .exchange_log import ExchangeLog
from .first_screen import first_screen

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from sealbox.settings import Settings

    from .intake import Intake

STARTED = perf_counter()


def run(settings: Settings) -> None:
    """Serve until interrupted. Exits with 2 when the address or the state cannot be had, with the reason."""
    if settings.port_file is not None and not settings.port_file.parent.is_dir():
        sys.stderr.write(f"sealbox: port_file: there is no folder {settings.port_file.parent}\n")
        raise SystemExit(2)
    listener = _listen(settings)
    log = None if settings.log is Log.NONE else ExchangeLog(everything=settings.log is Log.ALL)
    app = create_app(
        settings.plan(),
        body_limit=settings.body_limit,
        webhook_hosts=settings.allow_webhooks_to,
        allow_hosts=settings.allow_host,
        quiet_headers=settings.quiet_headers,
        on_exchange=log,
        plain=settings.plain,
    )
    if settings.state is not None:
        state_file.load(settings.state, app.sandboxes)
    host, port = listener.getsockname()[:2]
    console = Console(stderr=True, highlight=False)

    def ready() -> None:
        took = perf_counter() - STARTED
        if settings.port_file is not None:
            settings.port_file.write_text(f"{port}\n")
        console.print(first_screen(f"http://{_in_url(host)}:{port}", settings, app.sandboxes, took=took))
        if host not in {"127.0.0.1", "::1"}:
            console.print(
                Text("  Reachable from other machines: whoever reaches it controls it.\n", style="bold red")
            )

    def ended() -> None:
        if log is not None:
            log.close()
        if settings.state is not None:
            state_file.save(settings.state, app.sandboxes)
        if settings.port_file is not None:
            settings.port_file.unlink(missing_ok=True)

    collect_rarely()
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        Server(app, ready=ready, ended=ended).run(sockets=[listener])


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
    """uvicorn's own, which leaves each connection's transport where a fault finds it."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


def collect_rarely() -> None:
    """What is kept until a reset holds no cycles: to look for some takes up to half of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named TCP, so that asyncio turns Nagle's delay off: with it an answer takes twenty times as long.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        hint = "; --port 0 takes a free one" if taken else ""
        sys.stderr.write(
            f"sealbox: cannot listen on {settings.host}:{settings.port}: {error.strerror}{hint}\n"
        )
        raise SystemExit(2) from error
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
