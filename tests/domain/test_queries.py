"""Query parameters: values within their bounds, Laravel's message for each other one, and the clamp."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec import queries
from sealbox.apis.vec.model import Status
from sealbox.apis.vec.pages import Page
from sealbox.problems import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.domain.conftest import VecValues

LISTS = {
    "batches": queries.BATCHES,
    "templates": queries.TEMPLATES,
    "users": queries.USERS,
    "certificates": queries.CERTIFICATES,
}
INTEGERS = {"page", "per_page", "customer_id"}


def asked(
    vec: VecValues, sent: Mapping[str, Any], *, of: str = "certificates", **chosen: str
) -> dict[str, Any]:
    return queries.judge(sent, LISTS[of], vec.switches(**chosen))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("per_page", "1", 1),
        ("per_page", " 100 ", 100),
        ("page", "+7", 7),
        ("page", "1000000000000000", 10**15),
        ("customer_id", "-12", -12),
        ("search", " Ana Lima ", "Ana Lima"),
        ("sort_field", "issue_date", "issue_date"),
        ("sort_order", "desc", "desc"),
        ("status", "revoked", "revoked"),
        ("batch_id", "9E7860E3-7C0A-401F-98F6-B98E316934F4", "9e7860e3-7c0a-401f-98f6-b98e316934f4"),
        ("issue_date_from", "2024-02-29", date(2024, 2, 29)),
        ("generated_at_to", "9999-12-31", date(9999, 12, 31)),
    ],
)
def test_a_good_parameter_becomes_a_value(vec: VecValues, name: str, text: str, value: Any) -> None:
    assert asked(vec, {name: text}) == {name: value}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("per_page", "0", "The per page field must be at least 1."),
        ("per_page", "-5", "The per page field must be at least 1."),
        ("per_page", "101", "The per page field must not be greater than 100."),
        ("per_page", "ten", "The per page field must be an integer."),
        ("per_page", "1.0", "The per page field must be an integer."),
        ("per_page", "1e1", "The per page field must be an integer."),
        ("per_page", "\u0661", "The per page field must be an integer."),
        ("per_page", "9" * 19, "The per page field must be an integer."),
        ("page", "0", "The page field must be at least 1."),
        ("page", "1000000000000001", "The page field must not be greater than 1000000000000000."),
        ("customer_id", "twelve", "The customer id field must be an integer."),
        ("search", ["Ana"], "The search field must be a string."),
        ("sort_field", "role", "The selected sort field is invalid."),
        ("sort_order", "ASC", "The selected sort order is invalid."),
        ("status", "completed", "The selected status is invalid."),
        ("batch_id", "1", "The batch id field must be a valid UUID."),
        ("issue_date_from", "2025-02-29", "The issue date from field must be a valid date."),
        ("issue_date_to", "20250215", "The issue date to field must be a valid date."),
        ("issue_date_to", "2025-W07-6", "The issue date to field must be a valid date."),
        ("generated_at_from", "15-02-2025", "The generated at from field must be a valid date."),
        ("generated_at_to", "\u0662025-02-15", "The generated at to field must be a valid date."),
    ],
)
def test_a_parameter_out_of_its_bounds_is_refused(vec: VecValues, name: str, text: Any, message: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        asked(vec, {"search": "Ana"} | {name: text})

    assert caught.value.errors == {name: [message]}


def test_every_bad_parameter_is_named(vec: VecValues) -> None:
    with pytest.raises(RuleViolation) as caught:
        asked(vec, {"page": "0", "per_page": "5", "status": "x", "sort_order": "up"})

    assert list(caught.value.errors) == ["page", "status", "sort_order"]


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize("bounds", ["refuse", "clamp"])
def test_a_blank_parameter_was_not_sent(vec: VecValues, blank: str, bounds: str) -> None:
    assert asked(vec, dict.fromkeys(queries.CERTIFICATES, blank), list_bounds=bounds) == {}


@pytest.mark.parametrize("of", LISTS)
def test_unknown_parameters_are_ignored(vec: VecValues, of: str) -> None:
    assert asked(vec, {"order_by": "x", "page[number]": "2", "": "y", "Page": "0"}, of=of) == {}


@pytest.mark.parametrize("status", [*Status])
def test_batches_are_asked_for_by_their_own_statuses(vec: VecValues, status: Status) -> None:
    assert asked(vec, {"status": status.value, "sort_field": "name"}, of="batches") == {"status": status}


@pytest.mark.parametrize("field", ["role", "is_archived", "has_signature", "signatory_designation"])
def test_users_are_sorted_by_fields_of_their_own(vec: VecValues, field: str) -> None:
    assert asked(vec, {"sort_field": field, "status": "x"}, of="users") == {"sort_field": field}
    with pytest.raises(RuleViolation):
        asked(vec, {"sort_field": "phone"}, of="users")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("per_page", "0", 1),
        ("per_page", "-7", 1),
        ("per_page", "-0", 1),
        ("per_page", "101", 100),
        ("per_page", " 9999 ", 100),
        ("page", "0", 1),
        ("page", "9" * 17, 10**15),
        ("page", "9" * 40, 10**15),
    ],
)
def test_a_page_is_moved_into_its_bounds_when_clamped(
    vec: VecValues, name: str, text: str, value: int
) -> None:
    assert asked(vec, {name: text}, list_bounds="clamp") == {name: value}


def test_zero_with_a_sign_is_moved_to_the_lower_bound(vec: VecValues) -> None:
    assert asked(vec, {"per_page": "+0"}, list_bounds="clamp") == {"per_page": 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("per_page", "ten"),
        ("page", "1.5"),
        ("page", ["2"]),
        ("status", "x"),
        ("batch_id", "1"),
        ("customer_id", "x"),
    ],
)
def test_what_has_no_nearest_bound_is_ignored_when_clamped(vec: VecValues, name: str, value: Any) -> None:
    assert asked(vec, {name: value, "search": "Ana"}, list_bounds="clamp") == {"search": "Ana"}


@given(number=st.integers(1, 10**15), size=st.integers(1, 100), bounds=st.sampled_from(["refuse", "clamp"]))
def test_a_page_within_its_bounds_is_that_page(vec: VecValues, number: int, size: int, bounds: str) -> None:
    values = asked(vec, {"page": str(number), "per_page": str(size)}, list_bounds=bounds)

    assert queries.page(values) == Page(number, size)


@given(number=st.integers(-(10**17), 10**17), bounds=st.sampled_from(["refuse", "clamp"]))
def test_a_page_size_is_kept_refused_or_clamped(vec: VecValues, number: int, bounds: str) -> None:
    try:
        values = asked(vec, {"per_page": str(number)}, list_bounds=bounds)
    except RuleViolation:
        assert bounds == "refuse"
        assert not 1 <= number <= 100
    else:
        assert values == {"per_page": min(max(number, 1), 100)}


parameters = st.dictionaries(
    st.sampled_from(sorted({name for judges in LISTS.values() for name in judges})) | st.text(max_size=8),
    st.text(max_size=20)
    | st.integers().map(str)
    | st.dates().map(str)
    | st.lists(st.text(max_size=3), max_size=2),
)


@given(sent=parameters, of=st.sampled_from(sorted(LISTS)))
def test_any_parameters_are_judged_and_a_clamp_refuses_none(
    vec: VecValues, sent: dict[str, Any], of: str
) -> None:
    lenient, at_fault = asked(vec, sent, of=of, list_bounds="clamp"), set[str]()
    try:
        strict = asked(vec, sent, of=of)
    except RuleViolation as refused:
        at_fault = set(refused.errors)
        strict = {name: value for name, value in lenient.items() if name not in at_fault}

    assert at_fault <= LISTS[of].keys() & sent.keys()
    assert strict.items() <= lenient.items()
    assert all(isinstance(value, int) for name, value in lenient.items() if name in INTEGERS)


@pytest.mark.parametrize(
    ("values", "page"), [({}, Page()), ({"page": 3}, Page(3)), ({"per_page": 2}, Page(1, 2))]
)
def test_a_page_has_fifteen_items_and_is_the_first_by_default(values: dict[str, int], page: Page) -> None:
    assert (page.number, page.size) == (values.get("page", 1), values.get("per_page", 15))
    assert queries.page(values) == page
