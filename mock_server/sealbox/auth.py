"""Credentials: the sandbox and the caller they stand for. One tenant's never open another's world."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler

from .problems import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from connexion.lifecycle import ConnexionRequest

    from .sandbox import Sandboxes


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
    """Leave the world and the caller where handlers find them. Raises Unauthorized for what nobody issued."""
    sandbox = sandboxes.holder(api, credential)
    if sandbox is None:
        raise Unauthorized(
            sent=True, why="nobody issued this credential; GET /_sandbox/info lists those there are"
        )
    world = sandbox.worlds[api]
    request.context["world"] = world
    request.context["caller"] = world.callers[credential]
    return {"sub": credential}
