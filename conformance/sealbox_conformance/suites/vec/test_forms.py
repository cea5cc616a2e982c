"""A batch is asked for with the same form by every client, however that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealbox_conformance.suites.forms import UNSTATED, WRITERS
from sealbox_conformance.suites.vec.client import csv_text, unique

if TYPE_CHECKING:
    from sealbox_conformance.exchange import Part
    from sealbox_conformance.suites.vec.client import Vec

CSV = csv_text([("ana@example.com", "Ana Example"), ("bea@example.com", "Bea Example")])


def _parts(vec: Vec, name: str, kind: str = "text/csv") -> list[Part]:
    fields: list[Part] = [("name", name), ("template_id", vec.template("plain"))]
    return [*fields, ("csv_file", ("recipients.csv", CSV.encode(), kind))]


@pytest.mark.requirement("VEC-FILE-01", "VEC-BATCH-03", "VEC-BATCH-26")
@pytest.mark.parametrize("writer", WRITERS)
def test_every_client_can_upload(vec: Vec, writer: str) -> None:
    name = unique()
    form = WRITERS[writer].writes(_parts(vec, name))
    reply = vec.call("createBatch", **form).answers(201, "VEC-FILE-01")

    found, total = (reply.json()["data"][key] for key in ("name", "total_certificates"))
    reply.keeps("VEC-BATCH-03", holds=found == name, expected=name, actual=found)
    reply.keeps("VEC-BATCH-26", holds=total == 2, expected="2", actual=total)


@pytest.mark.requirement("VEC-FILE-01")
def test_the_command_of_the_guide_uploads(vec: Vec) -> None:
    """The printed curl gives a CSV file the type of any file."""
    form = WRITERS["curl"].writes(_parts(vec, unique(), "application/octet-stream"))

    vec.call("createBatch", **form).answers(201, "VEC-FILE-01")


@pytest.mark.requirement("VEC-FILE-03")
@pytest.mark.parametrize("writer", UNSTATED)
def test_the_headers_of_a_file_make_no_difference(vec: Vec, writer: str) -> None:
    vec.call("createBatch", **UNSTATED[writer].writes(_parts(vec, unique()))).answers(201, "VEC-FILE-03")
