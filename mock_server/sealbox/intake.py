"""The front door: every body is read once and whole, within a limit, before Connexion sees the request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from connexion.validators import AbstractRequestBodyValidator
from connexion.validators.json import JSONRequestBodyValidator
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from . import __version__
from .answers import header_text, refusal
from .problems import BodyTooLarge, MalformedBody

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .answers import Render
    from .sandbox import Sandboxes

Read = Callable[[str | None, bytes, bytes], tuple[dict[str, Any], tuple[str, bytes] | None]]
"""Each `sealbox.apis.<api>` has one: Content-Type, query and body → what its handlers are given by name,
and the media type and body that Connexion is shown instead, if any."""


Download = Callable[[str, "Sandboxes", str], Awaitable[Response | None]]
"""Some have one: a path below the API, the tenants and the base URL → a file, which is no operation."""


@dataclass(frozen=True, slots=True)
class Front:
    """What the front door needs to know of an API."""

    render: Render
    read: Read | None = None
    download: Download | None = None


LARGE_BODY = 1024 * 1024  # bytes from which on a body is read in a thread, so that other tenants do not wait


class Intake:
    """An ASGI application around Connexion's.

    Connexion takes a request without Content-Length for one without a body, and reads multipart bodies in
    its own way; so the body is read here, and what each API's own reader makes of it is handed to its
    handlers by name, beside `base_url` and `sandboxes`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        fronts: Mapping[str, Front],
        sandboxes: Sandboxes,
        body_limit: int,
    ) -> None:
        self.app = app
        self.fronts = fronts
        self.sandboxes = sandboxes
        self.body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # One slash at the end means nothing, and Starlette would answer with a redirect that no vendor sends.
        scope = {**scope, "path": scope["path"].removesuffix("/") or "/"}
        if await self._downloaded(scope, receive, send):
            return
        try:
            if scope["path"].endswith("/") or scope["path"][1:] in self.fronts:
                raise HTTPException(404)  # noqa: TRY301, answered as every other refusal
            body = await self._body(Request(scope, receive))
        except ClientDisconnect:
            return  # half a request is none
        except (BodyTooLarge, HTTPException) as problem:
            await self._refuse(scope, problem, send)
            return
        scope, body = await self._prepared(scope, body)
        await self.app(scope, _replay(body, receive), _marked(send))

    async def _downloaded(self, scope: Scope, receive: Receive, send: Send) -> bool:
        _, api, *below = scope["path"].split("/", 2)
        front = self.fronts.get(api)
        if front is None or front.download is None or not below or scope["method"] not in {"GET", "HEAD"}:
            return False
        base_url = _base_url(scope, Headers(raw=scope["headers"]), api)
        response = await front.download(below[0], self.sandboxes, base_url)
        if response is None:
            return False
        await response(scope, receive, _marked(send))
        return True

    async def _body(self, request: Request) -> bytes:
        length = request.headers.get("content-length", "")
        # Python refuses to read a number of thousands of digits, and nobody sends that many bytes.
        if length.isdecimal() and (len(length) > 18 or int(length) > self.body_limit):
            raise BodyTooLarge(self.body_limit)
        chunks, size = [], 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > self.body_limit:
                raise BodyTooLarge(self.body_limit)
            chunks.append(chunk)
        return b"".join(chunks)

    async def _prepared(self, scope: Scope, body: bytes) -> tuple[Scope, bytes]:
        """The request as Connexion is shown it, with what handlers may ask for by name."""
        headers = MutableHeaders(raw=list(scope["headers"]))
        api = scope["path"].split("/", 2)[1]
        given: dict[str, Any] = {"sandboxes": self.sandboxes, "base_url": _base_url(scope, headers, api)}
        front = self.fronts.get(api)
        if front and (read := front.read):
            asked = headers.get("content-type"), scope["query_string"], body
            more, instead = read(*asked) if len(body) < LARGE_BODY else await asyncio.to_thread(read, *asked)
            given |= more
            if instead and scope["method"] not in {"GET", "HEAD"}:
                headers["content-type"], body = instead
        if not headers.get("content-type", "").isascii():
            headers["content-type"] = "application/octet-stream"  # connexion reads it as UTF-8 and fails
        if "transfer-encoding" in headers:
            del headers["transfer-encoding"]
        headers["content-length"] = str(len(body))
        extensions = {**scope.get("extensions", {}), "connexion_context": given}
        return {**scope, "headers": headers.raw, "extensions": extensions}, body

    async def _refuse(self, scope: Scope, problem: Exception, send: Send) -> None:
        answer = refusal(scope, problem, {api: front.render for api, front in self.fronts.items()})
        body = orjson.dumps(answer.body)
        headers = {
            "content-type": answer.media_type,
            "content-length": str(len(body)),
            "connection": "close",  # the rest of the body is not read
            "x-sandbox-why": header_text(answer.why),
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        send = _marked(send)
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


def _base_url(scope: Scope, headers: Headers, api: str) -> str:
    """The address under which this client knows the API, for links in answers."""
    host, port = scope.get("server") or ("127.0.0.1", 80)
    return f"{scope['scheme']}://{quote(headers.get('host', f'{host}:{port}'), safe=':[]')}/{api}"


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _marked(send: Send) -> Send:
    """Every answer says whose it is, so that nobody takes a sandbox for the real service."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-sandbox", f"sealbox {__version__}".encode())]
        await send(message)

    return marked


class JsonBody(JSONRequestBodyValidator):  # type: ignore[misc]  # connexion ships no types
    """Reads a JSON body once, strictly, and leaves it to the handler as `payload`.

    Connexion's own reading takes NaN, lone surrogates and numbers without end, on which a later answer
    would fail, and makes a 500 of bytes that are not text.
    """

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        body = (await receive()).get("body", b"")
        if not body and not self._required:
            body = b"{}"
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise MalformedBody(str(error) if body else "the body is empty") from error
        self._validate(payload)
        scope["extensions"]["connexion_context"]["payload"] = payload
        return _replay(body, receive), scope


class AlreadyRead(AbstractRequestBodyValidator):  # type: ignore[misc]  # connexion ships no types
    """For a body that an API's own reader has read: the rules judge it, all at once."""

    async def _parse(
        self,
        stream: AsyncGenerator[bytes, None],
        scope: Scope,  # noqa: ARG002, its signature
    ) -> None:
        async for _ in stream:
            pass


class Unjudged:
    """In place of Connexion's check of parameters, for the same reason."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        pass

    def validate(self, scope: Scope) -> None:
        pass
