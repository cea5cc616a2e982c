"""The pytest side: which checks run against which target, and what becomes of their outcomes."""

from __future__ import annotations

import os
import time
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from . import catalogue, known_failures, outcomes, result, sampling, worlds
from . import target as targets
from .budget import Pace, Round
from .gate import Gate, NotClaimed
from .order import DATABASE, EXAMPLES, FIRST, Order
from .profile import TargetError
from .progress import Progress
from .report import write
from .verdicts import Collector
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .target import Target

ORDER = pytest.StashKey[Order]()
TARGET = pytest.StashKey["Target"]()
WITNESS = pytest.StashKey[Witness]()
COLLECTOR = pytest.StashKey[Collector]()
SAMPLER = pytest.StashKey[sampling.Sampler]()
PROGRESS = pytest.StashKey[Progress]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("sealbox conformance").addoption(
        "--sealbox-order", type=Order.read, default=Order(), help="What the run is asked for, in JSON."
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): the promises that this check shows")
    config.addinivalue_line("markers", "exercises(*ids): laws for which this check makes replies")
    config.addinivalue_line("markers", "claims(*features): what the target has to claim")
    order: Order = config.getoption("--sealbox-order")
    try:
        target = order.load_target()
        worlds_apart = order.jobs > 1 and "tenant" in target.control and not target.limits.read_only
        if worlds_apart and is_worker(config):
            target = worlds.own(target, f"{order.run}-{config.workerinput['workerid']}")  # type: ignore[attr-defined]  # pytest-xdist's
    except TargetError as error:
        raise pytest.UsageError(str(error)) from error
    # The command asked each API once whether it is there, and each process may have opened a world.
    spent = len(target.apis) + (order.jobs if worlds_apart else 0)
    limits = target.limits.shared(order.jobs, spent=spent)
    config.stash[ORDER], config.stash[TARGET] = order, target
    config.stash[WITNESS] = Witness(Gate(limits, target.claims, order.ends))
    config.stash[COLLECTOR] = Collector()
    config.stash[PROGRESS] = Progress(ends=order.ends, shown=order.progress and not is_worker(config))
    config.pluginmanager.register(Listener(config))
    sampling.set_profile(EXAMPLES, sampling.database(os.environ.get(DATABASE, "")))


def is_worker(config: pytest.Config) -> bool:
    """Whether pytest-xdist started this process, whose verdicts another one writes."""
    return hasattr(config, "workerinput")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = [item for item in items if _is_wanted(config, item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    order = config.stash[ORDER]
    known = known_failures.load(Path(order.known_failures)) if order.known_failures else {}
    drawing = [item for item in chosen if getattr(getattr(item, "obj", None), "is_hypothesis_test", False)]
    for item in drawing:
        outcomes.let_laws_fail(item.obj, config.stash[WITNESS], known)  # type: ignore[attr-defined]  # a function's item has it
    config.stash[SAMPLER] = _sampler(order, len(drawing), len(chosen) - len(drawing))
    # Where time or requests are short, everything is looked at once before anything is looked at closely,
    # and no API waits until another one is done.
    items[:] = [*_in_turn([one for one in chosen if one not in drawing]), *_in_turn(drawing)]


def _in_turn(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """One check of each API after the other, those of one API in their order."""
    by_api: dict[str, list[pytest.Item]] = {}
    for item in items:
        by_api.setdefault(_api_of(item), []).append(item)
    return (item for turn in zip_longest(*by_api.values()) for item in turn if item)


def _api_of(item: pytest.Item) -> str:
    first, *_ = [*outcomes.marked(item, "requirement"), *outcomes.marked(item, "exercises")]
    return catalogue.load()[first].api


def _is_wanted(config: pytest.Config, item: pytest.Item) -> bool:
    cited = [*outcomes.marked(item, "requirement"), *outcomes.marked(item, "exercises")]
    if not cited:
        raise pytest.UsageError(f"{item.nodeid} cites no requirement")
    known = catalogue.load()
    if unknown := [one for one in cited if one not in known]:
        raise pytest.UsageError(f"{item.nodeid} cites {', '.join(unknown)}, which no catalogue defines")
    if _api_of(item) not in config.stash[TARGET].apis:
        return False
    order = config.stash[ORDER]
    return any(
        known[one].provenance in order.provenances and (not order.select or one in order.select)
        for one in cited
    )


def _sampler(order: Order, drawing: int, plain: int) -> sampling.Sampler:
    """Without a time every property has its examples once; with one, as many rounds as there is time for."""
    seed, most = order.part.seed(order.seed), order.max_examples
    if order.ends is None:
        return sampling.Sampler(Round(0, seed, order.part.examples(most or EXAMPLES)), EXAMPLES)
    first = Round(0, seed, min(FIRST, most or FIRST))
    pace = Pace(order.ends, drawing // order.jobs, plain // order.jobs)
    return sampling.Sampler(first, EXAMPLES, most=most, pace=pace)


def pytest_runtest_setup(item: pytest.Item) -> None:
    config = item.config
    config.stash[WITNESS].drain()
    config.stash[WITNESS].gate.check(time.time())  # noqa: TID251, how long people wait is no sandbox's time
    order = config.stash[ORDER]
    sampling.seeded(order.part.seed(order.seed))
    missing = [one for one in outcomes.marked(item, "claims") if one not in config.stash[TARGET].claims]
    if missing:
        raise NotClaimed(f"the target does not claim {', '.join(missing)}: {targets.FEATURES[missing[0]]}")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001, pytest's own call takes them from there
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    witness = pyfuncitem.config.stash[WITNESS]
    pyfuncitem.config.stash[SAMPLER].run(
        lambda: pyfuncitem.obj(**arguments),
        pyfuncitem.obj,
        broken=lambda: any(not breach.weak for breach in witness.breaches.values()),
    )
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    stash = item.config.stash
    record = outcomes.record(
        item,
        call,
        stash[WITNESS].drain(),
        shown=report.longreprtext,
        round_=stash[SAMPLER].round,
        redact=stash[TARGET].redact,
    )
    report.user_properties.append((outcomes.PREFIX, record))
    return report


class Listener:
    """Takes the records out of reports, those of other processes too."""

    def __init__(self, config: pytest.Config) -> None:
        self.collector = config.stash[COLLECTOR]
        self.progress = config.stash[PROGRESS]
        self.workers = config.stash[ORDER].jobs

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.progress.start(len(session.items))

    @pytest.hookimpl(optionalhook=True)  # only with pytest-xdist
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.progress.start(len(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # The properties of an item are those of its earlier phases too.
        for name, record in report.user_properties:
            if name == outcomes.PREFIX and isinstance(record, dict) and record["phase"] == report.when:
                self.collector.add(record)
                self.progress.step(record["requests"], done=report.when == "teardown")


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    config.stash[PROGRESS].stop()
    order = config.stash[ORDER]
    if is_worker(config) or order.report is None:
        return
    now = time.time()  # noqa: TID251, how long people waited is no sandbox's time
    found = result.of(order, config.stash[TARGET], config.stash[COLLECTOR], now=now)
    write(Path(order.report), found)


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Target:
    """The implementation under test."""
    return pytestconfig.stash[TARGET]


@pytest.fixture(scope="session")
def witness(pytestconfig: pytest.Config) -> Witness:
    """Where every reply's findings go."""
    return pytestconfig.stash[WITNESS]
