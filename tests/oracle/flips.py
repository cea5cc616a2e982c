"""Whether any alternative reading, alone, makes the suite blame a server for what no page says.

    python -m tests.oracle.flips [--only N] [--examples 4] [--jobs 2]

Exits with 1 when one does.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox_conformance import catalogue, contract

from tests.oracle.mutants.matrix import Asked, in_processes, judge, serve

if TYPE_CHECKING:
    from collections.abc import Mapping

BREAKS: Mapping[tuple[str, str], str] = {
    ("vec.default_signatories_field", "always"): "VEC-TEMPLATE-03",
    ("certifiqi.endorsement_fields", "required"): "CERTIFIQI-UPLOAD-06",
}
"""The readings that break a sentence of a page on purpose, for another page says so: see questions.md."""

ALARMS = ("failed", "warned", "harness_error")


def by_switch() -> list[list[dict[str, str]]]:
    """The alternatives of each switch to its default."""
    return [
        [{f"{api}.{switch['name']}": value} for value in switch["alternatives"] if value != switch["default"]]
        for api in contract.apis()
        for switch in contract.read("openapi", api, "switches.yaml")["switches"]
    ]


def one_by_one() -> list[dict[str, str]]:
    return [flip for flips in by_switch() for flip in flips]


def broken_by(switches: Mapping[str, str]) -> set[str]:
    return {BREAKS[flip] for flip in switches.items() if flip in BREAKS}


def profile(switches: Mapping[str, str]) -> dict[str, Any]:
    """Sealbox's own profile, without what it cannot claim under these readings."""
    found = dict(contract.read("fixtures", "targets", "sealbox.yaml"))
    if switches.get("certifiqi.unknown_document") == "refuse":
        found["claims"] = [claim for claim in found["claims"] if claim != "any_document"]
    return found


def alarms(switches: Mapping[str, str], examples: int, place: Path) -> list[str]:
    """What the suite finds wrong at level docs with a server of these readings, beside what they break."""
    path = place.with_suffix(".yaml")
    path.write_text(yaml.safe_dump(profile(switches)), encoding="utf-8")
    api = next(iter(switches)).partition(".")[0]
    asked = Asked(api, level="docs", examples=examples, target=path)
    records = judge(serve(create_app(Plan(switches=dict(switches)))), asked)
    promised = [one for one in catalogue.load().values() if one.api == api and one.provenance != "inferred"]
    verdicts = records.collector.verdicts(promised, reasons={}, known={}, command=[])
    found = {row["id"]: row["message"] for row in verdicts if row["verdict"] in ALARMS}
    if not records.checks:
        return ["no check was run"]
    return [f"{key}: {message}" for key, message in found.items() if key not in broken_by(switches)]


def main() -> int:
    """Try them all, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int)
    parser.add_argument("--examples", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    flips = one_by_one() if given.only is None else [one_by_one()[given.only]]
    failed = 0
    with TemporaryDirectory(prefix="sealbox-flips-") as scratch:
        jobs = [
            (lambda path, flip=flip: alarms(flip, given.examples, path), Path(scratch) / f"{number}.json")
            for number, flip in enumerate(flips)
        ]
        in_processes(jobs, jobs_at_once=given.jobs)
        for flip, (_, path) in zip(flips, jobs, strict=True):
            found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else ["the process died"]
            failed += bool(found)
            print(flip, *(found or ["no alarm"]), sep="\n  ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
