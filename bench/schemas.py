"""Schemas of the contract as JSON Schema 2020-12, compiled for jsonschema-rs."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
from sealbox import contract

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def response(api: str, path: str, method: str, status: str) -> jsonschema_rs.Draft202012Validator:
    """The validator of one documented JSON answer, formats included."""
    document = contract.document(api)
    media = document["paths"][path][method]["responses"][status]["content"]["application/json"]
    schema = {
        "$schema": DIALECT,
        **translated(media["schema"]),
        "components": {"schemas": translated(document["components"]["schemas"])},
    }
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def translated(part: Any) -> Any:
    """OpenAPI 3.0's dialect as 2020-12: `nullable` becomes a type, and the rest stays."""
    if isinstance(part, list):
        return [translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {
        name: translated(value)
        for name, value in part.items()
        if name not in {"nullable", "example", "x-source"}
    }
    if part.get("nullable") is not True:
        return kept
    if isinstance(part.get("type"), str):
        return {**kept, "type": [part["type"], "null"]}
    return {"anyOf": [kept, {"type": "null"}]}
