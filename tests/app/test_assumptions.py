"""What no page states is counted when it makes a difference, and refused for whoever wants none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client

EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"
DEFAULTS = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00003"
BAD_ROW = b"RecipientsEmail,RecipientsName\nno address,Ana\nbob@example.com,Bob\n"
ODD_UPLOADS = {
    "row_faults": BAD_ROW,
    "bad_row_email": BAD_ROW,
    "empty_issue_date": b"RecipientsEmail,RecipientsName,IssueDate\na@example.com,Ana,\n",
    "csv_bom": b"\xef\xbb\xbfRecipientsEmail,RecipientsName\na@example.com,Ana\n",
    "csv_header_match": b"recipientsemail,RecipientsName,RecipientsEmail\nx,Ana,a@example.com\n",
    "csv_delimiter": b"RecipientsEmail;RecipientsName\na@example.com;Ana\n",
    "blank_rows": b"RecipientsEmail,RecipientsName\na@example.com,Ana\n , \n",
    "duplicate_headers": b"RecipientsEmail,RecipientsName,RecipientsName\na@example.com,Ana,Bob\n",
}


def assumed(client: Client) -> dict[str, str]:
    report = client.control("GET", "/assumptions").json()
    return {one["id"]: one["effect"] for one in report["assumptions"]}


@pytest.fixture
def strict(open_app: Callable[..., Client]) -> Client:
    """A tenant that is answered with what some page states, and with nothing else."""
    return open_app(Plan(clock=ClockMode.MANUAL, only=("seed", "docs")))


def documented_event(client: Client) -> httpx2.Response:
    """An event about a document that was uploaded before, as the pages tell to."""
    from tests.app.conftest import sample_event  # noqa: PLC0415, the documented body

    pdf = {"file": ("termo.pdf", minimal_pdf(), "application/pdf")}
    (uploaded,) = client.certifiqi("POST", "/document", files=pdf).json()
    body = sample_event()
    for batch in body["batches"]:
        for document in batch["documents"]:
            document |= {name: uploaded[name] for name in ("document_key", "name", "url", "file_size")}
    return client.certifiqi("POST", "/batch_group", json=body)


def minimal_pdf() -> bytes:
    from io import BytesIO  # noqa: PLC0415, beside its only use

    from pypdf import PdfWriter  # noqa: PLC0415, as above

    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def test_what_the_pages_tell_to_do_relies_on_nothing_that_decides(client: Client) -> None:
    batch = client.create_batch().json()["data"]["id"]
    client.vec("GET", f"/business/batches/{batch}")
    client.vec("GET", "/business/batches", params={"status": "completed", "per_page": "5"})
    client.create_batch(name="", csv=None)
    event = documented_event(client).json()["batch_group_key"]
    client.certifiqi("GET", f"/batch_group/{event}")
    client.certifiqi("PUT", f"/batch_group/{event}/cancel_signature")

    assert [id_ for id_, effect in assumed(client).items() if effect == "decides"] == []


@pytest.mark.parametrize("switch", ODD_UPLOADS)
def test_an_odd_upload_relies_on_the_switch_that_decides_about_it(client: Client, switch: str) -> None:
    client.create_batch(csv=ODD_UPLOADS[switch])

    assert assumed(client)[f"vec.{switch}"] == "decides"


@pytest.mark.parametrize(
    ("fields", "switch"),
    [
        ({"name": " Turma "}, "trim_strings"),
        ({"name": "Class 10th, 2024"}, "name_unique"),
    ],
)
def test_odd_fields_do_too(client: Client, fields: dict[str, Any], switch: str) -> None:
    client.create_batch(**fields)
    client.create_batch(**fields)

    assert assumed(client)[f"vec.{switch}"] == "decides"


def test_signatories_as_json(client: Client) -> None:
    client.vec("POST", "/business/batches", data={"signatories": "[]"})

    assert assumed(client)["vec.signatories_json"] == "decides"


def test_signatories_for_a_template_without_fields(client: Client) -> None:
    answer = client.create_batch(signatories=[("66c9c977-f379-4692-9d5c-f989c17543ee", 1)])

    assert answer.status_code == 201
    assert assumed(client)["vec.signatory_mismatch"] == "decides"
    assert "inferred: " in answer.headers["x-sandbox-evidence"]


@pytest.mark.parametrize(
    ("change", "switch"),
    [
        (dict, "unknown_document"),
        (lambda body: body["batches"][0].update(document_type="unheard_of"), "unknown_enum_values"),
        (
            lambda body: body["batches"][0]["related_parties"][0]["signer_groups"][0].update(
                minimum_required_signers=99
            ),
            "minimum_above_signers",
        ),
    ],
)
def test_an_event_relies_on_what_decides_about_it(
    client: Client, event_body: Callable[[], dict[str, Any]], change: Callable[[Any], None], switch: str
) -> None:
    body = event_body()
    change(body)
    assert client.certifiqi("POST", "/batch_group", json=body).status_code == 200

    assert assumed(client)[f"certifiqi.{switch}"] == "decides"


def test_the_report_says_where_and_how_often(client: Client) -> None:
    client.vec("GET", "/business/batches")
    for _ in range(2):
        client.create_batch(csv=BAD_ROW)
    report = client.control("GET", "/assumptions").json()
    (row_faults,) = (one for one in report["assumptions"] if one["id"] == "vec.row_faults")

    assert (report["tenant"], report["exchanges"], report["only"]) == ("demo", 3, [])
    assert row_faults == {
        "id": "vec.row_faults",
        "effect": "decides",
        "times": 2,
        "operations": ["createBatch"],
        "first": "req-2",
        "last": "req-3",
        "text": "What a bad cell in one row does.",
    }


def test_what_only_gives_an_answer_its_looks_is_told_apart(client: Client) -> None:
    client.certifiqi("GET", f"/batch_group/{EVENT}")

    assert assumed(client) == {"certifiqi.created_at_zone": "shown"}


def test_a_magic_value_is_marked(client: Client) -> None:
    answer = client.create_batch(csv=b"RecipientsEmail,RecipientsName\nfail+1@example.com,Ana\n")
    client.vec("GET", "/business/batches", kind="server_error")
    client.certifiqi("GET", f"/batch_group/{EVENT}", kind="server_error")

    assert "vec.magic" in answer.headers["x-sandbox-evidence"]
    assert {id_ for id_ in assumed(client) if id_.endswith(".magic")} == {"vec.magic", "certifiqi.magic"}


def test_one_tenants_assumptions_are_not_anothers(client: Client) -> None:
    other = client.open_tenant("careful")
    client.create_batch(csv=BAD_ROW)

    assert "vec.row_faults" in assumed(client)
    assert assumed(other) == {}


def test_a_switch_away_from_a_documented_default_is_an_assumption(client: Client) -> None:
    other = client.open_tenant("texts", switches={"certifiqi.total_value_type": "string"})
    for one in (client, other):
        one.certifiqi("GET", f"/batch_group/{EVENT}")

    assert "certifiqi.total_value_type" in assumed(other)
    assert "certifiqi.total_value_type" not in assumed(client)


def test_a_strict_tenant_does_what_the_pages_tell(strict: Client) -> None:
    assert strict.create_batch().status_code == 201
    assert documented_event(strict).status_code == 200
    assert strict.certifiqi("GET", f"/batch_group/{EVENT}").status_code == 200
    assert strict.vec("GET", "/business/batches").status_code == 200


@pytest.mark.parametrize("switch", ODD_UPLOADS)
def test_a_strict_tenant_refuses_what_a_switch_decides_and_makes_nothing(strict: Client, switch: str) -> None:
    before = strict.batches()
    answer = strict.create_batch(csv=ODD_UPLOADS[switch])

    assert answer.status_code == 501
    assert answer.json()["message"]
    assert "is stated on no page" in answer.headers["x-sandbox-why"]
    assert strict.batches() == before


def test_a_strict_tenant_makes_no_event_of_documents_that_were_never_uploaded(strict: Client) -> None:
    before = strict.control("GET", "/snapshot").json()
    answer = strict.create_event()

    assert answer.status_code == 501
    assert set(answer.json()) == {"title", "description"}
    assert strict.control("GET", "/snapshot").json() == before


def test_a_strict_tenant_refuses_statuses_that_no_page_states(strict: Client) -> None:
    answer = strict.vec("GET", "/business/batches", params={"page": "0"})

    assert answer.status_code == 501
    assert "vec.list_bounds is stated on no page" in answer.headers["x-sandbox-why"]


def test_a_tenant_can_be_strict_by_itself(client: Client) -> None:
    strict = client.open_tenant("strict", only=["seed", "docs"])

    assert strict.create_batch(csv=BAD_ROW).status_code == 501
    assert client.create_batch(csv=BAD_ROW).status_code == 201
    assert strict.control("GET", "/assumptions").json()["only"] == ["seed", "docs"]


def test_only_the_seed_refuses_what_other_pages_state(client: Client) -> None:
    strict = client.open_tenant("seed-only", only=["seed"])

    assert strict.create_batch().status_code == 201
    assert strict.vec("GET", "/business/batches").status_code == 501
