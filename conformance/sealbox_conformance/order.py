"""Everything that one run is asked for. It crosses from the command to the processes that run the checks."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import target as targets
from .budget import Shard
from .gate import Limits

LEVELS = {"seed": ("seed",), "docs": ("seed", "docs"), "all": ("seed", "docs", "inferred")}
EXAMPLES = 12  # of each property, where no time is given
FIRST = 4  # examples of a first round, where time decides how many there are
RUN = "SEALBOX_CONFORMANCE_RUN"
"""The variable for the run's name: checks put it into the names of what they make."""

DATABASE = "SEALBOX_CONFORMANCE_EXAMPLES"
"""The variable for the example database: an address with a password belongs on no command line."""


@dataclass(frozen=True, slots=True)
class Order:
    """One run. Paths are absolute; times are seconds, `started` and `ends` since 1970."""

    url: str | None = None
    target: str | None = None
    apis: tuple[str, ...] = ()
    level: str = "docs"
    select: tuple[str, ...] = ()
    known_failures: str | None = None
    seed: int = 0
    max_examples: int | None = None
    time: float | None = None
    ends: float | None = None
    started: float = 0.0
    shard: tuple[int, int] = (1, 1)
    jobs: int = 1
    report: str | None = None
    read_only: bool = False
    rate: float | None = None
    requests: int | None = None
    run: str = "sealbox-0"
    progress: bool = False
    yes: bool = False

    @classmethod
    def read(cls, text: str) -> Order:
        """The order that `written` wrote."""
        raw: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(text).items()
        }
        return cls(**raw)

    def written(self) -> str:
        return json.dumps(asdict(self))

    @property
    def part(self) -> Shard:
        """What of a campaign this run is: it has a seed and a number of examples of its own."""
        return Shard(*self.shard)

    @property
    def provenances(self) -> tuple[str, ...]:
        return LEVELS[self.level]

    def load_target(self) -> targets.Target:
        """The target, with no more freedom than its profile and this order give. Raises TargetError."""
        found = targets.load(Path(self.target) if self.target else None, url=self.url, apis=self.apis)
        limits = found.limits.narrowed(Limits(self.read_only, self.rate, self.requests))
        return replace(found, limits=limits, run=self.run)

    def command(self) -> list[str]:
        """The words after `sealbox-conformance` that judge this target in this way again."""
        options = {
            "--target": self.target,
            "--level": self.level if self.level != "docs" else None,
            "--rate": self.rate,
            "--max-requests": self.requests,
        }
        words = [self.url] if self.url else []
        words += [word for api in self.apis for word in ("--api", api)]
        words += [word for name, value in options.items() if value is not None for word in (name, str(value))]
        words += ["--read-only"] if self.read_only else []
        return [*words, *(["--yes-i-may-test-this-target"] if self.yes else [])]


def again(command: list[str], requirement: str, *, seed: int, examples: int) -> str:
    """One line that shows a failure again."""
    words = ["sealbox-conformance", *command, "--seed", str(seed), "--max-examples", str(examples)]
    return shlex.join([*words, "--select", requirement])
