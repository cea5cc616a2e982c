"""What becomes due while nobody asks is seen when it is, in the tenant in which it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, cast

import pytest
from sealbox.sandbox import Plan, Sandbox, Sandboxes
from sealbox.timing.clock import ClockMode
from sealbox.timing.pump import SECONDS, Watch, pumping

if TYPE_CHECKING:
    from sealbox.apis.vec.world import World

START = datetime(2025, 4, 1, 12, tzinfo=UTC)
BATCH = "9e7860e3-7c0a-401f-98f6-b98e316934f4"
PACE = {"vec.queue_seconds": 10, "vec.certificate_seconds": 20}


class Wall:
    """The system's clock, which the test moves: seconds since `START`."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def opened(wall: Wall, clock: ClockMode = ClockMode.AUTO, *, scale: float = 1.0) -> Sandboxes:
    """Three tenants besides the first one."""
    sandboxes = Sandboxes(Plan(clock=clock, clock_scale=scale, pace=PACE), system=wall)
    for tenant in ("a", "b", "c"):
        sandboxes.open_like_default(tenant=tenant)
    return sandboxes


def begin_batch(sandbox: Sandbox) -> None:
    """As a request does it: a new batch of which nothing has happened yet."""
    world = cast("World", sandbox.worlds["vec"])
    world.keep(replace(world.batches[BATCH], id=sandbox.new_id(), created_at=world.now, pace=world.pace))
    sandbox.stir()


def looked(watch: Watch, wall: Wall, seconds: float) -> list[str]:
    """Whom a look at that time finds due, each of whom has caught up then."""
    wall.seconds = seconds
    due = watch.due(seconds)
    for sandbox in due:
        asyncio.run(sandbox.catch_up())
        assert not sandbox.is_due
    return [sandbox.plan.tenant for sandbox in due]


def moments(sandboxes: Sandboxes, tenant: str) -> list[float]:
    happened = [happening for _, happening in sandboxes[tenant].timeline.since(0)]
    return [(happening.at - START).total_seconds() for happening in happened]


def test_only_the_tenant_in_which_something_is_due_is_caught_up(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["b"])

    assert looked(watch, wall, 0) == ["b"]
    assert looked(watch, wall, 9) == []
    assert looked(watch, wall, 10.01) == ["b"]
    assert looked(watch, wall, 20) == []
    assert looked(watch, wall, 10_000) == ["b"]
    assert looked(watch, wall, 20_000) == []


def test_a_faster_clock_is_seen_earlier(wall: Wall) -> None:
    sandboxes = opened(wall, scale=100)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["a"])

    assert looked(watch, wall, 0) == ["a"]
    assert looked(watch, wall, 0.05) == []
    assert looked(watch, wall, 0.11) == ["a"]


def test_a_clock_that_is_made_faster_is_planned_anew(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["a"])
    assert looked(watch, wall, 0) == ["a"]
    sandboxes["a"].clock.change(scale=1000)
    sandboxes["a"].stir()

    assert looked(watch, wall, 0.2) == ["a"]


def test_a_clock_that_moves_when_told_is_never_waited_for(wall: Wall) -> None:
    sandboxes = opened(wall, ClockMode.MANUAL)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["a"])

    assert looked(watch, wall, 0) == ["a"]
    assert looked(watch, wall, 0.1) == []
    assert sandboxes["a"].seconds_to_wait() == inf
    assert looked(watch, wall, 1_000_000) == []
    asyncio.run(sandboxes["a"].advance(timedelta(seconds=10)))
    assert len(moments(sandboxes, "a")) == 2


def test_whoever_comes_first_is_told_first(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    for number, tenant in enumerate("cab"):
        looked(watch, wall, float(number))
        begin_batch(sandboxes[tenant])
        looked(watch, wall, number + SECONDS)
    looked(watch, wall, 3)

    assert looked(watch, wall, 12.5) == ["c", "a", "b"]


def test_a_tenant_that_is_closed_is_forgotten(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["a"])
    looked(watch, wall, 0)
    looked(watch, wall, SECONDS)
    sandboxes.close("a")

    assert looked(watch, wall, 100) == []
    assert "a" not in sandboxes.stirred


def test_a_tenant_that_begins_again_is_not_taken_for_the_one_before(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["a"])
    looked(watch, wall, 0)
    looked(watch, wall, SECONDS)
    sandboxes.reset("a")

    assert looked(watch, wall, 100) == []
    begin_batch(sandboxes["a"])
    assert looked(watch, wall, 100.1) == ["a"]


def test_what_a_request_leaves_behind_is_taken_up_without_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the real pump and the system's clock."""
    sandboxes = Sandboxes(Plan(clock=ClockMode.AUTO, clock_scale=1000, pace=PACE))
    sandbox, done, catch_up = sandboxes.default, asyncio.Event(), sandboxes.default.catch_up

    async def told() -> None:
        await catch_up()
        if not sandbox.worlds["vec"].waits:
            done.set()

    async def pumped() -> None:
        async with pumping(sandboxes):
            begin_batch(sandbox)
            await asyncio.wait_for(done.wait(), 20)

    monkeypatch.setattr(sandbox, "catch_up", told)
    asyncio.run(pumped())
    assert sandbox.timeline.count == 3
