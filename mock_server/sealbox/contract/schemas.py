"""Schemas of the contract, compiled by jsonschema-rs."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from sealbox import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Judge:
    """Tells whether a value fits a schema of `api`, formats included.

    What is sent is judged by draft 4, as Connexion does: there 1.0 is no integer. What is answered is judged
    by 2020-12, which knows the formats `uuid` and `date` by itself and need not call back into Python.
    """

    def __init__(self, api: str, schema: Mapping[str, Any], *, of_answers: bool = False) -> None:
        whole = {**_translated(schema), "components": {"schemas": _shared(api)}}
        self._validator: Any = (
            jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
            if of_answers
            else jsonschema_rs.Draft4Validator(whole, validate_formats=True, formats=FORMATS)
        )
        self.fits: Callable[[Any], bool] = self._validator.is_valid
        """Raises ValueError for a value that JSON does not have."""

    def why_not(self, value: Any) -> str:
        """What of `value` does not fit, and where; empty if all does."""
        error = next(self._validator.iter_errors(value), None)
        if error is None:
            return ""
        return f"{error.message} at {'.'.join(map(str, error.instance_path)) or 'the top'}"


def _is_uuid(text: str) -> bool:
    return UUID.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    try:
        return len(date.fromisoformat(text).isoformat()) == len(text)
    except ValueError:
        return False


UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FORMATS = {"uuid": _is_uuid, "date": _is_date}


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
