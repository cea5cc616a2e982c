"""The sample files in `fixtures/vec/csv` do what their names say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Client

SAMPLES = Path(__file__).resolve().parents[3] / "fixtures" / "vec" / "csv"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.csv"))
MADE = {  # certificates that are made, and that fail
    "good": (2, 0),
    "lf": (2, 0),
    "crlf": (2, 0),
    "excel_utf8": (2, 0),
    "windows_1252": (1, 0),
    "blank_rows": (2, 0),
    "blank_rows_of_semicolons": (1, 1),
    "dates": (1, 5),
    "dates_of_two_readings": (0, 2),
    "quotes_and_line_ends": (2, 0),
    "formulas": (3, 0),
    "decomposed_names": (1, 0),
    "same_address": (2, 0),
    "personal_data": (3, 0),
    "some_rows_fail": (1, 3),
}
REFUSED = {
    "excel_pt_br": "the columns are separated by ';'",
    "excel_sep_line": "the columns are separated by ';'",
    "excel_unicode_text": "UTF-16",
    "old_mac": "bare carriage return",
    "semicolons": "the columns are separated by ';'",
    "bars": "the columns are separated by '|'",
    "one_column": "the first line was read as 'RecipientsEmail'",
    "header_in_small_letters": "close to them is 'recipientsemail'",
    "header_with_blank": "close to them is 'Recipients Email'",
    "header_with_no_break_space": "close to them is 'RecipientsName\\xa0'",
    "header_misspelled": "the first line was read as 'RecipientEmail,RecipientsNames'",
    "header_twice": "each reserved header stands once",
    "header_only": "there is no row below the headers",
    "empty": "the file is empty",
}
BEGINNINGS = {  # what an editor that "mends" a sample would take away
    "excel_utf8": b"\xef\xbb\xbf",
    "excel_unicode_text": b"\xff\xfeR\0",
    "excel_sep_line": b"sep=;\r\n",
    "old_mac": b"RecipientsEmail,RecipientsName\rana",
    "crlf": b"RecipientsEmail,RecipientsName,CourseTitle\r\n",
    "lf": b"RecipientsEmail,RecipientsName,CourseTitle\n",
}


def test_every_sample_is_told_of() -> None:
    assert MADE.keys() | REFUSED.keys() == set(NAMES)


@pytest.mark.parametrize("name", sorted(BEGINNINGS))
def test_a_sample_is_byte_for_byte_as_it_was_written(name: str) -> None:
    assert (SAMPLES / f"{name}.csv").read_bytes().startswith(BEGINNINGS[name])


def test_git_leaves_the_line_ends_of_samples_alone() -> None:
    assert "fixtures/vec/csv/*.csv -text" in (SAMPLES.parents[2] / ".gitattributes").read_text().splitlines()


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_sample_that_is_taken_ends_as_foretold(client: Client, name: str) -> None:
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
