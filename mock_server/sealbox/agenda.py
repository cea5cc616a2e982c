"""What is going to happen to the objects of a world, in order."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that has happened to the object that users know as `about`, in a few words."""

    at: datetime
    api: str
    about: str
    what: str


class Agenda(Generic[ItemT]):
    """Items by the moment at which they are due. `holds` tells whether one still counts: plans change."""

    def __init__(self, holds: Callable[[ItemT], bool]) -> None:
        self._holds = holds
        self._serial = count()
        self._due: list[tuple[datetime, int, ItemT]] = []

    def add(self, at: datetime, item: ItemT) -> None:
        heappush(self._due, (at, next(self._serial), item))

    def due(self, now: datetime) -> Iterator[tuple[datetime, ItemT]]:
        """Take out what is due by `now`, the earliest first."""
        while self._due and self._due[0][0] <= now:
            at, _, item = heappop(self._due)
            if self._holds(item):
                yield at, item

    def next_after(self, now: datetime) -> datetime | None:
        """When something is due after `now`. Usually the first entry is it, and no other is looked at."""
        while self._due and not self._holds(self._due[0][2]):
            heappop(self._due)
        if not self._due or self._due[0][0] > now:
            return self._due[0][0] if self._due else None
        return min((at for at, _, item in self._due if at > now and self._holds(item)), default=None)
