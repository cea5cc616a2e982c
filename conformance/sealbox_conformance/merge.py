"""Joins the reports of shards: one verdict for each requirement, each failure once."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path  # noqa: TC003, typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .exits import HARNESS, PASS, USAGE, show, stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .witness import Breach

ORDER = (
    "failed",
    "harness_error",
    "known",
    "warned",
    "noted",
    "expired",
    "passed",
    "not_concluded",
    "not_claimed",
)
"""Of the verdicts that shards give on one promise, the first of these stands: others may have missed it."""

SAME = ("format", "target", "mode", "level", "select")


class MergeError(ValueError):
    """The reports are not shards of one campaign."""


def merged(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One result of those of shards. Raises MergeError when they do not belong together."""
    if not results:
        raise MergeError("there is no report in these folders")
    first = results[0]
    for key in SAME:
        if any(result[key] != first[key] for result in results):
            told = ", ".join(sorted({str(result[key]) for result in results}))
            raise MergeError(f"the reports differ in {key}: {told}")
    shards = [shard for result in results for shard in result["shards"]]
    if len({shard["of"] for shard in shards}) > 1 or len({shard["number"] for shard in shards}) < len(shards):
        raise MergeError("the reports are not each another shard of the same number")
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        for row in result["verdicts"]:
            rows.setdefault(row["id"], []).append(row)
    return {
        **first,
        "shards": sorted(shards, key=lambda shard: shard["number"]),
        "started": min(result["started"] for result in results),
        "seconds": max(result["seconds"] for result in results),
        "requests": sum(result["requests"] for result in results),
        "unanswered": sum(result["unanswered"] for result in results),
        "cut": sorted({check for result in results for check in result["cut"]}),
        "broken_acts": _broken_acts(act for result in results for act in result["broken_acts"]),
        "reached": _reached(result["reached"] for result in results),
        "verdicts": [_row(same) for same in rows.values()],
    }


def _broken_acts(acts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each act once, with what was seen of it first and the checks of all shards."""
    joined: dict[str, dict[str, Any]] = {}
    for act in acts:
        known = joined.setdefault(act["act"], {**act, "checks": []})
        known["checks"] = sorted({*known["checks"], *act["checks"]})
    return [joined[name] for name in sorted(joined)]


def missing(result: Mapping[str, Any]) -> list[int]:
    """The numbers of the shards that are not there."""
    there = {shard["number"] for shard in result["shards"]}
    return [number for number in range(1, result["shards"][0]["of"] + 1) if number not in there]


def _row(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    from .verdicts import as_row, distinct  # noqa: PLC0415, --help need not wait for it

    seen = [[_breach(failure) for failure in row["failures"]] for row in rows]
    first, *_ = sorted(
        zip(rows, seen, strict=True),
        key=lambda one: (ORDER.index(one[0]["verdict"]), [breach.rank for breach in one[1][:1]]),
    )
    return {
        **first[0],
        "checks": sorted({check for row in rows for check in row["checks"]}),
        "seconds": round(sum(row["seconds"] for row in rows), 3),
        "failures": [as_row(breach) for breach in distinct(chain(*seen))],
    }


def _breach(failure: Mapping[str, Any]) -> Breach:
    from .witness import Breach  # noqa: PLC0415, --help need not wait for it

    return Breach(**{name: value for name, value in failure.items() if name != "fingerprint"})


def _reached(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    joined: dict[str, dict[str, Counter[str]]] = {}
    for table in tables:
        for api, operations in table.items():
            for operation, times in operations.items():
                joined.setdefault(api, {}).setdefault(operation, Counter()).update(times)
    return joined


def found(folders: Iterable[Path]) -> list[Path]:
    """The report folders among `folders` and right below them."""
    return [
        one
        for folder in folders
        for one in ([folder] if (folder / "verdicts.json").is_file() else sorted(folder.glob("*/")))
        if (one / "verdicts.json").is_file()
    ]


def merge(
    folders: Annotated[list[Path], typer.Argument(help="Report folders, or folders of them.")],
    *,
    report: Annotated[Path | None, typer.Option(help="Folder for the joined report.")] = None,
) -> None:
    """Join the reports of shards: each failure once, by its smallest example.

    Exit codes: 0 pass, 1 nonconformance, 2 usage, 4 harness error, a broken control plane or a shard missing.
    """
    from .report import ReportError, exit_code, read, write  # noqa: PLC0415, --help need not wait

    try:
        result = merged([read(folder) for folder in found(folders)])
    except (ReportError, MergeError) as error:
        stop(USAGE, str(error))
    if report:
        write(report, result)
    show(result)
    code = exit_code(result)
    if code == PASS and (lost := missing(result)):
        stop(HARNESS, f"of {result['shards'][0]['of']} shards there is no {', '.join(map(str, lost))}")
    raise typer.Exit(code)
