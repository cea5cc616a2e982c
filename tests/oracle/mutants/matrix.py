"""Which check kills which mutant.

    python -m tests.oracle.mutants.matrix --out build/mutants [--jobs 2] [--sample 40] [NAME ...]

Every mutant is served in a process of its own, and the checks that cite one of the ids that it breaks are run
against it. Exits with 1 when a mutant lives or a check without a reason kills nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import yaml
from sealbox import auth
from sealbox.app import create_app
from sealbox_conformance import catalogue, launch
from sealbox_conformance.order import Order
from sealbox_conformance.verdicts import Collector

from tests.oracle.mutants import (
    certifiqi_bodies,
    certifiqi_files,
    certifiqi_rules,
    certifiqi_states,
    certifiqi_statuses,
    certifiqi_values,
    forms,
    nothing_comes,
    single_fields,
    vec_bodies,
    vec_lists,
    vec_numbers,
    vec_requests,
    vec_statuses,
)
from tests.oracle.mutants.layers import KINDS, Mutant
from tests.oracle.serving import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TABLES = (
    certifiqi_bodies,
    certifiqi_files,
    certifiqi_rules,
    certifiqi_states,
    certifiqi_statuses,
    certifiqi_values,
    forms,
    nothing_comes,
    single_fields,
    vec_bodies,
    vec_lists,
    vec_numbers,
    vec_requests,
    vec_statuses,
)
MUTANTS: tuple[Mutant, ...] = tuple(mutant for table in TABLES for mutant in table.MUTANTS)
IDLE = Path(__file__).with_name("idle_checks.yaml")
EXAMPLES = 6
FOUND = ("failed", "warned", "noted")
TOO_LONG = 180  # seconds


def label(mutant: Mutant) -> str:
    return f"{mutant.api}: {mutant.name}"


def sample(number: int) -> list[Mutant]:
    """About `number` mutants, of each kind and API some, the same ones each time."""
    groups: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in MUTANTS:
        groups.setdefault((mutant.api, mutant.kind), []).append(mutant)
    chosen: list[Mutant] = []
    turn = 0
    while len(chosen) < min(number, len(MUTANTS)):
        chosen += [group[turn] for group in groups.values() if turn < len(group)]
        turn += 1
    return chosen[:number]


class Records:
    """A plugin that keeps what checks have seen, and which checks there are."""

    def __init__(self) -> None:
        self.collector = Collector()
        self.killed: dict[str, set[str]] = {}
        self.checks: set[str] = set()

    def pytest_sessionstart(self) -> None:
        """Nobody reads the example, so it need not be short."""
        now = hypothesis.settings.get_profile(hypothesis.settings.get_current_profile_name())
        phases = [phase for phase in now.phases if phase is not hypothesis.Phase.shrink]
        hypothesis.settings.register_profile("killing", now, phases=phases)
        hypothesis.settings.load_profile("killing")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, record in report.user_properties:
            if name == "sealbox" and isinstance(record, dict) and record["phase"] == report.when:
                self.collector.add(record)
                check = function_of(record["check"])
                self.checks.add(check)
                broken = {breach["id"] for breach in record["breaches"]}
                self.killed.setdefault(check, set()).update(broken)


def function_of(check: str) -> str:
    return check.partition("[")[0]


def judge(url: str, api: str, ids: tuple[str, ...] = (), *more: str) -> Records:
    """Run the checks that cite one of `ids`, or all, in this process; `more` are options of pytest."""
    records = Records()
    order = Order(url=url, apis=(api,), level="all", select=ids, seed=1, max_examples=EXAMPLES)
    arguments = [*launch.arguments(order), "--no-summary", "--tb=no", *more]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123, it is no path of ours
        stdout, sys.stdout = sys.stdout, nowhere
        try:
            pytest.main(arguments, plugins=[records])
        finally:
            sys.stdout = stdout
    return records


@cache
def shared_app() -> Any:
    """Made once, before processes part: no request has reached it yet."""
    return create_app()


def warm_up() -> None:
    """What every process would else do for itself."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    shared_app()
    for api in ("vec", "certifiqi"):
        judge("http://127.0.0.1:9", api, (), "--collect-only")


def outcome(mutant: Mutant) -> dict[str, Any]:
    """What the checks find about a mutant. Changes this process for good."""
    begun = time.perf_counter()
    for owner, name, value in mutant.parts:
        setattr(owner, name, value)
    # Handlers and security are bound when an application is made; all else is looked up when it is called.
    bound = any(owner is auth or asyncio.iscoroutinefunction(value) for owner, _, value in mutant.parts)
    app = create_app() if bound else shared_app()
    url = serve(mutant.layer(app) if mutant.layer else app)
    records = judge(url, mutant.api, mutant.ids)
    known = catalogue.load()
    verdicts = records.collector.verdicts(
        [known[one] for one in mutant.ids], reasons={}, known={}, command=[]
    )
    found = {row["id"]: row["verdict"] for row in verdicts}
    killers = sorted(check for check, broken in records.killed.items() if broken & set(mutant.ids))
    return {
        "mutant": label(mutant),
        "kind": mutant.kind,
        "ids": list(mutant.ids),
        "verdicts": found,
        "killed": any(verdict in FOUND for verdict in found.values()),
        "killers": killers,
        "checks": sorted(records.checks),
        "seconds": round(time.perf_counter() - begun, 1),
    }


def _child(job: Callable[[Path], Any], path: Path) -> None:
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    found = job(path)
    path.write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)  # daemon threads and patched parts are nobody's business any more


def in_processes(jobs: Sequence[tuple[Callable[[Path], Any], Path]], *, jobs_at_once: int) -> None:
    """Do each job in a forked process of its own; what it gives is written to its path as JSON."""
    warm_up()
    context = multiprocessing.get_context("fork")
    waiting = list(jobs)
    running: list[tuple[Any, float]] = []
    while waiting or running:
        while waiting and len(running) < jobs_at_once:
            process = context.Process(target=_child, args=waiting.pop(0))
            process.start()
            running.append((process, time.perf_counter()))
        for process, begun in list(running):
            process.join(0.02)
            if process.exitcode is not None:
                running.remove((process, begun))
            elif time.perf_counter() - begun > TOO_LONG:
                process.kill()


def run(mutants: Sequence[Mutant], *, jobs: int, scratch: Path) -> list[dict[str, Any]]:
    """The outcome of each mutant, in their order."""
    paths = [scratch / f"{number}.json" for number in range(len(mutants))]
    work = [(partial(_of, mutant), path) for mutant, path in zip(mutants, paths, strict=True)]
    in_processes(work, jobs_at_once=jobs)
    return [_result(mutant, path) for mutant, path in zip(mutants, paths, strict=True)]


def _of(mutant: Mutant, _path: Path) -> dict[str, Any]:
    return outcome(mutant)


def _result(mutant: Mutant, path: Path) -> dict[str, Any]:
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    ended = {"verdicts": {}, "killed": False, "killers": [], "checks": [], "seconds": float(TOO_LONG)}
    return {"mutant": label(mutant), "kind": mutant.kind, "ids": list(mutant.ids), **ended}


def living(results: Iterable[dict[str, Any]]) -> list[str]:
    return [f"{one['mutant']} {one['verdicts']}" for one in results if not one["killed"]]


def idle(results: Sequence[dict[str, Any]]) -> list[str]:
    """Checks that were run and killed nothing."""
    busy = {check for one in results for check in one["killers"]}
    return sorted({check for one in results for check in one["checks"]} - busy)


def reasons() -> dict[str, str]:
    """Why a check kills none of our mutants, by check."""
    return dict(yaml.safe_load(IDLE.read_text(encoding="utf-8")) or {})


def markdown(results: Sequence[dict[str, Any]]) -> str:
    lines = ["# Mutants", "", f"{len(results)} mutants, {len(living(results))} alive.", ""]
    lines += ["| kind | mutant | breaks | verdicts | killed by | s |", "|---|---|---|---|---|---:|"]
    for one in results:
        verdicts = ", ".join(f"{key} {verdict}" for key, verdict in one["verdicts"].items())
        killers = "<br>".join(check.rpartition("/")[2] for check in one["killers"]) or "**nothing**"
        cells = (one["kind"], one["mutant"], " ".join(one["ids"]), verdicts, killers, one["seconds"])
        lines.append("| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |")
    kills = {
        check: sum(check in one["killers"] for one in results) for one in results for check in one["checks"]
    }
    lines += ["", "| check | mutants that it kills |", "|---|---:|"]
    lines += [f"| {check} | {number} |" for check, number in sorted(kills.items())]
    return "\n".join(lines) + "\n"


def _chosen(names: Sequence[str], number: int | None) -> list[Mutant]:
    if names:
        return [mutant for mutant in MUTANTS if any(name in label(mutant) for name in names)]
    return sample(number) if number else list(MUTANTS)


def main() -> int:
    """Write the matrix, and tell what is wrong with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--out", type=Path, default=Path("build/mutants"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for old in given.out.glob("*.json"):
        old.unlink()
    mutants = _chosen(given.names, given.sample)
    results = run(mutants, jobs=given.jobs, scratch=given.out)
    (given.out / "matrix.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    (given.out / "matrix.md").write_text(markdown(results), encoding="utf-8")
    alive = living(results)
    unexplained = (
        [] if given.names or given.sample else [one for one in idle(results) if one not in reasons()]
    )
    for line in (*(f"alive: {one}" for one in alive), *(f"kills nothing: {one}" for one in unexplained)):
        print(line)
    print(f"{len(results)} mutants of {len(KINDS)} kinds, {len(alive)} alive; {given.out}/matrix.md")
    return 1 if alive or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
