"""What a check is sure of, whatever stands behind its target: orders, matches, sameness, credentials."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.almost import another, cut_short, in_another_case
from sealbox_conformance.suites.certifiqi.client import documented
from sealbox_conformance.suites.steady import steady
from sealbox_conformance.suites.vec.looks import COLLATIONS, are_sorted, matches
from sealbox_conformance.witness import NotConcluded

TEXTS = st.lists(st.text("abzAZ019 .-_'@é", max_size=6) | st.none(), max_size=8)


@given(texts=TEXTS, which=st.integers(0, len(COLLATIONS) - 1))
@pytest.mark.parametrize("descending", [False, True])
def test_no_order_that_a_database_has_is_blamed(
    texts: list[str | None], which: int, *, descending: bool
) -> None:
    known = sorted((one for one in texts if one is not None), key=COLLATIONS[which], reverse=descending)

    assert are_sorted("email", [None, *known], descending=descending)
    assert are_sorted("email", [*known, None], descending=descending)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("email", ["b@example.com", "a@example.com"]),
        ("first_name", [None, "Bea", "Ana"]),
        ("is_archived", [True, False]),
        ("created_at", ["2025-03-02T00:00:00.000000Z", "2025-03-01T00:00:00.000000Z"]),
    ],
)
def test_what_is_surely_no_order_is_told(field: str, values: list[Any]) -> None:
    assert not are_sorted(field, values, descending=False)
    assert not are_sorted(field, values[::-1], descending=True)
    assert are_sorted(field, values, descending=True)


def test_times_are_in_order_by_what_they_mean() -> None:
    rising = ["2025-01-01T00:00:03Z", "2025-01-01T00:00:03.5Z", "2025-01-01T02:00:04+02:00"]

    assert are_sorted("updated_at", rising, descending=False)
    assert not are_sorted("updated_at", rising, descending=True)


@pytest.mark.parametrize(
    ("query", "text", "fits"),
    [
        ("Attendance", "Attendances, 2025", True),
        ("attendance (2)", "ATTENDANCE", True),
        ("Diploma, signed at once", "Diploma", True),
        ("Attendance", "Diploma", False),
        ("Attendance", None, False),
    ],
)
def test_a_part_or_a_word_matches(query: str, text: str | None, fits: object) -> None:
    assert matches(query, text) == fits


def test_a_signature_in_an_address_is_no_difference() -> None:
    first, second = (
        [{"url": f"https://files.example.com/a.pdf?signature={one}", "name": "a?b"}] for one in "xy"
    )

    assert first != second
    assert steady(first) == steady(second)
    assert steady(first)[0]["name"] == "a?b"


def test_a_key_that_no_page_names_is_no_difference() -> None:
    assert documented({"name": "Teste", "request_id": "1"}) == {"name": "Teste"}


@given(secret=st.text("abxyXY019|_-=", min_size=2, max_size=40))
def test_a_credential_that_is_almost_right_is_another_one(secret: str) -> None:
    assert another(secret) != secret
    assert len(another(secret)) == len(secret)
    assert len(cut_short(secret)) < len(secret)


@pytest.mark.parametrize("secret", ["4710|8392", "5aaf98d2-0264-48dd-8167-eab859ce5a7f"])
def test_a_credential_whose_case_tells_nothing_is_not_tried_in_another(secret: str) -> None:
    with pytest.raises(NotConcluded):
        in_another_case(secret)
