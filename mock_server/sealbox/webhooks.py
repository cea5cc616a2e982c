"""Webhooks as values: deliveries, attempts, the retry ladder, faults. Who calls says what time it is."""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Headers = tuple[tuple[str, str], ...]

MOST_KEPT = 5_000
ANSWER_LIMIT = 64 * 1024
"""So many bytes of a receiver's answer are read and kept."""

REFUSED = "refused: "
"""What the error of an attempt that was not allowed to happen begins with."""


class State(StrEnum):
    """Where a delivery stands. All but the first are ends, until a replay."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # the ladder has no more steps
    DROPPED = "dropped"  # by a fault
    REFUSED = "refused"  # its address is not allowed, so that a retry is of no use


class FaultKind(StrEnum):
    """What can go wrong with a delivery on demand."""

    DUPLICATE = "duplicate"  # comes twice
    DROP = "drop"  # never comes
    DELAY = "delay"  # comes `by` later
    REORDER = "reorder"  # comes after the next one to its address, for which it waits `by` at most
    TRUNCATE = "truncate"  # loses the second half of its body
    EXTRA_FIELDS = "extra_fields"  # carries fields at the top level of its JSON that nobody documented


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST and what came of it."""

    number: int
    at: datetime
    request_headers: Headers
    status: int | None
    answer_headers: Headers
    answer_body: bytes
    latency_ms: float
    error: str | None

    @property
    def delivered(self) -> bool:
        """A 2xx whose answer then broke off does not count: the receiver may not have finished."""
        return self.error is None and self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        return self.error is not None and self.error.startswith(REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One body on its way to one address."""

    id: str
    serial: int
    api: str
    about: str  # the object of the API that it speaks of, by the key that users know
    moment: str  # what had happened, in a few words
    url: str
    headers: Headers
    body: bytes
    created_at: datetime
    next_at: datetime | None  # None once the delivery has ended
    state: State = State.PENDING
    attempts: tuple[Attempt, ...] = ()
    faults: tuple[FaultKind, ...] = ()  # those that have touched it
    step: int = 0  # of the ladder, on which the next attempt is
    replays: int = 0
    original: bytes = b""  # what was to be said, whatever a fault has made of `body`


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the `nth` delivery from now, and with the ones after it: `times` in all."""

    kind: FaultKind
    nth: int = 1
    times: int = 1
    by: timedelta = timedelta(minutes=1)

    def __post_init__(self) -> None:
        if self.nth < 1 or self.times < 1:
            raise ValueError("deliveries are counted from 1")
        if not timedelta() <= self.by <= timedelta(days=365):
            raise ValueError("a delivery is late by a year at most, and never early")

    def after_one(self) -> Fault | None:
        """What is left of it when one more delivery has been added."""
        if self.nth > 1:
            return replace(self, nth=self.nth - 1)
        return replace(self, times=self.times - 1) if self.times > 1 else None


@dataclass(frozen=True, slots=True)
class Queue:
    """What an outbox holds. `held` has the deliveries that wait for the next one to an address."""

    next_serial: int
    deliveries: dict[str, Delivery]
    faults: tuple[Fault, ...]
    held: dict[str, str]


class Outbox:
    """The deliveries of one sandbox, of which at most `most` are kept.

    `ladder` has the waits: the first before the first attempt, each further one between a failed attempt
    and the next. When it has no more, the delivery has failed.
    """

    def __init__(
        self, ladder: Sequence[timedelta], *, new_id: Callable[[], str], most: int = MOST_KEPT
    ) -> None:
        if not ladder or min(ladder) < timedelta():
            raise ValueError("a ladder has at least one step, and none leads back")
        if most < 1:
            raise ValueError("an outbox keeps at least one delivery")
        self._ladder = tuple(ladder)
        self._new_id = new_id
        self._most = most
        self._next_serial = 1
        self._kept: dict[str, Delivery] = {}
        self._queue: list[tuple[datetime, int, str]] = []
        self._states: Counter[State] = Counter()
        self._faults: tuple[Fault, ...] = ()
        self._held: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Delivery]:
        """From the oldest to the newest."""
        return iter(tuple(self._kept.values()))

    def __getitem__(self, id_: str) -> Delivery:
        return self._kept[id_]

    def counts(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        return {state.value: number for state, number in self._states.items() if number}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is still to go wrong."""
        return self._faults

    def inject(self, fault: Fault) -> None:
        self._faults = (*self._faults, fault)

    def clear_faults(self) -> None:
        """Let nothing more go wrong. What a fault has already touched stays as it is."""
        self._faults = ()

    def add(  # noqa: PLR0913, a delivery is made of these
        self, *, api: str, about: str, moment: str, url: str, headers: Headers, body: bytes, now: datetime
    ) -> Delivery:
        untouched = Delivery(
            id=self._new_id(),
            serial=self._serial(),
            api=api,
            about=about,
            moment=moment,
            url=url,
            headers=headers,
            body=body,
            original=body,
            created_at=now,
            next_at=now + self._ladder[0],
        )
        delivery = self._touched(untouched)
        self._admit(delivery)
        if FaultKind.DUPLICATE in delivery.faults:
            self._admit(replace(delivery, id=self._new_id(), serial=self._serial()))
        if FaultKind.REORDER not in delivery.faults and delivery.next_at is not None:
            self._release(delivery.url, delivery.next_at)
        return delivery

    def due(self, now: datetime) -> tuple[Delivery, ...]:
        """Whose attempt is due by `now`, the longest due first."""
        return tuple(self._kept[id_] for _, _, id_ in takewhile(lambda entry: entry[0] <= now, self._queue))

    def next_due(self) -> datetime | None:
        return self._queue[0][0] if self._queue else None

    def record(self, delivery: Delivery, attempt: Attempt) -> Delivery:
        """Note what came of an attempt at `delivery`, which is as `due` gave it.

        The attempt only joins the history when, while it was under way, a replay was asked for or
        another attempt was recorded: neither may be undone by an older answer.
        """
        known = self._kept.get(delivery.id, delivery)
        history = sorted((*known.attempts, attempt), key=lambda one: one.at)
        noted = replace(
            known, attempts=tuple(replace(one, number=number) for number, one in enumerate(history, 1))
        )
        if _progress(known) == _progress(delivery):
            noted = self._after(noted, attempt)
        if delivery.id in self._kept:
            self._held.pop(delivery.id, None)
            self._store(noted)
        return noted

    def save(self) -> Queue:
        """Everything that it holds, to be given to `load`."""
        return Queue(self._next_serial, dict(self._kept), self._faults, dict(self._held))

    def load(self, queue: Queue) -> None:
        """Hold what another outbox held."""
        self._next_serial = queue.next_serial
        self._kept.clear()
        self._queue.clear()
        self._states.clear()
        for delivery in queue.deliveries.values():
            self._store(delivery)
        self._faults = queue.faults
        self._held = dict(queue.held)

    def _serial(self) -> int:
        self._next_serial += 1
        return self._next_serial - 1

    def replay(self, id_: str, now: datetime) -> Delivery:
        """Make an attempt due at once, at the foot of the ladder, whatever has been. KeyError if unknown."""
        known = self._kept[id_]
        again = replace(known, state=State.PENDING, next_at=now, step=0, replays=known.replays + 1)
        self._held.pop(id_, None)
        self._store(again)
        return again

    def _after(self, delivery: Delivery, attempt: Attempt) -> Delivery:
        step = delivery.step + 1
        if attempt.delivered:
            return replace(delivery, state=State.DELIVERED, next_at=None)
        if attempt.refused:
            return replace(delivery, state=State.REFUSED, next_at=None)
        if step == len(self._ladder):
            return replace(delivery, state=State.FAILED, next_at=None)
        return replace(delivery, step=step, next_at=attempt.at + self._ladder[step])

    def _touched(self, delivery: Delivery) -> Delivery:
        met = [fault for fault in self._faults if fault.nth == 1]
        self._faults = tuple(left for fault in self._faults if (left := fault.after_one()) is not None)
        return reduce(_touch, met, delivery)

    def _release(self, url: str, at: datetime) -> None:
        """Let what was held back for the next delivery to `url`, now due `at`, come right after it."""
        for id_ in [id_ for id_, held_for in self._held.items() if held_for == url]:
            del self._held[id_]
            held = self._kept[id_]
            self._store(replace(held, next_at=min(held.next_at or at, at), serial=self._serial()))

    def _admit(self, delivery: Delivery) -> None:
        while len(self._kept) >= self._most:
            ended = (one for one in self._kept.values() if one.next_at is None)
            self._forget(next(ended, None) or next(iter(self._kept.values())))
        self._store(delivery)
        if FaultKind.REORDER in delivery.faults and delivery.next_at is not None:
            self._held[delivery.id] = delivery.url

    def _store(self, delivery: Delivery) -> None:
        self._unqueue(delivery.id)
        self._kept[delivery.id] = delivery
        self._states[delivery.state] += 1
        if delivery.next_at is not None:
            insort(self._queue, (delivery.next_at, delivery.serial, delivery.id))

    def _unqueue(self, id_: str) -> None:
        known = self._kept.get(id_)
        if known is not None:
            self._states[known.state] -= 1
        if known is not None and known.next_at is not None:
            del self._queue[bisect_left(self._queue, (known.next_at, known.serial, known.id))]

    def _forget(self, delivery: Delivery) -> None:
        self._unqueue(delivery.id)
        self._held.pop(delivery.id, None)
        del self._kept[delivery.id]


def _progress(delivery: Delivery) -> tuple[int, int]:
    return delivery.replays, len(delivery.attempts)


def _touch(delivery: Delivery, fault: Fault) -> Delivery:
    """`delivery` as the fault leaves it: unmarked if there was nothing that the fault could do."""
    if delivery.next_at is None:
        return delivery
    changes = _EFFECTS[fault.kind](delivery.body, delivery.next_at + fault.by)
    if changes is None:
        return delivery
    return replace(delivery, faults=(*delivery.faults, fault.kind), **changes)


def _with_more_fields(body: bytes, _: datetime) -> dict[str, Any] | None:
    try:
        document = json.loads(body.decode())
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    # Spliced in, because writing the JSON anew would change how its numbers are spelled.
    head = body.rstrip()[:-1] + (b", " if document else b"")
    return {"body": head + b'"sealbox_extra": "not documented", "sealbox_extra_object": {"list": [null]}}'}


_EFFECTS: Mapping[FaultKind, Callable[[bytes, datetime], dict[str, Any] | None]] = MappingProxyType(
    {
        FaultKind.DUPLICATE: lambda _, __: {},
        FaultKind.DROP: lambda _, __: {"state": State.DROPPED, "next_at": None},
        FaultKind.DELAY: lambda _, late: {"next_at": late},
        FaultKind.REORDER: lambda _, late: {"next_at": late},
        FaultKind.TRUNCATE: lambda body, _: {"body": body[: len(body) // 2]} if body else None,
        FaultKind.EXTRA_FIELDS: _with_more_fields,
    }
)
"""What changes, by the body and the time at which the delivery would be due if it were late."""
