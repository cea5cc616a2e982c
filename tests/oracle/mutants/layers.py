"""What a mutant is: the mock with one thing changed, by a layer around it or in place of one of its parts."""

from __future__ import annotations

import asyncio
import builtins
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Change = Callable[[Any], Any]
"""Takes the JSON of an answer and gives what is answered instead."""

KINDS = (
    *("status", "body", "header", "enum", "null", "counter", "rule", "order", "tenancy", "concurrency"),
    *("encoding", "pagination", "time zone", "webhook", "signature"),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect. It breaks `ids`; a suite kills it when it finds at least one of them broken.

    `layer` wraps the application; `parts` are (owner, name, what stands there instead).
    """

    kind: str
    name: str
    ids: tuple[str, ...]
    layer: Callable[[Any], Any] | None = None
    parts: tuple[tuple[Any, str, Any], ...] = ()

    @property
    def api(self) -> str:
        return self.ids[0].partition("-")[0].partition("/")[0].lower()


@dataclass(frozen=True, slots=True)
class Where:
    """Which answers are changed."""

    path: str = r".*"
    method: str = r"GET|POST"
    statuses: tuple[int, ...] = (200, 201)
    query: str = r".*"

    def meets(self, scope: Any) -> bool:
        return bool(
            re.fullmatch(self.path, scope["path"])
            and re.fullmatch(self.method, scope["method"])
            and re.fullmatch(self.query, scope["query_string"].decode("latin-1"))
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """An ASGI layer that changes answers on their way out: JSON, raw bytes, status, headers."""

    app: Any
    where: Where
    change: Change | None = None
    raw: Callable[[bytes], bytes] | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not self.where.meets(scope):
            await self.app(scope, receive, send)
            return
        start, body = await answer(self.app, scope, receive)
        if start["status"] in self.where.statuses:
            body = json.dumps(self.change(json.loads(body))).encode() if self.change else body
            body = self.raw(body) if self.raw else body
            start = {**start, "status": self.status or start["status"]}
            kept = [(name, value) for name, value in start["headers"] if name.decode() not in self.headers]
            added = [(name.encode(), value.encode()) for name, value in self.headers.items() if value]
            start["headers"] = [*kept, *added]
        await reply(send, start, body)


async def answer(app: Any, scope: Any, receive: Any) -> tuple[Any, bytes]:
    """What the application answers, as one start message and the whole body."""
    messages: list[Any] = []

    async def keep(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])


async def reply(send: Any, start: Any, body: bytes) -> None:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def answers(
    kind: str,
    name: str,
    ids: str,
    change: Change | None = None,
    *,
    raw: Callable[[bytes], bytes] | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    **where: Any,
) -> Mutant:
    """A mutant whose answers are changed; `ids` are parted by blanks."""
    place = Where(**where)
    return Mutant(
        kind,
        name,
        tuple(ids.split()),
        layer=lambda app: Answers(app, place, change, raw, status, headers or {}),
    )


def part(kind: str, name: str, ids: str, *parts: tuple[Any, str, Any]) -> Mutant:
    """A mutant with other parts: (owner, name, what stands there instead). Names mean something."""
    for owner, part_name, _ in parts:
        assert hasattr(owner, part_name) or hasattr(builtins, part_name), f"{owner} has no {part_name}"
    return Mutant(kind, name, tuple(ids.split()), parts=parts)


class Mixed:
    """Of two requests to one place that are under way at once, the second gets the first one's answer."""

    def __init__(self, app: Any, where: Where) -> None:
        self.app = app
        self.where = where
        self.under_way: list[asyncio.Future[tuple[Any, bytes]]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not self.where.meets(scope):
            await self.app(scope, receive, send)
            return
        if self.under_way:
            await answer(self.app, scope, receive)
            await reply(send, *await asyncio.shield(self.under_way[-1]))
            return
        mine: asyncio.Future[tuple[Any, bytes]] = asyncio.get_running_loop().create_future()
        self.under_way.append(mine)
        await asyncio.sleep(0.03)  # long enough for another one to come
        mine.set_result(await answer(self.app, scope, receive))
        self.under_way.remove(mine)
        await reply(send, *mine.result())


class Torn:
    """Of two requests to one place that are under way at once, the second gets a changed answer."""

    def __init__(self, app: Any, where: Where, change: Change) -> None:
        self.app = app
        self.where = where
        self.change = change
        self.under_way = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not self.where.meets(scope):
            await self.app(scope, receive, send)
            return
        alone = self.under_way == 0
        self.under_way += 1
        await asyncio.sleep(0.02)  # long enough for another one to come
        start, body = await answer(self.app, scope, receive)
        self.under_way -= 1
        await reply(send, start, body if alone else json.dumps(self.change(json.loads(body))).encode())


class Repeated:
    """A place whose first answer to a question is its answer for ever."""

    def __init__(self, app: Any, where: Where) -> None:
        self.app = app
        self.where = where
        self.known: dict[tuple[Any, ...], tuple[Any, bytes]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not self.where.meets(scope):
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"])
        key = (scope["path"], scope["query_string"], given.get(b"authorization"), given.get(b"x-api-token"))
        if key not in self.known:
            self.known[key] = await answer(self.app, scope, receive)
        await reply(send, *self.known[key])


class Asked:
    """An ASGI layer that changes requests on their way in, by their scope."""

    def __init__(self, app: Any, change: Callable[[Any], Any]) -> None:
        self.app = app
        self.change = change

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(self.change(dict(scope)) if scope["type"] == "http" else scope, receive, send)


def asked(kind: str, name: str, ids: str, change: Callable[[Any], Any]) -> Mutant:
    return Mutant(kind, name, tuple(ids.split()), layer=lambda app: Asked(app, change))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value`."""
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inside)


def each(key: str, change: Callable[[dict[str, Any]], object]) -> Change:
    """Changes every object that has `key`."""

    def changed(body: Any) -> Any:
        for one in objects(body):
            if key in one:
                change(one)
        return body

    return changed


def holding(holder: str, **values: Any) -> Change:
    """Puts each value, or what it makes of the old one, into the objects that have the key `holder`."""

    def change(one: dict[str, Any]) -> None:
        one.update({key: value(one[key]) if callable(value) else value for key, value in values.items()})

    return each(holder, change)


def setting(key: str, value: Any) -> Change:
    """Puts `value`, or what it makes of the old one, under every `key`."""
    return holding(key, **{key: value})


def without(key: str) -> Change:
    return each(key, lambda one: one.pop(key))


def everywhere(pattern: str, replacement: str) -> Change:
    return lambda body: json.loads(re.sub(pattern, replacement, json.dumps(body)))


def latin(body: bytes) -> bytes:
    """UTF-8 read as Latin-1 and written again."""
    spoilt = json.dumps(json.loads(body), ensure_ascii=False).encode().decode("latin-1")
    return spoilt.encode()


def same(body: Any) -> Any:
    return body
