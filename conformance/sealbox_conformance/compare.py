"""The page of one or several reports, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import USAGE, stop


def report(
    folders: Annotated[list[Path], typer.Argument(help="Report folders, one column each.")],
    *,
    out: Annotated[Path, typer.Option(help="The page.")] = Path("conformance.html"),
) -> None:
    """Write one HTML page about one target, or several side by side."""
    from .report import ReportError, read  # noqa: PLC0415, --help need not wait for it
    from .views import page  # noqa: PLC0415, as above

    try:
        results = [read(folder) for folder in folders]
    except ReportError as error:
        stop(USAGE, str(error))
    text = page.document(results)
    out.write_bytes(text.encode("utf-8", "backslashreplace"))
    typer.echo(f"sealbox-conformance: {out}", err=True)
