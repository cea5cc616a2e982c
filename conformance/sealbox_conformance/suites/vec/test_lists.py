"""Pages, filters, searches and orders; and what belongs to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.steady import steady
from sealbox_conformance.suites.vec.client import HEADERS, csv_text, unique
from sealbox_conformance.suites.vec.looks import are_sorted, matches
from sealbox_conformance.witness import Finding, NotConcluded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.vec.client import Vec

SORTED = (
    *("first_name", "last_name", "email", "is_archived", "has_signature"),
    *("signatory_name", "signatory_designation", "created_at", "updated_at"),
)
LISTS = ("listBatches", "listCertificateTemplates", "listCertificates", "listUsers")
OPERATIONS = ("VEC-LIST-14", *(f"VEC/{name}" for name in LISTS))
KEYS: Mapping[str, Callable[[Any], str]] = {
    "listBatches": lambda one: str(one["id"]),
    "listCertificateTemplates": lambda one: str(one["id"]),
    "listCertificates": lambda one: str(one["id"]),
    "listUsers": lambda one: str(one["uuid"]),
}
NONSENSE = "zzqxjkvw-nothing-has-this"
PEOPLE = [
    ("c@example.com", "Berta Delta", "05-03-2024"),
    ("a@example.com", "Carla Alpha", "20-01-2025"),
    ("d@example.com", "Dora Gamma", "01-02-2023"),
    ("b@example.com", "Anna Beta", "11-11-2026"),
]


def _batch_of_people(vec: Vec) -> str:
    batch_id = str(vec.new_batch(csv=csv_text(PEOPLE, (*HEADERS, "IssueDate")))["id"])
    vec.ended(batch_id)
    return batch_id


@pytest.mark.requirement("VEC-LIST-01")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_begins_with_15_items_of_its_first_page(vec: Vec, name: str) -> None:
    reply = vec.call(name).answers(200, "VEC-LIST-01")

    meta = reply.json()["meta"]
    first = (meta["current_page"], meta["per_page"]) == (1, 15)
    reply.keeps("VEC-LIST-01", holds=first, expected="current_page 1, per_page 15", actual=meta)
    query = {"page": "1", "per_page": "15"}
    again, later = (vec.call(name, query=query).needed(200, "the first page").json() for _ in range(2))
    keys = [[KEYS[name](one) for one in body["data"]] for body in (reply.json(), again, later)]
    if meta["total"] != later["meta"]["total"] or keys[1] != keys[2]:
        raise NotConcluded("somebody else changes the list meanwhile")
    same = keys[0] == keys[1]
    reply.keeps("VEC-LIST-01", holds=same, expected="the items of page 1 with 15 to a page", actual=keys[0])


@pytest.mark.exercises("VEC-LIST-02", "VEC-LIST-03", "VEC-LIST-04", *OPERATIONS)
@pytest.mark.parametrize("name", LISTS)
@given(size=st.integers(1, 100), page=st.integers(1, 4))
def test_pages_of_any_size(vec: Vec, name: str, size: int, page: int) -> None:
    reply = vec.call(name, query={"per_page": str(size), "page": str(page)})
    reply.answers(200, "VEC-LIST-02")  # whatever is within the documented bounds


@pytest.mark.exercises("VEC-LIST-02", "VEC-LIST-03", "VEC-LIST-04", *OPERATIONS)
@pytest.mark.parametrize("name", LISTS)
def test_the_first_and_the_last_page(vec: Vec, name: str) -> None:
    last = vec.call(name, query={"per_page": "2"}).needed(200, "a page of a list").json()["meta"]["last_page"]
    for size, page in ((2, 1), (2, 2), (2, last), (1, 1), (99, 1), (100, 1)):
        query = {"per_page": str(size), "page": str(page)}
        vec.call(name, query=query).answers(200, "VEC-LIST-02")


def _total(replies: Sequence[Reply]) -> int:
    """How many items all pages told. Raises NotConcluded when they do not agree."""
    told = {reply.json()["meta"]["total"] for reply in replies}
    if len(told) != 1:
        raise NotConcluded("somebody else changes the list meanwhile")
    return int(told.pop())


@pytest.mark.requirement("VEC-LIST-05")
@pytest.mark.parametrize("name", ["listCertificateTemplates", "listUsers", "listCertificates"])
@pytest.mark.parametrize("size", [1, 3])
def test_the_pages_together_show_every_item_once(vec: Vec, name: str, size: int) -> None:
    query = {"batch_id": _batch_of_people(vec)} if name == "listCertificates" else {}
    replies = list(vec.pages(name, query=query, size=size))

    keys = [KEYS[name](one) for reply in replies for one in reply.json()["data"]]
    total = _total(replies)
    partition = len(keys) == len(set(keys)) == total
    replies[-1].keeps("VEC-LIST-05", holds=partition, expected=f"{total} different items", actual=keys)


@pytest.mark.requirement("VEC-LIST-05")
def test_pages_that_end_within_a_batch_leave_nothing_out(vec: Vec) -> None:
    word = f"{unique().rpartition('-')[2]}-odd"
    for rows in (3, 1, 2, 1, 3):
        people = [(f"{word}-{row}@example.com", "Ana Example") for row in range(rows)]
        vec.new_batch(csv=csv_text(people))
    whole = vec.call("listCertificates", query={"search": word, "per_page": "100"}).needed(200, "a search")
    wanted = sorted(one["id"] for one in whole.json()["data"])
    for size in range(1, 8):
        replies = list(vec.pages("listCertificates", query={"search": word}, size=size))
        found = sorted(one["id"] for reply in replies for one in reply.json()["data"])
        replies[-1].keeps("VEC-LIST-05", holds=found == wanted, expected=f"{wanted}", actual=found)
        # A law judges these: all certificates together are more than can be read in pages of one.
        for page in (1, 2, 3):
            vec.call("listCertificates", query={"per_page": str(size), "page": str(page)})


@pytest.mark.requirement("VEC-LIST-05")
@pytest.mark.parametrize("size", [7, 40])
def test_pages_of_any_size_show_the_same_batches(vec: Vec, size: int) -> None:
    vec.new_batch()
    wholes = [list(vec.pages("listBatches", size=number)) for number in (100, size, 100)]
    before, found, after = (
        [one["id"] for reply in whole for one in reply.json()["data"]] for whole in wholes
    )
    if before != after:
        raise NotConcluded("somebody else makes batches meanwhile")

    reply = wholes[1][-1]
    total = reply.json()["meta"]["total"]
    partition = sorted(found) == sorted(before) and len(set(found)) == len(found) == total
    reply.keeps("VEC-LIST-05", holds=partition, expected=f"{total} different batches", actual=len(set(found)))


@pytest.mark.requirement("VEC-LIST-12")
def test_a_search_for_templates_shows_what_matches(vec: Vec) -> None:
    nothing = vec.call("listCertificateTemplates", query={"search": NONSENSE}).answers(200, "VEC-LIST-12")
    nothing.keeps("VEC-LIST-12", holds=nothing.json()["data"] == [], expected=f"no template for {NONSENSE}")

    for template in vec.templates[:5]:
        name = template["name"]
        replies = list(vec.pages("listCertificateTemplates", query={"search": name}))
        found = [one for reply in replies for one in reply.json()["data"]]
        listed = template["id"] in {one["id"] for one in found}
        strange = [one["name"] for one in found if not matches(name, one["name"])]
        replies[-1].keeps("VEC-LIST-12", holds=listed, expected=name, actual=found)
        replies[-1].keeps("VEC-LIST-12", holds=not strange, expected=f"names like {name}", actual=strange)


@pytest.mark.requirement("VEC-CERTIFICATE-01")
def test_batch_id_shows_certificates_of_that_batch(vec: Vec) -> None:
    batch_id = _batch_of_people(vec)
    _batch_of_people(vec)
    reply = vec.call("listCertificates", query={"batch_id": batch_id}).answers(200, "VEC-CERTIFICATE-01")

    found = [one["batch_id"] for one in reply.json()["data"]]
    own = found == [batch_id] * len(PEOPLE)
    reply.keeps("VEC-CERTIFICATE-01", holds=own, expected=f"{len(PEOPLE)} of {batch_id}", actual=found)


@pytest.mark.requirement("VEC-CERTIFICATE-02")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("status", word) for word in ("pending", "processing", "generated", "failed", "revoked")),
        ("customer_id", "1"),
    ],
)
def test_a_filter_shows_only_what_it_names(vec: Vec, field: str, value: str) -> None:
    _batch_of_people(vec)
    reply = vec.call("listCertificates", query={field: value, "per_page": "100"}).answers(
        200, "VEC-CERTIFICATE-02"
    )

    found = {str(one[field]) for one in reply.json()["data"]}
    reply.keeps(
        "VEC-CERTIFICATE-02", holds=found <= {value}, expected=f"{field} {value}", actual=sorted(found)
    )


RANGES: Mapping[str, tuple[Mapping[str, str], set[str]]] = {
    "from": ({"issue_date_from": "2024-06-01"}, {"a@example.com", "b@example.com"}),
    "to": ({"issue_date_to": "2024-06-01"}, {"c@example.com", "d@example.com"}),
    "both": (
        {"issue_date_from": "2024-01-01", "issue_date_to": "2025-06-01"},
        {"a@example.com", "c@example.com"},
    ),
    "made by then": (
        {"generated_at_from": "2001-01-01", "generated_at_to": "2999-01-01"},
        {"a@example.com", "b@example.com", "c@example.com", "d@example.com"},
    ),
    "made long ago": ({"generated_at_to": "2001-01-01"}, set()),
    "made far ahead": ({"generated_at_from": "2999-01-01"}, set()),
}


@pytest.mark.requirement("VEC-CERTIFICATE-03")
@pytest.mark.parametrize("which", list(RANGES))
def test_a_range_shows_only_days_within(vec: Vec, which: str) -> None:
    query, wanted = RANGES[which]
    reply = vec.call("listCertificates", query={"batch_id": _batch_of_people(vec), **query})

    found = {one["email"] for one in reply.answers(200, "VEC-CERTIFICATE-03").json()["data"]}
    reply.keeps(
        "VEC-CERTIFICATE-03", holds=found == wanted, expected=f"{sorted(wanted)}", actual=sorted(found)
    )


@pytest.mark.requirement("VEC-CERTIFICATE-04")
def test_a_search_for_certificates_shows_what_matches(vec: Vec) -> None:
    batch_id = _batch_of_people(vec)
    nothing = vec.call("listCertificates", query={"search": NONSENSE, "batch_id": batch_id})
    nothing.answers(200, "VEC-CERTIFICATE-04")
    nothing.keeps(
        "VEC-CERTIFICATE-04", holds=nothing.json()["data"] == [], expected=f"nothing for {NONSENSE}"
    )

    for field in ("email", "name", "reference_id"):
        for one in vec.certificates(batch_id):
            reply = vec.call("listCertificates", query={"search": one[field], "batch_id": batch_id})
            found = reply.answers(200, "VEC-CERTIFICATE-04").json()["data"]
            # Whether a word alone matches is stated nowhere, and addresses share theirs.
            others = [other["id"] for other in found if not _has(other, one[field])]
            fits = not others and one["id"] in {other["id"] for other in found}
            reply.keeps("VEC-CERTIFICATE-04", holds=fits, expected=f"{field} {one[field]} only", actual=found)


def _has(certificate: Mapping[str, Any], text: str) -> bool:
    return matches(text, *(certificate[field] for field in ("name", "email", "reference_id")))


@pytest.mark.requirement("VEC-CERTIFICATE-02", "VEC-CERTIFICATE-03", "VEC-CERTIFICATE-04")
def test_filters_together_show_what_passes_all_of_them(vec: Vec) -> None:
    batch_id = _batch_of_people(vec)
    early = {"issue_date_to": "2024-06-01"}
    for query, wanted in (
        ({"search": "Carla Alpha", **early}, []),
        ({"search": "Berta Delta", **early}, ["c@example.com"]),
        ({"status": "generated", **early, "sort_field": "email"}, ["c@example.com", "d@example.com"]),
        ({"status": "failed", **early}, []),
    ):
        reply = vec.call("listCertificates", query={"batch_id": batch_id, **query})
        found = [one["email"] for one in reply.answers(200, "VEC-CERTIFICATE-03").json()["data"]]
        reply.keeps("VEC-CERTIFICATE-03", holds=found == wanted, expected=f"{query}: {wanted}", actual=found)


@pytest.mark.requirement("VEC-CERTIFICATE-02")
def test_the_filters_by_status_part_a_batch(vec: Vec) -> None:
    batch_id = _batch_of_people(vec)
    words = ("pending", "processing", "generated", "failed", "revoked")
    replies = [vec.call("listCertificates", query={"batch_id": batch_id, "status": word}) for word in words]

    found = sorted(
        one["id"] for reply in replies for one in reply.answers(200, "VEC-CERTIFICATE-02").json()["data"]
    )
    wanted = sorted(one["id"] for one in vec.certificates(batch_id))
    replies[2].keeps("VEC-CERTIFICATE-02", holds=found == wanted, expected=f"{wanted}", actual=found)


@pytest.mark.requirement("VEC-CERTIFICATE-05")
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("field", ["name", "email", "issue_date", "created_at", "updated_at", "generated_at"])
def test_certificates_are_sorted_as_asked(vec: Vec, field: str, order: str) -> None:
    query = {"batch_id": _batch_of_people(vec), "sort_field": field, "sort_order": order}
    reply = vec.call("listCertificates", query=query).answers(200, "VEC-CERTIFICATE-05")

    found = [one[field] for one in reply.json()["data"]]
    whole = len(found) == len(PEOPLE) and are_sorted(field, found, descending=order == "desc")
    reply.keeps("VEC-CERTIFICATE-05", holds=whole, expected=f"all, by {field} {order}", actual=found)


@pytest.mark.requirement("VEC-CERTIFICATE-05")
@pytest.mark.parametrize("size", [1, 3])
def test_an_order_goes_over_all_pages(vec: Vec, size: int) -> None:
    query = {"batch_id": _batch_of_people(vec), "sort_field": "email", "sort_order": "desc"}
    replies = list(vec.pages("listCertificates", query=query, size=size))

    found = [one["email"] for reply in replies for one in reply.json()["data"]]
    wanted = sorted((row[0] for row in PEOPLE), reverse=True)
    replies[-1].keeps("VEC-CERTIFICATE-05", holds=found == wanted, expected=f"{wanted}", actual=found)


@pytest.mark.requirement("VEC-CERTIFICATE-08")
def test_a_certificate_is_the_same_in_the_list_and_alone(vec: Vec) -> None:
    batch_id = _batch_of_people(vec)
    alone = {one["id"]: vec.call("getCertificate", one["id"]) for one in vec.certificates(batch_id)}
    for one in vec.certificates(batch_id):
        reply = alone[one["id"]].answers(200, "VEC-CERTIFICATE-08")
        found = reply.json()["data"]
        reply.keeps("VEC-CERTIFICATE-08", holds=steady(found) == steady(one), expected=f"{one}", actual=found)


@pytest.mark.requirement("VEC-USER-01", "VEC-USER-04")
def test_a_user_is_the_same_in_the_list_and_alone(vec: Vec) -> None:
    before = vec.call("listUsers").needed(200, "the users").json()["data"][:10]
    replies = [vec.call("getUser", one["uuid"]).answers(200, "VEC-USER-01") for one in before]
    after = {one["uuid"]: one for one in vec.items("listUsers")}
    for one, reply in zip(before, replies, strict=True):
        body = reply.json()
        reply.keeps("VEC-USER-01", holds="user" in body and "data" not in body, expected="the user in user")
        if steady(after.get(one["uuid"])) == steady(one):  # else something has happened to that user
            same = steady(body["user"]) == steady(one)
            reply.keeps("VEC-USER-04", holds=same, expected=f"{one}", actual=body["user"])


@pytest.mark.requirement("VEC-USER-02")
def test_a_search_for_users_shows_what_matches(vec: Vec) -> None:
    nothing = vec.call("listUsers", query={"search": NONSENSE}).answers(200, "VEC-USER-02")
    nothing.keeps("VEC-USER-02", holds=nothing.json()["data"] == [], expected=f"nobody for {NONSENSE}")

    for user in vec.users[:4]:
        for field in ("email", "first_name", "last_name", "signatory_name"):
            if not user[field]:
                continue
            reply = vec.call("listUsers", query={"search": user[field]}).answers(200, "VEC-USER-02")
            found = [one["uuid"] for one in vec.items("listUsers", query={"search": user[field]})]
            listed = user["uuid"] in found
            reply.keeps("VEC-USER-02", holds=listed, expected=f"{field} {user[field]}", actual=found)


@pytest.mark.requirement("VEC-USER-03")
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("field", SORTED)
def test_users_are_sorted_as_asked(vec: Vec, field: str, order: str) -> None:
    query = {"sort_field": field, "sort_order": order, "per_page": "100"}
    reply = vec.call("listUsers", query=query).answers(200, "VEC-USER-03")

    shown, total = [one[field] for one in reply.json()["data"]], reply.json()["meta"]["total"]
    whole = len(shown) == min(100, total) and are_sorted(field, shown, descending=order == "desc")
    reply.keeps("VEC-USER-03", holds=whole, expected=f"by {field} {order}", actual=shown)


@pytest.mark.requirement("VEC-TEMPLATE-06")
def test_all_templates_of_a_token_are_of_one_institution(vec: Vec) -> None:
    reply = vec.call("listCertificateTemplates", query={"per_page": "100"}).needed(200, "the templates")

    owners = {one["institution_id"] for one in reply.json()["data"]}
    reply.keeps(
        "VEC-TEMPLATE-06", holds=len(owners) <= 1, expected="one institution_id", actual=sorted(owners)
    )


@pytest.mark.requirement("VEC-TEMPLATE-07")
@pytest.mark.claims("lesser_permission")
def test_only_those_who_may_update_a_template_see_its_canvas(vec: Vec) -> None:
    for template in vec.templates:
        reply = vec.call("getCertificateTemplate", template["id"], credential="viewer")
        inside = reply.needed(200, "a template").json()["data"].keys()
        hidden = not inside & {"fabric_json", "additional_data"}
        reply.keeps("VEC-TEMPLATE-07", holds=hidden, expected="no fabric_json, no additional_data")


@pytest.mark.requirement("VEC-TEMPLATE-07")
@pytest.mark.claims("lesser_permission")
def test_those_who_may_update_a_template_see_its_canvas(vec: Vec) -> None:
    """A warning at most: that the full credential may update is likely, and stated by nobody."""
    for template in vec.templates:
        reply = vec.call("getCertificateTemplate", template["id"])
        inside = reply.needed(200, "a template").json()["data"].keys()
        missing = {"fabric_json", "additional_data"} - inside
        shown = Finding(
            "VEC-TEMPLATE-07", not missing, "fabric_json and additional_data", sorted(inside), weak=True
        )
        vec.wire.note(shown, reply)


@pytest.mark.requirement("VEC-TENANT-01")
@pytest.mark.claims("second_institution")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_nothing_of_another_institution(vec: Vec, name: str) -> None:
    _batch_of_people(vec)
    ours = {KEYS[name](one) for one in vec.items(name)}
    if not ours:
        raise NotConcluded(f"{name} is empty")
    for reply in vec.pages(name, credential="other_institution"):
        theirs = {KEYS[name](one) for one in reply.json()["data"]}
        reply.keeps("VEC-TENANT-01", holds=not ours & theirs, expected="nothing of the first institution")


@pytest.mark.requirement("VEC-TENANT-01")
@pytest.mark.claims("second_institution")
def test_a_new_batch_is_in_its_own_institutions_list(vec: Vec) -> None:
    name = unique()
    vec.new_batch(name=name)
    for reply in vec.pages("listBatches", credential="other_institution"):
        names = {one["name"] for one in reply.json()["data"]}
        reply.keeps("VEC-TENANT-01", holds=name not in names, expected=f"no batch {name}")
