"""CONTRIBUTING.md names what there is: folders and modules of the mock, places that a third API needs."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
MOCK, ORACLE = ROOT / "mock_server" / "sealbox", ROOT / "conformance" / "sealbox_conformance"
ROOTS = (MOCK, ORACLE, ROOT)
PLUMBING = {"__init__.py", "__main__.py", "cli.py", "py.typed", "__pycache__"}


def section(title: str) -> str:
    return TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_folder_and_module_of_the_mock_is_told() -> None:
    told = set(re.findall(r"`([a-z_]+(?:/|\.py))`", section("The mock's folders")))
    there = {f"{path.name}/" if path.is_dir() else path.name for path in MOCK.iterdir()}

    assert told == there - PLUMBING - {f"{name}/" for name in PLUMBING}


def test_every_place_that_a_third_api_needs_is_there() -> None:
    named = re.findall(r"^\| (.*?) \|", section("A third API"), re.MULTILINE)
    places = [place for cell in named for place in re.findall(r"`([\w./]+[./][\w./]*)`", cell)]

    assert len(places) > 15
    assert [one for one in places if not any((root / one).exists() for root in ROOTS)] == []


def test_every_table_of_titles_is_named() -> None:
    titled = [
        path for path in MOCK.rglob("*.py") if re.search(r'^TITLES.*"vec"', path.read_text(), re.MULTILINE)
    ]

    assert [path for path in titled if f"`{path.relative_to(MOCK)}`" not in section("A third API")] == []
