"""Rows of an upload, kept as they were sent: who stands in one is read when somebody asks.

A row so takes about the bytes that it was sent with, and an upload no time for people whom nobody looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, repeat
from operator import eq
from typing import TYPE_CHECKING, Any, overload

from .model import Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

BLOCK = 64  # rows between two of the places in the text that are remembered
UNDECODABLE = "surrogateescape"
CELL_END, ROW_END = "\udcff", "\udcfe"  # the bytes 0xff and 0xfe, which no text in UTF-8 has


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are written: `width` cells each, which of them say what, and what stands between them."""

    email: int
    name: int
    issue_date: int | None
    custom: tuple[int, ...]
    width: int
    cell_end: str = CELL_END
    row_end: str = ROW_END

    def write(self, rows: Iterable[Sequence[str]]) -> str:
        return self.row_end.join(map(self.cell_end.join, rows))

    def cells(self, text: str) -> list[str]:
        """Those of all rows, one row after the other."""
        return text.replace(self.row_end, self.cell_end).split(self.cell_end)


@dataclass(frozen=True, eq=False)  # without slots, because cached_property needs a place for what it found
class SentRows(Sequence[Recipient]):
    """Recipients, made of the text of `number` rows when they are asked for.

    `dates` says what the cells of the dates mean, and without such a column all have `today`. `faults` are
    those of the rows that have one, by position, ascending.
    """

    sent: bytes
    number: int
    layout: Layout
    today: date
    dates: Mapping[str, date]
    faults: Mapping[int, str]

    @classmethod
    def of(  # noqa: PLR0913, one argument a field
        cls,
        text: str,
        number: int,
        layout: Layout,
        *,
        today: date,
        dates: Mapping[str, date],
        faults: Mapping[int, str],
    ) -> SentRows:
        return cls(text.encode("utf-8", UNDECODABLE), number, layout, today, dates, faults)

    def __len__(self) -> int:
        return self.number

    @overload
    def __getitem__(self, at: int) -> Recipient: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Recipient, ...]: ...
    def __getitem__(self, at: int | slice) -> Recipient | tuple[Recipient, ...]:
        if isinstance(at, int):
            row = range(self.number)[at]
            return next(self._made(range(row, row + 1)))
        rows = range(self.number)[at]
        if rows.step != 1:
            return tuple(map(self.__getitem__, rows))
        return tuple(self._made(rows)) if rows else ()

    def __iter__(self) -> Iterator[Recipient]:
        return self._made(range(self.number))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def column(self, field: str) -> Sequence[Any]:
        """`email`, `name` or `issue_date` of every row, without making recipients."""
        layout, cells = self.layout, self._cells(range(self.number))
        match field:
            case "email":
                return list(map(str.strip, cells[layout.email :: layout.width]))
            case "name":
                return cells[layout.name :: layout.width]
        return list(self._dates(cells))

    def mentions(self, part: str, folded: Callable[[str], str]) -> bool:
        """Whether `part` may be in a cell: it is in the text of all rows, `folded`."""
        return part in folded(self.sent.decode("utf-8", UNDECODABLE))

    def _made(self, rows: range) -> Iterator[Recipient]:
        layout, cells = self.layout, self._cells(rows)
        columns = [cells[position :: layout.width] for position in layout.custom]
        return map(
            Recipient,
            map(str.strip, cells[layout.email :: layout.width]),
            cells[layout.name :: layout.width],
            self._dates(cells),
            zip(*columns, strict=True) if columns else repeat((), len(rows)),
            map(self.faults.get, rows),
        )

    def _dates(self, cells: list[str]) -> Iterator[date]:
        layout = self.layout
        if layout.issue_date is None:
            return repeat(self.today, len(cells) // layout.width)
        return map(self.dates.__getitem__, cells[layout.issue_date :: layout.width])

    def _cells(self, rows: range) -> list[str]:
        """The cells of `rows`, which follow each other, one row after the other."""
        if len(rows) == self.number:
            return self.layout.cells(self.sent.decode("utf-8", UNDECODABLE))
        first = rows.start // BLOCK
        until = self._begins[-(-rows.stop // BLOCK)]
        text = self.sent[self._begins[first] : until].decode("utf-8", UNDECODABLE)
        skipped, width = rows.start - first * BLOCK, self.layout.width
        return self.layout.cells(text)[skipped * width : (skipped + len(rows)) * width]

    @cached_property
    def _begins(self) -> list[int]:
        """Where each block of rows begins in `sent`, and where the last one ends."""
        lengths = list(map(len, self.sent.split(self.layout.row_end.encode("utf-8", UNDECODABLE))))
        blocks = (lengths[row : row + BLOCK] for row in range(0, self.number, BLOCK))
        return list(accumulate((sum(block) + len(block) for block in blocks), initial=0))


def column(rows: Sequence[Recipient], field: str) -> Sequence[Any]:
    """One field of every row."""
    if isinstance(rows, SentRows) and field == "fault":
        return list(map(rows.faults.get, range(len(rows))))
    if isinstance(rows, SentRows) and field in {"email", "name", "issue_date"}:
        return rows.column(field)
    return [getattr(recipient, field) for recipient in rows]


def mentions(rows: Sequence[Recipient], part: str, folded: Callable[[str], str]) -> bool:
    """Whether somebody's name or address may have `part`, once both are `folded`."""
    return not isinstance(rows, SentRows) or rows.mentions(part, folded)


def failed(rows: Sequence[Recipient]) -> tuple[int, ...]:
    """Positions, ascending, of the rows with a fault."""
    if isinstance(rows, SentRows):
        return tuple(rows.faults)
    return tuple(row for row, recipient in enumerate(rows) if recipient.fault)
