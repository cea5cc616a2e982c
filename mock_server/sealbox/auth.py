"""Credentials: the sandbox and the caller they stand for. One tenant's never open another's world."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from . import contract
from .problems import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import Headers

    from .exchanges.exchange import RawHeaders
    from .sandbox import Sandboxes
    from .world import World


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
    """The credential that a request carries, whoever issued it, in whichever header of that name has one."""
    name, prefix = _carrier(api)
    for one, value in headers:
        if one == name and (said := _said(value, prefix)):
            return said
    return None


@lru_cache(maxsize=256)
def _said(value: bytes, prefix: bytes) -> str | None:
    """The credential that a header's value has after `prefix`: a client sends the same again and again."""
    if not prefix:
        return value.decode("latin-1")
    words = value.decode("latin-1").split(maxsplit=1)
    return words[1] if len(words) == 2 and words[0].lower() == prefix.decode().strip() else None


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


def credential(api: str, headers: Mapping[bytes, bytes]) -> str | None:
    """The credential as Connexion finds it: in one header only, and None where that is of another kind."""
    name, prefix = _carrier(api)
    value = headers.get(name)
    return None if value is None else _said(value, prefix)


def admitted(api: str, sandboxes: Sandboxes, sent: str) -> tuple[World, Any]:
    """The world and the caller that a credential stands for. Raises Unauthorized for what nobody issued."""
    sandbox = sandboxes.holder(api, sent)
    if sandbox is None:
        other = [name for name in contract.apis() if sandboxes.holder(name, sent)]
        whose = f"this credential is one of /{other[0]}" if other else "nobody issued this credential"
        raise Unauthorized(sent=True, why=f"{whose}; GET /_sandbox/info lists those there are")
    world = sandbox.worlds[api]
    return world, world.callers[sent]
