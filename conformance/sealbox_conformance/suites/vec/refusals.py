"""How a request for a batch is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealbox_conformance.exchange import Reply


def refused_under(reply: Reply, requirement: str, field: str, message: str | None = None) -> None:
    """A 422 with `message`, or with any, under `field`; else `requirement` is broken."""
    reply.answers(422, requirement)
    texts = reply.json()["errors"].get(field, [])
    holds = message in texts if message else bool(texts)
    reply.keeps(requirement, holds=holds, expected=f"{message or 'a message'} under {field}")
