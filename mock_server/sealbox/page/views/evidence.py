"""Where each behaviour comes from, which decisions stand, and what clients have relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox import contract
from sealbox.contract import evidence
from sealbox.contract.choices import switches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealbox.contract.evidence import Behaviour

    from . import Looking

USUAL = 10


async def view(looking: Looking) -> dict[str, Any]:
    asked, sandbox = looking.asked, looking.sandbox
    apis = contract.apis()
    shown = asked.shown("evidence", USUAL)
    sought = asked.filters.get("find", "")
    found = list(_found(sought)) if sought else []
    assumed = asked.shown("assumptions", USUAL)
    assumptions = sorted(sandbox.assumptions, key=lambda one: (one.effect != "decides", -one.times))
    texts = {one.id: one.text for api in apis for one in evidence.behaviours(api)} if assumptions else {}
    return {
        "counts": {api: evidence.counts(api) for api in apis},
        "sought": sought,
        "found": found[:shown],
        "total": len(found),
        "shown": shown,
        "switches": list(_switches(looking)) if asked.is_open("switches") else [],
        "switches_open": asked.is_open("switches"),
        "changed": len(sandbox.plan.switches),
        "switch_count": sum(len(switches(api)) for api in apis),
        "assumptions": [(one, texts.get(one.id, "")) for one in assumptions[:assumed]],
        "assumption_count": len(assumptions),
        "assumed": assumed,
    }


def _found(sought: str) -> Iterator[Behaviour]:
    words = sought.lower().split()
    for api in contract.apis():
        for one in evidence.behaviours(api):
            said = f"{one.id} {one.api} {one.kind} {one.provenance} {one.text}".lower()
            if all(word in said for word in words):
                yield one


def _switches(looking: Looking) -> Iterator[dict[str, Any]]:
    for api in contract.apis():
        values = dict(looking.sandbox.switches(api).items())
        for switch in switches(api):
            yield {**switch, "name": f"{api}.{switch['name']}", "value": values[switch["name"]]}
