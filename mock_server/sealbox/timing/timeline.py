"""What has happened to a tenant's objects, numbered, so that somebody who looks again sees what is new."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .agenda import Happening

MOST_KEPT = 2_000


class Timeline:
    """The last happenings of one tenant; `count` is how many there have been."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: deque[Happening] = deque(maxlen=most)
        self.count = 0

    def append(self, happening: Happening) -> None:
        self._kept.append(happening)
        self.count += 1

    def extend(self, happenings: Iterable[Happening]) -> None:
        for happening in happenings:
            self.append(happening)

    def since(self, count: int) -> list[tuple[int, Happening]]:
        """The happenings after the first `count`, each with its number counted from 1, as far as kept."""
        first = self.count - len(self._kept)
        return [
            (number, happening)
            for number, happening in enumerate(self._kept, start=first + 1)
            if number > count
        ]
