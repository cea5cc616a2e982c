"""Exponents, and which costs grow."""

from __future__ import annotations

import pytest

from bench.growth import Growth, exponent, steepest

SIZES = (10, 1_000, 100_000)


def growth(*costs: float, allowed: float = 0.0) -> Growth:
    return Growth("getBatch", "batches", dict(zip(SIZES, costs, strict=True)), allowed)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_a_power_law_has_its_exponent(power: float) -> None:
    points = [(size, 3e-6 * size**power) for size in SIZES]

    assert exponent(points) == pytest.approx(power, abs=1e-9)
    assert steepest(points) == pytest.approx(power, abs=1e-9)


def test_a_fixed_cost_hides_growth_from_the_fit_but_not_from_the_steepest() -> None:
    points = [(size, 0.001 + 1e-6 * size) for size in SIZES]

    assert exponent(points) < 0.6
    assert steepest(points) > 0.8


def test_a_flat_cost_does_not_grow() -> None:
    assert not growth(0.0010, 0.0011, 0.0010).grows


def test_a_linear_cost_grows_unless_it_is_allowed_to() -> None:
    linear = (0.001, 0.1, 10.0)

    assert growth(*linear).grows
    assert not growth(*linear, allowed=1.0).grows


def test_a_quadratic_cost_grows_even_where_a_linear_one_is_allowed() -> None:
    assert growth(0.001, 10.0, 100_000.0, allowed=1.0).grows


def test_what_came_to_its_bound_does_not_grow() -> None:
    a_page = growth(0.001, 0.005, 0.005)

    assert steepest(a_page.points) > 0.2
    assert not a_page.grows


def test_points_are_in_the_order_of_size() -> None:
    shuffled = Growth("getBatch", "batches", {1_000: 2.0, 10: 1.0, 100_000: 3.0})

    assert shuffled.points == [(10.0, 1.0), (1_000.0, 2.0), (100_000.0, 3.0)]
