"""How far a run is, on a terminal: checks done, requests a second, time left."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress as Bar


class Progress:
    """One line that moves. It does nothing unless `shown`."""

    def __init__(
        self,
        *,
        shown: bool,
        ends: float | None = None,
        now: Callable[[], float] = time.time,  # noqa: TID251, how long people wait is no sandbox's time
    ) -> None:
        self.shown = shown
        self.ends = ends
        self.now = now
        self.began = now()
        self.total = self.checks = self.requests = 0
        self._bar: Bar | None = None

    def start(self, total: int) -> None:
        """Begin to count `total` checks. With several processes each of them says how many there are."""
        self.total = max(self.total, total)
        if self.shown and self._bar is None:
            self._bar = _bar()
            self._bar.add_task("", total=self.total, words="")
            self._bar.start()

    def step(self, requests: int, *, done: bool) -> None:
        self.requests += requests
        self.checks += done
        if self._bar:
            self._bar.update(
                self._bar.task_ids[0], completed=self.checks, total=self.total, words=self.words()
            )

    def words(self) -> str:
        spent = max(self.now() - self.began, 0.001)
        left = spent / self.checks * (self.total - self.checks) if self.checks else 0.0
        if self.ends is not None:
            left = self.ends - self.now()
        return (
            f"{self.checks}/{self.total} checks, {self.requests / spent:.0f} requests/s, {_clock(left)} left"
        )

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def _bar() -> Bar:
    """A bar on the real stderr: pytest swaps it for a file of its own while a check runs."""
    from rich.console import Console  # noqa: PLC0415, only where somebody looks
    from rich.progress import BarColumn, TextColumn  # noqa: PLC0415, as above
    from rich.progress import Progress as Bar  # noqa: PLC0415, as above

    stderr = os.fdopen(os.dup(2), "w")
    console = Console(file=stderr, force_terminal=True)
    return Bar(BarColumn(), TextColumn("{task.fields[words]}"), console=console, transient=True)
