"""`sealbox env` and `sealbox magic`: what a client is to use, without a server."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import as_json, table
from .remote import DEFAULT_URL, AsJson, Tenant, Url

FIRST_TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"  # the world's template without signatory fields
COLUMNS = ("api", "field", "value", "effect")


def env(url: Url = DEFAULT_URL, tenant: Tenant = "demo", *, as_json: AsJson = False) -> None:
    """Print shell exports for clients and tests: eval "$(sealbox env)"."""
    found = exports(url.rstrip("/"), tenant)
    _print(found, json=as_json)


def exports(base: str, tenant: str) -> dict[str, str]:
    """What clients and tests need to know, by the names of the environment."""
    return {
        "VEC_URL": f"{base}/vec",
        "VEC_TOKEN": f"sealbox_vec_{tenant}",
        "VEC_TEMPLATE": FIRST_TEMPLATE,
        "CERTIFIQI_URL": f"{base}/certifiqi",
        "CERTIFIQI_TOKEN": f"sealbox_certifiqi_{tenant}",
        "SEALBOX_URL": base,
        "SEALBOX_TENANT": tenant,
    }


def _print(found: dict[str, str], *, json: bool) -> None:
    if json:
        typer.echo(as_json(found))
    else:
        for name, value in found.items():
            typer.echo(f"export {name}={value}")


def magic(
    *,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    tenant: Annotated[str, typer.Option(help="Whose tokens.", envvar="SEALBOX_TENANT")] = "demo",
) -> None:
    """List the values that make failure happen with unchanged client code."""
    from .listing import magic_values

    rows = magic_values(tenant)
    if json:
        typer.echo(as_json(rows))
    else:
        table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
