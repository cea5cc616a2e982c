"""On a server that keeps every promise nothing fails, whatever the seed and whichever reading it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox_conformance import catalogue, contract, coverage

if TYPE_CHECKING:
    from pathlib import Path

BREAKS = {
    ("vec.default_signatories_field", "always"): "VEC-TEMPLATE-03",
    ("certifiqi.endorsement_fields", "required"): "CERTIFIQI-UPLOAD-06",
}
"""The readings that break a sentence of a page on purpose, for another page says so: see questions.md."""

ALARMS = ("failed", "warned", "harness_error", "expired")


def _flips() -> list[dict[str, str]]:
    """Every alternative reading once, in as few servers as do not mix two readings of one switch."""
    others = [
        [{f"{api}.{switch['name']}": value} for value in switch["alternatives"] if value != switch["default"]]
        for api in contract.apis()
        for switch in contract.read("openapi", api, "switches.yaml")["switches"]
    ]
    # Every second one goes to another server, for some readings hide others.
    rounds: list[dict[str, str]] = [{}, {}]
    for position, flips in enumerate(others):
        for turn, flip in enumerate(flips):
            rounds[(position + turn) % 2] |= flip
    return rounds


@pytest.mark.parametrize("seed", [1, 2, 3])
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
    profile = dict(contract.read("fixtures", "targets", "sealbox.yaml"))
    if switches.get("certifiqi.unknown_document") == "refuse":
        profile["claims"] = [claim for claim in profile["claims"] if claim != "any_document"]
    path = tmp_path / "flipped.yaml"
    path.write_text(yaml.safe_dump(profile), encoding="utf-8")
    url = serve(create_app(Plan(switches=switches)))
    run = judge(url, "--target", path, "--seed", 1, "--max-examples", 3)

    broken = {BREAKS[flip] for flip in switches.items() if flip in BREAKS}
    assert set(run.having(*ALARMS)) == broken, run.stdout
