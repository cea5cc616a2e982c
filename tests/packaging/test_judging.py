"""The page about judging a server in CI is true: its commands answer as printed, its tables are whole."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.main
from sealbox_conformance import cli, exits
from sealbox_conformance.order import LEVELS
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "judging.md"
TEXT = PAGE.read_text()


def first_cells(header: str) -> list[str]:
    """The first column of the table whose head begins with `header`."""
    table = re.search(rf"^\| {header} .*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table
    return re.findall(r"^\| (.*?) \|", table[1], re.MULTILINE)


def test_the_page_answers_as_printed(walk: Callable[..., None], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

    (ledger,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "known-failures.yaml").write_text(ledger)
    walk(TEXT.replace("4780", port), cwd=tmp_path, COLUMNS="120", NO_COLOR="1")


def test_every_verdict_has_its_row() -> None:
    assert first_cells("verdict") == [verdict.value.replace("_", " ") for verdict in Verdict]


def test_every_exit_code_has_its_row() -> None:
    codes = range(exits.PASS, exits.HARNESS + 1)

    assert first_cells("exit code") == [str(code) for code in (*codes, exits.INTERRUPTED)]


def test_every_option_is_one_that_there_is_and_every_level_is_told() -> None:
    app = typer.main.get_command(cli.app)
    commands = [app.get_command(typer.Context(app), name) for name in ("judge", "replay")]  # type: ignore[attr-defined]  # a group
    known = {option for one in commands for parameter in one.params for option in parameter.opts}
    named = set(re.findall(r"(?<!\S)`?(--[a-z][a-z-]+)", TEXT)) - {"--bind", "--no-deps"}

    assert named <= known
    assert {f"`--level {level}`" for level in LEVELS} <= set(first_cells("option"))


def test_every_file_that_the_page_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)", TEXT)

    assert [link for link in links if not (PAGE.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "docs/pytest.md", "docs/judging.md"])
def test_nobody_is_told_to_install_sealbox_from_an_index(page: str) -> None:
    assert re.findall(r"pip install '?sealbox(?!-)", (ROOT / page).read_text()) == []
