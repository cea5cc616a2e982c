"""What a list does with parameters outside their bounds: it refuses them, or it moves them in silence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

LISTS = ("batches", "certificate-templates", "certificates", "user-management/users")
NUMBERS = st.one_of(st.integers(-3, 130), st.integers(-(10**30), 10**30))
JUNK = st.sampled_from(["x", "1.5", "1e3", "0x10", "--1", "٣", "1 2", "true"])


@pytest.mark.parametrize("path", LISTS)
@settings(max_examples=10)
@given(size=NUMBERS)
def test_a_page_has_from_one_to_a_hundred_items_or_is_refused(strict: Desk, path: str, size: int) -> None:
    answer = strict.get(path, per_page=size)

    assert answer.status_code == (200 if 1 <= size <= 100 else 422)
    if answer.status_code == 422:
        assert list(answer.json()["errors"]) == ["per_page"]


@pytest.fixture(scope="module")
def strict(open_app: Callable[..., Client], upload_as: Callable[[Client], Desk]) -> Desk:
    return upload_as(open_app())


@pytest.fixture(scope="module")
def lenient(open_app: Callable[..., Client], upload_as: Callable[[Client], Desk]) -> Desk:
    client = open_app().open_tenant("lenient", clock="manual", switches={"vec.list_bounds": "clamp"})
    desk = upload_as(client)
    desk.upload([(f"p{n}@example.com", "P") for n in range(130)])
    return desk


@pytest.mark.parametrize("path", LISTS)
@settings(max_examples=10)
@given(size=NUMBERS)
def test_a_lenient_list_moves_a_size_to_its_nearest_bound(lenient: Desk, path: str, size: int) -> None:
    nearest = min(max(size, 1), 100)

    assert lenient.get(path, per_page=size).json() == lenient.get(path, per_page=nearest).json()


@pytest.mark.parametrize("path", LISTS)
@settings(max_examples=10)
@given(number=NUMBERS)
def test_a_lenient_list_has_no_page_before_the_first(lenient: Desk, path: str, number: int) -> None:
    answer = lenient.get(path, page=number)

    assert answer.status_code == 200
    if number < 1:
        assert answer.json() == lenient.get(path).json()
    if number > 20:
        assert answer.json()["data"] == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("batches", ["per_page", "page", "status"]),
        ("certificate-templates", ["per_page", "page"]),
        (
            "certificates",
            [
                *("per_page", "page", "status", "batch_id", "customer_id", "sort_field", "sort_order"),
                *("issue_date_from", "issue_date_to", "generated_at_from", "generated_at_to"),
            ],
        ),
        ("user-management/users", ["per_page", "page", "sort_field", "sort_order"]),
    ],
)
@settings(max_examples=5)
@given(junk=JUNK)
def test_what_means_nothing_is_refused_under_every_name_or_ignored_by_a_lenient_list(
    strict: Desk, lenient: Desk, path: str, names: list[str], junk: str
) -> None:
    asked = dict.fromkeys(names, junk)
    refused = strict.get(path, **asked)

    assert refused.status_code == 422
    assert sorted(refused.json()["errors"]) == sorted(names)
    assert f"(and {len(names) - 1} more error" in refused.json()["message"]
    assert lenient.get(path, **asked).json() == lenient.get(path).json()


def test_a_lenient_list_keeps_what_is_good_beside_what_is_not(lenient: Desk) -> None:
    found = lenient.get("certificates", status="generated", sort_field="x", per_page="1000").json()

    assert found["meta"]["per_page"] == 100
    assert {one["status"] for one in found["data"]} == {"generated"}
    assert json.dumps(found["data"]) == json.dumps(
        lenient.get("certificates", status="generated", per_page=100).json()["data"]
    )
