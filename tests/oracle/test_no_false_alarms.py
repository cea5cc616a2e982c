"""On a server that keeps every promise nothing fails, whatever the seed and whichever reading it follows.

Here the alternative readings go together, in as few servers as do not mix two readings of one switch. One at
a time they are tried by `make flips`, which takes longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox_conformance import catalogue, coverage

from tests.oracle import false_alarms

if TYPE_CHECKING:
    from pathlib import Path

ALARMS = ("failed", "warned", "harness_error", "expired")


def test_the_mock_raises_no_alarm(serve: Any, judge: Any) -> None:
    """Under one more seed than that of `test_reach.py`; a hundred: make false-alarms."""
    run = judge(serve(create_app()), "--seed", 2, "--max-examples", 3)

    assert run.having(*ALARMS) == [], run.stdout
    assert run.code == 0
    assert run.result["broken_acts"] == []
    unknown = {key for key in run.having("not_concluded") if not catalogue.load()[key].untestable}
    assert unknown <= coverage.untested().keys(), run.stdout


@pytest.mark.parametrize(
    "switches", [*false_alarms.together()], ids=lambda switches: f"{len(switches)} flips"
)
def test_no_plausible_reading_raises_an_alarm(
    serve: Any, judge: Any, tmp_path: Path, switches: dict[str, str]
) -> None:
    path = tmp_path / "flipped.yaml"
    path.write_text(yaml.safe_dump(false_alarms.profile(switches)), encoding="utf-8")
    url = serve(create_app(Plan(switches=switches)))
    run = judge(url, "--target", path, "--seed", 1, "--max-examples", 3)

    assert set(run.having(*ALARMS)) == false_alarms.broken_by(switches), run.stdout
    assert run.result["broken_acts"] == []
