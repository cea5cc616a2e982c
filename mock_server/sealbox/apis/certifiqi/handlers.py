"""One function per operation of CertifiQI: documented request → rules → the world → documented answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
from validate_docbr import CNPJ, CPF

from sealbox.problems import Conflict, Forbidden, NotFound, RuleViolation
from sealbox.serving.answers import ok

from . import documents, rules, signing, uploads
from .creation import document_keys, hints
from .notices import invitations
from .render import MAX_TRY, Renderer
from .world import webhook_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from .model import SigningEvent, Upload
    from .requests import Sent
    from .world import Caller, World

NOT_PENDING = "The signing event is not pending."


async def upload_document(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    world.magic.refuse_caller(caller.kind)
    upload = await asyncio.to_thread(_desk(world, caller).document, sent)
    world.add_uploads([upload])
    await world.sandbox.settle()
    shown = _uploaded(upload, _files(world, base_url))
    return ok([shown] if world.switches["upload_response"] == "array" else shown, hints=sent.notes)


async def upload_trade_bills(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    world.magic.refuse_caller(caller.kind)
    found = await asyncio.to_thread(_desk(world, caller).trade_bills, sent)
    world.add_uploads(found)
    await world.sandbox.settle()
    return ok([_uploaded(upload, _files(world, base_url)) for upload in found], hints=sent.notes)


async def create_batch_group(
    world: World, caller: Caller, payload: Mapping[str, Any], base_url: str
) -> Response:
    world.magic.refuse_caller(caller.kind)
    unknown = [key for key in document_keys(payload) if not world.upload_of(key, caller.client_key)]
    if unknown and world.switches["unknown_document"] == "refuse":
        raise RuleViolation({"documents": [f"documents: nothing was uploaded as {unknown[0]!r}"]})
    waiting = [key for key in document_keys(payload) if not world.is_ready(key, client_key=caller.client_key)]
    if waiting and not payload.get("is_asynchronous", False):
        why = f"the document {waiting[0]} is still being generated"
        raise RuleViolation({"is_asynchronous": ["is_asynchronous: it has to be true"]}, why)
    event = world.maker().event(payload, client_key=caller.client_key)
    world.base_url = base_url
    world.add(event)
    await world.sandbox.settle()
    odd = hints(payload, valid_cpf=CPF().validate, valid_cnpj=CNPJ().validate)
    return ok(_renderer(world, base_url).created(world.events[event.key]), hints=odd)


async def get_batch_group(world: World, caller: Caller, batch_group_key: str, base_url: str) -> Response:
    event = _event(world, caller, batch_group_key)
    ready = rules.zip_ready_at(event)  # all that time changes about an event
    return world.kept.given(
        event.key,
        event,
        base_url,
        ready is not None and ready <= world.now,
        make=lambda: ok(_renderer(world, base_url).event(event)),
    )


async def send_to_signature(world: World, caller: Caller, batch_group_key: str) -> Response:
    event = _event(world, caller, batch_group_key)
    if signing.state(event, world.now) == signing.OPEN:
        world.mail(event, invitations(event))
    elif world.switches["send_to_signature_not_pending"] == "400":
        raise RuleViolation({"batch_group": [NOT_PENDING]}, f"it is {signing.state(event, world.now)[0]}")
    return ok({})


async def cancel_signature(world: World, caller: Caller, batch_group_key: str, base_url: str) -> Response:
    event = _event(world, caller, batch_group_key)
    try:
        changed = signing.cancel(event, world.given(caller.client_key))
    except RuleViolation as refusal:
        raise Conflict(NOT_PENDING, refusal.why) from refusal
    world.keep(changed)
    await world.sandbox.settle()
    return ok(_renderer(world, base_url).cancelled(world.events[event.key]))


async def get_batch_group_urls(world: World, caller: Caller, batch_group_key: str, base_url: str) -> Response:
    event = _event(world, caller, batch_group_key)
    return ok(_renderer(world, base_url).urls(event))


async def get_document_urls(world: World, caller: Caller, document_key: str, base_url: str) -> Response:
    world.magic.refuse_caller(caller.kind)
    shown = _renderer(world, base_url)
    foreign = document_key in world.uploads
    for event in world.events_with(document_key):
        for number, batch, document in documents.numbered(event):
            if document.key != document_key:
                continue
            if event.client_key == caller.client_key:
                urls = shown.document_urls(event, batch, document, number)
                return ok({"document_key": document_key, **urls, "expiration_datetime": shown.expiration()})
            foreign = True
    upload = world.upload_of(document_key, caller.client_key)
    if upload is None:
        raise _unseen(world, document_key, "document", foreign=foreign)
    at = uploads.address(upload, _files(world, base_url))
    urls = {"original_file_url": at, "signed_file_url": None, "file_url": at}
    return ok({"document_key": document_key, **urls, "expiration_datetime": shown.expiration()})


async def get_zip_file_url(world: World, caller: Caller, zip_file_key: str, base_url: str) -> Response:
    world.magic.refuse_caller(caller.kind)
    shown = _renderer(world, base_url)
    found = world.zip_file(zip_file_key)
    if found is None or found[0].client_key != caller.client_key:
        raise _unseen(world, zip_file_key, "ZIP file", foreign=found is not None)
    return ok(
        {
            "zip_file_key": zip_file_key,
            "zip_file_url": shown.zip_url(*found),
            "expiration_datetime": shown.expiration(),
        }
    )


async def get_webhook(world: World, caller: Caller, webhook_key: str, base_url: str) -> Response:
    world.magic.refuse_caller(caller.kind)
    event = world.event_of_webhook(webhook_key)
    if event is None or event.client_key != caller.client_key:
        raise _unseen(world, webhook_key, "webhook", foreign=event is not None)
    shown = _renderer(world, base_url)
    name, value = webhook_header(event)
    return ok(
        {
            "created_at": shown.stamp(event.created_at),
            "events": [
                {
                    "created_at": shown.stamp(event.created_at),
                    "webhook_new_url": url,
                    "webhook_old_url": None,
                }
                for url in event.webhook_urls
            ],
            "header_name": name,
            "header_value": value,
            "notifications": [
                {
                    "created_at": shown.stamp(delivery.created_at),
                    "max_try": MAX_TRY,
                    "notification_body": orjson.loads(delivery.original),
                }
                for delivery in world.outbox
                if delivery.about == event.key
            ],
        }
    )


def _event(world: World, caller: Caller, key: str) -> SigningEvent:
    world.magic.refuse_caller(caller.kind)
    event = world.events.get(key)
    if event is None or event.client_key != caller.client_key:
        raise _unseen(world, key, "signing event", foreign=event is not None)
    return event


def _unseen(world: World, key: str, what: str, *, foreign: bool) -> Forbidden | NotFound:
    if foreign and world.switches["foreign_event"] == "forbidden":
        problem = Forbidden(what if what == "signing event" else "")
        problem.why = f"{key} belongs to another client"
        return problem
    return NotFound(key, what)


def _renderer(world: World, base_url: str) -> Renderer:
    return Renderer(world.now, world.switches, _files(world, base_url))


def _files(world: World, base_url: str) -> str:
    return f"{base_url}/{world.sandbox.storage}"


def _desk(world: World, caller: Caller) -> uploads.Desk:
    return uploads.Desk(
        client_key=caller.client_key,
        now=world.now,
        new_id=world.sandbox.new_id,
        switches=world.switches,
        generation=world.pace["generation_seconds"],
    )


def _uploaded(upload: Upload, place: str) -> dict[str, Any]:
    return {
        "control_number": upload.control_number,
        "document_key": upload.key,
        "file_size": len(upload.content),
        "name": upload.name,
        "url": uploads.address(upload, place),
    }
