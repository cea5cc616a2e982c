"""Deliveries, the newest first, with their attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.page.look import pretty

from . import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealbox.webhooks import Delivery

    from . import Looking

MOST_OF_A_BODY = 8_000  # characters


async def view(looking: Looking) -> dict[str, Any]:
    shown = looking.asked.shown("webhooks", USUAL)
    outboxes = looking.sandbox.outboxes()
    newest = [delivery for outbox in outboxes for delivery in list(outbox)[-shown:]]
    newest.sort(key=lambda delivery: (delivery.created_at, delivery.serial), reverse=True)
    return {
        "total": sum(len(outbox) for outbox in outboxes),
        "shown": shown,
        "deliveries": [_delivery(looking, delivery) for delivery in newest[:shown]],
    }


def _delivery(looking: Looking, delivery: Delivery) -> dict[str, Any]:
    is_open = looking.asked.is_open(delivery.id)
    last = delivery.attempts[-1] if delivery.attempts else None
    return {
        "delivery": delivery,
        "last": last,
        "is_open": is_open,
        "body": text(delivery.body) if is_open else "",
        "attempts": [
            {
                "one": attempt,
                "sent": written(attempt.request_headers),
                "came": written(attempt.answer_headers),
                "body": text(attempt.answer_body),
            }
            for attempt in reversed(delivery.attempts)
        ]
        if is_open
        else [],
    }


def text(body: bytes, *, laid_out: bool = True) -> str:
    """As much of it as people read, with a sign of what is left out; JSON laid out if that is wanted."""
    whole = body.decode("utf-8", "replace")
    whole = pretty(whole) if laid_out else whole
    return whole if len(whole) <= MOST_OF_A_BODY else f"{whole[:MOST_OF_A_BODY]}\n… {len(body)} bytes in all"


def written(headers: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)
