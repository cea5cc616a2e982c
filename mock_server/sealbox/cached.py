"""What takes long to make and is the same every time, kept in the user's cache directory.

An entry is JSON under the hash of all that it was made of, so nothing in it gets old. Where the directory
cannot be written, or an entry is broken, things are made anew.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sealbox import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "\ue000"  # a letter for private use, which no key of ours is: what it names is a date


class Entry:
    """What was made of `made_of`, by this version of Sealbox."""

    def __init__(self, kind: str, *made_of: bytes) -> None:
        hashed = sha256(b"\0".join((__version__.encode(), *made_of))).hexdigest()
        self._place = directory() / f"{kind}-{hashed[:32]}.json"

    def read(self) -> Any:
        """None if it is not there, or broken."""
        try:
            return json.loads(self._place.read_bytes(), object_hook=_dated)
        except (OSError, ValueError):
            return None

    def write(self, value: Any) -> None:
        """Keep `value` if it comes back from JSON as it is, which keys that are numbers do not."""
        with suppress(OSError, TypeError, ValueError):
            text = json.dumps(value, default=_written)
            if json.loads(text, object_hook=_dated) == value:
                _write(self._place, text)


def cached(kind: str, *made_of: bytes, make: Callable[[], Any]) -> Any:
    """What `make` gives, made of `made_of` alone."""
    entry = Entry(kind, *made_of)
    found = entry.read()
    if found is None:
        found = make()
        entry.write(found)
    return found


def directory() -> Path:
    """Where entries are: SEALBOX_CACHE, or a directory of Sealbox's own in the user's cache."""
    if chosen := os.environ.get("SEALBOX_CACHE"):
        return Path(chosen)
    home = Path(os.path.expanduser("~"))  # noqa: PTH111, Path.home() raises where there is none
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home) / "sealbox" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "sealbox"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "sealbox"


def _write(place: Path, text: str) -> None:
    """Whole or not at all: another process may read at the same time."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = place.with_suffix(f".{os.getpid()}")
    part.write_text(text, encoding="ascii")
    part.replace(place)


def _written(value: object) -> dict[str, str]:
    if isinstance(value, date):  # a datetime is one too
        return {MARK: value.isoformat()}
    raise TypeError(f"{value!r} is not for a cache")


def _dated(found: dict[str, Any]) -> Any:
    if MARK not in found:
        return found
    text = found[MARK]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
