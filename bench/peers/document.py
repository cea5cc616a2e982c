"""One OpenAPI document of the two operations that are measured, made from Sealbox's real contract.

Most peers serve one document, so the two APIs' are joined under the paths that Sealbox serves them at.
"""

from __future__ import annotations

from typing import Any

from sealbox import contract

OPERATIONS = (
    ("certifiqi", "/batch_group/{batch_group_key}", "get"),
    ("vec", "/business/batches", "post"),
)
REFERENCE = "#/components/"


def joined() -> dict[str, Any]:
    """Paths with their API in front, and components named after it: `#/components/schemas/vec.Batch`."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for api, path, method in OPERATIONS:
        document = contract.document(api)
        operation = {"security": document["security"], **document["paths"][path][method]}
        operation["security"] = [{f"{api}.{name}": [] for name in one} for one in operation["security"]]
        paths[f"/{api}{path}"] = {method: _cleaned(operation, api)}
        for kind, named in document["components"].items():
            renamed = {f"{api}.{name}": _cleaned(part, api) for name, part in named.items()}
            components.setdefault(kind, {}).update(renamed)
    info = {"title": "Two operations", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": components}


def example(status: str, api: str) -> Any:
    """The documented body of the operation of `api` that is measured."""
    path, method = next((path, method) for name, path, method in OPERATIONS if name == api)
    content = contract.document(api)["paths"][path][method]["responses"][status]["content"]
    media = content["application/json"]
    return media["example"] if "example" in media else next(iter(media["examples"].values()))["value"]


def _cleaned(part: Any, api: str) -> Any:
    """`part` with references into the joined document, and without extensions."""
    if isinstance(part, list):
        return [_cleaned(one, api) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _moved(value, api) if name == "$ref" else _cleaned(value, api)
        for name, value in part.items()
        if not str(name).startswith("x-")
    }


def _moved(reference: str, api: str) -> str:
    kind, _, name = reference.removeprefix(REFERENCE).partition("/")
    return f"{REFERENCE}{kind}/{api}.{name}"
