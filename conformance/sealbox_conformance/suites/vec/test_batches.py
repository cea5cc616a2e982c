"""What makes a batch, and what it then looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.vec.client import csv_text, unique
from sealbox_conformance.suites.vec.model import counted
from sealbox_conformance.suites.vec.refusals import refused_under
from sealbox_conformance.suites.vec.strategies import names, uploads
from sealbox_conformance.witness import NotConcluded

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

unknown_ids = st.uuids(version=4).map(str)


@pytest.mark.requirement("VEC-BATCH-01", "VEC-FILE-01")
@given(name=names, csv=uploads())
def test_a_request_that_keeps_the_rules_makes_a_batch(vec: Vec, name: str, csv: str) -> None:
    reply = vec.create(name=name, csv=csv).answers(201, "VEC-BATCH-01")

    reply.keeps("VEC-BATCH-01", holds="data" in reply.json(), expected="the batch in data")


@pytest.mark.requirement("VEC-BATCH-26")
@pytest.mark.parametrize("number", [1, 2, 17])
def test_a_batch_counts_its_certificates(vec: Vec, number: int) -> None:
    rows = [(f"a{place}@example.com", "Ana Example") for place in range(number)]
    reply = vec.create(csv=csv_text(rows)).needed(201, "a file of recipients")

    found = reply.json()["data"]["total_certificates"]
    reply.keeps("VEC-BATCH-26", holds=found == number, expected=f"{number}", actual=found)


@pytest.mark.requirement("VEC-BATCH-03")
@given(name=names)
def test_a_batch_has_the_name_that_was_sent(vec: Vec, name: str) -> None:
    reply = vec.create(name=name).needed(201, "a name")

    given_name = reply.json()["data"]["name"]
    reply.keeps("VEC-BATCH-03", holds=given_name == name, expected=name, actual=given_name)


@pytest.mark.requirement("VEC-BATCH-02")
@given(csv=uploads())
def test_a_batch_has_a_name(vec: Vec, csv: str) -> None:
    refused_under(vec.create(name=None, csv=csv), "VEC-BATCH-02", "name", "The name field is required.")


@pytest.mark.requirement("VEC-BATCH-04")
@given(template=unknown_ids)
def test_a_batch_has_a_template_that_exists(vec: Vec, template: str) -> None:
    reply = vec.create(template=template)

    refused_under(reply, "VEC-BATCH-04", "template_id", "The selected template id is invalid.")


@pytest.mark.requirement("VEC-BATCH-05")
def test_a_batch_has_a_template(vec: Vec) -> None:
    refused_under(vec.create(template=None), "VEC-BATCH-05", "template_id")


@pytest.mark.requirement("VEC-BATCH-06")
@given(name=names)
def test_a_batch_has_a_file(vec: Vec, name: str) -> None:
    reply = vec.create(name=name, csv=None)

    refused_under(reply, "VEC-BATCH-06", "csv_file", "The csv file field is required.")


@pytest.mark.requirement("VEC-ERROR-05")
def test_faults_of_several_fields_are_reported_together(vec: Vec) -> None:
    reply = vec.create(name=None, template=str(UUID(int=7)), csv=None).needed(422, "a request without fields")

    fields = set(reply.json()["errors"])
    together = {"name", "template_id", "csv_file"} <= fields
    reply.keeps("VEC-ERROR-05", holds=together, expected="all three fields", actual=sorted(fields))


@pytest.mark.exercises("VEC-ERROR-01", "VEC-ERROR-02", "VEC/createBatch")
@pytest.mark.parametrize("left_out", [("name",), ("name", "csv"), ("name", "template", "csv")])
def test_refusals_of_one_and_of_many_faults(vec: Vec, left_out: tuple[str, ...]) -> None:
    vec.create(**dict.fromkeys(left_out)).needed(422, f"a request without {left_out}")  # type: ignore[arg-type]  # by name


@pytest.mark.requirement("VEC-BATCH-07")
def test_no_two_batches_have_the_same_id(vec: Vec) -> None:
    name = unique()
    replies = [
        vec.create(name=name if number == 0 else unique()).needed(201, "a batch") for number in range(4)
    ]
    created = [reply.json()["data"]["id"] for reply in replies]
    everywhere = [one["id"] for one in vec.call("listBatches").needed(200, "the list").json()["data"]]

    distinct = len(set(created)) == len(created) and len(set(everywhere)) == len(everywhere)
    replies[-1].keeps("VEC-BATCH-07", holds=distinct, expected="distinct ids", actual=created)


@pytest.mark.requirement("VEC-BATCH-08", "VEC-BATCH-09")
@pytest.mark.parametrize("kind", ["plain", "defaults"])
def test_a_batch_has_the_template_of_its_request(vec: Vec, kind: str) -> None:
    wanted = vec.template(kind)
    reply = vec.create(template=wanted).needed(201, f"a batch of the {kind} template")

    batch = reply.json()["data"]
    found = batch["template"]["id"]
    reply.keeps("VEC-BATCH-09", holds=found == wanted, expected=f"template.id {wanted}", actual=found)
    found = batch["template_id"]
    reply.keeps("VEC-BATCH-08", holds=found == wanted, expected=f"template_id {wanted}", actual=found)


@pytest.mark.requirement("VEC-BATCH-20")
@given(name=names)
def test_a_batch_is_read_back_as_it_was_created(vec: Vec, name: str) -> None:
    created = vec.new_batch(name=name)
    reply = vec.call("getBatch", created["id"]).answers(200, "VEC-BATCH-20")

    def fixed(batch: dict[str, Any]) -> tuple[Any, ...]:
        return (batch["id"], batch["name"], batch["template"]["id"], batch["created_at"])

    read = reply.json()["data"]
    reply.keeps(
        "VEC-BATCH-20", holds=fixed(read) == fixed(created), expected=f"{fixed(created)}", actual=fixed(read)
    )


@pytest.mark.requirement("VEC-BATCH-21")
def test_the_status_of_a_batch_is_not_wrapped(vec: Vec) -> None:
    reply = vec.call("getBatchStatus", vec.new_batch()["id"]).answers(200, "VEC-BATCH-21")

    reply.keeps("VEC-BATCH-21", holds="status" in reply.json(), expected="status at the top of the body")


@pytest.mark.requirement("VEC-BATCH-22")
@pytest.mark.parametrize("when", ["fresh", "ended"])
def test_a_batch_stands_the_same_in_all_three_places(vec: Vec, when: str) -> None:
    batch_id = vec.new_batch()["id"]
    if when == "ended":
        vec.ended(batch_id)
    for _ in range(5):
        before = vec.call("getBatchStatus", batch_id).needed(200, "a batch that was created")
        alone = vec.call("getBatch", batch_id).needed(200, "a batch that was created").json()["data"]
        rows = [row for row in vec.items("listBatches") if row["id"] == batch_id]
        after = vec.call("getBatchStatus", batch_id).needed(200, "a batch that was created")
        if counted(before.json()) == counted(after.json()) and rows:
            break  # nothing happened to it in between
    else:
        raise NotConcluded("the batch never stood still")

    wanted = counted(before.json())
    shown = [counted(one) for one in (alone, rows[0])]
    before.keeps("VEC-BATCH-22", holds=shown == [wanted, wanted], expected=f"{wanted}", actual=shown)


@pytest.mark.requirement("VEC-ERROR-08")
@given(key=unknown_ids)
def test_an_id_that_names_no_batch_is_not_found(vec: Vec, key: str) -> None:
    reply = vec.call("getBatchStatus", key).answers(404, "VEC-ERROR-08")

    body = reply.json()
    told = key in body.get("message", "") and body.get("error") == "resource_not_found"
    reply.keeps("VEC-ERROR-08", holds=told, expected=f"a message with {key}, and resource_not_found")


@pytest.mark.requirement("VEC-ERROR-09")
@given(key=unknown_ids)
def test_an_id_that_names_no_template_is_not_found(vec: Vec, key: str) -> None:
    vec.call("getCertificateTemplate", key).answers(404, "VEC-ERROR-09")


@pytest.mark.requirement("VEC-BATCH-18")
def test_two_batches_may_have_one_name(vec: Vec) -> None:
    name = unique()
    vec.new_batch(name=name)

    vec.create(name=name).answers(201, "VEC-BATCH-18")
