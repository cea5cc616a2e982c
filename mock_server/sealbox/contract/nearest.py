"""Which operation a path means that leads to none, and why it does not: values in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .operations import Operation

    Apis = Mapping[str, Mapping[str, Operation]]
    """The operations of each API, by their ids."""

NEAR = 0.8  # of 1, from which on two paths are said to be alike
LONGEST = 300  # letters of a path that are compared
MOST_BEFORE = 8  # segments that may stand before a path


@dataclass(frozen=True, slots=True)
class Route:
    """The operations of one API that a path means, behind `prefix`; `path` is theirs, as it was asked for."""

    prefix: tuple[str, ...]
    path: str
    operations: tuple[Operation, ...]

    @property
    def api(self) -> str:
        return self.operations[0].api

    @property
    def right(self) -> str:
        """The path as it is documented, base path included."""
        return f"/{self.api}{self.path}"

    @property
    def needless(self) -> str:
        """What stands before it beside the base path."""
        others = [part for part in self.prefix if part != self.api]
        return "".join(f"/{part}" for part in others or self.prefix[1:])


def route(path: str, apis: Apis) -> Route | None:
    """Where `path` leads when its beginning and doubled slashes are left out; None for nowhere."""
    segments = [segment for segment in path[:LONGEST].split("/") if segment]
    for start in range(min(len(segments), MOST_BEFORE)):
        rest = "/" + "/".join(segments[start:])
        for operations in apis.values():
            if found := tuple(one for one in operations.values() if _fits(one.path, rest)):
                return Route(tuple(segments[:start]), rest, found)
    return None


def nearest(method: str, path: str, apis: Apis) -> tuple[Operation, str] | None:
    """The operation whose path `path` is nearly, and that path with every id as it was asked for.

    Of the API that `path` begins with, else of any; None when nothing is near.
    """
    path = path[:LONGEST]
    api = path.split("/", 2)[1] if path.startswith("/") else ""
    below = path.removeprefix(f"/{api}") if api in apis else path
    ranked = [
        (_likeness(below, near), operation.method == method, near, operation)
        for name in ([api] if api in apis else sorted(apis))
        for operation in apis[name].values()
        for near in [_filled(operation.path, below)]
    ]
    likeness, _, near, operation = max(ranked, key=lambda one: one[:2])
    return (operation, f"/{operation.api}{near}") if likeness >= NEAR else None


def why_no_operation(method: str, path: str, apis: Apis) -> str:
    """One sentence. `path` has the base path in it, if the client sent one; empty when it does mean one."""
    if "\n" in path:
        return "unknown path: there is a line end in it"
    path = path[:LONGEST]
    api = path.split("/", 2)[1] if path.startswith("/") else ""
    there = route(path, apis)
    if there and there.right == path:
        methods = sorted({operation.method for operation in there.operations})
        asked = "GET" if method == "HEAD" else method
        said = f"the path is right and the method is not: {path} takes {' and '.join(methods)}, not {method}"
        return "" if asked in methods else said
    if path.startswith(f"/{api}/storage/") and api in apis:
        return "there is no such file"
    return (_mistake(there, method, path, apis) if there else "") or _unknown(method, path, api, apis)


def _mistake(there: Route, method: str, path: str, apis: Apis) -> str:
    """What is wrong with a path whose end is right; empty when it is the end after all."""
    means = f"{there.right} is {_named(there.operations, method)}"
    if not there.prefix:
        return f"the base path /{there.api} is missing: {means}"
    if [part.lower() for part in there.prefix] == [there.api]:
        return f"there are two slashes in a row: {means}" if "//" in path else ""
    if len(there.prefix) == 1 and there.prefix[0] in apis:
        return f"this is a path of /{there.api}, not of /{there.prefix[0]}: {means}"
    return f"the path has {there.needless} needlessly: {means}"


def _unknown(method: str, path: str, api: str, apis: Apis) -> str:
    if found := nearest(method, path, apis):
        operation, near = found
        return f"unknown path: the nearest is {near} ({operation.id})"
    where = f"/{api} has" if api in apis else " and ".join(f"/{name}" for name in sorted(apis)) + " have"
    return f"unknown path: {where} nothing like it"


def _likeness(path: str, other: str) -> float:
    return SequenceMatcher(None, path.lower(), other.lower()).ratio()


def _filled(template: str, path: str) -> str:
    """`template` with its parameters taken from where they stand in `path`."""
    given = dict(enumerate(path.split("/")))
    steps = enumerate(template.split("/"))
    return "/".join((given.get(number) or step) if step.startswith("{") else step for number, step in steps)


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one == other or (one.startswith("{") and other) for one, other in zip(wanted, given, strict=True)
    )


def _named(found: tuple[Operation, ...], method: str) -> str:
    meant = [operation.id for operation in found if operation.method == method]
    return meant[0] if meant else " and ".join(sorted(operation.id for operation in found))
