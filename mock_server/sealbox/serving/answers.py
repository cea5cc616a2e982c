"""Answers: bytes of JSON on the way out, and one place where every problem becomes its vendor's body."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sealbox.contract.nearest import why_no_operation
from sealbox.contract.operations import all_operations
from sealbox.exchanges.wire import Wire, header_text
from sealbox.problems import Nonconforming, Problem, Undocumented

log = logging.getLogger("sealbox")


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal in its vendor's shape. `why` goes to the header X-Sandbox-Why."""

    status: int
    body: Mapping[str, Any]
    why: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Failure:
    """What the framework refused before any rule was asked: `status` and its words."""

    status: int
    detail: str

    @property
    def phrase(self) -> str:
        return HTTPStatus(self.status).phrase


Render = Callable[[Problem | Failure, Mapping[str, str]], Answer]
"""Each `sealbox.apis.<api>` has one: a problem, and the tenant's switches, as the vendor's answer."""


class Shown(Response):
    """An answer in JSON that still has the object it was made of: that is what the contract judges, once."""

    media_type = "application/json"

    def __init__(self, shown: Any, status: int) -> None:  # what Starlette's own does, at a third of its cost
        self.status_code, self.background = status, None
        self.body = orjson.dumps(shown)
        length = b"%d" % len(self.body)
        self.raw_headers = [(b"content-length", length), (b"content-type", b"application/json")]
        self.shown = shown
        self.is_judged = False


def ok(body: Any, *, status: int = 200, hints: tuple[str, ...] = ()) -> Response:
    """`body` as JSON. `hints` tell of oddities that were accepted, in the header X-Sandbox-Hint."""
    response = Shown(body, status)
    if hints:
        response.headers["X-Sandbox-Hint"] = header_text("; ".join(hints))
    return response


def problem_of(error: Exception | Failure) -> Problem | Failure:
    """What `error` means, whoever raised it. What nobody foresaw is logged and tells nothing."""
    if isinstance(error, Nonconforming):
        log.error("%s", error)
    if isinstance(error, Problem):
        return error
    if isinstance(error, Failure):
        return error
    if isinstance(error, HTTPException):
        return Failure(error.status_code, str(error.detail))
    log.error("unexpected error", exc_info=error)
    return Failure(500, "")


def written(answer: Answer) -> Wire:
    """`answer` as it goes over the wire."""
    body = orjson.dumps(answer.body)
    headers = {"Content-Length": str(len(body)), "Content-Type": answer.media_type, **answer.headers}
    if answer.why:
        headers["X-Sandbox-Why"] = header_text(answer.why)
    return Wire(
        answer.status, [(name.lower().encode(), value.encode()) for name, value in headers.items()], body
    )


def refusal(scope: Mapping[str, Any], error: Exception | Failure, renders: Mapping[str, Render]) -> Answer:
    """In the shape of the API that was asked; one that means no operation is told what it is near to."""
    answer = _rendered(scope, error, renders)
    says_nothing = answer.why in {"", HTTPStatus(answer.status).phrase}
    if not says_nothing or answer.status not in {404, 405} or scope["path"].startswith("/_sandbox"):
        return answer
    return replace(answer, why=why_no_operation(scope["method"], scope["path"], all_operations()))


def _rendered(scope: Mapping[str, Any], error: Exception | Failure, renders: Mapping[str, Render]) -> Answer:
    api = scope["path"].split("/", 2)[1]
    context = scope.get("extensions", {}).get("connexion_context", {})
    problem = problem_of(error)
    if api not in renders:
        problem = Failure(
            404, f"nothing is here; there are {', '.join(f'/{name}' for name in sorted(renders))}"
        )
        api = "_sandbox"
    if isinstance(problem, Undocumented):
        return replace(renders[api](Failure(500, ""), {}), status=501, why=problem.why)
    return renders[api](problem, _switches(context, api))


def _switches(context: Mapping[str, Any], api: str) -> Mapping[str, str]:
    """Those of the caller's tenant; without a caller those of the default one."""
    if "world" in context:
        return cast("Mapping[str, str]", context["world"].switches)
    if "sandboxes" in context and api != "_sandbox":
        return cast("Mapping[str, str]", context["sandboxes"].default.switches(api))
    return {}
