"""What a fault does to the connection itself: cut, reset, dribble."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from .faults import Dribble, Effect

TRANSPORT = "sealbox.transport"
"""Where the server leaves a connection's transport in the state of each of its requests."""

AT_ONCE = struct.pack("ii", 1, 0)  # linger no time: the peer is sent a reset


class BrokenConnectionError(ConnectionError):
    """Ends a request whose connection has been broken on purpose, where no server does it for us."""


def damaged(send: Send, effect: Effect, scope: Scope, receive: Receive) -> Send:
    """`send` as the fault has it."""
    if effect.reset:
        return _Reset(scope, receive)
    if effect.dribble is not None:
        send = _dribbled(send, effect.dribble)
    return _Cut(send, effect.cut_after, scope, receive) if effect.cut_after is not None else send


class _Reset:
    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive

    async def __call__(self, _message: Message) -> None:
        transport = _transport(self._scope)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        transport.abort()
        await _gone(self._receive)


class _Cut:
    """Lets `left` bytes of body pass, whatever length the headers promise."""

    def __init__(self, send: Send, left: int, scope: Scope, receive: Receive) -> None:
        self._send = send
        self._left = left
        self._scope = scope
        self._receive = receive

    async def __call__(self, message: Message) -> None:
        body = message.get("body", b"")
        if message["type"] != "http.response.body" or len(body) <= self._left:
            self._left -= len(body)
            await self._send(message)
            return
        await self._send({**message, "body": body[: self._left], "more_body": True})
        _transport(self._scope).close()
        await _gone(self._receive)


def _dribbled(send: Send, dribble: Dribble) -> Send:
    async def dribbled(message: Message) -> None:
        body = message.get("body", b"")
        if message["type"] != "http.response.body" or not body:
            await send(message)
            return
        for start in range(0, len(body), dribble.size):
            piece = body[start : start + dribble.size]
            more = start + len(piece) < len(body) or message.get("more_body", False)
            await send({**message, "body": piece, "more_body": more})
            if more:
                await asyncio.sleep(dribble.every.total_seconds())

    return dribbled


def _transport(scope: Scope) -> asyncio.Transport:
    transport = scope.get("state", {}).get(TRANSPORT)
    if transport is None:
        raise BrokenConnectionError("a fault breaks this connection")
    return cast("asyncio.Transport", transport)


async def _gone(receive: Receive) -> None:
    """Wait until the server has noticed that the connection has ended."""
    while (await receive())["type"] != "http.disconnect":
        pass
    raise BrokenConnectionError
