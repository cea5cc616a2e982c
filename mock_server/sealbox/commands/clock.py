"""`sealbox clock`: read a tenant's clock, move it, have time pass in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealbox.timing.clock import ClockMode

from .happenings import line
from .output import USAGE, end
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Mapping

clock = typer.Typer(help="Read a tenant's clock, or move it.", no_args_is_help=True)


@clock.command()
@on_server
def show(server: Server) -> None:
    """Tell the time, and when something happens next."""
    found = server.get("/clock")
    server.show(found, clock_line(found))


@clock.command()
@on_server
def advance(
    server: Server,
    by: Annotated[
        str | None, typer.Argument(help="How far, as 1h30m, or idle: until nothing more happens.")
    ] = None,
    *,
    until: Annotated[
        str | None, typer.Option(help="Until an object has this status; say which with --of.")
    ] = None,
    of: Annotated[str | None, typer.Option(help="Id of a batch, or key of an event.")] = None,
) -> None:
    """Move the clock; whatever becomes due on the way happens in order, and is told."""
    found = server.post("/clock/advance", _way(by, until, of))
    told = [line(one) for one in found["happened"]]
    server.show(found, "\n".join([*told, clock_line(found)]))


@clock.command()
@on_server
def mode(
    server: Server,
    mode: Annotated[
        ClockMode,
        typer.Argument(help="auto: as the system's; manual: when told; instant: settle before each answer."),
    ],
    *,
    scale: Annotated[float | None, typer.Option(help="Virtual seconds a real one.")] = None,
) -> None:
    """Have time pass in another way. It does not jump."""
    found = server.put("/clock", {"mode": mode.value} | ({"scale": scale} if scale is not None else {}))
    server.show(found, clock_line(found))


def _way(by: str | None, until: str | None, of: str | None) -> dict[str, Any]:
    """What the control plane is asked for. Ends the command for what says nothing, or two things."""
    if bool(until) != bool(of):
        end("--until STATUS and --of ID go together", USAGE)
    if bool(by) == bool(until):
        end("say how far: 1h30m, idle, or --until STATUS --of ID", USAGE)
    if until:
        return {"until": {"about": of, "status": until}}
    return {"until": "idle"} if by == "idle" else {"by": _checked(str(by))}


def _checked(by: str) -> str:
    from sealbox.timing.durations import duration

    try:
        duration(by)
    except (ValueError, OverflowError) as error:
        end(str(error), USAGE)
    return by


def clock_line(found: Mapping[str, Any]) -> str:
    due = found["next_due"]
    scale = f", times {found['scale']:g}" if found["scale"] not in {0, 1} else ""
    return f"{found['now']} ({found['mode']}{scale}), " + (f"next at {due}" if due else "nothing is due")
