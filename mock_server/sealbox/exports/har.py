"""HTTP Archive 1.2, which browsers and API tools open. What is ours in it begins with an underscore."""

from __future__ import annotations

from base64 import b64encode
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from sealbox.exchanges.exchange import header
from sealbox.exports.multipart_bodies import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealbox.exchanges.exchange import Exchange, RawHeaders

UNKNOWN = -1  # as the format has it


def archive(exchanges: Iterable[Exchange], *, version: str, host: str) -> dict[str, Any]:
    """In the order given; `host` is where a request that names none went to."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "Sealbox", "version": version},
            "entries": [_entry(exchange, host) for exchange in exchanges],
        }
    }


def _entry(exchange: Exchange, host: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "startedDateTime": exchange.at.isoformat(),
        "time": exchange.took_ms,
        "request": _request(exchange, host),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": exchange.took_ms, "receive": 0},
        "_sealbox": {
            name: getattr(exchange, name)
            for name in ("id", "tenant", "api", "operation", "why", "fix", "doc", "evidence", "fault")
        },
    }
    if exchange.why:
        entry["comment"] = exchange.why
    return entry


def _request(exchange: Exchange, host: str) -> dict[str, Any]:
    query = f"?{exchange.query}" if exchange.query else ""
    found: dict[str, Any] = {
        "method": exchange.method,
        "url": f"http://{header(exchange.headers, 'host') or host}{quote(exchange.path)}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(exchange.headers, "cookie"),
        "headers": _headers(exchange.headers),
        "queryString": _pairs(parse_qsl(exchange.query, keep_blank_values=True, encoding="utf-8")),
        "headersSize": UNKNOWN,
        "bodySize": exchange.size,
    }
    if exchange.body:
        found["postData"] = _post_data(exchange)
    return found


def _post_data(exchange: Exchange) -> dict[str, Any]:
    """Either the fields of a form or text; base64, for what is no text, is our own addition to the format."""
    kind = header(exchange.headers, "content-type") or ""
    parts = split(kind, exchange.body) or []
    params = [param for part in parts if part.names and (param := _param(part.names, part))]
    if params and len(params) == len(parts):
        return {"mimeType": kind, "params": params, "text": ""}
    return {"mimeType": kind, "params": [], **_text(exchange.body, "_encoding")}


def _param(names: tuple[str, str | None], part: Any) -> dict[str, Any]:
    name, filename = names
    given = {"fileName": filename, "contentType": part.content_type}
    text = _text(part.content, "_encoding")
    return {
        "name": name,
        "value": text.pop("text"),
        **{key: value for key, value in given.items() if value},
        **text,
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    body = exchange.answer_body
    kind = header(exchange.answer_headers, "content-type") or ""
    return {
        "status": exchange.status,
        "statusText": _phrase(exchange.status),
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(exchange.answer_headers, "set-cookie"),
        "headers": _headers(exchange.answer_headers),
        "content": {"size": exchange.answer_size, "mimeType": kind, **_text(body, "encoding")},
        "redirectURL": header(exchange.answer_headers, "location") or "",
        "headersSize": UNKNOWN,
        "bodySize": exchange.answer_size,
    }


def _text(content: bytes, encoding: str) -> dict[str, str]:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(content).decode(), encoding: "base64"}


def _headers(headers: RawHeaders) -> list[dict[str, str]]:
    return _pairs((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _cookies(headers: RawHeaders, name: str) -> list[dict[str, str]]:
    found: SimpleCookie = SimpleCookie()
    for one, value in headers:
        if one.lower() == name.encode():
            try:
                found.load(value.decode("latin-1"))
            except CookieError:
                continue
    return _pairs((key, morsel.value) for key, morsel in found.items())


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
