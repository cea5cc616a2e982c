"""The README is true to the letter: its commands are run as printed and answer as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sealbox import contract
from sealbox.contract import evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    process = subprocess.Popen(
        [BIN / "sealbox", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr
    for line in process.stderr:
        match = re.search(r"(http://\S+)/_sandbox/info", line)
        if match:
            break
    else:
        pytest.fail("the server did not start")
    yield match[1]
    process.terminate()
    process.stderr.close()
    process.wait(timeout=20)


def test_every_command_answers_as_printed(served: str, walk: Callable[..., None], tmp_path: Path) -> None:
    text = README.read_text().replace(".venv/bin/sealbox env", f"{BIN}/sealbox env --url {served}")
    walk(text, cwd=tmp_path)


def test_the_readme_says_what_sealbox_is_not_before_it_says_how_to_start() -> None:
    text = README.read_text()

    assert text.index("It is not the real service") < text.index("make serve")


def test_the_counts_are_those_of_the_contract() -> None:
    block = re.search(
        r"<!-- evidence: generated.*?-->\n(.*?)<!-- evidence: end -->", README.read_text(), re.DOTALL
    )
    assert block

    assert block[1] == evidence.markdown(contract.apis()), "run `make evidence`"


def test_every_flag_of_serve_is_in_the_settings_table() -> None:
    flags = set(re.findall(r"^\| `(--[a-z-]+)`", README.read_text(), re.MULTILINE))
    ended = subprocess.run(
        [BIN / "sealbox", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    )

    assert flags == set(re.findall(r"(--[a-z-]+)\b", ended.stdout)) - {"--help"}


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []
