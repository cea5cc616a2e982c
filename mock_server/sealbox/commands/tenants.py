"""`sealbox tenant`: isolated worlds in one server; `sealbox reset`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealbox.timing.clock import ClockMode

from .completion import switch_names
from .output import USAGE, end, table
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Mapping

tenant = typer.Typer(help="Isolated worlds in one server.", no_args_is_help=True)


@tenant.command("open")
@on_server
def open_(
    server: Server,
    name: Annotated[str, typer.Argument(help="Small letters, digits and hyphens.")],
    *,
    seed: Annotated[str | None, typer.Option(help="Its seed.")] = None,
    clock: Annotated[ClockMode | None, typer.Option(help="How its time passes.")] = None,
    clock_start: Annotated[str | None, typer.Option(help="Where its time begins.")] = None,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            help="A decision, as vec.row_faults=refuse_upload. Repeatable.", autocompletion=switch_names
        ),
    ] = None,
    only: Annotated[str | None, typer.Option(help="Where behaviour has to come from, as seed,docs.")] = None,
) -> None:
    """Open a world of its own. One of the same name begins again."""
    body = {
        "tenant": name,
        "seed": seed,
        "clock": clock.value if clock else None,
        "clock_start": clock_start,
        "switches": dict(map(_pair, switch)) if switch else None,
        "only": only.split(",") if only else None,
    }
    found = server.post("/tenants", {key: value for key, value in body.items() if value is not None})
    server.show(found, f'{name} is open; eval "$(sealbox env --tenant {name})"')


@tenant.command()
@on_server
def forget(server: Server, name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Forget a tenant and its credentials."""
    found = server.delete(f"/tenants/{name}")
    server.show(found, f"{name} is forgotten")


@tenant.command("list")
@on_server
def list_(server: Server) -> None:
    """List the tenants."""
    found = server.get("/tenants")
    if server.as_json:
        server.show(found, "")
        return
    rows = [
        (one["tenant"], one["seed"], one["clock"]["mode"], one["clock"]["now"], _holds(one))
        for one in found["tenants"]
    ]
    table(("tenant", "seed", "clock", "now", "holds"), rows)


@on_server
def reset(
    server: Server, *, seed: Annotated[str | None, typer.Option(help="Begin with this seed.")] = None
) -> None:
    """Begin again with the same seed, or another one: ids, people, dates and bytes follow from it."""
    found = server.post("/reset") if seed is None else server.post("/seed", {"seed": seed})
    server.show(found, f"{found['tenant']} begins again with seed {found['seed']}")


def _pair(text: str) -> tuple[str, str]:
    name, between, value = text.partition("=")
    if not between:
        end(f"a switch is written NAME=VALUE, not {text!r}", USAGE)
    return name, value


def _holds(tenant: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{sum(statuses.values())} {kind}"
        for api in tenant["apis"].values()
        for kind, statuses in api["holds"].items()
        if statuses
    )
