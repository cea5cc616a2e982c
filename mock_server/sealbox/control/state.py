"""What the server is and holds, and beginning again."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from sealbox import __version__, contract
from sealbox.contract import evidence
from sealbox.serving.answers import ok

from .clock import shown_clock
from .tenants import shown_tenant, tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox.exchanges.metrics import Meter
    from sealbox.sandbox import Sandboxes

METRICS = "text/plain; version=1.0.0; charset=utf-8"


async def get_health() -> Response:
    return ok({"status": "alive"})


async def get_ready(sandboxes: Sandboxes) -> Response:
    return ok({"ready": True, "tenants": len(list(sandboxes))})


async def get_info(sandboxes: Sandboxes, tenant: str) -> Response:
    found = [evidence.counts(api) for api in contract.apis()]
    totals = {provenance: sum(counts[provenance] for counts in found) for provenance in found[0]}
    return ok({"version": __version__, **shown_tenant(tenant_of(sandboxes, tenant)), "evidence": totals})


async def get_evidence(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(evidence.report(tenant_of(sandboxes, tenant)))


async def get_metrics(sandboxes: Sandboxes, meter: Meter) -> Response:
    return Response(meter.text(sandboxes), media_type=METRICS)


async def reset(sandboxes: Sandboxes, tenant: str) -> Response:
    tenant_of(sandboxes, tenant)
    return ok(shown_tenant(sandboxes.reset(tenant)))


async def seed(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, str]) -> Response:
    plan = tenant_of(sandboxes, tenant).plan
    return ok(shown_tenant(sandboxes.open(replace(plan, seed=payload["seed"]))))


async def get_timeline(sandboxes: Sandboxes, tenant: str, since: int) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    await sandbox.catch_up()
    happened = sandbox.timeline.since(since)
    return ok({"clock": shown_clock(sandbox), "count": sandbox.timeline.count, "happened": shown(happened)})


def shown(happened: list[tuple[int, Any]]) -> list[dict[str, Any]]:
    return [{"number": number, **asdict(one)} for number, one in happened]


async def get_assumptions(sandboxes: Sandboxes, tenant: str) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    texts = {
        behaviour.id: behaviour.text for api in contract.apis() for behaviour in evidence.behaviours(api)
    }
    return ok(
        {
            "tenant": tenant,
            "only": list(sandbox.plan.only),
            "exchanges": sandbox.assumptions.exchanges,
            "assumptions": [{**asdict(one), "text": texts.get(one.id, "")} for one in sandbox.assumptions],
        }
    )
