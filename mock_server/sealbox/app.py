"""OpenAPI documents → one ASGI application."""

from __future__ import annotations

import warnings
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import inflection

from . import contract, control
from .control.problems import render_problem
from .exchanges.metrics import Meter
from .exchanges.recorder import Recorder
from .sandbox import Plan, Sandboxes
from .serving.compiled import Compiled
from .serving.hosts import Hosts
from .serving.intake import CONTROL, Front, Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import ModuleType

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .delivery import Courier
    from .exchanges.exchange import Exchange

PLACES = ("control", "additions")


def create_app(  # noqa: PLR0913, one argument a setting
    plan: Plan | None = None,
    *,
    body_limit: int = 32 * 1024 * 1024,
    check_answers: bool = True,
    plain: bool = False,
    webhook_hosts: Iterable[str] = (),
    system: Callable[[], datetime] | None = None,
    allow_hosts: Iterable[str] = (),
    quiet_headers: bool = False,
    on_exchange: Callable[[Exchange], None] | None = None,
) -> Intake:
    """Make an application with tenants of its own; two of them in one process never meet.

    `check_answers` holds every answer against the contract (a violation is logged, and answered as a 500).
    `plain` has Connexion handle all that it can, in place of the compiled path, which answers the same,
    sooner. `webhook_hosts` are reached beside loopback. `system` replaces the system's time.
    `allow_hosts` are names by which the control plane may be asked beside those of this machine.
    `quiet_headers` leaves out what explains an answer. `on_exchange` is told of each exchange with a vendor's
    API.
    """
    hosts = tuple(webhook_hosts)
    courier = partial(_courier, hosts)
    if hosts:
        courier()  # one that is no host stops the start
    sandboxes = Sandboxes(plan or Plan(), courier=courier, system=system)
    packages = {api: import_module(f"sealbox.apis.{api}.front") for api in contract.apis()}
    fronts = {api: _front(package) for api, package in packages.items()}
    fronts[CONTROL] = Front(render=render_problem)
    handlers = {api: _finder(f"sealbox.apis.{api}.handlers") for api in packages}
    handlers[CONTROL] = _finder(*_control_modules())
    parts = (handlers, sandboxes, {api: front.render for api, front in fronts.items()})
    judge_themselves = frozenset(
        api for api, package in packages.items() if getattr(package, "JUDGES_ITSELF", False)
    )
    options: dict[str, Any] = {"check_answers": check_answers, "judge_themselves": judge_themselves}
    meter = Meter()
    intake = Intake(
        partial(_connexion, *parts, **options),
        compiled=None if plain else Compiled(*parts, **options),
        fronts=fronts,
        sandboxes=sandboxes,
        recorder=Recorder(sandboxes, meter, on_exchange=on_exchange, quiet=quiet_headers),
        hosts=Hosts(allow_hosts),
        meter=meter,
        body_limit=body_limit,
    )
    intake.pages = _pages(intake)
    return intake


def _pages(intake: Intake) -> ASGIApp:
    """The live page, which is made when somebody looks at it."""
    made: list[ASGIApp] = []

    async def looked_at(scope: Scope, receive: Receive, send: Send) -> None:
        if not made:
            from .page import pages  # noqa: PLC0415, its templates take as long as a third of a start

            made.append(pages(intake))
        await made[0](scope, receive, send)

    return looked_at


def _courier(hosts: Iterable[str]) -> Courier:
    from .delivery import Courier, Guard  # noqa: PLC0415, its HTTP client takes long to import

    return Courier(guard=Guard(hosts))


def _connexion(*parts: Any, **options: Any) -> ASGIApp:
    with warnings.catch_warnings():
        # It imports and calls what is deprecated, and somebody's tests may take warnings for errors.
        warnings.simplefilter("ignore", DeprecationWarning)
        from .serving.plain import build  # noqa: PLC0415, importing Connexion takes as long as all the rest

        return build(*parts, **options)


def _control_modules() -> tuple[str, ...]:
    return tuple(f"{control.__name__}.{one.name}" for one in iter_modules(control.__path__))


def _front(package: ModuleType) -> Front:
    return Front(
        render=package.render_problem, read=package.read, download=getattr(package, "download", None)
    )


def _finder(*modules: str) -> Callable[[str], Any]:
    """`createBatch` is `create_batch` of the API's own handlers.

    The control plane's `vec.approveBatch` is `approve_batch` of `sealbox.apis.vec.control`, or of the
    `additions` beside it. Raises AttributeError for one that is missing.
    """

    def find(operation_id: str) -> Any:
        api, _, name = operation_id.rpartition(".")
        function = inflection.underscore(name)
        places = tuple(f"sealbox.apis.{api}.{place}" for place in PLACES) if api else modules
        for place in map(import_module, places):
            if hasattr(place, function):
                return getattr(place, function)
        raise AttributeError(f"{operation_id} has no handler")

    return find
