"""Which inferred behaviours a tenant's clients have relied on: what to ask the vendor before going live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .relied import DECIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .exchange import Exchange


@dataclass(frozen=True, slots=True)
class Assumption:
    """An inferred behaviour that answers went by.

    `effect` is `decides` for what made the difference between one answer and another, `shown` for what only
    gave it its looks. `operations`, `first` and `last` tell where; the latter are ids of the journal.
    """

    id: str
    effect: str
    times: int
    operations: tuple[str, ...]
    first: str
    last: str


class Assumptions:
    """Those of one tenant, in the order in which they were first met."""

    def __init__(self) -> None:
        self._found: dict[str, Assumption] = {}
        self.exchanges = 0

    def __iter__(self) -> Iterator[Assumption]:
        return iter(tuple(self._found.values()))

    def add(self, exchange: Exchange, relied: Mapping[str, str]) -> None:
        self.exchanges += 1
        for id_, effect in relied.items():
            operation = exchange.operation or "none"
            known = self._found.get(id_) or Assumption(id_, effect, 0, (), exchange.id, exchange.id)
            there = known.operations
            self._found[id_] = replace(
                known,
                times=known.times + 1,
                operations=there if operation in there else (*there, operation),
                last=exchange.id,
            )

    def decisive(self) -> tuple[Assumption, ...]:
        """Those that made a difference."""
        return tuple(one for one in self if one.effect == DECIDES)
