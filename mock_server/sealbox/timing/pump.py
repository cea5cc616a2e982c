"""What is done while nobody asks: webhooks go out, and what was only noted is entered where it is looked for.

One task looks again and again at the tenants in which something is due, or has been done.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sealbox.sandbox import Sandbox, Sandboxes

SECONDS = 0.02  # between two looks: what has become due in between is done at once, and others wait as long
FEW, MANY = 4, 200
"""Things that are entered in one look, of all tenants: few while requests come that change something, which
would wait; many once nothing has been changed since the last look."""


@asynccontextmanager
async def pumping(sandboxes: Sandboxes) -> AsyncIterator[None]:
    """Within it the task looks at the tenants: as long as a server lives."""
    task = asyncio.create_task(_pump(Watch(sandboxes)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Watch:
    """Tenants by the time at which something is due in them. Who has nothing to do costs nothing."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self._due: dict[str, float] = {}
        self._queue: list[tuple[float, str]] = []
        self._again: set[str] = set()

    def due(self, now: float) -> list[Sandbox]:
        """The tenants to catch up, each named once. `now` has seconds of a clock that only runs forward."""
        self._sandboxes.part()
        self._plan(now)
        found = []
        while self._queue and self._queue[0][0] <= now:
            at, tenant = heappop(self._queue)
            if self._due.get(tenant) != at:
                continue  # planned anew since
            del self._due[tenant]
            if tenant in self._sandboxes:
                sandbox = self._sandboxes[tenant]
                self._again.add(tenant)  # to be planned anew: nothing has been done to it
                found += [sandbox] if sandbox.is_due else []
        return found

    def _plan(self, now: float) -> None:
        """See when something is due where anything has changed, and enter what is left."""
        stirred = self._sandboxes.stirred
        most, tenants = FEW if stirred else MANY, sorted(stirred | self._again)
        stirred.clear()
        self._again.clear()
        share = max(1, most // max(1, len(tenants)))
        for tenant in tenants:
            if tenant in self._sandboxes and self._sandboxes[tenant].enter(share):
                self._again.add(tenant)
            at = now + (self._sandboxes[tenant].seconds_to_wait() if tenant in self._sandboxes else inf)
            if abs(self._due.get(tenant, inf) - at) < SECONDS / 10:
                continue  # as planned: a clock that runs by itself never tells twice the very same
            self._due[tenant] = at
            if at < inf:
                heappush(self._queue, (at, tenant))


async def _pump(watch: Watch) -> None:
    """One tenant's slow receiver keeps no other tenant waiting: each catches up in a task of its own."""
    running: set[asyncio.Task[None]] = set()
    while True:
        for sandbox in watch.due(asyncio.get_running_loop().time()):
            if not sandbox.is_catching_up:
                task = asyncio.create_task(sandbox.catch_up())
                running.add(task)
                task.add_done_callback(running.discard)
        await asyncio.sleep(SECONDS)
