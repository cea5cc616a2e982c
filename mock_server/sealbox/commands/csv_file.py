"""`sealbox csv`: what would become of a CSV file, without a server. Data on stdout, notes on stderr."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.table import Table

    from sealbox.apis.vec.csv_doctor import Report, Row
    from sealbox.apis.vec.csv_findings import Finding

    Examine = Callable[[bytes], Report]

ALL_ROWS = 20  # a file with more rows is shown by its first bad ones
FIRST_BAD = 10
WIDEST_CELL = 48
MARKS = {"certificate": ("✓", "green"), "fails": ("✗", "red"), "skipped": ("-", "dim")}

File = Annotated[str, typer.Argument(metavar="FILE", help="The CSV file; - reads stdin.")]
Switch = Annotated[
    list[str] | None, typer.Option(help="A decision, as vec.row_faults=refuse_upload. Repeatable.")
]

csv = typer.Typer(help="Foretell what becomes of a CSV file, or mend it.", no_args_is_help=True)


@csv.callback()
def _commands() -> None:
    gc.disable()  # nothing here makes cycles, and looking for them is a third of the time of a large file
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name or a mark that it cannot write is no reason to stop


@csv.command()
def check(
    file: File,
    switch: Switch = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,  # noqa: FBT002, a flag
) -> None:
    """Tell what createBatch would make of each row. Exit code 0: of every row a certificate; 1: not so."""
    content, examine = _read(file), _doctor(switch)
    report = examine(content)
    mended = _mended(content, report, examine)
    if as_json:
        import orjson

        typer.echo(orjson.dumps(_as_json(report, mended), option=orjson.OPT_INDENT_2))
    else:
        _show(file, report)
        _tell(report.findings)
        if mended:
            typer.echo(f"`sealbox csv fix {file}` makes a file that would be {mended.verdict}", err=True)
    raise typer.Exit(0 if report.all_good else 1)


@csv.command()
def fix(
    file: File,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write, else stdout.")
    ] = None,
    switch: Switch = None,
) -> None:
    """Write the file as documented: UTF-8, commas, headers, dates. Data that could be meant twice stays.

    Exit code 0: of every row a certificate; 1: something is left for a person to mend.
    """
    from sealbox.apis.vec.csv_mend import mend

    content, examine = _read(file), _doctor(switch)
    mended = mend(content)
    before, after = examine(content), examine(mended)
    _write(mended, output)
    if mended == content:
        typer.echo("nothing was changed", err=True)
    else:
        _tell([finding for finding in before.findings if finding.mended], "mended: ")
    typer.echo(f"the file would be {after.verdict}", err=True)
    _tell(after.findings)
    raise typer.Exit(0 if after.all_good else 1)


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise _usage(f"{file}: {error.strerror}") from error


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise _usage(f"{output}: {error.strerror}") from error


def _usage(text: str) -> typer.Exit:
    typer.echo(f"sealbox: {text}", err=True)
    return typer.Exit(2)


def _doctor(switch: list[str] | None) -> Examine:
    """The doctor under the decisions that `sealbox serve` would go by, called here with the same flag."""
    from functools import partial

    from pydantic import ValidationError

    from sealbox import contract
    from sealbox.apis.vec.csv_doctor import examine
    from sealbox.apis.vec.magic import Magic
    from sealbox.contract import choices
    from sealbox.settings import Settings
    from sealbox.timing.clock import system_time

    flags: dict[str, Any] = {"switches": ",".join(switch)} if switch else {}
    try:
        chosen = Settings(**flags).switches
    except ValidationError as error:
        raise _usage(
            "; ".join(wrong["msg"].removeprefix("Value error, ") for wrong in error.errors())
        ) from error
    defaults = {one["name"]: one["default"] for one in choices.switches("vec")}
    own = {name.removeprefix("vec."): value for name, value in chosen.items() if name.startswith("vec.")}
    magic = Magic(contract.read("fixtures", "vec", "magic.yaml"))
    return partial(examine, today=system_time().date(), switches=defaults | own, fails=magic.fails)


def _mended(content: bytes, report: Report, examine: Examine) -> Report | None:
    """What would become of the file once mended, if anything in it can be."""
    from sealbox.apis.vec.csv_mend import mend

    if not any(finding.mended for finding in report.findings):
        return None
    mended = mend(content)
    return None if mended == content else examine(mended)


def _counts(report: Report) -> dict[str, int]:
    from sealbox.apis.vec.csv_doctor import Outcome

    return {outcome.value: report.count(outcome) for outcome in Outcome}


def _as_json(report: Report, mended: Report | None) -> dict[str, Any]:
    return {
        "accepted": report.accepted,
        "verdict": report.verdict,
        "counts": _counts(report),
        "messages": report.messages,
        "why": report.why,
        "encoding": report.encoding,
        "line_ends": report.line_ends,
        "delimiter": report.delimiter,
        "sep_line": report.sep_line,
        "headers": [{"written": one.written, "means": one.means} for one in report.headers],
        "custom": report.custom,
        "rows": [_row_as_json(row) for row in report.rows],
        "findings": report.findings,
        "mended": mended
        and {"accepted": mended.accepted, "verdict": mended.verdict, "counts": _counts(mended)},
    }


def _row_as_json(row: Row) -> Mapping[str, Any]:
    return {
        "row": row.number,
        "line": row.line,
        "outcome": row.outcome,
        "email": row.recipient and row.recipient.email,
        "reason": row.reason,
        "advice": row.advice,
    }


def _show(file: str, report: Report) -> None:
    from rich.console import Console
    from rich.text import Text

    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    mark, colour = MARKS["certificate" if report.all_good else "fails"]
    screen.print(Text(f"{mark} {file} would be {report.verdict}", style=colour))
    if report.why:
        screen.print(Text(f"  {report.why}"))
    screen.print(Text(f"  {_form(report)}"))
    bad = [row for row in report.rows if row.reason]
    shown = report.rows if len(report.rows) <= ALL_ROWS else bad[:FIRST_BAD]
    if shown:
        screen.print(_table(shown))
    if len(bad) > len(shown):
        screen.print(Text(f"  and {len(bad) - len(shown)} more rows that fail (--json lists them)"))


def _form(report: Report) -> str:
    from sealbox.apis.vec.csv_forms import NAMES

    parted = NAMES.get(report.delimiter, "nothing")
    custom = f"; custom columns: {_plain(', '.join(report.custom))}" if report.custom else ""
    return f"{report.encoding}, line ends {report.line_ends}, columns parted by {parted}{custom}"


def _table(rows: Any) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("row", "line", "outcome", "recipient", "why"):
        table.add_column(column, justify="right" if column in {"row", "line"} else "left")
    for row in rows:
        mark, colour = MARKS[row.outcome]
        why = "; ".join(filter(None, (row.reason, row.advice)))
        table.add_row(
            str(row.number or ""),
            str(row.line),
            Text(f"{mark} {row.outcome}", style=colour),
            Text(_plain(row.recipient.email) if row.recipient else ""),
            Text(why),
        )
    return table


def _plain(text: str) -> str:
    """Fit for a terminal, whatever a file holds."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: WIDEST_CELL + 1])
    return shown if len(shown) <= WIDEST_CELL else f"{shown[: WIDEST_CELL - 3]}..."


def _tell(findings: Any, before: str = "") -> None:
    for finding in findings:
        typer.echo(f"{before}{finding.kind}: {finding.text}{_places(finding)}", err=True)


def _places(finding: Finding) -> str:
    if not finding.lines:
        return ""
    more = f" and {finding.count - len(finding.lines)} more" if finding.count > len(finding.lines) else ""
    return f" (line {', '.join(map(str, finding.lines))}{more})"
