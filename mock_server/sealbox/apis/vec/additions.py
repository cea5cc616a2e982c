"""What the control plane adds to VEC's world: users, templates, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sealbox.control.tenants import tenant_of
from sealbox.problems import RuleViolation
from sealbox.serving.answers import ok

from .model import DefaultSignatory, Template, User
from .world import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandboxes

    from .world import World

INSTITUTION = 3  # the one of the full token


async def add_user(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    world = _world(sandboxes, tenant)
    institution = _institution(world, payload)
    uuid, now = world.sandbox.new_id(), world.now
    signature = f"signatures/{uuid}.png" if payload.get("has_signature", True) else None
    name = f"{payload['first_name']} {payload['last_name']}"
    user = User(
        uuid=uuid,
        id=max(user.id for user in world.users.values()) + 1,
        institution_id=institution,
        first_name=payload["first_name"],
        last_name=payload["last_name"],
        email=payload.get("email", f"{uuid[:8]}@example.com"),
        phone=payload.get("phone", "+12025550100"),
        role=payload.get("role", "signatory"),
        is_archived=payload.get("is_archived", False),
        signature=signature,
        signature_added_at=now if signature else None,
        signatory_name=name if signature else None,
        signatory_designation=payload.get("designation", "Director") if signature else None,
        avatar=f"avatars/avatar_{uuid[:8]}.png",
        email_verified_at=now,
        phone_verified_at=now,
        created_at=now,
        updated_at=now,
    )
    world.users[user.uuid] = user
    return ok({"user_uuid": user.uuid, "email": user.email}, status=201)


async def add_template(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    world = _world(sandboxes, tenant)
    institution = _institution(world, payload)
    defaults = tuple(
        _default(world, number, entry)
        for number, entry in enumerate(payload.get("default_signatories", ()), start=1)
    )
    id_, now = world.sandbox.new_id(), world.now
    template = Template(
        id=id_,
        institution_id=institution,
        name=payload["name"],
        screenshot=f"certificate_templates/{id_}.png",
        signatory_fields=tuple(payload.get("signatory_fields", ())),
        default_signatories=defaults,
        defaults_configured=bool(defaults),
        created_at=now,
        updated_at=now,
    )
    world.templates[template.id] = template
    return ok({"template_id": template.id, "name": template.name}, status=201)


async def add_token(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    world = _world(sandboxes, tenant)
    full = next(caller for caller in world.callers.values() if caller.kind == "full")
    caller = Caller(
        token=f"sealbox_vec_{tenant}_{payload['kind']}",
        kind=payload["kind"],
        institution_id=_institution(world, payload),
        user_uuid=_user(world, payload.get("user_uuid", full.user_uuid)).uuid,
        permissions=frozenset(payload["permissions"]),
    )
    if caller.token in world.callers:
        raise RuleViolation({"kind": [f"there is a token of the kind {caller.kind!r} already"]})
    world.callers[caller.token] = caller
    sandboxes.admit(world.sandbox)
    return ok({"kind": caller.kind, "token": caller.token}, status=201)


def _default(world: World, number: int, entry: Mapping[str, Any]) -> DefaultSignatory:
    user = _user(world, entry["user_uuid"])
    return DefaultSignatory(
        id=user.id * 100 + number,
        index=number,
        user=user,
        display_name=user.signatory_name,
        designation=user.signatory_designation,
        auto_approve=entry.get("auto_approve", False),
    )


def _user(world: World, uuid: str) -> User:
    user = world.users.get(uuid.lower())
    if user is None:
        raise RuleViolation({"user_uuid": [f"there is no user {uuid!r}"]})
    return user


def _institution(world: World, payload: Mapping[str, Any]) -> int:
    id_: int = payload.get("institution_id", INSTITUTION)
    if id_ not in world.institutions:
        raise RuleViolation({"institution_id": [f"there is no institution {id_}"]})
    return id_


def _world(sandboxes: Sandboxes, tenant: str) -> World:
    return cast("World", tenant_of(sandboxes, tenant).worlds["vec"])
