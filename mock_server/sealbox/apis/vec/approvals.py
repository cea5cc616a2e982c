"""A signatory approves or refuses. VEC documents no API for it: its people do it in the dashboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sealbox.problems import RuleViolation

from .lifecycle import ENDS, stand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .model import Batch, Signature


def approve(batch: Batch, user_uuid: str | None, now: datetime, switches: Mapping[str, str]) -> Batch:
    """`batch` with that user's signature, or with everybody's outstanding one for None.

    Raises RuleViolation when there is nothing of theirs to approve.
    """
    chosen = _outstanding(batch, user_uuid, now, switches)
    return _with(batch, {signature.index: replace(signature, approved_at=now) for signature in chosen})


def refuse(batch: Batch, user_uuid: str | None, now: datetime, switches: Mapping[str, str]) -> Batch:
    """`batch` refused by that user, or by the first one outstanding for None. Raises as `approve` does."""
    first = _outstanding(batch, user_uuid, now, switches)[0]
    return _with(batch, {first.index: replace(first, refused_at=now)})


def _outstanding(
    batch: Batch, user_uuid: str | None, now: datetime, switches: Mapping[str, str]
) -> list[Signature]:
    status = stand(batch, now, switches).status
    if status in ENDS:
        raise _refused(f"the batch is {status} and waits for nobody")
    if user_uuid and user_uuid not in {signature.user_uuid for signature in batch.signatures}:
        raise _refused(f"the user {user_uuid} is no signatory of this batch")
    waiting = [
        signature
        for signature in batch.signatures
        if signature.approved_at is None and user_uuid in {None, signature.user_uuid}
    ]
    if not waiting:
        raise _refused("no signature is outstanding")
    return waiting


def _with(batch: Batch, changed: Mapping[int, Signature]) -> Batch:
    signatures = tuple(changed.get(signature.index, signature) for signature in batch.signatures)
    return replace(batch, signatures=signatures)


def _refused(why: str) -> RuleViolation:
    return RuleViolation({"signatures": [why]})
