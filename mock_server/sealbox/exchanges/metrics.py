"""Counts of exchanges. `exposition` has them in Prometheus' text format."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealbox.sandbox import Sandboxes

    from .exchange import Exchange

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds


class Meter:
    """Counts by API, operation and status. Counting costs two look-ups; the rest waits for a reader."""

    def __init__(self) -> None:
        self.statuses: Counter[tuple[str, str, int]] = Counter()
        self.buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self.seconds: Counter[str] = Counter()

    def count(self, exchange: Exchange) -> None:
        api, seconds = exchange.api or "none", exchange.took_ms / 1000
        self.statuses[api, exchange.operation or "none", exchange.status] += 1
        self.buckets[api][bisect_left(BOUNDS, seconds)] += 1
        self.seconds[api] += seconds  # type: ignore[assignment]  # a Counter counts fractions too

    def text(self, sandboxes: Sandboxes) -> bytes:
        """Everything there is to measure now."""
        from .exposition import exposed  # noqa: PLC0415, few ever read them

        return exposed(self, sandboxes)
