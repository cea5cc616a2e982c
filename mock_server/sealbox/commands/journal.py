"""`sealbox journal`: what was asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .completion import operation_ids
from .happenings import exchange_line, path
from .output import REFUSED, USAGE, end, painted, status_style
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMATS = ("har", "curl", "pytest")
LONGEST_BODY = 2000  # characters that are shown of one

journal = typer.Typer(help="What was asked and answered.", no_args_is_help=True)

Operation = Annotated[
    str | None, typer.Option(help="Only those of this operation.", autocompletion=operation_ids)
]
Api = Annotated[str | None, typer.Option(help="Only those with this API.")]
Method = Annotated[str | None, typer.Option(help="Only those with this method.")]
Path = Annotated[str | None, typer.Option(help="Only those with this path.")]
Status = Annotated[str | None, typer.Option(help="Only those with this status or class, as 422 or 4xx.")]
Contains = Annotated[str | None, typer.Option(help="Only those with this text in a body.")]
As = Annotated[str | None, typer.Option("--as", help="As har, curl or pytest instead.")]
Unredacted = Annotated[
    bool, typer.Option("--unredacted", help="With the credentials and the personal data that were sent.")
]


@journal.command("list")
@on_server
def list_(
    server: Server,
    *,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 20,
    api: Api = None,
    operation: Operation = None,
    method: Method = None,
    path: Path = None,
    status: Status = None,
    contains: Contains = None,
) -> None:
    """List what was asked and answered, the newest last."""
    found = server.get(
        "/journal",
        limit=limit,
        api=api,
        operation=operation,
        method=method,
        path=path,
        status=status,
        contains=contains,
    )
    told = [f"{entry['id']:>8}  {exchange_line(entry)}" for entry in reversed(found["entries"])]
    server.show(found, "\n".join(told) or "nothing that matches")


@journal.command()
@on_server
def show(
    server: Server,
    exchange: Annotated[str, typer.Argument(help="Its id, which X-Sandbox-Request-Id says, or last.")],
    *,
    as_: As = None,
    unredacted: Unredacted = False,
) -> None:
    """Show one exchange, with what is known about its answer."""
    _show(server, exchange, as_, unredacted=unredacted)


@journal.command()
@on_server
def last(server: Server, *, as_: As = None, unredacted: Unredacted = False) -> None:
    """Show the newest exchange."""
    _show(server, "last", as_, unredacted=unredacted)


@journal.command()
@on_server
def export(
    server: Server,
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="har, curl or pytest.")],
    *,
    unredacted: Unredacted = False,
    limit: Annotated[int | None, typer.Option(help="The newest of them only.", min=1, max=1000)] = None,
    api: Api = None,
    operation: Operation = None,
    method: Method = None,
    path: Path = None,
    status: Status = None,
    contains: Contains = None,
) -> None:
    """Write what was asked and answered for other tools. The variables in it are those of `sealbox env`."""
    _export(
        server,
        format_,
        unredacted=unredacted,
        limit=limit,
        api=api,
        operation=operation,
        method=method,
        path=path,
        status=status,
        contains=contains,
    )


@journal.command()
@on_server
def verify(
    server: Server,
    *,
    times: Annotated[int | None, typer.Option(help="Exactly so often.", min=0)] = None,
    at_least: Annotated[int | None, typer.Option(help="So often or more.", min=0)] = None,
    at_most: Annotated[int | None, typer.Option(help="So often or less.", min=0)] = None,
    api: Api = None,
    operation: Operation = None,
    method: Method = None,
    path: Path = None,
    status: Status = None,
    contains: Contains = None,
) -> None:
    """Tell whether something was asked as often as it had to be: once or more, unless told otherwise.

    Exit code 1: it was not, and what came nearest.
    """
    asked = {
        "times": times,
        "at_least": at_least,
        "at_most": at_most,
        "api": api,
        "operation": operation,
        "method": method,
        "path": path,
        "status": status,
        "contains": contains,
    }
    found = server.post("/verify", {name: value for name, value in asked.items() if value is not None})
    told = [f"{'holds' if found['holds'] else 'does not hold'}: {found['count']} times"]
    told += [f"{exchange_line(one['entry'])}\n    {'; '.join(one['misses'])}" for one in found["near_misses"]]
    server.show(found, "\n".join(told))
    raise typer.Exit(0 if found["holds"] else REFUSED)


@journal.command()
@on_server
def forget(server: Server) -> None:
    """Forget what was asked and answered."""
    server.show(server.delete("/journal"), "the journal is empty")


def _show(server: Server, exchange: str, as_: str | None, *, unredacted: bool) -> None:
    if as_ is not None:
        _export(server, as_, unredacted=unredacted, id=exchange)
        return
    found = server.get(f"/journal/{exchange}")
    server.show(found, "\n".join(_told(found)))


def _export(server: Server, format_: str, *, unredacted: bool, **chosen: Any) -> None:
    """What the server writes is for programs already: --json changes nothing."""
    if format_ not in FORMATS:
        end(f"the formats are {', '.join(FORMATS)}, not {format_!r}", USAGE)
    redact = "false" if unredacted else None
    typer.echo(server.text("/export", format=format_, redact=redact, **chosen), nl=False)


def _told(entry: Mapping[str, Any]) -> Iterator[str]:
    request, response = entry["request"], entry["response"]
    yield painted(f"{entry['id']}  {entry['at']}  {entry['took_ms']:.1f} ms", "dim")
    yield painted(f"{request['method']} {path(entry)}", "bold")
    yield from _message(request)
    yield ""
    yield painted(str(response["status"]), status_style(response["status"]))
    yield from _message(response)
    yield ""
    for name in ("client", "why", "fix", "doc", "evidence", "fault"):
        if entry[name]:
            yield f"{painted(f'{name}:', 'bold')} {entry[name]}"
    if entry["snippet"]:
        yield ""
        yield entry["snippet"]


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    for name, value in message["headers"]:
        yield f"{name}: {value}"
    body = message["body"]
    if body is None:
        yield f"\n({message['size']} bytes that are no text)"
    elif body:
        more = " ..." if len(body) > LONGEST_BODY or message["kept"] < message["size"] else ""
        yield f"\n{body[:LONGEST_BODY]}{more}"
