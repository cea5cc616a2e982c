"""A request as somebody would write it again: addresses and credentials by name, no headers of transport."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sealbox.exports.multipart_bodies import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealbox.exchanges.exchange import Exchange
    from sealbox.exports.multipart_bodies import Part

OWN_URL: Final = "SEALBOX_URL"
"""Below which a path is that belongs to no API."""

_OF_TRANSPORT: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host"),
        *("keep-alive", "te", "transfer-encoding", "user-agent"),
    }
)
_UNSPOILT: Final = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Text:
    """Text with the value of a `variable` in it, where it has one."""

    before: str
    variable: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to make, and the status that it had. `left_out` says why it cannot be made again."""

    id: str
    name: str
    method: str
    base: str
    path: str
    headers: tuple[tuple[str, Text], ...]
    content_type: str | None
    body: bytes
    parts: tuple[Part, ...] | None
    status: int
    left_out: str

    @property
    def title(self) -> str:
        return f"{self.id} {self.name}"

    @property
    def variables(self) -> set[str]:
        return {self.base} | {text.variable for _, text in self.headers if text.variable}


def call_of(exchange: Exchange, tokens: Mapping[str, str]) -> Call:
    """`tokens` are the credentials that a variable stands for, with its name."""
    api = exchange.api
    headers = [(name.decode("latin-1"), _decoded(value)) for name, value in exchange.headers]
    content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
    parts = split(content_type, exchange.body)
    path = exchange.path.removeprefix(f"/{api}") if api else exchange.path
    return Call(
        id=exchange.id,
        name=exchange.operation or exchange.method,
        method=exchange.method,
        base=f"{api.upper()}_URL" if api else OWN_URL,
        path=quote(path, safe=_UNSPOILT) + (f"?{exchange.query}" if exchange.query else ""),
        headers=tuple(
            (name, _with_variable(value, tokens))
            for name, value in headers
            if name.lower() not in _OF_TRANSPORT | {"content-type"}
            and (name.lower(), value) != ("accept", "*/*")
        ),
        content_type=content_type,
        body=exchange.body,
        parts=tuple(parts) if parts is not None and all(part.names for part in parts) else None,
        status=exchange.status,
        left_out=_left_out(exchange),
    )


def _left_out(exchange: Exchange) -> str:
    if exchange.size > len(exchange.body):
        return f"the journal has not all of its {exchange.size} bytes"
    if exchange.fault:
        return f"a fault struck it: {exchange.fault}"
    return "" if exchange.status else "the client went away"


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _with_variable(value: str, tokens: Mapping[str, str]) -> Text:
    """A credential of another kind is the first one's with more behind it, and so is `unknown`, nobody's."""
    for token, variable in tokens.items():
        before, found, after = value.partition(token)
        if found:
            return Text(before, variable, after)
    return Text(value)


def bases(calls: Iterable[Call], host: str) -> dict[str, str]:
    """The addresses that `calls` go to, by the variable that has them, where the server is at `host`."""
    names = sorted({call.base for call in calls})
    return {name: f"http://{host}" + _below(name) for name in names}


def _below(name: str) -> str:
    return "" if name == OWN_URL else f"/{name.removesuffix('_URL').lower()}"


def identifier(text: str) -> str:
    """`text` as a Python name."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"\W+", "_", snake, flags=re.ASCII).strip("_").lower()
