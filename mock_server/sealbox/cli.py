"""The `sealbox` command. Data goes to stdout, words for people to stderr."""

from __future__ import annotations

import os
import sys
from datetime import datetime  # noqa: TC003, typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import __version__, remote
from .clock import ClockMode  # noqa: TC001, as above
from .commands import csv_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import Settings

app = typer.Typer(
    help="A local stand-in for VEC.digital certificate batches and QI Tech CertifiQI signing events.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)

app.command()(remote.sign)
app.command()(remote.reject)
app.command()(remote.approve)
app.add_typer(remote.clock, name="clock")
app.add_typer(csv_file.csv, name="csv")

FIRST_TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"  # the world's template without signatory fields


def _print_version(wanted: bool) -> None:  # noqa: FBT001, typer's callback
    if wanted:
        typer.echo(f"sealbox {__version__}")
        raise typer.Exit


@app.callback()
def _commands(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    pass


@app.command()
def serve(  # noqa: PLR0913, PLR0917, one flag a setting
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one (default: 4780).")] = None,
    seed: Annotated[str | None, typer.Option(help="Same seed, same world (default: 1).")] = None,
    clock: Annotated[ClockMode | None, typer.Option(help="How time passes (default: auto).")] = None,
    clock_start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="Where time begins, as 2025-04-01T12:00:00Z."),
    ] = None,
    clock_scale: Annotated[
        float | None, typer.Option(help="Virtual seconds a real one (default: 1).")
    ] = None,
    body_limit: Annotated[int | None, typer.Option(help="Bytes of body at most (default: 33554432).")] = None,
    switch: Annotated[
        list[str] | None, typer.Option(help="A decision, as vec.row_faults=refuse_upload. Repeatable.")
    ] = None,
    allow_webhooks_to: Annotated[
        list[str] | None, typer.Option(help="A host or network beside loopback. Repeatable.")
    ] = None,
    pace: Annotated[
        list[str] | None, typer.Option(help="Seconds, as vec.certificate_seconds=0.01. Repeatable.")
    ] = None,
    plain: Annotated[
        bool | None, typer.Option("--plain", help="Through Connexion alone: the same answers, slower.")
    ] = None,
) -> None:
    """Serve both APIs. A flag wins over SEALBOX_* in the environment, that over sealbox.toml."""
    flags = {
        "host": host,
        "port": port,
        "seed": seed,
        "clock": clock,
        "clock_start": clock_start,
        "clock_scale": clock_scale,
        "body_limit": body_limit,
        "switches": ",".join(switch) if switch else None,
        "allow_webhooks_to": ",".join(allow_webhooks_to) if allow_webhooks_to else None,
        "pace": ",".join(pace) if pace else None,
        "plain": plain,
    }
    settings = _settings({name: value for name, value in flags.items() if value is not None})

    from .server import run  # noqa: PLC0415, the whole framework hangs on it

    run(settings)


@app.command()
def env(
    url: Annotated[str, typer.Option(help="Where the server is.", envvar="SEALBOX_URL")] = remote.DEFAULT_URL,
    tenant: Annotated[str, typer.Option(help="Whose credentials.")] = "demo",
) -> None:
    """Print shell exports for clients and tests: eval "$(sealbox env)"."""
    base = url.rstrip("/")
    for name, value in {
        "VEC_URL": f"{base}/vec",
        "VEC_TOKEN": f"sealbox_vec_{tenant}",
        "VEC_TEMPLATE": FIRST_TEMPLATE,
        "CERTIFIQI_URL": f"{base}/certifiqi",
        "CERTIFIQI_TOKEN": f"sealbox_certifiqi_{tenant}",
        "SEALBOX_URL": base,
    }.items():
        typer.echo(f"export {name}={value}")
    if tenant != "demo":
        typer.echo(f"export SEALBOX_TENANT={tenant}")


@app.command()
def magic(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    tenant: Annotated[str, typer.Option(help="Whose tokens.")] = "demo",
) -> None:
    """List the values that make failure happen with unchanged client code."""
    from .listing import magic_values  # noqa: PLC0415, `--help` need not read any file

    rows = magic_values(tenant)
    if as_json:
        import orjson  # noqa: PLC0415, as above

        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    from rich.console import Console  # noqa: PLC0415, as above
    from rich.table import Table  # noqa: PLC0415, as above

    table = Table(box=None, header_style="bold")
    for column in ("api", "field", "value", "effect"):
        longest = max(len(row[column]) for row in rows)
        # A value that is cut short cannot be copied: only the last column gives way.
        table.add_column(column, min_width=0 if column == "effect" else longest)
    for row in rows:
        table.add_row(*(row[column] for column in ("api", "field", "value", "effect")))
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)


def _settings(flags: Mapping[str, Any]) -> Settings:
    from pydantic import ValidationError  # noqa: PLC0415, `--help` need not wait for it

    from .settings import Settings  # noqa: PLC0415, as above

    try:
        return Settings(**flags)
    except ValidationError as error:
        for wrong in error.errors():
            place = ".".join(map(str, wrong["loc"]))
            said = wrong["msg"].removeprefix("Value error, ")
            given = f" (not {wrong['input']!r})" if isinstance(wrong["input"], str | int | float) else ""
            typer.echo(f"sealbox: {place}: {said}{given}", err=True)
        raise typer.Exit(2) from error


def main() -> None:
    """Run the command. Exit codes: 0 good, 1 refused, 2 usage, 3 not reachable."""
    try:
        app()
    except BrokenPipeError:
        # Whoever reads has enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
