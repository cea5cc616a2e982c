"""The campaign against false alarms: what it tries, what it calls an alarm, and a smoke of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sealbox_conformance import catalogue, contract

from tests.oracle import false_alarms
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
    assert sum(not one.switches for one in tried) == 100
    assert {one.seed for one in tried if not one.switches} == set(range(1, 101))
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


def test_a_campaign_without_a_run_is_no_success() -> None:
    assert _campaign("--only", "nothing has this name").returncode == 1
