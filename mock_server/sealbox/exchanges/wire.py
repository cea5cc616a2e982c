"""An answer as it goes over the wire, and the way from an ASGI application to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sealbox import __version__

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .exchange import RawHeaders


MARK = (b"x-sandbox", f"sealbox {__version__}".encode())


class GoneError(Exception):
    """The client went away before its request was whole."""


@dataclass(slots=True)
class Wire:
    """A whole answer."""

    status: int
    headers: RawHeaders
    body: bytes


def header_text(text: str) -> str:
    """`text` as far as it can stand in a header: one line of ASCII, not endless."""
    line = " ".join(text.split())
    short = line if len(line) <= 500 else f"{line[:497]}..."
    return short.encode("ascii", "backslashreplace").decode()


async def collected(app: ASGIApp, scope: Scope, body: bytes) -> Wire:
    """What `app` answers to a request that has `body`."""
    start: Message = {"status": 500, "headers": []}
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        else:
            parts.append(message.get("body", b""))

    await app(scope, replay(body), keep)
    return Wire(start["status"], list(start["headers"]), b"".join(parts))


async def sent(answer: Wire, send: Send) -> None:
    """Send it, marked: so nobody takes a sandbox for the real service."""
    headers = [*answer.headers, MARK]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def replay(body: bytes, receive: Receive | None = None) -> Receive:
    """A `receive` that gives `body`, and then what the other one gives."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive() if receive else {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def lived(receive: Receive, send: Send, life: AbstractAsyncContextManager[None]) -> None:
    """ASGI's lifespan: `life` is entered when the server starts, and left when it stops."""
    await receive()
    async with life:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})
