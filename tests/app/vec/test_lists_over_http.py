"""Lists against the plainest filter there is: everything, read once and looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

LISTS = {
    "batches": "id",
    "certificate-templates": "id",
    "certificates": "id",
    "user-management/users": "uuid",
}
USER_SORTS = (
    "first_name",
    "last_name",
    "email",
    "is_archived",
    "has_signature",
    "signatory_name",
    "signatory_designation",
    "created_at",
    "updated_at",
)
CERTIFICATE_SORTS = ("name", "email", "status", "issue_date", "generated_at", "created_at", "updated_at")
BATCH_STATUSES = (
    "pending",
    "processing",
    "completed",
    "partially_completed",
    "failed",
    "waiting_for_approval",
)
CERTIFICATE_STATUSES = ("pending", "processing", "generated", "failed", "revoked")
WORDS = ("Ana", "ÅSA", "Bo", "Đỗ", "ana maria", "Zé", "li")


@pytest.fixture(scope="module")
def still(open_app: Callable[..., Client], upload_as: Callable[[Client], Desk]) -> Desk:
    """Certificates of every status and many days, in an application in which nothing changes any more."""
    desk = upload_as(open_app())
    for number, (rows, wait) in enumerate([(30, 40000), (20, 60000), (40, 90000), (12, 5), (8, 1)]):
        lines = [
            (
                "no address" if n % 7 == 3 else f"{WORDS[n % 5]}{n}@example.com".replace(" ", "."),
                f"{WORDS[(n + number) % 7]} {n // 3}",
                f"{n % 28 + 1:02}-0{number + 2}-2025" if n % 4 else "",
            )
            for n in range(rows)
        ]
        desk.upload(lines, columns=["IssueDate"], name=f"Batch {number}")
        desk.wait(wait)
    return desk


@pytest.fixture(scope="module")
def whole(still: Desk) -> dict[str, list[dict[str, Any]]]:
    """Every item of every list, as it comes when nothing is asked for."""
    return {path: still.every(path) for path in LISTS}


def test_the_world_of_these_tests_holds_something_of_everything(
    whole: Mapping[str, list[dict[str, Any]]],
) -> None:
    made = whole["certificates"]

    assert {one["status"] for one in whole["batches"]} == set(BATCH_STATUSES)
    assert {one["status"] for one in made} == set(CERTIFICATE_STATUSES) - {"revoked"}
    assert len({one["generated_at"] and one["generated_at"][:10] for one in made}) > 3


# Pages


def read(desk: Desk, address: str) -> dict[str, Any]:
    answer = desk.client.send("GET", address, headers={"Authorization": "Bearer sealbox_vec_demo"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def follow(desk: Desk, address: str | None, link: str) -> list[dict[str, Any]]:
    """Pages from `address` on, as a client reads them that only ever follows links."""
    pages = []
    while address:
        pages.append(read(desk, address))
        address = pages[-1]["links"][link]
    return pages


@pytest.mark.parametrize("path", LISTS)
def test_links_lead_past_every_item_once_in_both_directions(
    still: Desk, whole: Mapping[str, list[dict[str, Any]]], path: str
) -> None:
    links = still.get(path).json()["links"]
    there, back = follow(still, links["first"], "next"), follow(still, links["last"], "prev")
    items = [item for page in there for item in page["data"]]

    assert items == whole[path]
    assert back[::-1] == there
    assert len({item[LISTS[path]] for item in items}) == len(items) == there[0]["meta"]["total"]


@pytest.mark.parametrize("path", LISTS)
def test_numbered_links_lead_to_their_pages(still: Desk, path: str) -> None:
    first = still.get(path).json()
    for link in first["meta"]["links"]:
        if link["label"].isdigit():
            page = read(still, link["url"])
            assert page["meta"]["current_page"] == int(link["label"])
            assert [one["label"] for one in page["meta"]["links"] if one["active"]] == [link["label"]]


# Filters, sorts and searches


def holds(text: str, *searched: str | None) -> bool:
    return any(text.casefold() in one.casefold() for one in searched if one is not None)


NAIVE: dict[str, Callable[[dict[str, Any], str], bool]] = {
    "search": lambda one, text: holds(text, one["name"], one["email"], one["reference_id"]),
    "batch_id": lambda one, batch: bool(one["batch_id"] == batch.lower()),
    "status": lambda one, status: bool(one["status"] == status),
    "customer_id": lambda one, customer: str(one["customer_id"]) == customer,
    "issue_date_from": lambda one, day: bool(one["issue_date"][:10] >= day),
    "issue_date_to": lambda one, day: bool(one["issue_date"][:10] <= day),
    "generated_at_from": lambda one, day: bool(one["generated_at"] and one["generated_at"][:10] >= day),
    "generated_at_to": lambda one, day: bool(one["generated_at"] and one["generated_at"][:10] <= day),
}
DAYS = [f"2025-0{month}-{day:02}" for month in range(2, 7) for day in (1, 2, 3, 15, 28)]


def comparable(value: Any) -> tuple[bool, Any]:
    """Nothing before something, and case makes no difference."""
    return (value is not None, value.casefold() if isinstance(value, str) else value or 0)


def check(still: Desk, path: str, found: list[dict[str, Any]], asked: dict[str, str]) -> None:
    """`found` is what the list gives for `asked`: the same items, in the order asked for, page after page."""
    items = still.every(path, **asked)
    key = LISTS[path]
    field = asked.get("sort_field")

    assert sorted(item[key] for item in items) == sorted(item[key] for item in found)
    if field is None:
        assert items == found
    else:
        values = [comparable(item[field]) for item in items]
        assert values == sorted(values, reverse=asked.get("sort_order") == "desc")
    for size, number in ((1, 1), (7, 2)):
        page = still.get(path, **asked, per_page=size, page=number).json()
        assert page["data"] == items[(number - 1) * size : number * size]
        assert page["meta"]["total"] == len(items)


@settings(max_examples=30)
@given(data=st.data())
def test_certificates_are_those_that_a_plain_filter_finds(
    still: Desk, whole: Mapping[str, list[dict[str, Any]]], data: st.DataObject
) -> None:
    everything = whole["certificates"]
    some = data.draw(st.sampled_from(everything))
    made_on = some["generated_at"] or "2025-04-01"
    values = {
        "search": st.sampled_from(
            [some["name"][:3].strip(), some["email"][-14:], some["reference_id"][5:], "ana", "Å"]
        ),
        "batch_id": st.sampled_from([some["batch_id"], some["batch_id"].upper()]),
        "status": st.sampled_from(CERTIFICATE_STATUSES),
        "customer_id": st.just("12"),
        **{f"issue_date_{end}": st.sampled_from([*DAYS, some["issue_date"][:10]]) for end in ("from", "to")},
        **{f"generated_at_{end}": st.sampled_from([*DAYS, made_on[:10]]) for end in ("from", "to")},
    }
    chosen = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True, max_size=4))
    asked = {name: data.draw(values[name]) for name in chosen}
    found = [one for one in everything if all(NAIVE[name](one, text) for name, text in asked.items())]
    if data.draw(st.booleans()):
        asked["sort_field"] = data.draw(st.sampled_from(CERTIFICATE_SORTS))
        asked["sort_order"] = data.draw(st.sampled_from(["asc", "desc"]))

    check(still, "certificates", found, asked)


@settings(max_examples=15)
@given(data=st.data())
def test_users_are_those_that_a_plain_filter_finds(
    still: Desk, whole: Mapping[str, list[dict[str, Any]]], data: st.DataObject
) -> None:
    everything = whole["user-management/users"]
    some = data.draw(st.sampled_from(everything))
    text = data.draw(
        st.sampled_from(
            [
                some["email"],
                some["first_name"].upper(),
                f"{some['first_name']} {some['last_name']}".lower(),
                (some["signatory_designation"] or "-")[:4],
                "e",
            ]
        )
    )
    fields = ("email", "signatory_name", "signatory_designation")
    found = [
        one
        for one in everything
        if holds(text, f"{one['first_name']} {one['last_name']}", *[one[field] for field in fields])
    ]
    asked = {"search": text}
    if data.draw(st.booleans()):
        asked["sort_field"] = data.draw(st.sampled_from(USER_SORTS))
        asked["sort_order"] = data.draw(st.sampled_from(["asc", "desc"]))

    check(still, "user-management/users", found, asked)


@pytest.mark.parametrize("text", ["", "diploma", "DIPLOMA", "2", ",", "signator", "nothing of it"])
def test_templates_are_those_that_a_plain_filter_finds(
    still: Desk, whole: Mapping[str, list[dict[str, Any]]], text: str
) -> None:
    found = [one for one in whole["certificate-templates"] if holds(text, one["name"])]

    check(still, "certificate-templates", found, {"search": text} if text else {})


@pytest.mark.parametrize("status", BATCH_STATUSES)
def test_batches_are_those_that_a_plain_filter_finds(
    still: Desk, whole: Mapping[str, list[dict[str, Any]]], status: str
) -> None:
    found = [one for one in whole["batches"] if one["status"] == status]

    assert found
    check(still, "batches", found, {"status": status})


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("batches", "search"),
        ("batches", "sort_field"),
        ("certificate-templates", "sort_field"),
        ("user-management/users", "status"),
    ],
)
def test_a_parameter_of_another_list_is_ignored(still: Desk, path: str, parameter: str) -> None:
    assert still.get(path, **{parameter: "whatever"}).json() == still.get(path).json()


def test_oldest_first_turns_the_list_round_batch_by_batch(open_desk: Callable[..., Desk]) -> None:
    desks = {
        order: open_desk(order.replace("_", "-"), switches={"vec.list_order": order})
        for order in ("newest_first", "oldest_first")
    }
    names = {}
    for order, desk in desks.items():
        for number in range(3):
            desk.upload([("a@example.com", "A"), ("b@example.com", "B")], name=f"Batch {number}")
        names[order] = [one["name"] for one in desk.every("batches")]

    assert names["newest_first"] == names["oldest_first"][::-1]
    assert names["newest_first"][:3] == ["Batch 2", "Batch 1", "Batch 0"]
    for order, desk in desks.items():
        made = desk.every("certificates")
        moments = [one["created_at"] for one in made]
        assert moments == sorted(moments, reverse=order == "newest_first")
        mine = [one["batch_id"] for one in made if one["created_at"] >= "2025-04-01"]
        listed = [one["id"] for one in desk.every("batches") if one["created_at"] >= "2025-04-01"]
        assert list(dict.fromkeys(mine)) == listed
