"""Schemas of the contract, compiled by jsonschema-rs: OpenAPI 3.0's dialect as JSON Schema draft 4."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from . import contract

if TYPE_CHECKING:
    from collections.abc import Mapping


class Judge:
    """Tells whether a value fits a schema of `api`, formats included."""

    def __init__(self, api: str, schema: Mapping[str, Any]) -> None:
        whole = {**_translated(schema), "components": {"schemas": _shared(api)}}
        self._validator = jsonschema_rs.Draft4Validator(whole, validate_formats=True)
        self.fits = self._validator.is_valid
        """Raises ValueError for a value that JSON does not have."""

    def why_not(self, value: Any) -> str:
        """What of `value` does not fit, and where; empty if all does."""
        error = next(self._validator.iter_errors(value), None)
        if error is None:
            return ""
        return f"{error.message} at {'.'.join(map(str, error.instance_path)) or 'the top'}"


@cache
def _shared(api: str) -> dict[str, Any]:
    found: dict[str, Any] = _translated(contract.document(api)["components"]["schemas"])
    return found


def _translated(part: Any) -> Any:
    """`nullable` says something to `type` and `enum` beside it, as Connexion has it, and to nothing else."""
    if isinstance(part, list):
        return [_translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    translated = {name: _translated(value) for name, value in part.items() if name != "example"}
    if part.get("nullable") is True:
        if isinstance(part.get("type"), str):
            translated["type"] = [part["type"], "null"]
        if isinstance(part.get("enum"), list):
            translated["enum"] = [*part["enum"], None]
    return translated
