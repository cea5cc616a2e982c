"""What there is to measure, in Prometheus' text format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from .metrics import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from sealbox.sandbox import Sandboxes

    from .metrics import Meter


def exposed(meter: Meter, sandboxes: Sandboxes) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Collector(meter, sandboxes))
    return generate_latest(registry)


def _families(meter: Meter) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "sealbox_requests", "Requests answered.", labels=("api", "operation", "status")
    )
    for (api, operation, status), number in sorted(meter.statuses.items()):
        requests.add_metric((api, operation, str(status)), number)
    yield requests
    seconds = HistogramMetricFamily(
        "sealbox_request_duration_seconds", "Real time from request to answer.", labels=("api",)
    )
    for api, counts in sorted(meter.buckets.items()):
        total, buckets = 0, []
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
            total += number
            buckets.append((bound, total))
        seconds.add_metric((api,), buckets, meter.seconds[api])
    yield seconds


class _Collector:
    def __init__(self, meter: Meter, sandboxes: Sandboxes) -> None:
        self._meter = meter
        self._sandboxes = sandboxes

    def collect(self) -> Iterator[Metric]:
        yield from _families(self._meter)
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
