"""A CSV upload: bytes in, recipients or a refusal out."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import repeat
from typing import TYPE_CHECKING

from sealbox.problems import RuleViolation

from .model import Recipient, Recipients

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

EMAIL, NAME, ISSUE_DATE = "RecipientsEmail", "RecipientsName", "IssueDate"
REQUIRED = (EMAIL, NAME)
RESERVED = (EMAIL, NAME, ISSUE_DATE)

BOM = "\ufeff"
DELIMITERS = ",;\t|"
BARE_RETURN, STAND_IN = re.compile(r"\r(?!\n)"), "\ue00d"
LARGEST_CELL = 64 * 1024 * 1024  # the csv module's own limit, 128 KiB, is not the vendor's

# Laravel's `email` rule is loose: something, an @, something, and no white space.
EMAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
DAY_MONTH_YEAR = re.compile(r"(\d{2})-(\d{2})-(\d{4})")

type_of_upload = {  # what a file that is no text begins with, for the hint
    b"\x89PNG": "a PNG image",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook: export it as CSV",
    b"\xff\xfe": "UTF-16 text (Excel's 'Unicode text'): save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16 text: save it as CSV UTF-8",
}


def never(_email: str) -> bool:
    return False


def always(_text: str) -> bool:
    return True


def read_recipients(
    content: bytes,
    *,
    today: date,
    switches: Mapping[str, str],
    fails: Callable[[str], bool] = never,
    suspects: Callable[[str], bool] = always,
) -> Recipients:
    """Read an upload. `fails` says for whom a failure was asked for by a magic address.

    `suspects` says whether there may be such an address in a text at all.

    Raises RuleViolation on `csv_file` when the file cannot be read as recipients at all. A bad cell makes
    that row's certificate fail, unless the switch row_faults says that it refuses the upload.
    """
    text, hints = decode(content, switches)
    try:
        _, lines = open_lines(text, delimiter_of(text, switches))
        written = next(lines, [])
        headers = _known(written, switches)
        columns = _columns(headers, written, switches)
        custom = tuple(position for header, position in _named(headers).items() if header not in RESERVED)
        read = _RowReader(columns, custom, today, switches, fails)
        below = list(lines)
        rows = None if suspects(text) else read.usual(below, width=len(written))
        if rows is None:
            rows = tuple(
                read(cells) for cells in below if has_text(cells) or switches["blank_rows"] == "fail_row"
            )
    except csv.Error as error:
        why = _why_unreadable(content, text, switches) or f"the CSV reader says: {error}"
        raise _refused("The csv file could not be read.", why) from error
    except RuleViolation as refusal:
        refusal.why = _why_unreadable(content, text, switches) or refusal.why
        raise
    if not rows:
        raise _refused(
            "The csv file must contain at least one recipient.", "there is no row below the headers"
        )
    if any(row.fault for row in rows) and switches["row_faults"] == "refuse_upload":
        _refuse_faults(rows)
    return Recipients(rows, tuple(headers[position] for position in custom), tuple(hints))


def decode(content: bytes, switches: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text of an upload, and what was odd about its bytes."""
    hints = []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # Every byte has a meaning in Latin-1, so what is no text at all is refused for its headers.
        text = content.decode("cp1252", errors="replace")
        hints.append("the file is not UTF-8 and was read as Windows-1252")
    if text.startswith(BOM):
        if switches["csv_bom"] == "strip":
            text = text.removeprefix(BOM)
        hints.append("the file begins with a byte order mark")
    return text, hints


def delimiter_of(text: str, switches: Mapping[str, str]) -> str:
    most = max(DELIMITERS, key=text.partition("\n")[0].count)
    return most if most == "," or switches["csv_delimiter"] == "detect" else ","


def open_lines(text: str, delimiter: str) -> tuple[Reader, Iterator[list[str]]]:
    """The lines as cells, the headers first, and the reader that knows in which line of the file they end."""
    csv.field_size_limit(LARGEST_CELL)  # the module keeps it for the process: it is only ever this value
    # Lines end at \n, as PHP's fgetcsv has it: a file with nothing but \r is one line, and a \r within a line
    # is a letter, on which the csv module would stop.
    odd = bool(BARE_RETURN.search(text))
    readable = BARE_RETURN.sub(STAND_IN, text) if odd else text
    reader = csv.reader(StringIO(readable, newline="\n"), delimiter=delimiter)
    if odd:
        return reader, ([cell.replace(STAND_IN, "\r") for cell in cells] for cells in reader)
    return reader, reader


def has_text(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _named(headers: Sequence[str]) -> dict[str, int]:
    """Position of each header; of two of one name the last counts, as in an array keyed by them."""
    return {header: position for position, header in enumerate(headers) if header}


def _known(written: Sequence[str], switches: Mapping[str, str]) -> list[str]:
    """The headers, with those of reserved columns as documented where the match is lenient."""
    reserved = {header.lower(): header for header in RESERVED}
    lenient = [reserved.get(re.sub(r"\s", "", header).lower(), header) for header in written]
    exact = lenient == list(written) or switches["csv_header_match"] == "exact"
    return list(written) if exact else lenient


def _columns(headers: list[str], written: Sequence[str], switches: Mapping[str, str]) -> dict[str, int]:
    missing = [header for header in REQUIRED if header not in headers]
    if missing:
        listed = ", ".join(missing)
        raise _refused(f"The csv file is missing the required headers: {listed}.", _nearest(missing, written))
    twice = [header for header in RESERVED if headers.count(header) > 1]
    if twice and switches["duplicate_headers"] == "refuse":
        raise _refused(
            f"The csv file has duplicate headers: {', '.join(twice)}.", "each reserved header stands once"
        )
    return {header: position for header, position in _named(headers).items() if header in RESERVED}


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Turns the cells of a row into a recipient, by the positions of the columns."""

    columns: Mapping[str, int]
    custom: tuple[int, ...]
    today: date
    switches: Mapping[str, str]
    fails: Callable[[str], bool]

    def usual(self, rows: Sequence[Sequence[str]], *, width: int) -> tuple[Recipient, ...] | None:
        """All rows at once, a column at a time; None if anything in them is odd and needs to be looked at."""
        if not rows or any(map(width.__ne__, map(len, rows))):
            return None
        columns = list(zip(*rows, strict=True))
        emails, names = columns[self.columns[EMAIL]], columns[self.columns[NAME]]
        if not all(map(EMAIL_ADDRESS.fullmatch, emails)) or not all(map(str.strip, names)):
            return None
        dates: Iterable[date] = repeat(self.today)
        if ISSUE_DATE in self.columns:
            written = columns[self.columns[ISSUE_DATE]]
            known = {text: parse_issue_date(text) for text in set(written)}
            dates = [found for text in written if (found := known[text])]
            if len(dates) < len(rows):
                return None
        custom = (
            zip(*(columns[position] for position in self.custom), strict=True) if self.custom else repeat(())
        )
        return tuple(map(Recipient, emails, names, dates, custom))

    def __call__(self, cells: Sequence[str]) -> Recipient:
        email, name = _cell(cells, self.columns[EMAIL]).strip(), _cell(cells, self.columns[NAME])
        issue_date, bad_date = self._issue_date(cells)
        faults = [*self._faults(email, name), *bad_date]
        return Recipient(
            email=email,
            name=name,
            issue_date=issue_date,
            custom=tuple([_cell(cells, position) for position in self.custom]),
            fault="; ".join(faults) or None,
        )

    def _faults(self, email: str, name: str) -> Iterator[str]:
        if not name.strip():
            yield f"{NAME} is empty"
        if not email:
            yield f"{EMAIL} is empty"
        elif not EMAIL_ADDRESS.fullmatch(email) and self.switches["bad_row_email"] == "fail_row":
            yield f"{EMAIL} is not an e-mail address: {_shown(email)}"
        if self.fails(email):
            yield f"the magic address {_shown(email)} asked for a failure"

    def _issue_date(self, cells: Sequence[str]) -> tuple[date, Sequence[str]]:
        if ISSUE_DATE not in self.columns:
            return self.today, ()
        written = _cell(cells, self.columns[ISSUE_DATE]).strip()
        if not written and self.switches["empty_issue_date"] == "today":
            return self.today, ()
        found = parse_issue_date(written)
        if found is None:
            return self.today, [f"{ISSUE_DATE} is not a date written DD-MM-YYYY: {_shown(written)}"]
        return found, ()


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def parse_issue_date(written: str) -> date | None:
    """The date of a cell written DD-MM-YYYY, else None."""
    match = DAY_MONTH_YEAR.fullmatch(written)
    if match is None or not match.group().isascii():
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _refuse_faults(rows: Sequence[Recipient]) -> None:
    faults = [f"Row {number}: {row.fault}." for number, row in enumerate(rows, start=1) if row.fault]
    if faults:
        raise RuleViolation({"csv_file": faults}, "the switch row_faults is refuse_upload")


def _refused(message: str, why: str) -> RuleViolation:
    return RuleViolation({"csv_file": [message]}, why)


def _nearest(missing: Sequence[str], headers: Sequence[str]) -> str:
    plain = {re.sub(r"[^a-z]", "", header.lower()): header for header in headers}
    near = [plain[header.lower()] for header in missing if header.lower() in plain]
    if near:
        return f"headers are matched to the letter; close to them is {', '.join(map(_shown, near))}"
    return f"the first line was read as {_shown(','.join(headers))}"


def _why_unreadable(content: bytes, text: str, switches: Mapping[str, str]) -> str:
    if not content:
        return "the file is empty"
    for start, what in type_of_upload.items():
        if content.startswith(start):
            return f"the file is {what}"
    first_line = text.partition("\n")[0]
    if "\r" in first_line.rstrip("\r\n"):
        return "the lines end with a bare carriage return (old Mac): save it with \\n or \\r\\n"
    other = max(DELIMITERS, key=first_line.count)
    if first_line.count(other) > first_line.count(",") and switches["csv_delimiter"] == "comma":
        return (
            f"the columns are separated by {other!r}, not by a comma: save it as CSV UTF-8 (comma delimited)"
        )
    return ""


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")
