"""Each row of an upload becomes one certificate, and the control plane tells what became of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

REFERENCE = re.compile(r"VEC-IC-2025[0-9A-F]{13}")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("a@example.com", "A", ""), None),
        (("a@example.com", "A", "28-02-2025"), None),
        (("", "A", ""), "RecipientsEmail is empty"),
        (("   ", "A", ""), "RecipientsEmail is empty"),
        (("ana at example.com", "A", ""), "RecipientsEmail is not an e-mail address: 'ana at example.com'"),
        (("a@example.com", "", ""), "RecipientsName is empty"),
        (("a@example.com", " ", ""), "RecipientsName is empty"),
        (("a@example.com", "A", "29-02-2025"), "IssueDate is not a date written DD-MM-YYYY: '29-02-2025'"),
        (("a@example.com", "A", "2025-02-01"), "IssueDate is not a date written DD-MM-YYYY: '2025-02-01'"),
        (("fail@example.com", "A", ""), "the magic address 'fail@example.com' asked for a failure"),
    ],
)
def test_a_fault_is_told_in_words_and_fails_its_row_alone(
    desk: Desk, cells: Sequence[str], said: str | None
) -> None:
    batch = desk.upload([("x@example.com", "X"), cells, ("y@example.com", "Y")], columns=["IssueDate"])
    desk.finish()
    rows = desk.inside(batch)["rows"]
    ending = "failed" if said else "generated"

    assert [row["fault"] for row in rows] == [None, said, None]
    assert [row["status"] for row in rows] == ["generated", ending, "generated"]
    assert [one["status"] for one in desk.certificates(batch)] == [row["status"] for row in rows]


def test_every_fault_of_a_row_is_told(desk: Desk) -> None:
    batch = desk.upload([("", "", "never")], columns=["IssueDate"])
    [row] = desk.inside(batch)["rows"]

    assert row["fault"].count(";") == 2
    for column in ("RecipientsName", "RecipientsEmail", "IssueDate"):
        assert column in row["fault"]


def test_a_fault_is_told_before_its_certificate_fails(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "A"), ("no address", "B")])
    seen = []
    for _ in range(4):
        seen.append([row["status"] for row in desk.inside(batch)["rows"]])
        assert desk.inside(batch)["rows"][1]["fault"]
        desk.wait(1)

    assert seen[0] == ["pending", "pending"]
    assert seen[-1] == ["generated", "failed"]


def test_clients_of_the_vendor_never_read_a_fault(desk: Desk) -> None:
    batch = desk.upload([("no address", "B")])
    desk.finish()
    answers = [
        desk.get(path, **params)
        for path, params in (
            (f"batches/{batch['id']}", {}),
            (f"batches/{batch['id']}/status", {}),
            ("certificates", {"batch_id": batch["id"]}),
        )
    ]

    assert not [answer for answer in answers if "an e-mail" in answer.text or '"fault"' in answer.text]


def test_a_row_leads_to_its_certificate_and_a_certificate_to_its_row(desk: Desk) -> None:
    batch = desk.upload([(f"p{n}@example.com", f"Person {n}") for n in range(5)])
    desk.finish()
    rows, made = desk.inside(batch)["rows"], desk.certificates(batch)

    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["certificate_id"] for row in rows] == [one["id"] for one in made]
    for row in rows:
        alone = desk.get(f"certificates/{row['certificate_id']}").json()["data"]
        assert (alone["name"], alone["email"], alone["batch_id"]) == (row["name"], row["email"], batch["id"])


def test_a_hundred_rows_are_shown_at_a_time(desk: Desk) -> None:
    batch = desk.upload([(f"p{n}@example.com", f"P{n}") for n in range(250)])
    shown = {first: desk.inside(batch, first) for first in (0, 100, 150, 200, 249, 250, 9999)}

    assert {first: (len(one["rows"]), one["total_rows"]) for first, one in shown.items()} == {
        0: (100, 250),
        100: (100, 250),
        150: (100, 250),
        200: (50, 250),
        249: (1, 250),
        250: (0, 250),
        9999: (0, 250),
    }
    rows = [row for first in (0, 100, 200) for row in shown[first]["rows"]]
    assert [(row["row"], row["email"]) for row in rows] == [(n + 1, f"p{n}@example.com") for n in range(250)]


@pytest.mark.parametrize("first", ["-1", "x", "1.5", "10000001"])
def test_rows_begin_nowhere_else(desk: Desk, first: str) -> None:
    batch = desk.upload()
    answer = desk.client.control("GET", f"/vec/batches/{batch['id']}", params={"first_row": first})

    assert answer.status_code == 400


def test_custom_columns_keep_their_headers_order_and_text(desk: Desk) -> None:
    columns = ["CourseTitle", "CompletionDate", "Ångström & <Söhne>", "completiondate"]
    cells = [" Advanced, Web ", "2025-02-15", 'says "hi"', "line one\nline two"]
    batch = desk.upload([("a@example.com", "A", *cells)], columns=columns)
    [row] = desk.inside(batch)["rows"]

    assert list(row["custom"].items()) == [*zip(columns, cells, strict=True)]


def test_of_two_custom_columns_of_one_name_the_last_counts(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "A", "old", "other", "new")], columns=["Grade", "Term", "Grade"])

    assert desk.inside(batch)["rows"][0]["custom"] == {"Grade": "new", "Term": "other"}


def test_cells_that_are_missing_are_empty_and_those_beyond_the_headers_are_nobodys(desk: Desk) -> None:
    batch = desk.upload(
        [("a@example.com", "A"), ("b@example.com", "B", "1", "2", "beyond")], columns=["One", "Two"]
    )

    assert [row["custom"] for row in desk.inside(batch)["rows"]] == [
        {"One": "", "Two": ""},
        {"One": "1", "Two": "2"},
    ]
    assert [row["fault"] for row in desk.inside(batch)["rows"]] == [None, None]


def test_recipients_that_stand_twice_have_two_certificates(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "A")] * 3)
    desk.finish()
    made = desk.certificates(batch)

    assert desk.batch(batch)["processed_certificates"] == 3
    assert len({one["id"] for one in made}) == len({one["reference_id"] for one in made}) == 3


def test_reference_ids_are_shaped_like_the_documented_one_and_found_by_searching(desk: Desk) -> None:
    batches = [desk.upload([(f"p{n}@example.com", "P") for n in range(20)]) for _ in range(3)]
    made = [one for batch in batches for one in desk.certificates(batch)]
    references = [one["reference_id"] for one in made]

    assert all(REFERENCE.fullmatch(reference) for reference in references)
    assert len(set(references)) == 60
    for one in made[::17]:
        assert desk.every("certificates", search=one["reference_id"].lower()) == [one]


def test_a_reference_id_never_changes(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "A"), ("b", "B")])
    before = [one["reference_id"] for one in desk.certificates(batch)]
    desk.finish()

    assert [one["reference_id"] for one in desk.certificates(batch)] == before


def test_rows_of_every_batch_of_the_world_agree_with_its_certificates(desk: Desk) -> None:
    for batch in desk.every("batches"):
        rows, made = desk.inside(batch)["rows"], desk.certificates(batch)
        assert [(row["certificate_id"], row["status"]) for row in rows] == [
            (one["id"], one["status"]) for one in made
        ]
        assert all(row["fault"] for row in rows if row["status"] == "failed")


@pytest.fixture(scope="module")
def reading(open_app: Callable[..., Client]) -> Client:
    """An application for uploads drawn by Hypothesis, which no other test reads."""
    return open_app()


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)
HEADER = st.text("abcXYZäß 0_-", min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=20)
@given(data=st.data())
def test_what_a_file_says_is_what_its_rows_show(
    reading: Client, upload_as: Callable[[Client], Desk], data: st.DataObject
) -> None:
    columns = data.draw(st.lists(HEADER, max_size=3, unique=True))
    person = st.tuples(
        st.sampled_from(["a@example.com", "b+c@example.org", "ü@example.com"]),
        LINE.filter(str.strip),
        *[LINE] * len(columns),
    )
    rows = data.draw(st.lists(person, min_size=1, max_size=6))
    desk = upload_as(reading)
    batch = desk.upload(rows, columns=columns)
    shown = desk.inside(batch)["rows"]

    assert [(row["email"], row["name"], *row["custom"].values()) for row in shown] == rows
    assert [list(row["custom"]) for row in shown] == [columns] * len(rows)
    assert [(one["email"], one["name"]) for one in desk.certificates(batch)] == [row[:2] for row in rows]
    assert not [row for row in shown if row["fault"]]
