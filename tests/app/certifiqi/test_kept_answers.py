"""getBatchGroup gives an answer again: after any history it is the one that would be made now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sealbox.apis.certifiqi.render import Renderer
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.serving.kept import Kept, bytes_of_body
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    import httpx2
    from sealbox.apis.certifiqi.model import SigningEvent

    from tests.app.certifiqi.conftest import Desk, Json, Shapes
    from tests.app.conftest import Client

HOSTS = ("127.0.0.1:4780", "sandbox.example.com")
numbers = st.integers(0, 2**16)


def asked(desk: Desk, key: str, host: str = HOSTS[0]) -> httpx2.Response:
    return desk.client.certifiqi("GET", f"/batch_group/{key}", headers={"Host": host})


def without_id(answer: httpx2.Response) -> tuple[Any, ...]:
    headers = {name: value for name, value in answer.headers.items() if name != "x-sandbox-request-id"}
    return answer.status_code, headers, answer.content


class Histories(RuleBasedStateMachine):
    """What changes an event, or what its answer depends on."""

    def __init__(self, desk: Desk, shapes: Shapes) -> None:
        super().__init__()
        desk.client.control("POST", "/reset")
        desk.client.control("PUT", "/snapshots/empty")
        self.desk = desk
        self.shapes = shapes
        self.saved = ["empty"]

    @property
    def world(self) -> Any:
        app: Any = self.desk.client.app
        return app.sandboxes[self.desk.client.tenant].worlds["certifiqi"]

    @property
    def own(self) -> list[SigningEvent]:
        """The events of the client that asks."""
        client_key = self.world.callers[self.desk.client.token("certifiqi")].client_key
        return [event for event in self.world.events.values() if event.client_key == client_key]

    def pick(self, number: int) -> Json:
        events = self.own
        return {"batch_group_key": events[number % len(events)].key}

    @rule(value=st.sampled_from((1, 1.0, 10**20, None)))
    def create(self, value: float | None) -> None:
        self.desk.create(self.shapes.batch("Ana", "Bia"), self.shapes.batch("Caio"), total_value=value)

    @rule(which=numbers, who=numbers)
    def sign(self, which: int, who: int) -> None:
        ids = list(self.desk.ids(self.desk.read(self.pick(which))).values())
        self.desk.client.control("POST", f"/certifiqi/signers/{ids[who % len(ids)]}/sign", json={})

    @rule(which=numbers)
    def sign_all(self, which: int) -> None:
        self.desk.sign_event(self.pick(which))

    @rule(which=numbers, who=numbers)
    def reject(self, which: int, who: int) -> None:
        event = self.desk.read(self.pick(which))
        names = list(self.desk.ids(event))
        self.desk.reject(event, names[who % len(names)])

    @rule(which=numbers)
    def cancel(self, which: int) -> None:
        self.desk.put(self.pick(which), "cancel_signature")

    @rule(which=numbers, at=st.sampled_from((None, "2025-04-01T12:00:01Z", "2030-01-01T00:00:00Z")))
    def expire(self, which: int, at: str | None) -> None:
        self.desk.expire(self.pick(which), at)

    @rule(seconds=st.integers(0, 40))
    def advance(self, seconds: int) -> None:
        self.desk.client.advance(f"{seconds}s")

    @rule()
    def save(self) -> None:
        self.saved.append(f"s{len(self.saved)}")
        assert self.desk.client.control("PUT", f"/snapshots/{self.saved[-1]}").status_code < 300

    @rule(which=numbers)
    def load(self, which: int) -> None:
        name = self.saved[which % len(self.saved)]
        assert self.desk.client.control("POST", f"/snapshots/{name}/load").status_code == 200

    @invariant()
    def every_event_is_answered_as_if_nothing_had_been_kept(self) -> None:
        world, (here, there) = self.world, HOSTS
        for event in self.own:
            for host in (here, there, here, here):
                kept = asked(self.desk, event.key, host)
                fresh = Renderer(world.now, world.switches, f"http://{host}/certifiqi/storage")
                assert kept.content == orjson.dumps(fresh.event(event))
            before, world.kept = world.kept, Kept(bytes_of_body)
            assert without_id(kept) == without_id(asked(self.desk, event.key))
            world.kept = before


def test_after_every_history_what_is_kept_is_what_would_be_made(
    shared: Client, desk_of: type[Desk], shapes: Shapes
) -> None:
    quick = settings(max_examples=6, stateful_step_count=15, phases=(Phase.reuse, Phase.generate))

    class Here(Histories):
        def __init__(self) -> None:
            super().__init__(desk_of(shared), shapes)

    run_state_machine_as_test(Here, settings=quick)


def test_an_event_is_made_into_an_answer_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    whole = Renderer.event

    def counted(self: Renderer, event: Any) -> Json:
        made.append(event.key)
        return whole(self, event)

    monkeypatch.setattr(Renderer, "event", counted)
    event = desk.create()
    for _ in range(3):
        desk.read(event)
    assert len(made) == 1
    desk.client.advance("1h")  # nothing changes about it by then
    desk.read(event)
    assert len(made) == 1
    desk.sign(event, "Ana")
    desk.read(event)
    desk.client.advance("1h")  # its files have become ready
    desk.read(event)
    assert len(made) == 3


def test_what_the_last_answer_was_sent_with_is_not_in_the_next_one(desk: Desk) -> None:
    key = desk.create()["batch_group_key"]
    answers = [asked(desk, key) for _ in range(3)]
    assert len({tuple(answer.headers) for answer in answers}) == 1
    assert len({answer.headers["x-sandbox-request-id"] for answer in answers}) == 3


def test_each_time_it_is_told_what_the_answer_relies_on(desk: Desk) -> None:
    key = desk.create()["batch_group_key"]
    told = [asked(desk, key).headers["x-sandbox-evidence"] for _ in range(3)]
    assert "inferred: certifiqi." in told[0]
    assert told == [told[0]] * 3
    assumed = desk.client.control("GET", "/assumptions").json()["assumptions"]
    zone = next(one for one in assumed if one["id"] in told[0] and "getBatchGroup" in one["operations"])
    assert zone["times"] >= 3


def test_plain_connexion_gives_the_same_answer_again(
    runner: asyncio.Runner, desk_of: Callable[..., Desk]
) -> None:
    from tests.app.conftest import Client  # noqa: PLC0415, a class and no fixture

    app = create_app(Plan(clock=ClockMode.MANUAL), plain=True)
    desk = desk_of(Client(app, runner))
    key = desk.create()["batch_group_key"]
    first, *others = [without_id(asked(desk, key)) for _ in range(3)]
    assert others == [first, first]


@pytest.mark.parametrize("changed", [{"signature_status": "nonsense"}, {"batches": None}])
def test_an_answer_that_breaks_the_contract_breaks_it_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, changed: Json
) -> None:
    event, whole = desk.create(), Renderer.event
    monkeypatch.setattr(Renderer, "event", lambda self, event: whole(self, event) | changed)
    assert [asked(desk, event["batch_group_key"]).status_code for _ in range(3)] == [500] * 3
