"""What the doctor looks at and what it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came off the wire. Header names in any case, latin-1 text, in the order sent.

    `path` is the whole one, with the API's own base path. `body` may be cut: whoever holds it may keep less
    than was sent.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Client:
    """The library that wrote a request, and what gave it away."""

    name: str
    language: str
    version: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: `why` in the client's own terms, `fix` for a header, `snippet` to copy.

    Both `why` and `fix` are one line of printable ASCII, `fix` of at most 300 characters.
    """

    id: str
    why: str
    fix: str
    snippet: str
