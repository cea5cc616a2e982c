"""Time: what it is, how it passes, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from . import Looking

MODES = {
    ClockMode.AUTO: "Time passes by itself, as the system's does times the scale",
    ClockMode.MANUAL: "Time moves only when told",
    ClockMode.INSTANT: "Whatever a request sets going has settled before its answer",
}


async def view(looking: Looking) -> dict[str, Any]:
    clock = looking.sandbox.clock
    return {"mode": clock.mode, "scale": clock.scale, "modes": MODES, "next_due": looking.sandbox.next_due()}
