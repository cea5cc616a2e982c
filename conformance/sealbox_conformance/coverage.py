"""Which requirements have a check, and why the others have none."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUITES = Path(__file__).parent / "suites"
ID = re.compile(r"[A-Z]+-[A-Z]+-\d{2}")


@cache
def cited() -> frozenset[str]:
    """Every id that a check or a law names. A comment or a docstring names nothing."""
    return frozenset(key for path in SUITES.rglob("*.py") for key in _ids(path))


def _ids(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
            yield node.value


@cache
def untested() -> Mapping[str, str]:
    """Why a promise that could be broken has no check, by id."""
    return dict(yaml.safe_load((SUITES / "untested.yaml").read_text(encoding="utf-8")) or {})
