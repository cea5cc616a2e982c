"""What the server prints of an exchange: one line, and what to do about a refusal on the next."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Thread
from typing import TYPE_CHECKING

from .output import painted, status_style

if TYPE_CHECKING:
    from sealbox.exchanges.exchange import Exchange

MOST_WAITING = 1000
LONGEST_END = 1.0  # seconds


class ExchangeLog:
    """Prints refusals on `file`, every exchange and the snippet that mends it if `everything`.

    A thread of its own writes: whoever does not read what the server prints must not stop it from answering.
    What finds no room is left out.
    """

    def __init__(self, *, everything: bool, file: int = 2) -> None:
        self._everything = everything
        self._file = file
        self._waiting: Queue[str | None] = Queue(MOST_WAITING)
        self._writer = Thread(target=self._write, daemon=True)
        self._writer.start()

    def __call__(self, exchange: Exchange) -> None:
        if self._everything or exchange.status >= 400 or exchange.fault:
            with suppress(Full):
                self._waiting.put_nowait("\n".join(lines(exchange, everything=self._everything)) + "\n")

    def close(self) -> None:
        """Print what is waiting, unless nobody reads it."""
        try:
            self._waiting.put_nowait(None)
        except Full:
            return
        self._writer.join(LONGEST_END)

    def _write(self) -> None:
        with suppress(OSError):  # nobody reads any more
            while (text := self._waiting.get()) is not None:
                left = memoryview((text + self._more()).encode(errors="replace"))
                while left:  # past Python's own buffer, whose lock would be missed at exit
                    left = left[os.write(self._file, left) :]

    def _more(self) -> str:
        """What has come meanwhile, to write it at once."""
        found = ""
        with suppress(Empty):
            while (text := self._waiting.get_nowait()) is not None:
                found += text
            self._waiting.put(None)
        return found


def lines(exchange: Exchange, *, everything: bool) -> list[str]:
    status = painted(str(exchange.status), status_style(exchange.status), sys.stderr)
    reason = exchange.fault or exchange.why
    asked = f"{exchange.method} {_clean(exchange.path)} {status}"
    told = [f"{asked} — {_clean(reason)}" if reason else asked]
    if exchange.fix:
        told.append(f"  fix: {_clean(exchange.fix)}")
    if everything and exchange.snippet:
        told += [f"  | {_clean(line)}" for line in exchange.snippet.splitlines()]
    return told


def _clean(text: str) -> str:
    """Without what a terminal takes as a command: a client chooses its path."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
