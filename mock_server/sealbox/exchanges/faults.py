"""What goes wrong with answers on demand: rules that count requests, and no dice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_DELAY = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=1)
MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class Dribble:
    """A body that comes `size` bytes at a time, `every` so often."""

    size: int
    every: timedelta

    def __post_init__(self) -> None:
        if not timedelta() <= self.every <= LONGEST_PAUSE:
            raise ValueError("a pause is a minute at most")


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes wrong. `status` is answered in place of the request being handled; the rest is real time.

    `cut_after` bytes of body the connection is closed; `reset` closes it before any answer.
    """

    status: int | None = None
    delay: timedelta = timedelta()
    cut_after: int | None = None
    reset: bool = False
    dribble: Dribble | None = None

    def __post_init__(self) -> None:
        if not timedelta() <= self.delay <= LONGEST_DELAY:
            raise ValueError("a delay is five minutes at most")
        anything = self.delay or self.reset or self.dribble
        if not anything and self.status is None and self.cut_after is None:
            raise ValueError("say what goes wrong: status, delay, cut_after, reset or dribble")

    def __or__(self, other: Effect) -> Effect:
        """Both at once; of two statuses, cuts or dribbles the first."""
        return Effect(
            status=self.status if self.status is not None else other.status,
            delay=min(self.delay + other.delay, LONGEST_DELAY),
            cut_after=self.cut_after if self.cut_after is not None else other.cut_after,
            reset=self.reset or other.reset,
            dribble=self.dribble or other.dribble,
        )


@dataclass(frozen=True, slots=True)
class While:
    """While the object `about` has `status`."""

    about: str
    status: str


@dataclass(frozen=True, slots=True)
class After:
    """Once `operation` has been asked for `times` times since the rule was made."""

    operation: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule: for which operation (every one if None), when, and what.

    Of the requests it is about (those after `after`, while `during`), `nth` alone is struck, or the next
    `times` ones, or all. `seen` are those that were counted, `struck` those that it has gone wrong with.
    """

    id: int
    effect: Effect
    operation: str | None = None
    nth: int | None = None
    times: int | None = None
    during: While | None = None
    after: After | None = None
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.nth is not None and self.times is not None:
            raise ValueError("a fault strikes the nth request or the next ones, not both")
        if any(number is not None and number < 1 for number in (self.nth, self.times)):
            raise ValueError("requests are counted from 1")

    @property
    def is_spent(self) -> bool:
        """Whether it will never strike again."""
        return (self.nth is not None and self.seen >= self.nth) or (
            self.times is not None and self.struck >= self.times
        )

    def strikes(self) -> bool:
        """Whether it strikes the request that `seen` has just counted."""
        return self.nth is None or self.seen == self.nth

    def __str__(self) -> str:
        when = f" #{self.nth}" if self.nth else f" next {self.times}" if self.times else ""
        return f"{self.operation or 'every operation'}{when}"


class Faults:
    """The rules of one tenant, in the order in which they were made. Spent ones stay to be looked at."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._rules: dict[int, Fault] = {}

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._rules.values()))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, effect: Effect, **when: object) -> Fault:
        """Raises ValueError for a rule that cannot be, or when there are too many."""
        if len(self._rules) >= MOST_RULES:
            raise ValueError(f"there are {MOST_RULES} faults already")
        fault = Fault(next(self._ids), effect, **when)  # type: ignore[arg-type]  # checked by the contract
        self._rules[fault.id] = fault
        return fault

    def remove(self, id_: int) -> None:
        """Raises KeyError for one that is not there."""
        del self._rules[id_]

    def clear(self) -> None:
        self._rules.clear()

    def meet(self, operation: str, has: Callable[[str, str], bool]) -> tuple[Effect, str] | None:
        """Count a request for `operation`: what goes wrong with it, and by which rules, if anything.

        `has` tells whether an object has a status now.
        """
        effect, names = None, []
        for fault in self:
            counted = self._counted(fault, operation, has)
            self._rules[fault.id] = counted
            if counted.struck > fault.struck:
                effect = fault.effect if effect is None else effect | fault.effect
                names.append(f"fault {fault.id}: {fault}")
        return (effect, "; ".join(names)) if effect else None

    @staticmethod
    def _counted(fault: Fault, operation: str, has: Callable[[str, str], bool]) -> Fault:
        if fault.after is not None and fault.after.times > 0:
            if fault.after.operation != operation:
                return fault
            return replace(fault, after=replace(fault.after, times=fault.after.times - 1))
        during = fault.during
        if fault.operation not in {None, operation} or fault.is_spent:
            return fault
        if during is not None and not has(during.about, during.status):
            return fault
        seen = replace(fault, seen=fault.seen + 1)
        return replace(seen, struck=seen.struck + 1) if seen.strikes() else seen
