"""What the server prints of an exchange: one line, and what to do about a refusal on the next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .commands.output import painted, status_style

if TYPE_CHECKING:
    from .exchange import Exchange


def printed(exchange: Exchange, *, everything: bool) -> None:
    """Print a refusal on stderr; every exchange, and the snippet that mends it, if `everything`."""
    if everything or exchange.status >= 400 or exchange.fault:
        sys.stderr.write("\n".join(lines(exchange, everything=everything)) + "\n")


def lines(exchange: Exchange, *, everything: bool) -> list[str]:
    status = painted(str(exchange.status), status_style(exchange.status), sys.stderr)
    reason = exchange.fault or exchange.why
    told = [
        f"{exchange.method} {_clean(exchange.path)} {status}" + (f" — {_clean(reason)}" if reason else "")
    ]
    if exchange.fix:
        told.append(f"  fix: {_clean(exchange.fix)}")
    if everything and exchange.snippet:
        told += [f"  | {_clean(line)}" for line in exchange.snippet.splitlines()]
    return told


def _clean(text: str) -> str:
    """Without what a terminal takes as a command: a client chooses its path."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
