"""The doctor foretells, without a server, what createBatch then answers and makes of each row."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealbox import contract
from sealbox.apis.vec.csv_doctor import Outcome, Report, examine
from sealbox.apis.vec.magic import Magic
from sealbox.contract import choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.app.conftest import Client

SAMPLES = Path(__file__).resolve().parents[3] / "fixtures" / "vec" / "csv"
ALTERNATIVES = {
    switch["name"]: list(switch["alternatives"])
    for switch in choices.switches("vec")
    if any(requirement.startswith("VEC-CSV-") for requirement in switch["touches"])
}
CHOICES = [(name, value) for name, values in ALTERNATIVES.items() for value in values]


def foretold(content: bytes, chosen: Mapping[str, str]) -> Report:
    defaults = {switch["name"]: switch["default"] for switch in choices.switches("vec")}
    magic = Magic(contract.read("fixtures", "vec", "magic.yaml"))
    return examine(content, today=date(2025, 4, 1), switches={**defaults, **chosen}, fails=magic.fails)


def assert_agrees(client: Client, content: bytes, chosen: Mapping[str, str]) -> None:
    """Upload it to a tenant with these switches, and let time pass until nothing more happens."""
    report = foretold(content, chosen)
    tenant = client.open_tenant(
        "foretold", clock="manual", switches={f"vec.{name}": value for name, value in chosen.items()}
    )
    answer = tenant.create_batch(csv=content)
    if not report.accepted:
        assert answer.status_code == 422
        assert answer.json()["errors"] == {"csv_file": list(report.messages)}
        return
    assert answer.status_code == 201, answer.text
    assert tenant.control("POST", "/clock/advance", json={"until": "idle"}).status_code == 200
    assert ended(tenant, answer.json()["data"]["id"]) == [
        (row.number, row.reason or None, "failed" if row.outcome is Outcome.FAILS else "generated")
        for row in report.rows
        if row.outcome is not Outcome.SKIPPED
    ]


def ended(tenant: Client, batch: str) -> list[tuple[int, Any, Any]]:
    """Number, fault and last status of each row."""
    rows = tenant.control("GET", f"/vec/batches/{batch}").json()["rows"]
    return [(number, row["fault"], row["status"]) for number, row in enumerate(rows, start=1)]


def test_every_switch_of_the_csv_is_tried() -> None:
    assert len(ALTERNATIVES) == 8


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_every_sample_is_foretold_under_every_switch(shared: Client, path: Path) -> None:
    for name, value in CHOICES:
        assert_agrees(shared, path.read_bytes(), {name: value})


@settings(max_examples=120)
@given(data=st.data())
def test_files_good_odd_and_hostile_are_foretold_under_all_switches(
    shared: Client, csv_files: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    chosen = {name: data.draw(st.sampled_from(values), label=name) for name, values in ALTERNATIVES.items()}

    assert_agrees(shared, data.draw(csv_files, label="file"), chosen)


def test_switches_that_meet_are_foretold_together(shared: Client) -> None:
    content = "\ufeffrecipientsemail;RecipientsName;RecipientsName\nana@example.com;A;B\n;;\nno;;\n".encode()
    names = ("csv_bom", "csv_header_match", "csv_delimiter", "duplicate_headers", "blank_rows", "row_faults")
    for values in product(*(ALTERNATIVES[name] for name in names)):
        assert_agrees(shared, content, dict(zip(names, values, strict=True)))
