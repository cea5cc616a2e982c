"""A second server, written from the seed pages alone, passes; broken, it is blamed for just that."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.independent import server

PLACE = Path(server.__file__).parent
ALARMS = ("failed", "warned", "noted", "harness_error", "expired")
NEEDS_OTHER_PAGES = {
    # Seen only through an operation of another page: lists, certificates, creating an event.
    *("VEC-BATCH-07", "VEC-BATCH-11", "VEC-BATCH-12", "VEC-CSV-04", "VEC-CSV-05", "VEC-CSV-08"),
    *("VEC-SIGNATORY-04", "VEC-SIGNATORY-09", "VEC-SIGNATORY-10", "VEC-SIGNATORY-11", "VEC-TEMPLATE-06"),
    *("CERTIFIQI-EVENT-04", "CERTIFIQI-PARTY-06", "CERTIFIQI-CREATE-03"),
    # Nobody can see it from outside.
    *("CERTIFIQI-CREATE-27", "CERTIFIQI-CREATE-28", "VEC-ERROR-06", "VEC-ERROR-07"),
}


def _judged(serve: Any, judge: Any, *more: object) -> Any:
    url = serve(server.app())
    return judge(url, "--target", PLACE / "target.yaml", "--level", "seed", "--max-examples", 6, *more)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_second_implementation_passes(serve: Any, judge: Any, seed: int) -> None:
    run = _judged(serve, judge, "--seed", seed)

    assert run.having(*ALARMS) == [], run.stdout
    assert run.code == 0
    assert set(run.having("not_concluded", "not_claimed")) <= NEEDS_OTHER_PAGES
    assert len(run.having("passed")) >= len(run.rows) - len(NEEDS_OTHER_PAGES)


def test_it_shares_no_code_with_sealbox() -> None:
    tree = ast.parse(Path(server.__file__).read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert names
    assert not [name for name in names if "sealbox" in name]


def _any_template(text: Any) -> dict[str, list[str]]:
    return {name: faults for name, faults in _missing(text).items() if name != "template_id"}


_missing, _batch = server.missing, server.batch


def _half_done(name: str, template: str, total: int) -> dict[str, Any]:
    return {**_batch(name, template, total), "progress": 50}


def _renamed(name: str, template: str, total: int) -> dict[str, Any]:
    return _batch(name.lower(), template, total)


BROKEN: dict[str, tuple[str, Any]] = {
    "VEC-BATCH-03": ("batch", _renamed),
    "VEC-BATCH-06": ("read_rows", lambda _content, _errors: []),
    "VEC-CSV-02": ("NAME", server.EMAIL),
    "VEC-LIFECYCLE-05": ("batch", _half_done),
    "VEC-SIGNATORY-01": ("check_signatories", lambda _text, _errors: None),
    "VEC-SIGNATORY-08": ("SIGNATORY", re.compile("(unread)(unread)")),
}


@pytest.mark.parametrize("requirement", list(BROKEN))
def test_a_broken_second_implementation_is_blamed(
    serve: Any, judge: Any, monkeypatch: pytest.MonkeyPatch, requirement: str
) -> None:
    monkeypatch.setattr(server, *BROKEN[requirement])

    run = _judged(serve, judge, "--seed", 1, "--select", requirement)

    assert run.having("failed") == [requirement], run.stdout
    assert run.code == 1


def test_a_group_that_is_signed_too_early_is_blamed(
    serve: Any, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = server.sign
    monkeypatch.setattr(server, "sign", lambda signer: sign(signer) if signer["id"] == 65063 else None)

    run = _judged(serve, judge, "--seed", 1, "--api", "certifiqi")

    assert "CERTIFIQI-GROUP-02" in run.having("failed"), run.stdout
    assert set(run.having("failed")) <= {"CERTIFIQI-GROUP-02", "CERTIFIQI-SIGNER-04"}
