"""`sealbox explain`: a requirement, an operation, an answer, a switch. Without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .completion import explained_ids
from .output import REFUSED, as_json, end, painted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLAIN = (
    "level",
    "provenance",
    "quote",
    "page",
    "default",
    "why",
    "notes",
    "decision",
    "operations",
    "touches",
    "fix",
)
WIDTH = 14


def explain(
    id_: Annotated[
        list[str],
        typer.Argument(
            metavar="ID",
            help="As VEC-CSV-12, createBatch, 'createBatch 422', vec.row_faults.",
            autocompletion=explained_ids,
        ),
    ],
    *,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Explain whatever has a name in the contract.

    A requirement, an operation, an answer, a group of fields, a switch, an assumption, a question, a finding:
    its words, where it comes from, and what it bears on. No server is asked.
    """
    from .glossary import entry, near

    asked = " ".join(id_)
    found = entry(asked)
    if found is None:
        close = near(asked)
        end(
            f"nothing is called {asked!r}" + (f"; did you mean {', '.join(close)}?" if close else ""), REFUSED
        )
    typer.echo(as_json(found) if json else "\n".join(_told(found)))


def _told(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{painted(found['id'], 'bold')}  {found['kind']}, {found['api']}"
    yield found["text"]
    yield ""
    for name in PLAIN:
        value = found.get(name)
        if value:
            yield f"{name:<{WIDTH}}{', '.join(value) if isinstance(value, list) else value}"
    for name, means in found.get("alternatives", {}).items():
        yield f"{'alternative':<{WIDTH}}{name}: {means}"
    for name in ("promises", "answers", "turned_by"):
        for one in found.get(name, []):
            yield f"{name:<{WIDTH}}{one['id']}: {one['text']}"
