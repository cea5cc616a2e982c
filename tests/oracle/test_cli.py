from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sealbox.app import create_app
from sealbox_conformance import catalogue, cli, contract, launch
from typer.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

QUICK = ("--select", "VEC-BATCH-02", "--max-examples", "2", "--api", "vec", "--seed", "7")


async def _says_no(scope: Any, receive: Any, send: Any) -> None:
    """Answers everything with 200 and an empty object."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": b"{}"})


def test_a_target_that_keeps_its_promises_passes(serve: Any, judge: Any) -> None:
    run = judge(serve(create_app()), *QUICK)

    assert run.code == cli.PASS, run.stdout
    assert run.having("passed") == ["VEC-BATCH-02"]


def test_a_target_that_breaks_one_fails(serve: Any, judge: Any) -> None:
    url = serve(_says_no)
    run = judge(
        url, "--api", "certifiqi", "--select", "CERTIFIQI-ERROR-04", "--max-examples", "2", "--seed", "7"
    )

    assert run.code == cli.NONCONFORMANCE, run.stdout
    told = run.rows["CERTIFIQI-ERROR-04"]["message"]
    for word in (
        "CERTIFIQI-ERROR-04 MUST (docs)",
        "source    http_status",
        "expected  status 404",
        "reproduce curl",
    ):
        assert word in told
    assert "sealbox_certifiqi_demo" not in run.stdout + told
    assert '"$CERTIFIQI_TOKEN"' in told
    assert run.rows["CERTIFIQI-ERROR-04"]["reproduce"][1].endswith(
        "--seed 7 --max-examples 2 --select CERTIFIQI-ERROR-04"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--select", "VEC-NOWHERE-01"), "there is no requirement VEC-NOWHERE-01"),
        (("--level", "rumours"), "--level is one of"),
        (("--target", "nowhere.yaml"), "cannot be read"),
        (("--known-failures", "nowhere.yaml"), "cannot be read"),
        (("--api", "nothing"), "has none of the APIs"),
        (("ftp://127.0.0.1",), "has no address"),
    ],
)
def test_a_wrong_argument_is_a_usage_error(judge: Any, arguments: tuple[str, ...], sentence: str) -> None:
    run = judge(*arguments)

    assert run.code == cli.USAGE
    assert sentence in run.stderr


def test_others_are_not_tested_by_accident(judge: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("VEC_TOKEN", "secret")
    profile = tmp_path / "theirs.yaml"
    profile.write_text(
        'apis: {vec: {url: "https://vec.example.com", credentials: {full: {env: VEC_TOKEN}}}}',
        encoding="utf-8",
    )

    run = judge("--target", profile)

    assert run.code == cli.USAGE
    assert "--yes-i-may-test-this-target" in run.stderr


def test_a_target_that_is_not_there_is_not_reached(judge: Any, free_port: int) -> None:
    run = judge(f"http://127.0.0.1:{free_port}")

    assert run.code == cli.UNREACHABLE
    assert "nothing answers at" in run.stderr


def test_verdicts_have_one_shape(serve: Any, judge: Any) -> None:
    run = judge(serve(create_app()), *QUICK)

    assert set(run.result["shards"][0]) == {"number", "of", "seed"}
    assert run.result["seed"] == 7
    (row,) = run.result["verdicts"]
    assert row | {"seconds": 0.0} == {
        "id": "VEC-BATCH-02",
        "api": "vec",
        "level": "MUST",
        "provenance": "seed",
        "verdict": "passed",
        "checks": ["vec/test_batches.py::test_a_batch_has_a_name"],
        "message": "",
        "reproduce": [],
        "seconds": 0.0,
        "failures": [],
    }


def test_the_callers_own_pytest_does_not_leak_in(
    serve: Any, judge: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "conftest.py").write_text("raise RuntimeError", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")

    assert judge(serve(create_app()), *QUICK).code == cli.PASS


def test_files_are_named_from_where_the_caller_stands(
    serve: Any, judge: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    profile = {**contract.read("fixtures", "targets", "sealbox.yaml"), "name": "Mine"}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    (tmp_path / "known.yaml").write_text("- {id: VEC-BATCH-03, reason: their ticket 7}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run = judge(serve(create_app()), *QUICK, "--target", "mine.yaml", "--known-failures", "known.yaml")

    assert run.code == cli.PASS, run.stderr
    assert run.result["target"] == "Mine"


def test_a_known_failure_that_passes_turns_the_run_red(serve: Any, judge: Any, tmp_path: Path) -> None:
    ledger = tmp_path / "known.yaml"
    ledger.write_text("- {id: VEC-BATCH-02, reason: their ticket 7}", encoding="utf-8")
    run = judge(serve(create_app()), *QUICK, "--known-failures", ledger)

    assert run.code == cli.NONCONFORMANCE
    assert run.having("expired") == ["VEC-BATCH-02"]


def test_jobs_share_one_verdict(serve: Any, judge: Any) -> None:
    run = judge(serve(create_app()), "--jobs", "2", *QUICK, "--select", "VEC-CSV-01")

    assert run.code == cli.PASS, run.stderr
    assert run.having("passed") == ["VEC-BATCH-02", "VEC-CSV-01"]


def test_what_is_not_claimed_is_not_failed(serve: Any, judge: Any, tmp_path: Path) -> None:
    profile = tmp_path / "plain.yaml"
    profile.write_text("apis: {vec: {credentials: {full: sealbox_vec_demo}}}", encoding="utf-8")
    run = judge(serve(create_app()), "--target", profile, *QUICK, "--select", "VEC-AUTH-05")

    assert run.code == cli.PASS, run.stdout
    assert run.having("not_claimed") == ["VEC-AUTH-05"]


def test_the_list_names_every_promise_of_a_page(judge: Any) -> None:
    printed = judge("--list").stdout
    named = {line.split("\t")[0] for line in printed.splitlines()}

    assert named == {
        one.id for one in catalogue.load().values() if one.provenance != "inferred" and not one.retired
    }


def test_help_waits_for_no_heavy_import() -> None:
    code = "import sys, sealbox_conformance.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"pytest", "hypothesis", "schemathesis", "httpx2", "yaml"} & set(loaded)


def test_judging_is_what_happens_when_no_command_is_named(serve: Any, judge: Any) -> None:
    url = serve(create_app())

    assert judge("judge", url, *QUICK).rows.keys() == judge(url, *QUICK).rows.keys() == {"VEC-BATCH-02"}


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"])

    assert shown.exit_code == cli.PASS
    for command in ("judge", "merge", "replay", "report"):
        assert command in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--time", "soon"), "no length of time"),
        (("--shard", "5/4"), "no shard"),
        (("--max-examples", "0"), "--max-examples"),
        (("--rate", "0"), "--rate"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_a_number_that_makes_no_sense_is_a_usage_error(
    judge: Any, arguments: tuple[str, ...], sentence: str
) -> None:
    run = judge(*arguments)

    assert run.code == cli.USAGE
    assert sentence in run.stderr


def test_a_shard_runs_every_check_from_a_seed_of_its_own(serve: Any, judge: Any) -> None:
    url = serve(create_app())
    one = (
        "--api",
        "vec",
        "--select",
        "VEC-BATCH-03",
        "--select",
        "VEC-BATCH-02",
        "--max-examples",
        8,
        "--seed",
        7,
    )
    whole, part = judge(url, *one), judge(url, *one, "--shard", "2/4")

    assert part.result["seed"] == whole.result["seed"] == 7
    assert part.result["shards"] == [{"number": 2, "of": 4, "seed": 29}]
    assert part.rows["VEC-BATCH-03"]["checks"] == whole.rows["VEC-BATCH-03"]["checks"]
    assert part.having("passed") == whole.having("passed")
    assert part.result["requests"] < whole.result["requests"]


def test_a_failure_tells_the_seed_of_its_shard(serve: Any, judge: Any) -> None:
    run = judge(serve(_says_no), "--select", "CERTIFIQI-ERROR-04", "--seed", 7, "--shard", "2/4")

    assert " --seed 29 --max-examples 3 " in run.rows["CERTIFIQI-ERROR-04"]["reproduce"][1]


def test_a_reply_that_cannot_be_read_is_no_fault_of_the_suite(serve: Any, judge: Any, changed: Any) -> None:
    url = serve(changed(create_app(), "total_value", lambda event: event.update(total_value="much")))
    law, other = "CERTIFIQI-EVENT-05", "CERTIFIQI-CREATE-05"
    run = judge(url, "--api", "certifiqi", "--select", law, "--select", other, "--seed", 1)

    assert run.having("failed") == [law], run.stdout
    assert run.having("harness_error") == []
    assert run.rows[other]["verdict"] == "not_concluded"
    assert law in run.rows[other]["message"]


def test_an_interrupted_run_is_no_verdict(serve: Any, judge: Any, monkeypatch: Any) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(launch, "run", interrupted)

    assert judge(serve(create_app()), *QUICK).code == 130
