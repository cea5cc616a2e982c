"""What is generated can be generated anew: the recipes of the Makefile run, and find nothing to change."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(sys.executable).parents[1]
WRITTEN = {
    "evidence": ["README.md"],
    "drawings": [
        "openapi/vec/lifecycle.md",
        "openapi/certifiqi/lifecycle.md",
        "fixtures/magic.md",
        "fixtures/vec/csv/README.md",
    ],
}


def recipe(target: str) -> str:
    """The lines of `target` as a shell gets them, without what its prerequisites would do."""
    ready = f"{VENV}/.sealbox"
    asked = ["make", "--dry-run", "--no-print-directory", f"VENV={VENV}", "-o", ready, target]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
@pytest.mark.parametrize("target", WRITTEN)
def test_generated_pages_are_written_anew(target: str, tmp_path: Path) -> None:
    for name in WRITTEN[target]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / name).read_text().replace("| certifiqi | ", "| certifiqi | 1")
        (tmp_path / name).write_text(text if name == "README.md" else "old")
    subprocess.run(["sh", "-ec", recipe(target)], cwd=tmp_path, check=True)

    for name in WRITTEN[target]:
        assert (tmp_path / name).read_text() == (ROOT / name).read_text(), f"run `make {target}`"
