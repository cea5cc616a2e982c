"""A bare RSGI application, for granian: as `asgi_constant`."""

from __future__ import annotations

from typing import Any

from .asgi_constant import BATCH, EVENT

HEADERS = [("content-type", "application/json")]


async def app(scope: Any, protocol: Any) -> None:
    if scope.method == "POST":
        await protocol()
        protocol.response_bytes(status=201, headers=HEADERS, body=BATCH)
    else:
        protocol.response_bytes(status=200, headers=HEADERS, body=EVENT)
