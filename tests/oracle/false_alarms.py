"""No false alarm: the suite against the sound mock, under many seeds, and with every decision turned round.

Run from the checkout: `python -m tests.oracle.false_alarms` (or `make false-alarms`). The suite may not go by
what no page states, so at the level `docs` nothing may fail whichever reading a server follows.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml
from sealbox_conformance import contract

from tests.oracle.crowds import CROWDS
from tests.oracle.trial import Trial, run_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.oracle.trial import Seen

BREAKS: Mapping[tuple[str, str], str] = {
    ("vec.default_signatories_field", "always"): "VEC-TEMPLATE-03",
    ("certifiqi.endorsement_fields", "required"): "CERTIFIQI-UPLOAD-06",
}
"""The readings that break a sentence of a page on purpose, for another page says so: see questions.md."""

UNCLAIMED: Mapping[tuple[str, str], str] = {("certifiqi.unknown_document", "refuse"): "any_document"}
"""What a server that follows a reading would not claim."""


def flips() -> Iterator[tuple[str, str]]:
    """Every switch with each of its values that is not the default one."""
    for api in contract.apis():
        for switch in contract.read("openapi", api, "switches.yaml")["switches"]:
            for value in switch["alternatives"]:
                if value != switch["default"]:
                    yield f"{api}.{switch['name']}", value


def together() -> Iterator[dict[str, str]]:
    """All switches turned round at once, as often as it takes for every value to have its turn."""
    left = list(flips())
    while left:
        turned = dict(reversed(left))  # the first value of each switch
        left = [flip for flip in left if flip not in turned.items()]
        yield turned


def trials(seeds: int, examples: int, folder: Path) -> Iterator[Trial]:
    for seed in range(1, seeds + 1):
        yield Trial(f"seed {seed}", level="docs", seed=seed, examples=examples)
    yield from crowds(examples, folder)
    for switch, value in flips():
        yield turned_round(f"{switch}={value}", {switch: value}, examples, folder)
    for number, switches in enumerate(together(), start=1):
        yield turned_round(f"all at once, {number}", switches, examples, folder)


def crowds(examples: int, folder: Path) -> Iterator[Trial]:
    """Correct servers that are unlike the demo world."""
    usual = contract.read("fixtures", "targets", "sealbox.yaml")
    for number, (name, crowd) in enumerate(CROWDS.items()):
        written = folder / f"crowd-{number}.yaml"
        written.write_text(yaml.safe_dump(crowd.profile(usual)), encoding="utf-8")
        yield Trial(f"crowd: {name}", profile=written, level="docs", examples=examples, crowd=name)


def turned_round(name: str, switches: Mapping[str, str], examples: int, folder: Path) -> Trial:
    """A trial of a server that follows other readings, with the profile that such a server would have."""
    apis = tuple(sorted({switch.partition(".")[0] for switch in switches}))
    written = None
    if any(flip in UNCLAIMED for flip in switches.items()):
        written = folder / "profile.yaml"
        written.write_text(yaml.safe_dump(profile(switches)), encoding="utf-8")
    forgiven = broken_by(switches)
    return Trial(name, apis, None, switches, written, level="docs", examples=examples, forgiven=forgiven)


def broken_by(switches: Mapping[str, str]) -> frozenset[str]:
    return frozenset(BREAKS[flip] for flip in switches.items() if flip in BREAKS)


def profile(switches: Mapping[str, str]) -> dict[str, Any]:
    """Sealbox's own profile, without what it cannot claim under these readings."""
    lost = {UNCLAIMED[flip] for flip in switches.items() if flip in UNCLAIMED}
    found = dict(contract.read("fixtures", "targets", "sealbox.yaml"))
    return {**found, "claims": [claim for claim in found["claims"] if claim not in lost]}


def alarms(seen: Seen | None) -> list[str]:
    """What was said against a server that keeps every promise."""
    if seen is None or seen.hung:
        return ["the suite did not end" if seen else "the suite broke down"]
    if not seen.born:
        return ["the mock did not start"]
    breaches = [
        f"{strength}: {one}" for strength in ("failed", "warned") for one in seen.breaches.get(strength, ())
    ]
    return [
        *dict.fromkeys(breaches),
        *(f"broken act: {one}" for one in dict.fromkeys(seen.broken_acts)),
        *(f"harness error: {one}" for one in seen.unsure.get("harness_error", ())),
    ]


def main() -> int:
    """Exit codes: 0 no alarm, 1 at least one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--examples", type=int, default=12, help="of each property of the suite")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="only trials whose name holds this")
    options = parser.parse_args()
    began, wrong, number = time.perf_counter(), 0, 0
    with TemporaryDirectory(prefix="sealbox-alarms-") as scratch:
        chosen = [
            one for one in trials(options.seeds, options.examples, Path(scratch)) if options.only in one.name
        ]
        for number, (tried, seen) in enumerate(run_all(chosen, jobs=options.jobs, patience=600), start=1):
            found = alarms(seen)
            wrong += bool(found)
            if found:
                print(f"\n{tried.name}", *found, sep="\n  ", flush=True)
            left = (time.perf_counter() - began) / number * (len(chosen) - number)
            print(
                f"\r{number}/{len(chosen)} runs, {wrong} with an alarm, {left:.0f} s left",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(f"\n{number} runs, {wrong} with an alarm, {time.perf_counter() - began:.0f} s")
    return 1 if wrong or not number else 0


if __name__ == "__main__":
    sys.exit(main())
