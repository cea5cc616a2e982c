"""What the control plane adds to CertifiQI's world: keys of further clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sealbox.control.tenants import tenant_of
from sealbox.problems import RuleViolation
from sealbox.serving.answers import ok

from .world import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandboxes

    from .world import World


async def add_key(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, str]) -> Response:
    world = cast("World", tenant_of(sandboxes, tenant).worlds["certifiqi"])
    kind = payload["kind"]
    caller = Caller(token=f"sealbox_certifiqi_{tenant}_{kind}", kind=kind, client_key=world.sandbox.new_id())
    if caller.token in world.callers:
        raise RuleViolation({"kind": [f"there is a key of the kind {kind!r} already"]})
    world.callers[caller.token] = caller
    sandboxes.admit(world.sandbox)
    return ok({"kind": kind, "token": caller.token, "client_key": caller.client_key}, status=201)
