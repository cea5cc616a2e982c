"""Which promise a refusal keeps, and what to do about it: from `fixtures/<api>/refusals.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from sealbox import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Advice:
    """The promise (a requirement's id, its text and where it comes from) behind a refusal, and a way out."""

    promise: str
    text: str
    provenance: str
    fix: str


@dataclass(frozen=True, slots=True)
class _Row:
    status: int
    says: re.Pattern[str]
    promise: str
    fix: str


def advice(api: str, status: int, body: bytes) -> Advice | None:
    """What is known about an error's first message, None for a status that is not explained."""
    for field, text in _messages(body):
        for row in _rows(api):
            match = row.says.fullmatch(text) if row.status == status else None
            if match:
                promise = _promises(api)[row.promise]
                groups = {name: found or "" for name, found in match.groupdict().items()}
                fix = row.fix.format_map({"field": field, "text": text} | groups)
                return Advice(row.promise, promise["text"], promise["provenance"], fix)
    return None


def _messages(body: bytes) -> Iterator[tuple[str, str]]:
    """Field and message: of a Laravel body, of {title, description}, of whatever has a message."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    if not isinstance(document, dict):
        return
    errors = document.get("errors")
    for field, messages in errors.items() if isinstance(errors, dict) else ():
        yield field, str(next(iter(messages), ""))
    yield "", str(document.get("description") or document.get("message") or "")


@cache
def _rows(api: str) -> tuple[_Row, ...]:
    written = contract.read("fixtures", api, "refusals.yaml")["refusals"]
    return tuple(
        _Row(row["status"], re.compile(row["says"], re.DOTALL), row["promise"], row["fix"]) for row in written
    )


@cache
def _promises(api: str) -> Mapping[str, Any]:
    return {row["id"]: row for row in contract.read("openapi", api, "requirements.yaml")["requirements"]}
