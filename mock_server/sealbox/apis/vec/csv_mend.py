"""Mends of a CSV file what can be mended without guessing anybody's data."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from .csv_dates import documented, order_of, reading
from .csv_findings import may_be_mended, new_name
from .csv_forms import read_table, says_something
from .recipients import ISSUE_DATE, open_lines, parse_issue_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    if not may_be_mended(table):
        return content
    headers = [new_name(table, header) for header in table.headers]
    rows = [headers, *_mended_rows(table, headers.index(ISSUE_DATE) if ISSUE_DATE in headers else None)]
    return content if _stands_so_already(content, rows) else _written(rows)


def _mended_rows(table: Table, date_column: int | None) -> list[Sequence[str]]:
    rows = [line.cells for line in table.lines if says_something(line.cells)]
    if date_column is None:
        return rows
    written = {cells[date_column].strip() for cells in rows if len(cells) > date_column}
    days = _documented_days({cell for cell in written if cell and parse_issue_date(cell) is None})
    return [_with_date(cells, date_column, days) for cells in rows] if days else rows


def _documented_days(odd: set[str]) -> dict[str, str]:
    """How to write those of the dates that can only mean one day."""
    order = order_of(odd)
    found = {cell: reading(cell, order).day for cell in odd}
    return {cell: documented(day) for cell, day in found.items() if day}


def _with_date(cells: Sequence[str], column: int, days: Mapping[str, str]) -> Sequence[str]:
    day = days.get(cells[column].strip()) if len(cells) > column else None
    return [*cells[:column], day, *cells[column + 1 :]] if day else cells


def _stands_so_already(content: bytes, rows: list[Sequence[str]]) -> bool:
    try:
        _, lines = open_lines(content.decode("utf-8"), ",")
        return list(lines) == rows
    except (UnicodeDecodeError, csv.Error):
        return False


def _written(rows: list[Sequence[str]]) -> bytes:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()
