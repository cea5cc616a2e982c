"""Several clients at one moment: each gets a batch of its own, none is lost, and nothing is mixed up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from sealbox_conformance.suites.steady import steady
from sealbox_conformance.suites.together import together
from sealbox_conformance.suites.vec.client import csv_text, unique

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

NUMBER = 5


@pytest.mark.requirement("VEC-BATCH-03", "VEC-BATCH-07", "VEC-BATCH-20", "VEC-CSV-08", "VEC-TENANT-01")
def test_batches_made_at_once_are_each_their_own(vec: Vec) -> None:
    wanted = {
        unique(): [(f"a{place}.{row}@example.com", "Ana") for row in range(place + 1)]
        for place in range(NUMBER)
    }
    vec.template("plain")
    replies = together([partial(vec.create, name=name, csv=csv_text(rows)) for name, rows in wanted.items()])

    created = [reply.needed(201, "a batch").json()["data"] for reply in replies]
    keys = [one["id"] for one in created]
    replies[0].keeps("VEC-BATCH-07", holds=len(set(keys)) == NUMBER, expected=f"{NUMBER} ids", actual=keys)
    listed = {one["id"] for one in vec.items("listBatches")}
    replies[0].keeps("VEC-TENANT-01", holds=set(keys) <= listed, expected=f"{keys} in the list")
    for key, (name, rows) in zip(keys, wanted.items(), strict=True):
        reply = vec.call("getBatch", key).answers(200, "VEC-BATCH-20")
        found = reply.json()["data"]["name"]
        reply.keeps("VEC-BATCH-03", holds=found == name, expected=name, actual=found)
        people = {(one["email"], one["name"]) for one in vec.certificates(key)}
        reply.keeps("VEC-CSV-08", holds=people == set(rows), expected=f"{rows}", actual=people)


@pytest.mark.requirement("VEC-TENANT-01")
@pytest.mark.claims("second_institution")
def test_two_institutions_at_once_do_not_meet(vec: Vec) -> None:
    theirs = vec.items("listCertificateTemplates", credential="other_institution")
    plain = next((one["id"] for one in theirs if not one["has_signatures"]), "")
    ours, others = unique(), unique()
    calls = [partial(vec.create, name=ours)]
    calls += (
        [partial(vec.create, name=others, template=plain, credential="other_institution")] if plain else []
    )
    calls += [
        partial(vec.call, "listBatches"),
        partial(vec.call, "listBatches", credential="other_institution"),
    ]
    replies = together(calls)

    for reply, foreign in zip(replies[-2:], (others, ours), strict=True):
        names = [one["name"] for one in reply.needed(200, "a list").json()["data"]]
        reply.keeps("VEC-TENANT-01", holds=foreign not in names, expected=f"no batch {foreign}", actual=names)


@pytest.mark.requirement("VEC-BATCH-20", "VEC-BATCH-22")
def test_reads_at_once_agree(vec: Vec) -> None:
    batch = vec.new_batch()
    vec.ended(batch["id"])
    replies = together([partial(vec.call, "getBatch", batch["id"])] * NUMBER)

    shown = [steady(reply.answers(200, "VEC-BATCH-20").json()["data"]) for reply in replies]
    same = all(one == shown[0] for one in shown)
    replies[0].keeps("VEC-BATCH-22", holds=same, expected="one answer", actual=shown)
