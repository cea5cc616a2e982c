"""Finds and reads the contract: `openapi/` and `fixtures/`, which hold data and no code."""

from __future__ import annotations

import re
from functools import cache, reduce
from importlib.resources import files
from operator import truediv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sealbox.cached import cached

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
PLACE, SEGMENT = re.compile(r"{[^}]*}"), r"([^/\n]+)"  # connexion finds no path that has a line end in it
CHECKOUT = Path(__file__).resolve().parents[3]


def root() -> Traversable:
    """The folder that holds `openapi/` and `fixtures/`: the checkout, else `sealbox_contract` in a wheel."""
    return CHECKOUT if (CHECKOUT / "mock_server").is_dir() else files("sealbox_contract")


def apis() -> tuple[str, ...]:
    """Names of the vendor APIs: every folder of `openapi/` whose name has no leading underscore."""
    folders = (entry.name for entry in (root() / "openapi").iterdir() if entry.is_dir())
    return tuple(sorted(name for name in folders if not name.startswith(("_", "."))))


@cache
def read(*path: str) -> Any:
    """The parsed YAML file at `path` below the root. Shared between callers: copy it before changing it."""
    written = reduce(truediv, path, root()).read_bytes()
    return cached("yaml", written, make=lambda: _parsed(written))


def _parsed(written: bytes) -> Any:
    import yaml  # noqa: PLC0415, who finds it parsed need not wait for it

    return yaml.load(written, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both are safe


def document(api: str) -> dict[str, Any]:
    """The OpenAPI document of `api`."""
    return dict(read("openapi", api, "openapi.yaml"))


def resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """`value`, or what it refers to."""
    if "$ref" not in value:
        return value
    found: Any = document
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def pattern(api: str, path: str) -> re.Pattern[str]:
    """What a `path` of the document of `api` fits, base path included; each parameter is a group."""
    return re.compile(f"/{api}{SEGMENT.join(map(re.escape, PLACE.split(path)))}")


@cache
def _paths(api: str) -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Each path of `api` as a pattern, with the methods it has."""
    return tuple(
        (
            pattern(api, path),
            frozenset(method.upper() for method in METHODS & item.keys()),
        )
        for path, item in document(api)["paths"].items()
    )


def methods(api: str, path: str) -> tuple[str, ...]:
    """The methods that `path`, base path included, has in the document of `api`; HEAD wherever GET is."""
    found = {method for pattern, methods in _paths(api) if pattern.fullmatch(path) for method in methods}
    return tuple(sorted(found | ({"HEAD"} if "GET" in found else set())))
