"""Runs the application under uvicorn and prints the first screen."""

from __future__ import annotations

import errno
import gc
import shutil
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn
from rich.console import Console
from rich.table import Table
from rich.text import Text

from . import __version__, contract, evidence
from .app import create_app
from .auth import credential_header
from .remote import DEFAULT_URL

if TYPE_CHECKING:
    from .sandbox import Sandboxes
    from .settings import Settings

TITLES = {"vec": "VEC.digital", "certifiqi": "CertifiQI"}


def run(settings: Settings) -> None:
    """Serve until interrupted. Exits with 2 when the address cannot be had, with the reason."""
    listener = _listen(settings)
    app = create_app(
        settings.plan(),
        body_limit=settings.body_limit,
        webhook_hosts=settings.allow_webhooks_to,
        plain=settings.plain,
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="on",
        )
    )
    host, port = listener.getsockname()[:2]
    console = Console(stderr=True, highlight=False)
    console.print(first_screen(f"http://{_in_url(host)}:{port}", settings, app.sandboxes))
    if host not in {"127.0.0.1", "::1"}:
        console.print(
            Text("  Reachable from other machines: whoever reaches it controls it.\n", style="bold red")
        )
    collect_rarely()
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        server.run(sockets=[listener])


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


def first_screen(url: str, settings: Settings, sandboxes: Sandboxes) -> Table:
    """Everything a client needs for its first request."""
    sandbox = sandboxes.default
    screen = Table.grid(padding=(0, 2))
    counts = [evidence.counts(api) for api in contract.apis()]
    found = {mark: sum(count[mark] for count in counts) for mark in counts[0]}
    screen.add_row(
        Text(f"  Sealbox {__version__}", style="bold"),
        "a sandbox: nothing here is signed, sent or legally valid",
    )
    screen.add_row("", "")
    for api, world in sandbox.worlds.items():
        credential = credential_header(api, next(iter(world.callers)))
        screen.add_row(f"  {TITLES.get(api, api)}", Text(f"{url}/{api}", style="bold cyan"))
        screen.add_row("", Text(f"-H '{credential}'"))
    screen.add_row("  Control plane", f"{url}/_sandbox/info")
    screen.add_row("  Seed", f"{sandbox.plan.seed}")
    now = sandbox.clock.now().replace(microsecond=0).isoformat()
    screen.add_row("  Clock", f"{settings.clock.value}, now {now}")
    marks = ", ".join(f"{number} {mark}" for mark, number in found.items())
    screen.add_row("  Behaviours", f"{marks}  ({url}/_sandbox/evidence)")
    screen.add_row("", "")
    command = "sealbox" if shutil.which("sealbox") else sys.argv[0]
    where = "" if url == DEFAULT_URL else f" --url {url}"
    screen.add_row("  For your shell", f'eval "$({command} env{where})"')
    screen.add_row("", "State is in memory. Ctrl-C stops.\n")
    return screen
