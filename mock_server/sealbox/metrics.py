"""Counts of exchanges, in Prometheus' text format when somebody asks."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from .exchange import Exchange
    from .sandbox import Sandboxes

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds


class Meter:
    """Counts by API, operation and status. Counting costs two look-ups; the rest waits for a reader."""

    def __init__(self) -> None:
        self._statuses: Counter[tuple[str, str, int]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: Counter[str] = Counter()

    def count(self, exchange: Exchange) -> None:
        api, seconds = exchange.api or "none", exchange.took_ms / 1000
        self._statuses[api, exchange.operation or "none", exchange.status] += 1
        self._buckets[api][bisect_left(BOUNDS, seconds)] += 1
        self._seconds[api] += seconds  # type: ignore[assignment]  # a Counter counts fractions too

    def text(self, sandboxes: Sandboxes) -> bytes:
        """Everything there is to measure now."""
        registry = CollectorRegistry()
        registry.register(_Collector(self, sandboxes))
        return generate_latest(registry)

    def families(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "sealbox_requests", "Requests answered.", labels=("api", "operation", "status")
        )
        for (api, operation, status), number in sorted(self._statuses.items()):
            requests.add_metric((api, operation, str(status)), number)
        yield requests
        seconds = HistogramMetricFamily(
            "sealbox_request_duration_seconds", "Real time from request to answer.", labels=("api",)
        )
        for api, counts in sorted(self._buckets.items()):
            total, buckets = 0, []
            for bound, number in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
                total += number
                buckets.append((bound, total))
            seconds.add_metric((api,), buckets, self._seconds[api])
        yield seconds


class _Collector:
    def __init__(self, meter: Meter, sandboxes: Sandboxes) -> None:
        self._meter = meter
        self._sandboxes = sandboxes

    def collect(self) -> Iterator[Metric]:
        yield from self._meter.families()
        tenants = GaugeMetricFamily("sealbox_tenants", "Isolated worlds that are open.")
        tenants.add_metric((), len(list(self._sandboxes)))
        yield tenants
        objects = GaugeMetricFamily(
            "sealbox_objects", "What the worlds hold.", labels=("tenant", "api", "kind", "status")
        )
        for sandbox in self._sandboxes:
            now = sandbox.clock.now()
            for api, world in sandbox.worlds.items():
                for kind, statuses in world.totals(now).items():
                    for status, number in statuses.items():
                        objects.add_metric((sandbox.plan.tenant, api, kind, status), number)
        yield objects
