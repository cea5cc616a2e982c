"""How many signing events are in each status, counted as they change and not anew for each question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from . import rules
from .model import InternalStatus, SignatureStatus

if TYPE_CHECKING:
    from datetime import datetime

    from .model import SigningEvent


class Census:
    """The events of a world that are not pending: a new one is, so nothing is kept of it.

    Signed ones are in the status of their files, with which time alone goes on.
    """

    def __init__(self) -> None:
        self._statuses: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._zipping: dict[str, SigningEvent] = {}

    def enter(self, event: SigningEvent) -> None:
        """Take note of what has become of `event`."""
        status = rules.event_status(event)
        self._zipping.pop(event.key, None)
        if status is SignatureStatus.SIGNED:
            self._zipping[event.key] = event
            self._put(event.key, InternalStatus.WAITING_ZIP_FILE)
        else:
            self._put(event.key, status)

    def _put(self, key: str, status: str) -> None:
        before = self._statuses.pop(key, None)
        if before is not None:
            self._counts[before] -= 1
        if status != SignatureStatus.PENDING:
            self._statuses[key] = status
            self._counts[status] += 1

    def counts(self, now: datetime, *, events: int) -> dict[str, int]:
        """By status, those with none left out. `events` says how many there are in all."""
        finished = [
            key
            for key, event in self._zipping.items()
            if rules.internal_status(event, now) is InternalStatus.FINISHED
        ]
        for key in finished:
            del self._zipping[key]
            self._put(key, InternalStatus.FINISHED)
        pending = {SignatureStatus.PENDING.value: events - len(self._statuses)}
        counts = pending | {str(status): number for status, number in self._counts.items()}
        return {status: number for status, number in counts.items() if number}
