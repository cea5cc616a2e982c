"""The state in one line: how many of what, and what of it wants attention."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from . import Looking

MOST_COUNTED = 2_000
"""Of so many objects of one kind it is still told at each look how many are in each status."""

SECTIONS = {"batches": "batches", "signing events": "events", "webhooks": "webhooks", "mails": "mails"}
TITLES = {
    "batches": "VEC batches",
    "signing events": "Signing events",
    "webhooks": "Webhooks",
    "mails": "Outbox",
}
NOTES = {"mails": "captured, none sent"}


async def view(looking: Looking) -> dict[str, Any]:
    return {"tiles": [*_objects(looking), _journal(looking), _faults(looking)]}


def _objects(looking: Looking) -> Iterator[dict[str, Any]]:
    found: dict[str, Mapping[str, int]] = {}
    for world in reversed(looking.sandbox.worlds.values()):
        held = len(getattr(world, "batches", ())) + len(getattr(world, "events", ()))
        found |= world.totals(looking.now) if held <= MOST_COUNTED else {}
    for name, section in SECTIONS.items():
        counts = found.get(name)
        yield {
            "section": section,
            "title": TITLES[name],
            "total": sum(counts.values()) if counts is not None else "many",
            "counts": dict(counts or {}) if name != "mails" else {},
            "note": NOTES.get(name, "") if counts else "",
        }


def _journal(looking: Looking) -> dict[str, Any]:
    journal = looking.sandbox.journal
    refused = Counter(f"{exchange.status // 100}xx" for exchange in journal if exchange.status >= 400)
    return {
        "section": "journal",
        "title": "Requests",
        "total": len(journal) + journal.dropped,
        "counts": {"client_error": refused["4xx"], "server_error": refused["5xx"]},
        "words": {"client_error": "refused", "server_error": "failed"},
        "note": "" if refused else "none refused" if len(journal) else "",
    }


def _faults(looking: Looking) -> dict[str, Any]:
    answers = sum(not fault.is_spent for fault in looking.sandbox.faults)
    webhooks = sum(len(outbox.faults) for outbox in looking.sandbox.outboxes())
    told = [
        f"{number} of {what}" for number, what in ((answers, "answers"), (webhooks, "webhooks")) if number
    ]
    return {
        "section": "faults",
        "title": "Faults set",
        "total": answers + webhooks,
        "counts": {},
        "note": ", ".join(told),
    }
