"""Texts so usual that each row of theirs gives a certificate: one pattern for all rows tells."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from .long_texts import LONG, finder

if TYPE_CHECKING:
    from .sent_rows import Layout

WIDEST = 100  # columns of a row that is a pattern: of thousands Rust's regex makes none
FEW = 3  # short uploads of one layout that are read before it is worth while to be quick about them
SURE_DAY = "(?:0[1-9]|1[0-9]|2[0-8])-(?:0[1-9]|1[0-2])-[12][0-9]{3}"  # one that every month and year has


class Sure:
    """Tells of texts that each row of theirs gives a certificate, so usual are they, whatever the switches.

    It has no opinion of the first short ones: making the pattern ready takes as long as reading some rows.
    Without a pattern it has none of any.
    """

    def __init__(self, pattern: str | None) -> None:
        self._pattern = pattern
        self._short = 0

    def holds(self, rows: str) -> bool:
        if self._pattern is None:
            return False
        if len(rows) < LONG and self._short < FEW:
            self._short += 1
            return False
        return finder(self._pattern)(rows + "\n")


@lru_cache(maxsize=64)
def sure(layout: Layout) -> Sure:
    if layout.width > WIDEST:
        return Sure(None)
    visible = "".join([re.escape(chr(code)) for code in range(0x21, 0x7F) if chr(code) != layout.cell_end])
    address = "[" + visible.replace("@", "") + "]+"
    others = f"[^{re.escape(layout.cell_end)}\\n]*"
    cells = [others] * layout.width
    cells[layout.email], cells[layout.name] = f"{address}@{address}", f"[{visible}\\p{{L}}]{others}"
    if layout.issue_date is not None:
        cells[layout.issue_date] = SURE_DAY
    return Sure(f"^(?:{re.escape(layout.cell_end).join(cells)}\\n)*$")
