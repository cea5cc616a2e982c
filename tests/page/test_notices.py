"""Notices of changes: one for whatever has happened, none for nothing, and an end when the server ends."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from sealbox.app import create_app
from sealbox.exchanges.exchange import Exchange
from sealbox.page import changes
from sealbox.sandbox import Plan
from sealbox.timing.agenda import Happening
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sealbox.apis.vec.world import World
    from sealbox.serving.intake import Intake


def app(clock: ClockMode = ClockMode.MANUAL) -> Intake:
    return create_app(Plan(clock=clock))


async def soon(stream: AsyncIterator[str]) -> str | None:
    """The next notice, or None when there is none within a few looks."""
    task = asyncio.ensure_future(anext(stream))
    done, _ = await asyncio.wait({task}, timeout=changes.LOOK * 4)
    if not done:
        task.cancel()
        await asyncio.wait({task})
        return None
    return task.result()


def test_something_that_happens_makes_a_notice_and_several_things_make_one() -> None:
    intake = app()

    async def walk() -> list[str | None]:
        async with aclosing(changes.notices(intake, "demo")) as stream:
            first = await anext(stream)
            intake.acts += 1
            intake.acts += 1
            return [first, await soon(stream), await soon(stream)]

    assert asyncio.run(walk()) == ["retry: 1000\n\n", changes.NOTICE, None]


@pytest.mark.parametrize("what", ["request", "happening", "reset", "tenant", "closed"])
def test_whatever_changes_is_noticed(what: str) -> None:
    intake = app()
    sandboxes = intake.sandboxes
    sandbox = sandboxes.open_like_default(tenant="looked-at")
    before = changes.stand(intake, "looked-at")
    changed: dict[str, Callable[[], object]] = {
        "request": lambda: sandbox.journal.add(an_exchange(sandbox)),
        "happening": lambda: sandbox.timeline.append(Happening(sandbox.clock.now(), "vec", "x", "y")),
        "reset": lambda: sandboxes.reset("looked-at"),
        "tenant": lambda: sandboxes.open_like_default(tenant="new"),
        "closed": lambda: sandboxes.close("looked-at"),
    }
    changed[what]()

    assert changes.stand(intake, "looked-at") != before


def an_exchange(sandbox: Any) -> Any:
    return Exchange(
        id="req-1", tenant="x", at=sandbox.clock.now(), method="GET", path="/", query="", headers=[]
    )


def test_another_tenant_s_requests_are_none_of_ours() -> None:
    intake = app()
    other = intake.sandboxes.open_like_default(tenant="other")
    before = changes.stand(intake, "demo")
    other.journal.add(an_exchange(other))

    assert changes.stand(intake, "demo") == before


def test_time_alone_is_a_notice_only_when_something_waits_for_it() -> None:
    moment = datetime(2025, 4, 1, tzinfo=UTC)
    intake = create_app(Plan(clock=ClockMode.AUTO), system=lambda: moment)
    assert not changes.is_moving(intake, "demo")
    world = cast("World", intake.sandboxes.default.worlds["vec"])
    batch = next(iter(world.batches.values()))
    pace = replace(world.pace, queue=timedelta(days=1))
    world.keep(replace(batch, created_at=moment, pace=pace, signatures=()))

    assert changes.is_moving(intake, "demo")
    intake.sandboxes.default.clock.change(mode=ClockMode.MANUAL)
    assert not changes.is_moving(intake, "demo")
    assert not changes.is_moving(intake, "nobody")


def test_a_stream_ends_when_the_server_ends() -> None:
    intake = app()

    async def walk() -> list[str]:
        async with aclosing(changes.notices(intake, "demo")) as stream:
            said = [await anext(stream)]
            intake.ending.set()
            said += [notice async for notice in stream]
            return said

    assert asyncio.run(asyncio.wait_for(walk(), 5)) == ["retry: 1000\n\n"]


def test_a_notice_comes_over_the_wire(live: Any) -> None:
    with live.client.stream("GET", "/_sandbox/ui/changes?tenant=demo") as stream:
        lines = stream.iter_lines()
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert next(lines) == "retry: 1000"
        live.upload()

        assert "event: changed" in [next(lines), next(lines)]


def test_an_open_stream_holds_up_no_end(serving: Callable[[], AbstractContextManager[Any]]) -> None:
    with serving() as live:
        request = live.client.build_request("GET", "/_sandbox/ui/changes?tenant=demo")
        stream = live.client.send(request, stream=True)
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
    # The block ends only once the server has, with the stream still held here.
    assert stream.status_code == 200
