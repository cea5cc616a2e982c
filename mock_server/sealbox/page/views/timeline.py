"""What has happened to objects lately, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import Looking

USUAL = 10


async def view(looking: Looking) -> dict[str, Any]:
    timeline = looking.sandbox.timeline
    shown = looking.asked.shown("timeline", USUAL)
    happened = reversed(timeline.since(timeline.count - shown))
    return {"total": timeline.count, "shown": shown, "happened": list(happened)}
