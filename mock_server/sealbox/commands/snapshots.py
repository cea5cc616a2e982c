"""`sealbox snapshot`: a tenant as one document, in a file or kept by the server under a name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .output import USAGE, end, table
from .remote import Server, on_server

snapshot = typer.Typer(help="Save a tenant, load it, or tell what has changed.", no_args_is_help=True)

File = Annotated[str | None, typer.Argument(help="A file; - is stdout or stdin.")]
Name = Annotated[str | None, typer.Option(help="Kept by the server under this name instead.")]


@snapshot.command()
@on_server
def save(server: Server, file: File = None, *, name: Name = None) -> None:
    """Save the tenant: everything but its journal and faults."""
    if _one_of(file, name) == "name":
        found = server.put(f"/snapshots/{name}")
        server.show(found, f"kept as {found['name']}, at {found['now']}")
        return
    document = server.get("/snapshot")
    _write(str(file), document)
    if file != "-":
        server.show({"file": file, "now": document["now"]}, f"saved to {file}, at {document['now']}")


@snapshot.command()
@on_server
def load(server: Server, file: File = None, *, name: Name = None) -> None:
    """Have the tenant be as it was saved."""
    if _one_of(file, name) == "name":
        found = server.post(f"/snapshots/{name}/load")
    else:
        found = server.put("/snapshot", _read(str(file)))
    server.show(found, f"{found['tenant']} is as it was at {found['clock']['now']}")


@snapshot.command()
@on_server
def diff(
    server: Server,
    before: File = None,
    after: Annotated[str | None, typer.Argument(help="Another one; without it the tenant as it is.")] = None,
    *,
    name: Name = None,
    other: Annotated[str | None, typer.Option(help="With --name: another kept one.")] = None,
) -> None:
    """Tell what has changed since it was saved."""
    if _one_of(before, name) == "name":
        found = server.get(f"/snapshots/{name}/diff", other=other)
    else:
        found = _differences(_read(str(before)), _read(after) if after else server.get("/snapshot"))
    told = [
        f"{one['path']}: {_short(one['before'])} -> {_short(one['after'])}" for one in found["differences"]
    ]
    server.show(found, "\n".join(told) or "nothing has changed")


@snapshot.command("list")
@on_server
def list_(server: Server) -> None:
    """List the snapshots that the server keeps."""
    found = server.get("/snapshots")
    if server.as_json:
        server.show(found, "")
        return
    table(("name", "now"), [(one["name"], one["now"]) for one in found["snapshots"]])


@snapshot.command()
@on_server
def forget(server: Server, name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Forget a snapshot that the server keeps."""
    found = server.delete(f"/snapshots/{name}")
    server.show(found, f"{name} is forgotten")


def _one_of(file: str | None, name: str | None) -> str:
    if (file is None) == (name is None):
        end("say which: a FILE, or --name NAME", USAGE)
    return "file" if name is None else "name"


def _differences(before: Any, after: Any) -> dict[str, Any]:
    from sealbox.snapshots import differences

    return {"differences": list(differences(before, after))}


def _read(file: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        end(f"{file}: {error.strerror}", USAGE)
    except ValueError as error:
        end(f"{file} is no JSON: {error}", USAGE)


def _write(file: str, document: Any) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        end(f"{file}: {error.strerror}", USAGE)


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
