"""From a request to its findings, the worst first."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from sealbox.contract.nearest import nearest, route

from . import bodies, credentials, form_parts, routes
from .addresses import APIS
from .case import Case
from .clients import of_wire
from .model import Finding
from .snippets import snippet
from .wire import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox.contract.nearest import Apis, Route
    from sealbox.contract.operations import Operation

    from .model import Sent

TOPICS: Final = (routes, credentials, bodies, form_parts)

# In this order findings are told: what keeps a server from seeing a mistake stands before the mistake.
WORDS: Final = routes.WORDS | credentials.WORDS | bodies.WORDS | form_parts.WORDS


def diagnose(sent: Sent, *, api: str, operation: str | None, apis: Apis) -> tuple[Finding, ...]:
    """What is wrong or odd about `sent`, worst first; empty for a request with nothing odd.

    `api` is the one whose path was asked for, or anything else when no API's was; `operation` is None when
    no operation answers there. What the request was meant for is then read off its path; of a request that
    nobody can tell the meaning of nothing is said. `apis` are the operations that there are.
    """
    case = _case(sent, api, operation, apis)
    if case is None:
        return ()
    found: dict[str, Mapping[str, str]] = {}
    for name, facts in chain.from_iterable(topic.symptoms(case) for topic in TOPICS):
        found.setdefault(name, facts)
    if not found:
        return ()
    shown = snippet(case)
    return tuple(
        Finding(name, *words.said(case.names, found[name]), shown)
        for name, words in WORDS.items()
        if name in found
    )


def _case(sent: Sent, api: str, operation: str | None, apis: Apis) -> Case | None:
    there = route(sent.path, apis)
    near = there or _near(sent, apis)
    answers = apis.get(api, {}).get(operation or "")
    meant = answers or (_meant(sent, near) if near else None)
    if meant is None:
        return None
    wire = read(sent)
    return Case(
        wire=wire,
        api=APIS[meant.api],
        operation=meant,
        route=there,
        path=near.path if near else meant.path,
        is_answered=answers is not None,
        client=of_wire(wire),
    )


def _near(sent: Sent, apis: Apis) -> Route | None:
    found = nearest(sent.method, sent.path, apis)
    return route(found[1], apis) if found else None


def _meant(sent: Sent, there: Route) -> Operation:
    """By its method, else by whether it has a body."""
    by_method = [one for one in there.operations if one.method == sent.method.upper()]
    by_body = [one for one in there.operations if bool(one.takes) == bool(sent.body)]
    return (by_method or by_body or list(there.operations))[0]
