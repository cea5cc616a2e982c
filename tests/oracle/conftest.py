"""Servers to judge, and the command that judges them."""

from __future__ import annotations

import importlib.util
import json
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from sealbox_conformance import cli
from typer.testing import CliRunner

from tests.oracle import serving

SCHEMA = jsonschema_rs.validator_for(
    json.loads(Path(cli.__file__).with_name("verdicts.schema.json").read_text(encoding="utf-8"))
)
Serve = Callable[[Any], str]
Judge = Callable[..., "Run"]


@dataclass(frozen=True, slots=True)
class Run:
    """What the command printed and found out."""

    code: int
    stdout: str
    stderr: str
    result: dict[str, Any]
    folder: Path

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.result.get("verdicts", [])}

    def having(self, *verdicts: str) -> list[str]:
        return [key for key, row in self.rows.items() if row["verdict"] in verdicts]


@contextmanager
def _served(app: Any) -> Iterator[str]:
    server, thread, url = serving.start(app)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves an ASGI application on a free port until the test ends."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(_served(app))


@pytest.fixture(scope="module")
def serve_for_long() -> Iterator[Serve]:
    """The same, until the module's last test has ended."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(_served(app))


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Runs the command; the arguments are its own."""
    return _judge(tmp_path)


@pytest.fixture(scope="module")
def judge_for_long(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """The same, for a run that several tests look at."""
    return _judge(tmp_path_factory.mktemp("judged"))


def _judge(folder: Path) -> Judge:
    def run(*arguments: object) -> Run:
        report = folder / "report"
        done = CliRunner().invoke(cli.app, [*map(str, arguments), "--report", str(report)])
        path = report / "verdicts.json"
        result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if result:
            SCHEMA.validate(result)
        return Run(done.exit_code, done.stdout, done.stderr, result, report)

    return run


@pytest.fixture
def free_port() -> int:
    """A port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def neighbour(name: str) -> Any:
    """A module beside the tests. They are no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location(
        f"sealbox_tests_{name}", Path(__file__).with_name(f"{name}.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclass looks its types up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def results() -> Any:
    return neighbour("results")


@pytest.fixture(scope="session")
def changed() -> Any:
    """What serves the mock with one key changed, see changed.py."""
    return neighbour("changed").Changed
