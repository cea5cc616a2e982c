"""Where a batch stands at a moment: a function of the batch and the time, walked through one table.

Nothing ticks. `moments` says what happens to a batch and when, `NEXT` what each event does to its status,
and `stand` reads both at a time. The drawing in the documentation is made from the same table.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from .model import Batch, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Event(StrEnum):
    """What can happen to a batch."""

    SIGNATURES_AWAITED = "signatures awaited"
    GENERATION_STARTED = "generation started"
    ALL_MADE = "every certificate made"
    SOME_MADE = "some certificates failed"
    NONE_MADE = "every certificate failed"
    REFUSED = "a signatory refused"


NEXT: Mapping[Status, Mapping[Event, Status]] = {
    Status.PENDING: {
        Event.SIGNATURES_AWAITED: Status.WAITING_FOR_APPROVAL,
        Event.GENERATION_STARTED: Status.PROCESSING,
        Event.REFUSED: Status.FAILED,
    },
    Status.WAITING_FOR_APPROVAL: {
        Event.GENERATION_STARTED: Status.PROCESSING,
        Event.ALL_MADE: Status.COMPLETED,
        Event.SOME_MADE: Status.PARTIALLY_COMPLETED,
        Event.NONE_MADE: Status.FAILED,
        Event.REFUSED: Status.FAILED,
    },
    Status.PROCESSING: {
        Event.SIGNATURES_AWAITED: Status.WAITING_FOR_APPROVAL,
        Event.ALL_MADE: Status.COMPLETED,
        Event.SOME_MADE: Status.PARTIALLY_COMPLETED,
        Event.NONE_MADE: Status.FAILED,
        Event.REFUSED: Status.FAILED,
    },
    Status.COMPLETED: {},
    Status.PARTIALLY_COMPLETED: {},
    Status.FAILED: {},
}
ENDS = frozenset(status for status, ways_on in NEXT.items() if not ways_on)


EFFECTS: Mapping[Event, str] = {
    Event.SIGNATURES_AWAITED: "counters and progress stay; updated_at is this moment",
    Event.GENERATION_STARTED: "from now on one certificate after another; updated_at moves with each",
    Event.ALL_MADE: "progress 100; completion_date and updated_at are this moment",
    Event.SOME_MADE: "progress 100; completion_date and updated_at are this moment",
    Event.NONE_MADE: "progress 100; completion_date and updated_at are this moment",
    Event.REFUSED: "what is not made has failed; progress 100; completion_date is this moment",
}
"""What else an event does, for the drawing (with every switch at its default)."""


class Stand(NamedTuple):
    """A batch as seen at one moment. `handled` certificates are through, `failed` of them without success."""

    status: Status
    handled: int
    failed: int
    progress: float
    completion_date: datetime | None
    updated_at: datetime

    @property
    def processed(self) -> int:
        return self.handled - self.failed


class Course(NamedTuple):
    """When things happen to a batch; None is never, as far as is known now."""

    generation_starts: datetime | None
    generation_ends: datetime | None
    moments: tuple[tuple[datetime, Event], ...]


def course(batch: Batch, switches: Mapping[str, str]) -> Course:
    """What has happened and will happen to `batch` if nobody approves or refuses anything more."""
    at_once = switches["initial_status"] == "processing"
    queued = batch.created_at if at_once else batch.created_at + batch.pace.queue
    if not batch.signatures:
        return _unsigned(batch, queued)
    before = switches["approval"] == "before_generation"
    refused, approved = _decided(batch)

    starts: datetime | None = queued
    if before:
        starts = max(queued, approved) if approved else None
    if batch.pace.stalls_after == 0 or (starts and refused and refused < starts):
        starts = None
    ends = None
    if starts and (batch.pace.stalls_after is None or batch.pace.stalls_after >= batch.total):
        ends = starts + batch.pace.certificate * batch.total
    waits_from = (queued if batch.pace.stalls_after is None else None) if before else ends
    done = ends if before else (max(ends, approved) if ends and approved else None)

    awaited = waits_from and (approved is None or approved > waits_from)
    waiting = [(waits_from, Event.SIGNATURES_AWAITED)] if waits_from and awaited else []
    started = [(starts, Event.GENERATION_STARTED)] if starts else []
    moments = [*waiting, *started] if before else [*started, *waiting]
    if done:
        moments.append((done, _outcome(batch)))
    if refused and not (done and done <= refused):
        moments = [*((at, event) for at, event in moments if at <= refused), (refused, Event.REFUSED)]
        ends = min(ends, refused) if ends else refused
    return Course(starts, ends, tuple(moments))


def _unsigned(batch: Batch, starts: datetime) -> Course:
    """The course of a batch that waits for nobody."""
    stalls_after, total = batch.pace.stalls_after, batch.total
    if stalls_after == 0:
        return Course(None, None, ())
    started = (starts, Event.GENERATION_STARTED)
    if stalls_after is not None and stalls_after < total:
        return Course(starts, None, (started,))
    ends = starts + batch.pace.certificate * total
    return Course(starts, ends, (started, (ends, _outcome(batch))))


def _decided(batch: Batch) -> tuple[datetime | None, datetime | None]:
    """When the first signatory refused, and when the last one approved."""
    refusals = [signature.refused_at for signature in batch.signatures if signature.refused_at]
    approvals = [signature.approved_at for signature in batch.signatures]
    approved = None if None in approvals else max(at for at in approvals if at)
    return min(refusals, default=None), approved


def _outcome(batch: Batch) -> Event:
    if not batch.failed_rows:
        return Event.ALL_MADE
    return Event.NONE_MADE if len(batch.failed_rows) == batch.total else Event.SOME_MADE


def stand(batch: Batch, now: datetime, switches: Mapping[str, str]) -> Stand:
    """`batch` as it shows itself at `now`. Its numbers agree with each other and never go back."""
    plan = course(batch, switches)
    if not plan.moments or now < plan.moments[0][0]:
        return Stand(
            status=Status.PENDING,
            handled=0,
            failed=0,
            progress=0.0,
            completion_date=None,
            updated_at=_last_approval(batch, now, batch.created_at),
        )
    status, changed, last = _reached(batch, plan, now)
    handled = handled_by(batch, plan, now)
    failed = bisect_left(batch.failed_rows, handled)
    if last is Event.REFUSED:
        handled, failed = batch.total, failed + batch.total - handled
    elif handled and plan.generation_starts:
        changed = max(changed, plan.generation_starts + batch.pace.certificate * handled)
    ended = status in ENDS
    shown = handled if not failed or switches["progress_formula"] == "handled" else handled - failed
    completed = ended and (status is Status.COMPLETED or switches["completion_date_on"] == "any_end")
    return Stand(
        status=_shown(status, batch, switches),
        handled=handled,
        failed=failed,
        progress=_percent(shown, batch.total),
        completion_date=changed if completed else None,
        updated_at=changed if ended else _last_approval(batch, now, changed),
    )


def _last_approval(batch: Batch, now: datetime, changed: datetime) -> datetime:
    """When somebody approved last by `now`, if that was after it `changed`."""
    if not batch.signatures:
        return changed
    given = (signature.approved_at for signature in batch.signatures)
    return max(changed, *(at for at in given if at and at <= now), batch.created_at)


def status_at(batch: Batch, plan: Course, now: datetime, switches: Mapping[str, str]) -> Status:
    """The status that `stand` has, for whoever has the `course` already and wants nothing else."""
    return _shown(_reached(batch, plan, now)[0], batch, switches)


def _reached(batch: Batch, plan: Course, now: datetime) -> tuple[Status, datetime, Event | None]:
    """The status at `now`, and when what event led to it."""
    status, changed, last = Status.PENDING, batch.created_at, None
    for at, event in plan.moments:
        if at > now:
            break
        status, changed, last = NEXT[status][event], at, event
    return status, changed, last


def _percent(part: int, whole: int) -> float:
    """Two decimals, and a hundred only when nothing is left."""
    return 100.0 if part == whole else min(round(100 * part / whole, 2), 99.99)


def _shown(status: Status, batch: Batch, switches: Mapping[str, str]) -> Status:
    none_made = status is Status.FAILED and len(batch.failed_rows) == batch.total
    if none_made and switches["all_failed"] == "partially_completed":
        return Status.PARTIALLY_COMPLETED
    return status


def handled_by(batch: Batch, plan: Course, now: datetime) -> int:
    """How many certificates are through at `now`, good or failed."""
    if plan.generation_starts is None or now < plan.generation_starts:
        return 0
    until = min(now, plan.generation_ends) if plan.generation_ends else now
    most = batch.total if batch.pace.stalls_after is None else min(batch.pace.stalls_after, batch.total)
    if not batch.pace.certificate:
        return most
    return min(most, (until - plan.generation_starts) // batch.pace.certificate)


def next_due(batch: Batch, now: datetime, switches: Mapping[str, str]) -> datetime | None:
    """The first moment after `now` at which the status changes by itself."""
    return min((at for at, _ in course(batch, switches).moments if at > now), default=None)


def outstanding(batch: Batch) -> tuple[str, ...]:
    """Users whose signature the batch still waits for."""
    return tuple(signature.user_uuid for signature in batch.signatures if signature.approved_at is None)
