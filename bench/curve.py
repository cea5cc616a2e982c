"""Lines and points over whole numbers as SVG, with the axes of the bars."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from .peers.plot import COLOURS, WIDTH, Scale, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT, TOP, HEIGHT = 70, 84, 300


@dataclass(frozen=True, slots=True)
class Curve:
    """A modelled line, and what was measured: `seen` as it was, `counted` by core-seconds."""

    label: str
    modelled: Mapping[int, float]
    counted: Mapping[int, float]
    seen: Mapping[int, float]


def curves(title: str, across: str, found: Sequence[Curve]) -> str:
    """Dashed lines for what is modelled, discs for what is counted, rings for what was seen.

    Raises ValueError when there is nothing to draw.
    """
    drawn = [curve for curve in found if curve.modelled]
    if not drawn:
        raise ValueError("there is no line to draw")
    most = max(value for curve in drawn for one in _parts(curve) for value in one.values())
    last = max(number for curve in drawn for one in _parts(curve) for number in one)
    axes = _Axes(Scale(0, most), last)
    parts = [text(12, 22, title, size=15, weight="bold"), *_legend(drawn), *axes.grid(across)]
    for number, curve in enumerate(drawn):
        parts += axes.curve(curve, COLOURS[number % len(COLOURS)])
    size = f'width="{LEFT + WIDTH + 40}" height="{TOP + HEIGHT + 50}"'
    style = "<style>text{font-family:sans-serif;fill:#222}</style>"
    ground = '<rect width="100%" height="100%" fill="white"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">'
    return "\n".join([head, style, ground, *parts, "</svg>"]) + "\n"


def _parts(curve: Curve) -> tuple[Mapping[int, float], ...]:
    return curve.modelled, curve.counted, curve.seen


@dataclass(frozen=True, slots=True)
class _Axes:
    scale: Scale
    last: int

    def x(self, number: int) -> float:
        return LEFT + WIDTH * number / self.last

    def y(self, value: float) -> float:
        return TOP + HEIGHT * (1 - self.scale.at(value) / WIDTH)

    def grid(self, across: str) -> list[str]:
        found = []
        for tick in self.scale.ticks():
            y = self.y(tick)
            found.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + WIDTH}" y2="{y:.1f}" stroke="#ddd"/>')
            found.append(text(LEFT - 6, y + 4, f"{tick:,g}", anchor="end", size=10))
        step = max(1, self.last // 16)
        found += [
            text(self.x(number), TOP + HEIGHT + 16, str(number), anchor="middle", size=10)
            for number in range(0, self.last + 1, step)
        ]
        return [*found, text(LEFT + WIDTH / 2, TOP + HEIGHT + 36, across, anchor="middle")]

    def curve(self, curve: Curve, colour: str) -> list[str]:
        points = " ".join(
            f"{self.x(number):.1f},{self.y(value):.1f}" for number, value in sorted(curve.modelled.items())
        )
        line = f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-dasharray="5 4"/>'
        discs = self._circles(curve.counted, f'fill="{colour}"')
        return [line, *discs, *self._circles(curve.seen, f'fill="none" stroke="{colour}" stroke-width="1.5"')]

    def _circles(self, values: Mapping[int, float], look: str) -> list[str]:
        return [
            f'<circle cx="{self.x(number):.1f}" cy="{self.y(value):.1f}" r="4.5" {look}/>'
            for number, value in sorted(values.items())
        ]


def _legend(found: Sequence[Curve]) -> list[str]:
    parts: list[str] = []
    for number, curve in enumerate(found):
        x, colour = 12 + number * 150, COLOURS[number % len(COLOURS)]
        parts += [
            f'<rect x="{x}" y="34" width="10" height="10" fill="{colour}"/>',
            text(x + 15, 43, curve.label),
        ]
    said = "dashed: modelled; disc: measured by core-second, times replicas; ring: measured requests a second"
    return [*parts, text(12, 64, said, size=10)]
