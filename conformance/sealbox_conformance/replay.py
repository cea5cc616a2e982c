"""Shows a failure of an earlier run again."""

from __future__ import annotations

import shlex
from pathlib import Path  # noqa: TC003, typer reads it
from typing import Annotated

import typer

from .exits import USAGE, stop


def replay(
    requirement: Annotated[str, typer.Argument(help="Id of a requirement that the report says is broken.")],
    *,
    report: Annotated[Path, typer.Option(help="Report folder of the run that found it.")],
) -> None:
    """Run the checks of one broken promise again, from the same seed and the example that was found.

    Exit codes are those of the run itself.
    """
    from .cli import app as command  # noqa: PLC0415, a cycle otherwise
    from .report import ReportError, read  # noqa: PLC0415, --help need not wait for it

    try:
        rows = {row["id"]: row for row in read(report)["verdicts"]}
    except ReportError as error:
        stop(USAGE, str(error))
    if requirement not in rows or not rows[requirement]["reproduce"]:
        broken = ", ".join(key for key, row in rows.items() if row["reproduce"]) or "none"
        stop(USAGE, f"{report} tells of no breach of {requirement}; of those it tells: {broken}")
    line = rows[requirement]["reproduce"][-1]
    typer.echo(f"sealbox-conformance: {line}", err=True)
    words = shlex.split(line)[1:]
    kept = report / "examples"
    command([*words, *(["--examples", str(kept)] if kept.is_dir() else [])])
