"""`sealbox assumptions` and `sealbox openapi`: what a client has relied on, and the contract."""

from __future__ import annotations

from typing import Annotated

import typer

from .completion import api_names
from .output import REFUSED, USAGE, as_json, counted, end, say, table
from .remote import Server, on_server

MARKS = ("seed", "docs", "inferred")


@on_server
def assumptions(
    server: Server,
    *,
    only: Annotated[
        str | None,
        typer.Option(
            help="Where behaviour has to come from, as seed,docs: anything else decisive ends with 1."
        ),
    ] = None,
) -> None:
    """List the inferred behaviours that clients relied on: what to ask the vendor before going live."""
    allowed = only.split(",") if only else list(MARKS)
    if unknown := set(allowed) - set(MARKS):
        end(f"--only takes {', '.join(MARKS)}, not {', '.join(sorted(unknown))}", USAGE)
    found = server.get("/assumptions")
    if server.as_json:
        server.show(found, "")
    elif found["assumptions"]:
        rows = [(one["id"], one["effect"], one["times"], one["text"]) for one in found["assumptions"]]
        table(("id", "effect", "times", "text"), rows)
    decisive = [one["id"] for one in found["assumptions"] if one["effect"] == "decides"]
    made = counted(len(decisive), "assumption")
    say(f"{counted(found['exchanges'], 'exchange')}, {made} made a difference")
    if decisive and "inferred" not in allowed:
        end(f"relied on what no page states: {', '.join(decisive)}", REFUSED)


def openapi(
    api: Annotated[str, typer.Argument(help="vec, certifiqi or _sandbox.", autocompletion=api_names)],
    *,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print the contract of an API, as OpenAPI."""
    from sealbox import contract

    known = (*contract.apis(), "_sandbox")
    if api not in known:
        end(f"there is no contract {api!r}; there are {', '.join(known)}", USAGE)
    if json:
        typer.echo(as_json(contract.document(api)))
    else:
        text = (contract.root() / "openapi" / api / "openapi.yaml").read_text(encoding="utf-8")
        typer.echo(text, nl=False)
