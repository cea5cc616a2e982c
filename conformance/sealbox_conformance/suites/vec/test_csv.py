"""The file of recipients."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.vec.client import HEADERS, csv_text
from sealbox_conformance.suites.vec.laws import is_day, moment
from sealbox_conformance.suites.vec.strategies import files_with_custom_columns, recipients, without

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

DATED = (*HEADERS, "IssueDate")
SAMPLE = (  # the guide's, as printed
    "RecipientsEmail,RecipientsName,CourseTitle,CompletionDate\n"
    "john@example.com,John Smith,Advanced Web Development,2025-02-15\n"
    "mary@example.com,Mary Johnson,Advanced Web Development,2025-02-15\n"
)
days = {
    "the day could be a month": st.dates(date(2001, 1, 1), date(2035, 12, 31)).filter(
        lambda day: day.day <= 12
    ),
    "the day is no month": st.dates(date(2001, 1, 1), date(2035, 12, 31)).filter(lambda day: day.day > 12),
    "the end of February": st.sampled_from([date(2024, 2, 29), date(2023, 2, 28), date(2000, 2, 29)]),
}


@pytest.mark.requirement("VEC-CSV-01")
@given(csv=without("RecipientsEmail", HEADERS))
def test_a_file_has_the_header_of_the_address(vec: Vec, csv: str) -> None:
    vec.create(csv=csv).answers(422, "VEC-CSV-01")


@pytest.mark.requirement("VEC-CSV-02")
@given(csv=without("RecipientsName", HEADERS))
def test_a_file_has_the_header_of_the_name(vec: Vec, csv: str) -> None:
    vec.create(csv=csv).answers(422, "VEC-CSV-02")


@pytest.mark.requirement("VEC-CSV-04")
@given(rows=recipients(most=3))
def test_without_an_issue_date_the_current_date_counts(vec: Vec, rows: list[tuple[str, str]]) -> None:
    reply = vec.create(csv=csv_text(rows)).answers(201, "VEC-CSV-04")
    batch = reply.json()["data"]
    vec.ended(batch["id"])

    created, found = moment(batch["created_at"]), vec.certificates(batch["id"])
    whole = len(found) == len(rows)
    reply.keeps("VEC-CSV-04", holds=whole, expected=f"{len(rows)} certificates", actual=found)
    for one in found:
        near = abs(moment(one["issue_date"]) - created) <= timedelta(hours=38)  # a day, in any time zone
        reply.keeps("VEC-CSV-04", holds=near, expected=f"the date of {created}", actual=one["issue_date"])


@pytest.mark.requirement("VEC-CSV-05")
@pytest.mark.parametrize("which", list(days))
@given(data=st.data())
def test_an_issue_date_is_the_date_of_issue(vec: Vec, which: str, data: st.DataObject) -> None:
    day = data.draw(days[which])
    row = ("ana@example.com", "Ana Example", day.strftime("%d-%m-%Y"))
    reply = vec.create(csv=csv_text([row], DATED)).answers(201, "VEC-CSV-05")
    batch_id = reply.json()["data"]["id"]
    vec.ended(batch_id)

    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    issued = [one["issue_date"] for one in vec.certificates(batch_id)]
    kept = len(issued) == 1 and is_day(issued[0], midnight)
    reply.keeps("VEC-CSV-05", holds=kept, expected=f"{day}, sent as {row[2]}", actual=issued)


@pytest.mark.requirement("VEC-CSV-07")
@given(csv=files_with_custom_columns())
def test_other_columns_are_custom_data(vec: Vec, csv: str) -> None:
    vec.create(csv=csv).answers(201, "VEC-CSV-07")


@pytest.mark.requirement("VEC-CSV-08")
@given(rows=recipients(most=20))
def test_the_recipients_of_the_file_get_the_certificates(vec: Vec, rows: list[tuple[str, str]]) -> None:
    reply = vec.create(csv=csv_text(rows)).needed(201, "a file of recipients")
    batch_id = reply.json()["data"]["id"]
    vec.ended(batch_id)

    found = {(one["email"], one["name"]) for one in vec.certificates(batch_id)}
    reply.keeps("VEC-CSV-08", holds=found == set(rows), expected=f"{sorted(rows)}", actual=sorted(found))


@pytest.mark.requirement("VEC-CSV-10", "VEC-CSV-11")
def test_the_sample_of_the_guide_is_read(vec: Vec) -> None:
    reply = vec.create(csv=SAMPLE).answers(201, "VEC-CSV-10")

    ended = vec.ended(reply.json()["data"]["id"])
    failed = ended["failed_certificates"]
    reply.keeps(
        "VEC-CSV-11", holds=failed == 0, expected="no failure for a date in a custom column", actual=failed
    )


@pytest.mark.requirement("VEC-CSV-11")
@given(
    day=st.dates(date(2001, 1, 1), date(2035, 12, 31)),
    form=st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%B %Y"]),
)
def test_a_custom_column_is_free_text(vec: Vec, day: date, form: str) -> None:
    row = ("ana@example.com", "Ana Example", day.strftime(form))

    vec.create(csv=csv_text([row], (*HEADERS, "CompletionDate"))).answers(201, "VEC-CSV-11")


@pytest.mark.requirement("VEC-CSV-23")
def test_the_file_is_read_as_utf8(vec: Vec) -> None:
    reply = vec.create(csv=csv_text([("joao@example.com", "João Ñandú 漢字")])).answers(201, "VEC-CSV-23")
    batch_id = reply.json()["data"]["id"]
    vec.ended(batch_id)

    found = [one["name"] for one in vec.certificates(batch_id)]
    reply.keeps("VEC-CSV-23", holds=found == ["João Ñandú 漢字"], expected="João Ñandú 漢字", actual=found)
