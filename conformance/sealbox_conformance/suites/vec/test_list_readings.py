"""Lists where the pages are silent: Sealbox's reading, which blames nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from sealbox_conformance.suites.vec.client import HEADERS, csv_text
from sealbox_conformance.suites.vec.laws import moment
from sealbox_conformance.suites.vec.refusals import refused_under

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

LISTS = ("listBatches", "listCertificateTemplates", "listCertificates", "listUsers")
BEYOND: tuple[tuple[str, str, str], ...] = (
    *((name, "per_page", value) for name in LISTS for value in ("0", "101", "-1", "many")),
    *((name, "page", value) for name in LISTS for value in ("0", "-1", "first")),
    ("listBatches", "status", "lost"),
    ("listUsers", "sort_field", "shoe_size"),
    ("listUsers", "sort_order", "up"),
    ("listCertificates", "sort_field", "shoe_size"),
    ("listCertificates", "sort_order", "up"),
    ("listCertificates", "batch_id", "no-uuid"),
    ("listCertificates", "customer_id", "one"),
    ("listCertificates", "status", "lost"),
    *(
        ("listCertificates", f"{field}_{end}", "01-02-2025")
        for field in ("issue_date", "generated_at")
        for end in ("from", "to")
    ),
)


def _batch(vec: Vec) -> str:
    rows = [("a@example.com", "Ana One", "05-03-2024"), ("b@example.com", "Bea Two", "20-01-2025")]
    batch_id = str(vec.new_batch(csv=csv_text(rows, (*HEADERS, "IssueDate")))["id"])
    vec.ended(batch_id)
    return batch_id


@pytest.mark.requirement("VEC-LIST-06")
@pytest.mark.parametrize("name", LISTS)
def test_addresses_of_pages_are_those_of_the_list(vec: Vec, name: str) -> None:
    reply = vec.call(name, query={"per_page": "1"}).needed(200, "a list")
    body = reply.json()

    path = vec.wire.operations[name].path
    addresses = [one for one in body["links"].values() if one]
    addresses += [one["url"] for one in body["meta"]["links"] if one["url"]]
    own = all(
        urlsplit(one).path.endswith(path) and parse_qs(urlsplit(one).query).keys() == {"page"}
        for one in addresses
    )
    own = (
        own
        and urlsplit(body["meta"]["path"]).path.endswith(path)
        and not urlsplit(body["meta"]["path"]).query
    )
    reply.keeps("VEC-LIST-06", holds=own, expected=f"{path}?page=N", actual=addresses)


@pytest.mark.requirement("VEC-LIST-07")
@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("name", ["listUsers", "listCertificateTemplates"])
def test_the_navigation_has_one_active_page(vec: Vec, name: str, page: int) -> None:
    reply = vec.call(name, query={"per_page": "1", "page": str(page)}).needed(200, "a list")
    meta = reply.json()["meta"]

    active = [one["label"] for one in meta["links"] if one["active"]]
    ends = len(meta["links"]) >= 3 and not meta["links"][0]["active"] and not meta["links"][-1]["active"]
    reply.keeps("VEC-LIST-07", holds=ends and active == [str(page)], expected=f"{page}", actual=meta["links"])


@pytest.mark.requirement("VEC-LIST-08")
@pytest.mark.parametrize("name", LISTS)
def test_a_page_past_the_end_is_empty(vec: Vec, name: str) -> None:
    reply = vec.call(name, query={"page": "100000"}).answers(200, "VEC-LIST-08")

    body = reply.json()
    bare = (body["data"], body["meta"]["from"], body["meta"]["to"]) == ([], None, None)
    reply.keeps("VEC-LIST-08", holds=bare, expected="no items, from and to null", actual=body["meta"])


@pytest.mark.requirement("VEC-LIST-09")
@pytest.mark.parametrize(("name", "field", "value"), BEYOND)
def test_a_parameter_out_of_bounds_is_refused(vec: Vec, name: str, field: str, value: str) -> None:
    refused_under(vec.call(name, query={field: value}), "VEC-LIST-09", field)


@pytest.mark.requirement("VEC-LIST-10")
def test_the_newest_batch_comes_first(vec: Vec) -> None:
    new = [vec.new_batch()["id"] for _ in range(3)]
    reply = vec.call("listBatches", query={"per_page": "3"}).needed(200, "a list")

    found = [one["id"] for one in reply.json()["data"]]
    reply.keeps("VEC-LIST-10", holds=found == new[::-1], expected=f"{new[::-1]}", actual=found)


@pytest.mark.requirement("VEC-LIST-10")
@pytest.mark.parametrize("name", ["listCertificateTemplates", "listUsers"])
def test_the_oldest_template_and_user_come_first(vec: Vec, name: str) -> None:
    reply = vec.call(name, query={"per_page": "100"}).needed(200, "a list")

    found = [moment(one["created_at"]) for one in reply.json()["data"]]
    reply.keeps("VEC-LIST-10", holds=found == sorted(found), expected="the oldest first", actual=found)


@pytest.mark.requirement("VEC-LIST-11")
@pytest.mark.parametrize("status", ["pending", "completed", "failed", "waiting_for_approval"])
def test_batches_are_filtered_by_status(vec: Vec, status: str) -> None:
    _batch(vec)
    vec.new_batch()
    reply = vec.call("listBatches", query={"status": status, "something": "else"}).answers(200, "VEC-LIST-11")

    found = {one["status"] for one in reply.json()["data"]}
    reply.keeps("VEC-LIST-11", holds=found <= {status}, expected=status, actual=found)


@pytest.mark.requirement("VEC-LIST-13")
def test_a_search_finds_parts_in_either_case(vec: Vec) -> None:
    query = {"batch_id": _batch(vec), "search": "EA TW"}
    reply = vec.call("listCertificates", query=query).needed(200, "a search")
    found = [one["name"] for one in reply.json()["data"]]
    reply.keeps("VEC-LIST-13", holds=found == ["Bea Two"], expected="Bea Two", actual=found)

    rising = vec.call("listCertificates", query={**query, "search": "", "sort_field": "name"})
    found = [one["name"] for one in rising.needed(200, "a list").json()["data"]]
    rising.keeps("VEC-LIST-13", holds=found == sorted(found), expected="ascending", actual=found)


@pytest.mark.requirement("VEC-CERTIFICATE-11")
def test_certificates_of_batches_have_references_of_their_own(vec: Vec) -> None:
    _batch(vec)
    reply = vec.call("listCertificates", query={"per_page": "100"}).needed(200, "a list")

    shown = [
        (one["reference_id"], one["customer_id"])
        for one in reply.json()["data"]
        if one["customer_id"] is None
    ]
    distinct = len({reference for reference, _ in shown}) == len(shown) > 0
    reply.keeps("VEC-CERTIFICATE-11", holds=distinct, expected="distinct references", actual=shown)


@pytest.mark.requirement("VEC-CERTIFICATE-12")
def test_the_days_of_a_range_belong_to_it(vec: Vec) -> None:
    query = {"batch_id": _batch(vec), "issue_date_from": "2024-03-05", "issue_date_to": "2025-01-20"}
    reply = vec.call("listCertificates", query=query).answers(200, "VEC-CERTIFICATE-12")
    number = len(reply.json()["data"])
    reply.keeps("VEC-CERTIFICATE-12", holds=number == 2, expected="both", actual=number)

    nothing = vec.call("listCertificates", query={"batch_id": "5ea1b0c0-0000-4000-8000-000000000000"})
    bare = nothing.answers(200, "VEC-CERTIFICATE-12").json()["data"] == []
    nothing.keeps("VEC-CERTIFICATE-12", holds=bare, expected="an empty list")


@pytest.mark.requirement("VEC-TEMPLATE-09", "VEC-TEMPLATE-10")
def test_a_template_looks_the_same_everywhere(vec: Vec) -> None:
    for listed in vec.templates[:8]:
        reply = vec.call("getCertificateTemplate", listed["id"]).needed(200, "a template")
        alone = reply.json()["data"]
        same = {key: alone[key] for key in listed} == listed
        reply.keeps("VEC-TEMPLATE-10", holds=same, expected=f"{listed}", actual=alone)
        fits = ("default_signatories" in listed) == listed["has_default_signatories"]
        reply.keeps(
            "VEC-TEMPLATE-09", holds=fits, expected="the list with defaults, else nothing", actual=listed
        )


@pytest.mark.requirement("VEC-USER-05", "VEC-USER-06")
def test_the_flags_of_a_user_agree(vec: Vec) -> None:
    reply = vec.call("listUsers", query={"per_page": "100"}).needed(200, "the users")
    users = reply.json()["data"]

    for one in users:
        signed = one["has_signature"] == bool(one["signature"]) == bool(one["signature_added_at"])
        kinds = ("email", "phone")
        verified = [(one[f"{kind}_verification_status"], one[f"{kind}_verified_at"]) for kind in kinds]
        agrees = signed and all((status == "verified") == bool(at) for status, at in verified)
        reply.keeps("VEC-USER-05", holds=agrees, expected="flags that agree", actual=one)
    archived = any(one["is_archived"] for one in users)
    reply.keeps("VEC-USER-06", holds=archived, expected="archived users too")


@pytest.mark.requirement("VEC-LIST-10")
def test_certificates_of_a_new_batch_come_first(vec: Vec) -> None:
    batch_id = _batch(vec)
    reply = vec.call("listCertificates", query={"per_page": "2"}).needed(200, "a list")

    found = [(one["batch_id"], moment(one["created_at"])) for one in reply.json()["data"]]
    first = all(one == batch_id for one, _ in found)
    reply.keeps("VEC-LIST-10", holds=first, expected=f"certificates of {batch_id}", actual=found)
