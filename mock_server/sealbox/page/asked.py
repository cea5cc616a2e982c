"""Which part of the page somebody looks at. The address holds all of it, so that it works without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILTERS = ("status", "operation", "find")
MOST_OPEN = 50
MOST_SHOWN = 500
PLACE = re.compile(r"([\w.@-]{1,80}):([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Asked:
    """`opened` and `closed` are ids of folding parts that differ from how they come; `more` says how many
    entries a list shows, or at which row a table begins.
    """

    tenant: str
    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    more: Mapping[str, int] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Iterable[tuple[str, str]], *, tenant: str) -> Asked:
        """From an address or a form; `tenant` is the one that is meant when none is named."""
        values = dict(given)
        places = (PLACE.fullmatch(place) for place in values.get("more", "").split(","))
        return cls(
            tenant=values.get("tenant") or tenant,
            opened=_ids(values.get("open", "")),
            closed=_ids(values.get("closed", "")),
            more={place[1]: int(place[2]) for place in places if place},
            filters={name: values[name].strip() for name in FILTERS if values.get(name, "").strip()},
        )

    def is_open(self, id_: str, *, by_itself: bool = False) -> bool:
        return id_ in self.opened or (by_itself and id_ not in self.closed)

    def shown(self, list_: str, usual: int) -> int:
        """How many entries of that list are shown."""
        return min(self.more.get(list_, usual), MOST_SHOWN)

    def link(self, section: str = "", *, open: str = "", **more: int) -> str:  # noqa: A002, its name in the address
        """The page as it is but for `more`, at `section`; with `open` also that part unfolded."""
        return f"/?{self._query(open, more)}" + (f"#{section}" if section else "")

    def live(self, **more: int) -> str:
        """Where the same is to be had for a page that is there already."""
        return f"/_sandbox/ui/live?{self._query('', more)}"

    def _query(self, open_: str, more: Mapping[str, int]) -> str:
        places = {**self.more, **more}
        values = {
            "tenant": self.tenant,
            **self.filters,
            "more": ",".join(f"{name}:{number}" for name, number in sorted(places.items())),
            "open": ",".join(sorted({*self.opened, open_} - {""})),
        }
        return urlencode({name: value for name, value in values.items() if value}, safe=":,@")


def _ids(text: str) -> frozenset[str]:
    return frozenset([id_ for id_ in text.split(",") if id_][:MOST_OPEN])
