"""A CSV upload: bytes in, recipients or a refusal out."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import lru_cache
from io import StringIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sealbox.problems import RuleViolation

from .long_texts import LONG
from .model import Recipients
from .sent_rows import UNDECODABLE, Layout, SentRows
from .sure_rows import sure

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Faults = Iterable[tuple[int, str]]  # positions of rows, and what is wrong in a column of theirs

EMAIL, NAME, ISSUE_DATE = "RecipientsEmail", "RecipientsName", "IssueDate"
REQUIRED = (EMAIL, NAME)
RESERVED = (EMAIL, NAME, ISSUE_DATE)

NONE: Mapping[Any, Any] = MappingProxyType({})
"""Days, or faults, where there are none: one for all uploads, which would else keep some of their own."""

BOM = "\ufeff"
DELIMITERS = ",;\t|"
FLESH = {mark: bytes(set(range(256)) - {ord(mark), ord("\n")}) for mark in DELIMITERS}
"""All bytes but the delimiter and the line end: without them a file of equal rows is one pattern repeated."""

WHITE_SPACE = re.compile(r"\s+")
BARE_RETURN, STAND_IN = re.compile(r"\r(?!\n)"), "\ue00d"
LARGEST_CELL = 64 * 1024 * 1024  # the csv module's own limit, 128 KiB, is not the vendor's

# Laravel's `email` rule is loose: something, an @, something, and no white space.
EMAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
ADDRESSES = re.compile(r"(?:[!-?A-~]++@[!-?A-~]++\n)*+")  # many of them, in ASCII, a line each
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
    delimiter = delimiter_of(text, switches)
    try:
        plain = _plain(text)
        first, _, rest = (text, "", "") if plain is None else plain.partition("\n")
        usual = _usual_heading(first, delimiter) if plain is not None and len(first) < LONG else None
        layout, custom = usual or _heading(_first_line(first, delimiter), delimiter, switches)
        below = None if plain is None else rest.removesuffix("\n")
        if below and sure(layout).holds(below) and not suspects(below):
            days = NONE if layout.issue_date is None else _SureDays()
            rows = SentRows(below.encode(), below.count("\n") + 1, layout, today, days, NONE)
            return Recipients(rows, custom, tuple(hints))
        grid = (below and _as_sent(below, layout)) or _rewritten(text, layout, switches)
    except csv.Error as error:
        why = _why_unreadable(content, text, switches) or f"the CSV reader says: {error}"
        raise _refused("The csv file could not be read.", why) from error
    except RuleViolation as refusal:
        refusal.why = _why_unreadable(content, text, switches) or refusal.why
        raise
    if not grid.number:
        raise _refused(
            "The csv file must contain at least one recipient.", "there is no row below the headers"
        )
    days, bad_days = _days(set(grid.dates), today, switches)
    faults = _by_row(
        () if grid.named else _nameless(grid.names),
        *_of_emails(grid.emails, switches, fails, suspects),
        _misdated(grid.dates, bad_days) if bad_days else (),
    )
    if faults and switches["row_faults"] == "refuse_upload":
        messages = [f"Row {row + 1}: {fault}." for row, fault in faults.items()]
        raise RuleViolation({"csv_file": messages}, "the switch row_faults is refuse_upload")
    rows = SentRows(grid.sent, grid.number, grid.layout, today, days, faults)
    return Recipients(rows, custom, tuple(hints))


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


def _heading(
    written: Sequence[str], delimiter: str, switches: Mapping[str, str]
) -> tuple[Layout, tuple[str, ...]]:
    """How the rows below are written, and the headers of the custom columns."""
    headers = _known(written, switches)
    layout = _layout(headers, _columns(headers, written, switches), delimiter)
    return layout, tuple([headers[position] for position in layout.custom])


@lru_cache(maxsize=64)
def _usual_heading(line: str, delimiter: str) -> tuple[Layout, tuple[str, ...]] | None:
    """The same of headers that mean one thing whatever the switches: files of one client mostly share it."""
    try:
        return _heading(_first_line(line, delimiter), delimiter, switches={})
    except (RuleViolation, csv.Error, KeyError):  # the last when a switch would have been read
        return None


def has_text(cells: Sequence[str]) -> bool:
    return bool("".join(cells).strip())


def _named(headers: Sequence[str]) -> dict[str, int]:
    """Position of each header; of two of one name the last counts, as in an array keyed by them."""
    return {header: position for position, header in enumerate(headers) if header}


def _known(written: Sequence[str], switches: Mapping[str, str]) -> list[str]:
    """The headers, with those of reserved columns as documented where the match is lenient."""
    reserved = {header.lower(): header for header in RESERVED}
    lenient = [
        header if header in RESERVED else reserved.get(WHITE_SPACE.sub("", header).lower(), header)
        for header in written
    ]
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


def _layout(headers: Sequence[str], columns: Mapping[str, int], delimiter: str) -> Layout:
    custom = tuple([position for header, position in _named(headers).items() if header not in RESERVED])
    return Layout(
        columns[EMAIL], columns[NAME], columns.get(ISSUE_DATE), custom, len(headers), delimiter, "\n"
    )


class _SureDays(dict[str, date]):
    """What dates of that kind mean, read when somebody asks."""

    def __missing__(self, text: str) -> date:
        day = parse_issue_date(text)
        assert day is not None, "SURE_DAY lets nothing else through"
        return day


class Grid(NamedTuple):
    """The rows below the headers, in the bytes in which they are kept, and cell by cell."""

    sent: bytes
    cells: list[str]
    layout: Layout
    named: bool = False
    """Whether it is known that every row has a name."""

    @property
    def number(self) -> int:
        return len(self.cells) // self.layout.width

    @property
    def emails(self) -> list[str]:
        return self.cells[self.layout.email :: self.layout.width]

    @property
    def names(self) -> list[str]:
        return self.cells[self.layout.name :: self.layout.width]

    @property
    def dates(self) -> list[str]:
        """None where there is no such column."""
        place = self.layout.issue_date
        return [] if place is None else self.cells[place :: self.layout.width]


def _plain(text: str) -> str | None:
    """The file with line feeds alone, if there is nothing to do but to split it; else None."""
    plain = "\n".join(text.split("\r\n")) if "\r" in text else text
    return None if '"' in plain or len(plain) > LARGEST_CELL else plain


def _first_line(text: str, delimiter: str) -> list[str]:
    _, lines = open_lines(text, delimiter)
    return next(lines, [])


def _as_sent(below: str, layout: Layout) -> Grid | None:
    """The rows as they came, if each has as many cells as there are headers, and a name; else None.

    A row without a name may be blank, and so none.
    """
    sent = below.encode()
    bones = sent.translate(None, FLESH[layout.cell_end])
    row = (layout.cell_end * (layout.width - 1) + "\n").encode()
    if bones + b"\n" != row * ((len(bones) + 1) // len(row)):
        return None
    grid = Grid(sent, layout.cells(below), layout, named=True)
    return grid if all(map(str.strip, grid.names)) else None


def _rewritten(text: str, layout: Layout, switches: Mapping[str, str]) -> Grid:
    """The rows as the csv module reads them, with nothing but the columns that mean something."""
    _, lines = open_lines(text, layout.cell_end)
    next(lines)
    rows = [cells for cells in lines if has_text(cells) or switches["blank_rows"] == "fail_row"]
    dated = layout.issue_date is not None
    places = (layout.email, layout.name, *((layout.issue_date,) if dated else ()), *layout.custom)
    most = max(places)
    filled = (cells if len(cells) > most else [*cells, *[""] * (most + 1 - len(cells))] for cells in rows)
    kept = [[cells[place] for place in places] for cells in filled]
    new = Layout(0, 1, 2 if dated else None, tuple(range(2 + dated, len(places))), len(places))
    return Grid(new.write(kept).encode("utf-8", UNDECODABLE), [cell for cells in kept for cell in cells], new)


def _by_row(*columns: Faults) -> dict[int, str]:
    """All that is wrong in each row, in the order of the rows."""
    found: dict[int, str] = {}
    for column in columns:
        for row, fault in column:
            found[row] = f"{found[row]}; {fault}" if row in found else fault
    return {row: found[row] for row in sorted(found)}


def _nameless(names: Sequence[str]) -> Faults:
    return ((row, f"{NAME} is empty") for row, name in enumerate(names) if not name.strip())


def _of_emails(
    emails: Sequence[str],
    switches: Mapping[str, str],
    fails: Callable[[str], bool],
    suspects: Callable[[str], bool],
) -> Iterator[Faults]:
    """Only where there may be any: a look at all of them together costs less than one at each."""
    listed = "\n".join([*emails, ""])
    if not ADDRESSES.fullmatch(listed) or listed.count("\n") > len(emails):
        yield _unreachable(emails, switches)
    if suspects(listed):
        yield _doomed(emails, fails)


def _unreachable(emails: Sequence[str], switches: Mapping[str, str]) -> Faults:
    for row, email in enumerate(map(str.strip, emails)):
        if not email:
            yield row, f"{EMAIL} is empty"
        elif not EMAIL_ADDRESS.fullmatch(email) and switches["bad_row_email"] == "fail_row":
            yield row, f"{EMAIL} is not an e-mail address: {_shown(email)}"


def _doomed(emails: Sequence[str], fails: Callable[[str], bool]) -> Faults:
    for row, email in enumerate(map(str.strip, emails)):
        if fails(email):
            yield row, f"the magic address {_shown(email)} asked for a failure"


def _misdated(texts: Sequence[str], bad: Mapping[str, str]) -> Faults:
    return ((row, bad[text]) for row, text in enumerate(texts) if text in bad)


def _days(
    texts: Iterable[str], today: date, switches: Mapping[str, str]
) -> tuple[dict[str, date], dict[str, str]]:
    """The day that each of `texts` means, and what is wrong with those that mean none, and count as today."""
    days, faults = {}, {}
    for text in texts:
        written, days[text] = text.strip(), today
        if not written and switches["empty_issue_date"] == "today":
            continue
        day = parse_issue_date(written)
        if day is None:
            faults[text] = f"{ISSUE_DATE} is not a date written DD-MM-YYYY: {_shown(written)}"
        else:
            days[text] = day
    return days, faults


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
