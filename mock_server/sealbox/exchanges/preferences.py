"""`Prefer: code=…`: ask for one of an operation's documented answers, for this request alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from starlette.exceptions import HTTPException

from .wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealbox.contract.operations import Operation

    from .exchange import RawHeaders
    from .faults import Effect

CODE = re.compile(r'(?:^|[;,])\s*code\s*=\s*"?(\d{3})(?!\d)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preference:
    """A status to answer with in place of handling the request; None for one that cannot be met.

    `asked` is what the client's header said; None when a fault wants the status.
    """

    operation: Operation
    status: int | None
    asked: int | None = None

    def answer(self, refused: Callable[[Exception], Wire]) -> Wire:
        """The document's own example; a status that it does not have, in the API's shape."""
        assert self.status is not None, "asked for only with a status"
        documented = self.operation.answers.get(self.status)
        if documented is None:
            answer = refused(HTTPException(min(self.status, 500)))  # 503 says what 500 does
            answer.status = self.status
            return answer
        body = orjson.dumps(documented.example)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        return Wire(self.status, headers, body)

    def headers(self) -> RawHeaders:
        if self.asked is None:
            return []
        if self.status is not None:
            return [(b"preference-applied", f"code={self.status}".encode())]
        there = ", ".join(map(str, self.operation.answers))
        return [(b"x-sandbox-hint", f"no answer {self.asked} is documented here; there are {there}".encode())]


def preferred(
    headers: Mapping[bytes, bytes], operation: Operation | None, effect: Effect | None
) -> Preference | None:
    """What a fault wants answered, else what the request itself asks for."""
    if operation is None:
        return None
    if effect is not None and effect.status is not None:
        return Preference(operation, effect.status)
    wanted = headers.get(b"prefer")
    match = CODE.search(wanted.decode("latin-1")) if wanted else None
    if match is None:
        return None
    asked = int(match[1])
    return Preference(operation, asked if asked in operation.answers else None, asked)
