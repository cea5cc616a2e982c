"""Failures that are known. One that passes again turns the run red, so that no entry outlives its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from . import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class LedgerError(ValueError):
    """The ledger cannot be used as it stands."""


def load(path: Path) -> Mapping[str, str]:
    """Reasons by requirement id. Raises LedgerError for a ledger that is wrong in any way."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LedgerError(f"{path} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise LedgerError(f"{path} is no list of entries with id and reason")
    reasons: dict[str, str] = {}
    for entry in entries:
        key = str(entry.get("id")) if isinstance(entry, dict) else ""
        if key not in catalogue.load():
            raise LedgerError(f"{path}: there is no requirement {key!r}")
        if key in reasons:
            raise LedgerError(f"{path}: {key} stands twice")
        if not str(entry.get("reason") or "").strip():
            raise LedgerError(f"{path}: {key} has no reason")
        reasons[key] = str(entry["reason"])
    return reasons
