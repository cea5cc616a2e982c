"""The campaign of blind mutants: what it changes, what it counts, and a smoke of it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sealbox_conformance import catalogue

from tests.oracle import trial
from tests.oracle.blind import campaign, mutations
from tests.oracle.trial import Seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = "sealbox.apis.certifiqi.documents"  # the shortest of the rule modules


def _result(name: str, fate: str) -> campaign.Result:
    return campaign.Result(name, DOCUMENTS, fate, (), 1.0, f"- {name}\n+ changed", {})


def test_a_mutant_is_its_module_with_one_change() -> None:
    original = mutations.path_of(DOCUMENTS).read_text(encoding="utf-8")
    made = list(mutations.changes(DOCUMENTS))

    assert len(made) > 20
    for change in made:
        ast.parse(change.source)
        assert change.source != original
        assert {line[:1] for line in change.diff.splitlines()} >= {"-", "+"}


def test_names_of_mutants_are_their_own_and_stay() -> None:
    first, second = (list(mutations.changes(DOCUMENTS)) for _ in range(2))

    assert len({change.id for change in first}) == len(first)
    assert [change.id for change in first] == [change.id for change in second]


def test_a_seed_decides_the_sample() -> None:
    one, same, other = (mutations.in_drawing_order([DOCUMENTS], seed=seed) for seed in (1, 1, 2))

    assert [change.id for change in one] == [change.id for change in same]
    assert [change.id for change in one] != [change.id for change in other]
    assert {change.id for change in one} == {change.id for change in other}


@pytest.mark.parametrize("module", mutations.MODULES)
def test_every_module_of_rules_is_there(module: str) -> None:
    assert mutations.path_of(module).is_file()


def test_the_gravest_word_about_a_mutant_counts() -> None:
    sound = Seen(unsure={"not_concluded": ["a: why"]})

    assert campaign.fate(Seen(breaches={"noted": ["X"], "failed": ["Y"]}), sound) == "failed"
    assert campaign.fate(Seen(breaches={"noted": ["X"]}), sound) == "noted"
    assert campaign.fate(Seen(breaches={"noted": ["X"]}, broken_acts=["sign"]), sound) == "noted"
    assert (
        campaign.fate(Seen(broken_acts=["sign"], unsure={"not_concluded": ["a: b"]}), sound) == "broken_act"
    )
    assert campaign.fate(Seen(unsure={"harness_error": ["a: b"]}), sound) == "harness_error"
    assert campaign.fate(Seen(unsure={"not_concluded": ["a: why", "b: why"]}), sound) == "not_concluded"
    assert campaign.fate(Seen(unsure={"not_concluded": ["a: why"]}), sound) == "alive"


def test_only_what_has_an_excuse_leaves_the_sample() -> None:
    results = [
        _result("dead", "failed"),
        _result("same", "alive"),
        _result("hole", "alive"),
        _result("new", "alive"),
    ]
    ledger = {
        "survivors": [
            {"id": "same", "excuse": "equivalent", "why": "nothing changes"},
            {"id": "hole", "excuse": "hole", "why": "nobody looks"},
        ]
    }

    lines, share = campaign.summary(results, ledger)

    assert share == pytest.approx(1 / 3)
    assert any("1 excused, 3 counted" in line for line in lines)
    assert any("not judged" in line for line in lines)


def test_a_mutant_that_hangs_is_dead_and_one_that_is_only_unclear_is_not() -> None:
    assert _result("a", "hung").dead
    assert _result("a", "broken_act").dead
    assert not _result("a", "broke_down").dead
    assert not _result("a", "not_concluded").dead
    assert not _result("a", "harness_error").dead


def test_every_survivor_that_is_listed_has_a_reason() -> None:
    ledger = yaml.safe_load(campaign.LEDGER.read_text(encoding="utf-8"))

    ids = [one["id"] for one in ledger["survivors"]]
    assert len(set(ids)) == len(ids)
    for one in ledger["survivors"]:
        assert one["excuse"] in campaign.EXCUSES, one["id"]
        assert one["why"].endswith("."), one["id"]
        assert one["change"], one["id"]
        assert set(one.get("requirements", ())) <= catalogue.load().keys(), one["id"]


def test_what_has_an_excuse_need_not_be_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn = list(mutations.changes(DOCUMENTS))[:4]
    tried: list[str] = []

    def run_all(trials: Iterable[trial.Trial], **_: object) -> Iterator[tuple[trial.Trial, Seen]]:
        for one in trials:
            tried.append(one.name)
            yield one, Seen(breaches={"failed": ["VEC-BATCH-02"]} if one.change else {})

    monkeypatch.setattr(mutations, "in_drawing_order", lambda **_: drawn)
    monkeypatch.setattr(trial, "run_all", run_all)
    options = campaign.parser().parse_args(
        ["--unjudged", "--sample", "3", "--report", str(tmp_path / "r.json")]
    )
    results = campaign.campaign(options, {drawn[1].id})

    assert tried == ["sound", drawn[0].id, drawn[2].id]
    assert [one.id for one in results] == [drawn[0].id, drawn[2].id]


def _campaign(tmp_path: Path, *arguments: str) -> list[dict[str, Any]]:
    report = tmp_path / "blind.json"
    line = [sys.executable, "-m", "tests.oracle.blind.campaign", "--report", str(report), "--jobs", "1"]
    subprocess.run([*line, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    return list(json.loads(report.read_text(encoding="utf-8")))


def _named(module: str, words: str) -> str:
    return next(change.id for change in mutations.changes(module) if words in change.diff)


def test_a_rule_that_is_turned_round_is_killed(tmp_path: Path) -> None:
    gone = _named("sealbox.apis.vec.rules", "The name field is required.".upper())

    (result,) = _campaign(tmp_path, "--only", gone, "--examples", "1")

    assert result["fate"] == "failed"
    assert result["by"] == ["VEC-BATCH-02"]
