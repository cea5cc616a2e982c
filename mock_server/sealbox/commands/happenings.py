"""One line for whatever has happened: to an object, or over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .output import painted, status_style

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH_OF_OBJECT = 18


def line(happening: Mapping[str, Any]) -> str:
    """When, to what, and what, of an entry of the timeline."""
    return f"{moment(happening)}  {_object(happening)}  {happening['what']}"


def exchange_line(exchange: Mapping[str, Any]) -> str:
    """When, what was asked, what was answered, and why not, of an entry of the journal."""
    request, response = exchange["request"], exchange["response"]
    status = painted(str(response["status"]), status_style(response["status"]))
    why = f"  {exchange['why']}" if exchange["why"] else ""
    fault = f"  [{exchange['fault']}]" if exchange["fault"] else ""
    return f"{moment(exchange)}  {request['method']} {path(exchange)} {status}{why}{fault}"


def path(exchange: Mapping[str, Any]) -> str:
    request = exchange["request"]
    return f"{request['path']}?{request['query']}" if request["query"] else str(request["path"])


def moment(entry: Mapping[str, Any]) -> str:
    """Virtual time of day."""
    return painted(f"{datetime.fromisoformat(entry['at']):%H:%M:%S}", "dim")


def _object(happening: Mapping[str, Any]) -> str:
    kind = {"vec": "batch", "certifiqi": "event"}.get(happening["api"], happening["api"])
    return painted(f"{kind} {happening['about'][:8]}".ljust(WIDTH_OF_OBJECT), "bold")
