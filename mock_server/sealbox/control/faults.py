"""What goes wrong with answers, on demand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sealbox.contract.operations import operations
from sealbox.exchanges.faults import After, Dribble, Effect, While
from sealbox.problems import NotFound, RuleViolation
from sealbox.serving.answers import ok
from sealbox.timing.durations import duration

from .tenants import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.exchanges.faults import Fault
    from sealbox.sandbox import Sandbox, Sandboxes


async def list_faults(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(_all(tenant_of(sandboxes, tenant)))


async def add_fault(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    after, during = payload.get("after"), payload.get("while")
    try:
        _check_operations(sandbox, payload.get("operation"), after and after["operation"])
        fault = sandbox.faults.add(
            _effect(payload["effect"]),
            operation=payload.get("operation"),
            nth=payload.get("nth"),
            times=payload.get("next"),
            during=While(**during) if during else None,
            after=After(**after) if after else None,
        )
    except (ValueError, OverflowError) as error:
        raise RuleViolation({"fault": [str(error)]}) from error
    return ok(shown_fault(fault), status=201)


async def clear_faults(sandboxes: Sandboxes, tenant: str) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    sandbox.faults.clear()
    return ok(_all(sandbox))


async def remove_fault(sandboxes: Sandboxes, tenant: str, fault_id: int) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    try:
        sandbox.faults.remove(fault_id)
    except KeyError as error:
        raise NotFound(str(fault_id)) from error
    return ok(_all(sandbox))


def _check_operations(sandbox: Sandbox, *names: str | None) -> None:
    known = [id_ for api in sandbox.worlds for id_ in operations(api)]
    for name in names:
        if name is not None and name not in known:
            raise ValueError(f"there is no operation {name!r}; there are {', '.join(known)}")


def _effect(written: Mapping[str, Any]) -> Effect:
    """Raises ValueError for what is none."""
    dribble = written.get("dribble")
    return Effect(
        status=written.get("status"),
        delay=duration(written["delay"]) if "delay" in written else timedelta(),
        cut_after=written.get("cut_after"),
        reset=written.get("reset", False),
        dribble=Dribble(dribble["bytes"], duration(dribble["every"])) if dribble else None,
    )


def _all(sandbox: Sandbox) -> dict[str, Any]:
    return {"faults": [shown_fault(fault) for fault in sandbox.faults]}


def shown_fault(fault: Fault) -> dict[str, Any]:
    effect = fault.effect
    what: dict[str, Any] = {
        "status": effect.status,
        "delay": _written(effect.delay) if effect.delay else None,
        "cut_after": effect.cut_after,
        "reset": effect.reset or None,
        "dribble": effect.dribble
        and {
            "bytes": effect.dribble.size,
            "every": _written(effect.dribble.every),
        },
    }
    when: dict[str, Any] = {
        "operation": fault.operation,
        "nth": fault.nth,
        "next": fault.times,
        "while": fault.during and {"about": fault.during.about, "status": fault.during.status},
        "after": fault.after and {"operation": fault.after.operation, "times": fault.after.times},
    }
    return {
        "id": fault.id,
        **{name: value for name, value in when.items() if value is not None},
        "effect": {name: value for name, value in what.items() if value is not None},
        "seen": fault.seen,
        "struck": fault.struck,
        "spent": fault.is_spent,
    }


def _written(span: timedelta) -> str:
    """As the document has durations: numbers of four digits at most."""
    seconds, milliseconds = divmod(span // timedelta(milliseconds=1), 1000)
    if not seconds or seconds * 1000 + milliseconds < 10_000:
        return f"{seconds * 1000 + milliseconds}ms"
    parts = ["9999s"] * (seconds // 9999) + [f"{seconds % 9999}s"] * bool(seconds % 9999)
    return "".join([*parts, f"{milliseconds}ms"] if milliseconds else parts)
