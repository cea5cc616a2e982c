"""Handlers of the control plane, `openapi/_sandbox`. Its errors are RFC 9457 problem details.

Webhooks have theirs in `deliveries`, and each API has some of its own in `sealbox.apis.<api>.control`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from . import __version__, contract, evidence
from .answers import Answer, Failure, ok
from .auth import credential_header
from .clock import ClockMode
from .durations import duration
from .problems import BodyTooLarge, MalformedBody, NotFound, Problem, RuleViolation
from .sandbox import check_switches
from .tenants import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from .sandbox import Sandbox, Sandboxes


async def get_health() -> Response:
    return ok({"status": "alive"})


async def get_ready(sandboxes: Sandboxes) -> Response:
    return ok({"ready": True, "tenants": len(list(sandboxes))})


async def get_info(sandboxes: Sandboxes, tenant: str) -> Response:
    found = [evidence.counts(api) for api in contract.apis()]
    totals = {provenance: sum(counts[provenance] for counts in found) for provenance in found[0]}
    return ok({"version": __version__, **_shown(tenant_of(sandboxes, tenant)), "evidence": totals})


async def get_evidence(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(evidence.report(tenant_of(sandboxes, tenant)))


async def reset(sandboxes: Sandboxes, tenant: str) -> Response:
    tenant_of(sandboxes, tenant)
    return ok(_shown(sandboxes.reset(tenant)))


async def get_clock(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(_clock(tenant_of(sandboxes, tenant)))


async def advance_clock(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, str]) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    if "until" in payload:
        await sandbox.advance_until_idle()
    else:
        try:
            await sandbox.advance(duration(payload["by"]))
        except (ValueError, OverflowError) as error:
            raise RuleViolation({"by": [str(error)]}) from error
    return ok(_clock(sandbox))


async def list_tenants(sandboxes: Sandboxes) -> Response:
    return ok({"tenants": [_shown(sandbox) for sandbox in sandboxes]})


async def open_tenant(sandboxes: Sandboxes, payload: Mapping[str, Any]) -> Response:
    changes: dict[str, Any] = dict(payload)
    if "clock" in changes:
        changes["clock"] = ClockMode(changes["clock"])
    try:
        if "clock_start" in changes:
            changes["clock_start"] = _moment(changes["clock_start"])
        check_switches(changes.get("switches", {}))
        opened = sandboxes.open_like_default(**changes)
    except (ValueError, OverflowError) as error:
        raise RuleViolation({"tenant": [str(error)]}) from error
    return ok(_shown(opened), status=201)


def _moment(text: str) -> datetime:
    """Raises ValueError for what is none."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _clock(sandbox: Sandbox) -> dict[str, Any]:
    due = sandbox.next_due()
    return {
        "tenant": sandbox.plan.tenant,
        "now": sandbox.clock.now(),
        "mode": sandbox.clock.mode,
        "next_due": due,
    }


def _shown(sandbox: Sandbox) -> dict[str, Any]:
    now = sandbox.clock.now()
    return {
        "tenant": sandbox.plan.tenant,
        "seed": sandbox.plan.seed,
        "clock": _clock(sandbox),
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


def render_problem(problem: Problem | Failure, switches: Mapping[str, str]) -> Answer:  # noqa: ARG001, as every API's
    match problem:
        case NotFound():
            return _answer(404, "Not Found", f"there is no {problem.key!r} here")
        case RuleViolation():
            return _answer(400, "Bad Request", str(problem))
        case MalformedBody():
            return _answer(400, "Bad Request", problem.why)
        case BodyTooLarge():
            return _answer(413, "Content Too Large", problem.why)
        case Failure(status=status) if status < 500:
            return _answer(status, problem.phrase, problem.detail or problem.phrase)
    return _answer(500, "Internal Server Error", "the terminal tells more")


def _answer(status: int, title: str, detail: str) -> Answer:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Answer(status, body, media_type="application/problem+json")
