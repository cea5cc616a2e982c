"""Servers that answer something else than the mock in one place, for tests of what is made of a failure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Changed:
    """An ASGI application whose JSON is changed on its way out: each object that has `key`, by `change`."""

    def __init__(self, app: Any, key: str, change: Callable[[dict[str, Any]], object]) -> None:
        self.app = app
        self.key = key
        self.change = change

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        headers = dict(start["headers"])
        if headers.get(b"content-type", b"").startswith(b"application/json") and body:
            written = json.loads(body)
            for one in objects(written):
                if self.key in one:
                    self.change(one)
            body = json.dumps(written).encode()
            headers[b"content-length"] = str(len(body)).encode()
        await send({**start, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value`."""
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inside)
