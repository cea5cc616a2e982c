"""Time moves and is told: `clock`, `watch`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Sealbox


def test_a_move_tells_in_order_what_happened_on_the_way(sealbox: Sealbox) -> None:
    batch = sealbox.data("demo", "batch")["id"]
    moved = sealbox("clock", "advance", "1h")
    lines = moved.stdout.splitlines()

    assert [line.split()[2] for line in lines[:-1]] == [batch[:8]] * 2
    assert lines[0].startswith("12:00:02  batch")
    assert lines[0].endswith("generation started: processing")
    assert lines[1].endswith("some certificates failed: partially_completed")
    assert lines[-1] == "2025-04-01T13:00:00+00:00 (manual), nothing is due"


def test_time_stops_where_an_object_has_the_status(sealbox: Sealbox) -> None:
    batch = sealbox.data("demo", "batch", "--fail", "0")["id"]
    moved = sealbox.data("clock", "advance", "--until", "processing", "--of", batch)

    assert moved["now"] == "2025-04-01T12:00:02+00:00"
    assert [one["about"] for one in moved["happened"]] == [batch]
    assert sealbox.data("clock", "advance", "idle")["next_due"] is None


def test_a_status_that_never_comes_is_a_refusal(sealbox: Sealbox) -> None:
    batch = sealbox.data("demo", "batch")["id"]
    ended = sealbox("clock", "advance", "--until", "signed", "--of", batch)

    assert ended.exit_code == 1
    assert "nothing more happens by itself" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say how far"),
        (["1h", "--until", "completed", "--of", "x"], "say how far"),
        (["--until", "completed"], "go together"),
        (["--of", "x"], "go together"),
        (["soon"], "write how long as in 90s, 1h30m or 2d, not 'soon'"),
    ],
)
def test_a_move_says_one_thing(sealbox: Sealbox, arguments: list[str], said: str) -> None:
    ended = sealbox("clock", "advance", *arguments)

    assert ended.exit_code == 2
    assert said in ended.stderr


def test_the_way_that_time_passes_is_changed(sealbox: Sealbox) -> None:
    changed = sealbox("clock", "mode", "auto", "--scale", "60")

    assert "(auto, times 60)" in changed.stdout
    assert sealbox.data("clock", "show")["scale"] == 60
    assert sealbox.data("clock", "mode", "manual")["scale"] == 0


def test_watch_tells_of_objects_and_of_what_went_over_the_wire(sealbox: Sealbox) -> None:
    batch = sealbox.data("demo", "batch")["id"]
    sealbox("clock", "advance", "idle")
    watched = sealbox("watch", "--for", "0", "--from-start")
    lines = watched.stdout.splitlines()

    assert "12:00:00  POST /vec/business/batches 201" in lines
    assert lines[-1] == f"12:00:03  {f'batch {batch[:8]}':<18}  some certificates failed: partially_completed"
    assert watched.stderr == ""


def test_watch_begins_with_what_is_new(sealbox: Sealbox) -> None:
    sealbox.data("demo", "batch")
    sealbox("clock", "advance", "idle")

    assert sealbox("watch", "--for", "0").stdout == ""


def test_watch_ends_once_something_has_become_that(sealbox: Sealbox) -> None:
    sealbox.data("demo", "batch", "--fail", "0")
    sealbox("clock", "advance", "idle")
    watched = sealbox("watch", "--from-start", "--until", "completed", "--for", "5", "--json")
    entries = [json.loads(line) for line in watched.stdout.splitlines()]

    assert watched.exit_code == 0
    assert entries[-1]["what"] == "every certificate made: completed"
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)


def test_watch_ends_with_1_when_it_does_not_come(sealbox: Sealbox) -> None:
    sealbox.data("demo", "batch")
    sealbox("clock", "advance", "idle")
    watched = sealbox("watch", "--from-start", "--until", "completed", "--for", "0")

    assert watched.exit_code == 1, "partially_completed is another status"
    assert watched.stderr == "sealbox: nothing became completed\n"


def test_watch_sees_a_tenant_that_begins_again(sealbox: Sealbox) -> None:
    from sealbox.commands.remote import Server  # noqa: PLC0415, its inside is looked at here only
    from sealbox.commands.watching import _Seen  # noqa: PLC0415, as above

    sealbox.data("demo", "batch")
    sealbox.data("demo", "event")
    seen = _Seen(Server(sealbox.url, sealbox.tenant), from_start=False)
    sealbox("reset")
    sealbox.data("demo", "batch")

    assert [one.get("what", "wire") for one in seen.new()] == ["wire", "batch 'Demo batch' created"]
