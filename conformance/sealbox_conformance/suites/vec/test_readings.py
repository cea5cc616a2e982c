"""Requests for batches and their life where the pages are silent: Sealbox's reading, which blames nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.vec.client import ENDS, ONE_ROW, Signatory, csv_text, unique
from sealbox_conformance.suites.vec.refusals import refused_under

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealbox_conformance.exchange import Part, Reply
    from sealbox_conformance.suites.vec.client import Vec

NOBODY = "5ea1b0c0-0000-4000-8000-000000000000"
ITEM = {
    "id",
    "name",
    "status",
    "template_id",
    "total_certificates",
    "processed_certificates",
    "failed_certificates",
    "progress",
    "completion_date",
    "created_at",
    "updated_at",
}
PERMISSIONS = {
    "createBatch": "batches:view",
    "listBatches": "batches:view",
    "getBatch": "batches:view",
    "getBatchStatus": "batches:view",
    "listCertificateTemplates": "certificate-templates:view",
    "getCertificateTemplate": "certificate-templates:view",
    "listCertificates": "certificates:view",
    "getCertificate": "certificates:view",
    "listUsers": "users:view",
    "getUser": "users:view",
}
BY_ID = ("getBatch", "getBatchStatus", "getCertificateTemplate", "getCertificate", "getUser")


def _parts(vec: Vec, **changed: Any) -> list[Part]:
    """The parts of a request that keeps the rules, some of them changed; None leaves one out."""
    parts = {
        "name": unique(),
        "template_id": vec.template("plain"),
        "csv_file": ("recipients.csv", ONE_ROW.encode(), "text/csv"),
        **changed,
    }
    return [(name, value) for name, value in parts.items() if value is not None]


@pytest.mark.requirement("VEC-AUTH-07", "VEC-AUTH-09")
@pytest.mark.claims("lesser_permission")
@pytest.mark.parametrize("operation", list(PERMISSIONS))
def test_a_missing_permission_is_named_so(vec: Vec, operation: str) -> None:
    reply = vec.call(operation, NOBODY, credential="no_permissions")

    requirement = "VEC-AUTH-07" if operation == "createBatch" else "VEC-AUTH-09"
    found = reply.answers(403, requirement).json().get("required_permission")
    wanted = PERMISSIONS[operation]
    reply.keeps(requirement, holds=found == wanted, expected=wanted, actual=found)


@pytest.mark.requirement("VEC-AUTH-10")
@pytest.mark.claims("lesser_permission")
@pytest.mark.parametrize("operation", BY_ID)
def test_a_stranger_learns_nothing_about_ids(vec: Vec, operation: str) -> None:
    vec.call(operation, NOBODY, token="nobodys").answers(401, "VEC-AUTH-10")  # noqa: S106, nobody's
    vec.call(operation, NOBODY, credential="no_permissions").answers(403, "VEC-AUTH-10")


@pytest.mark.requirement("VEC-BATCH-17")
def test_nobody_has_to_sign_where_nobody_signs(vec: Vec) -> None:
    reply = vec.create().needed(201, "a batch without signatories")

    found = reply.json()["data"]["requires_my_signature"]
    reply.keeps("VEC-BATCH-17", holds=found is False, expected="false", actual=found)


@pytest.mark.requirement("VEC-BATCH-19")
def test_blanks_around_a_name_do_not_count(vec: Vec) -> None:
    name = unique()
    reply = vec.create(name=f"  {name} ").answers(201, "VEC-BATCH-19")

    found = reply.json()["data"]["name"]
    reply.keeps("VEC-BATCH-19", holds=found == name, expected=repr(name), actual=repr(found))
    refused_under(vec.create(name="  \t "), "VEC-BATCH-19", "name", "The name field is required.")


@pytest.mark.requirement("VEC-BATCH-23")
def test_a_batch_shows_what_is_documented_and_no_more(vec: Vec) -> None:
    alone = vec.create().needed(201, "a batch")
    keys = alone.json()["data"].keys()
    wanted = ITEM | {"template", "requires_signatures", "requires_my_signature"}
    alone.keeps("VEC-BATCH-23", holds=keys == wanted, expected=f"{sorted(wanted)}", actual=sorted(keys))

    listed = vec.call("listBatches").needed(200, "a list")
    keys = listed.json()["data"][0].keys()
    listed.keeps("VEC-BATCH-23", holds=keys == ITEM, expected=f"{sorted(ITEM)}", actual=sorted(keys))


@pytest.mark.requirement("VEC-BATCH-24")
def test_a_name_may_be_long(vec: Vec) -> None:
    name = unique("long " * 1000)
    reply = vec.create(name=name).answers(201, "VEC-BATCH-24")

    found = reply.json()["data"]["name"]
    reply.keeps("VEC-BATCH-24", holds=found == name, expected="the whole name", actual=len(found))


def _signed(vec: Vec, *signatories: Signatory, template: str = "signed") -> Reply:
    return vec.create(template=vec.template(template), signatories=signatories)


@pytest.mark.requirement("VEC-SIGNATORY-13")
@pytest.mark.parametrize("kind", ["unsigned", "archived", "nobody"])
def test_who_cannot_sign_is_named_by_place(vec: Vec, kind: str) -> None:
    user = NOBODY if kind == "nobody" else vec.user(kind)

    refused_under(_signed(vec, *vec.signed_by(user)), "VEC-SIGNATORY-13", "signatories.0.user_uuid")


@pytest.mark.requirement("VEC-SIGNATORY-13")
def test_missing_signatories_have_their_message_under_signatories(vec: Vec) -> None:
    refused_under(_signed(vec), "VEC-SIGNATORY-13", "signatories")


@pytest.mark.requirement("VEC-SIGNATORY-14")
def test_there_may_be_fewer_signatories_than_fields(vec: Vec) -> None:
    number = vec.signatory_count() + 1
    _signed(vec, *vec.positions(*range(1, number + 1))).answers(201, "VEC-SIGNATORY-14")
    _signed(vec, *vec.positions(1), template="plain").answers(201, "VEC-SIGNATORY-14")


@pytest.mark.requirement("VEC-SIGNATORY-15")
def test_signatories_of_the_request_replace_the_defaults(vec: Vec) -> None:
    _signed(vec, *vec.positions(1), template="defaults").answers(201, "VEC-SIGNATORY-15")


@pytest.mark.requirement("VEC-SIGNATORY-16", "VEC-SIGNATORY-20")
@pytest.mark.parametrize("requirement", ["VEC-SIGNATORY-16", "VEC-SIGNATORY-20"])
def test_an_empty_list_leaves_the_defaults(vec: Vec, requirement: str) -> None:
    parts = _parts(
        vec, template_id=vec.template("defaults"), signatories="" if requirement[-1] == "6" else None
    )

    vec.call("createBatch", parts=parts).answers(201, requirement)


@pytest.mark.requirement("VEC-SIGNATORY-17", "VEC-SIGNATORY-19")
def test_signatories_stand_in_brackets_and_in_any_order(vec: Vec) -> None:
    number = vec.signatory_count()
    turned = [*reversed(vec.positions(*range(1, number + 1)))]
    fields = {
        f"signatories[{place}][{key}]": str(value)
        for place, one in enumerate(turned)
        for key, value in one.fields().items()
    }
    reply = vec.call("createBatch", parts=_parts(vec, template_id=vec.template("signed"), **fields))

    reply.answers(201, "VEC-SIGNATORY-17").answers(201, "VEC-SIGNATORY-19")


@pytest.mark.requirement("VEC-SIGNATORY-18")
def test_signatories_are_no_json_text(vec: Vec) -> None:
    text = json.dumps([one.fields() for one in vec.signed_by()])
    reply = vec.call("createBatch", parts=_parts(vec, template_id=vec.template("signed"), signatories=text))

    refused_under(reply, "VEC-SIGNATORY-18", "signatories")


@pytest.mark.requirement("VEC-LIFECYCLE-06")
def test_a_batch_without_any_success_has_failed(vec: Vec) -> None:
    reply = vec.create(csv=csv_text([("", "Ana"), ("", "Bea")])).needed(201, "a file of bad rows")

    found = vec.ended(reply.json()["data"]["id"])["status"]
    reply.keeps("VEC-LIFECYCLE-06", holds=found == "failed", expected="failed", actual=found)


@pytest.mark.requirement("VEC-LIFECYCLE-10")
def test_whatever_has_ended_has_a_completion_date(vec: Vec) -> None:
    rows = [("ana@example.com", "Ana"), ("", "Bea")]
    reply = vec.create(csv=csv_text(rows)).needed(201, "a file with a bad row")

    found = vec.ended(reply.json()["data"]["id"])["completion_date"]
    reply.keeps("VEC-LIFECYCLE-10", holds=bool(found), expected="a completion date", actual=found)


@pytest.mark.requirement("VEC-LIFECYCLE-11")
def test_a_new_batch_is_pending(vec: Vec) -> None:
    reply = vec.create().needed(201, "a batch")

    found = reply.json()["data"]["status"]
    reply.keeps("VEC-LIFECYCLE-11", holds=found == "pending", expected="pending", actual=found)


@pytest.mark.requirement("VEC-LIFECYCLE-13", "VEC-LIFECYCLE-15")
@pytest.mark.claims("approvals")
def test_a_batch_waits_for_its_signatures_and_for_nothing_else(vec: Vec) -> None:
    batch = vec.new_batch(template=vec.template("signed"), signatories=vec.signed_by())
    vec.wire.pass_time()
    reply = vec.call("getBatch", batch["id"]).needed(200, "a batch that was created")
    shown = reply.json()["data"]
    waits = shown["status"] == "waiting_for_approval" and not shown["processed_certificates"]
    reply.keeps(
        "VEC-LIFECYCLE-13", holds=waits, expected="waiting_for_approval, none made", actual=shown["status"]
    )

    vec.wire.control("approve", {}, batch=batch["id"])
    ended = vec.ended(batch["id"])["status"]
    reply.keeps("VEC-LIFECYCLE-15", holds=ended in ENDS, expected="an end", actual=ended)


@pytest.mark.requirement("VEC-ERROR-03", "VEC-ERROR-11")
def test_the_message_of_a_refusal_is_a_summary(vec: Vec) -> None:
    two = vec.create(name=None, template=None).needed(422, "a request without two fields").json()
    reply = vec.create(name=None, template=None, csv=None).needed(422, "a request without fields")
    body = reply.json()

    begin = "The name field is required. (and "
    fits = body["message"] == f"{begin}2 more errors)" and two["message"] == f"{begin}1 more error)"
    reply.keeps("VEC-ERROR-03", holds=fits, expected=f"{begin}...", actual=(two["message"], body["message"]))
    fields = [*body["errors"]]
    ordered = fields == ["name", "template_id", "csv_file"] and all(
        len(m) == 1 for m in body["errors"].values()
    )
    reply.keeps(
        "VEC-ERROR-11", holds=ordered, expected="one message a field, in order", actual=body["errors"]
    )


@pytest.mark.requirement("VEC-ERROR-06", "VEC-ERROR-07")
@pytest.mark.claims("server_errors")
def test_a_template_may_lead_to_a_server_error(vec: Vec) -> None:
    reply = vec.create(template=vec.template("server_error")).answers(500, "VEC-ERROR-06")

    code = reply.json().get("error_code")
    reply.keeps("VEC-ERROR-07", holds=code == "SERVER_ERROR", expected="SERVER_ERROR", actual=code)


@pytest.mark.requirement("VEC-ERROR-10")
@pytest.mark.parametrize("key", [NOBODY, "nothing", "1"])
@pytest.mark.parametrize("operation", BY_ID)
def test_whatever_names_nothing_is_not_found(vec: Vec, operation: str, key: str) -> None:
    reply = vec.call(operation, key).answers(404, "VEC-ERROR-10")

    body = reply.json()
    told = key in body.get("message", "") and body.get("error") == "resource_not_found"
    reply.keeps("VEC-ERROR-10", holds=told, expected=f"a message with {key}, and resource_not_found")


@pytest.mark.requirement("VEC-ERROR-12")
@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/business/nothing", 404), ("DELETE", "/business/batches", 405)]
)
def test_what_does_not_exist_has_a_message(vec: Vec, method: str, path: str, status: int) -> None:
    reply = vec.wire.send(method, path).answers(status, "VEC-ERROR-12")

    reply.keeps("VEC-ERROR-12", holds=bool(reply.json().get("message")), expected="a message")


@pytest.mark.requirement("VEC-TENANT-02")
@pytest.mark.claims("second_institution")
@pytest.mark.parametrize("operation", BY_ID)
def test_an_id_of_another_institution_names_nothing(vec: Vec, operation: str) -> None:
    keys: dict[str, Callable[[], str]] = {
        "getCertificateTemplate": lambda: vec.template("plain"),
        "getCertificate": lambda: vec.items("listCertificates")[0]["id"],
        "getUser": lambda: vec.users[0]["uuid"],
    }
    key = keys.get(operation, lambda: str(vec.new_batch()["id"]))()

    vec.call(operation, key, credential="other_institution").answers(404, "VEC-TENANT-02")


@pytest.mark.requirement("VEC-TENANT-03")
@pytest.mark.claims("second_institution")
def test_a_template_of_another_institution_makes_no_batch(vec: Vec) -> None:
    reply = vec.create(template=vec.template("plain"), credential="other_institution")

    refused_under(reply, "VEC-TENANT-03", "template_id", "The selected template id is invalid.")


@pytest.mark.requirement("VEC-FILE-02")
def test_a_text_is_no_file(vec: Vec) -> None:
    refused_under(vec.call("createBatch", parts=_parts(vec, csv_file=ONE_ROW)), "VEC-FILE-02", "csv_file")


@pytest.mark.requirement("VEC-FILE-03")
@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", "text/plain"), ("photo.png", "image/png"), ("x", "a/b")]
)
def test_a_file_may_have_any_name_and_type(vec: Vec, name: str, kind: str) -> None:
    parts = _parts(vec, csv_file=(name, ONE_ROW.encode(), kind))

    vec.call("createBatch", parts=parts).answers(201, "VEC-FILE-03")


@pytest.mark.requirement("VEC-FILE-05")
def test_a_json_body_is_a_form_without_a_file(vec: Vec) -> None:
    reply = vec.call("createBatch", body={"name": unique(), "template_id": vec.template("plain")})
    refused_under(reply, "VEC-FILE-05", "csv_file", "The csv file field is required.")

    fields = reply.json()["errors"].keys()
    reply.keeps("VEC-FILE-05", holds=fields == {"csv_file"}, expected="csv_file alone", actual=sorted(fields))


@pytest.mark.requirement("VEC-FILE-06")
def test_of_a_field_that_stands_twice_the_last_counts(vec: Vec) -> None:
    name = unique()
    parts = [("name", "another"), ("something", "else"), *_parts(vec, name=name)]
    reply = vec.call("createBatch", parts=parts).answers(201, "VEC-FILE-06")

    found = reply.json()["data"]["name"]
    reply.keeps("VEC-FILE-06", holds=found == name, expected=name, actual=found)
