"""Laws of the four lists: pages, filters, sorting and searching."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client

LISTS = {
    "/business/batches": "id",
    "/business/certificate-templates": "id",
    "/business/certificates": "id",
    "/business/user-management/users": "uuid",
}
CERTIFICATES, USERS = "/business/certificates", "/business/user-management/users"
TEMPLATES, BATCHES = "/business/certificate-templates", "/business/batches"
SORTS = {
    CERTIFICATES: ["name", "email", "status", "issue_date", "generated_at", "created_at", "updated_at"],
    USERS: [
        "first_name",
        "last_name",
        "email",
        "role",
        "is_archived",
        "has_signature",
        "signatory_name",
        "signatory_designation",
        "created_at",
        "updated_at",
    ],
}
SORT_CASES = [(path, field) for path, fields in SORTS.items() for field in fields]
NOBODY = "00000000-0000-4000-8000-000000000000"


def page(client: Client, path: str, **params: object) -> dict[str, Any]:
    answer = client.vec("GET", path, params={name: str(value) for name, value in params.items()})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def every(client: Client, path: str, **params: object) -> list[dict[str, Any]]:
    """All items, by walking `next`."""
    found, number = [], 1
    while True:
        body = page(client, path, per_page=100, page=number, **params)
        found += body["data"]
        if body["links"]["next"] is None:
            return found
        number += 1


@pytest.fixture(scope="module")
def still(open_app: Callable[..., Client]) -> Client:
    """An application in which nothing is ever changed, so that Hypothesis may share it."""
    client = open_app()
    csv = b"RecipientsEmail,RecipientsName,IssueDate\n" + b"".join(
        b"p%d@example.com,Person %d,%02d-03-2025\n" % (n, n % 7, n % 28 + 1) for n in range(60)
    )
    client.create_batch(csv=csv)
    client.advance("12s")
    return client


@pytest.mark.parametrize("path", LISTS)
@settings(max_examples=15)  # a walk through all pages each
@given(size=st.integers(1, 100))
def test_pages_show_every_item_exactly_once(still: Client, path: str, size: int) -> None:
    first = page(still, path, per_page=size)
    last = first["meta"]["last_page"]
    pages = [page(still, path, per_page=size, page=number) for number in range(1, last + 1)]
    items = [item[LISTS[path]] for body in pages for item in body["data"]]

    assert items == [item[LISTS[path]] for item in every(still, path)]
    assert len(items) == len(set(items)) == first["meta"]["total"]
    assert last == max(1, -(-len(items) // size))
    for number, body in enumerate(pages, start=1):
        meta, links = body["meta"], body["links"]
        assert (meta["current_page"], meta["per_page"], meta["last_page"]) == (number, size, last)
        assert (meta["from"], meta["to"]) == ((number - 1) * size + 1, min(number * size, len(items)))
        assert (links["prev"] is None, links["next"] is None) == (number == 1, number == last)
        assert [link["label"] for link in meta["links"] if link["active"]] == [str(number)]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_gives_fifteen_of_its_first_page_unless_asked_otherwise(still: Client, path: str) -> None:
    body = page(still, path)

    assert (body["meta"]["current_page"], body["meta"]["per_page"]) == (1, 15)
    assert body == page(still, path, page=1, per_page=15)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("number", [99, 10**15])
def test_a_page_past_the_end_is_empty(still: Client, path: str, number: int) -> None:
    body = page(still, path, page=number, per_page=100)

    assert body["data"] == []
    assert (body["meta"]["from"], body["meta"]["to"], body["links"]["next"]) == (None, None, None)


@pytest.mark.parametrize("path", LISTS)
def test_links_are_addresses_of_the_list_itself(still: Client, path: str) -> None:
    body = page(still, path, per_page=2, page=2)
    base = f"http://127.0.0.1:4780/vec{path}"

    assert body["meta"]["path"] == base
    assert body["links"]["first"] == f"{base}?page=1"
    assert (body["links"]["prev"], body["links"]["next"]) == (f"{base}?page=1", f"{base}?page=3")
    assert body["meta"]["links"][0]["label"] == "&laquo; Previous"
    assert body["meta"]["links"][-1]["label"] == "Next &raquo;"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("per_page", "0", "The per page field must be at least 1."),
        ("per_page", "101", "The per page field must not be greater than 100."),
        ("per_page", "many", "The per page field must be an integer."),
        ("page", "0", "The page field must be at least 1."),
        ("page", "1.5", "The page field must be an integer."),
    ],
)
def test_bounds_are_kept_in_every_list(still: Client, path: str, name: str, value: str, message: str) -> None:
    answer = still.vec("GET", path, params={name: value})

    assert answer.status_code == 422
    assert answer.json() == {"message": message, "errors": {name: [message]}}


@pytest.mark.parametrize("path", LISTS)
def test_unknown_and_empty_parameters_are_ignored(still: Client, path: str) -> None:
    assert page(still, path, unknown="x", search="", status="", sort_field="", page="") == page(still, path)


@pytest.mark.parametrize("path", [BATCHES, CERTIFICATES])
def test_the_newest_stand_first(client: Client, path: str) -> None:
    made = [client.create_batch().json()["data"]["id"] for _ in range(2)]
    client.advance("1s")
    made.append(client.create_batch().json()["data"]["id"])
    shown = [item.get("batch_id", item["id"]) for item in every(client, path)]

    assert list(dict.fromkeys(shown))[:3] == made[::-1]
    moments = [item["created_at"] for item in every(client, path)]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("order", ["newest_first", "oldest_first"])
@pytest.mark.parametrize("path", [TEMPLATES, USERS])
def test_the_oldest_template_and_user_stand_first(client: Client, path: str, order: str) -> None:
    there = client.open_tenant("ordered", switches={"vec.list_order": order})
    moments = [item["created_at"] for item in every(there, path)]

    assert len(moments) > 4
    assert moments == sorted(moments)


@pytest.mark.parametrize(("path", "field"), SORT_CASES)
def test_a_sort_is_by_its_field_and_ascending_unless_told(still: Client, path: str, field: str) -> None:
    rising, falling = (
        every(still, path, sort_field=field),
        every(still, path, sort_field=field, sort_order="desc"),
    )

    def values(items: list[dict[str, Any]]) -> list[Any]:
        shown = [item.get(field) for item in items]  # a user's role is sorted by and not shown
        return [one.casefold() if isinstance(one, str) else one for one in shown if one is not None]

    assert values(rising) == sorted(values(rising))
    assert values(falling) == sorted(values(rising), reverse=True)
    assert sorted(json.dumps(item) for item in rising) == sorted(
        json.dumps(item) for item in every(still, path)
    )
    assert every(still, path, sort_field=field, sort_order="asc") == rising


@pytest.mark.parametrize("path", SORTS)
@pytest.mark.parametrize("query", [{"sort_field": "id"}, {"sort_field": "name", "sort_order": "up"}])
def test_an_unknown_sort_is_refused(still: Client, path: str, query: dict[str, str]) -> None:
    answer = still.vec("GET", path, params=query)

    assert answer.status_code == 422
    assert answer.json()["errors"].keys() & query.keys()


@pytest.mark.parametrize("status", ["pending", "processing", "completed", "waiting_for_approval", "failed"])
def test_batches_of_a_status_are_all_of_them_and_no_others(still: Client, status: str) -> None:
    assert every(still, BATCHES, status=status) == [
        one for one in every(still, BATCHES) if one["status"] == status
    ]


SEARCHED = {
    TEMPLATES: ("name",),
    CERTIFICATES: ("name", "email", "reference_id"),
    USERS: ("email", "signatory_name", "signatory_designation"),
}


@pytest.mark.parametrize("path", SEARCHED)
@settings(max_examples=15)  # a walk through all pages each
@given(data=st.data())
def test_a_search_finds_exactly_what_holds_the_text(still: Client, path: str, data: st.DataObject) -> None:
    items = every(still, path)
    texts = [str(item[field]) for item in items for field in SEARCHED[path] if item[field]]
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))].strip().swapcase()
    if not part:
        return

    def holds(item: dict[str, Any]) -> bool:
        searched = [item[field] or "" for field in SEARCHED[path]]
        if path == USERS:
            searched.append(f"{item['first_name']} {item['last_name']}")
        return any(part.casefold() in one.casefold() for one in searched)

    assert every(still, path, search=part) == [item for item in items if holds(item)]


@pytest.mark.parametrize("path", SEARCHED)
@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "zz-no-such-text", ".*", "\x00", "é"])
def test_a_search_has_no_signs_of_its_own(still: Client, path: str, text: str) -> None:
    found = every(still, path, search=text)

    assert all(text in json.dumps(item, ensure_ascii=False) for item in found)


def test_a_user_is_found_by_whole_name(still: Client) -> None:
    assert [one["email"] for one in every(still, USERS, search="faizan ali")] == ["faizan@example.com"]


def test_certificates_of_a_batch_are_all_of_them_and_no_others(still: Client) -> None:
    items = every(still, CERTIFICATES)
    for batch in every(still, BATCHES):
        mine = every(still, CERTIFICATES, batch_id=batch["id"])
        assert mine == [item for item in items if item["batch_id"] == batch["id"]]
        assert len(mine) == batch["total_certificates"]
    assert every(still, CERTIFICATES, batch_id=NOBODY) == []
    assert every(still, CERTIFICATES, batch_id=items[0]["batch_id"].upper())


@pytest.mark.parametrize("status", ["pending", "processing", "generated", "failed", "revoked"])
def test_certificates_of_a_status_are_all_of_them_and_no_others(still: Client, status: str) -> None:
    items = every(still, CERTIFICATES)

    assert every(still, CERTIFICATES, status=status) == [item for item in items if item["status"] == status]


@pytest.mark.parametrize("field", ["issue_date", "generated_at"])
@settings(max_examples=15)  # a walk through all pages each
@given(first=st.dates(), data=st.data())
def test_ranges_of_days_hold_both_their_ends(
    still: Client, field: str, first: Any, data: st.DataObject
) -> None:
    items = every(still, CERTIFICATES)
    days = sorted({item[field][:10] for item in items if item[field]})
    start = data.draw(st.sampled_from([*days, first.isoformat()]))
    stop = data.draw(st.sampled_from([*days, first.isoformat()]))
    found = every(still, CERTIFICATES, **{f"{field}_from": start, f"{field}_to": stop})

    assert found == [item for item in items if item[field] and start <= item[field][:10] <= stop]


@pytest.mark.parametrize(
    "day", ["2025-02-30", "01-02-2025", "2025-1-1", "today", "2025-01-01T00:00:00Z", "٢٠٢٥-٠١-٠١"]
)
def test_a_day_that_is_none_is_refused(still: Client, day: str) -> None:
    answer = still.vec("GET", CERTIFICATES, params={"issue_date_from": day})

    assert answer.status_code == 422
    assert answer.json()["errors"] == {"issue_date_from": ["The issue date from field must be a valid date."]}


@pytest.mark.parametrize("customer", ["0", "12", "-5"])
def test_no_certificate_of_a_batch_has_a_customer(still: Client, customer: str) -> None:
    assert every(still, CERTIFICATES, customer_id=customer) == []


@pytest.mark.parametrize("path", LISTS)
def test_an_item_looks_the_same_alone(still: Client, path: str) -> None:
    for item in every(still, path)[:12]:
        alone = still.vec("GET", f"{path}/{item[LISTS[path]]}").json()
        (whole,) = alone.values()
        assert {key: whole[key] for key in item} == item


def test_no_two_certificates_have_the_same_reference(still: Client) -> None:
    references = [item["reference_id"] for item in every(still, CERTIFICATES)]

    assert len(references) == len(set(references))


def test_what_can_be_read_is_what_a_user_says_of_himself(still: Client) -> None:
    for user in every(still, USERS):
        assert user["has_signature"] is (user["signature"] is not None)
        assert (user["email_verification_status"] == "verified") is (user["email_verified_at"] is not None)
        assert (user["phone_verification_status"] == "verified") is (user["phone_verified_at"] is not None)
