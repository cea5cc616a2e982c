"""The first screen holds all that a first request needs, whatever the settings."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sealbox.commands.first_screen import first_screen
from sealbox.sandbox import Sandboxes
from sealbox.settings import Settings

URL = "http://127.0.0.1:4791"


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))


def screen(url: str = URL, *, width: int = 120, **settings: Any) -> str:
    chosen = Settings(**settings)
    printed = StringIO()
    console = Console(file=printed, width=width, highlight=False)
    console.print(first_screen(url, chosen, Sandboxes(chosen.plan()), took=0.84))
    return printed.getvalue()


def rows(text: str) -> dict[str, str]:
    return {line[:17].strip(): line[17:].strip() for line in text.splitlines() if line[:17].strip()}


def test_each_api_has_its_address_and_its_header() -> None:
    text = screen()

    assert rows(text)["VEC.digital"] == f"{URL}/vec"
    assert rows(text)["CertifiQI"] == f"{URL}/certifiqi"
    assert "-H 'Authorization: Bearer sealbox_vec_demo'" in text
    assert "-H 'x-api-token: sealbox_certifiqi_demo'" in text


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_a_terminal(width: int) -> None:
    lines = screen(width=width).splitlines()

    assert max(map(len, lines)) <= width
    assert len(lines) <= 18
    assert len(lines) == len(screen(width=200).splitlines()), "no line is broken"


def test_a_narrow_terminal_loses_nothing() -> None:
    narrow = "".join(line[19:].strip() for line in screen(width=50).splitlines())

    assert f"{URL}/_sandbox/certifiqi/mails" in narrow
    assert f'env --url {URL})"' in narrow.replace(" ", "").replace("env--url", "env --url ")


def test_where_to_look_and_how_to_stop() -> None:
    found = rows(screen())

    assert (found["Page"], found["Docs"]) == (f"{URL}/", f"{URL}/_sandbox/docs")
    assert found["Mails"] == f"{URL}/_sandbox/certifiqi/mails"
    assert found["Control plane"] == f"{URL}/_sandbox/info"
    assert found["Ready in 0.8 s"] == "State is in memory (--state keeps it). Ctrl-C stops."


def test_the_default_address_needs_no_flag() -> None:
    assert rows(screen("http://127.0.0.1:4780"))["For your shell"].endswith('env)"')
    assert rows(screen())["For your shell"].endswith(f'env --url {URL})"')


def test_what_differs_from_the_defaults_is_said() -> None:
    text = screen(state=Path("world.json"), only="seed,docs", seed="7", clock="manual")

    assert "State is kept in world.json. Ctrl-C stops." in text
    assert rows(text)["Only"] == "seed, docs: anything else is answered with 501"
    assert rows(text)["Seed and clock"] == "7; manual, now 2025-04-01T12:00:00+00:00"


def test_nothing_is_said_of_what_does_not() -> None:
    assert "Only" not in rows(screen())


def test_a_command_that_is_not_on_the_path_is_named_by_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", ["/opt/venv/bin/sealbox", "serve"])

    assert rows(screen())["For your shell"] == f'eval "$(/opt/venv/bin/sealbox env --url {URL})"'
