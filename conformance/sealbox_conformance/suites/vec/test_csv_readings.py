"""How the file of recipients is read where the pages are silent: Sealbox's reading, which blames nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealbox_conformance.suites.vec.client import HEADERS, csv_text
from sealbox_conformance.suites.vec.laws import moment
from sealbox_conformance.suites.vec.refusals import refused_under

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

H = "RecipientsEmail,RecipientsName"
ANA = ("ana@example.com", "Ana", "generated")
BEA = ("bea@example.com", "Bea", "generated")

READ: tuple[tuple[str, str, str | bytes, list[tuple[str, str, str]]], ...] = (
    ("VEC-CSV-09", "a recipient twice", f"{H}\nana@example.com,Ana\nana@example.com,Ana\n", [ANA, ANA]),
    (
        "VEC-CSV-12",
        "one bad row",
        f"{H}\nana@example.com,Ana\nbea@example.com,\n",
        [ANA, (BEA[0], "", "failed")],
    ),
    ("VEC-CSV-13", "no address", f"{H}\nno-address,Ana\n", [("no-address", "Ana", "failed")]),
    ("VEC-CSV-13", "an empty address", f"{H}\n,Ana\n", [("", "Ana", "failed")]),
    ("VEC-CSV-13", "an empty name", f"{H}\nana@example.com,\n", [(ANA[0], "", "failed")]),
    (
        "VEC-CSV-14",
        "a date of another form",
        f"{H},IssueDate\nana@example.com,Ana,2025-01-02\n",
        [(*ANA[:2], "failed")],
    ),
    (
        "VEC-CSV-14",
        "no day of the calendar",
        f"{H},IssueDate\nana@example.com,Ana,31-02-2025\n",
        [(*ANA[:2], "failed")],
    ),
    (
        "VEC-CSV-14",
        "a date without zeros",
        f"{H},IssueDate\nana@example.com,Ana,1-2-2025\n",
        [(*ANA[:2], "failed")],
    ),
    ("VEC-CSV-15", "an empty date", f"{H},IssueDate\nana@example.com,Ana,\n", [ANA]),
    ("VEC-CSV-16", "a byte order mark", f"\ufeff{H}\nana@example.com,Ana\n", [ANA]),
    (
        "VEC-CSV-17",
        "headers in another order",
        "Note,RecipientsName,RecipientsEmail\nx,Ana,ana@example.com\n",
        [ANA],
    ),
    ("VEC-CSV-19", "blank rows", f"{H}\n\nana@example.com,Ana\n , \n\nbea@example.com,Bea\n\n", [ANA, BEA]),
    ("VEC-CSV-20", "two custom columns of one name", f"{H},Note,Note\nana@example.com,Ana,1,2\n", [ANA]),
    (
        "VEC-CSV-22",
        "a comma in quotes",
        f'{H}\nana@example.com,"Ana, the first"\n',
        [(ANA[0], "Ana, the first", ANA[2])],
    ),
    ("VEC-CSV-22", "quotes in quotes", f'{H}\nana@example.com,"Ana ""A"""\n', [(ANA[0], 'Ana "A"', ANA[2])]),
    ("VEC-CSV-22", "a line end in quotes", f'{H}\nana@example.com,"Ana\nA"\n', [(ANA[0], "Ana\nA", ANA[2])]),
    ("VEC-CSV-22", "carriage returns", f"{H}\r\nana@example.com,Ana\r\nbea@example.com,Bea\r\n", [ANA, BEA]),
    ("VEC-CSV-22", "no last line end", f"{H}\nana@example.com,Ana", [ANA]),
    (
        "VEC-CSV-23",
        "Windows-1252",
        f"{H}\nana@example.com,João\n".encode("cp1252"),
        [(ANA[0], "João", ANA[2])],
    ),
    ("VEC-CSV-24", "a short row", f"{H},Note\nana@example.com,Ana\n", [ANA]),
    ("VEC-CSV-24", "a long row", f"{H}\nana@example.com,Ana,more,and more\n", [ANA]),
)

REFUSED: tuple[tuple[str, str, str], ...] = (
    ("VEC-CSV-03", "no header of the address", "Email,RecipientsName\nana@example.com,Ana\n"),
    ("VEC-CSV-17", "headers in lower case", f"{H.lower()}\nana@example.com,Ana\n"),
    ("VEC-CSV-18", "semicolons", f"{H}\nana@example.com,Ana\n".replace(",", ";")),
    ("VEC-CSV-20", "a reserved header twice", f"{H},RecipientsEmail\nana@example.com,Ana,bea@example.com\n"),
    ("VEC-CSV-21", "nothing", ""),
    ("VEC-CSV-21", "headers alone", f"{H}\n"),
)


@pytest.mark.parametrize(
    ("requirement", "csv", "wanted"),
    [
        pytest.param(one, csv, wanted, id=f"{one}-{what}", marks=pytest.mark.requirement(one))
        for one, what, csv, wanted in READ
    ],
)
def test_a_file_is_read_so(
    vec: Vec, requirement: str, csv: str | bytes, wanted: list[tuple[str, str, str]]
) -> None:
    reply = vec.create(csv=csv).answers(201, requirement)
    batch_id = reply.json()["data"]["id"]
    vec.ended(batch_id)

    found = [(one["email"], one["name"], one["status"]) for one in vec.certificates(batch_id)]
    reply.keeps(
        requirement, holds=sorted(found) == sorted(wanted), expected=f"{sorted(wanted)}", actual=found
    )


@pytest.mark.parametrize(
    ("requirement", "csv"),
    [
        pytest.param(one, csv, id=f"{one}-{what}", marks=pytest.mark.requirement(one))
        for one, what, csv in REFUSED
    ],
)
def test_a_file_is_refused_so(vec: Vec, requirement: str, csv: str) -> None:
    refused_under(vec.create(csv=csv), requirement, "csv_file")


@pytest.mark.requirement("VEC-CSV-25")
def test_a_file_may_have_many_rows(vec: Vec) -> None:
    rows = [(f"a{number}@example.com", "Ana") for number in range(3000)]
    reply = vec.create(csv=csv_text(rows)).answers(201, "VEC-CSV-25")

    total = reply.json()["data"]["total_certificates"]
    reply.keeps("VEC-CSV-25", holds=total == len(rows), expected=f"{len(rows)}", actual=total)


@pytest.mark.requirement("VEC-CSV-06")
def test_the_current_date_is_that_of_the_creation(vec: Vec) -> None:
    reply = vec.create(csv=csv_text([("ana@example.com", "Ana")], HEADERS)).needed(
        201, "a file without dates"
    )
    batch = reply.json()["data"]
    vec.ended(batch["id"])

    wanted = moment(batch["created_at"]).date()
    found = {moment(one["issue_date"]).date() for one in vec.certificates(batch["id"])}
    reply.keeps("VEC-CSV-06", holds=found == {wanted}, expected=f"{wanted}", actual=found)
