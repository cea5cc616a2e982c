"""Server-sent events: a notice that something has changed, so that the page asks for what is new.

A stream looks a few times a second whether its tenant is as it was, at a handful of counts. There is no
queue, so that none can overflow: whatever happens between two looks makes one notice.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sealbox.serving.intake import Intake

LOOK = 0.2  # seconds between two looks
PENDING_LOOKS = 5  # as many looks after which a running clock with something pending is worth a notice
ALIVE_LOOKS = 75  # and after which silence is broken, so that a peer that has gone is found out
NOTICE, ALIVE = "event: changed\ndata: \n\n", ": still here\n\n"


def stand(intake: Intake, tenant: str) -> tuple[Any, ...]:
    """What differs whenever something about the tenant has changed, at the cost of a few look-ups."""
    tenants = len(list(intake.sandboxes))
    if tenant not in intake.sandboxes:
        return (tenants,)
    sandbox = intake.sandboxes[tenant]
    journal = sandbox.journal
    return (
        tenants,
        id(sandbox),
        intake.acts,
        journal.dropped + len(journal),
        sandbox.timeline.count,
        sandbox.assumptions.exchanges,
    )


def is_moving(intake: Intake, tenant: str) -> bool:
    """Whether time passes and something waits for it."""
    if tenant not in intake.sandboxes:
        return False
    sandbox = intake.sandboxes[tenant]
    return bool(sandbox.clock.scale) and sandbox.next_due() is not None


async def notices(intake: Intake, tenant: str) -> AsyncGenerator[str, None]:
    """Until the client goes away or the server ends."""
    seen, looks = stand(intake, tenant), 0
    yield "retry: 1000\n\n"
    while not await _ends(intake):
        looks += 1
        now = stand(intake, tenant)
        if now != seen or (looks % PENDING_LOOKS == 0 and is_moving(intake, tenant)):
            seen = now
            yield NOTICE
        elif looks % ALIVE_LOOKS == 0:
            yield ALIVE


async def _ends(intake: Intake) -> bool:
    """Wait a little; whether the server ends meanwhile."""
    try:
        async with asyncio.timeout(LOOK):
            return await intake.ending.wait()
    except TimeoutError:
        return False
