"""Drawings are made from the tables that the code runs on, and are not older than they."""

from __future__ import annotations

from pathlib import Path

from sealbox.apis.certifiqi import signing
from sealbox.apis.vec.lifecycle import EFFECTS, ENDS, NEXT, Event
from sealbox.apis.vec.model import Status
from sealbox.commands import listing

OPENAPI = Path(__file__).resolve().parents[2] / "openapi"


def test_the_lifecycle_of_a_batch_is_drawn_as_it_runs() -> None:
    assert (OPENAPI / "vec" / "lifecycle.md").read_text() == listing.vec_lifecycle(), "run `make drawings`"


def test_a_signing_event_is_drawn_as_it_runs() -> None:
    assert (OPENAPI / "certifiqi" / "lifecycle.md").read_text() == listing.certifiqi_lifecycle(), (
        "run `make drawings`"
    )


def test_the_page_of_magic_values_is_what_the_command_prints() -> None:
    page = (OPENAPI.parent / "fixtures" / "magic.md").read_text()

    assert page == listing.magic_page(), "run `make drawings`"
    assert [row["value"] for row in listing.magic_values("demo") if row["value"] not in page] == []


def test_the_page_of_csv_samples_says_what_the_doctor_says() -> None:
    folder = OPENAPI.parent / "fixtures" / "vec" / "csv"
    page = (folder / "README.md").read_text()

    assert page == listing.csv_samples_page(), "run `make drawings`"
    assert [path.name for path in folder.glob("*.csv") if f"`{path.name}`" not in page] == []


def test_every_state_of_an_event_can_be_reached() -> None:
    reached = {signing.OPEN} | {then for ways in signing.WAYS.values() for then in ways.values()}

    assert reached == set(signing.WAYS)


def test_every_status_is_in_the_table_and_can_be_reached() -> None:
    reached = {Status.PENDING} | {then for ways in NEXT.values() for then in ways.values()}

    assert set(NEXT) == set(Status) == reached


def test_every_event_is_described_and_happens_somewhere() -> None:
    assert set(EFFECTS) == set(Event) == {event for ways in NEXT.values() for event in ways}


def test_ends_are_the_three_statuses_that_say_how_it_went() -> None:
    assert {Status.COMPLETED, Status.PARTIALLY_COMPLETED, Status.FAILED} == ENDS
