"""Runs the checks in a process of their own, so that neither side's pytest gets into the other."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from .order import DATABASE, RUN
from .report import ReportError, read

if TYPE_CHECKING:
    from .order import Order

SUITES = Path(__file__).parent / "suites"
ENDINGS = frozenset({0, 1, 5})
"""How pytest ends when it did what it was asked for: passed, failed, nothing to do."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over. `result` is None when the checks did not run."""

    result: dict[str, Any] | None
    code: int
    output: str

    @property
    def sound(self) -> bool:
        return self.result is not None and self.code in ENDINGS


def run(order: Order, *, examples: str = "") -> Ended:
    """Judge as `order` says; `examples` is where failing examples are kept."""
    with TemporaryDirectory(prefix="sealbox-conformance-") as scratch:
        folder = Path(order.report or scratch)
        (folder / "verdicts.json").unlink(missing_ok=True)
        done = subprocess.run(  # noqa: S603, our own command line
            [sys.executable, "-m", "pytest", *arguments(replace(order, report=str(folder)))],
            cwd=scratch,
            env=_environment(run=order.run, examples=examples),
            stdout=subprocess.PIPE,
            stderr=None if order.progress else subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        try:
            result = read(folder)
        except ReportError:
            result = None
    return Ended(result, done.returncode, order.load_target().redact(f"{done.stdout}{done.stderr or ''}"))


def arguments(order: Order) -> list[str]:
    """The words after `pytest` that judge as `order` says.

    No ini file, no conftest.py and no plugin but ours: the caller's own must not leak in.
    """
    place = ["-c", os.devnull, f"--rootdir={SUITES}", f"--confcutdir={SUITES}", "--import-mode=importlib"]
    plugins = ["-p", "_hypothesis_pytestplugin", "-p", "sealbox_conformance.plugin"]
    quiet = ["-q", "--no-header", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
    parallel = ["-p", "xdist", "-n", str(order.jobs), "--dist", "loadfile"] if order.jobs > 1 else []
    return [*place, *plugins, *quiet, *parallel, f"--sealbox-order={order.written()}", str(SUITES)]


def _environment(*, run: str, examples: str) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SUITES.parents[1]), env.get("PYTHONPATH")]))
    return {**env, DATABASE: examples, RUN: run}
