"""What was seen to hold and to break while checks ran, and the words in which a breach is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from _pytest.outcomes import Skipped  # pytest.skip.Exception, which mypy cannot see as a class

from . import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 1200  # characters of anything that is printed


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

    def message(self) -> str:
        promise = catalogue.load()[self.id]
        return "\n".join(
            (
                f"{promise.id} {promise.level} ({promise.provenance}): {promise.text}",
                f"  source    {promise.source}",
                f"  expected  {self.expected}",
                f"  actual    {self.actual}",
                f"  reproduce {self.reproduce}",
            )
        )


class Nonconformance(AssertionError):  # noqa: N818, the glossary's word for it
    """The target broke the promise `breach.id`."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.message())
        self.breach = breach


class NotConcluded(Skipped):
    """What a check needs first is not there, so nothing is known. Hypothesis lets skips through at once."""

    def __init__(self, why: str) -> None:
        super().__init__(msg=why)


@dataclass(slots=True)
class Witness:
    """Collects for one check at a time. The plugin drains it after each phase."""

    kept: Counter[str] = field(default_factory=Counter)
    breaches: dict[str, Breach] = field(default_factory=dict)

    def take(self, finding: Finding, reproduce: str) -> None:
        if finding.holds:
            self.kept[finding.id] += 1
            return
        breach = Breach(finding.id, finding.expected, shorten(finding.actual), reproduce, finding.weak)
        self.breaches.setdefault(finding.id, breach)

    def drain(self) -> Mapping[str, Any]:
        """What was seen since the last time, as plain data that can cross a process."""
        seen = {
            "kept": dict(self.kept),
            "breaches": [asdict(breach) for breach in self.breaches.values()],
        }
        self.kept, self.breaches = Counter(), {}
        return seen


def shorten(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
