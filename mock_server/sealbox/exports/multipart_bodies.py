"""A multipart body part by part, as sent: for writing it again, where `php_forms` is for reading it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOUNDARY: Final = re.compile(r'\bboundary=(?:"([^"]+)"|([^\s,;"]+))', re.IGNORECASE)
_DISPOSITION: Final = re.compile(
    rb'form-data; ?name="([^"\\\r\n]+)"(?:; ?filename="([^"\\\r\n]+)")?', re.IGNORECASE
)
_PLAIN_HEADERS: Final = {b"content-disposition", b"content-type", b"content-length"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers as sent, without the empty line, and its content."""

    head: bytes
    content: bytes

    @property
    def headers(self) -> dict[bytes, bytes]:
        lines = (line.partition(b":") for line in self.head.split(b"\r\n") if line)
        return {name.strip().lower(): value.strip() for name, _, value in lines}

    @property
    def content_type(self) -> str | None:
        kind = self.headers.get(b"content-type")
        return kind.decode("latin-1") if kind else None

    @property
    def names(self) -> tuple[str, str | None] | None:
        """Field and file name of a part in which nothing is out of the ordinary; None for another one."""
        found = _DISPOSITION.fullmatch(self.headers.get(b"content-disposition", b""))
        if found is None or self.headers.keys() - _PLAIN_HEADERS:
            return None
        try:
            return found[1].decode(), found[2].decode() if found[2] else None
        except UnicodeDecodeError:
            return None

    def with_content(self, content: bytes) -> Part:
        """The same part with another content. A length that it states is left out."""
        lines = self.head.split(b"\r\n")
        kept = [line for line in lines if not line.lower().startswith(b"content-length:")]
        return replace(self, head=b"\r\n".join(kept), content=content)


def boundary_of(content_type: str | None) -> bytes | None:
    found = _BOUNDARY.search(content_type or "")
    return (found[1] or found[2]).encode("latin-1") if found else None


def split(content_type: str | None, body: bytes) -> list[Part] | None:
    """The parts of a body that `join` gives back byte for byte; None for any other body."""
    boundary = boundary_of(content_type)
    if boundary is None or not (content_type or "").lower().startswith("multipart/form-data"):
        return None
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    parts = []
    for piece in pieces[1:-1]:
        head, gap, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not gap:
            return None
        parts.append(Part(head, content))
    return parts if parts and join(boundary, parts).rstrip() == body.rstrip() else None


def join(boundary: bytes, parts: Iterable[Part]) -> bytes:
    opening = b"--" + boundary + b"\r\n"
    written = [opening + part.head + b"\r\n\r\n" + part.content + b"\r\n" for part in parts]
    return b"".join(written) + b"--" + boundary + b"--\r\n"
