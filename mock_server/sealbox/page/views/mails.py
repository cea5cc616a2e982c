"""E-mails that nobody sent, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from . import USUAL

if TYPE_CHECKING:
    from sealbox.apis.certifiqi.world import World

    from . import Looking


async def view(looking: Looking) -> dict[str, Any]:
    world = cast("World", looking.sandbox.worlds["certifiqi"])
    shown = looking.asked.shown("mails", USUAL)
    return {
        "total": len(world.mails),
        "shown": shown,
        "mails": [(mail, f"mail-{mail.id}") for mail in reversed(world.mails[-shown:])],
    }
