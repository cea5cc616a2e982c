"""`sealbox serve`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealbox.timing.clock import ClockMode

from .completion import switch_names
from .output import USAGE, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox.settings import Settings

LISTS = frozenset({"allow_host", "allow_webhooks_to", "pace", "switch"})


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one (default: 4780).")] = None,
    port_file: Annotated[Path | None, typer.Option(help="Write the port to this file once ready.")] = None,
    seed: Annotated[str | None, typer.Option(help="Same seed, same world (default: 1).")] = None,
    clock: Annotated[ClockMode | None, typer.Option(help="How time passes (default: auto).")] = None,
    clock_start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="Where time begins, as 2025-04-01T12:00:00Z."),
    ] = None,
    clock_scale: Annotated[
        float | None, typer.Option(help="Virtual seconds a real one (default: 1).")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Keep the world in this file: loaded at the start, saved at the end.")
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Where behaviour has to come from, as seed,docs; anything else is 501.")
    ] = None,
    body_limit: Annotated[int | None, typer.Option(help="Bytes of body at most (default: 33554432).")] = None,
    log: Annotated[
        str | None, typer.Option(help="What to print: refusals, all or none (default: refusals).")
    ] = None,
    quiet_headers: Annotated[
        bool | None,
        typer.Option("--quiet-headers", help="Answer without the headers that explain; X-Sandbox stays."),
    ] = None,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            help="A decision, as vec.row_faults=refuse_upload. Repeatable.", autocompletion=switch_names
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name by which the control plane may be asked. Repeatable.")
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
    settings = _settings(_given(locals()))

    from .running import run  # the whole framework hangs on it

    run(settings)


def _given(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that were given, by the names of the settings, as the environment would write them."""
    return {
        "switches" if name == "switch" else name: ",".join(value) if name in LISTS else value
        for name, value in flags.items()
        if value is not None
    }


def _settings(flags: Mapping[str, Any]) -> Settings:
    from pydantic import ValidationError

    from sealbox.settings import Settings

    try:
        return Settings(**flags)
    except ValidationError as error:
        for wrong in error.errors():
            place = ".".join(map(str, wrong["loc"]))
            said = wrong["msg"].removeprefix("Value error, ")
            given = f" (not {wrong['input']!r})" if isinstance(wrong["input"], str | int | float) else ""
            say(f"sealbox: {place}: {said}{given}")
        raise typer.Exit(USAGE) from error
