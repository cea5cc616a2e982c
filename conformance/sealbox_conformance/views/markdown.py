"""A summary in Markdown, for the page of a CI job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox_conformance import contract
from sealbox_conformance.report import act_words, counts, told
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def summary(result: Mapping[str, Any]) -> str:
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {result['target']}: conformance\n"
    yield (
        f"Seed {result['seed']}, level {result['level']}, {result['mode']}, "
        f"{result['requests']} requests in {result['seconds']:.0f} s.\n"
    )
    found = counts(result["verdicts"])
    used = [verdict for verdict in Verdict if any(number[verdict] for number in found.values())]
    yield "| API | " + " | ".join(verdict.replace("_", " ") for verdict in used) + " |"
    yield "|---" * (len(used) + 1) + "|"
    for api, numbers in found.items():
        yield f"| {api} | " + " | ".join(str(numbers[verdict]) for verdict in used) + " |"
    if result["cut"]:
        yield f"\n**{len(result['cut'])} checks were cut**: time or requests were used up before they ended."
    for act in result["broken_acts"]:
        yield f"\n## Broken control plane: {act['act']}\n"
        yield _fenced("\n".join([act_words(act), *(f"not concluded: {check}" for check in act["checks"])]))
    for row in told(result):
        yield f"\n## {', '.join(row['ids'])}: {row['verdict'].replace('_', ' ')}\n"
        yield _fenced("\n".join([row["message"], *row["reproduce"]]))
    yield from _unknown(result)
    yield from _statuses(result)


def _unknown(result: Mapping[str, Any]) -> Iterator[str]:
    unknown = [row for row in result["verdicts"] if row["verdict"].startswith("not_")]
    if unknown:
        yield "\n## Not known\n\n| requirement | verdict | why |\n|---|---|---|"
    for row in unknown:
        yield f"| {row['id']} | {row['verdict'].replace('_', ' ')} | {_cell(row['message'])} |"


def _statuses(result: Mapping[str, Any]) -> Iterator[str]:
    yield "\n## Documented answers\n\n| operation | seen | not seen |\n|---|---|---|"
    for api in result["urls"]:
        seen = result["reached"].get(api, {})
        for operation in contract.operations(api).values():
            times = seen.get(operation.id, {})
            missing = [str(status) for status in sorted(operation.answers) if str(status) not in times]
            shown = ", ".join(f"{status} ({number})" for status, number in sorted(times.items()))
            yield f"| {api} {operation.id} | {shown} | {', '.join(missing)} |"


def _fenced(text: str) -> str:
    """A block of code that nothing in the text can close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _cell(text: str) -> str:
    return text.splitlines()[0][:200].replace("|", "\\|") if text else ""
