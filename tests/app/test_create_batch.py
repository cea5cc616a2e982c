"""createBatch from the upload to the last certificate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx2

    from tests.app.conftest import Client

PLAIN, SIGNED = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (1, 2))
FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"
HEADER = b"RecipientsEmail,RecipientsName\r\n"


def data(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def read(client: Client, batch: dict[str, Any]) -> dict[str, Any]:
    """The batch as all three operations show it, which agree."""
    path = f"/business/batches/{batch['id']}"
    whole = data(client.vec("GET", path))
    status = client.vec("GET", f"{path}/status").json()
    listed = client.vec("GET", "/business/batches", params={"per_page": "100"}).json()["data"]
    (item,) = [one for one in listed if one["id"] == batch["id"]]

    assert status == {key: whole[key] for key in status}
    assert item == {key: whole[key] for key in item}
    assert whole.keys() - item.keys() == {"template", "requires_signatures", "requires_my_signature"}
    return whole


def certificates(client: Client, batch: dict[str, Any]) -> list[dict[str, Any]]:
    params = {"batch_id": batch["id"], "per_page": "100"}
    found: list[dict[str, Any]] = client.vec("GET", "/business/certificates", params=params).json()["data"]
    return found


def test_a_new_batch_is_pending_and_has_done_nothing(client: Client) -> None:
    batch = data(client.create_batch(name="Class 10th, 2024"))

    assert batch["name"] == "Class 10th, 2024"
    assert batch["status"] == "pending"
    assert (batch["total_certificates"], batch["processed_certificates"], batch["failed_certificates"]) == (
        2,
        0,
        0,
    )
    assert (batch["progress"], batch["completion_date"]) == (0, None)
    assert batch["created_at"] == batch["updated_at"] == "2025-04-01T12:00:00.000000Z"
    assert batch["template_id"] == batch["template"]["id"] == PLAIN
    assert (batch["requires_signatures"], batch["requires_my_signature"]) == (False, False)


def test_a_created_batch_reads_back_as_it_was_answered(client: Client) -> None:
    batch = data(client.create_batch())

    assert read(client, batch) == batch


def test_a_batch_advances_with_the_clock_to_its_end(client: Client) -> None:
    batch = data(client.create_batch(csv=HEADER + b"".join(b"p%d@example.com,P\n" % n for n in range(4))))
    seen = []
    for _ in range(12):
        seen.append(read(client, batch))
        client.advance("400ms")
    last = read(client, batch)

    statuses = list(dict.fromkeys(one["status"] for one in [*seen, last]))
    assert statuses == ["pending", "processing", "completed"]
    for before, after in zip(seen, [*seen[1:], last], strict=True):
        assert before["processed_certificates"] <= after["processed_certificates"]
        assert before["progress"] <= after["progress"]
        assert before["updated_at"] <= after["updated_at"]
    for one in seen:
        assert one["progress"] == 100 * one["processed_certificates"] / 4
        assert (one["completion_date"] is None) is (one["status"] != "completed")
    assert (last["processed_certificates"], last["failed_certificates"], last["progress"]) == (4, 0, 100)
    assert last["completion_date"] == last["updated_at"] == "2025-04-01T12:00:04.000000Z"


def test_nothing_happens_while_the_clock_stands_still(client: Client) -> None:
    batch = data(client.create_batch())

    assert [read(client, batch) for _ in range(3)] == [batch] * 3


def test_certificates_agree_with_the_counters_at_every_moment(client: Client) -> None:
    batch = data(client.create_batch(csv=HEADER + b"a@example.com,A\nnot an address,B\nc@example.com,C\n"))
    for _ in range(5):
        shown, made = read(client, batch), certificates(client, batch)
        states = [one["status"] for one in made]
        assert len(made) == shown["total_certificates"] == 3
        assert states.count("generated") == shown["processed_certificates"]
        assert states.count("failed") == shown["failed_certificates"]
        for one in made:
            has_files = all(one[f"{kind}_path"] for kind in ("pdf", "image", "qrcode", "barcode"))
            assert has_files is (one["status"] == "generated") is (one["generated_at"] is not None)
            assert data(client.vec("GET", f"/business/certificates/{one['id']}")) == one
        client.advance("1s")

    assert read(client, batch)["status"] == "partially_completed"


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (b"a@example.com,A\n", "completed"),
        (b"a@example.com,A\nb,B\n", "partially_completed"),
        (b"a,A\n,B\nc@example.com,\n", "failed"),
    ],
)
def test_the_rows_decide_how_a_batch_ends(client: Client, rows: bytes, status: str) -> None:
    batch = data(client.create_batch(csv=HEADER + rows))
    client.advance("1h")
    ended = read(client, batch)

    assert (ended["status"], ended["progress"]) == (status, 100)
    assert ended["processed_certificates"] + ended["failed_certificates"] == ended["total_certificates"]


def test_recipients_and_dates_of_issue_are_those_of_the_file(client: Client) -> None:
    csv = "IssueDate,RecipientsName,RecipientsEmail,CourseTitle\n02-01-2025,João,j@example.com,2025-02-15\n"
    (one,) = certificates(client, data(client.create_batch(csv=csv.encode())))

    assert (one["name"], one["email"]) == ("João", "j@example.com")
    assert one["issue_date"] == "2025-01-02T00:00:00.000000Z"


def test_without_an_issue_date_today_is_the_day(client: Client) -> None:
    client.advance("13h")
    made = certificates(client, data(client.create_batch()))

    assert {one["issue_date"] for one in made} == {"2025-04-02T00:00:00.000000Z"}


def test_every_missing_field_is_named_in_the_order_of_the_page(client: Client) -> None:
    answer = client.vec("POST", "/business/batches")

    assert answer.status_code == 422
    assert answer.text == (
        '{"message":"The name field is required. (and 2 more errors)","errors":'
        '{"name":["The name field is required."],"template_id":["The template id field is required."],'
        '"csv_file":["The csv file field is required."]}}'
    )


def test_oddities_that_were_accepted_are_told_in_a_header(client: Client) -> None:
    plain = client.create_batch()
    odd = client.create_batch(
        template_id=SIGNED, signatories=[(FAIZAN, 1)], csv=b"\xef\xbb\xbf" + HEADER + b"a@b,A\n"
    )

    assert "x-sandbox-hint" not in plain.headers
    assert "1 signatories for a template with 2 signatory fields" in odd.headers["x-sandbox-hint"]
    assert "byte order mark" in odd.headers["x-sandbox-hint"]


def test_the_reason_of_a_refusal_is_told_in_a_header_and_not_in_the_body(client: Client) -> None:
    near = client.create_batch(csv=b"recipientsemail,RecipientsName\na@example.com,A\n")
    excel = client.create_batch(csv=b"RecipientsEmail;RecipientsName\na@example.com;A\n")
    as_text = client.create_batch(csv=None, csv_file="RecipientsEmail,RecipientsName")

    assert "recipientsemail" in near.headers["x-sandbox-why"]
    assert "recipientsemail" not in near.text
    assert "';'" in excel.headers["x-sandbox-why"]
    assert "filename" in as_text.headers["x-sandbox-why"]


def test_every_answer_says_that_it_is_a_sandbox(client: Client) -> None:
    answers = [
        client.create_batch(),
        client.vec("GET", "/nowhere"),
        client.send("GET", "/vec/business/batches"),
    ]

    assert [answer.headers["x-sandbox"][:8] for answer in answers] == ["sealbox "] * 3


def test_the_same_request_twice_makes_two_batches(client: Client) -> None:
    first, second = data(client.create_batch()), data(client.create_batch())

    assert first["id"] != second["id"]
    assert client.batches() == len(
        {one["id"] for one in client.vec("GET", "/business/batches?per_page=100").json()["data"]}
    )


def test_a_large_upload_is_read_whole(client: Client) -> None:
    rows = b"".join(b"p%d@example.com,Person %d of a long list of people\n" % (n, n) for n in range(8000))
    batch = data(client.create_batch(csv=HEADER + rows))
    client.advance(f"{timedelta(hours=2) // timedelta(seconds=1)}s")

    assert (batch["total_certificates"], read(client, batch)["processed_certificates"]) == (8000, 8000)


def test_a_bad_file_and_a_blank_name_are_reported_together(client: Client) -> None:
    answer = client.create_batch(name=" ", csv=b"Email,Name\n")

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["name", "csv_file"]
    assert answer.json()["message"] == "The name field is required. (and 1 more error)"
