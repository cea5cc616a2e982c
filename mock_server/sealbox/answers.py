"""Answers: bytes of JSON on the way out, and one place where every problem becomes its vendor's body."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import orjson
from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

from . import contract
from .auth import why_unsent
from .nearest import why_no_operation
from .operations import operations
from .problems import Problem, Unauthorized, Undocumented

if TYPE_CHECKING:
    from connexion.lifecycle import ConnexionRequest

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


def ok(body: Any, *, status: int = 200, hints: tuple[str, ...] = ()) -> Response:
    """`body` as JSON. `hints` tell of oddities that were accepted, in the header X-Sandbox-Hint."""
    response = Response(orjson.dumps(body), status, media_type="application/json")
    if hints:
        response.headers["X-Sandbox-Hint"] = header_text("; ".join(hints))
    return response


def header_text(text: str) -> str:
    """`text` as far as it can stand in a header: one line of ASCII, not endless."""
    line = " ".join(text.split())
    short = line if len(line) <= 500 else f"{line[:497]}..."
    return short.encode("ascii", "backslashreplace").decode()


def problem_of(error: Exception, why_unsent: Callable[[], str]) -> Problem | Failure:
    """What `error` means, whoever raised it. What nobody foresaw is logged and tells nothing."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ProblemException):
        if error.status == 401:  # connexion found no credential in the place where it has to be
            return Unauthorized(sent=False, why=why_unsent())
        return Failure(error.status, str(error.detail or ""))
    if isinstance(error, HTTPException):
        return Failure(error.status_code, str(error.detail))
    log.error("unexpected error", exc_info=error)
    return Failure(500, "")


def error_handler(renders: Mapping[str, Render]) -> Callable[..., Any]:
    """A Connexion error handler that answers in the shape of the API whose path was asked for."""

    async def handle(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        answer = refusal(request.scope, error, renders)
        headers = dict(answer.headers)
        if answer.why:
            headers["X-Sandbox-Why"] = header_text(answer.why)
        if answer.status == 405:
            # Starlette names the methods of the first operation of a path only.
            path = request.scope["path"]
            headers["Allow"] = ", ".join(contract.methods(path.split("/", 2)[1], path))
        return ConnexionResponse(
            status_code=answer.status,
            body=orjson.dumps(answer.body),
            mimetype=answer.media_type,
            headers=headers,
        )

    return handle


def refusal(scope: Mapping[str, Any], error: Exception, renders: Mapping[str, Render]) -> Answer:
    """In the shape of the API that was asked; one that means no operation is told what it is near to."""
    answer = _rendered(scope, error, renders)
    says_nothing = answer.why in {"", HTTPStatus(answer.status).phrase}
    if not says_nothing or answer.status not in {404, 405} or scope["path"].startswith("/_sandbox"):
        return answer
    known = {name: operations(name) for name in contract.apis()}
    return replace(answer, why=why_no_operation(scope["method"], scope["path"], known))


def _rendered(scope: Mapping[str, Any], error: Exception, renders: Mapping[str, Render]) -> Answer:
    api = scope["path"].split("/", 2)[1]
    context = scope.get("extensions", {}).get("connexion_context", {})
    problem = problem_of(error, lambda: why_unsent(api, Headers(raw=scope["headers"])))
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
