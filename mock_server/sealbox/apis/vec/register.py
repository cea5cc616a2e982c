"""Batches in the orders in which they are listed, kept as they come: a page costs its items."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import accumulate, count
from typing import TYPE_CHECKING, overload

from .lifecycle import status_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from .lifecycle import Course, Event
    from .model import Batch, Status

TAIL = 12
"""So many hexadecimal digits of a batch's id its certificates are counted on from."""

Place = tuple["datetime", int, str]
"""When, which of those that came at one moment, and the batch's id. A batch keeps its place for good."""

Change = tuple["datetime", "Batch", "Event", "Status"]
"""When what happened to which batch, and its status from then on."""


class Register:
    """The batches of a world, by institution and by status.

    `switches` is a copy that notes no reading: keeping order is nobody's answer.
    """

    def __init__(self, switches: Mapping[str, str]) -> None:
        self._switches = switches
        self._batches: dict[str, Batch] = {}
        self._places: dict[str, Place] = {}
        self._of_institution: defaultdict[int, list[Place]] = defaultdict(list)
        self._statuses: dict[str, Status] = {}
        self._of_status: defaultdict[tuple[int, Status], Places] = defaultdict(Places)
        self._rows: defaultdict[int, Rows] = defaultdict(Rows)
        self._serial = count()
        self._changes: list[tuple[datetime, int, Batch, Event, Course]] = []
        self._changed: list[Change] = []
        self._by_tail: list[str] = []
        self._without_tail: list[str] = []  # not entered there yet: few ever look for a number
        self._most_rows = 0

    def __contains__(self, id_: str) -> bool:
        return id_ in self._batches

    def keep(self, batch: Batch, plan: Course, now: datetime) -> None:
        """Enter `batch`, or a later state of it, with its `course`."""
        self._batches[batch.id] = batch
        if batch.id not in self._places:
            place = self._places[batch.id] = batch.created_at, len(self._places), batch.id
            insort(self._of_institution[batch.institution_id], place)
            self._rows[batch.institution_id].add((made_at(batch), *place[1:]), batch.total)
            self._without_tail.append(batch.id)
            self._most_rows = max(self._most_rows, batch.total)
        self._put(batch, status_at(batch, plan, now, self._switches))
        for at, event in plan.moments:
            if at > now:
                heappush(self._changes, (at, next(self._serial), batch, event, plan))

    def _put(self, batch: Batch, status: Status) -> None:
        """Have `batch` where it belongs by its status."""
        before = self._statuses.get(batch.id)
        if status is before:
            return
        place = self._places[batch.id]
        if before is not None:
            self._of_status[batch.institution_id, before].remove(place)
        self._of_status[batch.institution_id, status].add(place)
        self._statuses[batch.id] = status

    def settle(self, now: datetime) -> None:
        """Take note of what has changed by `now`. What was going to happen to an earlier state does not."""
        changes = self._changes
        while changes and changes[0][0] <= now:
            at, _, batch, event, plan = heappop(changes)
            if self._batches[batch.id] is batch:
                status = status_at(batch, plan, at, self._switches)
                self._put(batch, status)
                self._changed.append((at, batch, event, status))

    def next_change(self, now: datetime) -> datetime | None:
        """When something changes after `now`."""
        self.settle(now)
        changes = self._changes
        while changes and self._batches[changes[0][2].id] is not changes[0][2]:
            heappop(changes)
        return changes[0][0] if changes else None

    def take_changed(self) -> list[Change]:
        """What has changed since the last call, in order."""
        changed, self._changed = self._changed, []
        return changed

    def is_due(self, now: datetime) -> bool:
        """Whether something has changed by `now` that nobody has taken."""
        return bool(self._changed or (self._changes and self._changes[0][0] <= now))

    @property
    def waits(self) -> bool:
        """Whether anything is going to change, or has and nobody has taken it."""
        return bool(self._changed or self._changes)

    def counts(self, now: datetime) -> dict[str, int]:
        """How many batches are in each status at `now`, of all institutions."""
        self.settle(now)
        found: dict[str, int] = {}
        for (_, status), places in self._of_status.items():
            found[status.value] = found.get(status.value, 0) + len(places)
        return {status: number for status, number in found.items() if number}

    def places(self, institution: int, status: Status | None, now: datetime) -> Sequence[Place]:
        """Where the institution's batches stand, oldest first; only those with `status` at `now`, if any."""
        if status is None:
            return self._of_institution[institution]
        self.settle(now)
        return self._of_status[institution, status]

    def batches(self, places: Sequence[Place]) -> Iterator[Batch]:
        return (self._batches[id_] for _, _, id_ in places)

    def near(self, number: int) -> list[Batch]:
        """The batches a row of which may have this number, when rows are counted on from the end of the id.

        These are one or none unless ids were chosen; the oldest is the first.
        """
        first, last = (
            f"{min(max(one, 0), 16**TAIL - 1):0{TAIL}x}" for one in (number - self._most_rows, number)
        )
        while self._without_tail:
            insort(self._by_tail, self._without_tail.pop(), key=_tail)
        begins = bisect_left(self._by_tail, first, key=_tail)
        ends = bisect_right(self._by_tail, last, key=_tail)
        found = sorted(self._by_tail[begins:ends], key=lambda id_: self._places[id_][1])
        return [self._batches[id_] for id_ in found]

    def rows(self, institution: int, batch_id: str | None = None) -> Rows:
        """Where the institution's certificates stand: all of them, or those of one of its batches."""
        if batch_id is None:
            return self._rows[institution]
        alone, batch = Rows(), self._batches.get(batch_id)
        if batch is not None and batch.institution_id == institution:
            alone.add(self._places[batch_id], batch.total)
        return alone


def _tail(id_: str) -> str:
    return id_[-TAIL:]


class Places(Sequence[Place]):
    """Places in order. Batches mostly leave a status as they came, so that the first one goes at no cost."""

    def __init__(self) -> None:
        self._all: list[Place] = []
        self._begin = 0

    def __len__(self) -> int:
        return len(self._all) - self._begin

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> list[Place]: ...
    def __getitem__(self, at: int | slice) -> Place | list[Place]:
        if isinstance(at, int):
            return self._all[range(self._begin, len(self._all))[at]]
        found = range(self._begin, len(self._all))[at]
        if found.step > 0:
            return self._all[found.start : found.stop : found.step]
        return [self._all[one] for one in found]

    def add(self, place: Place) -> None:
        insort(self._all, place, self._begin)

    def remove(self, place: Place) -> None:
        at = bisect_left(self._all, place, self._begin)
        if at > self._begin:
            del self._all[at]
            return
        self._begin += 1
        if 2 * self._begin > len(self._all):
            del self._all[: self._begin]
            self._begin = 0


class Rows:
    """Batches by the time of their certificates, and how many certificates there are up to each."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._until: list[int] = []

    @property
    def total(self) -> int:
        return self._until[-1] if self._until else 0

    def add(self, place: Place, number: int) -> None:
        if not self.places or place > self.places[-1]:  # as nearly always: the newest
            self.places.append(place)
            self._until.append(self.total + number)
            return
        at = bisect_left(self.places, place)
        sizes = [number, *(self._until[one] - self._before(one) for one in range(at, len(self._until)))]
        self.places.insert(at, place)
        self._until[at:] = list(accumulate(sizes, initial=self._before(at)))[1:]

    def _before(self, at: int) -> int:
        return self._until[at - 1] if at else 0

    def page(self, rows: slice, *, newest_first: bool) -> Iterator[tuple[Place, range]]:
        """The batches that a page of certificates comes from, each with the rows that are on it."""
        start, left = rows.start, min(rows.stop, self.total) - rows.start
        while left > 0:
            at = (
                bisect_left(self._until, self.total - start)
                if newest_first
                else bisect_right(self._until, start)
            )
            begins = self.total - self._until[at] if newest_first else self._before(at)
            first, size = start - begins, self._until[at] - self._before(at)
            taken = min(size - first, left)
            yield self.places[at], range(first, first + taken)
            start, left = start + taken, left - taken


def made_at(batch: Batch) -> datetime:
    """The time of a batch's certificates, which a world may know better than the batch's own."""
    known = batch.recipients.known_as(0)
    return known.made_at if known else batch.created_at


def page_of(places: Sequence[Place], rows: slice, *, newest_first: bool) -> Sequence[Place]:
    """The places on a page."""
    if not newest_first:
        return places[rows]
    number = len(places)
    return places[max(number - rows.stop, 0) : max(number - rows.start, 0)][::-1]
