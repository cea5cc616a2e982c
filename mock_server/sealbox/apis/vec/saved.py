"""VEC's part of a snapshot: templates and users are written once, and referred to by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import Saved


def shrink(written: dict[str, Any]) -> dict[str, Any]:
    """With ids in place of templates within batches, and of users within templates."""
    users, templates = written["users"], written["templates"]
    for caller in written["callers"].values():
        caller["permissions"].sort()  # a set has no order, and a file shall have one
    for template in templates.values():
        for default in template["default_signatories"]:
            if default["user"] == users.get(default["user"]["uuid"]):
                default["user"] = default["user"]["uuid"]
    whole = {id_: grown(template, users) for id_, template in templates.items()}
    for batch in written["batches"].values():
        if batch["template"] == whole.get(batch["template"]["id"]):
            batch["template"] = batch["template"]["id"]
    return written


def grow(read: dict[str, Any]) -> dict[str, Any]:
    """The other way round. Raises KeyError for an id that nothing has."""
    users = read["users"]
    templates = {id_: grown(template, users) for id_, template in read["templates"].items()}
    batches = {
        id_: batch | {"template": templates[batch["template"]]}
        if isinstance(batch["template"], str)
        else batch
        for id_, batch in read["batches"].items()
    }
    return read | {"templates": templates, "batches": batches}


def grown(template: dict[str, Any], users: dict[str, Any]) -> dict[str, Any]:
    defaults = [
        default | {"user": users[default["user"]]} if isinstance(default["user"], str) else default
        for default in template["default_signatories"]
    ]
    return template | {"default_signatories": defaults}


def check(saved: Saved) -> None:
    """Raises ValueError for what would fail later: a batch of nobody, or signed by nobody."""
    for batch in saved.batches.values():
        if not batch.recipients.rows:
            raise ValueError(f"the batch {batch.id} has no rows")
        unknown = [one.user_uuid for one in batch.signatures if one.user_uuid not in saved.users]
        if unknown:
            raise ValueError(f"the batch {batch.id} is signed by {unknown[0]}, whom users do not have")
    for kind in (saved.batches, saved.templates):
        for id_, one in kind.items():
            if one.id != id_ or one.institution_id not in saved.institutions:
                raise ValueError(f"{id_} has another id inside, or an institution that is not there")
