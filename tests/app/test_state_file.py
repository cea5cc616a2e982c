"""A world from one run of the server to the next, in a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sealbox.sandbox import Plan, Sandboxes
from sealbox.serving import state_file
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from pathlib import Path


def sandboxes(seed: str = "1") -> Sandboxes:
    return Sandboxes(Plan(seed=seed, clock=ClockMode.MANUAL))


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    before, after = sandboxes("7"), sandboxes()
    before.default.new_id()
    state_file.save(file, before)
    state_file.load(file, after)

    assert (after.default.plan.seed, after.default.ids_drawn) == ("7", before.default.ids_drawn)


def test_a_file_that_is_not_there_yet_changes_nothing(tmp_path: Path) -> None:
    fresh = sandboxes()
    kept = fresh.default
    state_file.load(tmp_path / "state.json", fresh)

    assert fresh.default is kept
    assert list(tmp_path.iterdir()) == []


def test_the_world_of_another_tenant_becomes_that_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    state_file.save(file, Sandboxes(Plan(tenant="ci-7", clock=ClockMode.MANUAL)))
    loaded = sandboxes()
    state_file.load(file, loaded)

    assert loaded.default.plan.tenant == "demo"
    assert loaded.holder("vec", "sealbox_vec_demo") is loaded.default


def test_the_file_is_readable_and_whole(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("old")
    state_file.save(file, sandboxes())

    assert json.loads(file.read_text())["plan"]["clock"] == "manual"
    assert file.read_text().count("\n") > 10
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_what_cannot_be_written_is_said_and_the_old_file_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "state.json"
    file.write_text("old")
    (tmp_path / "state.json.new").mkdir()
    state_file.save(file, sandboxes())

    assert capsys.readouterr().err.startswith(f"sealbox: state: {file} was not saved: ")
    assert file.read_text() == "old"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1}', "null", "\udcff"])
def test_what_is_no_snapshot_ends_the_start_and_leaves_the_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    fresh = sandboxes()
    kept = fresh.default
    with pytest.raises(SystemExit) as raised:
        state_file.load(file, fresh)

    assert raised.value.code == 2
    assert capsys.readouterr().err.startswith(f"sealbox: state: {file}: ")
    assert fresh.default is kept
