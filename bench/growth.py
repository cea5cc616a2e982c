"""How a cost grows with a size: fitted exponents, and which ones are too large. Numbers in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOLERANCE = 0.2
"""How far an exponent may lie above the allowed one: noise and caches bend a line that much."""


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the least-squares line through (log size, log cost): 0 is flat, 1 linear, 2 quadratic."""
    xs, ys = [log(size) for size, _ in points], [log(cost) for _, cost in points]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


def steepest(points: Sequence[tuple[float, float]]) -> float:
    """The largest exponent between neighbouring sizes: what small sizes hide behind a fixed cost."""
    return max(exponent(pair) for pair in pairwise(points))


@dataclass(frozen=True, slots=True)
class Growth:
    """The costs in seconds of one operation by size, and the exponent that it is allowed."""

    operation: str
    of: str
    costs: Mapping[int, float]
    allowed: float = 0.0
    place: str = ""
    """Where the time goes at the largest size, as a profiler saw it."""

    @property
    def points(self) -> list[tuple[float, float]]:
        return sorted((float(size), cost) for size, cost in self.costs.items())

    @property
    def grows(self) -> bool:
        """More than allowed at the largest sizes: what came to its bound before, as a page does, does not."""
        return exponent(self.points[-2:]) > self.allowed + TOLERANCE
