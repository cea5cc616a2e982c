"""One mutant against the black-box suite: the mock with one module changed, in a process of its own."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sealbox_conformance
import uvicorn
from sealbox_conformance import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from .mutations import Change

SUITES = Path(sealbox_conformance.__file__).parent / "suites"
STRENGTH = ("failed", "warned", "noted")
"""What a breach counts as, the gravest first. Nobody can be blamed for more than its requirement allows."""


@dataclass(slots=True)
class Seen:
    """What a run of the suite saw: breaches by what they count as, and the checks that could not go on."""

    breaches: dict[str, list[str]] = field(default_factory=dict)
    unsure: dict[str, list[str]] = field(default_factory=dict)
    born: bool = True
    seconds: float = 0.0


class Instead(MetaPathFinder, SourceLoader):
    """Gives one module another source."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_loader(fullname, self) if fullname == self.change.module else None

    def get_filename(self, fullname: str) -> str:
        return f"<mutant of {fullname}>"

    def get_data(self, path: str | bytes) -> bytes:
        return self.change.source.encode()


class Watcher:
    """A pytest plugin that ends the run at the first promise that fails."""

    def __init__(self, seen: Seen, *, forgiven: frozenset[str]) -> None:
        self.seen = seen
        self.forgiven = forgiven
        self.reports = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports += 1
        for _, record in report.user_properties:
            if isinstance(record, dict) and record["phase"] == report.when:
                self._take(record)

    def _take(self, record: dict[str, Any]) -> None:
        for breach in record["breaches"]:
            if breach["id"] not in self.forgiven:
                self.seen.breaches.setdefault(_strength(breach), []).append(breach["id"])
        if record["outcome"] in {"not_concluded", "harness_error"}:
            checks = self.seen.unsure.setdefault(record["outcome"], [])
            checks.append(f"{record['check']}: {record['message'][-300:]}")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: "test_every_operation" in item.nodeid)  # the slowest last

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        if self.seen.breaches.get("failed"):
            item.session.shouldstop = "a promise has failed"


def _strength(breach: dict[str, Any]) -> str:
    promise = catalogue.load()[breach["id"]]
    if promise.provenance == "inferred" or promise.level == "MAY":
        return "noted"
    return "failed" if promise.binding and not breach["weak"] else "warned"


def run(
    change: Change | None, *, apis: Sequence[str], examples: int, seed: int, forgiven: frozenset[str]
) -> Seen:
    """What the suite sees. To be called in a fresh process: sealbox must not be loaded yet."""
    assert "sealbox.app" not in sys.modules
    seen = Seen()
    began = time.perf_counter()
    if change:
        sys.meta_path.insert(0, Instead(change))
    try:
        url = _served()
    except Exception:  # noqa: BLE001, a mutant that does not start is no mutant, whatever the reason
        return Seen(born=False)
    arguments = [
        *("-c", os.devnull, f"--rootdir={SUITES}", f"--confcutdir={SUITES}", "--import-mode=importlib"),
        *("-p", "sealbox_conformance.plugin", "-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider"),
        *("-q", "--no-header", "--tb=no", "--assert=plain", "--capture=fd"),
        *(f"--sealbox-url={url}", "--sealbox-level=all", f"--sealbox-examples={examples}"),
        *(f"--sealbox-seed={seed}", f"--hypothesis-seed={seed}"),
        *(f"--sealbox-api={api}" for api in apis),
        str(SUITES),
    ]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    watcher = Watcher(seen, forgiven=forgiven)
    code = pytest.main(arguments, plugins=[watcher])
    assert watcher.reports, f"no check ran: pytest ended with {code}"
    seen.seconds = time.perf_counter() - began
    return seen


def _served() -> str:
    from sealbox.app import create_app  # noqa: PLC0415, only now, with the changed module in its place

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    config = uvicorn.Config(create_app(), log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
