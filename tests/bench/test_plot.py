"""Drawings are SVG that a parser takes, with bars as long as their values."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from bench.peers.plot import BAR, WIDTH, Bars, Scale, bars

SVG = "{http://www.w3.org/2000/svg}"


def lengths(drawing: str) -> list[float]:
    rects = ET.fromstring(drawing).iter(f"{SVG}rect")
    return [float(rect.get("width", "0")) for rect in rects if rect.get("height") == str(BAR - 1)]


def texts(drawing: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_a_bar_is_as_long_as_its_value() -> None:
    drawing = bars("Speed", ["GET"], [Bars("a", [100]), Bars("b", [50])])

    assert lengths(drawing) == [WIDTH, WIDTH / 2]


def test_on_a_logarithmic_axis_equal_ratios_are_equal_steps() -> None:
    scale = Scale(10, 1000, logarithmic=True)

    assert scale.at(1000) - scale.at(100) == pytest.approx(scale.at(100) - scale.at(10))


def test_the_least_value_still_has_a_bar_on_a_logarithmic_axis() -> None:
    drawing = bars("Speed", ["GET"], [Bars("a", [10]), Bars("b", [100_000])], logarithmic=True)

    assert min(lengths(drawing)) > 0


def test_what_was_not_measured_has_no_bar() -> None:
    drawing = bars("Speed", ["GET", "POST"], [Bars("a", [100, None])])

    assert len(lengths(drawing)) == 1


def test_names_numbers_and_title_are_in_the_drawing() -> None:
    shown = texts(bars("Speed <1>", ["GET"], [Bars("a & b", [1234])]))

    assert {"Speed <1>", "a & b", "1,234", "GET"} <= set(shown)


def test_axes_have_some_round_ticks() -> None:
    assert Scale(1, 1000).ticks() == [0, 500, 1000]
    assert Scale(30, 40_000, logarithmic=True).ticks() == [10, 100, 1000, 10_000]


@pytest.mark.parametrize("values", [[], [0.0], [None]])
def test_nothing_cannot_be_drawn(values: list[float | None]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        bars("Speed", ["GET"], [Bars("a", values)])
