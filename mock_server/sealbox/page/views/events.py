"""CertifiQI signing events, the newest first, as trees down to each signer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import orjson

from sealbox.apis.certifiqi import rules, signing
from sealbox.apis.certifiqi.control import get_event
from sealbox.apis.certifiqi.documents import firsts
from sealbox.apis.certifiqi.model import SignatureStatus
from sealbox.apis.certifiqi.render import Renderer
from sealbox.problems import Problem

from . import USUAL, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealbox.apis.certifiqi.model import SigningEvent
    from sealbox.apis.certifiqi.world import World

    from . import Looking


async def view(looking: Looking) -> dict[str, Any]:
    world = cast("World", looking.sandbox.worlds["certifiqi"])
    shown = looking.asked.shown("events", USUAL)
    return {
        "total": len(world.events),
        "shown": shown,
        "events": [
            await _event(looking, world, event) for event in newest(world.events, shown, looking.asked.opened)
        ],
    }


async def _event(looking: Looking, world: World, event: SigningEvent) -> dict[str, Any]:
    signature_status, internal_status = signing.state(event, looking.now)
    signed = sum(signer.status is SignatureStatus.SIGNED for signer in rules.signers(event))
    missing = _missing(event, looking)
    is_open = looking.asked.is_open(event.key)
    return {
        "event": event,
        "status": internal_status if signature_status is SignatureStatus.SIGNED else signature_status,
        "is_pending": signature_status is SignatureStatus.PENDING,
        "signed": signed,
        "needed": None if missing is None else signed + missing,
        "is_open": is_open,
        **(await _tree(looking, world, event) if is_open else {}),
    }


def _missing(event: SigningEvent, looking: Looking) -> int | None:
    """How many more signatures finish the event; None when no number of them does."""
    if rules.event_status(event) is SignatureStatus.SIGNED:
        return 0
    try:
        return len(signing.quorum(event, looking.now))
    except Problem:
        return None


async def _tree(looking: Looking, world: World, event: SigningEvent) -> dict[str, Any]:
    answer = await get_event(looking.intake.sandboxes, looking.asked.tenant, event.key)
    acted = {signer.id: signer.acted_at for signer in rules.signers(event)}
    return {
        "tree": orjson.loads(answer.body),
        "acted": acted,
        "files": list(_files(looking, world, event)),
    }


def _files(looking: Looking, world: World, event: SigningEvent) -> Iterator[tuple[str, str]]:
    """Name and address of the signed files, which exist once the event is finished."""
    if signing.state(event, looking.now) != signing.FINISHED:
        return
    shown = Renderer(looking.now, world.switches, f"/certifiqi/{looking.sandbox.storage}")
    yield "All files (ZIP)", shown.all_files_url(event)
    for first, batch in firsts(event):
        for number, document in enumerate(batch.documents, first):
            urls = shown.document_urls(event, batch, document, number)
            yield document.name, urls["file_url"] or ""
