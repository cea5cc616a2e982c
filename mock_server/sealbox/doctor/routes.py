"""Paths and methods: the right operation under the wrong address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .addresses import APIS
from .case import Words

if TYPE_CHECKING:
    from .case import Case, Symptoms

BASE_FIX: Final = "base URL ${url}, which ends in /{api} and not in a slash; then the path {path}"

WORDS: Final = {
    "base-path-missing": Words(
        "{client} asked for {sent}, which lacks the API's base path /{api} that ${url} ends with.", BASE_FIX
    ),
    "wrong-base": Words("{client} asked for {path} below another API's base: it is one of /{api}.", BASE_FIX),
    "extra-prefix": Words(
        "{client} asked for {sent}: the documented path is {path}, with no {prefix} before it.", BASE_FIX
    ),
    "double-slash": Words(
        "{client} sent two slashes in a row: the base URL ends in a slash and the path begins with one.",
        "take the slash from the end of the base URL: ${url} + {path}",
    ),
    "unknown-path": Words(
        "There is no {sent}; the nearest documented path is {path}.", "ask for ${url} + {path}"
    ),
    "wrong-method": Words(
        "{client} sent {method}, and {path} takes {allowed}.",
        "send {allowed} to {path}",
    ),
}


def symptoms(case: Case) -> Symptoms:
    if case.is_answered:  # wherever it is mounted
        return
    sent, route = case.wire.sent, case.route
    facts = {"api": case.api.name, "url": case.api.url, "path": case.path, "sent": sent.path}
    if route is None:
        yield "unknown-path", facts
        return
    if "//" in sent.path:
        yield "double-slash", facts
    if not route.prefix:
        yield "base-path-missing", facts
    elif route.prefix != (case.api.name,):
        is_sister = len(route.prefix) == 1 and route.prefix[0] in APIS
        yield "wrong-base" if is_sister else "extra-prefix", facts | {"prefix": route.needless}
    allowed = [operation.method for operation in route.operations]
    if sent.method.upper() not in allowed:
        yield "wrong-method", facts | {"method": sent.method, "allowed": " or ".join(sorted(allowed))}
