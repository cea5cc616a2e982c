"""CertifiQI's part of a snapshot: it is written as it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import Saved


def shrink(written: dict[str, Any]) -> dict[str, Any]:
    return written


def grow(read: dict[str, Any]) -> dict[str, Any]:
    return read


def check(saved: Saved) -> None:
    """Raises ValueError for an event under a key that is not its own, or one in which nobody signs."""
    for key, event in saved.events.items():
        if event.key != key or not event.batches:
            raise ValueError(f"the event {key} has another key inside, or no batch")
        for batch in event.batches:
            if not batch.related_parties or not all(party.signer_groups for party in batch.related_parties):
                raise ValueError(f"in the event {key} there is a batch that nobody signs")
