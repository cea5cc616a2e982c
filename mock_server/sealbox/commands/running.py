"""Runs the application under uvicorn: its address, its state, and what it prints."""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from sealbox.app import create_app
from sealbox.serving import state_file
from sealbox.serving.server import Server, collect_rarely, keep_freed_memory
from sealbox.settings import Log

from .exchange_log import ExchangeLog
from .first_screen import first_screen

if TYPE_CHECKING:
    from sealbox.settings import Settings

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
    keep_freed_memory()
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        Server(app, ready=ready, ended=ended).run(sockets=[listener])


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
