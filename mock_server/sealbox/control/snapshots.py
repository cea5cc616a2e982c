"""Snapshots: the whole tenant as one document, kept here by a name or taken away as a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sealbox import snapshots
from sealbox.problems import NotFound, RuleViolation
from sealbox.serving.answers import ok

from .tenants import shown_tenant, tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.sandbox import Sandboxes


async def get_snapshot(sandboxes: Sandboxes, tenant: str) -> Response:
    return ok(await _now(sandboxes, tenant))


async def load_snapshot(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    return _loaded(sandboxes, payload, tenant)


async def list_snapshots(sandboxes: Sandboxes) -> Response:
    return ok({"snapshots": [{"name": name, "now": kept["now"]} for name, kept in sandboxes.shelf]})


async def save_named_snapshot(sandboxes: Sandboxes, tenant: str, name: str) -> Response:
    if not re.fullmatch(snapshots.NAME, name):
        raise RuleViolation({"name": ["a snapshot's name is letters, digits, dots, hyphens and underscores"]})
    document = await _now(sandboxes, tenant)
    try:
        sandboxes.shelf.put(name, document)
    except ValueError as error:
        raise RuleViolation({"name": [str(error)]}) from error
    return ok({"name": name, "now": document["now"]}, status=201)


async def get_named_snapshot(sandboxes: Sandboxes, name: str) -> Response:
    return ok(_kept(sandboxes, name))


async def forget_named_snapshot(sandboxes: Sandboxes, name: str) -> Response:
    _kept(sandboxes, name)
    sandboxes.shelf.remove(name)
    return ok({"forgotten": name})


async def load_named_snapshot(sandboxes: Sandboxes, tenant: str, name: str) -> Response:
    return _loaded(sandboxes, _kept(sandboxes, name), tenant)


async def diff_named_snapshot(
    sandboxes: Sandboxes, tenant: str, name: str, other: str | None = None
) -> Response:
    after = await _now(sandboxes, tenant) if other is None else _kept(sandboxes, other)
    return ok({"differences": list(snapshots.differences(_kept(sandboxes, name), after))})


async def _now(sandboxes: Sandboxes, tenant: str) -> dict[str, Any]:
    sandbox = tenant_of(sandboxes, tenant)
    await sandbox.catch_up()
    return snapshots.save(sandbox)


def _kept(sandboxes: Sandboxes, name: str) -> Mapping[str, Any]:
    try:
        return sandboxes.shelf[name]
    except KeyError as error:
        raise NotFound(name) from error


def _loaded(sandboxes: Sandboxes, document: Mapping[str, Any], tenant: str) -> Response:
    try:
        return ok(shown_tenant(snapshots.load(sandboxes, document, tenant)))
    except (ValueError, OverflowError) as error:
        raise RuleViolation({"snapshot": [str(error)]}) from error
