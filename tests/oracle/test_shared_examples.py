"""A failure that one machine found is found at once by the next, and by whoever replays it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import redis
from sealbox.app import create_app
from sealbox_conformance import cli
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 12
"""Characters of a name that the broken server keeps. The first name that is drawn is shorter."""

LAW = "CERTIFIQI-PARTY-06"
"""A promise that one check alone looks at, with names that it draws: no other one may find what A found."""

ONE = ("--api", "certifiqi", "--select", LAW)
MANY = (*ONE, "--seed", "1", "--max-examples", "60")
FEW = (*ONE, "--seed", "2", "--max-examples", "1")


@pytest.fixture
def forgetful(serve: Any, changed: Any) -> str:
    """A server that cuts long names off."""

    def cut(party: dict[str, Any]) -> None:
        party["name"] = party["name"][:LONGEST]

    return str(serve(changed(create_app(), "related_party_key", cut)))


@pytest.fixture
def redis_address(free_port: int, tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    server = subprocess.Popen(
        [program, "--port", str(free_port), "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    for line in server.stdout:
        if "Ready to accept connections" in line:
            break
    yield f"redis://127.0.0.1:{free_port}/0"
    server.terminate()
    server.stdout.close()
    server.wait(timeout=20)


def _b_finds_what_a_found(judge: Any, url: str, place: str) -> None:
    first = judge(url, *MANY, "--examples", place)
    assert first.having("failed") == [LAW], first.stdout

    alone = judge(url, *FEW, "--examples", "")
    assert alone.having("failed") == [], "B has to need A's example, or this shows nothing"

    second = judge(url, *FEW, "--examples", place)
    assert second.having("failed") == [LAW], second.stdout
    assert second.result["requests"] < first.result["requests"]
    assert second.rows[LAW]["failures"][0]["fingerprint"] == first.rows[LAW]["failures"][0]["fingerprint"]


def test_b_finds_at_once_what_a_found_by_a_folder(judge: Any, forgetful: str, tmp_path: Path) -> None:
    _b_finds_what_a_found(judge, forgetful, str(tmp_path / "examples"))


def test_b_finds_at_once_what_a_found_by_redis(judge: Any, forgetful: str, redis_address: str) -> None:
    _b_finds_what_a_found(judge, forgetful, redis_address)

    with redis.Redis.from_url(redis_address) as server:
        keys = list(server.keys("*"))
        assert keys
        assert all(key.startswith(b"sealbox-conformance:") for key in keys)
        assert all(0 < server.ttl(key) <= 30 * 24 * 3600 for key in keys)


def test_a_redis_that_is_not_there_is_a_usage_error(judge: Any, serve: Any, free_port: int) -> None:
    run = judge(serve(create_app()), *ONE, "--examples", f"redis://:hush@127.0.0.1:{free_port}/0")

    assert run.code == cli.USAGE
    assert "no Redis server answers" in run.stderr
    assert "hush" not in run.stderr


def test_an_example_is_as_small_as_it_gets(judge: Any, forgetful: str) -> None:
    run = judge(forgetful, *MANY)
    (failure,) = run.rows[LAW]["failures"]

    assert "test_blanks_at_the_end_of_a_partys_name_stay" in failure["example"]
    assert len(failure["expected"]) <= LONGEST + 1 + len("''")
    assert " object at 0x" not in failure["example"]


def test_one_printed_command_shows_a_failure_again(judge: Any, forgetful: str) -> None:
    run = judge(forgetful, *MANY, "--examples", "")
    line = run.rows[LAW]["reproduce"][1]
    assert f"again     {line}" in run.stdout

    again = judge(*line.split()[1:], "--examples", "")
    assert again.code == cli.NONCONFORMANCE
    assert again.having("failed") == [LAW]


def test_a_report_is_enough_to_replay_from(judge: Any, forgetful: str) -> None:
    run = judge(forgetful, *MANY)
    done = CliRunner().invoke(cli.app, ["replay", LAW, "--report", str(run.folder)])

    assert done.exit_code == cli.NONCONFORMANCE, done.stderr
    assert f"failed: {LAW}" in done.stdout


def test_only_what_broke_can_be_replayed(judge: Any, forgetful: str, tmp_path: Path) -> None:
    run = judge(forgetful, *MANY)
    done = CliRunner().invoke(cli.app, ["replay", "VEC-BATCH-02", "--report", str(run.folder)])

    assert done.exit_code == cli.USAGE
    assert f"no breach of VEC-BATCH-02; of those it tells: {LAW}" in done.stderr
    assert CliRunner().invoke(cli.app, ["replay", LAW, "--report", str(tmp_path)]).exit_code == cli.USAGE


def test_a_law_that_breaks_is_kept_as_an_example_too(
    judge: Any, serve: Any, changed: Any, tmp_path: Path
) -> None:
    url = serve(changed(create_app(), "progress", lambda batch: batch.update(progress=101)))
    run = judge(url, "--select", "VEC-LIFECYCLE-05", "--seed", "1", "--examples", tmp_path / "kept")

    failures = run.rows["VEC-LIFECYCLE-05"]["failures"]
    assert run.having("failed") == ["VEC-LIFECYCLE-05"], run.stdout
    assert [failure["law"] for failure in failures] == [True]
    assert (tmp_path / "kept").is_dir()
