"""What `sealbox serve` prints once it is ready: everything that a client needs for its first request."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sealbox import __version__, contract
from sealbox.auth import credential_header
from sealbox.contract import evidence

from .remote import DEFAULT_URL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealbox.sandbox import Sandbox, Sandboxes
    from sealbox.settings import Settings

TITLES = {"vec": "VEC.digital", "certifiqi": "CertifiQI"}
FIRST = 17  # characters of the first column: commands that are copied start in one place


def first_screen(url: str, settings: Settings, sandboxes: Sandboxes, *, took: float) -> Table:
    """`took` is in seconds."""
    screen = Table.grid(padding=(0, 2))
    screen.add_column(min_width=FIRST)
    screen.add_column(overflow="fold")
    screen.add_row(
        Text(f"  Sealbox {__version__}", style="bold"), "nothing here is signed, sent or legally valid"
    )
    screen.add_row("", "")
    for title, what in _rows(url, settings, sandboxes.default):
        screen.add_row(Text(f"  {title}" if title else ""), what)
    screen.add_row("", "")
    kept = (
        f"State is kept in {settings.state}." if settings.state else "State is in memory (--state keeps it)."
    )
    screen.add_row(Text(f"  Ready in {took:.1f} s", style="bold green"), f"{kept} Ctrl-C stops.\n")
    return screen


def _rows(url: str, settings: Settings, sandbox: Sandbox) -> Iterator[tuple[str, Text]]:
    for api, world in sandbox.worlds.items():
        yield TITLES.get(api, api), Text(f"{url}/{api}", style="bold")
        yield "", Text(f"-H '{credential_header(api, next(iter(world.callers)))}'")
    for title, path in (
        ("Page", "/"),
        ("Docs", "/_sandbox/docs"),
        ("Mails", "/_sandbox/certifiqi/mails"),
        ("Control plane", "/_sandbox/info"),
    ):
        yield title, Text(f"{url}{path}")
    yield "Behaviours", Text(f"{_counts()}  (/_sandbox/evidence)")
    now = sandbox.clock.now().replace(microsecond=0).isoformat()
    yield "Seed and clock", Text(f"{sandbox.plan.seed}; {sandbox.clock.mode.value}, now {now}")
    if settings.only:
        yield "Only", Text(f"{', '.join(settings.only)}: anything else is answered with 501")
    command = "sealbox" if shutil.which("sealbox") else sys.argv[0]
    where = "" if url == DEFAULT_URL else f" --url {url}"
    yield "For your shell", Text(f'eval "$({command} env{where})"')


def _counts() -> str:
    counts = [evidence.counts(api) for api in contract.apis()]
    return ", ".join(f"{sum(count[mark] for count in counts)} {mark}" for mark in counts[0])
