"""How the commands end: their exit codes, and what is printed. Verdicts go to stdout, words to stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

PASS, NONCONFORMANCE, USAGE, UNREACHABLE, HARNESS = range(5)
INTERRUPTED = 130  # as a shell has it


def stop(code: int, sentence: str) -> NoReturn:
    """End the command with `code` and one sentence for whoever called it."""
    typer.echo(f"sealbox-conformance: {sentence}", err=True)
    raise typer.Exit(code)


def show(result: Mapping[str, Any]) -> None:
    """Print a result for people."""
    from rich.console import Console  # noqa: PLC0415, --help need not wait for it

    from .views import terminal  # noqa: PLC0415, as above

    Console().print(terminal.screen(result), soft_wrap=True)
