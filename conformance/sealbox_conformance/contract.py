"""Finds and reads the contract, and turns each operation's answers into something to judge replies by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files
from operator import truediv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

METHODS = ("get", "put", "post", "delete", "patch")


CHECKOUT = Path(__file__).resolve().parents[2]


def root() -> Traversable:
    """The folder that holds `openapi/` and `fixtures/`: the checkout, else `sealbox_contract` in a wheel."""
    return CHECKOUT if (CHECKOUT / "conformance").is_dir() else files("sealbox_contract")


@cache
def read(*path: str) -> Any:
    """The parsed YAML file at `path` below the root. Shared between callers: copy it before changing it."""
    # One part at a time: before Python 3.12 a MultiplexedPath joins only one.
    text = reduce(truediv, path, root()).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both are safe


def apis() -> tuple[str, ...]:
    """Names of the vendor APIs: every folder of `openapi/` whose name has no leading underscore."""
    folders = (entry.name for entry in (root() / "openapi").iterdir() if entry.is_dir())
    return tuple(sorted(name for name in folders if not name.startswith(("_", "."))))


@dataclass(frozen=True, slots=True)
class Answer:
    """One declared answer. `schema` is None when no page shows its body."""

    status: int
    provenance: str
    schema: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operationId of a contract, with its answers by status."""

    api: str
    id: str
    method: str
    path: str
    provenance: str
    answers: Mapping[int, Answer]


@cache
def operations(api: str) -> Mapping[str, Operation]:
    """Every operation of `api` by its operationId."""
    document = read("openapi", api, "openapi.yaml")
    found = [
        _operation(api, document, (method, path), declared)
        for path, item in document["paths"].items()
        for method, declared in item.items()
        if method in METHODS
    ]
    return {operation.id: operation for operation in found}


def _operation(
    api: str, document: Mapping[str, Any], place: tuple[str, str], declared: Mapping[str, Any]
) -> Operation:
    method, path = place
    marks = declared.get("x-response-provenance", {})
    components = {name: _asserted(schema) for name, schema in document["components"]["schemas"].items()}
    answers = {}
    for status, written in declared["responses"].items():
        response = _resolved(document, written)
        provenance = marks.get(status, response["x-provenance"])
        body = response.get("content", {}).get("application/json", {}).get("schema")
        judged = body if provenance != "inferred" else None
        schema = {**_asserted(judged), "components": {"schemas": components}} if judged else None
        answers[int(status)] = Answer(int(status), provenance, schema)
    return Operation(api, declared["operationId"], method.upper(), path, declared["x-provenance"], answers)


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in node:
        return node
    parts = node["$ref"].removeprefix("#/").split("/")
    return dict(reduce(lambda found, part: found[part], parts, document))


def _asserted(schema: Any) -> Any:
    """`schema` in JSON Schema's own words, without what was decided here: nobody is judged by that."""
    if isinstance(schema, list):
        return [_asserted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-provenance") == "inferred":
        return {}
    kept = {
        key: {name: _asserted(item) for name, item in value.items()}
        if key == "properties"
        else _asserted(value)
        for key, value in schema.items()
        if key not in {"nullable", "example", "description"} and not key.startswith("x-")
    }
    return {"anyOf": [{"type": "null"}, kept]} if schema.get("nullable") else kept


asserted, resolved = _asserted, _resolved  # for the proxy, which judges requests too
