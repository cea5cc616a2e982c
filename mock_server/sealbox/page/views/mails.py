"""E-mails that nobody sent, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sealbox.apis.certifiqi.world import World

    from . import Looking

USUAL = 10


async def view(looking: Looking) -> dict[str, Any]:
    world = cast("World", looking.sandbox.worlds["certifiqi"])
    shown = looking.asked.shown("mails", USUAL)
    return {
        "total": len(world.mails),
        "shown": shown,
        "mails": [(mail, f"mail-{mail.id}") for mail in reversed(world.mails[-shown:])],
    }
