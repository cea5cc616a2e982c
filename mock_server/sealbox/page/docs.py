"""The API documents, to read and to try: Swagger UI over each OpenAPI document, pointed at this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox import contract

if TYPE_CHECKING:
    from sealbox.sandbox import Sandbox

CONTROL = "_sandbox"
TITLES = {"vec": "VEC.digital", "certifiqi": "CertifiQI", CONTROL: "Control plane"}


def documents() -> tuple[str, ...]:
    """Those there are: the vendors' first."""
    return (*contract.apis(), CONTROL)


def title(api: str) -> str:
    return TITLES.get(api, api)


def document(api: str) -> dict[str, Any]:
    """The contract of `api` with this server in the vendor's place."""
    return {**contract.document(api), "servers": [{"url": f"/{api}", "description": "This Sealbox"}]}


def credential(sandbox: Sandbox, api: str) -> tuple[str, str]:
    """The name of the document's security scheme and the first credential; empty where none is needed."""
    schemes = contract.document(api).get("components", {}).get("securitySchemes", {})
    if api not in sandbox.worlds or not schemes:
        return "", ""
    return next(iter(schemes)), next(iter(sandbox.worlds[api].callers))
