"""How Hypothesis draws. Its seed and its database are set here and nowhere else.

Both `@seed` and `--hypothesis-seed` switch the database off, so that no machine would learn from another.
Here the database is part of the profile, and the seed is that of the generator from which Hypothesis takes
the seed of every run that was given none: properties and state machines alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import hypothesis
from hypothesis import core
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.internal.conjecture import engine
from hypothesis.vendor.pretty import RepresentationPrinter

from .gate import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from .budget import Pace, Round

PROFILE = "sealbox-conformance"
SETTINGS = "_hypothesis_internal_use_settings"
"""Where a property carries its settings. `@settings` would set it too, and refuses to do so twice."""

SHRINKING = 10  # seconds at most in which a failing example is made smaller
REDIS = ("redis://", "rediss://", "unix://")
KEPT_FOR = 30 * 24 * 3600  # seconds that an example stays in Redis


def database(place: str) -> ExampleDatabase | None:
    """The example database at `place`: a folder, or the address of a Redis server. None for ""."""
    if not place.startswith(REDIS):
        return DirectoryBasedExampleDatabase(place) if place else None
    from datetime import timedelta  # noqa: PLC0415, only here

    from hypothesis.extra.redis import RedisExampleDatabase  # noqa: PLC0415, needs an extra
    from redis import Redis  # noqa: PLC0415, as above

    server = Redis.from_url(place, socket_timeout=10)
    expires = timedelta(seconds=KEPT_FOR)
    return RedisExampleDatabase(server, expire_after=expires, key_prefix=b"sealbox-conformance:")


def set_profile(examples: int, kept: ExampleDatabase | None) -> None:
    """Load the profile from which every check takes its settings. Has to come before checks are imported."""
    engine.MAX_SHRINKING_SECONDS = SHRINKING
    hypothesis.settings.register_profile(
        PROFILE,
        max_examples=examples,
        deadline=None,
        derandomize=False,  # Hypothesis turns it on where CI is set: no seed and no further round would count
        database=kept,
        print_blob=False,
        report_multiple_bugs=False,
        phases=[
            phase for phase in hypothesis.Phase if phase.name in {"explicit", "reuse", "generate", "shrink"}
        ],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile(PROFILE)


def seeded(seed: int) -> Random:
    """The generator from which Hypothesis takes the seeds of the runs that begin from now on."""
    generator = core.threadlocal._hypothesis_global_random = Random(seed)  # noqa: S311, SLF001, no secret
    return generator


@dataclass(slots=True)
class Sampler:
    """Runs checks: once, or those that draw for as long as their share of the time lasts."""

    first: Round
    base: int
    """Examples in the loaded profile."""

    most: int | None = None
    pace: Pace | None = None
    now: Callable[[], float] = time.time  # noqa: TID251, how long people wait is no sandbox's time
    round: Round = field(init=False)
    """The round that runs, or ran last."""

    def __post_init__(self) -> None:
        self.round = self.first

    def run(self, check: Callable[[], object], function: Any, *, broken: Callable[[], bool]) -> None:
        """Run `check`, whose code is `function`. `broken` tells whether there is no need to go on."""
        began = self.now()
        draws = bool(getattr(function, "is_hypothesis_test", False))
        share = self.pace.slice(began) if self.pace else 0.0
        self.round, done = self.first, 0
        try:
            while self._once(check, function, done) and not broken():
                done += self.round.examples
                took = self.now() - began
                enough = self.most is not None and done >= self.most
                if not self.pace or enough or took + 2 * took * self.round.examples / done > share:
                    break
                self.round = self.round.next()
        finally:
            if self.pace:
                self.pace.done(drawing=draws, took=self.now() - began)

    def _once(self, check: Callable[[], object], function: Any, done: int) -> bool:
        """Whether the check drew anything, so that another round would be another check."""
        # Schemathesis puts a printer there that prints nothing; an example has to be told.
        core.RepresentationPrinter = RepresentationPrinter  # type: ignore[attr-defined]  # an import of theirs
        generator = seeded(self.round.seed)
        before = generator.getstate()
        own = self._scale(function)
        try:
            check()
        except Cut:
            if done:
                return False
            raise
        finally:
            if own:
                setattr(function, SETTINGS, own)
        return generator.getstate() != before

    def _scale(self, function: Any) -> hypothesis.settings | None:
        """Have the round's number of examples drawn, and give the settings that a property had of its own.

        Settings are read when a check runs: a machine's from the profile, a property's from itself.
        """
        examples = self.round.examples
        hypothesis.settings.register_profile(PROFILE, hypothesis.settings.default, max_examples=examples)
        hypothesis.settings.load_profile(PROFILE)
        own: hypothesis.settings | None = getattr(function, SETTINGS, None)
        if own:
            scaled = max(1, own.max_examples * examples // self.base)
            setattr(function, SETTINGS, hypothesis.settings(own, max_examples=scaled))
        return own
