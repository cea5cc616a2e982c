"""Lists: who sees what in which order, and objects as they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sealbox.apis.vec import render
from sealbox.apis.vec.certificates import CertificateStatus, certificate, certificates
from sealbox.apis.vec.lifecycle import outstanding
from sealbox.apis.vec.listing import (
    chosen_certificates,
    in_asked_order,
    matches,
    own,
)
from sealbox.apis.vec.model import Institution, KnownCertificate, Recipients

if TYPE_CHECKING:
    from sealbox.apis.vec.model import Batch

    from tests.domain.conftest import VecValues

FIELDS = ("name", "email", "status", "issue_date", "generated_at", "created_at", "updated_at")


def some_batches(vec: VecValues, *rows: str) -> list[Batch]:
    """Batches a second apart, whose recipients differ in name, in case and in date of issue."""
    made = []
    for number, letters in enumerate(rows):
        batch = vec.batch(
            letters, id=f"9e7860e3-7c0a-401f-98f6-{number * 977:012x}", created_at=vec.after(number)
        )
        people = tuple(
            replace(
                one,
                name=f"{'Ana' if row % 2 else 'bob'} {row % 3}",
                issue_date=date(2025, 4, 1) + timedelta(days=(row + number) % 3),
                known_as=KnownCertificate("0" * 36, f"KNOWN-{number}", row, vec.after(86_400 * number), ())
                if number == row == 1
                else None,
            )
            for row, one in enumerate(batch.recipients.rows)
        )
        made.append(replace(batch, recipients=Recipients(people)))
    return made


# ---- who and in which order -------------------------------------------------------------------------------


@given(owners=st.lists(st.sampled_from([3, 4]), max_size=6))
def test_an_institution_sees_its_own_only(vec: VecValues, owners: list[int]) -> None:
    users = [vec.user(number, institution_id=owner) for number, owner in enumerate(owners)]

    assert own(users, 3) + own(users, 4) == sorted(users, key=lambda user: user.institution_id)


@pytest.mark.parametrize(
    ("search", "found"),
    [("ana", True), ("NA LI", True), ("example.com", True), ("", True), ("lima ana", False), ("None", False)],
)
def test_a_search_finds_a_part_in_any_case(search: str, *, found: bool) -> None:
    assert matches(search, "Ana Lima", "ana@example.com", None) is found


def test_a_search_knows_letters_beyond_ascii() -> None:
    assert matches("STRASSE", "Stra\u00dfe")
    assert not matches("", None)


pairs = st.lists(
    st.tuples(st.none() | st.sampled_from(["a", "B", "b", "c"]), st.integers(0, 99)), max_size=12
)


@given(values=pairs, order=st.sampled_from(["asc", "desc", None]))
def test_a_sort_is_stable_whatever_the_case_and_nothing_is_least(
    values: list[tuple[str | None, int]], order: str | None
) -> None:
    asked = {"sort_field": "0"} | ({"sort_order": order} if order else {})
    ordered = in_asked_order(values, asked, lambda value, field: value[int(field)])
    keys = [(letter is not None, (letter or "").lower()) for letter, _ in ordered]

    assert keys == sorted(keys, reverse=order == "desc")
    for key in set(keys):
        same = [value for value in ordered if (value[0] is not None, (value[0] or "").lower()) == key]
        assert same == [value for value in values if value in same]


def test_without_a_field_a_list_stays_as_it_came_or_is_turned_round() -> None:
    def no_key(value: int, field: str) -> int:
        raise AssertionError(f"{value} was asked for {field}")

    assert in_asked_order([2, 1, 3], {}, no_key) == [2, 1, 3]
    assert in_asked_order([2, 1, 3], {"sort_order": "asc"}, no_key) == [2, 1, 3]
    assert in_asked_order([2, 1, 3], {"sort_order": "desc"}, no_key) == [3, 1, 2]


# ---- certificates -----------------------------------------------------------------------------------------


days = st.integers(-1, 4).map(lambda day: date(2025, 4, 1) + timedelta(days=day))
filters = st.fixed_dictionaries(
    {},
    optional={
        "search": st.sampled_from(["ana", "BOB 1", "r3@", "known-1", "vec-ic", "nobody"]),
        "customer_id": st.sampled_from([1, 2]),
        "status": st.sampled_from([one.value for one in CertificateStatus]),
        "issue_date_from": days,
        "issue_date_to": days,
        "generated_at_from": days,
        "generated_at_to": days,
        "page": st.just(9),
    },
)


@example(asked={"search": "known-1"}, seconds=9)
@example(asked={"search": "vec-ic"}, seconds=9)
@given(asked=filters, seconds=st.integers(0, 80).map(lambda tenths: tenths / 10))
def test_filters_agree_with_what_is_shown(vec: VecValues, asked: dict[str, Any], seconds: float) -> None:
    batches, switches = some_batches(vec, ".x..", "....", "x"), vec.switches()
    view = render.View(vec.after(seconds), None, "https://example.com", switches)
    everything = [one for batch in batches for one in certificates(batch, view.now, switches)]

    def naive(shown: dict[str, Any]) -> bool:
        texts = " ".join((shown["name"], shown["email"], shown["reference_id"])).lower()
        dates = {"issue_date": shown["issue_date"], "generated_at": shown["generated_at"]}
        return (
            asked.get("search", "").lower() in texts
            and asked.get("customer_id", shown["customer_id"]) == shown["customer_id"]
            and asked.get("status", shown["status"]) == shown["status"]
            and all(
                at is not None
                and (str(asked[name]) <= at[:10] if end == "from" else at[:10] <= str(asked[name]))
                for field, at in dates.items()
                for end in ("from", "to")
                if (name := f"{field}_{end}") in asked
            )
        )

    expected = [one for one in everything if naive(render.certificate(one, view))]
    found = chosen_certificates(batches, asked, view.now, switches)
    assert found == [(one.batch, one.row) for one in expected]


@pytest.mark.parametrize("field", ["issue_date", "generated_at"])
@pytest.mark.parametrize(
    ("first", "last", "found"), [(0, 0, 1), (-1, -1, 0), (1, 1, 0), (-1, 0, 1), (0, 1, 1)]
)
def test_the_days_of_a_range_belong_to_it(
    vec: VecValues, field: str, first: int, last: int, found: int
) -> None:
    asked = {
        f"{field}_from": vec.TODAY + timedelta(days=first),
        f"{field}_to": vec.TODAY + timedelta(days=last),
    }

    assert len(chosen_certificates([vec.batch(".")], asked, vec.after(99), vec.switches())) == found


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("seconds", [0, 3.5, 99])
def test_certificates_are_sorted_by_what_is_shown(vec: VecValues, field: str, seconds: float) -> None:
    batches, switches = some_batches(vec, "..x.", "....", ".x"), vec.switches()
    view = render.View(vec.after(seconds), None, "https://example.com", switches)

    def shown(**asked: str) -> list[str]:
        found = chosen_certificates(batches, asked, view.now, switches)
        ones = (certificate(*place, view.now, switches) for place in found)
        return [(render.certificate(one, view)[field] or "").lower() for one in ones]

    upwards = shown(sort_field=field)
    assert len(upwards) == 10
    assert upwards == sorted(upwards) == shown(sort_field=field, sort_order="asc")
    assert shown(sort_field=field, sort_order="desc") == upwards[::-1]


# ---- what is shown ----------------------------------------------------------------------------------------


def view_of(vec: VecValues, user: int | None = None, **chosen: str) -> render.View:
    key = None if user is None else vec.uuid(user)
    return render.View(vec.after(99.75), key, "https://example.com/vec", vec.switches(**chosen))


@pytest.mark.parametrize(("until", "needed"), [("outstanding", False), ("always", True)])
def test_a_signature_that_was_given_is_required_as_its_switch_says(
    vec: VecValues, until: str, *, needed: bool
) -> None:
    batch = vec.batch(signatures=vec.signed(1, None))
    required = [
        render.batch(batch, view_of(vec, user, requires_my_signature=until))["requires_my_signature"]
        for user in (1, 2, 3, None)
    ]

    assert outstanding(batch) == (vec.uuid(2),)
    assert required == [needed, True, False, False]


@pytest.mark.parametrize(("fields", "signed", "required"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_signatures_are_required_by_the_template_or_by_signatories(
    vec: VecValues, fields: int, signed: int, *, required: bool
) -> None:
    batch = vec.batch(template=vec.template(fields=fields), signatures=vec.signed(*[0.0] * signed))

    assert render.batch(batch, view_of(vec))["requires_signatures"] is required


def test_a_batch_shows_the_same_numbers_in_all_three_places(vec: VecValues) -> None:
    batch, view = vec.batch(".x.", created_at=vec.after(0.5)), view_of(vec)._replace(now=vec.after(3.5))
    alone, status = render.batch(batch, view), render.batch_status(batch, view)

    assert render.batch_item(batch, view).items() <= alone.items()
    assert status.items() <= alone.items()
    assert list(status.values()) == ["processing", 3, 1, 1, 66.67]
    assert (alone["created_at"], alone["completion_date"]) == ("2025-04-01T12:00:00.000000Z", None)


@pytest.mark.parametrize(
    ("shown", "without", "with_some"),
    [("when_configured", "absent", 1), ("always", [], 1), ("null", None, 1)],
)
def test_default_signatories_are_shown_as_their_switch_says(
    vec: VecValues, shown: str, without: Any, with_some: int
) -> None:
    view = view_of(vec, default_signatories_field=shown)
    bare = render.template(vec.template(fields=1), view)
    full = render.template(vec.template(vec.user(1), fields=1), view)

    assert bare.get("default_signatories", "absent") == without
    assert bare["requires_signature_setup"]
    assert [one["user"]["uuid"] for one in full["default_signatories"]] == [vec.uuid(1)] * with_some
    assert not full["requires_signature_setup"]


@pytest.mark.parametrize("may_update", [True, False])
def test_the_canvas_is_for_those_who_may_update(vec: VecValues, *, may_update: bool) -> None:
    institution = Institution(3, "School", None, True, "active", vec.NOW, vec.NOW)  # noqa: FBT003, a record
    shown = render.full_template(vec.template(fields=2), institution, view_of(vec), may_update=may_update)

    assert ("fabric_json" in shown) is ("additional_data" in shown) is may_update
    assert shown["institution"]["logo"] is None
    assert len(render.canvas(vec.template(fields=2))["objects"]) == 3


def test_a_user_is_verified_when_there_is_a_time_of_it(vec: VecValues) -> None:
    shown = render.user(vec.user(signature=None, signature_added_at=None), view_of(vec))

    assert (shown["email_verification_status"], shown["phone_verification_status"]) == (
        "verified",
        "unverified",
    )
    assert (shown["has_signature"], shown["signature"]) == (False, None)
    assert shown["avatar"] == "https://example.com/vec/storage/avatars/1.png"
    assert shown.keys().isdisjoint({"id", "role"})
