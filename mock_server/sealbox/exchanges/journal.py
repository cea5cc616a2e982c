"""What a tenant was asked and what it answered, bounded in number and in bytes; searching it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .parsed import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .exchange import Exchange

MOST_EXCHANGES = 1_000
MOST_BYTES = 32 * 1024 * 1024
MOST_OF_A_BODY = 256 * 1024


class Journal:
    """The last exchanges of one tenant. `dropped` counts those that had to make room."""

    def __init__(self, most: int = MOST_EXCHANGES, *, most_bytes: int = MOST_BYTES) -> None:
        self.most = most
        self._most_bytes = most_bytes
        self._kept: deque[Exchange] = deque()
        self._bytes = 0
        self._serial = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Exchange]:
        """From the newest to the oldest."""
        return iter(tuple(reversed(self._kept)))

    def next_id(self) -> str:
        self._serial += 1
        return f"req-{self._serial}"

    def add(self, exchange: Exchange) -> None:
        kept = self._kept
        exchange.cut(MOST_OF_A_BODY)
        kept.append(exchange)
        self._bytes += exchange.weight
        while len(kept) > self.most or (self._bytes > self._most_bytes and len(kept) > 1):
            self._bytes -= kept.popleft().weight
            self.dropped += 1

    def find(self, id_: str) -> Exchange | None:
        """The exchange of that id; `last` is the newest."""
        if id_ == "last":
            return self._kept[-1] if self._kept else None
        return next((exchange for exchange in self._kept if exchange.id == id_), None)

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0
        self.dropped = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which exchanges are looked for; whatever is None is not asked about.

    `status` is a number or a class as `4xx`, `contains` a part of either body. `fields` are
    values that the request has, by names with dots for nesting, as in `differences`.
    """

    api: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    contains: str | None = None
    fields: Mapping[str, Any] | None = None

    def __call__(self, exchange: Exchange) -> bool:
        return not self.misses(exchange)

    def misses(self, exchange: Exchange) -> list[str]:
        """In what the exchange differs, in a person's words."""
        said = []
        if self.api is not None and exchange.api != self.api:
            said.append(f"it went to {exchange.api or 'no API'}, not to {self.api}")
        if self.operation is not None and exchange.operation != self.operation:
            said.append(f"it was {exchange.operation or 'no operation'}, not {self.operation}")
        if self.method is not None and exchange.method != self.method.upper():
            said.append(f"the method was {exchange.method}, not {self.method.upper()}")
        if self.path is not None and exchange.path != self.path:
            said.append(f"the path was {exchange.path}, not {self.path}")
        if self.status is not None and not _is_status(exchange.status, self.status):
            said.append(f"the status was {exchange.status}, not {self.status}")
        if self.contains is not None and not self._contained(exchange):
            said.append(f"neither body contains {self.contains!r}")
        if self.fields:
            said += differences(exchange, self.fields)
        return said

    def _contained(self, exchange: Exchange) -> bool:
        text = (self.contains or "").encode()
        return text in exchange.body or text in exchange.answer_body


def _is_status(status: int, wanted: str) -> bool:
    if wanted.lower().endswith("xx"):
        return f"{status}"[:1] == wanted[:1]
    return f"{status}" == wanted
