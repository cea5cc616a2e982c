"""A request's head, and its body as far as a doctor looks: the first 64 KiB and the last 16."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Sent

HEAD: Final = 64 * 1024  # bytes
TAIL: Final = 16 * 1024
PART_HEAD: Final = 8 * 1024  # of the headers of one part
SAMPLE: Final = 2 * 1024  # of the content of one part
MOST_PARTS: Final = 200  # of each end
LONGEST_MARK: Final = 200  # RFC 2046 allows 70 characters in a boundary

_BOUNDARY: Final = re.compile(r'boundary\s*=\s*("[^"]*"|[^,;]*)', re.IGNORECASE)
_FIRST_LINE: Final = re.compile(rb"\A\s{0,4}--([!-~]{1,200})[ \t]*\r?\n")
_PARAMETER: Final = re.compile(r';\s*([\w*]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a multipart body: its headers as text, and a sample of its content."""

    head: str
    content: bytes
    has_all: bool  # `content` is all of it

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}\s*:(.*)$", self.head, re.IGNORECASE | re.MULTILINE)
        return found[1].strip() if found else ""

    def parameter(self, name: str) -> str | None:
        """A parameter of the Content-Disposition, without its quotes; None when it is not there."""
        given = _PARAMETER.findall(self.header("content-disposition"))
        return next((value.strip().strip('"') for key, value in given if key.lower() == name), None)

    @property
    def name(self) -> str:
        return self.parameter("name") or ""

    @property
    def filename(self) -> str | None:
        return self.parameter("filename")


@dataclass(frozen=True, slots=True)
class Wire:
    """What can be read off a request without going through all of its body."""

    sent: Sent
    headers: dict[str, str]  # by lower-case name, the first of each
    media_type: str
    declared: str  # the boundary as Content-Type has it, quotes included
    mark: str  # the boundary that the body itself begins with, else the declared one
    start: bytes
    end: bytes
    size: int
    parts: tuple[Part, ...]

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    @property
    def is_closed(self) -> bool:
        """Whether the closing boundary is among what is looked at."""
        return f"--{self.mark}--".encode("latin-1") in (self.end or self.start)

    @property
    def length(self) -> int | None:
        """The declared Content-Length, in bytes."""
        text = self.headers.get("content-length", "").strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

    @property
    def head_lines(self) -> str:
        """The header as text in the order sent, names in small letters, for patterns to look at."""
        lines = (f"{name.lower()}: {value}" for name, value in self.sent.headers[:100])
        return "\n".join(lines)[:PART_HEAD]


def read(sent: Sent) -> Wire:
    headers: dict[str, str] = {}
    for name, value in sent.headers:
        headers.setdefault(name.strip().lower(), value.strip())
    content_type = headers.get("content-type", "")
    size, start = len(sent.body), sent.body[:HEAD]
    end = sent.body[max(HEAD, size - TAIL) :]
    found = _BOUNDARY.search(content_type)
    declared = _latin(found[1].strip()[:LONGEST_MARK]) if found else ""
    mark = _mark(declared.strip('"'), start)
    return Wire(
        sent=sent,
        headers=headers,
        media_type=content_type.partition(";")[0].strip().lower(),
        declared=declared,
        mark=mark,
        start=start,
        end=end,
        size=size,
        parts=tuple(_all_parts(mark, start, end, whole=size <= HEAD + TAIL)) if mark else (),
    )


def _mark(declared: str, start: bytes) -> str:
    if declared and f"--{declared}".encode("latin-1") in start:
        return declared
    first = _FIRST_LINE.match(start)
    return first[1].decode("latin-1") if first else declared


def _latin(text: str) -> str:
    """For a caller who decoded headers otherwise: nothing of it can fail to be looked for among bytes."""
    return text.encode("latin-1", "replace").decode("latin-1")


def _all_parts(mark: str, start: bytes, end: bytes, *, whole: bool) -> Iterator[Part]:
    if whole:
        yield from _parts(mark, start + end, is_end=True)
    else:
        yield from _parts(mark, start, is_end=False)
        yield from _parts(mark, end, is_end=True)


def _parts(mark: str, window: bytes, *, is_end: bool) -> Iterator[Part]:
    line = re.compile(rb"(?:\A|\r?\n)--%b(--)?[ \t]*(?=\r?\n|\Z)" % re.escape(mark.encode("latin-1")))
    found = list(islice(line.finditer(window), MOST_PARTS + 1))
    for this, after in zip(found[:MOST_PARTS], [*found[1:], None], strict=False):
        if this[1]:
            return
        piece = window[this.end() : after.start() if after else len(window)]
        piece = piece.removeprefix(b"\r").removeprefix(b"\n")
        gap = _HEAD_END.search(piece)
        if not gap:
            continue  # cut before its headers ended
        head = piece[: min(gap.start(), PART_HEAD)].decode("latin-1")
        content = piece[gap.end() :]
        whole = len(content) <= SAMPLE and (after is not None or is_end)
        yield Part(head.replace("\r\n", "\n"), content[:SAMPLE], whole)
