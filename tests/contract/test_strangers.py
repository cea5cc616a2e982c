"""What must not know each other does not know the other's types either: import-linter looks at what runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOCK, ORACLE = ROOT / "mock_server" / "sealbox", ROOT / "conformance" / "sealbox_conformance"


@pytest.mark.parametrize(
    ("folder", "stranger"),
    [
        (MOCK, "sealbox_conformance"),
        (ORACLE, "sealbox"),
        (MOCK / "apis" / "vec", "sealbox.apis.certifiqi"),
        (MOCK / "apis" / "certifiqi", "sealbox.apis.vec"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_strangers_do_not_import_each_other_for_types(folder: Path, stranger: str) -> None:
    named = re.compile(rf"^\s*(?:from|import) {re.escape(stranger)}(?![\w])", re.MULTILINE)
    modules = list(folder.rglob("*.py"))

    assert len(modules) > 10
    assert [path for path in modules if named.search(path.read_text(encoding="utf-8"))] == []
