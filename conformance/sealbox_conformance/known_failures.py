"""Failures that are known. One that passes again, or whose day has come, turns the run red."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import yaml

from . import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class LedgerError(ValueError):
    """The ledger cannot be used as it stands."""


def load(path: Path, *, today: date | None = None) -> Mapping[str, str]:
    """Reasons by requirement id, of the entries that still count: `until` is the last day of one that ends.

    Raises LedgerError for a ledger that is wrong in any way.
    """
    day = today or datetime.now(UTC).date()  # noqa: TID251, a ledger is kept by people, in their days
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LedgerError(f"{path} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise LedgerError(f"{path} is no list of entries with id and reason")
    reasons: dict[str, str] = {}
    ended: set[str] = set()
    for entry in entries:
        key = str(entry.get("id")) if isinstance(entry, dict) else ""
        if key not in catalogue.load():
            raise LedgerError(f"{path}: there is no requirement {key!r}")
        if key in reasons:
            raise LedgerError(f"{path}: {key} stands twice")
        if not str(entry.get("reason") or "").strip():
            raise LedgerError(f"{path}: {key} has no reason")
        last = entry.get("until", date.max)
        if type(last) is not date:
            raise LedgerError(f"{path}: {key}: until is a day, as 2027-01-31")
        reasons[key] = str(entry["reason"])
        ended |= {key} if last < day else set()
    return {key: reason for key, reason in reasons.items() if key not in ended}
