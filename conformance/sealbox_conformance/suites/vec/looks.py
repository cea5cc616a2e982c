"""What a list is surely sorted by, and what surely matches a search: by any plausible reading."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sealbox_conformance.suites.vec.laws import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TIMES = frozenset({"created_at", "updated_at", "generated_at", "issue_date"})


def _by_number(text: str) -> str:
    return re.sub(r"\d+", lambda digits: digits[0].zfill(20), text.casefold())


COLLATIONS: Sequence[Callable[[str], str]] = (
    str,
    str.casefold,
    _by_number,
    lambda text: re.sub(r"[^a-z0-9]", "", text.casefold()),
)
"""Orders of texts that databases have: by bytes, in either case, by numbers, by letters alone."""


def are_sorted(field: str, values: Iterable[Any], *, descending: bool) -> bool:
    """Whether `values` may be in order. Where null stands, and letters beyond ASCII, is stated nowhere."""
    told = [one for one in values if one is not None and (not isinstance(one, str) or one.isascii())]
    rising = told[::-1] if descending else told
    keys: Sequence[Callable[[Any], Any]] = [lambda one: one]
    if field in TIMES:
        keys = [moment]
    elif rising and isinstance(rising[0], str):
        keys = COLLATIONS
    return not any(all(key(one) > key(after) for key in keys) for one, after in pairwise(rising))


def matches(query: str, *texts: str | None) -> bool:
    """Whether one of `texts` holds `query`, or a word of it."""
    words = {query.casefold(), *re.findall(r"\w+", query.casefold())}
    return any(word in (text or "").casefold() for word in words for text in texts)
