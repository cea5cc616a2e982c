"""`sealbox csv` in a shell: data on stdout, notes on stderr, the answer in the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.packaging.conftest import Run

SEALBOX = Path(sys.executable).with_name("sealbox")
SAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "vec" / "csv"
HEAD = "RecipientsEmail,RecipientsName\n"


def sample(name: str) -> str:
    return str(SAMPLES / f"{name}.csv")


def piped(content: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SEALBOX, "csv", *arguments], input=content, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("name", "code", "verdict"),
    [
        ("good", 0, "✓ {} would be accepted: 2 certificates, 0 failures"),
        ("some_rows_fail", 1, "✗ {} would be accepted: 1 certificate, 3 failures"),
        ("excel_pt_br", 1, "✗ {} would be refused with 422: The csv file is missing the required headers"),
    ],
)
def test_the_exit_code_says_whether_every_row_becomes_a_certificate(
    run: Run, name: str, code: int, verdict: str
) -> None:
    ended = run("csv", "check", sample(name))

    assert ended.returncode == code
    assert ended.stdout.startswith(verdict.format(sample(name))[:100])


def test_each_row_is_told_with_a_mark_and_what_to_write(run: Run) -> None:
    rows = [" ".join(line.split()) for line in run("csv", "check", sample("dates")).stdout.splitlines()]

    said = "IssueDate is not a date written DD-MM-YYYY: '2025-02-15'"

    assert "1 2 ✓ certificate ana@example.com" in rows
    assert f"2 3 ✗ fails bia@example.com {said}; write 15-02-2025" in rows


def test_what_is_odd_and_what_can_be_mended_is_told_on_stderr(run: Run) -> None:
    ended = run("csv", "check", sample("excel_pt_br"))

    assert "encoding: looks like Windows-1252: save it as UTF-8\n" in ended.stderr
    assert "delimiter: the columns are parted by a semicolon, not by a comma\n" in ended.stderr
    assert "makes a file that would be accepted: 2 certificates, 0 failures\n" in ended.stderr


def test_json_has_every_row_and_finding(run: Run) -> None:
    ended = run("csv", "check", "--json", sample("some_rows_fail"))
    found = json.loads(ended.stdout)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert (found["accepted"], found["counts"]) == (True, {"certificate": 1, "fails": 3, "skipped": 0})
    assert [(row["row"], row["line"], row["outcome"]) for row in found["rows"]] == [
        (1, 2, "certificate"),
        (2, 3, "fails"),
        (3, 4, "fails"),
        (4, 5, "fails"),
    ]
    assert [(one["kind"], one["lines"]) for one in found["findings"]] == [("date", [4])]
    assert found["mended"]["counts"]["certificate"] == 2


def test_a_dash_reads_stdin_and_a_long_file_is_shown_by_its_first_bad_rows() -> None:
    rows = "".join(f"person{row}@example.com,{'' if row % 4 == 0 else 'P'}\n" for row in range(100))
    ended = piped((HEAD + rows).encode(), "check", "-")
    told = ended.stdout.decode()

    assert ended.returncode == 1
    assert "accepted: 75 certificates, 25 failures" in told
    assert told.count("✗ fails") == 10
    assert "✓ certificate" not in told
    assert "and 15 more rows that fail" in told


def test_a_file_cannot_write_to_the_terminal_what_is_no_letter() -> None:
    ended = piped(f"{HEAD}\x1b[31m@example.com,A\x1b]0;x\x07\n,[bold]\n".encode(), "check", "-")

    assert b"\x1b" not in ended.stdout + ended.stderr


def test_a_terminal_without_the_marks_still_reads_the_words(run: Run) -> None:
    ended = run("csv", "check", sample("some_rows_fail"), PYTHONIOENCODING="ascii")

    assert ended.returncode == 1
    assert ["3", "4", "?", "fails", "caio@example.com"] in [
        line.split()[:5] for line in ended.stdout.splitlines()
    ]


def test_a_switch_changes_the_verdict_as_it_does_the_server_s(run: Run, tmp_path: Path) -> None:
    flag = run("csv", "check", "--switch", "vec.csv_delimiter=detect", sample("semicolons"))
    environment = run("csv", "check", sample("semicolons"), SEALBOX_SWITCHES="vec.csv_delimiter=detect")
    (tmp_path / "sealbox.toml").write_text('[switches]\n"vec.csv_delimiter" = "detect"\n')
    file = subprocess.run(
        [SEALBOX, "csv", "check", sample("semicolons")], cwd=tmp_path, capture_output=True, check=False
    )

    assert run("csv", "check", sample("semicolons")).returncode == 1
    assert (flag.returncode, environment.returncode, file.returncode) == (0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "no_such_file.csv"], "sealbox: no_such_file.csv: No such file or directory\n"),
        (["fix", "no_such_file.csv"], "sealbox: no_such_file.csv: No such file or directory\n"),
        (["check", "/"], "sealbox: /: Is a directory\n"),
        (["check"], "Missing argument 'FILE'"),
        (["check", "--switch", "vec.row_faults=maybe", sample("good")], "vec.row_faults is one of"),
        (["fix", "-o", "/no/such/folder/out.csv", sample("good")], "/no/such/folder/out.csv: No such file"),
    ],
)
def test_a_wrong_use_exits_with_2_and_a_sentence(run: Run, arguments: list[str], said: str) -> None:
    ended = run("csv", *arguments)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_fix_writes_the_mended_file_to_stdout_and_says_what_it_did() -> None:
    ended = piped((SAMPLES / "excel_pt_br.csv").read_bytes(), "fix", "-")

    assert ended.returncode == 0
    assert ended.stdout.decode().splitlines() == [
        "RecipientsEmail,RecipientsName,IssueDate,CourseTitle",
        "ana@example.com,Ana Lima,15-02-2025,Gestão",
        'bia@example.com,Bia Conceição,05-02-2025,"Gestão, avançado"',
    ]
    assert "mended: delimiter: the columns are parted by a semicolon" in ended.stderr.decode()
    assert "the file would be accepted: 2 certificates, 0 failures" in ended.stderr.decode()


def test_fix_may_write_over_the_file_it_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes((SAMPLES / "old_mac.csv").read_bytes())
    fixed = run("csv", "fix", str(path), "-o", str(path))

    assert (fixed.returncode, fixed.stdout) == (0, "")
    assert run("csv", "check", str(path)).returncode == 0
    assert "nothing was changed" in run("csv", "fix", str(path), "-o", str(path)).stderr


def test_fix_leaves_to_people_what_only_they_know(run: Run) -> None:
    ended = run("csv", "fix", sample("dates_of_two_readings"))

    assert ended.returncode == 1
    assert ended.stdout == (SAMPLES / "dates_of_two_readings.csv").read_text()
    assert "need a person to say which day they mean (line 2, 3)" in ended.stderr


def test_help_tells_of_both_and_loads_nothing_that_takes_time() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from sealbox.cli import app; "
        "result = CliRunner().invoke(app, ['csv', '--help']); assert 'check' in result.output; "
        "assert 'fix' in result.output; "
        "print(sorted({'yaml', 'orjson', 'sealbox.settings', 'sealbox.apis'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[]"
