"""The measurement of a large batch runs and keeps to its limits; its full size is a command of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "bench" / "large_batch.py", "--rows", "5000", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_five_thousand_rows_are_measured() -> None:
    ended = bench()

    assert ended.returncode == 0, ended.stderr
    assert "rows 5,000" in ended.stdout
    for figure in (
        "accepted",
        "processed",
        "status read",
        "last page listed",
        "memory grown",
        "other tenant",
    ):
        assert figure in ended.stdout


def test_a_figure_over_its_limit_is_an_exit_code() -> None:
    ended = bench("--max-seconds", "0")

    assert ended.returncode == 1
    assert "over the limit" in ended.stderr


def test_the_main_operations_are_measured() -> None:
    ended = subprocess.run(
        [sys.executable, ROOT / "bench" / "requests.py", "--seconds", "0.1"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert [line.split()[0] for line in ended.stdout.splitlines()[1:]] == [
        "reset",
        "listBatches",
        "getBatchGroup",
        "createBatch",
        "without",
        "a",
    ]


def test_the_csv_doctor_is_measured() -> None:
    ended = subprocess.run(
        [sys.executable, ROOT / "bench" / "csv_check.py", "--rows", "500", "--max-seconds", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (ended.returncode, ended.stderr.startswith("over the limit")) == (1, True)
    assert [line.split("checked")[0].strip() for line in ended.stdout.splitlines()] == [
        "rows 500",
        "good",
        "bad dates",
        "semicolons",
    ]
