"""The tester is tested: a server that breaks a promise fails on that promise."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sealbox.apis.vec import handlers, listing, recipients, rules
from sealbox.app import create_app
from sealbox_conformance import catalogue

_spec = importlib.util.spec_from_file_location(
    "sealbox_tests_mutants", Path(__file__).with_name("mutants.py")
)
assert _spec
assert _spec.loader
mutants = importlib.util.module_from_spec(_spec)  # tests are no package, so a neighbour is loaded by its path
sys.modules[_spec.name] = mutants  # where dataclass looks its types up
_spec.loader.exec_module(mutants)


def _kills(judge: Any, url: str, requirement: str) -> None:
    run = judge(
        url,
        "--api",
        catalogue.load()[requirement].api,
        "--select",
        requirement,
        "--seed",
        1,
        "--max-examples",
        4,
    )

    assert run.having("failed") == [requirement], run.stdout
    assert run.code == 1


@pytest.mark.parametrize("mutant", mutants.ANSWERS, ids=lambda mutant: mutant.id)
def test_a_changed_answer_is_found(serve: Any, judge: Any, mutant: Any) -> None:
    _kills(judge, serve(mutants.Tampered(create_app(), mutant)), mutant.id)


@pytest.mark.parametrize("requirement", list(mutants.FORGIVEN))
def test_a_rule_that_is_gone_is_missed(serve: Any, judge: Any, monkeypatch: Any, requirement: str) -> None:
    ending = mutants.FORGIVEN[requirement]
    for name in ("_signatories", "_user", "_index"):
        monkeypatch.setattr(rules, name, mutants.forgiving(getattr(rules, name), ending))

    _kills(judge, serve(create_app()), requirement)


def _month_first(written: str) -> date | None:
    day, month, year = (int(part) for part in written.split("-"))
    return date(year, day, month) if day <= 12 else date(year, month, day)


REPLACED: dict[str, tuple[Any, str, Any]] = {
    "VEC-SIGNATORY-07": (rules, "set", list),  # users are counted with what is called set there
    "VEC-CSV-05": (recipients, "parse_issue_date", _month_first),
    "VEC-TENANT-01": (handlers, "own", lambda values, _institution: list(values)),
    "VEC-LIST-12": (handlers, "matches", lambda *_texts: True),
    "VEC-USER-02": (handlers, "matches", lambda *_texts: True),
    "VEC-USER-03": (handlers, "in_asked_order", lambda values, _asked, _key: values),
    "VEC-CERTIFICATE-02": (listing, "FILTERS", {}),
    "VEC-CERTIFICATE-03": (listing, "FILTERS", {}),
    "VEC-CERTIFICATE-04": (listing, "FILTERS", {}),
    "VEC-CERTIFICATE-05": (listing, "in_asked_order", lambda values, _asked, _key: values),
}


@pytest.mark.parametrize("requirement", list(REPLACED))
def test_a_part_that_does_something_else_is_found(
    serve: Any, judge: Any, monkeypatch: Any, requirement: str
) -> None:
    module, name, value = REPLACED[requirement]
    monkeypatch.setattr(module, name, value, raising=False)

    _kills(judge, serve(create_app()), requirement)


class Anywhere:
    """Takes an API key from the header Authorization too."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = [
            (b"x-api-token", value.rpartition(b" ")[2])
            for name, value in scope["headers"]
            if name == b"authorization"
        ]
        await self.app({**scope, "headers": [*scope["headers"], *more]}, receive, send)


def test_a_key_that_counts_in_any_header_is_found(serve: Any, judge: Any) -> None:
    _kills(judge, serve(Anywhere(create_app())), "CERTIFIQI-AUTH-04")
