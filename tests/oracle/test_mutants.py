"""The tester is tested: a server that breaks a promise fails on that promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sealbox_conformance import catalogue, contract, coverage
from sealbox_conformance.coverage import SUITES

from tests.oracle.mutants import matrix
from tests.oracle.mutants.layers import KINDS

ROOT = Path(__file__).resolve().parents[2]
SMOKE = 34  # mutants; all of them: make mutants

pytestmark = pytest.mark.xdist_group("mutants")  # one process, one campaign


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The outcomes of a few mutants of each kind, from a process of its own that is free to fork."""
    out = tmp_path_factory.mktemp("mutants")
    command = [sys.executable, "-m", "tests.oracle.mutants.matrix", f"--sample={SMOKE}", f"--out={out}"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    path = out / "matrix.json"
    assert path.exists(), done.stdout + done.stderr
    return list(json.loads(path.read_text(encoding="utf-8")))


def test_a_few_mutants_of_each_kind_are_killed(smoke: list[dict[str, Any]]) -> None:
    assert matrix.living(smoke) == []
    assert {one["kind"] for one in smoke} == set(KINDS)


def test_whatever_kills_cites_what_is_broken(smoke: list[dict[str, Any]]) -> None:
    assert all(one["killers"] for one in smoke)
    assert all(set(one["killers"]) <= set(one["checks"]) for one in smoke)


def test_the_matrix_names_every_mutant_and_check(smoke: list[dict[str, Any]]) -> None:
    page = matrix.markdown(smoke)

    assert all(one["mutant"] in page for one in smoke)
    assert all(check in page for one in smoke for check in one["checks"])


def test_there_are_mutants_of_every_kind_for_both_apis() -> None:
    kinds = Counter((mutant.api, mutant.kind) for mutant in matrix.MUTANTS)

    assert len(matrix.MUTANTS) >= 110
    assert {kind for _, kind in kinds} == set(KINDS)
    assert {api for api, _ in kinds} == set(contract.apis())


def test_no_two_mutants_have_one_name() -> None:
    names = Counter(matrix.label(mutant) for mutant in matrix.MUTANTS)

    assert [name for name, number in names.items() if number > 1] == []


def test_a_mutant_breaks_promises_that_exist_and_have_checks() -> None:
    known = catalogue.load()
    broken = {one for mutant in matrix.MUTANTS for one in mutant.ids}

    assert broken <= known.keys()
    assert [one for one in broken if "/" not in one and one not in coverage.cited()] == []


def test_every_binding_promise_has_a_mutant_that_breaks_it() -> None:
    broken = {one for mutant in matrix.MUTANTS for one in mutant.ids}
    binding = {one.id for one in catalogue.load().values() if one.binding and "/" not in one.id}
    checked = binding & coverage.cited() - coverage.untested().keys()

    assert sorted(checked - broken) == []


def test_a_check_with_a_reason_to_kill_nothing_exists() -> None:
    checks = {
        f"{path.relative_to(SUITES)}::{line.split('(')[0].removeprefix('def ')}"
        for path in SUITES.rglob("test_*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("def test_")
    }

    assert matrix.reasons().keys() <= checks
