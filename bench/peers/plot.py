"""Bars as SVG, without a library: a few rectangles need none."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = ("#2f6f9f", "#d98c3f", "#7a9e5a")
LEFT, WIDTH, BAR, GAP, TOP = 230, 520, 9, 12, 64


@dataclass(frozen=True, slots=True)
class Bars:
    """One label with a value of each series; None leaves its bar out."""

    label: str
    values: Sequence[float | None]
    bold: bool = False


def bars(title: str, series: Sequence[str], groups: Sequence[Bars], *, logarithmic: bool = False) -> str:
    """Horizontal bars, with the numbers at their ends. Values have to be above 0.

    Raises ValueError when there is nothing to draw.
    """
    values = [value for group in groups for value in group.values if value is not None]
    if not values or min(values) <= 0:
        raise ValueError("bars need values above 0")
    scale = Scale(min(values), max(values), logarithmic=logarithmic)
    step = BAR * len(series) + GAP
    bottom = TOP + step * len(groups)
    drawn = [text(12, 22, title, size=15, weight="bold"), *_legend(series), *_grid(scale, bottom)]
    for number, group in enumerate(groups):
        top = TOP + number * step
        middle = top + BAR * len(series) / 2 + 4
        drawn.append(text(LEFT - 8, middle, group.label, anchor="end", weight="bold" if group.bold else ""))
        for index, value in enumerate(group.values):
            if value is not None:
                drawn += _bar(top + index * BAR, scale.at(value), value, COLOURS[index % len(COLOURS)])
    size = f'width="{LEFT + WIDTH + 80}" height="{bottom + 30:.0f}"'
    style = "<style>text{font-family:sans-serif;fill:#222}</style>"
    ground = '<rect width="100%" height="100%" fill="white"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">'
    return "\n".join([head, style, ground, *drawn, "</svg>"]) + "\n"


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels right of the labels."""

    least: float
    most: float
    logarithmic: bool = False

    @property
    def low(self) -> float:
        """Where a logarithmic axis begins: the power of ten below the least value."""
        return floor(log10(self.least) - 0.05)

    def at(self, value: float) -> float:
        if self.logarithmic:
            return WIDTH * (log10(value) - self.low) / (log10(self.most) - self.low)
        return WIDTH * value / self.most

    def ticks(self) -> list[float]:
        """Powers of ten, or some four round steps."""
        if self.logarithmic:
            return [float(10**power) for power in range(int(self.low), floor(log10(self.most)) + 1)]
        rough = self.most / 4
        unit: float = 10 ** floor(log10(rough))
        step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
        return [step * number for number in range(int(self.most / step) + 1)]


def _legend(series: Sequence[str]) -> list[str]:
    found = []
    for number, name in enumerate(series):
        x = LEFT + number * 170
        colour = COLOURS[number % len(COLOURS)]
        found.append(f'<rect x="{x}" y="34" width="10" height="10" fill="{colour}"/>')
        found.append(text(x + 15, 43, name))
    return found


def _grid(scale: Scale, bottom: float) -> list[str]:
    found = []
    for tick in scale.ticks():
        x = LEFT + scale.at(tick)
        found.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>')
        found.append(text(x, bottom + 14, f"{tick:,g}", anchor="middle", size=10))
    return found


def _bar(top: float, length: float, value: float, colour: str) -> list[str]:
    number = f"{value:,.0f}" if value >= 10 else f"{value:.2f}"
    return [
        f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR - 1}" fill="{colour}"/>',
        text(LEFT + length + 4, top + BAR - 1.5, number, size=9),
    ]


def text(  # noqa: PLR0913, an SVG text has these
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 11, weight: str = ""
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{bold}>{escape(text)}</text>'
    )
