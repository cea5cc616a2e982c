"""What can be decided otherwise, and how long things take: from `switches.yaml` and the worlds' files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sealbox import contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_SECONDS = 86_400


@cache
def switches(api: str) -> tuple[dict[str, Any], ...]:
    """The decisions of `api` that have another plausible reading, as its `switches.yaml` lists them."""
    return tuple(contract.read("openapi", api, "switches.yaml")["switches"])


def paces(api: str) -> dict[str, float]:
    """Seconds that things take in `api`, as its world's file has them."""
    return dict(contract.read("fixtures", api, "world.yaml")["pace"])


def check_pace(chosen: Mapping[str, float]) -> dict[str, float]:
    """`chosen` as it came. Raises ValueError that names a pace which does not exist or cannot be."""
    known = {f"{api}.{name}" for api in contract.apis() for name in paces(api)}
    for name, seconds in chosen.items():
        if name not in known:
            raise ValueError(f"there is no pace {name!r}; there are {_listed(known)}")
        if not 0 <= seconds <= MOST_SECONDS:
            raise ValueError(f"{name} is a number of seconds from 0 to {MOST_SECONDS}, not {seconds}")
    return dict(chosen)


def check_switches(chosen: Mapping[str, str]) -> dict[str, str]:
    """`chosen` as it came. Raises ValueError that names a switch or alternative which does not exist."""
    known = {f"{api}.{switch['name']}": switch for api in contract.apis() for switch in switches(api)}
    for name, value in chosen.items():
        if name not in known:
            raise ValueError(f"there is no switch {name!r}; there are {_listed(known)}")
        if value not in known[name]["alternatives"]:
            raise ValueError(f"{name} is one of {_listed(known[name]['alternatives'])}, not {value!r}")
    return dict(chosen)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
