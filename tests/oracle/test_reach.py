"""A green run has seen something: every operation, every documented answer, and mostly what was accepted."""

from __future__ import annotations

from typing import Any

import pytest
from sealbox.app import create_app
from sealbox_conformance import catalogue, contract, coverage

from tests.oracle import reached

pytestmark = pytest.mark.xdist_group("reach")  # one process, one run


@pytest.fixture(scope="module")
def everything(serve_for_long: Any, judge_for_long: Any) -> Any:
    """One run by every promise, with what it met."""
    app = reached.Counted(create_app())
    run = judge_for_long(serve_for_long(app), "--level", "all", "--seed", 1)
    return app, run


def test_every_declared_answer_is_met_or_has_a_reason(everything: Any) -> None:
    app, _ = everything

    assert reached.missed(app.seen) == [], reached.table(app.seen)


def test_no_reason_is_given_for_what_is_met_anyway(everything: Any) -> None:
    app, _ = everything
    met = {(name, status) for _, name, status in app.seen}

    assert {(name, status) for name, status in reached.UNREACHED if name != "*"} & met == set()


@pytest.mark.parametrize(("api", "operation"), [("vec", "createBatch"), ("certifiqi", "createBatchGroup")])
def test_much_of_what_is_sent_creates_something(everything: Any, api: str, operation: str) -> None:
    app, _ = everything
    accepted = sum(app.seen[api, operation, status] for status in (200, 201))

    assert accepted > 200


def test_every_promise_is_judged_or_says_why_not(everything: Any) -> None:
    _, run = everything
    known = catalogue.load()
    silent = {key for key in run.having("not_concluded", "not_claimed") if not known[key].untestable}

    assert silent - coverage.untested().keys() == set()


def test_nothing_is_found_at_any_level(everything: Any) -> None:
    _, run = everything

    assert run.having("failed", "warned", "noted", "harness_error") == [], run.stdout


@pytest.mark.parametrize("api", contract.apis())
def test_at_least_half_of_the_generated_requests_are_accepted(serve: Any, judge: Any, api: str) -> None:
    """The check itself is not concluded when they are not, so that a run cannot be green and empty."""
    creates = {
        "vec": ["VEC/createBatch"],
        "certifiqi": ["CERTIFIQI/createBatchGroup", "CERTIFIQI/uploadDocument"],
    }
    run = judge(
        serve(create_app()), "--api", api, "--seed", 2, "--max-examples", 20, *_selected(creates[api])
    )

    checks = [check for key in creates[api] for check in run.rows[key]["checks"]]
    assert any("test_most_of_what_is_generated_is_accepted" in check for check in checks)
    assert run.having("not_concluded") == [], run.stdout


def _selected(ids: list[str]) -> list[str]:
    return [word for one in ids for word in ("--select", one)]
