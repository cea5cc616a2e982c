"""Which inferred behaviours a tenant's clients have relied on: what to ask the vendor before going live."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Met:
    """The same while it is counted."""

    effect: str
    first: str
    times: int = 0
    operations: dict[str, None] = field(default_factory=dict)
    last: str = ""

    @property
    def told(self) -> tuple[str, int, tuple[str, ...], str, str]:
        return self.effect, self.times, tuple(self.operations), self.first, self.last


class Assumptions:
    """Those of one tenant, in the order in which they were first met."""

    def __init__(self) -> None:
        self._found: dict[str, _Met] = {}
        self.exchanges = 0

    def __iter__(self) -> Iterator[Assumption]:
        return iter([Assumption(id_, *met.told) for id_, met in self._found.items()])

    def add(self, exchange: Exchange, relied: Mapping[str, str]) -> None:
        self.exchanges += 1
        for id_, effect in relied.items():
            met = self._found.get(id_)
            if met is None:
                met = self._found[id_] = _Met(effect, exchange.id)
            met.times += 1
            met.operations[exchange.operation or "none"] = None
            met.last = exchange.id

    def decisive(self) -> tuple[Assumption, ...]:
        """Those that made a difference."""
        return tuple(one for one in self if one.effect == DECIDES)
