"""One HTML page for one or several targets. It needs no network: style and script stand inside."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jinja2

from sealbox_conformance import catalogue, contract
from sealbox_conformance.report import told
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

SIGNS: Mapping[str, str] = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.EXPIRED: "✗",
    Verdict.HARNESS_ERROR: "‼",
    Verdict.WARNED: "!",
    Verdict.NOTED: "i",
    Verdict.KNOWN: "~",
    Verdict.NOT_CONCLUDED: "?",
    Verdict.NOT_CLAIMED: "·",
}
"""A verdict is never told by its colour alone."""


@cache
def _template() -> jinja2.Template:
    text = files("sealbox_conformance.views").joinpath("page.html").read_text(encoding="utf-8")
    made = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    made.filters["words"] = lambda verdict: verdict.replace("_", " ")
    return made.from_string(text)


def document(results: Sequence[Mapping[str, Any]], *, links: Iterable[str] = ()) -> str:
    """The page of `results`, one column each. `links` lead from the page to reports of others."""
    counts = [Counter(row["verdict"] for row in result["verdicts"]) for result in results]
    return _template().render(
        results=results,
        counts=counts,
        verdicts=[verdict.value for verdict in Verdict if any(count[verdict] for count in counts)],
        signs=SIGNS,
        promises=catalogue.load(),
        failures=[_failures(number, result) for number, result in enumerate(results)],
        matrix=_matrix(results),
        statuses=_statuses(results),
        links=sorted(links),
    )


def _failures(number: int, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "anchors": [f"t{number}-{one}" for one in row["ids"]]} for row in told(result)]


def _matrix(results: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[str, list[Any]]]]:
    """For each API, each requirement of any result with its row in each of them."""
    rows = [{row["id"]: row for row in result["verdicts"]} for result in results]
    matrix: dict[str, list[tuple[str, list[Any]]]] = {}
    for requirement, row in {key: row for found in rows for key, row in found.items()}.items():
        cells = [found.get(requirement) for found in rows]
        matrix.setdefault(row["api"], []).append((requirement, cells))
    return matrix


def _statuses(results: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[str, list[Any]]]]:
    """For each API, each operation's documented statuses with how often each target gave them."""
    apis = dict.fromkeys(api for result in results for api in result["urls"])
    return {
        api: [
            (name, [(status, _seen(results, api, name, status)) for status in sorted(operation.answers)])
            for name, operation in contract.operations(api).items()
        ]
        for api in apis
    }


def _seen(results: Sequence[Mapping[str, Any]], api: str, operation: str, status: int) -> list[int]:
    return [result["reached"].get(api, {}).get(operation, {}).get(str(status), 0) for result in results]


def foreign(folder: Path) -> list[str]:
    """Reports that Schemathesis wrote into `folder`/schemathesis, as addresses from there."""
    found = (folder / "schemathesis").rglob("*")
    return [path.relative_to(folder).as_posix() for path in found if path.is_file()]
