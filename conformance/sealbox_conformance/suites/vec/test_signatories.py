"""Who signs, and in which position."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.vec.client import Signatory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.vec.client import Vec

START = "Signatory indices must start from 1."
SEQUENCE = "Signatory indices must be sequential starting from 1 without gaps."
TWICE = "The same signatory cannot be assigned to multiple positions."


def _signed(vec: Vec, signatories: Sequence[Signatory]) -> Reply:
    return vec.create(template=vec.template("signed"), signatories=signatories)


def _says_under_an_index(reply: Reply, requirement: str, message: str) -> None:
    reply.answers(422, requirement)
    texts = [
        text
        for field, messages in reply.json()["errors"].items()
        if re.fullmatch(r"signatories\.\d+\.index", field)
        for text in messages
    ]
    reply.keeps(requirement, holds=message in texts, expected=f"{message} under the index of a signatory")


@pytest.mark.requirement("VEC-SIGNATORY-01", "VEC-TEMPLATE-05")
def test_a_template_with_signatory_fields_asks_for_signatories(vec: Vec) -> None:
    reply = vec.create(template=vec.template("signed"))

    reply.answers(422, "VEC-SIGNATORY-01")


@pytest.mark.requirement("VEC-TEMPLATE-05")
def test_whatever_template_asks_for_a_setup_refuses_a_batch_without_signatories(vec: Vec) -> None:
    for template in vec.templates:
        if template["requires_signature_setup"]:
            vec.create(template=template["id"]).answers(422, "VEC-TEMPLATE-05")


@pytest.mark.requirement("VEC-SIGNATORY-02", "VEC-TEMPLATE-04")
def test_default_signatories_sign_when_none_are_named(vec: Vec) -> None:
    vec.create(template=vec.template("defaults")).answers(201, "VEC-SIGNATORY-02")


@pytest.mark.requirement("VEC-TEMPLATE-04")
def test_whatever_template_has_default_signatories_needs_none(vec: Vec) -> None:
    for template in vec.templates:
        if template["has_default_signatories"]:
            vec.create(template=template["id"]).answers(201, "VEC-TEMPLATE-04")


@pytest.mark.requirement("VEC-SIGNATORY-03")
def test_a_template_without_signatory_fields_needs_no_signatories(vec: Vec) -> None:
    vec.create(template=vec.template("plain")).answers(201, "VEC-SIGNATORY-03")


@pytest.mark.requirement("VEC-SIGNATORY-03")
def test_whatever_template_has_no_fields_needs_none(vec: Vec) -> None:
    for template in vec.templates:
        if not template["has_signatures"]:
            vec.create(template=template["id"]).answers(201, "VEC-SIGNATORY-03")


@pytest.mark.requirement("VEC-BATCH-01")
def test_signatories_in_sequence_are_accepted(vec: Vec) -> None:
    _signed(vec, vec.signed_by()).answers(201, "VEC-BATCH-01")


@pytest.mark.requirement("VEC-SIGNATORY-04")
@pytest.mark.parametrize("start", [0, 2, 5, -1])
def test_indices_start_from_1(vec: Vec, start: int) -> None:
    number = vec.signatory_count()
    signatories = vec.positions(*range(start, start + number))

    _says_under_an_index(_signed(vec, signatories), "VEC-SIGNATORY-04", START)


@pytest.mark.requirement("VEC-SIGNATORY-05")
@pytest.mark.parametrize("before", [1, 2])
@given(gap=st.integers(2, 50))
def test_indices_have_no_gap(vec: Vec, before: int, gap: int) -> None:
    signatories = vec.positions(*range(1, before + 1), before + gap)

    _says_under_an_index(_signed(vec, signatories), "VEC-SIGNATORY-05", SEQUENCE)


@pytest.mark.requirement("VEC-ERROR-04")
def test_a_part_of_a_signatory_is_counted_from_0(vec: Vec) -> None:
    reply = _signed(vec, vec.positions(1, 3)).needed(422, "a gap in the indices")

    fields = list(reply.json()["errors"])
    dotted = any(re.fullmatch(r"signatories\.[01]\.index", field) for field in fields)
    reply.keeps(
        "VEC-ERROR-04", holds=dotted, expected="signatories.0.index or signatories.1.index", actual=fields
    )


@pytest.mark.requirement("VEC-SIGNATORY-06")
@pytest.mark.parametrize("indices", [(1, 1), (1, 2, 2)])
def test_one_position_one_user(vec: Vec, indices: tuple[int, ...]) -> None:
    _signed(vec, vec.positions(*indices)).answers(422, "VEC-SIGNATORY-06")


@pytest.mark.requirement("VEC-SIGNATORY-07", "VEC-SIGNATORY-08")
@pytest.mark.parametrize("twice", [(0, 0), (0, 1, 0), (0, 1, 1)])
def test_one_user_one_position(vec: Vec, twice: tuple[int, ...]) -> None:
    users = vec.able_users(2)
    signatories = [Signatory(users[which], index) for index, which in enumerate(twice, start=1)]
    reply = _signed(vec, signatories).answers(422, "VEC-SIGNATORY-07")

    texts = reply.json()["errors"].get("signatories", [])
    reply.keeps("VEC-SIGNATORY-08", holds=TWICE in texts, expected=f"{TWICE} under signatories")


@pytest.mark.requirement("VEC-SIGNATORY-09")
def test_a_user_without_a_signature_does_not_sign(vec: Vec) -> None:
    _signed(vec, vec.signed_by(vec.user("unsigned"))).answers(422, "VEC-SIGNATORY-09")


@pytest.mark.requirement("VEC-SIGNATORY-10")
def test_an_archived_user_does_not_sign(vec: Vec) -> None:
    _signed(vec, vec.signed_by(vec.user("archived"))).answers(422, "VEC-SIGNATORY-10")


@pytest.mark.requirement("VEC-SIGNATORY-09", "VEC-SIGNATORY-10", "VEC-BATCH-01")
def test_whoever_has_a_signature_and_is_not_archived_signs(vec: Vec) -> None:
    for one in vec.users[:12]:
        others = [user for user in vec.able_users(vec.signatory_count() + 1) if user != one["uuid"]]
        users = [one["uuid"], *others[: vec.signatory_count() - 1]]
        reply = _signed(vec, [Signatory(user, index) for index, user in enumerate(users, start=1)])
        if one["is_archived"]:
            reply.answers(422, "VEC-SIGNATORY-10")
        elif not one["has_signature"]:
            reply.answers(422, "VEC-SIGNATORY-09")
        else:
            reply.answers(201, "VEC-BATCH-01")


@pytest.mark.requirement("VEC-SIGNATORY-11")
@given(user=st.uuids(version=4).map(str))
def test_nobody_signs_who_does_not_exist(vec: Vec, user: str) -> None:
    _signed(vec, vec.signed_by(user)).answers(422, "VEC-SIGNATORY-11")


@pytest.mark.requirement("VEC-SIGNATORY-11")
@pytest.mark.claims("second_institution")
def test_nobody_signs_for_another_institution(vec: Vec) -> None:
    others = vec.items("listUsers", credential="other_institution")
    for one in others[:3]:
        _signed(vec, vec.signed_by(one["uuid"])).answers(422, "VEC-SIGNATORY-11")


FLAWS = {
    "no user": (None, 1),
    "no index": ("able", None),
    "a user that is no UUID": ("not-a-uuid", 1),
    "a UUID that is cut short": (str(UUID(int=5))[:-1], 1),
    "an index that is a word": ("able", "one"),
    "an index that is a fraction": ("able", "1.5"),
}


@pytest.mark.requirement("VEC-SIGNATORY-12")
@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("flaw", list(FLAWS))
def test_a_signatory_has_a_user_and_an_index(vec: Vec, flaw: str, place: str) -> None:
    user, index = FLAWS[flaw]
    named = vec.able_users(max(vec.signatory_count(), 2))
    good = [Signatory(one, position) for position, one in enumerate(named, start=1)]
    at = 0 if place == "first" else len(good) - 1
    number = good[at].index if index == 1 else index
    good[at] = Signatory(named[at] if user == "able" else user, number)

    _signed(vec, good).answers(422, "VEC-SIGNATORY-12")
