"""The mock against the black-box suite, in a process of its own: with one module changed, or other readings.

A process is forked for each trial from one that has loaded the libraries and not the mock: that saves the
seconds which starting the command would take each time.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import time
from dataclasses import asdict, dataclass, field
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.util import spec_from_loader
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance import catalogue, launch
from sealbox_conformance.order import Order

from tests.oracle.crowds import CROWDS, Crowd
from tests.oracle.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    from .blind.mutations import Change

SLOW = ("test_every_operation", "test_one_change", "test_histories")
"""The checks that take longest come last: most mutants are dead before."""

STRENGTH = ("failed", "warned", "noted")
"""What a breach counts as, the gravest first: never more than its requirement allows."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried. Ids in `forgiven` count for nothing; `stop` ends at the first promise that fails.

    `crowd` names a server of `crowds.py`.
    """

    name: str
    apis: tuple[str, ...] = ("vec", "certifiqi")
    change: Change | None = None
    switches: Mapping[str, str] = field(default_factory=dict)
    profile: Path | None = None
    level: str = "all"
    seed: int = 1
    examples: int = 12
    forgiven: frozenset[str] = frozenset()
    crowd: str = ""
    stop: bool = False


@dataclass(slots=True)
class Seen:
    """What a run of the suite saw: breaches by what they count as, and the checks that could not go on.

    With any of `broken_acts`, by their names, no run passes.
    """

    breaches: dict[str, list[str]] = field(default_factory=dict)
    unsure: dict[str, list[str]] = field(default_factory=dict)
    broken_acts: list[str] = field(default_factory=list)
    born: bool = True
    hung: bool = False
    seconds: float = 0.0


class Instead(MetaPathFinder, InspectLoader):
    """Gives one module another source."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return spec_from_loader(fullname, self) if fullname == self.change.module else None

    def is_package(self, fullname: str) -> bool:  # noqa: ARG002, as the loader protocol has it
        return False

    def get_source(self, fullname: str) -> str:  # noqa: ARG002, as above
        return self.change.source


class Watcher:
    """A pytest plugin that ends the run at the first promise that fails."""

    def __init__(self, seen: Seen, trial: Trial) -> None:
        self.seen = seen
        self.trial = trial
        self.reports = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports += 1
        for _, record in report.user_properties:
            if isinstance(record, dict) and record["phase"] == report.when:
                self._take(record)

    def _take(self, record: dict[str, Any]) -> None:
        for breach in record["breaches"]:
            if breach["id"] not in self.trial.forgiven:
                self.seen.breaches.setdefault(_strength(breach), []).append(breach["id"])
        self.seen.broken_acts += record["broken_acts"]
        if record["outcome"] in {"not_concluded", "harness_error"}:
            checks = self.seen.unsure.setdefault(record["outcome"], [])
            checks.append(f"{record['check']}: {record['message'][-300:]}")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: any(name in item.nodeid for name in SLOW))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        if self.trial.stop and self.seen.breaches.get("failed"):
            item.session.shouldstop = "a promise has failed"


def _strength(breach: dict[str, Any]) -> str:
    promise = catalogue.load()[breach["id"]]
    if promise.provenance == "inferred" or promise.level == "MAY":
        return "noted"
    return "failed" if promise.binding and not breach["weak"] else "warned"


def run(trial: Trial) -> Seen:
    """What the suite sees. To be called in a fresh process: sealbox must not be loaded yet."""
    assert "sealbox.app" not in sys.modules
    seen = Seen()
    began = time.perf_counter()
    if trial.change:
        sys.meta_path.insert(0, Instead(trial.change))
    try:
        crowd = CROWDS.get(trial.crowd, Crowd())
        url = _served(trial.switches, crowd)
    except Exception:  # noqa: BLE001, a mutant that does not start is no mutant, whatever the reason
        return Seen(born=False)
    order = Order(
        url=url,
        target=str(trial.profile) if trial.profile else None,
        apis=trial.apis,
        level=trial.level,
        seed=trial.seed,
        max_examples=trial.examples,
    )
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    watcher = Watcher(seen, trial)
    stop = crowd.noise(url) if crowd.noise else lambda: None
    for _ in range(crowd.runs):
        seen.breaches, seen.unsure, seen.broken_acts = {}, {}, []
        code = pytest.main([*launch.arguments(order), "--tb=no", "--capture=fd"], plugins=[watcher])
        assert watcher.reports, f"no check ran: pytest ended with {code}"
    stop()
    seen.seconds = time.perf_counter() - began
    return seen


def _served(switches: Mapping[str, str], crowd: Crowd) -> str:
    # Only now, with the changed module in its place.
    from sealbox import contract  # noqa: PLC0415, as above
    from sealbox.app import create_app  # noqa: PLC0415, as above
    from sealbox.sandbox import Plan  # noqa: PLC0415, as above
    from sealbox.timing.clock import ClockMode  # noqa: PLC0415, as above

    if change := crowd.world:
        read, place = contract.read, ("fixtures", "vec", "world.yaml")
        contract.read = lambda *path: change(read(*path)) if path == place else read(*path)  # type: ignore[assignment]  # this process is the trial's own
    plan = {"switches": dict(switches), **crowd.plan}
    if "clock" in plan:
        plan["clock"] = ClockMode(plan["clock"])
    app = create_app(Plan(**plan))
    return serve(crowd.layer(app) if crowd.layer else app)


# -------------------------------------------------------------------- many of them


@dataclass(slots=True)
class _Running:
    """A trial in a child process, which writes what it saw into a pipe."""

    trial: Trial
    pid: int
    pipe: int
    ends: float
    text: bytes = b""
    late: bool = False


def run_all(
    trials: Iterable[Trial], *, jobs: int, patience: float = 180.0
) -> Iterator[tuple[Trial, Seen | None]]:
    """Each trial with what was seen, in the order in which they end; None for one that broke down."""
    coming = iter(trials)
    waiting = selectors.DefaultSelector()
    more = True
    while more or waiting.get_map():
        while more and len(waiting.get_map()) < jobs:
            trial = next(coming, None)
            more = trial is not None
            if trial:
                running = _start(trial, patience)
                waiting.register(running.pipe, selectors.EVENT_READ, running)
        for running in _ended(waiting):
            seen = Seen(**json.loads(running.text)) if running.text else None
            yield running.trial, Seen(hung=True) if running.late else seen


def _start(trial: Trial, patience: float) -> _Running:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            text = json.dumps(asdict(run(trial)))
            with os.fdopen(theirs, "w", encoding="utf-8") as pipe:
                pipe.write(text)
        finally:
            os._exit(0)
    os.close(theirs)
    return _Running(trial, pid, ours, time.perf_counter() + patience)


def _ended(waiting: selectors.BaseSelector) -> list[_Running]:
    """Those that have ended since the last look, or whose time is up."""
    ended = []
    for key, _ in waiting.select(timeout=1.0):
        chunk = os.read(key.fd, 65536)
        key.data.text += chunk
        if not chunk:
            ended.append(key.data)
    for key in waiting.get_map().values():
        if key.data not in ended and time.perf_counter() > key.data.ends:
            os.kill(key.data.pid, signal.SIGKILL)
            key.data.text, key.data.late = b"", True
            ended.append(key.data)
    for running in ended:
        waiting.unregister(running.pipe)
        os.close(running.pipe)
        os.waitpid(running.pid, 0)
    return ended
