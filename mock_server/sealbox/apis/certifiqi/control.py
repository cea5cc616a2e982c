"""What the control plane does to signing events: play the signers, set expiries, show mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sealbox.control.tenants import tenant_of
from sealbox.problems import NotFound, RuleViolation
from sealbox.serving.answers import ok

from . import rules, signing
from .model import CertificateKind, SignatureStatus
from .signing_page import signing_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandboxes

    from .model import SignerGroup, SigningEvent
    from .signing import Moment
    from .world import World


async def get_event(sandboxes: Sandboxes, tenant: str, batch_group_key: str) -> Response:
    world, event = _found(sandboxes, tenant, batch_group_key)
    return ok(_shown(world, event))


async def sign_event(
    sandboxes: Sandboxes, tenant: str, batch_group_key: str, payload: Mapping[str, str]
) -> Response:
    world, event = _found(sandboxes, tenant, batch_group_key)
    given = world.given(event.client_key)  # for all: each of them would look at every document again
    happened: list[Moment] = []
    if payload["until"] == "quorum":
        for signer_id in signing.quorum(event, world.now):
            happened += _sign(world, signer_id, given=given)
    else:
        for signer_id in _everybody(event):  # by their turns: nobody waits for a later one
            if signing.may_sign(world.events[event.key], signer_id, replace(given, now=world.now)):
                happened += _sign(world, signer_id, given=given)
        if not happened:
            raise RuleViolation({"signature": ["nobody of this event may sign now"]})
    await world.sandbox.settle()
    return ok(_shown(world, world.events[event.key], happened))


async def expire_event(
    sandboxes: Sandboxes, tenant: str, batch_group_key: str, payload: Mapping[str, Any]
) -> Response:
    world, event = _found(sandboxes, tenant, batch_group_key)
    group = payload.get("group_id")
    if group is not None and group not in {place.group.id for place in signing.places(event)}:
        raise NotFound(str(group))
    changed = world.expire(event, _moment(payload["at"]), group)
    world.sandbox.stir()
    return ok(_shown(world, changed))


async def sign(sandboxes: Sandboxes, tenant: str, signer_id: int, payload: Mapping[str, str]) -> Response:
    world = _world(sandboxes, tenant)
    kind = CertificateKind(payload["certificate"]) if "certificate" in payload else None
    happened = _sign(world, signer_id, kind=kind)
    await world.sandbox.settle()
    return ok(_shown(world, _event_of(world, signer_id), happened))


async def reject(sandboxes: Sandboxes, tenant: str, signer_id: int) -> Response:
    world = _world(sandboxes, tenant)
    happened = _reject(world, signer_id)
    await world.sandbox.settle()
    return ok(_shown(world, _event_of(world, signer_id), happened))


async def list_mails(sandboxes: Sandboxes, tenant: str, about: str | None = None) -> Response:
    return ok({"mails": _world(sandboxes, tenant).letters(about)})


async def get_signing_page(sandboxes: Sandboxes, tenant: str, signer_id: int) -> Response:
    world = _world(sandboxes, tenant)
    return signing_page(_event_of(world, signer_id), signer_id, now=world.now)


async def post_signing_page(
    sandboxes: Sandboxes, tenant: str, signer_id: int, body: Mapping[str, str]
) -> Response:
    world = _world(sandboxes, tenant)
    if body.get("act") not in ACTS:
        raise RuleViolation({"act": [f"act is one of {', '.join(ACTS)}"]})
    said = ""
    try:
        ACTS[body["act"]](world, signer_id)
        await world.sandbox.settle()
    except RuleViolation as refusal:
        said = str(refusal)
    return signing_page(_event_of(world, signer_id), signer_id, now=world.now, said=said)


def _sign(
    world: World, signer_id: int, *, kind: CertificateKind | None = None, given: signing.Given | None = None
) -> tuple[Moment, ...]:
    event = _event_of(world, signer_id)
    given = replace(given, now=world.now) if given else world.given(event.client_key)
    signer = signing.place_of(event, signer_id).signer
    certificate = kind or world.magic.certificate(signer.email)
    changed = signing.sign(event, signer_id, given, certificate=certificate)
    world.keep(changed)
    return changed.moments


def _reject(world: World, signer_id: int) -> tuple[Moment, ...]:
    event = _event_of(world, signer_id)
    changed = signing.reject(event, signer_id, world.given(event.client_key))
    world.keep(changed)
    return changed.moments


ACTS: Mapping[str, Callable[[World, int], object]] = {
    "sign": _sign,
    "reject": _reject,
}
"""What the buttons of the signing page do."""


def _everybody(event: SigningEvent) -> list[int]:
    pending = [place for place in signing.places(event) if place.signer.status is SignatureStatus.PENDING]
    return [place.signer.id for place in sorted(pending, key=lambda place: place.party.signature_position)]


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise RuleViolation({"at": [str(error)]}) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _world(sandboxes: Sandboxes, tenant: str) -> World:
    return cast("World", tenant_of(sandboxes, tenant).worlds["certifiqi"])


def _found(sandboxes: Sandboxes, tenant: str, key: str) -> tuple[World, SigningEvent]:
    world = _world(sandboxes, tenant)
    if key not in world.events:
        raise NotFound(key)
    return world, world.events[key]


def _event_of(world: World, signer_id: int) -> SigningEvent:
    event = world.event_of(signer_id)
    if event is None:
        raise NotFound(str(signer_id))
    return event


def _shown(
    world: World, event: SigningEvent, happened: tuple[Moment, ...] | list[Moment] = ()
) -> dict[str, Any]:
    signature_status, internal_status = signing.state(event, world.now)
    given = world.given(event.client_key)
    return {
        "batch_group_key": event.key,
        "name": event.name,
        "signature_status": signature_status,
        "internal_status": internal_status,
        "expires_at": event.signature_expiration_date,
        "missing": _missing(event, world.now),
        "happened": list(happened),
        "batches": [
            {
                "name": batch.name,
                "status": rules.batch_status(batch),
                "documents": [document.name for document in batch.documents],
                "parties": [
                    {
                        "name": party.name,
                        "role": party.role,
                        "position": party.signature_position,
                        "status": rules.party_status(party),
                        "groups": [_group(event, group, given) for group in party.signer_groups],
                    }
                    for party in batch.related_parties
                ],
            }
            for batch in event.batches
        ],
    }


def _group(event: SigningEvent, group: SignerGroup, given: signing.Given) -> dict[str, Any]:
    signed = [signer for signer in group.signers if signer.status is SignatureStatus.SIGNED]
    return {
        "id": group.id,
        "status": rules.group_status(group),
        "needed": group.minimum_required_signers,
        "signed": len(signed),
        "expiration": group.expiration,
        "signers": [
            {
                "id": signer.id,
                "name": signer.name,
                "status": signer.status,
                "is_mandatory": signer.is_group_mandatory,
                "acted_at": signer.acted_at,
                "in_turn": signing.may_sign(event, signer.id, given),
            }
            for signer in group.signers
        ],
    }


def _missing(event: SigningEvent, now: datetime) -> list[int] | None:
    if rules.event_status(event) is not SignatureStatus.PENDING:
        return []
    try:
        return signing.quorum(event, now)
    except RuleViolation:
        return None
