"""The campaign against false alarms: what it tries, what it calls an alarm, and a smoke of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sealbox_conformance import catalogue, contract, target

from tests.oracle import crowds, false_alarms
from tests.oracle.crowds import CROWDS
from tests.oracle.trial import Seen

ROOT = Path(__file__).resolve().parents[2]


def test_every_reading_has_its_turn_alone_and_together() -> None:
    alone = set(false_alarms.flips())
    together = {flip for turned in false_alarms.together() for flip in turned.items()}
    switches = [
        (f"{api}.{one['name']}", len(one["alternatives"]))
        for api in contract.apis()
        for one in contract.read("openapi", api, "switches.yaml")["switches"]
    ]

    assert alone == together
    assert len(alone) == sum(number - 1 for _, number in switches)
    assert {switch for switch, _ in alone} == {switch for switch, _ in switches}


def test_the_first_round_turns_every_switch(tmp_path: Path) -> None:
    first = next(false_alarms.together())

    assert first.keys() == {switch for switch, _ in false_alarms.flips()}


def test_a_campaign_is_a_hundred_seeds_and_every_reading(tmp_path: Path) -> None:
    tried = list(false_alarms.trials(100, 12, tmp_path))

    assert len({one.name for one in tried}) == len(tried)
    plain = [one for one in tried if not (one.switches or one.crowd)]
    assert [one.seed for one in plain] == [*range(1, 101)]
    assert [one.crowd for one in tried if one.crowd] == [*CROWDS]
    assert all(one.level == "docs" for one in tried)


def test_only_readings_that_break_a_sentence_are_forgiven(tmp_path: Path) -> None:
    broken = {name for tried in false_alarms.trials(1, 1, tmp_path) for name in tried.forgiven}

    assert broken == set(false_alarms.BREAKS.values())
    assert broken <= catalogue.load().keys()


def test_a_reading_is_judged_by_the_profile_its_server_would_have(tmp_path: Path) -> None:
    tried = false_alarms.turned_round("one", {"certifiqi.unknown_document": "refuse"}, 1, tmp_path)

    assert tried.apis == ("certifiqi",)
    assert tried.profile
    assert "any_document" not in tried.profile.read_text(encoding="utf-8")


def test_a_crowd_is_judged_by_the_profile_its_server_would_have(tmp_path: Path) -> None:
    tried = {one.crowd: one.profile for one in false_alarms.crowds(1, tmp_path)}
    found = {name: target.load(path, url="http://127.0.0.1:1") for name, path in tried.items()}

    assert found["token ends in x"].apis["vec"].credentials["full"].endswith("x")
    assert not any(map(str.isalpha, found["token without letters"].apis["vec"].credentials["full"]))
    assert not found["in motion"].claims & {"virtual_clock", "signs"}
    assert found["in motion"].control == {}
    assert found["crowded"].claims == target.load(url="http://127.0.0.1:1").claims


def test_a_crowded_world_has_more_than_a_page_of_everything() -> None:
    usual = contract.read("fixtures", "vec", "world.yaml")
    world = crowds.crowded(usual)
    names = [one["name"] for one in world["templates"]]

    assert len([one for one in world["users"] if one.get("institution", 3) == 3]) == 127
    assert len([one for one in world["batches"] if one["template"] != "elsewhere"]) == 117
    assert any(one != other and other.startswith(one) for one in names for other in names)
    assert len(usual["users"]) < 15, "the world itself is not changed"


def test_a_suite_that_breaks_down_is_an_alarm() -> None:
    assert false_alarms.alarms(None)
    assert false_alarms.alarms(Seen(hung=True))
    assert false_alarms.alarms(Seen(born=False))
    assert false_alarms.alarms(Seen(unsure={"harness_error": ["a: b"]}))
    assert false_alarms.alarms(Seen(breaches={"warned": ["VEC-BATCH-08"]})) == ["warned: VEC-BATCH-08"]
    assert false_alarms.alarms(Seen(breaches={"noted": ["X"]}, unsure={"not_concluded": ["a: b"]})) == []


def _campaign(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tests.oracle.false_alarms", "--jobs", "1", "--examples", "2", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


def test_one_seed_and_one_reading_raise_no_alarm() -> None:
    done = _campaign("--seeds", "1", "--only", "total_value_type")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 runs, 0 with an alarm" in done.stdout


def test_a_server_unlike_the_demo_world_raises_no_alarm() -> None:
    done = _campaign("--seeds", "0", "--only", "token without letters")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 runs, 0 with an alarm" in done.stdout


def test_a_campaign_without_a_run_is_no_success() -> None:
    assert _campaign("--only", "nothing has this name").returncode == 1
