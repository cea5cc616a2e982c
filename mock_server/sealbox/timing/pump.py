"""What lets webhooks go out while nobody asks: a task that looks at every tenant's clock."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sealbox.sandbox import Sandboxes

SECONDS = 0.1  # between two looks


@asynccontextmanager
async def pumping(sandboxes: Sandboxes) -> AsyncIterator[None]:
    """Within it the task looks at the tenants: as long as a server lives."""
    task = asyncio.create_task(_pump(sandboxes))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _pump(sandboxes: Sandboxes) -> None:
    """One tenant's slow receiver keeps no other tenant waiting: each catches up in a task of its own."""
    running: set[asyncio.Task[None]] = set()
    while True:
        for sandbox in sandboxes:
            if sandbox.is_due and not sandbox.is_catching_up:
                task = asyncio.create_task(sandbox.catch_up())
                running.add(task)
                task.add_done_callback(running.discard)
        await asyncio.sleep(SECONDS)
