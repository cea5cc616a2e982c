"""The journal in forms that other tools take."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from starlette.responses import Response

from sealbox import __version__, contract
from sealbox.contract.operations import operations
from sealbox.exchanges.journal import Search
from sealbox.exports import curl, har, pytest_file
from sealbox.exports.redaction import redacted
from sealbox.problems import NotFound

from .tenants import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox.exchanges.exchange import Exchange
    from sealbox.exchanges.journal import Journal
    from sealbox.sandbox import Sandbox, Sandboxes

KINDS = {"har": "application/json", "curl": "text/x-shellscript", "pytest": "text/x-python"}


async def export_journal(  # noqa: PLR0913, PLR0917, one argument a choice
    sandboxes: Sandboxes,
    base_url: str,
    tenant: str,
    format_: str,
    limit: int,
    redact: bool,  # noqa: FBT001, a choice too
    id_: str | None = None,
    api: str | None = None,
    operation: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: str | None = None,
    contains: str | None = None,
) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    search = Search(api=api, operation=operation, method=method, path=path, status=status, contains=contains)
    found = _chosen(sandbox.journal, search, id_)[:limit][::-1]
    tokens = variables(sandbox)
    host = urlsplit(base_url).netloc
    if redact:
        found = redacted(found, tokens=tokens, magic=magic())
        tokens = {f"${{{name}}}": name for name in tokens.values()}
    if format_ == "har":
        text: bytes | str = orjson.dumps(har.archive(found, version=__version__, host=host))
    elif format_ == "curl":
        text = curl.script(found, tokens=tokens, host=host)
    else:
        text = pytest_file.source(found, tokens=tokens, host=host, documented=documented)
    return Response(text, media_type=KINDS[format_])


def _chosen(journal: Journal, search: Search, id_: str | None) -> list[Exchange]:
    """The newest first. Raises NotFound for an id that is not there."""
    if id_ is None:
        return [exchange for exchange in journal if search(exchange)]
    exchange = journal.find(id_)
    if exchange is None:
        raise NotFound(id_)
    return [exchange]


def variables(sandbox: Sandbox) -> Mapping[str, str]:
    """The variable that stands for the first credential of each API, as `sealbox env` has it."""
    return {next(iter(world.callers)): f"{api.upper()}_TOKEN" for api, world in sandbox.worlds.items()}


@cache
def magic() -> frozenset[str]:
    """The local parts of addresses that ask for something."""
    lists = (contract.read("fixtures", api, "magic.yaml") for api in contract.apis())
    entries = (entry for found in lists for group in found.values() for entry in group)
    return frozenset(entry["local_part"] for entry in entries if "local_part" in entry)


def documented(exchange: Exchange) -> Any:
    """The body that the contract shows for such an answer."""
    if exchange.api is None or exchange.operation is None:
        return None
    answer = operations(exchange.api)[exchange.operation].answers.get(exchange.status)
    return answer.example if answer else None
