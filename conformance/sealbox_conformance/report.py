"""What a run was about, how it ended, and the files that tell of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from . import catalogue
from .verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from .catalogue import Requirement

RED = (Verdict.FAILED, Verdict.EXPIRED)
TOLD = (*RED, Verdict.HARNESS_ERROR, Verdict.KNOWN, Verdict.WARNED, Verdict.NOTED)
"""What a person has to read, the worst first."""

JUDGED = (Verdict.PASSED, Verdict.WARNED, Verdict.NOTED, Verdict.KNOWN)


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
    """0 pass, 1 nonconformance, 4 harness error.

    A run in which nothing was judged is no pass, nor one that went without an act that the profile claims.
    """
    verdicts = Counter(row["verdict"] for row in result["verdicts"])
    if any(verdicts[red] for red in RED):
        return 1
    broken = verdicts[Verdict.HARNESS_ERROR] or result["broken_acts"]
    return 4 if broken or not any(verdicts[one] for one in JUDGED) else 0


def act_words(act: Mapping[str, Any]) -> str:
    """What there is to say of a broken act, in one line; the checks that it stopped come beside it."""
    said = act["seen"].partition("\n")[0]
    return f"control.{act['act']} does not work, though the profile claims {act['claim']}: {said}"


def counts(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Counter[str]]:
    """How many of each verdict there are, by API."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["api"], Counter())[row["verdict"]] += 1
    return found


def told(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows that a person has to read, the worst first; those of one message are one, with all `ids`."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in result["verdicts"]:
        if row["verdict"] in TOLD:
            found.setdefault((row["verdict"], row["message"]), {**row, "ids": []})["ids"].append(row["id"])
    return sorted(found.values(), key=lambda row: TOLD.index(row["verdict"]))


def write(folder: Path, result: Mapping[str, Any]) -> None:
    """Write verdicts.json, and beside it everything that is made from it."""
    from .views import badge, ctrf, junit, markdown, page  # noqa: PLC0415, they need this module

    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "verdicts.json": json.dumps(result, indent=2, ensure_ascii=False),
        "summary.md": markdown.summary(result),
        "junit.xml": junit.document(result),
        "ctrf.json": json.dumps(ctrf.document(result), indent=2, ensure_ascii=False),
        "badge.json": json.dumps(badge.endpoint(result)),
        "badge.svg": badge.svg(result),
        "report.html": page.document([result], links=page.foreign(folder)),
    }
    for name, text in texts.items():
        # What was sent may hold half a character, which no file in UTF-8 can.
        (folder / name).write_bytes(f"{text.rstrip()}\n".encode("utf-8", "backslashreplace"))


class ReportError(ValueError):
    """A folder holds no report that can be read."""


def read(folder: Path) -> dict[str, Any]:
    """The result in a report folder. Raises ReportError when it holds none."""
    try:
        found = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{folder} holds no report: {error}") from error
    from .result import FORMAT  # noqa: PLC0415, it needs this module

    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ReportError(f"{folder}/verdicts.json is not of the format {FORMAT}")
    return found
