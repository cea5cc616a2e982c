"""What can be decided otherwise, and how long things take: from `switches.yaml` and the worlds' files."""

from __future__ import annotations

from functools import cache
from typing import Any

from sealbox import contract


@cache
def switches(api: str) -> tuple[dict[str, Any], ...]:
    """The decisions of `api` that have another plausible reading, as its `switches.yaml` lists them."""
    return tuple(contract.read("openapi", api, "switches.yaml")["switches"])


def paces(api: str) -> dict[str, float]:
    """Seconds that things take in `api`, as its world's file has them."""
    return dict(contract.read("fixtures", api, "world.yaml")["pace"])
