"""What the server prints of an exchange, and that nobody has to read it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from sealbox.commands.exchange_log import MOST_WAITING, ExchangeLog, lines
from sealbox.exchanges.exchange import Exchange


def exchange(status: int = 404, **details: Any) -> Exchange:
    made = Exchange(
        id="req-1",
        tenant="demo",
        at=datetime(2025, 4, 1, tzinfo=UTC),
        method="GET",
        path=details.pop("path", "/vec/x"),
        query="",
        headers=[],
    )
    made.status = status
    for name, value in details.items():
        setattr(made, name, value)
    return made


def printed(*exchanges: Exchange, everything: bool = False) -> str:
    reading, writing = os.pipe()
    log = ExchangeLog(everything=everything, file=writing)
    for one in exchanges:
        log(one)
    log.close()
    os.close(writing)
    with os.fdopen(reading) as end:
        return end.read()


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({}, ["GET /vec/x 404"]),
        ({"why": "no such batch"}, ["GET /vec/x 404 — no such batch"]),
        ({"why": "no", "fix": "do"}, ["GET /vec/x 404 — no", "  fix: do"]),
        ({"fault": "fault 1: getBatch", "why": "no"}, ["GET /vec/x 404 — fault 1: getBatch"]),
        ({"snippet": "a\nb"}, ["GET /vec/x 404"]),
        ({"path": "/a\x1b[2J\nGET /b", "why": "\r!"}, ["GET /a?[2J?GET /b 404 — ?!"]),
    ],
)
def test_a_refusal_is_a_line_with_its_reason(details: dict[str, Any], told: list[str]) -> None:
    assert lines(exchange(**details), everything=False) == told


def test_the_snippet_is_for_those_who_want_everything() -> None:
    assert lines(exchange(snippet="a\nb"), everything=True) == ["GET /vec/x 404", "  | a", "  | b"]


def test_what_was_answered_well_is_not_printed_unless_everything_is() -> None:
    good = exchange(200)

    assert printed(good, exchange(500)) == "GET /vec/x 500\n"
    assert printed(good, everything=True) == "GET /vec/x 200\n"
    assert printed(exchange(200, fault="fault 1")) == "GET /vec/x 200 — fault 1\n"


def test_every_line_is_there_in_order_when_it_ends() -> None:
    told = printed(*(exchange(path=f"/{number}") for number in range(500))).splitlines()

    assert told == [f"GET /{number} 404" for number in range(500)]


def test_a_server_whose_words_nobody_reads_still_answers() -> None:
    reading, writing = os.pipe()
    log = ExchangeLog(everything=False, file=writing)
    for _ in range(2 * MOST_WAITING):
        log(exchange(why="x" * 1000))
    log.close()
    os.close(reading)


def test_a_server_whose_words_nobody_can_read_still_answers() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    log = ExchangeLog(everything=False, file=writing)
    log(exchange())
    log(exchange())
    log.close()
    os.close(writing)
