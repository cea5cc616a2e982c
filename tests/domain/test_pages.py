"""Pages as Laravel makes them: they part a list, and their numbers and links agree with each other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.pages import Page, envelope, numbered

PATH = "https://example.com/vec/business/batches"


def paged(total: int, number: int = 1, size: int = 15) -> dict[str, Any]:
    page = Page(number=number, size=size)
    return envelope(list(range(total))[page.rows], page=page, total=total, path=PATH)


def written(current: int, last: int) -> str:
    return " ".join(str(number or "...") for number in numbered(current, last))


def test_a_page_is_the_first_of_fifteen_unless_asked_otherwise() -> None:
    assert (Page().number, Page().size, Page().rows) == (1, 15, slice(0, 15))
    assert Page(number=3, size=10).rows == slice(20, 30)


@given(total=st.integers(0, 250), size=st.integers(1, 100))
def test_the_pages_part_the_list(total: int, size: int) -> None:
    last = paged(total, size=size)["meta"]["last_page"]
    pages = [paged(total, number, size)["data"] for number in range(1, last + 1)]

    assert [item for page in pages for item in page] == list(range(total))
    assert all(len(page) == size for page in pages[:-1])
    assert len(pages[-1]) <= size
    assert bool(pages[-1]) == bool(total)


@given(total=st.integers(0, 2000), number=st.integers(1, 60), size=st.integers(1, 100))
def test_numbers_and_links_agree(total: int, number: int, size: int) -> None:
    body = paged(total, number, size)
    links, meta, items = body["links"], body["meta"], body["data"]
    previous, *between, following = meta["links"]

    assert (meta["current_page"], meta["per_page"], meta["total"], meta["path"]) == (
        number,
        size,
        total,
        PATH,
    )
    assert (meta["last_page"] - 1) * size < max(total, 1) <= meta["last_page"] * size
    assert (meta["from"], meta["to"]) == ((items[0] + 1, items[-1] + 1) if items else (None, None))
    assert links["first"] == f"{PATH}?page=1"
    assert links["last"] == f"{PATH}?page={meta['last_page']}"
    assert links["prev"] == (f"{PATH}?page={number - 1}" if number > 1 else None)
    assert links["next"] == (f"{PATH}?page={number + 1}" if number < meta["last_page"] else None)
    assert previous == {"url": links["prev"], "label": "&laquo; Previous", "active": False}
    assert following == {"url": links["next"], "label": "Next &raquo;", "active": False}
    assert [one["label"] for one in between if one["active"]] == [str(number)] * (number <= meta["last_page"])
    for one in between:
        assert one["url"] == (None if one["label"] == "..." else f"{PATH}?page={one['label']}")


def test_the_keys_stand_in_the_order_of_the_page() -> None:
    body = paged(40)

    assert list(body) == ["data", "links", "meta"]
    assert list(body["links"]) == ["first", "last", "prev", "next"]
    assert list(body["meta"]) == [
        "current_page", "from", "last_page", "links", "path", "per_page", "to", "total",
    ]  # fmt: skip


def test_an_empty_list_has_one_empty_page() -> None:
    body = paged(0)

    assert body["data"] == []
    assert (body["meta"]["last_page"], body["meta"]["from"], body["meta"]["to"]) == (1, None, None)
    assert (body["links"]["prev"], body["links"]["next"]) == (None, None)
    assert [one["label"] for one in body["meta"]["links"]] == ["&laquo; Previous", "1", "Next &raquo;"]


@pytest.mark.parametrize("number", [4, 5, 10**15])
def test_a_page_past_the_end_is_empty_and_leads_back(number: int) -> None:
    body = paged(40, number)

    assert (body["data"], body["meta"]["last_page"], body["links"]["next"]) == ([], 3, None)
    assert (body["meta"]["from"], body["meta"]["to"]) == (None, None)
    assert body["links"]["prev"] == f"{PATH}?page={number - 1}"
    assert not any(one["active"] for one in body["meta"]["links"])


@pytest.mark.parametrize(
    ("current", "last", "expected"),
    [
        (1, 1, "1"),
        (7, 13, "1 2 3 4 5 6 7 8 9 10 11 12 13"),
        (1, 14, "1 2 3 4 5 6 7 8 9 10 ... 13 14"),
        (7, 14, "1 2 3 4 5 6 7 8 9 10 ... 13 14"),
        (8, 14, "1 2 ... 5 6 7 8 9 10 11 12 13 14"),
        (8, 15, "1 2 ... 5 6 7 8 9 10 11 ... 14 15"),
        (9, 15, "1 2 ... 6 7 8 9 10 11 12 13 14 15"),
        (50, 100, "1 2 ... 47 48 49 50 51 52 53 ... 99 100"),
        (93, 100, "1 2 ... 90 91 92 93 94 95 96 ... 99 100"),
        (94, 100, "1 2 ... 91 92 93 94 95 96 97 98 99 100"),
        (100, 100, "1 2 ... 91 92 93 94 95 96 97 98 99 100"),
        (500, 100, "1 2 ... 91 92 93 94 95 96 97 98 99 100"),
    ],
)
def test_an_ellipsis_stands_where_laravel_has_one(current: int, last: int, expected: str) -> None:
    assert written(current, last) == expected


@given(last=st.integers(1, 400), data=st.data())
def test_the_navigation_shows_both_ends_and_the_neighbours(last: int, data: st.DataObject) -> None:
    current = data.draw(st.integers(1, last))
    numbers = numbered(current, last)
    shown = [number for number in numbers if number]

    assert shown == sorted(set(shown))
    assert {1, last, *range(max(1, current - 3), min(last, current + 3) + 1)} <= set(shown)
    assert len(numbers) <= 13
    assert numbers.count(None) == sum(after - before > 1 for before, after in pairwise(shown))
