"""Worlds are kept, compared, opened and begun again: `snapshot`, `tenant`, `reset`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Sealbox


def total(sealbox: Sealbox) -> int:
    return int(sealbox.get("/vec/business/batches").json()["meta"]["total"])


def test_a_world_comes_back_from_a_file(sealbox: Sealbox, tmp_path: Path) -> None:
    before = total(sealbox)
    saved = sealbox("snapshot", "save", str(tmp_path / "before.json"))
    sealbox.data("demo", "batch")
    loaded = sealbox("snapshot", "load", str(tmp_path / "before.json"))

    assert saved.stdout.startswith(f"saved to {tmp_path / 'before.json'}, at 2025-04-01")
    assert loaded.exit_code == 0, loaded.stderr
    assert total(sealbox) == before


def test_a_world_comes_back_under_a_name(sealbox: Sealbox) -> None:
    name = f"kept-{sealbox.tenant}"
    before = total(sealbox)
    sealbox("snapshot", "save", "--name", name)
    sealbox.data("demo", "batch")
    changed = sealbox.data("snapshot", "diff", "--name", name)["differences"]
    sealbox("snapshot", "load", "--name", name)

    assert [one["path"] for one in changed if one["path"] == "/next_id"] == ["/next_id"]
    assert total(sealbox) == before
    assert name in sealbox("snapshot", "list").stdout
    assert name in {one["name"] for one in sealbox.data("snapshot", "list")["snapshots"]}
    assert sealbox("snapshot", "forget", name).exit_code == 0
    assert sealbox("snapshot", "forget", name).exit_code == 1


def test_what_has_changed_is_told_place_by_place(sealbox: Sealbox, tmp_path: Path) -> None:
    before, after = str(tmp_path / "before.json"), str(tmp_path / "after.json")
    sealbox("snapshot", "save", before)
    same = sealbox("snapshot", "diff", before)
    sealbox("clock", "advance", "1h")
    sealbox("snapshot", "save", after)
    told = sealbox("snapshot", "diff", before, after)

    assert same.stdout == "nothing has changed\n"
    assert told.stdout == '/now: "2025-04-01T12:00:00Z" -> "2025-04-01T13:00:00Z"\n'
    assert sealbox("snapshot", "diff", before).stdout == told.stdout


def test_a_snapshot_goes_through_a_pipe(sealbox: Sealbox) -> None:
    document = json.loads(sealbox("snapshot", "save", "-").stdout)

    assert document["plan"]["tenant"] == sealbox.tenant


@pytest.mark.parametrize("act", ["save", "load", "diff"])
def test_a_file_or_a_name_and_not_both(sealbox: Sealbox, act: str) -> None:
    assert sealbox("snapshot", act).exit_code == 2
    assert sealbox("snapshot", act, "x.json", "--name", "x").exit_code == 2


def test_what_is_no_snapshot_is_a_sentence(sealbox: Sealbox, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{")
    (tmp_path / "other.json").write_text("{}")
    missing = sealbox("snapshot", "load", str(tmp_path / "none.json"))
    broken = sealbox("snapshot", "load", str(tmp_path / "no.json"))
    other = sealbox("snapshot", "load", str(tmp_path / "other.json"))
    unwritable = sealbox("snapshot", "save", str(tmp_path / "none" / "x.json"))

    assert [one.exit_code for one in (missing, broken, other, unwritable)] == [2, 2, 1, 2]
    assert "No such file" in missing.stderr
    assert "is no JSON" in broken.stderr


def test_a_tenant_opens_lives_alone_and_closes(sealbox: Sealbox) -> None:
    name = f"{sealbox.tenant}-b"
    opened = sealbox.data(
        "tenant",
        "open",
        name,
        "--seed",
        "7",
        "--switch",
        "vec.row_faults=refuse_upload",
        "--only",
        "seed,docs",
    )
    listed = sealbox("tenant", "list").stdout
    closed = sealbox("tenant", "forget", name)

    assert (opened["tenant"], opened["seed"]) == (name, "7")
    assert name in listed
    assert closed.stdout == f"{name} is forgotten\n"
    assert name not in {one["tenant"] for one in sealbox.data("tenant", "list")["tenants"]}


def test_how_to_use_a_new_tenant_is_said(sealbox: Sealbox) -> None:
    name = f"{sealbox.tenant}-c"

    assert f'eval "$(sealbox env --tenant {name})"' in sealbox("tenant", "open", name).stdout
    sealbox("tenant", "forget", name)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--switch", "vec.row_faults"], 2, "NAME=VALUE"),
        (["--switch", "vec.nope=1"], 1, "there is no switch 'vec.nope'"),
        (["--clock", "sundial"], 2, "sundial"),
    ],
)
def test_a_tenant_that_cannot_be_is_refused(
    sealbox: Sealbox, arguments: list[str], code: int, said: str
) -> None:
    ended = sealbox("tenant", "open", f"{sealbox.tenant}-d", *arguments)

    assert ended.exit_code == code
    assert said in ended.stderr


def test_a_tenant_begins_again_with_its_seed_or_another(sealbox: Sealbox) -> None:
    before = total(sealbox)
    sealbox.data("demo", "batch")

    assert sealbox("reset").stdout == f"{sealbox.tenant} begins again with seed 1\n"
    assert total(sealbox) == before
    assert sealbox.data("reset", "--seed", "8")["seed"] == "8"
