"""Why a request means no operation: what it comes nearest to."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .operations import Operation

NEAR = 0.75  # of 1, from which on two paths are said to be alike
LONGEST = 300  # letters of a path that are compared


def why_no_operation(method: str, path: str, apis: Mapping[str, Mapping[str, Operation]]) -> str:
    """One sentence. `path` has the base path in it, if the client sent one; empty when it does mean one."""
    if "\n" in path:
        return "unknown path: there is a line end in it"
    path = path[:LONGEST]
    api = path.split("/", 2)[1] if path.startswith("/") else ""
    found = _called(path, apis)
    if found:
        methods = sorted({operation.method for operation in found})
        asked = "GET" if method == "HEAD" else method
        said = f"the path is right and the method is not: {path} takes {' and '.join(methods)}, not {method}"
        return "" if asked in methods else said
    if path.startswith(f"/{api}/storage/") and api in apis:
        return "there is no such file"
    return next(_mistakes(method, path, api, apis), None) or _nearest(method, path, api, apis)


def _mistakes(method: str, path: str, api: str, apis: Mapping[str, Mapping[str, Operation]]) -> Iterator[str]:
    """What is wrong with the beginning of a path whose rest is right."""
    below = path.removeprefix(f"/{api}") if api in apis else path
    for other in sorted(apis):
        right = f"/{other}{below}"
        if not (found := _called(right, apis)):
            continue
        if api not in apis:
            yield f"the base path /{other} is missing: {right} is {_named(found, method)}"
        else:
            yield f"this is a path of /{other}, not of /{api}: {right} is {_named(found, method)}"
    single = re.sub(r"/{2,}", "/", path)
    if single != path and (found := _called(single, apis)):
        yield f"there are two slashes in a row: {single} is {_named(found, method)}"
    without = path.removeprefix(f"/{api}")
    if found := _called(without, apis):
        yield f"the path begins with /{api} needlessly: {without} is {_named(found, method)}"


def _nearest(method: str, path: str, api: str, apis: Mapping[str, Mapping[str, Operation]]) -> str:
    within = [api] if api in apis else sorted(apis)
    ranked = [
        (_likeness(path, near), operation.method == method, near, operation)
        for name in within
        for operation in apis[name].values()
        for near in [_filled(f"/{name}{operation.path}", path)]
    ]
    ratio, _, near, operation = max(ranked, key=lambda one: one[:2])
    if ratio < NEAR:
        where = f"/{api} has" if api in apis else " and ".join(f"/{name}" for name in within) + " have"
        return f"unknown path: {where} nothing like it"
    return f"unknown path: the nearest is {near} ({operation.id})"


def _likeness(path: str, other: str) -> float:
    return SequenceMatcher(None, path.lower(), other.lower()).ratio()


def _filled(template: str, path: str) -> str:
    """`template` with its parameters taken from where they stand in `path`."""
    given = path.split("/")
    steps = enumerate(template.split("/"))
    return "/".join(
        given[number] if step.startswith("{") and number < len(given) else step for number, step in steps
    )


def _called(path: str, apis: Mapping[str, Mapping[str, Operation]]) -> list[Operation]:
    """Every operation that has this path, whatever its method."""
    return [
        operation
        for name, operations in apis.items()
        for operation in operations.values()
        if _fits(f"/{name}{operation.path}", path)
    ]


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one == other or (one.startswith("{") and other) for one, other in zip(wanted, given, strict=True)
    )


def _named(found: list[Operation], method: str) -> str:
    meant = [operation.id for operation in found if operation.method == method]
    return meant[0] if meant else " and ".join(sorted(operation.id for operation in found))
