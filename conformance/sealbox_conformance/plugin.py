"""The pytest side: which checks run against which target, and what becomes of their outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from _pytest.outcomes import Skipped  # pytest.skip.Exception, which mypy cannot see as a class

from . import __version__, catalogue, coverage, known_failures
from . import target as targets
from .report import scope, write
from .verdicts import Collector, Verdict
from .witness import Nonconformance, Witness

if TYPE_CHECKING:
    from collections.abc import Generator

    from .target import Target

PREFIX = "sealbox"
TARGET = pytest.StashKey["Target"]()
WITNESS = pytest.StashKey[Witness]()
COLLECTOR = pytest.StashKey[Collector]()
LEVELS = {"seed": ("seed",), "docs": ("seed", "docs"), "all": ("seed", "docs", "inferred")}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sealbox conformance")
    group.addoption("--sealbox-url", help="Address from which /<api> follows.")
    group.addoption("--sealbox-target", type=Path, help="Profile of the target.")
    group.addoption("--sealbox-api", action="append", default=[], help="Only this API.")
    group.addoption("--sealbox-level", choices=list(LEVELS), default="docs", help="Whose promises count.")
    group.addoption("--sealbox-select", action="append", default=[], help="Only this requirement.")
    group.addoption("--sealbox-known", type=Path, help="Ledger of known failures.")
    group.addoption("--sealbox-report", type=Path, help="Folder for verdicts.json and summary.md.")
    group.addoption("--sealbox-seed", type=int, default=0, help="The seed, for the report.")
    group.addoption("--sealbox-examples", type=int, default=12, help="Examples of each property.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): the promises that this check shows")
    config.addinivalue_line("markers", "exercises(*ids): laws for which this check makes replies")
    config.addinivalue_line("markers", "claims(*features): what the target has to claim")
    try:
        config.stash[TARGET] = targets.load(
            config.getoption("--sealbox-target"),
            url=config.getoption("--sealbox-url"),
            apis=config.getoption("--sealbox-api"),
        )
    except targets.TargetError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[WITNESS] = Witness()
    config.stash[COLLECTOR] = Collector()
    config.pluginmanager.register(Listener(config.stash[COLLECTOR]))
    hypothesis.settings.register_profile(
        "sealbox-conformance",
        max_examples=config.getoption("--sealbox-examples"),
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("sealbox-conformance")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = [item for item in items if _is_wanted(config, item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _is_wanted(config: pytest.Config, item: pytest.Item) -> bool:
    cited = [*_marked(item, "requirement"), *_marked(item, "exercises")]
    if not cited:
        raise pytest.UsageError(f"{item.nodeid} cites no requirement")
    known = catalogue.load()
    if unknown := [one for one in cited if one not in known]:
        raise pytest.UsageError(f"{item.nodeid} cites {', '.join(unknown)}, which no catalogue defines")
    if known[cited[0]].api not in config.stash[TARGET].apis:
        return False
    levels = LEVELS[config.getoption("--sealbox-level")]
    select = set(config.getoption("--sealbox-select"))
    return any(known[one].provenance in levels and (not select or one in select) for one in cited)


def _marked(item: pytest.Item, name: str) -> list[str]:
    return [one for mark in item.iter_markers(name) for one in mark.args]


def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[WITNESS].drain()
    missing = [one for one in _marked(item, "claims") if one not in item.config.stash[TARGET].claims]
    if missing:
        raise NotClaimed(f"the target does not claim {', '.join(missing)}: {targets.FEATURES[missing[0]]}")


class NotClaimed(Skipped):
    """The target does not say that it has what a check is about."""

    def __init__(self, why: str) -> None:
        super().__init__(msg=why)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    seen = dict(item.config.stash[WITNESS].drain())
    outcome, message = _outcome(call, seen)
    nonconformance = _nonconformance(call.excinfo.value) if call.excinfo else None
    if nonconformance:
        breach = nonconformance.breach
        seen["breaches"].append(
            {name: getattr(breach, name) for name in ("id", "expected", "actual", "reproduce", "weak")}
        )
    redact = item.config.stash[TARGET].redact
    for raw in seen["breaches"]:
        raw.update({name: redact(text) for name, text in raw.items() if isinstance(text, str)})
    record = {
        "check": item.nodeid,
        "phase": call.when,
        "cites": _marked(item, "requirement") or _marked(item, "exercises"),
        "outcome": outcome.value if outcome else "",
        "message": redact(message),
        **seen,
    }
    if not _marked(item, "requirement") and outcome is Verdict.PASSED:
        record["cites"] = []  # that a tour ended well shows none of its laws: they speak for themselves
    report.user_properties.append((PREFIX, record))
    return report


def _outcome(call: pytest.CallInfo[None], seen: dict[str, Any]) -> tuple[Verdict | None, str]:
    """What this phase says of the cited promises: nothing, for a set-up or tear-down that went well."""
    if call.excinfo is None:
        return (Verdict.PASSED, "") if call.when == "call" else (None, "")
    error = call.excinfo.value
    if isinstance(error, NotClaimed):
        return Verdict.NOT_CLAIMED, str(error.msg)
    if isinstance(error, pytest.skip.Exception):
        return Verdict.NOT_CONCLUDED, str(error.msg)
    if _nonconformance(error):
        return Verdict.NOT_CONCLUDED, "the check ended early: another promise was broken"
    if any(not breach["weak"] and "/" in breach["id"] for breach in seen["breaches"]):
        return Verdict.NOT_CONCLUDED, "the check could not read a reply that broke the contract"
    return Verdict.HARNESS_ERROR, str(call.excinfo.getrepr(style="short"))


def _nonconformance(error: BaseException | None) -> Nonconformance | None:
    """The nonconformance in `error`, also inside what Hypothesis groups."""
    if isinstance(error, Nonconformance):
        return error
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next((found for one in inside if (found := _nonconformance(one))), None)


class Listener:
    """Takes the records out of reports, those of other processes too."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # The properties of an item are those of its earlier phases too.
        for name, record in report.user_properties:
            if name == PREFIX and isinstance(record, dict) and record["phase"] == report.when:
                self.collector.add(record)


def pytest_sessionfinish(session: pytest.Session) -> None:
    folder: Path | None = session.config.getoption("--sealbox-report")
    if hasattr(session.config, "workerinput") or folder is None:
        return
    write(folder, _result(session.config))


def _result(config: pytest.Config) -> dict[str, Any]:
    target = config.stash[TARGET]
    ledger = config.getoption("--sealbox-known")
    seed = config.getoption("--sealbox-seed")
    wanted = scope(
        apis=target.apis,
        provenances=LEVELS[config.getoption("--sealbox-level")],
        select=config.getoption("--sealbox-select"),
    )
    return {
        "target": target.name,
        "urls": {name: api.url for name, api in target.apis.items()},
        "versions": {"sealbox_conformance": __version__, "hypothesis": hypothesis.__version__},
        "seed": seed,
        "level": config.getoption("--sealbox-level"),
        "verdicts": config.stash[COLLECTOR].verdicts(
            wanted,
            reasons=coverage.untested(),
            known=known_failures.load(ledger) if ledger else {},
            again=f"sealbox-conformance {config.getoption('--sealbox-url') or ''} --seed {seed}",
        ),
    }


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Target:
    """The implementation under test."""
    return pytestconfig.stash[TARGET]


@pytest.fixture(scope="session")
def witness(pytestconfig: pytest.Config) -> Witness:
    """Where every reply's findings go."""
    return pytestconfig.stash[WITNESS]
