"""What createBatch demands: every message, every switch, and laws over signatories of any shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.rules import NewBatch, new_batch, summary
from sealbox.php_forms import Upload
from sealbox.problems import Forbidden, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealbox.apis.vec.model import Template

    from tests.domain.conftest import VecValues

Errors = dict[str, list[str]]
Judge = Callable[..., NewBatch]
Refusal = Callable[..., Errors]

FILE = Upload("people.csv", "people.csv", "text/csv", 0, b"RecipientsEmail,RecipientsName\n")
START = ["Signatory indices must start from 1."]
SEQUENCE = ["Signatory indices must be sequential starting from 1 without gaps."]
TWICE = ["The same signatory cannot be assigned to multiple positions."]
STRANGER = 99
ARCHIVED, UNSIGNED = 7, 8

RULE_SWITCHES = (
    "signatory_mismatch", "signatories_replace", "empty_signatories", "signatories_json", "name_unique",
    "trim_strings", "foreign_template",
)  # fmt: skip


@pytest.fixture(scope="session")
def judge(vec: VecValues) -> Judge:
    """Judges a good request in which some fields are `sent` otherwise, or not at all when None."""

    def one(sent: Mapping[str, Any], *, template: Template | None = None, **chosen: str) -> NewBatch:
        used = template or vec.template()
        users = [
            *(vec.user(number) for number in range(1, 7)),
            vec.user(ARCHIVED, is_archived=True),
            vec.user(UNSIGNED, signature=None),
        ]
        fields = {"name": "Class 10th, 2024", "template_id": used.id, "csv_file": FILE, **sent}
        kept = {name: value for name, value in fields.items() if value is not None}
        known = vec.known(used, users=users, foreign=[vec.uuid(STRANGER)], names=["Taken"])
        return new_batch(kept, known, vec.switches(**chosen))

    return one


@pytest.fixture(scope="session")
def refusal(judge: Judge) -> Refusal:
    def one(sent: Mapping[str, Any], **kwargs: Any) -> Errors:
        with pytest.raises(RuleViolation) as caught:
            judge(sent, **kwargs)
        return dict(caught.value.errors)

    return one


def signatories(vec: VecValues, *places: tuple[int, Any]) -> list[dict[str, Any]]:
    """Users by number, and the index that each is given."""
    return [{"user_uuid": vec.uuid(number), "index": index} for number, index in places]


def holders(made: NewBatch) -> list[tuple[int, str]]:
    return [(signature.index, signature.user_uuid) for signature in made.signatures]


# ---- one message for each field ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", None, "The name field is required."),
        ("name", "", "The name field is required."),
        ("name", " \t\u00a0", "The name field is required."),
        ("name", [], "The name field is required."),
        ("name", ["Class"], "The name field must be a string."),
        ("name", 10, "The name field must be a string."),
        ("name", FILE, "The name field must be a string."),
        ("template_id", None, "The template id field is required."),
        ("template_id", " ", "The template id field is required."),
        ("template_id", "diploma", "The template id field must be a valid UUID."),
        ("template_id", 7, "The template id field must be a valid UUID."),
        (
            "template_id",
            "{9e3b101f-c264-4f97-945f-20dfa7163768}",
            "The template id field must be a valid UUID.",
        ),
        ("template_id", "9d76a768-d016-4364-b18b-32c647adad0c", "The selected template id is invalid."),
        ("csv_file", None, "The csv file field is required."),
        ("csv_file", "", "The csv file field is required."),
        ("csv_file", Upload("", "", "", 4, b""), "The csv file field is required."),
        ("csv_file", "RecipientsEmail,RecipientsName", "The csv file field must be a file."),
        ("csv_file", [FILE], "The csv file field must be a file."),
        ("csv_file", Upload("a.csv", "a.csv", "", 3, b""), "The csv file failed to upload."),
        ("signatories", "nobody", "The signatories field must be an array."),
        ("signatories", 5, "The signatories field must be an array."),
    ],
)
def test_a_bad_field_has_one_message(refusal: Refusal, field: str, value: Any, message: str) -> None:
    assert refusal({field: value}) == {field: [message]}


def test_a_good_request_is_taken_as_it_stands(judge: Judge, vec: VecValues) -> None:
    made = judge({"name": " Class 10th ", "template_id": vec.template().id.upper(), "unknown": "x"})

    assert (made.name, made.template) == ("Class 10th", vec.template())
    assert (made.signatures, made.hints) == ((), ())


def test_faults_of_several_fields_come_together_in_the_order_of_the_page(
    refusal: Refusal, vec: VecValues
) -> None:
    sent = {
        "signatories": signatories(vec, (1, 2), (1, 4)),
        "csv_file": None,
        "template_id": vec.uuid(0),
        "name": None,
    }
    errors = refusal(sent)

    assert list(errors.items()) == [
        ("name", ["The name field is required."]),
        ("template_id", ["The selected template id is invalid."]),
        ("csv_file", ["The csv file field is required."]),
        ("signatories", TWICE),
        ("signatories.0.index", START),
        ("signatories.1.index", SEQUENCE),
    ]
    assert summary(errors) == "The name field is required. (and 5 more errors)"


@pytest.mark.parametrize(
    ("counts", "ending"),
    [
        ([1], ""),
        ([1, 1], " (and 1 more error)"),
        ([2], " (and 1 more error)"),
        ([1, 1, 1], " (and 2 more errors)"),
        ([1, 3], " (and 3 more errors)"),
    ],
)
def test_the_summary_counts_messages_and_not_fields(counts: Sequence[int], ending: str) -> None:
    errors = {f"field{at}": [f"Message {at}."] * count for at, count in enumerate(counts)}

    assert summary(errors) == f"Message 0.{ending}"


def test_a_refusal_tells_how_a_client_went_wrong(judge: Judge) -> None:
    with pytest.raises(RuleViolation) as of_text:
        judge({"csv_file": "RecipientsEmail"})
    with pytest.raises(RuleViolation) as of_json:
        judge({"signatories": "[]"})

    assert 'no plain filename="..."' in of_text.value.why
    assert "signatories[0][user_uuid]" in of_json.value.why


# ---- switches ---------------------------------------------------------------------------------------------


def test_a_taken_name_is_refused_when_names_are_unique(judge: Judge, refusal: Refusal) -> None:
    assert judge({"name": "Taken"}).name == "Taken"
    assert judge({"name": "Free"}, name_unique="yes").name == "Free"
    assert refusal({"name": " Taken"}, name_unique="yes") == {"name": ["The name has already been taken."]}


def test_blanks_stay_when_nothing_trims_them(judge: Judge, refusal: Refusal, vec: VecValues) -> None:
    assert judge({"name": "  "}, trim_strings="no").name == "  "
    assert refusal({"name": "", "template_id": f" {vec.template().id}"}, trim_strings="no") == {
        "name": ["The name field is required."],
        "template_id": ["The template id field must be a valid UUID."],
    }


def test_empty_signatories_are_missing_when_nothing_trims_them(judge: Judge) -> None:
    assert judge({"signatories": ""}, trim_strings="no").signatures == ()


def test_a_foreign_template_does_not_exist_or_is_forbidden(
    judge: Judge, refusal: Refusal, vec: VecValues
) -> None:
    foreign = {"template_id": vec.uuid(STRANGER).upper()}

    assert refusal(foreign) == {"template_id": ["The selected template id is invalid."]}
    assert refusal({"template_id": vec.uuid(0)}, foreign_template="forbidden")
    with pytest.raises(Forbidden) as caught:
        judge(foreign, foreign_template="forbidden")
    assert caught.value.permission == "certificate-templates:view"


@pytest.mark.parametrize(("fields", "given"), [(0, 1), (1, 2), (2, 1)])
def test_another_number_of_signatories_is_accepted_or_refused(
    judge: Judge, refusal: Refusal, vec: VecValues, fields: int, given: int
) -> None:
    sent = {"signatories": signatories(vec, *((number, number) for number in range(1, given + 1)))}
    template = vec.template(fields=fields)

    (hint,) = judge(sent, template=template).hints
    assert hint.startswith(f"{given} signatories for a template with {fields} signatory fields")
    assert refusal(sent, template=template, signatory_mismatch="refuse") == {
        "signatories": [f"The signatories field must contain {fields} items."]
    }


def test_a_bad_signatory_is_still_one_of_the_number(refusal: Refusal, vec: VecValues) -> None:
    sent = {"signatories": signatories(vec, (1, 1), (2, "two"))}
    errors = refusal(sent, template=vec.template(fields=2), signatory_mismatch="refuse")

    assert list(errors) == ["signatories.1.index"]


def test_given_signatories_replace_the_defaults_whole_or_by_position(judge: Judge, vec: VecValues) -> None:
    template = vec.template(vec.user(1), vec.user(2), fields=2, auto=[2])
    sent = {"signatories": signatories(vec, (3, 1))}
    whole = judge(sent, template=template)
    parts = judge(sent, template=template, signatories_replace="by_position")

    assert holders(whole) == [(1, vec.uuid(3))]
    assert holders(parts) == [(1, vec.uuid(3)), (2, vec.uuid(2))]
    assert [signature.approved_at for signature in parts.signatures] == [None, vec.NOW]


def test_a_default_that_stays_is_nobody_who_was_given(judge: Judge, vec: VecValues) -> None:
    template = vec.template(vec.user(1), vec.user(2), fields=2)
    sent = {"signatories": signatories(vec, (2, 1))}

    with pytest.raises(RuleViolation):
        judge(sent, template=template, signatories_replace="by_position")


@pytest.mark.parametrize("empty", [[], {}])
def test_an_empty_list_is_no_list_or_nobody(
    judge: Judge, refusal: Refusal, vec: VecValues, empty: Any
) -> None:
    template = vec.template(vec.user(1), fields=1)
    sent = {"signatories": empty}

    assert holders(judge(sent, template=template)) == [(1, vec.uuid(1))]
    assert holders(judge(sent, template=template, empty_signatories="given")) == []
    assert refusal(sent, template=vec.template(fields=1)) == {
        "signatories": ["The signatories field is required."]
    }


def test_json_text_is_no_array_unless_it_is_read(judge: Judge, refusal: Refusal, vec: VecValues) -> None:
    text = f'[{{"user_uuid": "{vec.uuid(1)}", "index": 1}}]'

    assert refusal({"signatories": text}) == {"signatories": ["The signatories field must be an array."]}
    assert holders(judge({"signatories": text}, signatories_json="read")) == [(1, vec.uuid(1))]
    assert holders(judge({"signatories": "null"}, signatories_json="read")) == []
    for broken in ("[", '"text"', "7", "[" * 100_000):
        assert list(refusal({"signatories": broken}, signatories_json="read")) == ["signatories"]


# ---- signatories ------------------------------------------------------------------------------------------


def test_without_signatories_the_defaults_sign_and_some_at_once(judge: Judge, vec: VecValues) -> None:
    template = vec.template(vec.user(ARCHIVED, is_archived=True), vec.user(2), fields=2, auto=[1])
    made = judge({}, template=template)

    assert holders(made) == [(1, vec.uuid(ARCHIVED)), (2, vec.uuid(2))]
    assert [signature.approved_at for signature in made.signatures] == [vec.NOW, None]


def test_signatories_are_required_by_fields_without_defaults(refusal: Refusal, vec: VecValues) -> None:
    required = {"signatories": ["The signatories field is required."]}
    shown_only = vec.template(vec.user(1), fields=1, defaults_configured=False)

    assert refusal({}, template=vec.template(fields=1)) == required
    assert refusal({"signatories": " "}, template=vec.template(fields=2)) == required
    assert refusal({}, template=shown_only) == required


def test_signatories_that_are_no_array_are_not_missing(refusal: Refusal, vec: VecValues) -> None:
    assert refusal({"signatories": "nobody"}, template=vec.template(fields=1)) == {
        "signatories": ["The signatories field must be an array."]
    }


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        (None, "field is required."),
        (" ", "field is required."),
        ({}, "field is required."),
        ("ana", "field must be a valid UUID."),
        (["66c9c977-f379-4692-9d5c-000000000001"], "field must be a valid UUID."),
    ],
)
def test_a_signatory_has_a_uuid(refusal: Refusal, value: Any, ending: str) -> None:
    field = "signatories.0.user_uuid"

    assert refusal({"signatories": [{"user_uuid": value, "index": "1"}]}) == {
        field: [f"The {field} {ending}"]
    }


@pytest.mark.parametrize(
    ("number", "ending"),
    [(STRANGER, "is invalid."), (ARCHIVED, "is an archived user."), (UNSIGNED, "has no signature uploaded.")],
)
def test_a_user_who_cannot_sign_is_refused_by_name(
    refusal: Refusal, vec: VecValues, number: int, ending: str
) -> None:
    field = "signatories.1.user_uuid"

    assert refusal({"signatories": signatories(vec, (1, 1), (number, 2))}) == {
        field: [f"The selected {field} {ending}"]
    }


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        (None, "field is required."),
        ("", "field is required."),
        *((value, "field must be an integer.") for value in ("one", "1.0", "01", "1e0", "\u0661", "9" * 19)),
        *((value, "field must be an integer.") for value in (1.0, True, ["1"], {"a": 1}, FILE)),
    ],
)
def test_an_index_is_a_whole_number(refusal: Refusal, vec: VecValues, value: Any, ending: str) -> None:
    field = "signatories.0.index"

    assert refusal({"signatories": signatories(vec, (1, value))}) == {field: [f"The {field} {ending}"]}


@pytest.mark.parametrize("value", [1, "1", " 1 ", "+1"])
def test_digits_are_a_number(judge: Judge, vec: VecValues, value: Any) -> None:
    assert holders(judge({"signatories": signatories(vec, (1, value))})) == [(1, vec.uuid(1))]


@pytest.mark.parametrize("entry", ["text", [], ["x"], None, 3])
def test_an_entry_that_is_no_object_lacks_both_fields(refusal: Refusal, entry: Any) -> None:
    fields = ["signatories.0.user_uuid", "signatories.0.index"]

    assert refusal({"signatories": [entry]}) == {
        field: [f"The {field} field is required."] for field in fields
    }


def test_a_field_is_named_by_the_key_it_was_sent_under(refusal: Refusal, vec: VecValues) -> None:
    (one,) = signatories(vec, (1, 3))

    assert refusal({"signatories": {"5": one}}) == {"signatories.5.index": START}


@given(order=st.integers(1, 6).flatmap(lambda most: st.permutations(range(1, most + 1))))
def test_positions_from_one_on_are_accepted_in_any_order(
    judge: Judge, vec: VecValues, order: Sequence[int]
) -> None:
    made = judge({"signatories": signatories(vec, *enumerate(order, start=1))})

    assert holders(made) == sorted((index, vec.uuid(number)) for number, index in enumerate(order, start=1))


@given(indices=st.lists(st.integers(-3, 8), min_size=1, max_size=6))
def test_positions_are_at_fault_exactly_where_they_leave_the_count(
    judge: Judge, vec: VecValues, indices: Sequence[int]
) -> None:
    errors: Errors = {}
    try:
        judge({"signatories": signatories(vec, *enumerate(indices, start=1))})
    except RuleViolation as refused:
        errors = dict(refused.errors)
    expected, before = {}, None
    for index, at in sorted((index, at) for at, index in enumerate(indices)):
        if index != (1 if before is None else before + 1):
            expected[f"signatories.{at}.index"] = START if before is None else SEQUENCE
        before = index

    assert errors == expected
    assert (not errors) == (sorted(indices) == list(range(1, len(indices) + 1)))


@given(numbers=st.lists(st.sampled_from([1, 2, 3, ARCHIVED, UNSIGNED, STRANGER]), min_size=1, max_size=5))
def test_one_user_has_one_position(judge: Judge, vec: VecValues, numbers: Sequence[int]) -> None:
    errors: Errors = {}
    try:
        judge(
            {"signatories": signatories(vec, *((number, at) for at, number in enumerate(numbers, start=1)))}
        )
    except RuleViolation as refused:
        errors = dict(refused.errors)
    barred = {f"signatories.{at}.user_uuid" for at, number in enumerate(numbers) if number > 6}

    assert ("signatories" in errors) == (len(set(numbers)) < len(numbers))
    assert errors.get("signatories", TWICE) == TWICE
    assert errors.keys() - {"signatories"} == barred


def test_the_list_as_a_whole_comes_before_its_entries(refusal: Refusal, vec: VecValues) -> None:
    errors = refusal({"signatories": signatories(vec, (ARCHIVED, 1), (ARCHIVED, 2))})

    assert list(errors) == ["signatories", "signatories.0.user_uuid", "signatories.1.user_uuid"]


def test_a_user_is_one_user_in_upper_case_too(refusal: Refusal, vec: VecValues) -> None:
    first, second = signatories(vec, (1, 1), (1, 2))

    assert refusal({"signatories": [first, second | {"user_uuid": vec.uuid(1).upper()}]}) == {
        "signatories": TWICE
    }


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["66c9c977-f379-4692-9d5c-000000000001", "1", "[1]", FILE]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["user_uuid", "index", "0", "1", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(data=st.data(), fields=st.integers(0, 2))
def test_values_of_any_shape_are_taken_or_refused(vec: VecValues, data: st.DataObject, fields: int) -> None:
    template = vec.template(fields=fields)
    good: dict[str, Any] = {"name": "Class", "template_id": template.id, "csv_file": FILE}
    names = st.sampled_from(["name", "template_id", "csv_file", "signatories", "other"])
    sent = good | data.draw(st.dictionaries(names, anything, max_size=5))
    switches = data.draw(vec.decisions(*RULE_SWITCHES))
    try:
        made = new_batch(sent, vec.known(template, users=[vec.user(1)]), switches)
    except RuleViolation as refused:
        messages = [message for (message,) in refused.errors.values()]
        told = summary(refused.errors)
    else:
        messages, told = [""], ""
        assert [signature.index for signature in made.signatures] == list(range(1, len(made.signatures) + 1))
    assert told.startswith(messages[0])


def test_a_value_nested_as_deep_as_json_may_be_is_refused(refusal: Refusal) -> None:
    value: Any = "x"
    for _ in range(1000):
        value = [value]

    assert refusal({"name": value}) == {"name": ["The name field must be a string."]}
