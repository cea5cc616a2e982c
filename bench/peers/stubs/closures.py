"""The closures of `bench.closure` with everything on, to be served: which HTTP server suits them?"""

from __future__ import annotations

from typing import Any

from bench.closure import Closures, Parts

closures = Closures(Parts(validated="object", journal=True, explained=True))
judging = closures.judging()
judging.__enter__()  # for as long as the process lives


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    await closures.asgi(scope, receive, send)


async def rsgi(scope: Any, protocol: Any) -> None:
    await closures.rsgi(scope, protocol)
