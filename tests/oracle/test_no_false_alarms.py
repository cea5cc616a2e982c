"""On a server that keeps every promise nothing fails, whatever the seed and whichever reading it follows.

Here the alternative readings go together, in as few servers as do not mix two readings of one switch. One at
a time they are tried by `make flips`, which takes longer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox_conformance import catalogue, coverage

from tests.oracle import flips

ROOT = Path(__file__).resolve().parents[2]

ALARMS = ("failed", "warned", "harness_error", "expired")


def _flips() -> list[dict[str, str]]:
    """Every alternative reading once."""
    others = flips.by_switch()
    # Every second one goes to another server, for some readings hide others.
    rounds: list[dict[str, str]] = [{}, {}]
    for position, alternatives in enumerate(others):
        for turn, flip in enumerate(alternatives):
            rounds[(position + turn) % 2] |= flip
    return rounds


@pytest.mark.parametrize("seed", [1, 2])
def test_the_mock_raises_no_alarm(serve: Any, judge: Any, seed: int) -> None:
    run = judge(serve(create_app()), "--seed", seed, "--max-examples", 3)

    assert run.having(*ALARMS) == [], run.stdout
    assert run.code == 0
    unknown = {key for key in run.having("not_concluded") if not catalogue.load()[key].untestable}
    assert unknown <= coverage.untested().keys(), run.stdout


@pytest.mark.parametrize("switches", _flips(), ids=lambda switches: f"{len(switches)} flips")
def test_no_plausible_reading_raises_an_alarm(
    serve: Any, judge: Any, tmp_path: Path, switches: dict[str, str]
) -> None:
    path = tmp_path / "flipped.yaml"
    path.write_text(yaml.safe_dump(flips.profile(switches)), encoding="utf-8")
    url = serve(create_app(Plan(switches=switches)))
    run = judge(url, "--target", path, "--seed", 1, "--max-examples", 3)

    assert set(run.having(*ALARMS)) == flips.broken_by(switches), run.stdout


def test_every_reading_can_be_tried_alone() -> None:
    names = {name for flip in flips.one_by_one() for name in flip}

    assert names == {name for together in _flips() for name in together}
    assert all(len(flip) == 1 for flip in flips.one_by_one())


@pytest.mark.parametrize("number", [3, 20, 41])
def test_a_reading_alone_raises_no_alarm(number: int) -> None:
    """Some of what `make flips` does."""
    command = [sys.executable, "-m", "tests.oracle.flips", f"--only={number}", "--examples=2"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
