"""The sample files in `fixtures/vec/csv` do what their names say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Client

SAMPLES = Path(__file__).resolve().parents[3] / "fixtures" / "vec" / "csv"
MADE = {"good": (2, 0), "some_rows_fail": (1, 3)}
REFUSED = {
    "semicolons": "the columns are separated by ';'",
    "header_in_small_letters": "close to them is 'recipientsemail'",
}


def test_every_sample_is_told_of() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} == MADE.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_sample_that_is_taken_ends_as_its_name_says(client: Client, name: str) -> None:
    made = client.create_batch(csv=(SAMPLES / f"{name}.csv").read_bytes()).json()["data"]
    client.advance("1h")
    seen = client.vec("GET", f"/business/batches/{made['id']}/status").json()

    assert (seen["processed_certificates"], seen["failed_certificates"]) == MADE[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_sample_that_is_refused_says_why(client: Client, name: str) -> None:
    answer = client.create_batch(csv=(SAMPLES / f"{name}.csv").read_bytes())

    assert answer.status_code == 422
    assert REFUSED[name] in answer.headers["x-sandbox-why"]


def test_a_carriage_return_within_a_line_is_a_letter(client: Client) -> None:
    made = client.create_batch(csv=b"RecipientsEmail,RecipientsName\na@example.com,A\rB\n").json()["data"]
    [row] = client.control("GET", f"/vec/batches/{made['id']}").json()["rows"]

    assert row["name"] == "A\rB"


def test_an_act_in_people_s_place_needs_no_body(client: Client) -> None:
    waiting = client.vec("GET", "/business/batches", params={"status": "waiting_for_approval"}).json()["data"]
    approved = client.control("POST", f"/vec/batches/{waiting[0]['id']}/approve")
    signed = client.control("POST", "/certifiqi/signers/65062/sign")

    assert (approved.status_code, signed.status_code) == (200, 200)
