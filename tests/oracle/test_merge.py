"""The reports of shards become one: what one of them saw stands, and each failure stands once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance import cli, merge, report
from sealbox_conformance.merge import MergeError, merged
from sealbox_conformance.verdicts import Verdict
from typer.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path


def _shard(results: Any, number: int, *rows: Any, of: int = 2, **changes: Any) -> Any:
    shards = [{"number": number, "of": of, "seed": 7 * of + number - 1}]
    return results.result(*rows, shards=shards, **changes)


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [
        ("passed", "failed", "failed"),
        ("passed", "not_concluded", "passed"),
        ("warned", "passed", "warned"),
        ("harness_error", "passed", "harness_error"),
        ("expired", "known", "known"),
        ("not_claimed", "not_concluded", "not_concluded"),
    ],
)
def test_what_one_shard_saw_stands(results: Any, one: str, other: str, stands: str) -> None:
    rows = [results.row("VEC-BATCH-03", verdict) for verdict in (one, other)]
    for first, second in (rows, rows[::-1]):
        joined = merged([_shard(results, 1, first), _shard(results, 2, second)])
        assert [row["verdict"] for row in joined["verdicts"]] == [stands]


def test_every_verdict_has_its_place() -> None:
    assert sorted(merge.ORDER) == sorted(Verdict)


def test_one_failure_stands_once_by_its_smallest_example(results: Any) -> None:
    big = results.failure(reproduce="curl of a big request", seed=14)
    small = results.failure(reproduce="curl", seed=15)
    other = results.failure(check="test_another", reproduce="curl to another place")
    one = _shard(results, 1, results.row("VEC-BATCH-03", "failed", other, big, message="big"))
    two = _shard(results, 2, results.row("VEC-BATCH-03", "failed", small, message="small"))
    (row,) = merged([one, two])["verdicts"]

    assert row["failures"] == [small, other]
    assert row["message"] == "small"
    assert row["reproduce"][0] == "curl"


def test_a_real_failure_comes_before_a_weak_one(results: Any) -> None:
    weak = results.failure(reproduce="c", weak=True)
    real = results.failure()
    one = _shard(results, 1, results.row("VEC-BATCH-03", "warned", weak, message="weak"))
    two = _shard(results, 2, results.row("VEC-BATCH-03", "failed", real, message="real"))
    (row,) = merged([one, two])["verdicts"]

    assert (row["verdict"], row["message"], row["failures"]) == ("failed", "real", [real, weak])


def test_numbers_add_up(results: Any) -> None:
    one = _shard(results, 1, seconds=3.0, cut=["a"], reached={"vec": {"createBatch": {"201": 3}}})
    two = _shard(
        results, 2, seconds=5.0, cut=["b", "a"], reached={"vec": {"createBatch": {"201": 1, "422": 1}}}
    )
    joined = merged([one, two])

    assert (joined["requests"], joined["seconds"], joined["cut"]) == (198, 5.0, ["a", "b"])
    assert joined["reached"] == {"vec": {"createBatch": {"201": 4, "422": 1}}}
    assert [shard["number"] for shard in joined["shards"]] == [1, 2]
    assert merge.missing(joined) == []


def test_a_broken_act_of_one_shard_is_one_of_all(results: Any) -> None:
    one = _shard(
        results, 1, broken_acts=[results.broken_act("sign", "b"), results.broken_act("advance", "a")]
    )
    two = _shard(results, 2, broken_acts=[results.broken_act("sign", "a", "b")])
    joined = merged([one, two])

    assert joined["broken_acts"] == [results.broken_act("advance", "a"), results.broken_act("sign", "a", "b")]
    assert report.exit_code(joined) == 1, "a promise is broken as well"


@pytest.mark.parametrize("change", [{"target": "Another"}, {"level": "seed"}, {"mode": "read-only"}])
def test_runs_of_different_kinds_are_not_joined(results: Any, change: dict[str, Any]) -> None:
    with pytest.raises(MergeError, match=f"differ in {next(iter(change))}"):
        merged([_shard(results, 1), _shard(results, 2, **change)])


def test_the_same_shard_is_not_joined_twice(results: Any) -> None:
    with pytest.raises(MergeError, match="each another shard"):
        merged([_shard(results, 1), _shard(results, 1)])
    with pytest.raises(MergeError, match="each another shard"):
        merged([_shard(results, 1), _shard(results, 2, of=3)])


def test_nothing_is_not_joined() -> None:
    with pytest.raises(MergeError, match="no report"):
        merged([])


def _folders(tmp_path: Path, *shards: Any) -> Path:
    for number, found in enumerate(shards):
        report.write(tmp_path / "shards" / str(number), found)
    return tmp_path / "shards"


def test_the_command_joins_all_folders_below_one(results: Any, tmp_path: Path) -> None:
    passed = results.row("VEC-BATCH-03", "passed")
    failed = results.row("VEC-BATCH-03", "failed", results.failure(actual="another name"))
    folder = _folders(tmp_path, _shard(results, 1, passed), _shard(results, 2, failed))
    done = CliRunner().invoke(cli.app, ["merge", str(folder), "--report", str(tmp_path / "joined")])

    assert done.exit_code == cli.NONCONFORMANCE
    assert "VEC-BATCH-03" in done.stdout
    joined = json.loads((tmp_path / "joined" / "verdicts.json").read_text())
    assert [row["verdict"] for row in joined["verdicts"]] == ["failed"]
    assert (tmp_path / "joined" / "report.html").is_file()


def test_a_missing_shard_is_no_pass(results: Any, tmp_path: Path) -> None:
    passed = results.row("VEC-BATCH-03", "passed")
    folder = _folders(tmp_path, _shard(results, 1, passed, of=3), _shard(results, 3, passed, of=3))
    done = CliRunner().invoke(cli.app, ["merge", str(folder)])

    assert done.exit_code == cli.HARNESS
    assert "of 3 shards there is no 2" in done.stderr


def test_a_folder_without_reports_is_a_usage_error(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, ["merge", str(tmp_path)])

    assert done.exit_code == cli.USAGE
    assert "there is no report" in done.stderr


def test_the_page_of_several_reports(results: Any, tmp_path: Path) -> None:
    for name in ("one", "two"):
        report.write(tmp_path / name, results.result(target=f"Target {name}"))
    out = tmp_path / "both.html"
    folders = [str(tmp_path / name) for name in ("one", "two")]
    done = CliRunner().invoke(cli.app, ["report", *folders, "--out", str(out)])

    assert done.exit_code == cli.PASS, done.stderr
    assert "Target one" in out.read_text()
    assert "Target two" in out.read_text()
    assert CliRunner().invoke(cli.app, ["report", str(tmp_path)]).exit_code == cli.USAGE
