"""How much a run may take: its time, its share of a campaign, and what of it one check gets. Pure."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    """The length of "90", "90s", "5m" or "1h30m". Raises ValueError for anything else."""
    parts = re.findall(r"(\d+(?:\.\d+)?)([smh]?)", text)
    total = sum(float(number) * UNITS[unit] for number, unit in parts)
    if not total or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no length of time such as 90s, 5m or 1h30m")
    return total


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` equal parts of a campaign: every check, its own seed, a share of the examples."""

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Shard 2 of 4 from "2/4". Raises ValueError for what is none."""
        found = re.fullmatch(r"(\d+)/(\d+)", text)
        number, of = (int(part) for part in found.groups()) if found else (0, 0)
        if not 1 <= number <= of:
            raise ValueError(f"{text!r} is no shard such as 1/4, which is the first of four")
        return cls(number, of)

    def seed(self, seed: int) -> int:
        return seed * self.of + self.number - 1

    def examples(self, examples: int) -> int:
        """Its share, rounded up: a check without any example would pass by seeing nothing."""
        return -(-examples // self.of)


@dataclass(frozen=True, slots=True)
class Round:
    """One go of a check that draws: as many examples, from one seed."""

    number: int
    seed: int
    examples: int

    def next(self) -> Round:
        """Twice the examples, from a seed that leads back here when it is given to a run of its own."""
        number = self.number + 1
        return Round(number, zlib.crc32(f"{number} {self.seed}".encode()), self.examples * 2)


@dataclass(slots=True)
class Pace:
    """Shares what is left of a run's time among the checks that are still to come.

    A check that draws can use any amount of time, a plain one takes what it takes: so that is set aside.
    """

    ends: float
    drawing: int
    plain: int
    plain_seconds: float = 0.0
    plain_done: int = 0

    def slice(self, now: float) -> float:
        """Seconds for the check that draws next."""
        mean = self.plain_seconds / self.plain_done if self.plain_done else 0.05
        return max(0.0, (self.ends - now - self.plain * mean) / max(1, self.drawing))

    def done(self, *, drawing: bool, took: float) -> None:
        if drawing:
            self.drawing -= 1
            return
        self.plain -= 1
        self.plain_seconds += took
        self.plain_done += 1
