"""The two measured operations as one closure each: what a compiled path could be, in parts.

It calls Sealbox's real handlers on a real sandbox. What it leaves out of a whole server is everything beside
these two requests; it is here to be measured, not to be used.
"""

from __future__ import annotations

import re
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import orjson
from sealbox.apis.certifiqi import handlers as certifiqi
from sealbox.apis.vec import handlers as vec
from sealbox.apis.vec.requests import read
from sealbox.sandbox import Plan, Sandboxes
from sealbox.serving.answers import ok
from sealbox.timing.clock import ClockMode

from . import schemas

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    import jsonschema_rs
    from starlette.responses import Response

Given = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers and body of an answer."""

PATTERN = re.compile(r"/certifiqi/batch_group/([^/]+)")
BASE = "http://127.0.0.1:4780"
JSON_HEADER = (b"content-type", b"application/json")
JOURNAL = 10_000
CONSTANT = b'{"constant":true}'
WHY = (
    (b"x-sandbox", b"sealbox"),
    (b"x-sandbox-operation", b"getBatchGroup"),
    (b"x-sandbox-evidence", b"seed"),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a closure does on its way, each adding to the ones before it."""

    lookup: bool = True
    token: bool = True
    form: bool = True
    handler: bool = True
    validated: str = ""
    """`object`, the answer before it is written; `bytes`, what was written, read again; or neither."""

    journal: bool = False
    explained: bool = False


class Closures:
    """An application of two operations, for ASGI by `asgi` and for RSGI by `rsgi`."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.sandboxes = Sandboxes(Plan(clock=ClockMode.MANUAL))
        self.journal: deque[tuple[object, ...]] = deque(maxlen=JOURNAL)
        self.event = schemas.response("certifiqi", "/batch_group/{batch_group_key}", "get", "200")
        self.batch = schemas.response("vec", "/business/batches", "post", "201")
        self._exact: dict[tuple[str, str], Callable[..., Awaitable[Given]]] = {
            ("POST", "/vec/business/batches"): self._create_batch,
            ("POST", "/_sandbox/reset"): self._reset,
        }

    async def _reset(self, _headers: Mapping[bytes, bytes], _body: bytes) -> Given:
        self.reset()
        return 200, [JSON_HEADER], b"{}"

    def reset(self) -> None:
        self.sandboxes.reset("demo")

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Within it, what the handlers answer is validated before it is written, if the parts say so."""
        answer: Callable[..., Response] = ok

        def checked(validator: jsonschema_rs.Draft202012Validator) -> Callable[..., Response]:
            def answer_checked(body: Any, **more: Any) -> Response:
                validator.validate(body)
                return answer(body, **more)

            return answer_checked

        if self.parts.validated != "object":
            yield
            return
        with patch.object(vec, "ok", checked(self.batch)), patch.object(certifiqi, "ok", checked(self.event)):
            yield

    async def answer(self, method: str, path: str, headers: Mapping[bytes, bytes], body: bytes) -> Given:
        operation: Callable[..., Awaitable[Given]] = self._create_batch
        key = ""
        if self.parts.lookup:
            found = self._exact.get((method, path))
            match = None if found else PATTERN.fullmatch(path)
            if found is None and match is None:
                return 404, [JSON_HEADER], b"{}"
            operation, key = found or operation, match[1] if match else ""
        if method == "GET":
            given = await self._get_event(headers, key)
        else:
            given = await operation(headers, body)
        status, sent, content = given
        if self.parts.explained:
            sent = [*sent, *WHY]
        if self.parts.journal:
            self.journal.append((method, path, headers, body[:4096], status, content))
        return status, sent, content

    async def _get_event(self, headers: Mapping[bytes, bytes], key: str) -> Given:
        token = "sealbox_certifiqi_demo"
        if self.parts.token:
            token = headers.get(b"x-api-token", b"").decode("latin-1")
        sandbox = self.sandboxes.holder("certifiqi", token)
        if sandbox is None or not self.parts.handler:
            return (200 if sandbox else 401), [JSON_HEADER], CONSTANT
        world = cast("Any", sandbox.worlds["certifiqi"])
        response = await certifiqi.get_batch_group(world, world.callers[token], key, f"{BASE}/certifiqi")
        return self._given(response, self.event)

    async def _create_batch(self, headers: Mapping[bytes, bytes], body: bytes) -> Given:
        token = "sealbox_vec_demo"
        if self.parts.token:
            scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
            if scheme != "Bearer":
                return 401, [JSON_HEADER], b"{}"
        sandbox = self.sandboxes.holder("vec", token)
        if sandbox is None:
            return 401, [JSON_HEADER], b"{}"
        if not self.parts.form:
            return 201, [JSON_HEADER], CONSTANT
        more, _ = read(headers[b"content-type"].decode("latin-1"), b"", body)
        if not self.parts.handler:
            return 201, [JSON_HEADER], CONSTANT
        world = cast("Any", sandbox.worlds["vec"])
        response = await vec.create_batch(world, world.callers[token], more["sent"], f"{BASE}/vec")
        return self._given(response, self.batch)

    def _given(self, response: Response, validator: jsonschema_rs.Draft202012Validator) -> Given:
        content = bytes(response.body)
        if self.parts.validated == "bytes":
            validator.validate(orjson.loads(content))
        return response.status_code, response.raw_headers, content

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        if scope["method"] == "POST":
            message = await receive()
            body = message["body"]
            while message.get("more_body"):
                message = await receive()
                body += message["body"]
        status, headers, content = await self.answer(
            scope["method"], scope["path"], dict(scope["headers"]), body
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def rsgi(self, scope: Any, protocol: Any) -> None:
        body = await protocol() if scope.method == "POST" else b""
        sent = {name.encode(): value.encode() for name, value in scope.headers.items()}
        status, headers, content = await self.answer(scope.method, scope.path, sent, body)
        shown = [(name.decode(), value.decode()) for name, value in headers]
        protocol.response_bytes(status=status, headers=shown, body=content)
