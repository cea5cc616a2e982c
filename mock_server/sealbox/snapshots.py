"""A tenant as one readable JSON document, and the way back; what two of them differ in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003, snapshots read the annotations
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import __version__, contract
from .contract.choices import check_pace, check_switches
from .sandbox import TENANT, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ConfigDict, TypeAdapter

    from .sandbox import Sandbox, Sandboxes

FORMAT = 1
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
HEAD = ("plan", "now", "next_id")
CODEC: ConfigDict = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}


@dataclass(frozen=True, slots=True)
class Head:
    """What a snapshot says of the whole tenant. `next_id` is how many ids have been drawn."""

    plan: Plan
    now: datetime
    next_id: int


def save(sandbox: Sandbox) -> dict[str, Any]:
    """The whole tenant but its journal and what goes wrong with its answers."""
    head = Head(sandbox.plan, sandbox.clock.now(), sandbox.ids_drawn)
    return {
        "sealbox": __version__,
        "format": FORMAT,
        **_written(head),
        "apis": {api: _shared(api).shrink(_written(world.save())) for api, world in sandbox.worlds.items()},
    }


def load(sandboxes: Sandboxes, document: Any, tenant: str | None = None) -> Sandbox:
    """Have a tenant be as `document` says: the one that was saved, or `tenant` in its place.

    Its journal and its assumptions stay. Raises ValueError for what is no snapshot, with nothing changed.
    """
    head, worlds = _read(document)
    plan = replace(head.plan, tenant=tenant or head.plan.tenant)
    if not TENANT.fullmatch(plan.tenant):
        raise ValueError("a tenant's name is small letters, digits and hyphens")
    check_switches(plan.switches)
    check_pace(plan.pace)
    opened = sandboxes.prepare(replace(plan, clock_start=head.now))
    opened.plan = plan
    opened.ids_drawn = head.next_id
    for api, saved in worlds.items():
        callers = opened.worlds[api].callers
        opened.worlds[api].load(saved)
        if plan.tenant != head.plan.tenant:
            opened.worlds[api].callers = callers  # a credential opens one tenant
    if plan.tenant in sandboxes:
        before = sandboxes[plan.tenant]
        opened.journal, opened.assumptions, opened.faults = before.journal, before.assumptions, before.faults
    sandboxes.put(opened)
    return opened


def _read(document: Any) -> tuple[Head, dict[str, Any]]:
    from pydantic import ValidationError  # noqa: PLC0415, a tenth of a second that a start need not take

    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"a snapshot is a JSON object with format {FORMAT}")
    try:
        (head,) = _adapter(Head).validate_python([{name: document.get(name) for name in HEAD}])
        apis = document.get("apis") or {}
        worlds = {}
        for api in contract.apis():
            raw = _shared(api).grow(apis.get(api) or {})
            (worlds[api],) = _adapter(_saved(api)).validate_python([raw])
            _shared(api).check(worlds[api])
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the snapshot does not fit together: {error!r}") from error
    return head, worlds


def differences(before: Any, after: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Each place at which the two differ, as a path with a value on either side; None where there is none."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}/{number}")
    elif before != after:
        yield {"path": path, "before": before, "after": after}


def _written(value: Any) -> dict[str, Any]:
    kind: Any = type(value)
    (written,) = _adapter(kind).dump_python((value,), mode="json", exclude_defaults=True)
    return dict(written)


@cache
def _adapter(kind: Any) -> TypeAdapter[tuple[Any]]:
    from pydantic import TypeAdapter  # noqa: PLC0415, as above

    # In a tuple, because pydantic takes no configuration for a dataclass of somebody else's by itself.
    return TypeAdapter(tuple[kind], config=CODEC)


def _saved(api: str) -> type:
    saved: type = import_module(f"sealbox.apis.{api}.world").Saved
    return saved


def _shared(api: str) -> Any:
    return import_module(f"sealbox.apis.{api}.saved")
