"""How long things take is a setting, and a batch of n rows takes n times as long as one row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk


@pytest.fixture(scope="module")
def paced(
    open_app: Callable[..., Client], upload_as: Callable[[Client], Desk]
) -> Callable[[Mapping[str, float]], Desk]:
    """A desk at an application with a pace of its own, of which there is one for each pace."""
    known: dict[str, Client] = {}

    def paced(pace: Mapping[str, float]) -> Desk:
        key = str(sorted(pace.items()))
        if key not in known:
            known[key] = open_app(Plan(clock=ClockMode.MANUAL, pace=pace))
        return upload_as(known[key])

    return paced


def rows(count: int) -> list[tuple[str, str]]:
    return [(f"p{n}@example.com", f"P{n}") for n in range(count)]


def now(desk: Desk) -> datetime:
    return datetime.fromisoformat(desk.client.control("GET", "/clock").json()["now"])


def seconds_taken(desk: Desk, count: int) -> float:
    """From the creation to the moment at which nothing more happens."""
    started = now(desk)
    batch = desk.upload(rows(count))
    desk.finish()
    assert desk.batch(batch)["status"] == "completed"
    return (now(desk) - started).total_seconds()


PACES: list[tuple[dict[str, float], float, float]] = [
    ({}, 2, 0.5),
    ({"vec.certificate_seconds": 0.01}, 2, 0.01),
    ({"vec.queue_seconds": 0}, 0, 0.5),
    ({"vec.queue_seconds": 0.25, "vec.certificate_seconds": 7}, 0.25, 7),
    ({"vec.certificate_seconds": 0}, 2, 0),
]


@pytest.mark.parametrize(("pace", "queue", "each"), PACES)
@settings(max_examples=12)
@given(count=st.integers(1, 120))
def test_a_batch_takes_the_queue_and_its_rows(
    paced: Callable[..., Desk], pace: dict[str, float], queue: float, each: float, count: int
) -> None:
    assert seconds_taken(paced(pace), count) == pytest.approx(queue + each * count)


@pytest.mark.parametrize("count", [10, 100, 400])
def test_half_of_the_time_makes_half_of_the_certificates(paced: Callable[..., Desk], count: int) -> None:
    desk = paced({"vec.certificate_seconds": 0.01})
    batch = desk.upload(rows(count))
    desk.wait(2 + 0.01 * count / 2)
    half = desk.batch(batch)

    assert (half["status"], half["processed_certificates"], half["progress"]) == (
        "processing",
        count // 2,
        50,
    )


def test_another_pace_leaves_the_world_s_own_batches_as_they_are(
    paced: Callable[..., Desk], desk: Desk
) -> None:
    def world(one: Desk) -> list[dict[str, Any]]:
        return [batch for batch in one.every("batches") if batch["created_at"] < "2025-04-01"]

    assert world(paced({"vec.certificate_seconds": 3})) == world(desk)


def test_tenants_that_are_opened_later_have_the_same_pace(paced: Callable[..., Desk]) -> None:
    desk = paced({"vec.certificate_seconds": 7})
    later = type(desk)(desk.client.open_tenant("later"))

    assert seconds_taken(later, 3) == 2 + 3 * 7


@pytest.mark.parametrize(
    "pace",
    [
        {"vec.certificate_seconds": -1},
        {"vec.nothing": 1},
        {"certificate_seconds": 1},
        {"vec.queue_seconds": 1e9},
    ],
)
def test_a_pace_that_cannot_be_is_refused_at_the_start(
    open_app: Callable[..., Client], pace: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match=next(iter(pace))):
        open_app(Plan(pace=pace))


def test_two_batches_advance_side_by_side_each_at_its_own_pace(desk: Desk) -> None:
    first = desk.upload([("a@example.com", "A")])
    desk.wait(1)
    second = desk.upload([("b@example.com", "B")])
    seen = []
    for _ in range(4):
        seen.append((desk.batch(first)["status"], desk.batch(second)["status"]))
        desk.wait(1)

    assert seen == [
        ("pending", "pending"),
        ("processing", "pending"),
        ("completed", "processing"),
        ("completed", "completed"),
    ]
