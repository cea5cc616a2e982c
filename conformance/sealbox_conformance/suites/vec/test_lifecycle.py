"""From a new batch to its end: order, monotony and the end, never a duration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from sealbox_conformance.suites.together import judge
from sealbox_conformance.suites.vec.client import ONE_ROW, csv_text
from sealbox_conformance.suites.vec.strategies import recipients
from sealbox_conformance.witness import Finding, NotConcluded

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

GOOD = ("ana@example.com", "Ana Example")
BAD = ("", "")  # the surest way to a failure that the pages leave open
LAWS_OF_A_BATCH = (
    "VEC-BATCH-10",
    "VEC-BATCH-13",
    "VEC-BATCH-14",
    "VEC-BATCH-15",
    "VEC-LIFECYCLE-01",
    "VEC-LIFECYCLE-02",
    "VEC-LIFECYCLE-03",
    "VEC-LIFECYCLE-04",
    "VEC-LIFECYCLE-05",
    "VEC-LIFECYCLE-07",
    "VEC-LIFECYCLE-08",
    "VEC-TEMPLATE-01",
    "VEC-TEMPLATE-02",
    "VEC-TEMPLATE-03",
    "VEC-FILE-07",
    "VEC-CERTIFICATE-09",
    "VEC-CERTIFICATE-10",
    "VEC/createBatch",
    "VEC/getBatch",
    "VEC/getBatchStatus",
    "VEC/listBatches",
    "VEC/listCertificates",
)


@pytest.mark.exercises(*LAWS_OF_A_BATCH)
@given(rows=recipients(most=5))
def test_the_life_of_a_batch_without_signatures(vec: Vec, rows: list[tuple[str, str]]) -> None:
    batch_id = vec.new_batch(csv=csv_text(rows))["id"]
    vec.call("getBatchStatus", batch_id)
    vec.ended(batch_id)
    vec.call("getBatchStatus", batch_id)
    vec.certificates(batch_id)


@pytest.mark.exercises(*LAWS_OF_A_BATCH)
@pytest.mark.parametrize("rows", [[GOOD, BAD], [BAD], [BAD, GOOD, BAD]])
def test_the_life_of_a_batch_with_bad_rows(vec: Vec, rows: list[tuple[str, str]]) -> None:
    reply = vec.create(csv=_with_bad(rows))
    if reply.status == 201:  # a target may as well refuse the file
        batch_id = reply.json()["data"]["id"]
        vec.ended(batch_id)
        vec.certificates(batch_id)


@pytest.mark.exercises(*LAWS_OF_A_BATCH)
def test_the_life_of_a_batch_that_waits_for_signatures(vec: Vec) -> None:
    batch = vec.new_batch(template=vec.template("signed"), signatories=vec.signed_by())
    for _ in range(3):
        vec.call("getBatch", batch["id"])
        vec.call("getBatchStatus", batch["id"])
        vec.wire.pass_time()


@pytest.mark.exercises(*LAWS_OF_A_BATCH)
def test_everything_that_is_already_there(vec: Vec) -> None:
    for batch in vec.items("listBatches")[-30:]:
        vec.call("getBatch", batch["id"])
        vec.call("getBatchStatus", batch["id"])
    vec.items("listCertificates")
    for template in vec.templates:
        vec.call("getCertificateTemplate", template["id"])


@pytest.mark.requirement("VEC-BATCH-11", "VEC-BATCH-12")
@pytest.mark.parametrize("rows", [[GOOD], [GOOD, BAD], [BAD, GOOD, GOOD], [BAD, GOOD, BAD]])
def test_the_counters_count_certificates(vec: Vec, rows: list[tuple[str, str]]) -> None:
    reply = vec.create(csv=_with_bad(rows))
    if reply.status == 422:
        raise NotConcluded("the target refuses a file with a bad row, so that nothing fails later")
    batch = vec.ended(reply.needed(201, "a file with a bad row").json()["data"]["id"])

    statuses = [one["status"] for one in vec.certificates(batch["id"])]
    if len(statuses) not in {len(rows), batch["total_certificates"]}:
        raise NotConcluded("the list does not hold every certificate of the batch")
    failed, made = statuses.count("failed"), statuses.count("generated") + statuses.count("revoked")
    judge(
        vec.wire,
        reply,
        [
            Finding("VEC-BATCH-11", batch["processed_certificates"] == made, f"{made} of {statuses}", batch),
            Finding("VEC-BATCH-12", batch["failed_certificates"] == failed, f"{failed} of {statuses}", batch),
        ],
    )


def _with_bad(rows: list[tuple[str, str]]) -> str:
    """Each bad row keeps a custom cell, since a row without any text may be no row."""
    if not any(row == BAD for row in rows):
        return ONE_ROW
    return csv_text([(*row, "kept") for row in rows], ("RecipientsEmail", "RecipientsName", "Custom"))
