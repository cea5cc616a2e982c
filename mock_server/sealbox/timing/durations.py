"""How people write how long: `1h30m`."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


def duration(text: str) -> timedelta:
    """Raises ValueError for what is none, and OverflowError for what no calendar reaches."""
    parts = re.findall(r"([0-9]+)(ms|[smhd])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"write how long as in 90s, 1h30m or 2d, not {text!r}")
    return sum((int(number) * UNITS[unit] for number, unit in parts), timedelta())
