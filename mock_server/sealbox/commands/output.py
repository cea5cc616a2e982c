"""What commands print: data on stdout, words for people on stderr, colours only where somebody sees them."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "magenta": "35"}  # legible on light and dark

UNSEEN = 1000  # columns where no terminal is
NARROWEST_LAST = 20

GOOD, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3
"""Exit codes: refused is also what does not hold."""


def say(text: str) -> None:
    """Words for people."""
    typer.echo(text, err=True)


def end(text: str, code: int) -> NoReturn:
    """Say why, and end the command with `code`."""
    say(f"sealbox: {text}")
    raise typer.Exit(code)


def counted(number: int, noun: str) -> str:
    """`1 fault`, `2 faults`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(found: Any, *, line: bool = False) -> str:
    """`found` for a program to read; in one `line` where more follow."""
    import orjson

    return orjson.dumps(found, option=0 if line else orjson.OPT_INDENT_2).decode()


def painted(text: str, style: str, stream: TextIO | None = None) -> str:
    """`text` in a colour, if `stream` (stdout) is a terminal whose user has not set NO_COLOR."""
    stream = stream or sys.stdout
    plain = not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[{STYLES[style]}m{text}\x1b[0m"


def status_style(status: int) -> str:
    return "green" if 200 <= status < 400 else "magenta" if status < 500 else "red"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout. Only its last column gives way: what is cut short cannot be copied."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[str(cell) for cell in row] for row in rows]
    *fixed, _ = (max(map(len, column)) for column in zip(columns, *cells, strict=True))
    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for column, width in zip(columns, [*fixed, 0], strict=True):
        drawn.add_column(column, min_width=width)
    for row in cells:
        drawn.add_row(*map(Text, row))
    seen = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNSEEN
    needed = sum(fixed) + 2 * len(fixed) + NARROWEST_LAST
    Console(highlight=False, width=max(seen, needed)).print(drawn)
