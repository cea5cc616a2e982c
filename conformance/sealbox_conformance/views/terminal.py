"""What the command prints: what a person has to read, the worst last, where a terminal shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sealbox_conformance.report import act_words, counts, told
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES: Mapping[Verdict, str] = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.EXPIRED: "bold red",
    Verdict.HARNESS_ERROR: "bold magenta",
    Verdict.WARNED: "yellow",
}


NOT_FOR_TERMINALS = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]")


def screen(result: Mapping[str, Any]) -> Group:
    return Group(
        *(_failure(row) for row in reversed(told(result))),
        *map(_broken_act, result["broken_acts"]),
        _table(result),
        *_footnotes(result),
    )


def _failure(row: Mapping[str, Any]) -> Text:
    verdict = Verdict(row["verdict"])
    shown = Text(f"{verdict.value.replace('_', ' ')}: {', '.join(row['ids'])}", STYLES.get(verdict, "bold"))
    again = [f"  again     {line}" for line in row["reproduce"][1:]]
    return shown.append(_tame("\n".join(["", row["message"], *again, ""])), "default")


def _broken_act(act: Mapping[str, Any]) -> Text:
    shown = Text("broken control plane: ", STYLES[Verdict.HARNESS_ERROR])
    checks = [f"  not concluded  {check}" for check in act["checks"]]
    return shown.append(_tame("\n".join([act_words(act), *checks, ""])), "default")


def _tame(text: str) -> str:
    """`text` without what would move the cursor of a terminal, and what no terminal can show."""
    return NOT_FOR_TERMINALS.sub("\ufffd", text)


def _table(result: Mapping[str, Any]) -> Table:
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
    return table


def _footnotes(result: Mapping[str, Any]) -> list[Text]:
    notes = [f"{result['requests']} requests in {result['seconds']:.1f} s, {result['mode']}"]
    if result["cut"]:
        notes.append(f"{len(result['cut'])} checks were cut: time or requests were used up before they ended")
    return [Text(note) for note in notes]
