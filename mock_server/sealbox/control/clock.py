"""A tenant's time: read it, change how it passes, move it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sealbox.problems import RuleViolation
from sealbox.serving.answers import ok
from sealbox.timing.clock import ClockMode
from sealbox.timing.durations import duration

from .tenants import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandbox, Sandboxes


async def get_clock(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(shown_clock(tenant_of(sandboxes, tenant)))


async def change_clock(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    mode = ClockMode(payload["mode"]) if "mode" in payload else None
    sandbox.clock.change(mode=mode, scale=payload.get("scale"))
    await sandbox.settle()
    return ok(shown_clock(sandbox))


async def advance_clock(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    await sandbox.catch_up()
    before = sandbox.timeline.count
    way = next(iter(payload))
    try:
        await _moved(sandbox, payload)
    except (ValueError, OverflowError) as error:
        raise RuleViolation({way: [str(error)]}) from error
    happened = [{"number": number, **asdict(one)} for number, one in sandbox.timeline.since(before)]
    return ok({**shown_clock(sandbox), "happened": happened})


async def _moved(sandbox: Sandbox, payload: Mapping[str, Any]) -> None:
    match payload:
        case {"by": by}:
            await sandbox.advance(duration(by))
        case {"until": "idle"}:
            await sandbox.advance_until_idle()
        case {"until": {"about": about, "status": status}}:
            await sandbox.advance_until(about, status)


def shown_clock(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "tenant": sandbox.plan.tenant,
        "now": sandbox.clock.now(),
        "mode": sandbox.clock.mode,
        "scale": sandbox.clock.scale,
        "next_due": sandbox.next_due(),
    }
