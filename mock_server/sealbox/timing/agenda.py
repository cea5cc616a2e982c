"""What is going to happen to the objects of a world, in order."""

from __future__ import annotations

from collections import deque
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
        self._passed: deque[tuple[datetime, ItemT]] = deque()

    def add(self, at: datetime, item: ItemT) -> None:
        heappush(self._due, (at, next(self._serial), item))

    def due(self, now: datetime) -> Iterator[tuple[datetime, ItemT]]:
        """Take out what is due by `now`, the earliest first."""
        self._pass(now)
        while self._passed:
            at, item = self._passed.popleft()
            if self._holds(item):
                yield at, item

    def next_after(self, now: datetime) -> datetime | None:
        """When something is due after `now`."""
        self._pass(now)
        while self._due and not self._holds(self._due[0][2]):
            heappop(self._due)
        return self._due[0][0] if self._due else None

    def __bool__(self) -> bool:
        return bool(self._due or self._passed)

    def is_due(self, now: datetime) -> bool:
        """Whether there may be something to take out."""
        return bool(self._passed) or (bool(self._due) and self._due[0][0] <= now)

    def _pass(self, now: datetime) -> None:
        """Set aside what is due by `now`, so that whoever asks for the next one meets it no more."""
        while self._due and self._due[0][0] <= now:
            at, _, item = heappop(self._due)
            self._passed.append((at, item))
