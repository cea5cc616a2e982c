"""VEC batches, the newest first, with the rows of those that are unfolded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sealbox.apis.vec.certificates import certificate
from sealbox.apis.vec.lifecycle import ENDS, stand

from . import USUAL, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealbox.apis.vec.model import Batch, Signature
    from sealbox.apis.vec.world import World

    from . import Looking

ROWS = 20
FAILED_TOLD = 5


async def view(looking: Looking) -> dict[str, Any]:
    world = cast("World", looking.sandbox.worlds["vec"])
    shown = looking.asked.shown("batches", USUAL)
    batches = newest(world.batches, shown, looking.asked.opened)
    return {
        "total": len(world.batches),
        "shown": shown,
        "batches": [_batch(looking, world, batch) for batch in batches],
    }


def _batch(looking: Looking, world: World, batch: Batch) -> dict[str, Any]:
    seen = stand(batch, looking.now, world.switches)
    is_open = looking.asked.is_open(batch.id)
    return {
        "batch": batch,
        "seen": seen,
        "waits": seen.status not in ENDS,
        "signatures": [_signature(world, signature) for signature in batch.signatures],
        "failed": [(row + 1, batch.recipients.rows[row].fault) for row in batch.failed_rows[:FAILED_TOLD]],
        "institution": world.institutions[batch.institution_id].name,
        "is_open": is_open,
        **(_rows(looking, world, batch) if is_open else {}),
    }


def _signature(world: World, signature: Signature) -> dict[str, Any]:
    user = world.users[signature.user_uuid]
    state = "refused" if signature.refused_at else "approved" if signature.approved_at else "pending"
    return {
        "index": signature.index,
        "user": user.uuid,
        "name": f"{user.first_name} {user.last_name}",
        "state": state,
        "at": signature.refused_at or signature.approved_at,
    }


def _rows(looking: Looking, world: World, batch: Batch) -> dict[str, Any]:
    first = min(looking.asked.more.get(batch.id, 0), max(batch.total - 1, 0))
    return {"first": first, "step": ROWS, "rows": list(_certificates(looking, world, batch, first))}


def _certificates(looking: Looking, world: World, batch: Batch, first: int) -> Iterator[dict[str, Any]]:
    for row in range(first, min(first + ROWS, batch.total)):
        one = certificate(batch, row, looking.now, world.switches)
        pdf = one.files.get("pdf")
        yield {
            "number": row + 1,
            "one": one,
            "pdf": f"/vec/{looking.sandbox.storage}/{pdf}" if pdf else None,
        }
