"""Connexion's layers one after the other, each around an application that answers a constant.

Layer `n` is the application with the first `n` of them: what `n + 1` takes more is the next one's cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from connexion import AsyncApp
from connexion.apps.asynchronous import AsyncApi
from connexion.context import receive, scope
from connexion.decorators import StarletteDecorator
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.resolver import Resolver
from sealbox import app as sealbox_app
from sealbox import contract
from sealbox.exchanges.metrics import Meter
from sealbox.exchanges.recorder import Recorder
from sealbox.sandbox import Plan, Sandboxes
from sealbox.serving import plain
from sealbox.serving.hosts import Hosts
from sealbox.serving.intake import Intake
from sealbox.timing.clock import ClockMode
from starlette.responses import Response

from .closure import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inprocess import Application

CONSTANT_START = {"type": "http.response.start", "headers": [(b"content-type", b"application/json")]}
STATUS = {"GET": 200, "POST": 201}
MIDDLEWARES: list[Any] = [
    one for one in ConnexionMiddleware.default_middlewares if one is not SwaggerUIMiddleware
]


async def constant(scope: Any, receive: Any, send: Any) -> None:
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
    await send({**CONSTANT_START, "status": STATUS[scope["method"]]})
    await send({"type": "http.response.body", "body": CONSTANT})


async def get_event(world: Any, caller: Any, batch_group_key: str, base_url: str) -> Response:  # noqa: ARG001, passing them is what costs
    return Response(CONSTANT, 200, media_type="application/json")


async def create_batch(world: Any, caller: Any, sent: Any, base_url: str) -> Response:  # noqa: ARG001, as above
    return Response(CONSTANT, 201, media_type="application/json")


async def other(**_: Any) -> Response:
    return Response(CONSTANT, media_type="application/json")


HANDLERS = {"getBatchGroup": get_event, "createBatch": create_batch}


@dataclass(frozen=True, slots=True)
class Layered:
    application: Application
    sandboxes: Sandboxes

    def reset(self) -> None:
        self.sandboxes.reset("demo")


def connexion(depth: int, inner: str = "") -> Layered:
    """Sealbox's front door, the first `depth` middlewares, and then a constant answer.

    `inner` says what stands at the end instead, behind all of them: Connexion's own application with one of
    OPERATIONS in the place of its operations, or `stock` with all that it does.
    """
    sandboxes = Sandboxes(Plan(clock=ClockMode.MANUAL))
    packages = {api: import_module(f"sealbox.apis.{api}.front") for api in contract.apis()}
    fronts = {api: sealbox_app._front(package) for api, package in packages.items()}  # noqa: SLF001, what it is made of is measured
    options: dict[str, Any] = {"middlewares": MIDDLEWARES[:depth], "pythonic_params": True}
    app: Any = (
        AsyncApp("sealbox", **options)
        if inner
        else ConnexionMiddleware(constant, import_name="sealbox", **options)
    )
    for api, package in packages.items():
        app.add_api(
            contract.document(api),
            base_path=f"/{api}",
            name=api,
            resolver=Resolver(lambda operation: HANDLERS.get(operation, other)),
            security_map=plain.security_map(api, sandboxes),
            validator_map=plain.validators(judges_itself=getattr(package, "JUDGES_ITSELF", False)),
            validate_responses=False,
        )
    wrapped = _built(app, inner)
    meter = Meter()
    intake = Intake(
        lambda: wrapped,
        compiled=None,
        fronts=fronts,
        sandboxes=sandboxes,
        recorder=Recorder(sandboxes, meter),
        hosts=Hosts(),
        meter=meter,
        body_limit=2**25,
    )
    return Layered(intake, sandboxes)


def _built(app: Any, inner: str) -> Any:
    """Connexion makes its stack at the first request; here it is made while the operations are replaced."""
    middleware = app.middleware if inner else app
    make = AsyncApi.make_operation
    if inner in OPERATIONS:

        def made(self: Any, operation: Any) -> Any:
            return OPERATIONS[inner](make(self, operation))

        with patch.object(AsyncApi, "make_operation", made):
            middleware.app, middleware.middleware_stack = middleware._build_middleware_stack()  # noqa: SLF001, as above
    return app


def _answers_constant(_: Any) -> Any:
    return constant


def _makes_request(made: Any) -> Any:
    """Connexion's request object, with a URI parser made for each, and a constant answer."""
    decorator = StarletteDecorator(pythonic_params=True, jsonifier=made.jsonifier)

    async def operation(scope_: Any, receive_: Any, send: Any) -> None:
        decorator.framework.get_request(uri_parser=decorator.uri_parser, scope=scope, receive=receive)
        await constant(scope_, receive_, send)

    return operation


def _decorated_once(made: Any) -> Any:
    """As Connexion has it, but the chain of decorators is made once and not for each request."""
    decorator = StarletteDecorator(pythonic_params=True, jsonifier=made.jsonifier)
    chain = decorator.decorate(made._fn)  # noqa: SLF001, as above

    async def operation(scope_: Any, receive_: Any, send: Any) -> None:
        request = decorator.framework.get_request(
            uri_parser=decorator.uri_parser, scope=scope, receive=receive
        )
        response = await chain(request)
        await response(scope_, receive_, send)

    return operation


OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "constant": _answers_constant,
    "request": _makes_request,
    "decorated once": _decorated_once,
}
