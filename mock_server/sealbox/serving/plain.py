"""Plain Connexion: the same operations, handlers and refusals through the framework itself.

It answers what the compiled path does not take, and everything with `--plain`. Importing and building it
takes a third of a second, so a server does that when it first meets such a request.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from connexion import AsyncApp
from connexion.datastructures import MediaTypeDict
from connexion.exceptions import NonConformingResponse, ProblemException
from connexion.lifecycle import ConnexionResponse
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.resolver import Resolver
from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler
from connexion.validators import AbstractRequestBodyValidator
from connexion.validators.json import JSONRequestBodyValidator
from jsonschema import Draft4Validator
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from sealbox import contract
from sealbox.auth import admitted, why_unsent
from sealbox.exchanges.wire import header_text, replay
from sealbox.problems import MalformedBody, Nonconforming, Problem, Unauthorized

from .answers import Failure, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Container, Mapping

    from connexion.lifecycle import ConnexionRequest
    from starlette.types import ASGIApp, Receive, Scope

    from sealbox.sandbox import Sandboxes

    from .answers import Render

HANDLED = (Problem, ProblemException, HTTPException, Exception)


def build(
    handlers: Mapping[str, Callable[[str], Any]],
    sandboxes: Sandboxes,
    renders: Mapping[str, Render],
    *,
    check_answers: bool,
    judge_themselves: Container[str],
) -> ASGIApp:
    """The Connexion application with an API for each entry of `handlers`."""
    if check_answers:
        _check_more_formats()
    # Its Swagger UI is three years old and loads from a CDN.
    middlewares = [m for m in ConnexionMiddleware.default_middlewares if m is not SwaggerUIMiddleware]
    app = AsyncApp("sealbox", middlewares=middlewares, pythonic_params=True)
    for api, find in handlers.items():
        app.add_api(
            contract.document(api),
            base_path=f"/{api}",
            name=api,
            resolver=Resolver(find),
            security_map=security_map(api, sandboxes),
            validator_map=validators(judges_itself=api in judge_themselves),
            validate_responses=check_answers,
        )
    for problem in HANDLED:
        app.add_error_handler(problem, _error_handler(renders))
    made: ASGIApp = app
    return made


def security_map(api: str, sandboxes: Sandboxes) -> dict[str, type]:
    """Connexion's security handlers, bound to the tenants of one app and to no global name."""
    check = partial(_admit, api, sandboxes)

    class Bearer(BearerSecurityHandler):  # type: ignore[misc]  # connexion ships no types
        def _resolve_func(self, security_scheme: object) -> Callable[..., Any]:  # noqa: ARG002, its signature
            return lambda token, request: check(request, token)

    class ApiKey(ApiKeySecurityHandler):  # type: ignore[misc]  # connexion ships no types
        def _resolve_func(self, security_scheme: object) -> Callable[..., Any]:  # noqa: ARG002, its signature
            return lambda apikey, request: check(request, apikey)

    return {"bearer": Bearer, "apiKey": ApiKey}


def _admit(api: str, sandboxes: Sandboxes, request: ConnexionRequest, credential: str) -> dict[str, Any]:
    """Leave the world and the caller where handlers find them. Raises Unauthorized as `admitted` does."""
    request.context["world"], request.context["caller"] = admitted(api, sandboxes, credential)
    return {"sub": credential}


def _error_handler(renders: Mapping[str, Render]) -> Callable[..., Any]:
    """A Connexion error handler that answers in the shape of the API whose path was asked for."""

    async def handle(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        answer = refusal(request.scope, _meant(error, request.scope), renders)
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


def _meant(error: Exception, scope: Scope) -> Exception | Failure:
    """`error` in our own words, if it is one of Connexion's."""
    if not isinstance(error, ProblemException):
        return error
    if error.status == 401:  # connexion found no credential in the place where it has to be
        api = scope["path"].split("/", 2)[1]
        return Unauthorized(sent=False, why=why_unsent(api, Headers(raw=scope["headers"])))
    if isinstance(error, NonConformingResponse):
        return Nonconforming(str(error.detail or ""))
    return Failure(error.status, str(error.detail or ""))


def validators(*, judges_itself: bool) -> dict[str, Any]:
    if judges_itself:
        return {"parameter": Unjudged, "body": MediaTypeDict({"multipart/form-data": AlreadyRead})}
    return {"body": MediaTypeDict({"application/json": JsonBody, "multipart/form-data": AlreadyRead})}


def _check_more_formats() -> None:
    """Draft 4 does not know these formats, so that jsonschema lets anything pass for them."""
    checker = Draft4Validator.FORMAT_CHECKER
    checker.checks("uuid", ValueError)(
        lambda text: not isinstance(text, str) or str(UUID(text)) == text.lower()
    )
    checker.checks("date", ValueError)(
        lambda text: not isinstance(text, str) or bool(date.fromisoformat(text))
    )


class JsonBody(JSONRequestBodyValidator):  # type: ignore[misc]  # connexion ships no types
    """Reads a JSON body once, strictly, and leaves it to the handler as `payload`.

    Connexion's own reading takes NaN, lone surrogates and numbers without end, on which a later answer
    would fail, and makes a 500 of bytes that are not text.
    """

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        body = (await receive()).get("body", b"")
        if not body and not self._required:
            body = b"{}"
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise MalformedBody(str(error) if body else "the body is empty") from error
        self._validate(payload)
        scope["extensions"]["connexion_context"]["payload"] = payload
        return replay(body, receive), scope


class AlreadyRead(AbstractRequestBodyValidator):  # type: ignore[misc]  # connexion ships no types
    """For a body that an API's own reader has read: the rules judge it, all at once."""

    async def _parse(
        self,
        stream: AsyncGenerator[bytes, None],
        scope: Scope,  # noqa: ARG002, its signature
    ) -> None:
        async for _ in stream:
            pass


class Unjudged:
    """In place of Connexion's check of parameters, for the same reason."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        pass

    def validate(self, scope: Scope) -> None:
        pass
