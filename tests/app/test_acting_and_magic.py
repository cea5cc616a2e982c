"""What the control plane does in people's place, and values that make failure happen on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Client

FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"
DEFAULTS = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00003"
MAGIC = "9e3b1020-5a0d-4d1f-8c11-000000000"
SERVER_ERROR = {
    "message": "An unexpected error occurred. Our team has been notified.",
    "error_code": "SERVER_ERROR",
}


def new(client: Client) -> str:
    return str(client.create_batch(template_id=DEFAULTS).json()["data"]["id"])


def act(client: Client, batch: str, what: str, user: str | None = None) -> Any:
    answer = client.control("POST", f"/vec/batches/{batch}/{what}", json={"user_uuid": user} if user else {})
    return answer.json() if answer.is_success else answer.status_code


def shown(client: Client, batch: str) -> dict[str, Any]:
    found: dict[str, Any] = client.vec("GET", f"/business/batches/{batch}").json()["data"]
    return found


def test_a_batch_goes_on_when_its_last_signatory_has_approved(client: Client) -> None:
    batch = new(client)
    client.advance("1h")
    first = act(client, batch, "approve", FAIZAN)
    between = shown(client, batch)
    second = act(client, batch, "approve")
    client.advance("1h")

    assert [bool(one["approved_at"]) for one in first["signatures"]] == [True, False]
    assert (between["status"], between["requires_my_signature"]) == ("waiting_for_approval", False)
    assert second["status"] == "processing"
    assert shown(client, batch)["status"] == "completed"


def test_a_refusal_ends_a_batch_without_certificates(client: Client) -> None:
    batch = new(client)
    client.advance("1h")
    refused = act(client, batch, "refuse", FAIZAN)
    ended = shown(client, batch)
    client.advance("1h")

    assert refused["status"] == ended["status"] == "failed"
    assert (ended["processed_certificates"], ended["completion_date"]) == (0, ended["updated_at"])
    assert shown(client, batch) == ended
    assert act(client, batch, "approve") == act(client, batch, "refuse") == 400


def test_who_is_no_signatory_or_has_signed_cannot_act(client: Client) -> None:
    batch = new(client)
    act(client, batch, "approve", FAIZAN)
    before = client.control("GET", f"/vec/batches/{batch}").content

    assert act(client, batch, "approve", FAIZAN) == 400
    assert act(client, batch, "approve", "00000000-0000-4000-8000-000000000000") == 400
    assert act(client, "unknown", "approve") == 404
    assert client.control("GET", f"/vec/batches/{batch}").content == before


def test_the_control_plane_tells_why_a_row_failed(client: Client) -> None:
    csv = b"RecipientsEmail,RecipientsName,Course\nno address,B,X\na@example.com,A,Y\n"
    batch = str(client.create_batch(csv=csv).json()["data"]["id"])
    rows = client.control("GET", f"/vec/batches/{batch}").json()["rows"]

    assert [(row["row"], row["fault"] is None, row["custom"]) for row in rows] == [
        (1, False, {"Course": "X"}),
        (2, True, {"Course": "Y"}),
    ]


@pytest.mark.parametrize("first_row", [0, 1, 2, 3, 10_000_000])
def test_rows_begin_where_they_are_asked_to(client: Client, first_row: int) -> None:
    batch = str(client.create_batch().json()["data"]["id"])
    params = {"first_row": str(first_row)}
    rows = client.control("GET", f"/vec/batches/{batch}", params=params).json()["rows"]

    assert [row["row"] for row in rows] == [1, 2][first_row:]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"message": "Unauthorized - Invalid API token"}),
        (403, {"message": "Forbidden - Insufficient permissions", "required_permission": "batches:view"}),
        (500, SERVER_ERROR),
    ],
)
def test_a_magic_template_is_answered_with_its_number(
    client: Client, status: int, body: dict[str, str]
) -> None:
    before = client.batches()
    answer = client.create_batch(template_id=f"{MAGIC}{status}")

    assert (answer.status_code, answer.json()) == (status, body)
    assert client.batches() == before


def test_the_magic_422_holds_all_documented_messages(client: Client) -> None:
    answer = client.create_batch(template_id=f"{MAGIC}422")

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [
        "name",
        "template_id",
        "csv_file",
        "signatories",
        "signatories.0.index",
        "signatories.1.index",
    ]


@pytest.mark.parametrize("path", ["/business/batches", "/business/certificates", "/business/batches/x"])
def test_a_magic_token_makes_every_operation_a_server_error(client: Client, path: str) -> None:
    answer = client.vec("GET", path, kind="server_error")

    assert (answer.status_code, answer.json()) == (500, SERVER_ERROR)


def test_magic_recipients_fail_and_others_do_not(client: Client) -> None:
    rows = b"fail@example.com,A\nfail+x@example.com,B\nfailure@example.com,C\nnofail@example.com,D\n"
    batch = str(client.create_batch(csv=b"RecipientsEmail,RecipientsName\n" + rows).json()["data"]["id"])
    client.advance("1h")
    ended = shown(client, batch)

    assert (ended["processed_certificates"], ended["failed_certificates"]) == (2, 2)
