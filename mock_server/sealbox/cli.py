"""The `sealbox` command: which commands there are. Each is read from its module when it is asked for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_from_info, get_group_from_info
from typer.models import CommandInfo, TyperInfo

from . import __version__

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Begin": {
        "serve": ("serving:serve", "Serve both APIs."),
        "wait": ("waiting:wait", "Wait until a server is ready."),
        "env": ("shell:env", "Print shell exports for clients and tests."),
        "demo": ("demo:demo", "Make a CSV file, a batch or a signing event to try."),
        "csv": ("csv_file:csv", "Foretell what becomes of a CSV file, or mend it."),
        "magic": ("shell:magic", "List the values that make failure happen with unchanged client code."),
    },
    "Look": {
        "watch": ("watching:watch", "Tell what happens, as it happens."),
        "journal": ("journal:journal", "What was asked and answered."),
        "explain": ("explaining:explain", "Explain whatever has a name in the contract."),
        "assumptions": ("evidence:assumptions", "List the inferred behaviours that clients relied on."),
        "openapi": ("evidence:openapi", "Print the contract of an API."),
        "proxy": (
            "passing_on:proxy",
            "Pass live traffic on, and write down where it drifts from the contract.",
        ),
    },
    "Act": {
        "clock": ("clock:clock", "Read a tenant's clock, or move it."),
        "sign": ("acting:sign", "Sign in CertifiQI signers' place."),
        "reject": ("acting:reject", "Reject in a CertifiQI signer's place."),
        "approve": ("acting:approve", "Approve a VEC batch in its signatories' place."),
        "hooks": ("hooks:hooks", "Webhooks: receive, list, send again, break."),
        "fault": ("faults:fault", "Have something go wrong with answers."),
    },
    "Keep": {
        "snapshot": ("snapshots:snapshot", "Save a tenant, load it, or tell what has changed."),
        "tenant": ("tenants:tenant", "Isolated worlds in one server."),
        "reset": ("tenants:reset", "Begin again with the same seed, or another one."),
    },
}
"""Where each command is, by sections; the line is what the list of commands says of it."""


class Commands(TyperGroup):
    """Reads no module for the list of commands, and one for a command."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = {name: None for section in COMMANDS.values() for name in section}  # type: ignore[misc]  # only their names

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002, its signature
        for section in COMMANDS.values():
            if cmd_name in section:
                return _command(cmd_name, section[cmd_name][0])
        return None

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002, its signature
        for title, section in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in section.items()])


def _command(name: str, place: str) -> Command:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"sealbox.commands.{module}"), attribute)
    if isinstance(found, typer.Typer):
        group = TyperInfo(found, name=name)
        return get_group_from_info(
            group, pretty_exceptions_short=False, suggest_commands=True, rich_markup_mode=None
        )
    command = CommandInfo(name=name, callback=found, **getattr(found, "settings", {}))
    return get_command_from_info(command, pretty_exceptions_short=False, rich_markup_mode=None)


app = typer.Typer(
    cls=Commands,
    help="A local stand-in for VEC.digital certificate batches and QI Tech CertifiQI signing events.",
    epilog="Exit codes: 0 good, 1 refused or does not hold, 2 usage, 3 no server there, 130 Ctrl-C.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help without rich: a tenth of a second less
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001, typer's callback
    if wanted:
        from . import once  # noqa: PLC0415, one of those that are compiled where that can be done

        how = "interpreted" if once.__file__.endswith(".py") else "compiled"
        typer.echo(f"sealbox {__version__} ({how})")
        raise typer.Exit


@app.callback()
def _commands(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command. Exit codes: 0 good, 1 refused, 2 usage, 3 not reachable, 130 Ctrl-C."""
    try:
        app()
    except BrokenPipeError:
        # Whoever reads has enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
