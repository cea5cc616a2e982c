"""Every refusal names the promise that it keeps and a way out of it."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox import contract
from sealbox.contract.refusals import advice

if TYPE_CHECKING:
    from tests.app.conftest import Client

DEFAULTS_NEEDED = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00002"
PLAIN = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
USER = "66c9c977-f379-4692-9d5c-f989c17543ee"
HEADER = b"RecipientsEmail,RecipientsName\n"


def rows(api: str) -> list[dict[str, Any]]:
    return list(contract.read("fixtures", api, "refusals.yaml")["refusals"])


@pytest.mark.parametrize("api", contract.apis())
def test_every_row_cites_a_promise_and_fills_its_words(api: str) -> None:
    known = {row["id"] for row in contract.read("openapi", api, "requirements.yaml")["requirements"]}
    for row in rows(api):
        assert row["promise"] in known
        wanted = {name for _, name, _, _ in Formatter().parse(row["fix"]) if name}
        assert wanted <= {"field", "text", *re.compile(row["says"]).groupindex}
        assert len(row["fix"]) < 160


@pytest.mark.parametrize("api", contract.apis())
def test_every_documented_error_is_explained(api: str) -> None:
    for operation in contract.document(api)["paths"].values():
        for method in contract.METHODS & operation.keys():
            for status in operation[method]["responses"]:
                if int(status) >= 400:
                    body = orjson.dumps({"message": "x", "description": "x"})
                    unexplained = status == "404" and api == "vec"
                    assert unexplained or advice(api, int(status), body), (
                        operation[method]["operationId"],
                        status,
                    )


@pytest.mark.parametrize(
    ("fields", "csv", "promise", "fix"),
    [
        ({"name": ""}, HEADER, "VEC-BATCH-02", "send the form field name"),
        ({"template_id": ""}, HEADER, "VEC-BATCH-05", "GET /business/certificate-templates"),
        ({"template_id": "x"}, HEADER, "VEC-BATCH-04", "a UUID"),
        ({"template_id": USER}, HEADER, "VEC-BATCH-04", "of the same token"),
        ({}, None, "VEC-BATCH-06", "csv_file"),
        ({}, b"RecipientsEmail\na@example.com\n", "VEC-CSV-01", "name RecipientsName, to the letter"),
        ({}, b"RecipientsEmail,RecipientsName,RecipientsName\nx,y,z\n", "VEC-CSV-20", "RecipientsName stand"),
        ({}, HEADER, "VEC-CSV-21", "below the headers"),
    ],
)
def test_a_refused_batch_is_explained(
    client: Client, fields: dict[str, Any], csv: bytes | None, promise: str, fix: str
) -> None:
    answer = client.create_batch(csv=csv, **fields)

    assert answer.status_code == 422
    assert promise in answer.headers["x-sandbox-evidence"]
    assert fix in answer.headers["x-sandbox-fix"]
    assert answer.headers["x-sandbox-why"]


@pytest.mark.parametrize(
    ("signatories", "promise"),
    [
        ([(USER, 0)], "VEC-SIGNATORY-04"),
        ([(USER, 1), ("9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001", 3)], "VEC-SIGNATORY-11"),
        ([(USER, 1), (USER, 2)], "VEC-SIGNATORY-08"),
        ([("x", 1)], "VEC-SIGNATORY-12"),
        ([(USER, "one")], "VEC-SIGNATORY-12"),
    ],
)
def test_refused_signatories_are_explained(
    client: Client, signatories: list[tuple[str, object]], promise: str
) -> None:
    answer = client.create_batch(signatories=signatories)

    assert answer.status_code == 422
    assert promise in answer.headers["x-sandbox-evidence"]


@pytest.mark.parametrize(
    ("change", "promise", "fix"),
    [
        ({"main_related_party": None}, "CERTIFIQI-ERROR-01", "write it as string"),
        ({"batches": "x"}, "CERTIFIQI-ERROR-01", "write it as array"),
        ({"batches": []}, "CERTIFIQI-ERROR-01", "compare the body"),
    ],
)
def test_a_refused_event_is_explained(client: Client, change: dict[str, Any], promise: str, fix: str) -> None:
    answer = client.create_event(**change)

    assert answer.status_code == 400
    assert promise in answer.headers["x-sandbox-evidence"]
    assert fix in answer.headers["x-sandbox-fix"]


def test_a_missing_field_is_named(client: Client) -> None:
    answer = client.certifiqi("POST", "/batch_group", json={"name": "x"})

    assert "CERTIFIQI-CREATE-22 (inferred)" in answer.headers["x-sandbox-evidence"]
    assert answer.headers["x-sandbox-fix"].startswith("add main_related_party")


@pytest.mark.parametrize("path", ["/business/batches/nothing", "/business/user-management/users/nobody"])
def test_an_unknown_id_is_explained(client: Client, path: str) -> None:
    answer = client.vec("GET", path)

    assert "VEC-ERROR-08 (docs)" in answer.headers["x-sandbox-evidence"]
    assert "from a list" in answer.headers["x-sandbox-fix"]


def test_a_refused_upload_is_explained(client: Client) -> None:
    answer = client.certifiqi("POST", "/document", files={"file": ("a.pdf", b"no pdf", "application/pdf")})

    assert "CERTIFIQI-UPLOAD-22" in answer.headers["x-sandbox-evidence"]
    assert "bytes of a PDF" in answer.headers["x-sandbox-fix"]


def test_a_mistake_in_the_bytes_is_told_before_the_rule_that_it_breaks(client: Client) -> None:
    answer = client.vec("POST", "/business/batches", data={"name": "x", "csv_file": "a,b"})

    assert "files=" in answer.headers["x-sandbox-fix"]
    assert "VEC-BATCH-05" in answer.headers["x-sandbox-evidence"]


@given(st.binary(max_size=100), st.integers(100, 599), st.sampled_from(contract.apis()))
def test_no_body_breaks_it(body: bytes, status: int, api: str) -> None:
    found = advice(api, status, body)

    assert found is None or found.fix


@given(
    st.dictionaries(st.text(), st.lists(st.text(), min_size=1)), st.text(), st.sampled_from(contract.apis())
)
def test_no_message_breaks_it(errors: dict[str, list[str]], text: str, api: str) -> None:
    for status in (400, 404, 415, 422):
        advice(api, status, orjson.dumps({"errors": errors, "message": text, "description": text}))
