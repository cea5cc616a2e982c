"""Mends of a CSV file what can be mended without guessing anybody's data."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from .csv_dates import documented, order_of, reading
from .csv_findings import new_name
from .csv_forms import read_table, says_something
from .recipients import ISSUE_DATE, REQUIRED, parse_issue_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .csv_forms import Table


def mend(content: bytes) -> bytes:
    """The file in UTF-8 with commas, documented headers and dates, without blank rows.

    What is right already stays byte for byte. So does a file in which a required column is not to be found,
    and a date that could mean two days.
    """
    try:
        table = read_table(content)
    except csv.Error:
        return content
    if any(table.position(header) is None for header in REQUIRED):
        return content
    headers = [new_name(table, header) for header in table.headers]
    rows = [headers, *_mended_rows(table, headers.index(ISSUE_DATE) if ISSUE_DATE in headers else None)]
    return content if _stands_so_already(content, rows) else _written(rows)


def _mended_rows(table: Table, date_column: int | None) -> list[Sequence[str]]:
    rows = [line.cells for line in table.lines if says_something(line.cells)]
    if date_column is None:
        return rows
    order = order_of(cells[date_column] for cells in rows if len(cells) > date_column)
    return [_with_date(cells, date_column, order) for cells in rows]


def _with_date(cells: Sequence[str], column: int, order: str) -> Sequence[str]:
    written = cells[column].strip() if len(cells) > column else ""
    if not written or parse_issue_date(written):
        return cells
    day = reading(written, order).day
    return [*cells[:column], documented(day), *cells[column + 1 :]] if day else cells


def _stands_so_already(content: bytes, rows: list[Sequence[str]]) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    found = csv.reader(StringIO(text, newline="\n"))
    try:
        return list(found) == rows
    except csv.Error:  # a carriage return alone, outside of quotes
        return False


def _written(rows: list[Sequence[str]]) -> bytes:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()
