"""One function per operation of VEC: documented request → rules → the world → documented answer."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from sealbox.problems import Forbidden, NotFound, RuleViolation
from sealbox.serving.answers import ok

from . import queries, render
from .certificates import certificate
from .listing import (
    chosen_certificates,
    in_asked_order,
    matches,
    own,
)
from .model import Batch
from .pages import envelope
from .recipients import read_recipients
from .register import page_of
from .render import View
from .requests import Sent
from .rules import UUID, Known, csv_content, new_batch
from .sent_rows import failed

if TYPE_CHECKING:
    from datetime import date, datetime

    from starlette.responses import Response

    from .model import Recipients, Template, User
    from .world import Caller, World

LARGE_FILE = 256 * 1024  # bytes from which on a CSV is read in a thread, so that other tenants do not wait
MANY_ROWS = 5000  # likewise, for filtering certificates
SAMPLED = 64  # bytes by which an upload is found that came before, to be compared whole


async def create_batch(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    _demand(world, caller, world.switches["create_permission"])
    if sent.as_json and world.switches["json_body"] == "ignore":
        sent = Sent({}, sent.query)
    world.magic.refuse_template(sent.fields.get("template_id"))
    now = world.now
    content = csv_content(sent.fields.get("csv_file"))
    recipients, csv_refusal = await _recipients(world, content, now.date())
    try:
        request = new_batch(sent.fields, _known(world, caller, now), world.switches, csv_refusal)
    except RuleViolation as refusal:
        refusal.why = "; ".join(filter(None, (refusal.why, *sent.notes)))
        raise
    assert recipients is not None, "without an upload new_batch has refused"
    batch = Batch(
        id=world.sandbox.new_id(),
        institution_id=caller.institution_id,
        name=request.name,
        template=request.template,
        recipients=recipients,
        created_at=now,
        pace=world.pace,
        signatures=request.signatures,
        failed_rows=failed(recipients.rows),
    )
    world.keep(batch, now)
    shown_at = await world.sandbox.settle(now)
    body = {"data": render.batch(batch, _view(world, caller, base_url, shown_at))}
    return ok(body, status=201, hints=(*sent.notes, *request.hints, *recipients.hints))


async def _recipients(
    world: World, content: bytes | None, today: date
) -> tuple[Recipients | None, RuleViolation | None]:
    """The uploaded rows, or why they cannot be read: the other fields are judged all the same."""
    if content is None:
        return None, None
    read = partial(
        read_recipients,
        content,
        today=today,
        switches=world.switches,
        fails=world.magic.fails,
        suspects=world.magic.suspects,
    )
    try:
        if len(content) >= LARGE_FILE:
            return await asyncio.to_thread(read), None
        # Whoever sends one file again and again, as load tests do, has it read, and kept, once.
        sample = content[:: len(content) // SAMPLED + 1]
        return world.uploads.given((len(content), sample), world.switches, content, today, make=read), None
    except RuleViolation as refusal:
        return None, refusal


async def list_batches(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    _demand(world, caller, "batches:view")
    asked = queries.judge(sent.query, queries.BATCHES, world.switches)
    view = _view(world, caller, base_url)
    found = world.register.places(caller.institution_id, asked.get("status"), view.now)
    page = queries.page(asked)
    chosen = page_of(found, page.rows, newest_first=_newest_first(world))
    items = [render.batch_item(batch, view) for batch in world.register.batches(chosen)]
    return ok(envelope(items, page=page, total=len(found), path=f"{base_url}/business/batches"))


async def get_batch(world: World, caller: Caller, batch_id: str, base_url: str) -> Response:
    _demand(world, caller, "batches:view")
    batch = _batch(world, caller, batch_id)
    return ok({"data": render.batch(batch, _view(world, caller, base_url))})


async def get_batch_status(world: World, caller: Caller, batch_id: str, base_url: str) -> Response:
    _demand(world, caller, "batches:view")
    batch = _batch(world, caller, batch_id)
    return ok(render.batch_status(batch, _view(world, caller, base_url)))


async def list_certificate_templates(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    _demand(world, caller, "certificate-templates:view")
    asked = queries.judge(sent.query, queries.TEMPLATES, world.switches)
    found = [
        template
        for template in own(world.templates.values(), caller.institution_id)
        if matches(asked.get("search", ""), template.name)
    ]
    page, view = queries.page(asked), _view(world, caller, base_url)
    items = [render.template(template, view) for template in found[page.rows]]
    return ok(envelope(items, page=page, total=len(found), path=f"{base_url}/business/certificate-templates"))


async def get_certificate_template(world: World, caller: Caller, template_id: str, base_url: str) -> Response:
    _demand(world, caller, "certificate-templates:view")
    template = world.templates.get(template_id.lower())
    if template is None or template.institution_id != caller.institution_id:
        raise NotFound(template_id)
    body = render.full_template(
        template,
        world.institutions[template.institution_id],
        _view(world, caller, base_url),
        may_update="certificate-templates:update" in caller.permissions,
    )
    return ok({"data": body})


async def list_certificates(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    _demand(world, caller, "certificates:view")
    asked = queries.judge(sent.query, queries.CERTIFICATES, world.switches)
    page, view = queries.page(asked), _view(world, caller, base_url)
    newest_first = _newest_first(world)
    rows = world.register.rows(caller.institution_id, asked.get("batch_id"))
    if asked.keys() - {"page", "per_page", "batch_id"}:
        batches = list(world.register.batches(rows.places[::-1] if newest_first else rows.places))
        choose = partial(chosen_certificates, batches, asked, view.now, world.switches)
        found = choose() if rows.total < MANY_ROWS else await asyncio.to_thread(choose)
        total, places = len(found), found[page.rows]
    else:
        taken = rows.page(page.rows, newest_first=newest_first)
        places = [(world.batches[id_], row) for (_, _, id_), some in taken for row in some]
        total = rows.total
    chosen = (certificate(batch, row, view.now, world.switches) for batch, row in places)
    items = [render.certificate(one, view) for one in chosen]
    return ok(envelope(items, page=page, total=total, path=f"{base_url}/business/certificates"))


def _newest_first(world: World) -> bool:
    return world.switches["list_order"] == "newest_first"


async def get_certificate(world: World, caller: Caller, certificate_id: str, base_url: str) -> Response:
    _demand(world, caller, "certificates:view")
    place = world.find_certificate(certificate_id.lower()) if UUID.fullmatch(certificate_id) else None
    if place is None or place[0].institution_id != caller.institution_id:
        raise NotFound(certificate_id)
    view = _view(world, caller, base_url)
    return ok({"data": render.certificate(certificate(*place, view.now, world.switches), view)})


async def list_users(world: World, caller: Caller, sent: Sent, base_url: str) -> Response:
    _demand(world, caller, "users:view")
    asked = queries.judge(sent.query, queries.USERS, world.switches)
    found = [
        user
        for user in own(world.users.values(), caller.institution_id)
        if matches(
            asked.get("search", ""),
            f"{user.first_name} {user.last_name}",
            user.email,
            user.signatory_name,
            user.signatory_designation,
        )
    ]
    found = in_asked_order(found, asked, getattr)
    page, view = queries.page(asked), _view(world, caller, base_url)
    items = [render.user(user, view) for user in found[page.rows]]
    return ok(envelope(items, page=page, total=len(found), path=f"{base_url}/business/user-management/users"))


async def get_user(world: World, caller: Caller, user_uuid: str, base_url: str) -> Response:
    _demand(world, caller, "users:view")
    user = world.users.get(user_uuid.lower())
    if user is None or user.institution_id != caller.institution_id:
        raise NotFound(user_uuid)
    return ok({"user": render.user(user, _view(world, caller, base_url))})


def _demand(world: World, caller: Caller, permission: str) -> None:
    world.magic.refuse_caller(caller.kind)
    if permission not in caller.permissions:
        raise Forbidden(permission)


def _view(world: World, caller: Caller, base_url: str, now: datetime | None = None) -> View:
    return View(
        now=now or world.now,
        user_uuid=caller.user_uuid,
        base=base_url,
        storage=world.sandbox.storage,
        switches=world.switches,
    )


def _batch(world: World, caller: Caller, batch_id: str) -> Batch:
    batch = world.batches.get(batch_id.lower())
    if batch is None or batch.institution_id != caller.institution_id:
        raise NotFound(batch_id)
    return batch


def _known(world: World, caller: Caller, now: datetime) -> Known:
    """What the rules may look at: of the caller's institution only."""

    def template(key: str) -> Template | None:
        found = world.templates.get(key)
        return found if found and found.institution_id == caller.institution_id else None

    def user(key: str) -> User | None:
        found = world.users.get(key)
        return found if found and found.institution_id == caller.institution_id else None

    return Known(
        template=template,
        user=user,
        is_foreign=world.templates.__contains__,
        name_is_taken=lambda name: name in world.names[caller.institution_id],
        now=now,
    )
