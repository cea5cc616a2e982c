"""Blind mutants: how many small changes of the mock does the black-box suite see that nobody thought of?

Run from the checkout: `python -m tests.oracle.blind.campaign` (or `make blind-mutants`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.oracle import trial
from tests.oracle.trial import Trial

from . import mutations

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .mutations import Change

LEDGER = Path(__file__).with_name("survivors.yaml")
EXCUSES = ("equivalent", "inferred", "unseen", "hole")
"""Why a mutant may live: nothing changes; no target may be blamed for it; only what is no part of the
vendors' APIs shows it; the suite has a hole. Holes count as alive, the first three leave the sample."""
WANTED = 0.95
BROKEN_ACT = "broken_act"  # of the control plane, which is claimed: the run ends with 4


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mutant."""

    id: str
    module: str
    fate: str
    by: tuple[str, ...]
    seconds: float
    diff: str
    unsure: Mapping[str, list[str]]

    @property
    def dead(self) -> bool:
        return self.fate in {*trial.STRENGTH, BROKEN_ACT, "hung"}


def fate(seen: trial.Seen, sound: trial.Seen) -> str:
    """The gravest thing that the suite says of a mutant, and did not say of the sound mock."""
    for strength in trial.STRENGTH:
        if seen.breaches.get(strength):
            return strength
    if set(seen.broken_acts) - set(sound.broken_acts):
        return BROKEN_ACT
    for outcome in ("harness_error", "not_concluded"):
        if len(seen.unsure.get(outcome, ())) > len(sound.unsure.get(outcome, ())):
            return outcome
    return "alive"


def apis_of(module: str) -> tuple[str, ...]:
    return tuple(api for api in ("vec", "certifiqi") if f".apis.{api}." in module) or ("vec", "certifiqi")


def campaign(options: argparse.Namespace, excused: Collection[str] = ()) -> list[Result]:
    """Try a sample of the size asked for; mutants that do not start are replaced by the next ones.

    With `unjudged` those of the sample that are `excused` are not tried again.
    """
    drawn = mutations.in_drawing_order(seed=options.draw)
    if options.unjudged:
        drawn = [one for one in drawn[: options.sample] if one.id not in excused]
    chosen = [one for one in drawn if one.id in options.only] if options.only else drawn
    apis = tuple(sorted({api for one in chosen for api in apis_of(one.module)}))
    plain = Trial("sound", apis=apis, seed=options.seed, examples=options.examples)
    ((_, sound),) = trial.run_all([plain], jobs=1, patience=options.patience)
    assert sound, "the suite does not end on the sound mock"
    forgiven = frozenset(one for ids in sound.breaches.values() for one in ids)
    wanted = min(options.sample, len(chosen))
    results: dict[str, Result] = {}
    order = {change.id: position for position, change in enumerate(chosen)}
    front = 0
    while len(results) < wanted and front < len(chosen):
        batch = chosen[front : front + wanted - len(results)]
        front += len(batch)
        trials = [
            replace(plain, name=one.id, change=one, apis=apis_of(one.module), forgiven=forgiven, stop=True)
            for one in batch
        ]
        for tried, seen in trial.run_all(trials, jobs=options.jobs, patience=options.patience):
            if tried.change and (seen is None or seen.born):
                results[tried.name] = _result(tried.change, seen, sound)
                _progress(results, wanted, options.report)
    return sorted(results.values(), key=lambda result: order[result.id])


def _result(change: Change, seen: trial.Seen | None, sound: trial.Seen) -> Result:
    if seen is None or seen.hung:
        return Result(change.id, change.module, "hung" if seen else "broke_down", (), 0.0, change.diff, {})
    what = fate(seen, sound)
    by = tuple(sorted(set(seen.broken_acts if what == BROKEN_ACT else seen.breaches.get(what, ()))))
    more = {
        outcome: [check for check in checks if check not in sound.unsure.get(outcome, ())]
        for outcome, checks in seen.unsure.items()
    }
    return Result(change.id, change.module, what, by, round(seen.seconds, 2), change.diff, more)


def _progress(results: Mapping[str, Result], wanted: int, report: Path) -> None:
    """Told and written after each one: a campaign is long, and what is known so far is not to be lost."""
    dead = sum(result.dead for result in results.values())
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps([asdict(one) for one in results.values()], indent=1), encoding="utf-8")
    print(f"\r{len(results)}/{wanted} tried, {dead} killed", end="", file=sys.stderr, flush=True)


def excused(ledger: Mapping[str, Any]) -> set[str]:
    """Ids of the survivors that leave the sample."""
    return {one["id"] for one in ledger.get("survivors", ()) if one["excuse"] != "hole"}


def summary(results: Sequence[Result], ledger: Mapping[str, Any]) -> tuple[list[str], float]:
    """The lines of the report, and the share of the non-equivalent ones that are dead."""
    listed = {one["id"]: one for one in ledger.get("survivors", ())}
    excuses = excused(ledger)
    counted = [result for result in results if result.dead or result.id not in excuses]
    share = sum(result.dead for result in counted) / len(counted) if counted else 1.0
    fates = Counter(result.fate for result in results)
    times = sorted(result.seconds for result in results if result.fate == "failed")
    lines = [
        f"{len(results)} mutants: " + ", ".join(f"{number} {name}" for name, number in fates.most_common()),
        f"{len(results) - len(counted)} excused, {len(counted)} counted: {share:.1%} killed",
    ]
    if times:
        lines.append(f"median time to a kill {times[len(times) // 2]:.1f} s")
    for result in results:
        if not result.dead:
            entry = listed.get(result.id, {"excuse": "not judged", "why": ""})
            lines += ["", f"{result.id} {result.module}: {result.fate}, {entry['excuse']}: {entry['why']}"]
            lines += result.diff.splitlines()
            lines += [
                f"  {outcome}: {check}" for outcome, checks in result.unsure.items() for check in checks
            ]
    return lines, share


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(description=__doc__)
    found.add_argument("--sample", type=int, default=200, help="mutants to try")
    found.add_argument("--draw", type=int, default=mutations.SEED, help="decides the sample")
    found.add_argument("--seed", type=int, default=1, help="of the suite")
    found.add_argument("--examples", type=int, default=12, help="of each property of the suite")
    found.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    found.add_argument("--patience", type=float, default=180.0, help="seconds for one mutant")
    found.add_argument("--only", nargs="*", default=[], help="ids of mutants, instead of the sample")
    found.add_argument("--unjudged", action="store_true", help="leave out those that have an excuse")
    found.add_argument("--report", type=Path, default=Path("build/blind-mutants.json"))
    return found


def main() -> int:
    """Exit codes: 0 enough are dead, 1 too few."""
    options = parser().parse_args()
    began = time.perf_counter()
    ledger = yaml.safe_load(LEDGER.read_text(encoding="utf-8")) if LEDGER.exists() else {}
    results = campaign(options, excused(ledger))
    lines, share = summary(results, ledger)
    print("\n" + "\n".join(lines))
    print(f"\n{time.perf_counter() - began:.0f} s")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
