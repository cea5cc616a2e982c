"""The comparison of suites: what each tool's output means, and a smoke of the cheapest of them."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sealbox.app import create_app

from bench import conformance as bench

TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
ROOT = Path(__file__).resolve().parents[2]
OPTIONS = argparse.Namespace(patience=60.0, npm=Path("nowhere"), examples=1, mutants=2)


class Written(bench.Task):
    """A task whose command prints what it is told to."""

    printed = ""

    def run(self, *_: str, **__: object) -> str:
        return self.printed


def _task(tmp_path: Path, printed: str) -> Written:
    task = Written("vec", "http://127.0.0.1:1", tmp_path, OPTIONS)
    task.printed = printed
    return task


def test_dredds_failures_are_its_transactions(tmp_path: Path) -> None:
    printed = "pass: GET (200) /a duration: 5ms\n\x1b[31mfail\x1b[39m: POST (201) /b duration: 7ms\n"

    assert bench.dredd(_task(tmp_path, printed)) == {"POST (201) /b"}


def test_specmatics_failures_are_its_scenarios(tmp_path: Path) -> None:
    printed = (
        "Scenario: GET /a -> 200 has SUCCEEDED\n  Scenario: POST /b -> 201 with the request has FAILED\n"
    )

    assert bench.specmatic(_task(tmp_path, printed)) == {"Scenario: POST /b -> 201 with the request"}


def test_schemathesis_failures_are_operations_with_codes(tmp_path: Path) -> None:
    failure = '<failure message="ST202">ST202 and ST201</failure>'
    text = f'<testsuites><testsuite><testcase name="POST /b">{failure}</testcase></testsuite></testsuites>'
    (tmp_path / "st.xml").write_text(text, encoding="utf-8")

    assert bench.schemathesis(_task(tmp_path, "")) == {"POST /b ST201", "POST /b ST202"}


def test_a_run_that_did_not_end_found_nothing(tmp_path: Path) -> None:
    assert bench.schemathesis(_task(tmp_path, "")) == set()
    (tmp_path / "st.xml").write_text("", encoding="utf-8")
    assert bench.schemathesis(_task(tmp_path, "")) == set()


def test_a_command_is_given_up_in_time(tmp_path: Path) -> None:
    options = argparse.Namespace(patience=0.2)
    task = bench.Task("vec", "", tmp_path, options)

    assert task.run(sys.executable, "-c", "import sys; sys.stdin.read()") in {"", "\n"}


def test_the_mutants_are_of_both_apis_the_first_two_already() -> None:
    assert len({one.name for one in bench.MUTANTS}) == len(bench.MUTANTS) == 12
    assert {one.api for one in bench.MUTANTS[:2]} == {"vec", "certifiqi"}


@pytest.mark.parametrize("mutant", bench.MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_answers_otherwise_than_the_sound_server(mutant: bench.Mutant) -> None:
    def asked(app: Any) -> tuple[int, Any]:
        token = dict([bench.TOKENS[mutant.api]] if mutant.status != 401 else [])
        path = mutant.path.replace("[^/]+", "c0394fb2-34f6-4d70-be70-776022fe15b8")
        form = {"name": "A", "template_id": TEMPLATE} if mutant.status == 201 else {}
        files = {"csv_file": ("a.csv", "RecipientsEmail,RecipientsName\na@example.com,Ana\n")}
        with bench.served(app) as (url, _):
            more: dict[str, Any] = {"data": form, "files": files} if mutant.method == "POST" else {}
            answer = httpx2.request(mutant.method, url + path, headers=token, trust_env=False, **more)
        return answer.status_code, answer.json()

    sound, broken = asked(create_app()), asked(bench.Broken(create_app(), mutant))

    assert sound[0] == mutant.status
    assert broken != sound
    assert broken[0] == (mutant.answered or mutant.status)


def test_requests_are_counted() -> None:
    with bench.served(create_app()) as (url, counted):
        httpx2.get(f"{url}/_sandbox/health", trust_env=False)

        assert counted == [1]


def test_a_tool_that_npm_cannot_install_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert "not installable" in bench.unusable("dredd", tmp_path)
    assert bench.unusable("schemathesis", tmp_path) == ""


def test_only_what_the_sound_server_does_not_show_kills(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([{"alarm"}, {"alarm"}, {"alarm"}, {"alarm", "new"}])
    monkeypatch.setitem(bench.TOOLS, "dredd", lambda _: next(found))
    score: Any = bench.measure("dredd", OPTIONS)

    assert score.tried == 2
    assert score.alarms == 2
    assert list(score.kills) == [bench.MUTANTS[1].name]


def test_the_cheapest_comparison_runs(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    line = [sys.executable, "-m", "bench.conformance", "--mutants", "1", "--examples", "1"]
    done = subprocess.run(
        [*line, "--tools", "sealbox-conformance", "--json", str(figures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "| sealbox-conformance | 1 of 1 | 0 |" in done.stdout
    assert json.loads(figures.read_text(encoding="utf-8"))["sealbox-conformance"]["requests"] > 20
