"""How long the CSV doctor takes over a file of many rows, good, bad and in need of mending.

    .venv/bin/python bench/csv_check.py [--rows 100000] [--max-seconds 2]

In this process: the best of three, in seconds of the processor, which other programs do not lengthen. Then
the whole command, started anew, in seconds on the clock. With --max-seconds the exit code says whether
checking the slowest of the files, in this process, takes no longer.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sealbox.apis.vec.csv_doctor import examine
from sealbox.apis.vec.csv_mend import mend
from sealbox.contract import choices

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2025, 4, 1)
SEALBOX = Path(sys.executable).with_name("sealbox")


def file_of(rows: int, *, day: str, delimiter: str = ",") -> bytes:
    lines = [["RecipientsEmail", "RecipientsName", "CourseTitle", "IssueDate"]]
    lines += [[f"person{row}@example.com", f"Conceição {row}", "Web Development", day] for row in range(rows)]
    return "\n".join(map(delimiter.join, lines)).encode("cp1252" if delimiter == ";" else "utf-8")


def best(what: Callable[[], object], seconds: Callable[[], float] = time.process_time) -> float:
    found = []
    for _ in range(3):
        started = seconds()
        what()
        found.append(seconds() - started)
    return min(found)


def command(content: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipients.csv"
        path.write_bytes(content)
        return best(
            lambda: subprocess.run([SEALBOX, "csv", "check", path], capture_output=True, check=False),
            time.perf_counter,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--max-seconds", type=float, default=float("inf"))
    asked = parser.parse_args()
    switches = {switch["name"]: switch["default"] for switch in choices.switches("vec")}
    files = {
        "good": file_of(asked.rows, day="15-02-2025"),
        "bad dates": file_of(asked.rows, day="15/02/2025"),
        "semicolons": file_of(asked.rows, day="15/02/2025", delimiter=";"),
    }
    print(f"rows {asked.rows:,}")
    slowest = 0.0
    for name, content in files.items():
        checked = best(partial(examine, content, today=TODAY, switches=switches))
        mended = best(partial(mend, content))
        whole = command(content)
        print(f"  {name:<10} checked {checked:6.3f} s, mended {mended:6.3f} s, the command {whole:6.3f} s")
        slowest = max(slowest, checked)
    if slowest > asked.max_seconds:
        raise SystemExit(f"over the limit: {slowest:.2f} s")


if __name__ == "__main__":
    main()
