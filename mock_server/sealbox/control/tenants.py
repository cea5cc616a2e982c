"""Isolated worlds in one server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sealbox.auth import credential_header
from sealbox.contract.choices import check_pace, check_switches
from sealbox.problems import NotFound, RuleViolation
from sealbox.serving.answers import ok
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandbox, Sandboxes


def tenant_of(sandboxes: Sandboxes, tenant: str) -> Sandbox:
    """Raises NotFound for a tenant that nobody opened."""
    if tenant not in sandboxes:
        raise NotFound(tenant)
    return sandboxes[tenant]


async def list_tenants(sandboxes: Sandboxes) -> Response:
    return ok({"tenants": [shown_tenant(sandbox) for sandbox in sandboxes]})


async def open_tenant(sandboxes: Sandboxes, payload: Mapping[str, Any]) -> Response:
    return ok(shown_tenant(opened(sandboxes, payload)), status=201)


def opened(sandboxes: Sandboxes, payload: Mapping[str, Any]) -> Sandbox:
    """The tenant that `payload` asks for. Raises RuleViolation for a bad one."""
    changes: dict[str, Any] = dict(payload)
    if "clock" in changes:
        changes["clock"] = ClockMode(changes["clock"])
    if "only" in changes:
        changes["only"] = tuple(changes["only"])
    try:
        if "clock_start" in changes:
            changes["clock_start"] = _moment(changes["clock_start"])
        check_switches(changes.get("switches", {}))
        check_pace(changes.get("pace", {}))
        return sandboxes.open_like_default(**changes)
    except (ValueError, OverflowError) as error:
        raise RuleViolation({"tenant": [str(error)]}) from error


async def close_tenant(sandboxes: Sandboxes, name: str) -> Response:
    sandbox = tenant_of(sandboxes, name)
    if sandbox is sandboxes.default:
        raise RuleViolation({"tenant": ["the first tenant stays; reset it instead"]})
    sandboxes.close(name)
    return ok({"closed": name})


def _moment(text: str) -> datetime:
    """Raises ValueError for what is none."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def shown_tenant(sandbox: Sandbox) -> dict[str, Any]:
    from .clock import shown_clock  # noqa: PLC0415, which needs the way to a tenant from here

    now = sandbox.clock.now()
    return {
        "tenant": sandbox.plan.tenant,
        "seed": sandbox.plan.seed,
        "clock": shown_clock(sandbox),
        "apis": {
            api: {
                "path": f"/{api}",
                "header": credential_header(api, next(iter(world.callers))),
                "credentials": [
                    {"kind": caller.kind, "token": token} for token, caller in world.callers.items()
                ],
                "holds": world.totals(now),
            }
            for api, world in sandbox.worlds.items()
        },
    }
