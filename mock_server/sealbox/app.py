"""OpenAPI documents → one ASGI application."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any
from uuid import UUID

import inflection
from connexion import AsyncApp
from connexion.datastructures import MediaTypeDict
from connexion.exceptions import ProblemException
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.resolver import Resolver
from jsonschema import Draft4Validator
from starlette.exceptions import HTTPException

from . import contract
from .answers import error_handler
from .auth import security_map
from .control.problems import render_problem
from .delivery import Courier, Guard
from .hosts import Hosts
from .intake import CONTROL, AlreadyRead, Front, Intake, JsonBody, Unjudged
from .metrics import Meter
from .page import pages
from .problems import Problem
from .pump import lifespan
from .recorder import Recorder
from .sandbox import Plan, Sandboxes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import ModuleType

    from .exchange import Exchange

PLACES = ("control", "additions")
HANDLED = (Problem, ProblemException, HTTPException, Exception)


def create_app(  # noqa: PLR0913, one argument a setting
    plan: Plan | None = None,
    *,
    body_limit: int = 32 * 1024 * 1024,
    check_answers: bool = False,
    webhook_hosts: Iterable[str] = (),
    system: Callable[[], datetime] | None = None,
    allow_hosts: Iterable[str] = (),
    quiet_headers: bool = False,
    on_exchange: Callable[[Exchange], None] | None = None,
) -> Intake:
    """Make an application with tenants of its own; two of them in one process never meet.

    `check_answers` has Connexion hold every answer against the contract (a violation is a 500): the tests
    do, and a server does not, for it costs more than the answer itself. `webhook_hosts` are reached beside
    loopback. `system` replaces the system's time. `allow_hosts` are names by which the control plane may be
    asked beside those of this machine. `quiet_headers` leaves out what explains an answer. `on_exchange` is
    told of each exchange with a vendor's API.
    """
    if check_answers:
        _check_more_formats()
    courier = Courier(guard=Guard(webhook_hosts))
    sandboxes = Sandboxes(plan or Plan(), courier=courier, system=system)
    packages = {api: import_module(f"sealbox.apis.{api}.front") for api in contract.apis()}
    fronts = {api: _front(package) for api, package in packages.items()}
    fronts[CONTROL] = Front(render=render_problem)
    # Its Swagger UI is three years old and loads from a CDN.
    middlewares = [m for m in ConnexionMiddleware.default_middlewares if m is not SwaggerUIMiddleware]
    app = AsyncApp("sealbox", middlewares=middlewares, pythonic_params=True, lifespan=lifespan(sandboxes))
    handlers = {api: (import_module(f"sealbox.apis.{api}.handlers"),) for api in packages}
    for api, modules in (handlers | {CONTROL: _control_modules()}).items():
        app.add_api(
            contract.document(api),
            base_path=f"/{api}",
            name=api,
            resolver=Resolver(_finder(*modules)),
            security_map=security_map(api, sandboxes),
            validator_map=_validators(judges_itself=getattr(packages.get(api), "JUDGES_ITSELF", False)),
            validate_responses=check_answers,
        )
    handle = error_handler({api: front.render for api, front in fronts.items()})
    for problem in HANDLED:
        app.add_error_handler(problem, handle)
    meter = Meter()
    intake = Intake(
        app,
        fronts=fronts,
        sandboxes=sandboxes,
        recorder=Recorder(sandboxes, meter, on_exchange=on_exchange, quiet=quiet_headers),
        hosts=Hosts(allow_hosts),
        meter=meter,
        body_limit=body_limit,
    )
    intake.pages = pages(intake)
    return intake


def _control_modules() -> tuple[ModuleType, ...]:
    package = import_module("sealbox.control")
    return tuple(import_module(f"{package.__name__}.{one.name}") for one in iter_modules(package.__path__))


def _front(package: ModuleType) -> Front:
    return Front(
        render=package.render_problem, read=package.read, download=getattr(package, "download", None)
    )


def _validators(*, judges_itself: bool) -> dict[str, Any]:
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


def _finder(*modules: ModuleType) -> Callable[[str], Any]:
    """`createBatch` is `create_batch` of the API's own handlers. A missing one stops the start.

    The control plane's `vec.approveBatch` is `approve_batch` of `sealbox.apis.vec.control`, or of the
    `additions` beside it.
    """

    def find(operation_id: str) -> Any:
        api, _, name = operation_id.rpartition(".")
        places = tuple(import_module(f"sealbox.apis.{api}.{place}") for place in PLACES) if api else modules
        function = inflection.underscore(name)
        place = next((place for place in places if hasattr(place, function)), places[0])
        return getattr(place, function)

    return find
