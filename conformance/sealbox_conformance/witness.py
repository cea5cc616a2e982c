"""What was seen to hold and to break while checks ran, and the words in which a breach is told."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from _pytest.outcomes import Skipped  # pytest.skip.Exception, which mypy cannot see as a class

from . import catalogue
from .gate import Gate

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 1200  # characters of anything that is printed
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|'[^']*'|\"[^\"]*\"")
"""What differs between two sights of one broken law: ids, numbers, quoted values."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise held against one reply. With `weak` a breach is a warning, whatever the promise's level."""

    id: str
    holds: bool
    expected: str
    actual: object = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that was broken, with what it takes to see it again."""

    id: str
    expected: str
    actual: str
    reproduce: str
    weak: bool = False
    law: bool = False
    """Whether it is one of what holds for every reply, whichever check has made it."""

    example: str = ""
    """What was drawn, once it is as small as it gets."""

    check: str = ""
    seed: int = 0
    examples: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same failure, whatever was drawn to see it."""
        status = self.actual.partition(":")[0] if self.actual.startswith("status ") else ""
        where = CHANGING.sub("#", self.expected) if self.law else self.check.partition("[")[0]
        told = f"{self.id}|{where}|{status}|{self.weak}"
        return sha256(told.encode()).hexdigest()[:12]

    @property
    def size(self) -> tuple[int, int]:
        return len(self.reproduce), len(self.example)

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """Smaller is told first: real ones before weak ones, and short ones first."""
        return self.weak, *self.size, self.fingerprint

    def message(self) -> str:
        promise = catalogue.load()[self.id]
        lines = [
            f"{promise.id} {promise.level} ({promise.provenance}): {promise.text}",
            f"  source    {promise.source}",
            f"  expected  {self.expected}",
            f"  actual    {self.actual}",
            *([f"  example   {self.example}"] if self.example else []),
            f"  reproduce {self.reproduce}",
            f"  seed      {self.seed}",
        ]
        return "\n".join(lines)


class Nonconformance(AssertionError):  # noqa: N818, the glossary's word for it
    """The target broke the promise `breach.id`."""

    def __new__(cls, breach: Breach) -> Self:
        # One type for each promise, or Hypothesis takes one for the other while it looks for a small example.
        kind: type[Self] = _kind(cls, breach.id)  # type: ignore[arg-type]  # a class is hashable
        return super().__new__(kind)

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.message())
        self.breach = breach


@cache
def _kind(cls: Any, requirement: str) -> Any:
    return cls if requirement in cls.__name__ else type(f"Nonconformance {requirement}", (cls,), {})


class NotConcluded(Skipped):
    """What a check needs first is not there, so nothing is known. Hypothesis lets skips through at once."""

    def __init__(self, why: str) -> None:
        super().__init__(msg=why)


@dataclass(slots=True)
class Witness:
    """Collects for one check at a time. The plugin drains it after each phase."""

    gate: Gate = field(default_factory=Gate)
    kept: Counter[str] = field(default_factory=Counter)
    breaches: dict[str, Breach] = field(default_factory=dict)
    reached: Counter[str] = field(default_factory=Counter)
    """How often each documented operation gave each status: "vec createBatch 201"."""

    fresh: list[Breach] = field(default_factory=list)
    """Breaches of the example that runs now."""

    broken_acts: dict[str, str] = field(default_factory=dict)
    """What acts of the control plane answered that the target claims, and that do not work."""

    unanswered: int = 0
    _sent: int = 0

    def take(self, finding: Finding, reproduce: str) -> None:
        if finding.holds:
            self.kept[finding.id] += 1
            return
        seen = shorten(finding.actual)
        self.add(Breach(finding.id, finding.expected, seen, reproduce, finding.weak, law=True))

    def add(self, breach: Breach) -> None:
        """Keep a breach, of two of the same failure the smaller one."""
        self.fresh.append(breach)
        known = self.breaches.setdefault(breach.fingerprint, breach)
        if breach.size < known.size:
            self.breaches[breach.fingerprint] = breach

    def drain(self) -> Mapping[str, Any]:
        """What was seen since the last time, as plain data that can cross a process."""
        seen = {
            "kept": dict(self.kept),
            "breaches": [asdict(breach) for breach in self.breaches.values()],
            "reached": dict(self.reached),
            "requests": self.gate.sent - self._sent,
            "unanswered": self.unanswered,
            "broken_acts": dict(self.broken_acts),
        }
        self.kept, self.breaches, self.reached, self.fresh = Counter(), {}, Counter(), []
        self.unanswered, self._sent, self.broken_acts = 0, self.gate.sent, {}
        return seen


def shorten(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
