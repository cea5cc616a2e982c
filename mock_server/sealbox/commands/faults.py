"""`sealbox fault`: have something go wrong with answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .completion import operation_ids
from .output import USAGE, counted, end, table
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Mapping

fault = typer.Typer(help="Have something go wrong with answers.", no_args_is_help=True)


@fault.command()
@on_server
def add(
    server: Server,
    operation: Annotated[
        str | None,
        typer.Argument(help="Which operation; every one without it.", autocompletion=operation_ids),
    ] = None,
    *,
    nth: Annotated[int | None, typer.Option(help="The nth request from now and no other.", min=1)] = None,
    next_: Annotated[int | None, typer.Option("--next", help="So many requests.", min=1)] = None,
    after: Annotated[
        str | None, typer.Option(help="Once this operation was asked for.", autocompletion=operation_ids)
    ] = None,
    of: Annotated[str | None, typer.Option(help="Only while this object has the status of --while.")] = None,
    while_: Annotated[str | None, typer.Option("--while", help="The status; say whose with --of.")] = None,
    status: Annotated[int | None, typer.Option(help="Answer this, in the vendor's own body.")] = None,
    delay: Annotated[str | None, typer.Option(help="Answer so much later, as 500ms.")] = None,
    cut_after: Annotated[int | None, typer.Option(help="Close after so many bytes of body.", min=0)] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Reset the connection.")] = False,
    dribble: Annotated[str | None, typer.Option(help="In pieces, as 64/100ms: bytes, and how often.")] = None,
) -> None:
    """Have something go wrong: for which operation, when, and what. Say at least what."""
    if bool(of) != bool(while_):
        end("--while STATUS and --of ID go together", USAGE)
    effect = {
        "status": status,
        "delay": delay,
        "cut_after": cut_after,
        "reset": reset or None,
        "dribble": _dribble(dribble) if dribble else None,
    }
    rule = {
        "operation": operation,
        "nth": nth,
        "next": next_,
        "after": {"operation": after} if after else None,
        "while": {"about": of, "status": while_} if of else None,
        "effect": _said(effect),
    }
    if not rule["effect"]:
        end("say what goes wrong: --status, --delay, --cut-after, --reset or --dribble", USAGE)
    found = server.post("/faults", _said(rule))
    server.show(found, f"fault {found['id']}: {when(found)}: {what(found)}")


@fault.command("list")
@on_server
def list_(server: Server) -> None:
    """List what goes wrong, spent ones too."""
    found = server.get("/faults")
    if server.as_json:
        server.show(found, "")
        return
    rows = [
        (one["id"], when(one), what(one), one["seen"], one["struck"], "yes" if one["spent"] else "")
        for one in found["faults"]
    ]
    table(("id", "when", "what", "seen", "struck", "spent"), rows)


@fault.command()
@on_server
def forget(
    server: Server, number: Annotated[int | None, typer.Argument(help="Only this one.", min=0)] = None
) -> None:
    """Let nothing more go wrong, or let one fault go."""
    found = server.delete("/faults" if number is None else f"/faults/{number}")
    server.show(found, f"left: {counted(len(found['faults']), 'fault')}")


def when(fault: Mapping[str, Any]) -> str:
    said = [fault.get("operation", "every operation")]
    if "nth" in fault:
        said.append(f"request {fault['nth']}")
    if "next" in fault:
        said.append(f"next {fault['next']}")
    if "after" in fault:
        said.append(f"after {fault['after']['operation']}")
    if "while" in fault:
        said.append(f"while {fault['while']['about']} is {fault['while']['status']}")
    return ", ".join(said)


def what(fault: Mapping[str, Any]) -> str:
    effect = dict(fault["effect"])
    if "dribble" in effect:
        effect["dribble"] = f"{effect['dribble']['bytes']} bytes every {effect['dribble']['every']}"
    return ", ".join("reset" if name == "reset" else f"{name} {value}" for name, value in effect.items())


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _dribble(text: str) -> dict[str, Any]:
    size, _, every = text.partition("/")
    if not size.isdecimal() or not every:
        end(f"write --dribble as 64/100ms, not {text!r}", USAGE)
    return {"bytes": int(size), "every": every}
