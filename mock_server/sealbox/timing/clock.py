"""Virtual time. The only module that may ask the system what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MANUAL_START = datetime(2025, 4, 1, 12, tzinfo=UTC)
"""Where a clock that nobody winds begins, so that two runs of one seed print the same dates."""

LONGEST_MOVE = timedelta(days=365 * 1000)
FIRST_YEAR, LAST_YEAR = 1900, 9000


class ClockMode(StrEnum):
    """How time passes."""

    AUTO = "auto"  # as the system's, times a scale
    MANUAL = "manual"  # only when told
    INSTANT = "instant"  # as auto; and whatever a request sets going has settled before its answer


class Clock:
    """One tenant's time: it moves forward by itself (times `scale`) unless manual, and whenever told.

    Raises ValueError for a `start` that leaves no room for things to happen before the calendar ends.
    """

    def __init__(
        self,
        mode: ClockMode,
        *,
        start: datetime | None = None,
        scale: float = 1.0,
        system: Callable[[], datetime] | None = None,
    ) -> None:
        if start is not None and not FIRST_YEAR <= start.astimezone(UTC).year <= LAST_YEAR:
            raise ValueError(f"a clock begins between the years {FIRST_YEAR} and {LAST_YEAR}")
        self.mode = mode
        self.scale = 0.0 if mode is ClockMode.MANUAL else scale
        self._system = system or system_time
        self._wound_at = self._system()
        self._wind(start or (MANUAL_START if mode is ClockMode.MANUAL else self._wound_at))

    def _wind(self, to: datetime) -> None:
        self._wound_to, self._ahead = to, to - self._wound_at

    def now(self) -> datetime:
        if self.scale == 1:
            return self._system() + self._ahead
        if not self.scale:
            return self._wound_to
        return self._wound_to + (self._system() - self._wound_at) * self.scale

    def reach(self, by: timedelta) -> datetime:
        """Where a move by `by` would lead.

        Raises ValueError for a negative `by` and for a time after the year 9000: dates stop soon after.
        """
        if by < timedelta():
            raise ValueError(f"time only moves forward, not by {by}")
        if by > LONGEST_MOVE or (self.now() + by).year > LAST_YEAR:
            raise ValueError("that is further than a calendar reaches")
        return self.now() + by

    def seconds_until(self, moment: datetime) -> float:
        """How long the system waits until it is `moment` here: for ever when time moves only if told."""
        return (moment - self.now()).total_seconds() / self.scale if self.scale else inf

    def advance(self, by: timedelta) -> datetime:
        """Move forward and return the new time. Raises ValueError as `reach` does."""
        self.reach(by)
        self._wind(self._wound_to + by)
        return self.now()

    def change(self, *, mode: ClockMode | None = None, scale: float | None = None) -> None:
        """Have time pass in another way from now on; it does not jump."""
        now, self._wound_at = self.now(), self._system()
        self._wind(now)
        self.mode = mode or self.mode
        running = scale if scale is not None else (self.scale or 1.0)
        self.scale = 0.0 if self.mode is ClockMode.MANUAL else running


def system_time() -> datetime:
    """The system's time in UTC, from a clock that never runs backwards within this process."""
    return _STARTED + timedelta(0, time.monotonic() - _STARTED_MONOTONIC)  # noqa: TID251, see the module


_STARTED = datetime.now(UTC)  # noqa: TID251, see the module
_STARTED_MONOTONIC = time.monotonic()  # noqa: TID251, see the module
