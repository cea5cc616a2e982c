"""What is worth knowing about a CSV file, whether or not it is taken."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from .csv_dates import order_of, reading
from .csv_forms import NAMES, says_something
from .recipients import EMAIL, ISSUE_DATE, NAME, REQUIRED, has_text, parse_issue_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .csv_dates import Reading
    from .csv_forms import Header, Table

SHOWN_LINES = 5

FORMULA = re.compile(r"[=@]|[+-](?![\d\s().,/-]*$)")  # a telephone number or a negative one is no formula
RESERVED_DOMAIN = re.compile(
    r"@(.+\.)?(example(\.[a-z.]+)?|[^@]+\.(example|test|invalid|localhost)|localhost)", re.IGNORECASE
)
CPF = re.compile(r"(?<![\d.])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\d-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the file in a sentence. `lines` are the first of the `count` lines that show it."""

    kind: str
    text: str
    lines: tuple[int, ...] = ()
    count: int = 0
    mended: bool = False
    """Whether `mend` sets it right."""


def findings(table: Table, dates: Mapping[int, Reading]) -> Iterator[Finding]:
    """`dates` are its `odd_dates`."""
    for finding in _all(table, dates):
        yield finding if may_be_mended(table) else replace(finding, mended=False)


def may_be_mended(table: Table) -> bool:
    """Whether the required columns are there: what is no list of recipients is left alone."""
    return all(table.position(header) is not None for header in REQUIRED)


def _all(table: Table, dates: Mapping[int, Reading]) -> Iterator[Finding]:
    for look in (_encoding, _line_ends, _delimiter, _headers, _same_headers):
        yield from look(table)
    for one in IN_ROWS:
        yield from _at(one.kind, one.text, one.find(table), mended=one.mended)
    yield from _dates(dates, mended=ISSUE_DATE in map(partial(new_name, table), table.headers))


def _at(kind: str, text: str, lines: Sequence[int], *, mended: bool) -> Iterator[Finding]:
    if lines:
        yield Finding(kind, text, tuple(lines[:SHOWN_LINES]), len(lines), mended)


def _encoding(table: Table) -> Iterator[Finding]:
    if table.encoding not in {"ASCII", "UTF-8"}:
        yield Finding("encoding", f"{table.encoding}: save it as UTF-8", mended=True)
    if "\ufffd" in table.text:
        yield Finding("encoding", "there are bytes that are no letters, shown as \ufffd")


def _line_ends(table: Table) -> Iterator[Finding]:
    if table.line_ends.startswith("CR alone"):
        yield Finding("line_ends", "the lines end with a carriage return alone, as on old Macs", mended=True)


def _delimiter(table: Table) -> Iterator[Finding]:
    if table.sep_line:
        yield from _at("sep_line", "Excel's sep= stands where the headers belong", [1], mended=True)
    if table.delimiter not in {"", ","}:
        name = NAMES[table.delimiter]
        yield Finding("delimiter", f"the columns are parted by a {name}, not by a comma", mended=True)


def _headers(table: Table) -> Iterator[Finding]:
    for header in table.headers:
        if header.near:
            text = f"the header {header.written!a} is near to {header.means}"
            yield Finding("header", text, mended=new_name(table, header) == header.means)
    means = {header.means for header in table.headers}
    for missing in REQUIRED:
        if missing not in means:
            yield Finding("header", f"no header is near to {missing}")


def new_name(table: Table, header: Header) -> str:
    """The documented name of a header that is near to it and may be renamed, else the one it has.

    An optional column with other letters may be a column of its own, and of two near ones nobody knows which.
    """
    only = header.means is not None and table.position(header.means) is not None
    sure = header.means in REQUIRED or not header.typo
    return header.means if header.means and only and sure else header.written


def _same_headers(table: Table) -> Iterator[Finding]:
    for header, count in Counter(header.written for header in table.headers if header.written).items():
        if count > 1:
            yield Finding("duplicate_header", f"the header {header!a} stands {count} times")


def _blank_rows(table: Table) -> list[int]:
    return [line.number for line in table.lines if not says_something(line.cells)]


def _long_rows(table: Table) -> list[int]:
    width = len(table.headers)
    return [line.number for line in table.lines if len(line.cells) > width and has_text(line.cells[width:])]


def _formulas(table: Table) -> list[int]:
    starts = FORMULA.match
    return [line.number for line in table.lines if any(map(starts, line.cells))]


def _decomposed(table: Table) -> list[int]:
    if table.text.isascii() or unicodedata.is_normalized("NFC", table.text):
        return []
    return [line for line, name in table.column(NAME) if not unicodedata.is_normalized("NFC", name)]


def _same_addresses(table: Table) -> list[int]:
    addresses = [(line, cell.strip().lower()) for line, cell in table.column(EMAIL)]
    seen: set[str] = set()
    again = []
    for line, address in addresses:
        if address in seen:
            again.append(line)
        elif address:
            seen.add(address)
    return again


def _real_addresses(table: Table) -> list[int]:
    reserved = RESERVED_DOMAIN.fullmatch
    return [
        line
        for line, cell in table.column(EMAIL)
        if "@" in cell and not reserved(cell.strip(), cell.strip().rindex("@"))
    ]


def _cpfs(table: Table) -> list[int]:
    if not CPF.search(table.text):
        return []
    find: Callable[[str], Sequence[str]] = CPF.findall
    return [line.number for line in table.lines if any(map(_is_cpf, find(" ".join(line.cells))))]


def _is_cpf(written: str) -> bool:
    digits = [int(letter) for letter in written if letter.isdigit()]
    if len(set(digits)) == 1:
        return False
    return all(
        sum(weight * digit for weight, digit in zip(range(place + 1, 1, -1), digits, strict=False))
        * 10
        % 11
        % 10
        == digits[place]
        for place in (9, 10)
    )


@dataclass(frozen=True, slots=True)
class InRows:
    """A finding about rows: what it says of the lines that `find` finds."""

    kind: str
    text: str
    find: Callable[[Table], list[int]]
    mended: bool = False


IN_ROWS = (
    InRows("blank_row", "rows without any text", _blank_rows, mended=True),
    InRows("long_row", "rows with more cells than headers: put a cell with a comma in quotes", _long_rows),
    InRows("formula", "cells that a spreadsheet runs as a formula when it opens the file", _formulas),
    InRows(
        "decomposed_name",
        "names whose accents are letters of their own (NFD, as macOS writes): they equal no typed name",
        _decomposed,
    ),
    InRows("duplicate_email", "addresses of an earlier row: one more certificate each", _same_addresses),
    InRows("real_email", "addresses that may be somebody's: a sandbox wants example.com", _real_addresses),
    InRows("cpf", "numbers with the check digits of a CPF: a sandbox wants generated ones", _cpfs),
)


def odd_dates(table: Table) -> dict[int, Reading]:
    """What each date that is not written as documented says, by the number of its line."""
    column = [(line, cell.strip()) for line, cell in table.column(ISSUE_DATE)]
    odd = {cell for cell in {cell for _, cell in column} if cell and parse_issue_date(cell) is None}
    order = order_of(odd)
    found = {cell: reading(cell, order) for cell in odd}
    return {line: found[cell] for line, cell in column if cell in odd}


def _dates(odd: Mapping[int, Reading], *, mended: bool) -> Iterator[Finding]:
    for day_is_known, text in (
        (True, "dates that are not written DD-MM-YYYY and can only mean one day"),
        (False, "dates that are not written DD-MM-YYYY and need a person to say which day they mean"),
    ):
        lines = [line for line, found in odd.items() if (found.day is not None) is day_is_known]
        yield from _at("date", text, lines, mended=mended and day_is_known)
