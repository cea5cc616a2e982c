"""From a request that keeps the rules to one that breaks a single one: no server fails over that."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.vec.client import ONE_ROW, unique
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealbox_conformance.exchange import Part, Reply, Wire
    from sealbox_conformance.suites.certifiqi.client import Certifiqi
    from sealbox_conformance.suites.vec.client import Vec

FILE = ("recipients.csv", ONE_ROW.encode(), "text/csv")
ODD: Mapping[str, Any] = {
    "missing": ...,
    "null": None,
    "a number": 7,
    "a negative number": -1,
    "a fraction": 1.5,
    "a huge number": 10**30,
    "true": True,
    "text": "text",
    "empty text": "",
    "a NUL": "\0",
    "long text": "x" * 70_000,
    "half a surrogate": "\ud800",
    "an empty list": [],
    "a list of null": [None],
    "a list of text": ["text"],
    "an empty object": {},
    "an object": {"a": {"b": []}},
}
QUERIES: Mapping[str, Sequence[str]] = {
    "listBatches": ("per_page", "page", "status"),
    "listCertificateTemplates": ("per_page", "page", "search"),
    "listUsers": ("per_page", "page", "search", "sort_field", "sort_order"),
    "listCertificates": (
        *("per_page", "page", "search", "sort_field", "sort_order", "batch_id", "customer_id", "status"),
        *("issue_date_from", "issue_date_to", "generated_at_from", "generated_at_to"),
    ),
}
ODD_TEXTS = (
    "",
    "0",
    "-1",
    "1.5",
    "many",
    "1e3",
    "9" * 30,
    "null",
    "\0",
    "%00",
    "é",
    "x" * 3000,
    "2025-13-45",
    "[]",
)


def _stands(wire: Wire, reply: Reply, operation: str) -> None:
    """A server error over a client's mistake is documented nowhere and forbidden nowhere: a warning."""
    name = f"{wire.api.name.upper()}/{operation}"
    wire.note(Finding(name, reply.status < 500, "no server error", reply.shown(), weak=True), reply)


def _parts(vec: Vec) -> dict[str, Any]:
    signatories = {
        f"signatories[{place}][{key}]": str(value)
        for place, one in enumerate(vec.signed_by())
        for key, value in one.fields().items()
    }
    return {"name": unique(), "template_id": vec.template("signed"), "csv_file": FILE, **signatories}


AS_FILE = ("a.txt", b"text", "text/plain")
FORM_CHANGES: Mapping[str, Any] = {
    "missing": ...,
    "a file": AS_FILE,
    "a binary file": ("a.bin", bytes(range(256)), "application/octet-stream"),
    "text": "text",
    "empty": "",
    "a number": "7",
    "long": "x" * 70_000,
    "a NUL": "\0",
    "nobody's id": "5ea1b0c0-0000-4000-8000-000000000000",
}


@pytest.mark.exercises("VEC/createBatch", "VEC-ERROR-01", "VEC-ERROR-02")
@pytest.mark.parametrize("change", list(FORM_CHANGES))
@pytest.mark.parametrize(
    "field",
    ["name", "template_id", "csv_file", "signatories[0][user_uuid]", "signatories[0][index]", "signatories"],
)
def test_one_part_of_a_form_is_odd(vec: Vec, field: str, change: str) -> None:
    parts = {**_parts(vec), field: FORM_CHANGES[change]}
    written: list[Part] = [(name, value) for name, value in parts.items() if value is not ...]

    _stands(vec.wire, vec.call("createBatch", parts=written), "createBatch")


@pytest.mark.exercises(*(f"VEC/{name}" for name in QUERIES))
@pytest.mark.parametrize(
    ("operation", "field"), [(name, one) for name, fields in QUERIES.items() for one in fields]
)
def test_one_parameter_is_odd(vec: Vec, operation: str, field: str) -> None:
    for text in ODD_TEXTS:
        _stands(vec.wire, vec.call(operation, query={field: text}), operation)


@pytest.mark.requirement("VEC-BATCH-25")
@pytest.mark.parametrize("field", ["name", "template_id", "csv_file", "signatories[0][user_uuid]"])
def test_what_is_refused_leaves_nothing_behind(vec: Vec, field: str) -> None:
    def total() -> int:
        reply = vec.call("listBatches", query={"per_page": "1"}).needed(200, "a list")
        return int(reply.json()["meta"]["total"])

    before = total()
    parts = [(name, value) for name, value in _parts(vec).items() if name != field]
    reply = vec.call("createBatch", parts=parts).needed(422, f"a request without {field}")

    reply.keeps("VEC-BATCH-25", holds=total() == before, expected=f"{before} batches", actual=total())


@pytest.mark.requirement("VEC-BATCH-25")
@pytest.mark.claims("lesser_permission")
@pytest.mark.parametrize("credential", ["no_permissions", None])
def test_whoever_is_refused_leaves_nothing_behind(vec: Vec, credential: str | None) -> None:
    name = unique()
    refused = vec.create(name=name, credential=credential)
    reply = vec.call("listBatches", query={"per_page": "100"}).needed(200, "a list")

    names = [one["name"] for one in reply.json()["data"]]
    left = refused.status >= 400 and name in names
    reply.keeps("VEC-BATCH-25", holds=not left, expected=f"no batch {name}", actual=names[:5])


def _places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*way, key))


def _with(body: dict[str, Any], way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy = deepcopy(body)
    holder: Any = copy
    for step in way[:-1]:
        holder = holder[step]
    if value is ...:
        del holder[way[-1]]
    else:
        holder[way[-1]] = value
    return copy


@pytest.mark.exercises("CERTIFIQI/createBatchGroup", "CERTIFIQI-ERROR-02")
@pytest.mark.parametrize("change", list(ODD))
def test_one_value_of_an_event_is_odd(certifiqi: Certifiqi, change: str) -> None:
    body = certifiqi.body()
    for way in _places(body):
        reply = certifiqi.create(_with(body, way, ODD[change]))
        _stands(certifiqi.wire, reply, "createBatchGroup")
        if reply.status == 200:
            key = reply.json()["batch_group_key"]
            _stands(certifiqi.wire, certifiqi.call("getBatchGroup", key), "getBatchGroup")


@pytest.mark.exercises("CERTIFIQI/uploadDocument", "CERTIFIQI/uploadTradeBills", "CERTIFIQI-ERROR-10")
@pytest.mark.parametrize("operation", ["uploadDocument", "uploadTradeBills"])
@pytest.mark.parametrize("field", ["file", "control_number", "endorsement_page", "assignor_CEP"])
def test_one_part_of_an_upload_is_odd(certifiqi: Certifiqi, operation: str, field: str) -> None:
    for change in FORM_CHANGES.values():
        parts: list[Part] = [("file", AS_FILE)] if field != "file" else []
        parts += [(field, change)] if change is not ... else []
        _stands(certifiqi.wire, certifiqi.call(operation, parts=parts), operation)
