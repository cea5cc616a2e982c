"""What a run found out, as the plain data of verdicts.json. `verdicts.schema.json` has its shape."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__, coverage, known_failures
from .report import scope

if TYPE_CHECKING:
    from .order import Order
    from .target import Target
    from .verdicts import Collector

FORMAT = "sealbox-conformance/1"
JUDGES = ("hypothesis", "schemathesis", "pytest")


def of(order: Order, target: Target, collector: Collector, *, now: float) -> dict[str, Any]:
    """The result of a run that ends `now`. No credential is left in it."""
    known = known_failures.load(Path(order.known_failures)) if order.known_failures else {}
    wanted = scope(apis=target.apis, provenances=order.provenances, select=order.select)
    part = order.part
    found: dict[str, Any] = {
        "format": FORMAT,
        "target": target.name,
        "urls": {name: api.url for name, api in target.apis.items()},
        "run": order.run,
        "mode": "read-only" if target.limits.read_only else "full",
        "level": order.level,
        "select": list(order.select),
        "versions": {"sealbox": __version__, **{name: version(name) for name in JUDGES}},
        "seed": order.seed,
        "shards": [{"number": part.number, "of": part.of, "seed": part.seed(order.seed)}],
        "started": datetime.fromtimestamp(order.started, UTC).isoformat(timespec="seconds"),
        "seconds": round(now - order.started, 3),
        "time": order.time,
        "requests": collector.requests,
        "unanswered": collector.unanswered,
        "cut": sorted(collector.cut),
        "broken_acts": collector.broken_acts_list(),
        "reached": collector.reached_table(),
        "command": order.command(),
        "verdicts": collector.verdicts(
            wanted, reasons=coverage.untested(), known=known, command=order.command()
        ),
    }
    return {key: redacted(value, target) for key, value in found.items()}


def redacted(value: Any, target: Target) -> Any:
    """`value` with every credential in any text replaced by its variable."""
    if isinstance(value, str):
        return target.redact(value)
    if isinstance(value, dict):
        return {target.redact(key): redacted(inner, target) for key, inner in value.items()}
    return [redacted(inner, target) for inner in value] if isinstance(value, list) else value
