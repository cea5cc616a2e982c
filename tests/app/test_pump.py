"""What becomes due while nobody asks is seen when it is, in the tenant in which it is."""

from __future__ import annotations

import asyncio
import gc
import weakref
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, cast

import pytest
from sealbox.apis.certifiqi.model import Upload
from sealbox.apis.vec.certificates import certificate
from sealbox.sandbox import Plan, Sandbox, Sandboxes
from sealbox.timing.clock import ClockMode
from sealbox.timing.pump import FEW, MANY, SECONDS, Watch, pumping

if TYPE_CHECKING:
    from sealbox.apis.certifiqi.world import World as Certifiqi
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


def begin(sandbox: Sandbox) -> None:
    """As a request does it: two documents, the generation of which ends after 10 and 30 seconds."""
    world = cast("Certifiqi", sandbox.worlds["certifiqi"])
    for seconds in (10, 30):
        ends = world.now + timedelta(seconds=seconds)
        world.add_uploads([Upload(sandbox.new_id(), "client", "a.pdf", None, b"", world.now, ends)])
    sandbox.stir()


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
    begin(sandboxes["b"])

    assert looked(watch, wall, 0) == []
    assert looked(watch, wall, 9) == []
    assert looked(watch, wall, 10.01) == ["b"]
    assert looked(watch, wall, 20) == []
    assert looked(watch, wall, 10_000) == ["b"]
    assert looked(watch, wall, 20_000) == []


def test_a_faster_clock_is_seen_earlier(wall: Wall) -> None:
    sandboxes = opened(wall, scale=100)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])

    assert looked(watch, wall, 0) == []
    assert looked(watch, wall, 0.05) == []
    assert looked(watch, wall, 0.11) == ["a"]


def test_a_clock_that_is_made_faster_is_planned_anew(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])
    assert looked(watch, wall, 0) == []
    sandboxes["a"].clock.change(scale=1000)
    sandboxes["a"].stir()

    assert looked(watch, wall, 0.2) == ["a"]


def test_a_clock_that_moves_when_told_is_never_waited_for(wall: Wall) -> None:
    sandboxes = opened(wall, ClockMode.MANUAL)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])

    assert looked(watch, wall, 0) == []
    assert looked(watch, wall, 0.1) == []
    assert sandboxes["a"].seconds_to_wait() == inf
    assert looked(watch, wall, 1_000_000) == []
    asyncio.run(sandboxes["a"].advance(timedelta(seconds=10)))
    assert moments(sandboxes, "a") == [10]


def test_whoever_comes_first_is_told_first(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    for number, tenant in enumerate("cab"):
        looked(watch, wall, float(number))
        begin(sandboxes[tenant])
        looked(watch, wall, number + SECONDS)
    looked(watch, wall, 3)

    assert looked(watch, wall, 12.5) == ["c", "a", "b"]


def test_a_tenant_that_is_closed_is_forgotten(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])
    looked(watch, wall, 0)
    looked(watch, wall, SECONDS)
    sandboxes.close("a")

    assert looked(watch, wall, 100) == []
    assert "a" not in sandboxes.stirred


def test_a_tenant_that_begins_again_is_not_taken_for_the_one_before(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])
    looked(watch, wall, 0)
    looked(watch, wall, SECONDS)
    sandboxes.reset("a")

    assert looked(watch, wall, 100) == []
    begin(sandboxes["a"])
    assert looked(watch, wall, 100.1) == []
    assert looked(watch, wall, 110.1) == ["a"]


def test_what_a_request_leaves_behind_is_taken_up_without_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the real pump and the system's clock."""
    sandboxes = Sandboxes(Plan(clock=ClockMode.AUTO, clock_scale=1000, pace=PACE))
    sandbox, done, catch_up = sandboxes.default, asyncio.Event(), sandboxes.default.catch_up

    async def told() -> None:
        await catch_up()
        if not sandbox.worlds["certifiqi"].waits:
            done.set()

    async def pumped() -> None:
        async with pumping(sandboxes):
            begin(sandbox)
            await asyncio.wait_for(done.wait(), 20)

    monkeypatch.setattr(sandbox, "catch_up", told)
    asyncio.run(pumped())
    assert sandbox.timeline.count == 2


def batch_world(sandboxes: Sandboxes, tenant: str) -> World:
    return cast("World", sandboxes[tenant].worlds["vec"])


def test_what_only_has_to_be_told_wakes_nobody_and_is_told_when_asked_for(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin_batch(sandboxes["a"])
    for seconds in (0, 10, 30, 40):
        assert looked(watch, wall, seconds) == []
    assert moments(sandboxes, "a") == [0, 10, 30]


def test_what_happens_in_two_apis_is_told_in_order(wall: Wall) -> None:
    sandboxes = opened(wall)
    begin_batch(sandboxes["a"])
    wall.seconds = 5
    begin(sandboxes["a"])
    wall.seconds = 100
    asyncio.run(sandboxes["a"].catch_up())
    assert moments(sandboxes, "a") == [0, 10, 15, 30, 35]


def test_while_batches_come_few_are_entered_in_a_look_and_many_once_none_does(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch, world = Watch(sandboxes), batch_world(sandboxes, "a")
    looked(watch, wall, 0)
    for _ in range(3 * FEW + MANY):
        begin_batch(sandboxes["a"])
    for begun, left in ((0, 2 * FEW + MANY), (FEW, 2 * FEW + MANY), (0, 2 * FEW), (0, 0), (0, 0)):
        for _ in range(begun):
            begin_batch(sandboxes["a"])
        looked(watch, wall, 0)
        assert len(world._unentered) == left
        assert sandboxes["a"]._timeline.count == len(world.batches) - left - held_at_first(sandboxes)
    assert watch._again == set()


def held_at_first(sandboxes: Sandboxes) -> int:
    """The batches of a world that has just begun."""
    return len(batch_world(sandboxes, "b").batches)


def test_tenants_share_what_is_entered_in_one_look(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    looked(watch, wall, 0)
    for tenant in "ab":
        for _ in range(FEW + MANY // 2):
            begin_batch(sandboxes[tenant])
    for left in (FEW // 2 + MANY // 2, FEW // 2, 0):
        looked(watch, wall, 0)
        assert [len(batch_world(sandboxes, tenant)._unentered) for tenant in "ab"] == [left, left]


def test_a_tenant_that_waits_for_a_slow_receiver_holds_up_nobody(wall: Wall) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])
    watch.due(0)
    for _ in range(FEW + 2 * MANY):
        begin_batch(sandboxes["b"])
    wall.seconds = 10.1
    waiting = []
    for _ in range(4):
        assert [one.plan.tenant for one in watch.due(10.1)] == ["a"], "nobody catches up"
        waiting.append(len(batch_world(sandboxes, "b")._unentered))
    assert waiting == [2 * MANY, 3 * MANY // 2, MANY, MANY // 2], "no more than half of them is its share"


@pytest.mark.parametrize("end", ["reset", "close"])
def test_what_is_left_of_a_tenant_that_ends_is_nobodys(wall: Wall, end: str) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    for _ in range(FEW + 1):
        begin_batch(sandboxes["a"])
    watch.due(0)
    assert watch._again == {"a"}
    getattr(sandboxes, end)("a")
    watch.due(SECONDS)
    watch.due(2 * SECONDS)
    assert watch._again == set()


def test_whoever_looks_into_a_list_finds_what_is_not_entered_yet(wall: Wall) -> None:
    sandboxes = opened(wall)
    world = batch_world(sandboxes, "a")
    before = sum(world.register.counts(world.now).values())
    begin_batch(sandboxes["a"])
    newest = next(reversed(world.batches.values()))
    assert world.find_certificate(certificate(newest, 0, world.now, world.switches).id) == (newest, 0)
    assert sum(world.register.counts(world.now).values()) == before + 1
    assert world.next_due(world.now) == world.now + timedelta(seconds=10)


@pytest.mark.parametrize("how", ["reset", "close"])
def test_what_nobody_can_reach_any_more_is_free_at_the_next_look(wall: Wall, how: str) -> None:
    sandboxes = opened(wall)
    watch = Watch(sandboxes)
    begin(sandboxes["a"])
    begin_batch(sandboxes["a"])
    left = [weakref.ref(one) for one in (sandboxes["a"], *sandboxes["a"].worlds.values())]
    gc.disable()
    try:
        getattr(sandboxes, how)("a")
        assert all(one() for one in left), "a reset itself does not wait for that"
        watch.due(0)
        assert not any(one() for one in left)
    finally:
        gc.enable()


def test_a_request_that_is_under_way_in_a_world_that_is_reset_ends_as_ever(wall: Wall) -> None:
    sandboxes = opened(wall)
    sandbox, world = sandboxes["a"], batch_world(sandboxes, "a")
    sandboxes.reset("a")
    Watch(sandboxes).due(0)
    world.keep(replace(world.batches[BATCH], id=sandbox.new_id(), created_at=world.now))
    asyncio.run(world.sandbox.settle())
    asyncio.run(sandbox.advance(timedelta(seconds=1)))
    assert sandbox.next_due() is None
    assert sandbox.timeline.count == 0
