"""One request and its answer, as the journal keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Exchange:
    """Filled while a request is answered, and not changed once it is in a journal.

    Bodies are raw bytes and may be cut: `size` and `answer_size` are what they had on the wire. `took_ms` is
    real time, `at` virtual. `relied` holds the inferred behaviours that the answer went by, by their ids.
    """

    id: str
    tenant: str
    at: datetime
    method: str
    path: str
    query: str
    headers: RawHeaders
    body: bytes = b""
    size: int = 0
    api: str | None = None
    operation: str | None = None
    status: int = 0
    answer_headers: RawHeaders = field(default_factory=list)
    answer_body: bytes = b""
    answer_size: int = 0
    took_ms: float = 0.0
    why: str = ""
    fix: str = ""
    snippet: str = ""
    doc: str = ""
    evidence: str = ""
    relied: tuple[str, ...] = ()
    fault: str | None = None
    weight: int = 0
    """Bytes that keeping it costs, roughly, once it is cut."""

    def cut(self, most: int) -> None:
        """Keep at most `most` bytes of each body."""
        self.body, self.answer_body = self.body[:most], self.answer_body[:most]
        self.weight = 2048 + len(self.body) + len(self.answer_body)


def header(headers: Iterable[tuple[bytes, bytes]], name: str) -> str | None:
    """The first header of that name, in whatever case."""
    wanted = name.lower().encode()
    for one, value in headers:
        if one == wanted or one.lower() == wanted:
            return value.decode("latin-1")
    return None
