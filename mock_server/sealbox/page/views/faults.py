"""What goes wrong on demand, with answers and with webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.control.faults import shown_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Looking


async def view(looking: Looking) -> dict[str, Any]:
    sandbox = looking.sandbox
    return {
        "faults": [_worded(shown_fault(fault)) for fault in sandbox.faults],
        "webhook_faults": [fault for outbox in sandbox.outboxes() for fault in outbox.faults],
    }


def _worded(fault: dict[str, Any]) -> dict[str, Any]:
    return {**fault, "what": ", ".join(_what(fault["effect"])), "when": ", ".join(_when(fault))}


def _what(effect: dict[str, Any]) -> Iterator[str]:
    words = {
        "status": "answers {}",
        "delay": "after {}",
        "cut_after": "cut after {} bytes",
        "reset": "closes the connection",
    }
    yield from (words[name].format(value) for name, value in effect.items() if name in words)
    if "dribble" in effect:
        yield f"{effect['dribble']['bytes']} bytes every {effect['dribble']['every']}"


def _when(fault: dict[str, Any]) -> Iterator[str]:
    if "nth" in fault:
        yield f"request {fault['nth']} only"
    if "next" in fault:
        yield f"the next {fault['next']}"
    if "while" in fault:
        yield f"while {fault['while']['about']} is {fault['while']['status']}"
    if "after" in fault:
        yield f"after {fault['after']['operation']}"
