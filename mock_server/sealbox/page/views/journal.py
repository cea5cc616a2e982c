"""Requests and answers, the newest first, with why each was answered as it was."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from sealbox.exchanges.explanations import client
from sealbox.exchanges.journal import Search
from sealbox.page.curl import curl
from sealbox.php_forms import parse_form

from . import USUAL
from .webhooks import text, written

if TYPE_CHECKING:
    from sealbox.exchanges.exchange import Exchange, RawHeaders

    from . import Looking


async def view(looking: Looking) -> dict[str, Any]:
    journal, filters = looking.sandbox.journal, looking.asked.filters
    shown = looking.asked.shown("journal", USUAL)
    search = Search(status=filters.get("status"), operation=filters.get("operation"))
    found = list(islice((exchange for exchange in journal if search(exchange)), shown + 1))
    return {
        "total": len(journal),
        "dropped": journal.dropped,
        "filtered": bool({"status", "operation"} & filters.keys()),
        "shown": shown,
        "has_more": len(found) > shown,
        "entries": [_entry(looking, exchange) for exchange in found[:shown]],
    }


def _entry(looking: Looking, exchange: Exchange) -> dict[str, Any]:
    is_open = looking.asked.is_open(exchange.id)
    return {"one": exchange, "is_open": is_open, **(_detail(looking, exchange) if is_open else {})}


def _detail(looking: Looking, exchange: Exchange) -> dict[str, Any]:
    return {
        "sent": written(_text(exchange.headers)),
        "came": written(_text(exchange.answer_headers)),
        "parsed": parsed(exchange),
        "raw": text(exchange.body, laid_out=False),
        "answer": text(exchange.answer_body),
        "curl": curl(exchange, looking.base),
        "client": client(exchange),
        "whole": f"/_sandbox/journal/{exchange.id}?tenant={looking.asked.tenant}",
    }


def _text(headers: RawHeaders) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def parsed(exchange: Exchange) -> str:
    """What the body says, fields and files by name; empty for one that is no form and no JSON."""
    sent = {name.lower(): value for name, value in _text(exchange.headers)}
    content_type = sent.get("content-type", "")
    if not exchange.body:
        return ""
    try:
        if "json" in content_type:
            return orjson.dumps(orjson.loads(exchange.body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError as error:
        return f"no JSON: {error}"
    form = parse_form(content_type, exchange.body)
    if not form.fields and not form.files:
        return "\n".join(note.sentence for note in form.notes)
    return orjson.dumps({**form.fields, **form.files}, default=_file, option=orjson.OPT_INDENT_2).decode()


def _file(value: object) -> str:
    """Files are dataclasses, which are written as such unless told otherwise; bytes are what is left."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
