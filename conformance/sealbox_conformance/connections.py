"""The suite's HTTP client: a server may close a connection that rests, and that alone is no fault of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE = 1.0
"""Seconds after which a connection is not used again. Servers wait longer: gunicorn 2, uvicorn and Node 5."""

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})  # RFC 9110, 9.2.2
CLOSED = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
NOT_STALE = frozenset({"connection.connect_tcp.started", "http11.receive_response_headers.complete"})
"""What httpcore tells of a connection that is new, and of an answer that has begun."""


def client() -> httpx2.Client:
    """A client that keeps connections for as long as every usual server does."""
    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE)
    return httpx2.Client(timeout=30, follow_redirects=False, trust_env=False, limits=limits)


def send(
    kept: httpx2.Client, request: httpx2.Request, *, follow: bool, again: Callable[[], object]
) -> httpx2.Response:
    """The answer to `request`.

    An idempotent request whose kept connection was closed before the head of an answer came is sent once more
    on a new one, after `again`. A POST never is: it may have been taken. A new connection that is closed is
    the server's fault.
    """
    seen: set[str] = set()
    request.extensions = {**request.extensions, "trace": lambda name, _: seen.add(name)}
    try:
        return kept.send(request, follow_redirects=follow)
    except CLOSED:
        if request.method not in IDEMPOTENT or seen & NOT_STALE:
            raise
    again()
    with client() as fresh:
        return fresh.send(request, follow_redirects=follow)
