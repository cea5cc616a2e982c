"""Colours, tables and codes of what commands print."""

from __future__ import annotations

import json
from io import StringIO

import pytest
import typer
from sealbox.commands.happenings import exchange_line, line, path
from sealbox.commands.output import STYLES, as_json, end, painted, say, status_style, table


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("style", STYLES)
def test_there_are_colours_on_a_terminal_alone(style: str) -> None:
    assert painted("x", style, Terminal()) == f"\x1b[{STYLES[style]}mx\x1b[0m"
    assert painted("x", style, StringIO()) == "x"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    assert painted("x", "bold", Terminal()) == "x"


def test_no_colour_is_lost_on_a_light_or_a_dark_ground() -> None:
    assert {"33", "34", "36", "37"} & set(STYLES.values()) == set()
    assert [status_style(status) for status in (200, 302, 404, 503)] == ["green", "green", "magenta", "red"]


def test_the_end_is_a_sentence_and_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as raised:
        end("it cannot be", 3)

    assert raised.value.exit_code == 3
    assert capsys.readouterr() == ("", "sealbox: it cannot be\n")


def test_words_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("a word")

    assert capsys.readouterr() == ("", "a word\n")


def test_what_is_cut_short_cannot_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    table(("id", "text"), [("x" * 90, "y " * 90), (1, "[bold]")])
    out = capsys.readouterr().out

    assert "x" * 90 in out
    assert "[bold]" in out, "data is no markup"


def test_a_narrow_terminal_breaks_lines_and_loses_no_column(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    table(("id", "state", "text"), [("x" * 36, "pending", "of three words")])

    assert "x" * 36 in terminal.getvalue()
    assert "pending" in terminal.getvalue()
    assert "of three words" in terminal.getvalue()


def test_a_table_of_nothing_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    table(("id", "text"), [])

    assert capsys.readouterr().out.split() == ["id", "text"]


def test_data_is_one_line_where_more_follow() -> None:
    assert as_json({"a": 1}, line=True) == '{"a":1}'
    assert json.loads(as_json({"a": 1})) == {"a": 1}


def test_a_happening_is_one_line() -> None:
    happening = {"at": "2025-04-01T12:00:02+00:00", "api": "vec", "about": "9e7860e3-7c0a", "what": "made"}

    assert line(happening) == "12:00:02  batch 9e7860e3      made"
    assert line(happening | {"api": "other"}) == "12:00:02  other 9e7860e3      made"


def test_an_exchange_is_one_line_with_its_reason() -> None:
    entry = {
        "at": "2025-04-01T12:00:02+00:00",
        "request": {"method": "GET", "path": "/vec/x", "query": "a=1"},
        "response": {"status": 404},
        "why": "no such thing",
        "fault": "fault 1",
    }

    assert exchange_line(entry) == "12:00:02  GET /vec/x?a=1 404  no such thing  [fault 1]"
    assert path(entry) == "/vec/x?a=1"
