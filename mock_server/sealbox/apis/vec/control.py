"""What the control plane does to VEC's batches: sign in people's place, and tell why a row failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sealbox.control.tenants import tenant_of
from sealbox.problems import NotFound
from sealbox.serving.answers import ok

from .approvals import approve, refuse
from .certificates import certificate
from .lifecycle import stand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandboxes

    from .model import Batch
    from .world import World

ROWS = 100


async def get_batch(sandboxes: Sandboxes, tenant: str, batch_id: str, first_row: int) -> Response:
    world, batch = _found(sandboxes, tenant, batch_id)
    return ok(_shown(world, batch, first_row))


async def approve_batch(
    sandboxes: Sandboxes, tenant: str, batch_id: str, payload: Mapping[str, Any]
) -> Response:
    return await _acted(
        sandboxes, tenant, batch_id, lambda world, batch: _act(approve, world, batch, payload)
    )


async def refuse_batch(
    sandboxes: Sandboxes, tenant: str, batch_id: str, payload: Mapping[str, Any]
) -> Response:
    return await _acted(sandboxes, tenant, batch_id, lambda world, batch: _act(refuse, world, batch, payload))


def _act(act: Callable[..., Batch], world: World, batch: Batch, payload: Mapping[str, Any]) -> Batch:
    return act(batch, payload.get("user_uuid"), world.now, world.switches)


async def _acted(
    sandboxes: Sandboxes, tenant: str, batch_id: str, act: Callable[[World, Batch], Batch]
) -> Response:
    world, batch = _found(sandboxes, tenant, batch_id)
    world.keep(act(world, batch))
    await world.sandbox.settle()
    return ok(_shown(world, world.batches[batch.id], 0))


def _found(sandboxes: Sandboxes, tenant: str, batch_id: str) -> tuple[World, Batch]:
    world = cast("World", tenant_of(sandboxes, tenant).worlds["vec"])
    batch = world.batches.get(batch_id.lower())
    if batch is None:
        raise NotFound(batch_id)
    return world, batch


def _shown(world: World, batch: Batch, first_row: int) -> dict[str, Any]:
    now = world.now
    seen = stand(batch, now, world.switches)
    rows = range(min(first_row, batch.total), min(first_row + ROWS, batch.total))
    return {
        "id": batch.id,
        "name": batch.name,
        "institution_id": batch.institution_id,
        "status": seen.status,
        "progress": seen.progress,
        "signatures": [
            {
                "index": signature.index,
                "user_uuid": signature.user_uuid,
                "approved_at": signature.approved_at,
                "refused_at": signature.refused_at,
            }
            for signature in batch.signatures
        ],
        "total_rows": batch.total,
        "rows": [_row(world, batch, row) for row in rows],
    }


def _row(world: World, batch: Batch, row: int) -> dict[str, Any]:
    one = certificate(batch, row, world.now, world.switches)
    return {
        "row": row + 1,
        "certificate_id": one.id,
        "name": one.recipient.name,
        "email": one.recipient.email,
        "status": one.status,
        "fault": one.recipient.fault,
        "custom": dict(zip(batch.recipients.custom_headers, one.recipient.custom, strict=True)),
    }
