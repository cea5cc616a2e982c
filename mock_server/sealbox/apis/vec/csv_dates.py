"""Dates as people write them in an IssueDate column, and what DD-MM-YYYY they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}", re.ASCII)
SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)  # the years 1954 to 2119
DAY_ZERO = date(1899, 12, 30)  # Excel counts 29 February 1900, which never was


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell that is not written DD-MM-YYYY says.

    `day` is set when there is only one reading, so that it may be mended; `advice` is for people.
    """

    day: date | None
    advice: str


def documented(day: date) -> str:
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def order_of(column: Iterable[str]) -> str:
    """`day` or `month`: what the dates with slashes begin with, if they prove one and only one; else ``."""
    proven = set()
    for cell in column:
        match = YEAR_LAST.fullmatch(MIDNIGHT.sub("", cell.strip()))
        if match and match[2] == "/":
            first, second = int(match[1]), int(match[3])
            proven |= {"day"} if first > 12 else {"month"} if second > 12 else set()
    return proven.pop() if len(proven) == 1 else ""


def reading(written: str, order: str) -> Reading:
    """`order` is what `order_of` the column says."""
    plain = MIDNIGHT.sub("", written.strip())
    for pattern, read in READERS.items():
        match = pattern.fullmatch(plain)
        if match:
            return read(match, order)
    return Reading(None, "")


def _year_first(match: re.Match[str], _order: str) -> Reading:
    return _one(_day(match[1], match[3], match[4]))


def _year_last(match: re.Match[str], order: str) -> Reading:
    day_first, month_first = (_day(match[4], match[3], match[1]), _day(match[4], match[1], match[3]))
    if match[2] != "/":
        # The documented order: another one would mean that the column's other dates are read wrongly.
        if day_first is None and month_first:
            again = "then check the other dates of this column too, which are read day first"
            return Reading(None, f"month first? write {documented(month_first)}, and {again}")
        return _one(day_first)
    found = {day for day in (day_first, month_first) if day}
    if len(found) == 2 and order:
        return _one(day_first if order == "day" else month_first)
    if len(found) == 2:
        either = " or ".join(documented(day) for day in (day_first, month_first) if day)
        return Reading(None, f"{either}? nothing in this column tells")
    return _one(*found)


def _short_year(_match: re.Match[str], _order: str) -> Reading:
    return Reading(None, "write the year with four digits")


def _serial(match: re.Match[str], _order: str) -> Reading:
    day = DAY_ZERO + timedelta(days=int(match.group()))
    return Reading(None, f"a number as Excel stores dates? write {documented(day)}")


READERS: dict[re.Pattern[str], Callable[[re.Match[str], str], Reading]] = {
    YEAR_FIRST: _year_first,
    YEAR_LAST: _year_last,
    SHORT_YEAR: _short_year,
    SERIAL: _serial,
}


def _one(day: date | None = None) -> Reading:
    return Reading(day, f"write {documented(day)}") if day else Reading(None, "there is no such day")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
