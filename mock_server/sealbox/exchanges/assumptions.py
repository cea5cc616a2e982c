"""Which inferred behaviours a tenant's clients have relied on: what to ask the vendor before going live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .relied import DECIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    """Exchanges of one operation that relied on the same, the last of them the `number`-th of all."""

    relied: Mapping[str, str]
    operation: str
    first: str
    times: int = 0
    last: str = ""
    number: int = 0


class Assumptions:
    """Those of one tenant, in the order in which they were first met."""

    def __init__(self) -> None:
        self._met: dict[tuple[str | None, tuple[str, ...]], _Met] = {}
        self.exchanges = 0

    def __iter__(self) -> Iterator[Assumption]:
        found: dict[str, list[_Met]] = {}
        for met in self._met.values():
            for id_ in met.relied:
                found.setdefault(id_, []).append(met)
        return iter([_told(id_, together) for id_, together in found.items()])

    def add(self, exchange: Exchange, relied: Mapping[str, str]) -> None:
        """One look-up, however much is relied on: what it comes to waits for a reader."""
        self.exchanges += 1
        if not relied:
            return
        key = exchange.operation, tuple(relied)
        met = self._met.get(key)
        if met is None:
            met = self._met[key] = _Met(dict(relied), exchange.operation or "none", exchange.id)
        met.times += 1
        met.last, met.number = exchange.id, self.exchanges

    def decisive(self) -> tuple[Assumption, ...]:
        """Those that made a difference."""
        return tuple(one for one in self if one.effect == DECIDES)


def _told(id_: str, together: Sequence[_Met]) -> Assumption:
    return Assumption(
        id_,
        effect=together[0].relied[id_],
        times=sum(met.times for met in together),
        operations=tuple(dict.fromkeys(met.operation for met in together)),
        first=together[0].first,
        last=max(together, key=lambda met: met.number).last,
    )
