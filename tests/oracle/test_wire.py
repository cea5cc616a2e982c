"""The way to the target: what checks read of an answer, where an address leads, and what a clock tells."""

from __future__ import annotations

import json
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis.errors import FlakyStrategyDefinition
from sealbox_conformance import outcomes, target
from sealbox_conformance.budget import Round
from sealbox_conformance.exchange import Wire
from sealbox_conformance.verdicts import Verdict
from sealbox_conformance.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = "2025-04-01T12:00:00+00:00"


def _answers(told: Any) -> Any:
    """An application that redirects /moved to /there, and says `told` everywhere else."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        moved = scope["path"] == "/moved"
        headers = [(b"location", b"/there")] if moved else [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 302 if moved else 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(told).encode()})

    return app


@pytest.fixture
def wired(serve: Any) -> Iterator[Callable[..., Wire]]:
    """A wire to a server that says something; more credentials by name."""
    with ExitStack() as stack:

        def made(told: Any, **credentials: str) -> Wire:
            url = serve(_answers(told))
            api = target.ApiTarget("vec", url, {"full": "0123456789ab", **credentials})
            control = {"advance": f"{url}/clock"}
            wire = Wire(target.Target("x", {"vec": api}, frozenset(), control), api, Witness())
            stack.callback(wire.close)
            return wire

        yield made


def test_an_address_of_a_file_may_lead_elsewhere(wired: Any) -> None:
    wire = wired({"a": 1})

    assert wire.fetch(f"{wire.api.url}/moved").status == 200
    assert wire.send("GET", "/moved").status == 302, "an operation is asked for itself"


def test_a_short_credential_changes_nothing_of_an_answer(wired: Any) -> None:
    said = {"number": 1742, "name": "demo", "secret": "0123456789ab"}
    reply = wired(said, viewer="demo", other_institution="174").send("GET", "/")

    assert reply.json() == {**said, "secret": "$VEC_TOKEN"}


@pytest.mark.parametrize("told", [{"now": NOW}, {"now": "2025-04-01T09:00:00-03:00"}])
def test_a_sandbox_tells_the_time(wired: Any, told: Any) -> None:
    wire = wired(told)
    reply = wire.send("GET", "/")

    assert wire.told is None
    assert wire.now(reply).isoformat() in {NOW, told["now"]}
    assert wire.told == wire.now(reply)


@pytest.mark.parametrize("told", [{}, [], "soon", {"now": "soon"}, {"now": 5}, {"now": NOW[:19]}])
def test_a_sandbox_need_not_tell_the_time(wired: Any, told: Any) -> None:
    wire = wired(told)
    reply = wire.send("GET", "/")

    assert wire.now(reply).tzinfo, "that of the header Date"
    assert wire.told is None


def test_a_target_that_answers_otherwise_each_time_is_no_fault_of_the_suite() -> None:
    def fails() -> None:
        raise FlakyStrategyDefinition("other answers")

    call = pytest.CallInfo.from_call(fails, "call")
    item: Any = SimpleNamespace(nodeid="a", iter_markers=lambda _name: [])
    found = outcomes.record(
        item,
        call,
        {"breaches": [], "broken_acts": {}},
        shown="",
        round_=Round(0, 1, 1),
        redact=lambda text: text,
    )

    assert found["outcome"] == Verdict.NOT_CONCLUDED.value
