"""The README is true to the letter: its commands are run as printed and answer as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract
from sealbox.cli import app
from sealbox.contract import evidence
from typer import Context
from typer.main import get_command

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


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that it is called by."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for one in command.commands:
        yield from leaves(command.get_command(Context(command), one), f"{name} {one}".strip())


def test_the_commands_without_json_are_the_ones_that_are_named() -> None:
    sentence = re.search(r"Each takes `--json`, but for (.*?)\.", README.read_text(), re.DOTALL)
    assert sentence
    found = leaves(get_command(app))
    without = {name for name, one in found if "--json" not in {opt for p in one.params for opt in p.opts}}

    assert set(re.findall(r"`([^`]+)`", sentence[1])) == without


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []
