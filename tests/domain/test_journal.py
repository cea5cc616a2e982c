"""The journal keeps the newest exchanges within its bounds, and finds them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.exchanges.exchange import Exchange, header
from sealbox.exchanges.journal import MOST_OF_A_BODY, Journal, Search

AT = datetime(2025, 4, 1, tzinfo=UTC)


def exchange(number: int = 1, **more: Any) -> Exchange:
    known: dict[str, Any] = {
        "id": f"req-{number}",
        "tenant": "demo",
        "at": AT,
        "method": "POST",
        "path": "/vec/business/batches",
        "query": "",
        "headers": [],
        "api": "vec",
        "operation": "createBatch",
        "status": 201,
    }
    return Exchange(**(known | more))


def test_the_newest_comes_first() -> None:
    journal = Journal()
    for number in (1, 2, 3):
        journal.add(exchange(number))

    assert [one.id for one in journal] == ["req-3", "req-2", "req-1"]


def test_ids_go_up_and_last_is_the_newest() -> None:
    journal = Journal()
    ids = [journal.next_id() for _ in range(3)]
    assert journal.find("last") is None
    for number in (1, 2):
        journal.add(exchange(number))

    assert ids == ["req-1", "req-2", "req-3"]
    assert journal.find("last") is journal.find("req-2") is not None
    assert journal.find("req-9") is None


@given(st.integers(1, 20), st.integers(0, 60))
def test_there_are_never_more_than_the_most(most: int, added: int) -> None:
    journal = Journal(most)
    for number in range(added):
        journal.add(exchange(number))

    assert len(journal) == min(most, added)
    assert journal.dropped == max(0, added - most)
    assert [one.id for one in journal] == [f"req-{number}" for number in range(added - 1, -1, -1)][:most]


@given(st.lists(st.integers(0, 5000), max_size=30))
def test_there_are_never_more_bytes_than_the_most_but_for_one_exchange(sizes: list[int]) -> None:
    journal = Journal(1000, most_bytes=10_000)
    for number, size in enumerate(sizes):
        journal.add(exchange(number, body=b"x" * size))

    assert len(journal) <= 1 or sum(one.weight for one in journal) <= 10_000
    assert not sizes or journal.find("last") is not None


def test_a_long_body_is_cut_and_its_size_stays() -> None:
    journal = Journal()
    long = b"x" * (MOST_OF_A_BODY + 1)
    journal.add(exchange(body=long, size=len(long), answer_body=long, answer_size=len(long)))
    (kept,) = journal

    assert (len(kept.body), kept.size) == (MOST_OF_A_BODY, MOST_OF_A_BODY + 1)
    assert (len(kept.answer_body), kept.answer_size) == (MOST_OF_A_BODY, MOST_OF_A_BODY + 1)


def test_a_cleared_journal_is_empty_and_goes_on_counting() -> None:
    journal = Journal(1)
    first = journal.next_id()
    journal.add(exchange(1))
    journal.add(exchange(2))
    journal.clear()

    assert (len(journal), journal.dropped) == (0, 0)
    assert journal.next_id() != first


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"api": "vec"},
        {"operation": "createBatch"},
        {"method": "post"},
        {"path": "/vec/business/batches"},
        {"status": "201"},
        {"status": "2xx"},
        {"contains": "Lima"},
        {"contains": "answered"},
    ],
)
def test_what_is_asked_about_is_found(asked: dict[str, Any]) -> None:
    one = exchange(body=b"name=Ana Lima", answer_body=b"answered")

    assert Search(**asked)(one)
    assert Search(**asked).misses(one) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"api": "certifiqi"}, "it went to vec, not to certifiqi"),
        ({"operation": "getBatch"}, "it was createBatch, not getBatch"),
        ({"method": "get"}, "the method was POST, not GET"),
        ({"path": "/vec"}, "the path was /vec/business/batches, not /vec"),
        ({"status": "422"}, "the status was 201, not 422"),
        ({"status": "4xx"}, "the status was 201, not 4xx"),
        ({"contains": "x"}, "neither body contains 'x'"),
    ],
)
def test_what_differs_is_said(asked: dict[str, Any], said: str) -> None:
    assert Search(**asked).misses(exchange()) == [said]
    assert not Search(**asked)(exchange())


def test_everything_that_differs_is_said_at_once() -> None:
    assert len(Search(operation="getBatch", method="GET", status="200").misses(exchange())) == 3


def test_a_header_is_found_in_whatever_case() -> None:
    headers = [(b"Content-Type", b"a"), (b"content-type", b"b")]

    assert header(headers, "CONTENT-TYPE") == "a"
    assert header(headers, "accept") is None
