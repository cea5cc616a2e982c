"""What follows from a frozen value alone is worked out once, and kept with the value."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ResultT = TypeVar("ResultT")
ValueT = TypeVar("ValueT", bound="Known")


class Known:
    """A frozen dataclass of this base has a place for it, which is no field: nothing compares or saves it."""

    __slots__ = ("_known",)
    _known: dict[object, Any]


def once(rule: Callable[[ValueT], ResultT]) -> Callable[[ValueT], ResultT]:
    """`rule`, asked once for each value."""

    @wraps(rule)
    def known(value: ValueT) -> ResultT:
        try:
            kept = value._known  # noqa: SLF001, the place that this module gives to values
        except AttributeError:
            kept = {}
            object.__setattr__(value, "_known", kept)
        if known not in kept:
            kept[known] = rule(value)
        result: ResultT = kept[known]
        return result

    return known


def learn(rule: Callable[[ValueT], ResultT], value: ValueT, result: ResultT) -> None:
    """Have `rule` give `result` for a fresh `value`: who made it of another one may know that from there."""
    object.__setattr__(value, "_known", {**getattr(value, "_known", {}), rule: result})
