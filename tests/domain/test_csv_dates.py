"""Dates that are not written DD-MM-YYYY, and which of them can only mean one day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.csv_dates import documented, order_of, reading
from sealbox.apis.vec.recipients import parse_issue_date

FIFTEENTH = date(2025, 2, 15)
NOTHING = "nothing in this column tells"


@pytest.mark.parametrize(
    "written",
    [
        *("2025-02-15", "2025/02/15", "2025.2.15", "2025-02-15T00:00:00Z", "2025-02-15 00:00:00.000"),
        *("15/02/2025", "15/2/2025", "15.02.2025", "15-2-2025", "15/02/2025 00:00", " 15/02/2025 "),
        "02/15/2025",
    ],
)
def test_a_date_with_one_reading_is_read(written: str) -> None:
    found = reading(written, "")

    assert (found.day, found.advice) == (FIFTEENTH, "write 15-02-2025")


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("05/02/2025", f"05-02-2025 or 02-05-2025? {NOTHING}"),
        ("15-02-25", "write the year with four digits"),
        ("15/02/25", "write the year with four digits"),
        ("45703", "a number as Excel stores dates? write 15-02-2025"),
        ("31-02-2025", "there is no such day"),
        ("2025-13-01", "there is no such day"),
        ("31/02/2025", "there is no such day"),
        ("00/00/0000", "there is no such day"),
        ("2025-02-15T18:30:00Z", ""),
        ("12345", ""),
        ("15/02-2025", ""),
        ("tomorrow", ""),
        ("", ""),
        ("\u0661\u0665/\u0660\u0662/\u0662\u0660\u0662\u0665", ""),
    ],
)
def test_a_date_that_a_person_must_mend_has_no_day(written: str, advice: str) -> None:
    found = reading(written, "")

    assert (found.day, found.advice) == (None, advice)


def test_a_month_first_date_with_dashes_casts_doubt_on_its_whole_column() -> None:
    found = reading("02-15-2025", "")

    assert found.day is None
    assert found.advice.startswith("month first? write 15-02-2025")
    assert "check the other dates" in found.advice


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["05/02/2025", "15/02/2025"], "day"),
        (["05/02/2025", "02/15/2025"], "month"),
        (["15/02/2025", "02/15/2025"], ""),
        (["05/02/2025", "12/12/2025"], ""),
        (["13/12/2025"], "day"),
        (["12/13/2025"], "month"),
        (["15-02-2025", "2025/02/15", "15.02.2025", "no date"], ""),
        ([], ""),
    ],
)
def test_a_column_s_slashes_begin_with_what_one_of_them_proves(column: list[str], order: str) -> None:
    assert order_of(column) == order


@pytest.mark.parametrize(("order", "day"), [("day", date(2025, 2, 5)), ("month", date(2025, 5, 2))])
def test_the_order_of_the_column_settles_a_date_of_two_readings(order: str, day: date) -> None:
    assert reading("05/02/2025", order).day == day


def test_the_fifth_of_may_is_the_fifth_of_may_either_way() -> None:
    assert reading("05/05/2025", "").day == date(2025, 5, 5)


@given(day=st.dates())
def test_every_day_is_read_from_its_iso_form_and_written_as_documented(day: date) -> None:
    assert reading(day.isoformat(), "").day == day
    assert parse_issue_date(documented(day)) == day


@given(day=st.dates(), order=st.sampled_from(["", "day", "month"]))
def test_a_day_after_the_twelfth_is_read_in_either_order(day: date, order: str) -> None:
    forms = [f"{day.day}/{day.month}/{day.year:04}", f"{day.month}/{day.day}/{day.year:04}"]
    found = {reading(written, order).day for written in forms}

    if day.day > 12:
        assert found == {day}
    else:
        assert found <= {day, None} | {date(day.year, day.day, day.month)}


@given(number=st.integers(20_000, 79_999))
def test_a_serial_number_is_advice_and_never_a_fact(number: int) -> None:
    found = reading(str(number), "day")

    assert found.day is None
    assert documented(date(1899, 12, 30) + timedelta(days=number)) in found.advice
