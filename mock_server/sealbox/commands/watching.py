"""`sealbox watch`: follow a tenant's timeline and journal."""

from __future__ import annotations

import re
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .happenings import exchange_line, line
from .output import REFUSED, as_json, end, say
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = 0.2  # seconds between two looks
MOST_AT_ONCE = 200  # exchanges

Entry = dict[str, Any]


@on_server
def watch(
    server: Server,
    *,
    duration: Annotated[
        float | None, typer.Option("--for", help="Seconds after which to end.", min=0)
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="End once something has become this, as completed.")
    ] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with what has been.")] = False,
) -> None:
    """Tell what happens, as it happens: to objects, and over the wire. Ctrl-C ends it.

    With --until, ends with 0 once it has happened, and with 1 when --for is over first.
    """
    wanted = re.compile(rf"\b{re.escape(until)}\b") if until else None
    stop_at = perf_counter() + duration if duration is not None else None
    if duration is None and until is None:
        say("watching; Ctrl-C ends it")
    for entry in _entries(server, stop_at, from_start=from_start):
        _print(server, entry)
        if wanted and wanted.search(entry.get("what", "")):
            return
    if until:
        end(f"nothing became {until}", REFUSED)


def _print(server: Server, entry: Entry) -> None:
    if server.as_json:
        typer.echo(as_json(entry, line=True))
    else:
        typer.echo(line(entry) if "what" in entry else exchange_line(entry))


def _entries(server: Server, stop_at: float | None, *, from_start: bool) -> Iterator[Entry]:
    """Whatever is new, in virtual order, until then."""
    seen = _Seen(server, from_start=from_start)
    while True:
        yield from seen.new()
        if stop_at is not None and perf_counter() >= stop_at:
            return
        sleep(EVERY)


class _Seen:
    """Asks again and again, and keeps what was there the last time."""

    def __init__(self, server: Server, *, from_start: bool) -> None:
        self._server = server
        self._count = 0 if from_start else server.get("/timeline", since=10**9)["count"]
        self._last: str | None = None
        if not from_start:
            newest = server.get("/journal", limit=1)["entries"]
            self._last = newest[0]["id"] if newest else None

    def new(self) -> list[Entry]:
        timeline = self._server.get("/timeline", since=self._count)
        if timeline["count"] < self._count:  # the tenant was reset
            timeline = self._server.get("/timeline")
        self._count = timeline["count"]
        return sorted([*self._exchanges(), *timeline["happened"]], key=lambda entry: entry["at"])

    def _exchanges(self) -> list[Entry]:
        newest: list[Entry] = []
        for entry in self._server.get("/journal", limit=MOST_AT_ONCE)["entries"]:
            if entry["id"] == self._last:
                break
            newest.insert(0, entry)
        if newest:
            self._last = newest[-1]["id"]
        return newest
