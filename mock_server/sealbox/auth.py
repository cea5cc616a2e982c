"""Credentials: the sandbox and the caller they stand for. One tenant's never open another's world."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler

from . import contract
from .problems import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from connexion.lifecycle import ConnexionRequest
    from starlette.datastructures import Headers

    from .exchange import RawHeaders
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


def credential_header(api: str, credential: str) -> str:
    """The header line that carries `credential`, as the API's document has it."""
    scheme = _scheme(api)
    return f"{_header(scheme)}: {'Bearer ' if scheme['type'] == 'http' else ''}{credential}"


@cache
def _carrier(api: str) -> tuple[bytes, bytes]:
    """The header that carries a credential of `api`, and what stands before it."""
    scheme = _scheme(api)
    return _header(scheme).lower().encode(), b"bearer " if scheme["type"] == "http" else b""


def credential_sent(api: str, headers: RawHeaders) -> str | None:
    """The credential that a request carries, whoever issued it."""
    name, prefix = _carrier(api)
    for one, value in headers:
        if one == name and value[: len(prefix)].lower() == prefix:
            return value[len(prefix) :].strip().decode("latin-1")
    return None


def credential_page(api: str) -> str:
    """The vendor's page that says how a credential is sent."""
    source: str = _scheme(api).get("x-source", "")
    return source if source.startswith("http") else ""


def why_unsent(api: str, headers: Headers) -> str:
    """Why no credential was found where `api` has it. The header of a sister API is what people send."""
    due = _header(_scheme(api))
    others = {_header(_scheme(other)) for other in contract.apis()} - {due}
    if due in headers:
        return f"the header {due} has no Bearer token in it"
    sent = [other for other in sorted(others) if other in headers]
    return f"no {due} header was sent" + (f"; an {sent[0]} header was" if sent else "")


def _scheme(api: str) -> dict[str, Any]:
    (scheme,) = contract.document(api)["components"]["securitySchemes"].values()
    return dict(scheme)


def _header(scheme: Mapping[str, Any]) -> str:
    return "Authorization" if scheme["type"] == "http" else str(scheme["name"])


def _admit(api: str, sandboxes: Sandboxes, request: ConnexionRequest, credential: str) -> dict[str, Any]:
    """Leave the world and the caller where handlers find them. Raises Unauthorized for what nobody issued."""
    sandbox = sandboxes.holder(api, credential)
    if sandbox is None:
        other = [name for name in contract.apis() if sandboxes.holder(name, credential)]
        whose = f"this credential is one of /{other[0]}" if other else "nobody issued this credential"
        raise Unauthorized(sent=True, why=f"{whose}; GET /_sandbox/info lists those there are")
    world = sandbox.worlds[api]
    request.context["world"] = world
    request.context["caller"] = world.callers[credential]
    return {"sub": credential}
