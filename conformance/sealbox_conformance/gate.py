"""What every request has to pass: the promises made to whoever owns the target."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from _pytest.outcomes import Skipped  # pytest.skip.Exception, which mypy cannot see as a class

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import httpx2

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
DESTRUCTIVE: Mapping[str, tuple[str, str]] = {
    "cancels": (r"/batch_group/[^/]*/cancel_signature", "cancels a signing event"),
    "sends": (r"/batch_group/[^/]*/send_to_signature", "sends mail to the signers of an event"),
}
"""By the claim that allows it: the path of a request that cannot be taken back, and what it does."""

LONGEST_PAUSE = 60  # seconds that a busy target may ask for


class NotClaimed(Skipped):
    """The target does not say that it has, or may be asked for, what a check is about."""

    def __init__(self, why: str) -> None:
        super().__init__(msg=why)


class Cut(Skipped):
    """The run has used up what it may take. Hypothesis lets skips through at once."""

    def __init__(self, why: str) -> None:
        super().__init__(msg=why)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a target may be asked. `rate` is in requests a second; None is no limit."""

    read_only: bool = False
    rate: float | None = None
    requests: int | None = None

    def narrowed(self, other: Limits) -> Limits:
        """What both allow."""
        return Limits(
            self.read_only or other.read_only,
            _least(self.rate, other.rate),
            _least(self.requests, other.requests),
        )

    def shared(self, jobs: int, *, spent: int) -> Limits:
        """The part of one of `jobs` processes, after `spent` requests."""
        left = None if self.requests is None else max(0, self.requests - spent) // jobs
        return Limits(self.read_only, self.rate and self.rate / jobs, left)


def _least(*limits: Any) -> Any:
    return min((limit for limit in limits if limit is not None), default=None)


@dataclass(slots=True)
class Gate:
    """Lets requests through one by one. Without arguments it lets everything through, and counts."""

    limits: Limits = field(default_factory=Limits)
    claims: Collection[str] = frozenset(DESTRUCTIVE)
    ends: float | None = None
    """When the run's time is up, in seconds since 1970."""

    now: Callable[[], float] = time.time  # noqa: TID251, how long people wait is no sandbox's time
    sleep: Callable[[float], object] = time.sleep
    sent: int = 0
    _free: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, method: str, path: str) -> None:
        """Return when the request may be sent.

        Raises NotClaimed for what may never be sent, Cut for what is too late or too much.
        """
        if self.limits.read_only and method not in SAFE:
            raise NotClaimed(f"the run is read-only: {method} {path} is not sent")
        for claim, (pattern, deed) in DESTRUCTIVE.items():
            if method not in SAFE and claim not in self.claims and re.search(pattern, path):
                raise NotClaimed(f"{method} {path} {deed}, and the target does not claim {claim}")
        with self._lock:
            wait = self._reserve()
        if wait > 0:
            self.sleep(wait)

    def _reserve(self) -> float:
        now = self.now()
        turn = max(now, self._free)
        self.check(turn)
        self.sent += 1
        self._free = turn + (1 / self.limits.rate if self.limits.rate else 0)
        return turn - now

    def check(self, turn: float) -> None:
        """Raise Cut when nothing may be sent any more at `turn`."""
        if self.limits.requests is not None and self.sent >= self.limits.requests:
            raise Cut(f"cut: the budget of {self.limits.requests} requests is spent")
        if self.ends is not None and turn >= self.ends:
            raise Cut("cut: the run's time was used up")

    def pause(self, seconds: float) -> None:
        """Send nothing for a while: the target is busy."""
        with self._lock:
            self._free = max(self._free, self.now() + seconds)


def asked_to_wait(response: httpx2.Response) -> float | None:
    """Seconds after which a busy target wants to be asked again. None: it does not say, or is not busy."""
    written = response.headers.get("retry-after", "")
    if response.status_code not in {429, 503} or not written.isdecimal():
        return None
    return min(float(written), LONGEST_PAUSE)
