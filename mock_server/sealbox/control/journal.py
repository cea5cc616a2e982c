"""What was asked and answered: list, show, verify, export."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from sealbox.exchanges.explanations import client
from sealbox.exchanges.journal import Search
from sealbox.exchanges.parsed import parsed
from sealbox.problems import NotFound
from sealbox.serving.answers import ok

from .tenants import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from sealbox.exchanges.exchange import Exchange, RawHeaders
    from sealbox.sandbox import Sandboxes

NEAR = 3  # so many near misses are told


async def list_exchanges(  # noqa: PLR0913, PLR0917, one argument a filter
    sandboxes: Sandboxes,
    tenant: str,
    limit: int,
    api: str | None = None,
    operation: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: str | None = None,
    contains: str | None = None,
) -> Response:
    journal = tenant_of(sandboxes, tenant).journal
    search = Search(api=api, operation=operation, method=method, path=path, status=status, contains=contains)
    found = [exchange for exchange in journal if search(exchange)]
    return ok(
        {
            "total": len(found),
            "dropped": journal.dropped,
            "entries": [shown_exchange(exchange) for exchange in found[:limit]],
        }
    )


async def get_exchange(sandboxes: Sandboxes, tenant: str, exchange_id: str) -> Response:
    return ok(shown_exchange(_found(sandboxes, tenant, exchange_id)))


async def clear_journal(sandboxes: Sandboxes, tenant: str) -> Response:
    tenant_of(sandboxes, tenant).journal.clear()
    return ok({"total": 0, "dropped": 0, "entries": []})


async def verify_journal(sandboxes: Sandboxes, tenant: str, payload: Mapping[str, Any]) -> Response:
    asked = dict(payload)
    least, most = asked.pop("at_least", None), asked.pop("at_most", None)
    if "times" in asked:
        least = most = asked.pop("times")
    search = Search(**asked)
    missed = [(exchange, search.misses(exchange)) for exchange in tenant_of(sandboxes, tenant).journal]
    count = sum(not misses for _, misses in missed)
    holds = (1 if least is None and most is None else least or 0) <= count and (most is None or count <= most)
    near = sorted((pair for pair in missed if pair[1]), key=lambda pair: len(pair[1]))[:NEAR]
    return ok(
        {
            "holds": holds,
            "count": count,
            "near_misses": []
            if holds
            else [{"entry": shown_exchange(exchange), "misses": misses} for exchange, misses in near],
        }
    )


def _found(sandboxes: Sandboxes, tenant: str, exchange_id: str) -> Exchange:
    exchange = tenant_of(sandboxes, tenant).journal.find(exchange_id)
    if exchange is None:
        raise NotFound(exchange_id)
    return exchange


def shown_exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "tenant": exchange.tenant,
        "at": exchange.at,
        "took_ms": round(exchange.took_ms, 3),
        "api": exchange.api,
        "operation": exchange.operation,
        "client": client(exchange),
        "request": {
            "method": exchange.method,
            "path": exchange.path,
            "query": exchange.query,
            **_message(exchange.headers, exchange.body, exchange.size),
            "parsed": parsed(exchange),
        },
        "response": {
            "status": exchange.status,
            **_message(exchange.answer_headers, exchange.answer_body, exchange.answer_size),
        },
        "why": exchange.why,
        "fix": exchange.fix,
        "snippet": exchange.snippet,
        "doc": exchange.doc,
        "evidence": exchange.evidence,
        "relied": list(exchange.relied),
        "fault": exchange.fault,
    }


def _message(headers: RawHeaders, body: bytes, size: int) -> dict[str, Any]:
    """`body` as text if it is UTF-8, else in base64; `size` is what it had before it was cut to `kept`."""
    try:
        text, encoded = body.decode(), None
    except UnicodeDecodeError:
        text, encoded = None, b64encode(body).decode()
    return {
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers],
        "body": text,
        "body_base64": encoded,
        "size": size,
        "kept": len(body),
    }
