"""What a run found out: verdicts.json for programs, a table for a terminal, a summary in Markdown."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from . import catalogue
from .verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from rich.console import Group

    from .catalogue import Requirement

RED = (Verdict.FAILED, Verdict.EXPIRED)
TOLD = (*RED, Verdict.HARNESS_ERROR, Verdict.WARNED, Verdict.NOTED)
STYLES: Mapping[Verdict, str] = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.EXPIRED: "bold red",
    Verdict.HARNESS_ERROR: "bold magenta",
    Verdict.WARNED: "yellow",
}


def scope(
    *, apis: Collection[str], provenances: Collection[str], select: Collection[str] = ()
) -> list[Requirement]:
    """The requirements that a run is about."""
    return [
        one
        for one in catalogue.load().values()
        if one.api in apis
        and one.provenance in provenances
        and not one.retired
        and (not select or one.id in select)
    ]


def exit_code(result: Mapping[str, Any]) -> int:
    """0 pass, 1 nonconformance, 4 harness error. A run in which nothing was judged is no pass."""
    verdicts = Counter(row["verdict"] for row in result["verdicts"])
    if any(verdicts[red] for red in RED):
        return 1
    judged = sum(verdicts[one] for one in (Verdict.PASSED, Verdict.WARNED, Verdict.NOTED, Verdict.KNOWN))
    return 4 if verdicts[Verdict.HARNESS_ERROR] or not judged else 0


def write(folder: Path, result: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (folder / "verdicts.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "summary.md").write_text(markdown(result), encoding="utf-8")


def counts(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Counter[str]]:
    """How many of each verdict there are, by API."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["api"], Counter())[row["verdict"]] += 1
    return found


def markdown(result: Mapping[str, Any]) -> str:
    lines = [f"# {result['target']}: conformance", "", f"Seed {result['seed']}, level {result['level']}.", ""]
    lines += ["| API | " + " | ".join(Verdict) + " |", "|---" * (len(Verdict) + 1) + "|"]
    for api, found in counts(result["verdicts"]).items():
        lines.append(f"| {api} | " + " | ".join(str(found[verdict]) for verdict in Verdict) + " |")
    for verdict in TOLD:
        for row in (row for row in result["verdicts"] if row["verdict"] == verdict):
            lines += [
                "",
                f"## {row['id']}: {verdict.value}",
                "",
                "```",
                row["message"],
                *row["reproduce"],
                "```",
            ]
    unknown = [row for row in result["verdicts"] if row["verdict"].startswith("not_")]
    if unknown:
        lines += ["", "## Not known", "", "| requirement | verdict | why |", "|---|---|---|"]
        lines += [f"| {row['id']} | {row['verdict']} | {_cell(row['message'])} |" for row in unknown]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.splitlines()[0][:200].replace("|", "\\|") if text else ""


def terminal(result: Mapping[str, Any]) -> Group:
    """Everything that a person has to read, the worst last, where a terminal shows it."""
    from rich.console import Group  # noqa: PLC0415, --help need not wait for it
    from rich.table import Table  # noqa: PLC0415, as above
    from rich.text import Text  # noqa: PLC0415, as above

    told = [
        Text(f"{verdict.value}\n{row['message']}\n" + "".join(f"  {one}\n" for one in row["reproduce"][1:]))
        for verdict in reversed(TOLD)
        for row in result["verdicts"]
        if row["verdict"] == verdict
    ]
    found = counts(result["verdicts"])
    table = Table(title=f"{result['target']}, seed {result['seed']}", title_justify="left")
    table.add_column("requirements")
    for api in found:
        table.add_column(api, justify="right")
    for verdict in Verdict:
        if any(number[verdict] for number in found.values()):
            style = STYLES.get(verdict, "")
            cells = [Text(str(number[verdict] or "·"), style) for number in found.values()]
            table.add_row(Text(verdict.value.replace("_", " "), style), *cells)
    return Group(*told, table)
