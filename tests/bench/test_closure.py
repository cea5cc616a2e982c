"""What is measured in place of Sealbox does the same work: else its time would mean nothing."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING

import pytest
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

from bench.closure import CONSTANT, JOURNAL, Closures, Parts
from bench.inprocess import Call, get_event, post_batch, send
from bench.layers import MIDDLEWARES, OPERATIONS, connexion
from bench.peers.cases import CASES

if TYPE_CHECKING:
    from bench.inprocess import Answer, Application

layered = cache(connexion)  # each takes half a second to make
EVERYTHING = Parts(validated="object", journal=True, explained=True)


def asked(application: Application, call: Call) -> Answer:
    return asyncio.run(send(application, call))


@pytest.mark.parametrize("call", CASES.values(), ids=CASES)
@pytest.mark.parametrize("parts", [Parts(), EVERYTHING, Parts(validated="bytes")])
def test_a_closure_answers_what_sealbox_answers(parts: Parts, call: Call) -> None:
    closures = Closures(parts)
    with closures.judging():
        ours = asked(closures.asgi, call)
    theirs = asked(create_app(Plan(clock=ClockMode.MANUAL)), call)

    assert (ours.status, ours.body) == (theirs.status, theirs.body)


def test_a_wrong_token_is_refused() -> None:
    for call in (get_event(tenant="absent"), post_batch(1, tenant="absent")):
        assert asked(Closures(Parts()).asgi, call).status == 401


def test_what_is_not_in_the_table_is_not_found() -> None:
    assert asked(Closures(Parts()).asgi, Call("GET", "/vec/business/batches")).status == 404


def test_an_answer_that_breaks_the_contract_is_caught_before_it_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sealbox.apis.certifiqi.render.Renderer.event", lambda _, __: {"batch_group_key": 1})
    closures = Closures(EVERYTHING)

    with closures.judging(), pytest.raises(ValueError, match=r"not of type|is a required property"):
        asked(closures.asgi, get_event())


def test_the_journal_is_bounded_and_remembers_requests() -> None:
    closures = Closures(EVERYTHING)
    with closures.judging():
        asked(closures.asgi, get_event())

    assert closures.journal.maxlen == JOURNAL
    ((method, path, *_),) = closures.journal
    assert (method, path) == ("GET", get_event().path)


def test_a_reset_forgets_the_batches() -> None:
    closures = Closures(Parts())
    first = asked(closures.asgi, post_batch(1))
    closures.reset()

    assert asked(closures.asgi, post_batch(1)).body == first.body


@pytest.mark.parametrize("depth", range(len(MIDDLEWARES) + 1))
def test_every_depth_of_layers_answers_the_constant(depth: int) -> None:
    for call in CASES.values():
        answer = asked(layered(depth).application, call)

        assert answer.status == (200 if call.method == "GET" else 201)
        assert answer.body == CONSTANT


@pytest.mark.parametrize("inner", [*OPERATIONS, "stock"])
def test_connexions_application_answers_the_constant_behind_all_layers(inner: str) -> None:
    for call in CASES.values():
        assert asked(layered(len(MIDDLEWARES), inner).application, call).body == CONSTANT


def test_the_layers_refuse_a_wrong_token_once_security_is_among_them() -> None:
    call = get_event(tenant="absent")
    refused = [
        depth
        for depth in range(len(MIDDLEWARES) + 1)
        if asked(layered(depth).application, call).status != 200
    ]

    security = [getattr(one, "__name__", "") for one in MIDDLEWARES].index("SecurityMiddleware")
    assert refused == list(range(security + 1, len(MIDDLEWARES) + 1))
