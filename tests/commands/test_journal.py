"""What was asked and answered, as people read it: `journal`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Sealbox


@pytest.fixture
def asked(sealbox: Sealbox) -> Sealbox:
    """Somebody who made a batch, read one that is not there, and searched for one."""
    sealbox.data("demo", "batch", "--name", "Class of 2025")
    sealbox.get("/vec/business/batches/none")
    sealbox.get("/vec/business/batches", name="Class")
    return sealbox


def test_the_newest_stands_last(asked: Sealbox) -> None:
    lines = asked("journal", "list").stdout.splitlines()

    assert [line.split()[2:4] for line in lines] == [
        ["POST", "/vec/business/batches"],
        ["GET", "/vec/business/batches/none"],
        ["GET", "/vec/business/batches?name=Class"],
    ]
    assert asked("journal", "list", "--limit", "1").stdout.splitlines() == lines[-1:]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--operation", "createBatch"], 1),
        (["--api", "vec"], 3),
        (["--api", "certifiqi"], 0),
        (["--method", "GET"], 2),
        (["--path", "/vec/business/batches"], 2),
        (["--status", "4xx"], 1),
        (["--contains", "Class of 2025"], 2),
    ],
)
def test_a_filter_leaves_what_matches(asked: Sealbox, filters: list[str], found: int) -> None:
    assert asked.data("journal", "list", *filters)["total"] == found


def test_nothing_is_said_of_an_empty_journal_but_that(sealbox: Sealbox) -> None:
    assert sealbox("journal", "list").stdout == "nothing that matches\n"


def test_a_refusal_is_shown_with_its_reason(sealbox: Sealbox) -> None:
    answer = sealbox.get("/vec/business/batches/none")
    shown = sealbox("journal", "last").stdout

    assert "GET /vec/business/batches/none\n" in shown
    assert "\n404\n" in shown
    assert answer.text in shown
    assert "evidence: getBatch 404" in shown
    assert sealbox("journal", "show", answer.headers["x-sandbox-request-id"]).stdout == shown


def test_an_exchange_that_is_not_there_is_a_refusal(sealbox: Sealbox) -> None:
    assert sealbox("journal", "show", "req-999").exit_code == 1
    assert sealbox("journal", "last").exit_code == 1


def test_a_long_body_is_cut_and_one_that_is_no_text_is_counted() -> None:
    from sealbox.commands.journal import _message  # noqa: PLC0415, its inside is looked at here only

    long = {"headers": [], "body": "x" * 3000, "kept": 3000, "size": 3000}
    image = {"headers": [["a", "b"]], "body": None, "kept": 9, "size": 9}

    assert list(_message(long)) == ["\n" + "x" * 2000 + " ..."]
    assert list(_message(image)) == ["a: b", "\n(9 bytes that are no text)"]


def test_what_was_asked_as_often_as_it_had_to_be_holds(asked: Sealbox) -> None:
    once = asked("journal", "verify", "--operation", "createBatch", "--times", "1")

    assert (once.exit_code, once.stdout) == (0, "holds: 1 times\n")
    assert asked("journal", "verify", "--method", "GET", "--at-least", "2", "--at-most", "2").exit_code == 0


def test_what_was_not_ends_with_1_and_the_nearest_miss(asked: Sealbox) -> None:
    never = asked("journal", "verify", "--path", "/vec/business/batches", "--method", "DELETE")

    assert never.exit_code == 1
    assert never.stdout.startswith("does not hold: 0 times\n")
    assert "the method was POST, not DELETE" in never.stdout


def test_what_holds_is_data_too(asked: Sealbox) -> None:
    ended = asked("journal", "verify", "--times", "7", "--json")

    assert ended.exit_code == 1
    assert '"holds": false' in ended.stdout


def test_a_cleared_journal_is_empty(asked: Sealbox) -> None:
    assert asked("journal", "forget").stdout == "the journal is empty\n"
    assert asked.data("journal", "list")["total"] == 0


def test_a_form_that_nobody_has_is_named_with_those_there_are(asked: Sealbox) -> None:
    ended = asked("journal", "last", "--as", "postman")

    assert ended.exit_code == 2
    assert "har, curl, pytest" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["last", "--as", "pytest"], {"format": "pytest", "id": "last"}),
        (
            ["show", "req-7", "--as", "har", "--unredacted"],
            {"format": "har", "id": "req-7", "redact": "false"},
        ),
        (["export", "curl", "--status", "4xx"], {"format": "curl", "status": "4xx"}),
        (["export", "har", "--limit", "5", "--api", "vec"], {"format": "har", "limit": 5, "api": "vec"}),
    ],
)
def test_an_export_is_printed_as_the_server_wrote_it(
    nowhere: Sealbox, monkeypatch: pytest.MonkeyPatch, arguments: list[str], asked: dict[str, object]
) -> None:
    seen = []

    def answer(method: str, url: str, *, params: dict[str, object], **_: object) -> httpx2.Response:
        seen.append((method, url, params))
        return httpx2.Response(200, text="#!/bin/sh\r\n# no newline is added")

    monkeypatch.setattr(httpx2, "request", answer)
    ended = nowhere("journal", *arguments)

    assert ended.exit_code == 0
    assert ended.stdout_bytes == b"#!/bin/sh\r\n# no newline is added"
    assert seen == [("GET", "http://127.0.0.1:1/_sandbox/export", {"tenant": "demo", **asked})]
