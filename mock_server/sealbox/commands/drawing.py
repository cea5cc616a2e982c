"""State machines as Mermaid drawings, made from the tables that the code runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def state_diagram(start: str, ways: Mapping[Any, Mapping[Any, str]]) -> str:
    """`ways` is status → event → next status; a status without a way on is an end."""
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    lines += [
        f"    {status} --> {then}: {event}" for status, on in ways.items() for event, then in on.items()
    ]
    lines += [f"    {status} --> [*]" for status, on in ways.items() if not on]
    return "\n".join(lines)


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(headers)
    body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body])
