"""How a CSV file is written, whatever the API would make of it: encoding, line ends, delimiter, headers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from string import whitespace
from typing import TYPE_CHECKING

from .recipients import BOM, DELIMITERS, RESERVED, has_text, open_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEP_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*(?:\r?\n|$)', re.IGNORECASE)
SEP_CELL = re.compile(r"sep=[,;\t|]?", re.IGNORECASE)
ACCENTED = frozenset("áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑªº")
LIKENESS = 0.88  # RecipientName and IssuedDate are near, DueDate and RecipientsAge are not
LONGEST_HEADER = 40

MARKS = {  # what a file begins with, the codec, and what people call it
    b"\xef\xbb\xbf": ("utf-8", "UTF-8 with a byte order mark"),
    b"\xff\xfe": ("utf-16-le", "UTF-16 (Excel's 'Unicode text')"),
    b"\xfe\xff": ("utf-16-be", "UTF-16, big end first"),
}
LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR alone (old Mac)"}
NOTHING = whitespace + "\u00a0" + DELIMITERS
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Header:
    """A header as it was written, and the documented one that it is or is near to."""

    written: str
    means: str | None = None
    typo: bool = False
    """Letters differ, and not only upper and lower case, accents, blanks and marks."""

    @property
    def near(self) -> bool:
        return self.means is not None and self.written != self.means


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a row, and the line of the file in which it begins, the first line being 1."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file read as it was meant. `lines` are the rows below the headers, blank ones included."""

    encoding: str
    line_ends: str
    delimiter: str
    sep_line: bool
    text: str
    headers: tuple[Header, ...]
    lines: tuple[Line, ...]

    def position(self, means: str) -> int | None:
        """The column of a documented header, if one and only one is or is near to it."""
        found = [place for place, header in enumerate(self.headers) if header.means == means]
        return found[0] if len(found) == 1 else None

    def column(self, means: str) -> list[tuple[int, str]]:
        """Line numbers and cells, of rows with text only."""
        place = self.position(means)
        if place is None:
            return []
        return [(line.number, line.cells[place]) for line in self.lines if len(line.cells) > place]


UNREADABLE = Table("unknown", "unknown", "", sep_line=False, text="", headers=(), lines=())


def read_table(content: bytes) -> Table:
    """Read a file as its writer meant it. Raises csv.Error when it is no CSV at all."""
    codec, encoding = _encoding(content)
    text = content.decode(codec, errors="replace").lstrip(BOM)
    line_ends = _line_ends(text)
    if line_ends == LINE_ENDS["\r"]:
        text = text.replace("\r", "\n")
    sep, skipped = SEP_LINE.match(text), 0
    if sep:
        text, skipped = text[sep.end() :], 1
    delimiter = sep[1] if sep else _delimiter(text)
    reader, cells_of_lines = open_lines(text, delimiter)
    lines, start = [], 1 + skipped
    for cells in cells_of_lines:
        lines.append(Line(start, cells))
        start = reader.line_num + 1 + skipped
    top = next((place for place, line in enumerate(lines) if _may_be_headers(line.cells)), len(lines))
    written = [header.lstrip(BOM) for header in lines[top].cells] if top < len(lines) else []
    return Table(
        encoding=encoding,
        line_ends=line_ends,
        delimiter=delimiter,
        sep_line=sep is not None,
        text=text,
        headers=meanings(written),
        lines=tuple(lines[top + 1 :]),
    )


def meanings(written: Sequence[str]) -> tuple[Header, ...]:
    """What each header means. A documented one that stands there to the letter leaves no other near it."""
    found = {header: header for header in RESERVED if header in written}
    typos = set()
    plain = {header: _plain(header) for header in written if len(header) <= LONGEST_HEADER}
    for reserved in RESERVED:
        if reserved in found.values():
            continue
        near = [header for header, letters in plain.items() if letters == reserved.lower()]
        if not near:
            free = {letters: header for header, letters in plain.items() if header not in found}
            near = [free[one] for one in get_close_matches(reserved.lower(), free, n=2, cutoff=LIKENESS)]
            typos.update(near)
        found |= dict.fromkeys(near, reserved)
    return tuple(Header(header, found.get(header), header in typos) for header in written)


def _plain(header: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", header).casefold() if letter.isalnum())


def _encoding(content: bytes) -> tuple[str, str]:
    for mark, found in MARKS.items():
        if content.startswith(mark):
            return found
    for codec, zeros, letters in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if len(content) >= 8 and not any(content[zeros:8:2]) and all(content[letters:8:2]):
            return codec, "looks like UTF-16 without its mark"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _one_byte_encoding(content)
    return "utf-8", "ASCII" if content.isascii() else "UTF-8"


def _one_byte_encoding(content: bytes) -> tuple[str, str]:
    """A guess: in which of the two encodings are more of the odd letters those of Western languages."""
    odd = Counter(byte for byte in content if byte > 127)

    def letters(codec: str) -> int:
        return sum(count for byte, count in odd.items() if bytes([byte]).decode(codec, "replace") in ACCENTED)

    if letters("mac_roman") > letters("cp1252"):
        return "mac_roman", "looks like Mac Roman"
    return "cp1252", "looks like Windows-1252"


def _line_ends(text: str) -> str:
    pairs = text.count("\r\n")
    counts: Mapping[str, int] = {
        "\r\n": pairs,
        "\n": text.count("\n") - pairs,
        "\r": text.count("\r") - pairs,
    }
    if not pairs and not counts["\n"]:
        return LINE_ENDS["\r"] if counts["\r"] else "none"
    return " and ".join(LINE_ENDS[end] for end in ("\r\n", "\n") if counts[end])


def _delimiter(text: str) -> str:
    """Whichever makes the most documented headers, then the most columns; else a comma."""

    def headers(delimiter: str) -> list[str]:
        _, lines = open_lines(text[: 1 << 16], delimiter)
        return next((cells for cells in lines if has_text(cells)), [])

    def known(delimiter: str) -> set[str]:
        return {header.means for header in meanings(headers(delimiter)) if header.means}

    return max(DELIMITERS, key=lambda delimiter: (len(known(delimiter)), len(headers(delimiter))))


def says_something(cells: Sequence[str]) -> bool:
    """Whether there is more than blanks and delimiters: ;;;; is an empty row of some other delimiter."""
    return any(cell.strip(NOTHING) for cell in cells)


def _may_be_headers(cells: Sequence[str]) -> bool:
    return says_something(cells) and not (SEP_CELL.fullmatch(cells[0]) and not has_text(cells[1:]))
