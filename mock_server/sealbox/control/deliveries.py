"""Webhooks: list, show, send again, and have something go wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sealbox.problems import NotFound, RuleViolation
from sealbox.serving.answers import ok
from sealbox.timing.durations import duration
from sealbox.webhooks import Fault, FaultKind

from .tenants import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandbox, Sandboxes
    from sealbox.webhooks import Attempt, Delivery, Outbox


async def list_deliveries(sandboxes: Sandboxes, tenant: str, about: str | None = None) -> Response:
    found = newest_first(tenant_of(sandboxes, tenant), about)
    return ok({"deliveries": [shown_delivery(delivery) for delivery in found]})


async def get_delivery(sandboxes: Sandboxes, tenant: str, delivery_id: str) -> Response:
    _, delivery = _found(tenant_of(sandboxes, tenant), delivery_id)
    return ok(_detail(delivery))


async def replay_delivery(sandboxes: Sandboxes, tenant: str, delivery_id: str) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    outbox, _ = _found(sandbox, delivery_id)
    outbox.replay(delivery_id, sandbox.clock.now())
    await sandbox.catch_up()
    return ok(_detail(outbox[delivery_id]))


async def list_webhook_faults(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(_faults(tenant_of(sandboxes, tenant)))


async def add_webhook_fault(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    given = dict(payload) | {"kind": FaultKind(payload["kind"])}
    try:
        if "by" in given:
            given["by"] = duration(given["by"])
        fault = Fault(**given)
    except (ValueError, OverflowError) as error:
        raise RuleViolation({"by": [str(error)]}) from error
    for outbox in sandbox.outboxes():
        outbox.inject(fault)
    return ok(_faults(sandbox))


async def clear_webhook_faults(sandboxes: Sandboxes, tenant: str) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    for outbox in sandbox.outboxes():
        outbox.clear_faults()
    return ok(_faults(sandbox))


def newest_first(sandbox: Sandbox, about: str | None = None) -> list[Delivery]:
    """The deliveries that are kept, of one object if it is named."""
    found = [
        delivery for outbox in sandbox.outboxes() for delivery in outbox if about in {None, delivery.about}
    ]
    return sorted(found, key=lambda delivery: (delivery.created_at, delivery.serial), reverse=True)


def _found(sandbox: Sandbox, delivery_id: str) -> tuple[Outbox, Delivery]:
    for outbox in sandbox.outboxes():
        for delivery in outbox:
            if delivery.id == delivery_id:
                return outbox, delivery
    raise NotFound(delivery_id)


def shown_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "api": delivery.api,
        "about": delivery.about,
        "moment": delivery.moment,
        "url": delivery.url,
        "state": delivery.state,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at,
        "attempts": len(delivery.attempts),
        "faults": list(delivery.faults),
    }


def _detail(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": shown_delivery(delivery),
        "headers": [list(header) for header in delivery.headers],
        "body": delivery.body.decode("utf-8", "replace"),
        "attempts": [_attempt(attempt) for attempt in delivery.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "at": attempt.at,
        "status": attempt.status,
        "error": attempt.error,
        "latency_ms": attempt.latency_ms,
        "request_headers": [list(header) for header in attempt.request_headers],
        "answer_headers": [list(header) for header in attempt.answer_headers],
        "answer_body": attempt.answer_body.decode("utf-8", "replace"),
    }


def _faults(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "faults": [
            {"kind": fault.kind, "nth": fault.nth, "times": fault.times, "by": _written(fault.by)}
            for outbox in sandbox.outboxes()
            for fault in outbox.faults
        ]
    }


def _written(by: timedelta) -> str:
    return f"{by // timedelta(milliseconds=1)}ms"
