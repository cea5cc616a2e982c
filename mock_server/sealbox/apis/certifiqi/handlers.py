"""One function per operation of CertifiQI: documented request → rules → the world → documented answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validate_docbr import CNPJ, CPF

from sealbox.answers import ok
from sealbox.problems import Forbidden, NotFound

from .creation import hints
from .render import Renderer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from .world import Caller, World


async def create_batch_group(world: World, caller: Caller, payload: Mapping[str, Any]) -> Response:
    event = world.maker().event(payload, client_key=caller.client_key)
    world.events[event.key] = event
    world.sandbox.settle()
    odd = hints(payload, valid_cpf=CPF().validate, valid_cnpj=CNPJ().validate)
    return ok(Renderer(world.now, world.switches).created(event), hints=odd)


async def get_batch_group(world: World, caller: Caller, batch_group_key: str) -> Response:
    event = world.events.get(batch_group_key)
    if event is None or event.client_key != caller.client_key:
        if event and world.switches["foreign_event"] == "forbidden":
            raise Forbidden(batch_group_key)
        raise NotFound(batch_group_key)
    return ok(Renderer(world.now, world.switches).event(event))
