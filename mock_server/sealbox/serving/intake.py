"""The front door: every body is read once and whole, within a limit, before anything is made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sealbox.contract import operations
from sealbox.exchanges.recorder import SAFE
from sealbox.exchanges.wire import MARK, GoneError, Wire, collected, header_text, lived, sent
from sealbox.problems import BodyTooLarge
from sealbox.timing.pump import pumping

from .answers import refusal
from .compiled import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sealbox.contract.operations import Operation
    from sealbox.exchanges.metrics import Meter
    from sealbox.exchanges.recorder import Recorder
    from sealbox.sandbox import Sandboxes

    from .answers import Render
    from .compiled import Compiled
    from .hosts import Hosts

Instead = tuple[str, bytes] | None
Read = Callable[[str | None, bytes, bytes], tuple[dict[str, Any], Instead]]
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


FRAMED = {b"content-length", b"transfer-encoding"}
CONTROL = "_sandbox"
PAGES = ("/_sandbox/ui", "/_sandbox/docs")
LARGE_BODY = 1024 * 1024  # bytes from which on a body is read in a thread, so that other tenants do not wait


class Intake:
    """The ASGI application: the `compiled` operations, and Connexion for whatever those leave to it.

    Connexion takes a request without Content-Length for one without a body, and reads multipart bodies in
    its own way; so the body is read here, and what each API's own reader makes of it is handed to its
    handlers by name, beside `base_url` and `sandboxes`. `plain` makes Connexion's application, when it is
    first needed. Every exchange with a vendor's API, and with a path
    that is none, goes through the `recorder`; the control plane and the `pages` go by themselves.
    """

    def __init__(  # noqa: PLR0913, one argument a part
        self,
        plain: Callable[[], ASGIApp],
        *,
        compiled: Compiled | None,
        fronts: Mapping[str, Front],
        sandboxes: Sandboxes,
        recorder: Recorder,
        hosts: Hosts,
        meter: Meter,
        pages: ASGIApp | None = None,
        body_limit: int,
    ) -> None:
        self._plain = cache(plain)
        self._compiled = compiled
        self.fronts = fronts
        self.sandboxes = sandboxes
        self.recorder = recorder
        self.hosts = hosts
        self.meter = meter
        self.pages = pages
        self.body_limit = body_limit
        self.acts = 0  # requests that may have changed something through the control plane
        self.ending = asyncio.Event()  # set when the server ends, so that streams do
        self._renders = {api: front.render for api, front in fronts.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await lived(receive, send, pumping(self.sandboxes))
            return
        # One slash at the end means nothing, and Starlette would answer with a redirect that no vendor sends.
        # And what begins with none, as the asterisk of OPTIONS does, is a path that is not there.
        path = scope["path"]
        if path.endswith("/") or not path.startswith("/"):
            scope = {**scope, "path": f"/{path.removeprefix('/').removesuffix('/')}"}
        asked = Asked.of(scope, receive)
        if self._is_own(scope["path"]):
            await self._own(asked, send)
        else:
            await self.recorder.record(asked, send, self)

    def _is_own(self, path: str) -> bool:
        return path == "/" or path.split("/", 2)[1] == CONTROL

    async def _own(self, asked: Asked, send: Send) -> None:
        """The control plane and the pages, which answer to this machine only."""
        scope = asked.scope
        headers = Headers(raw=scope["headers"])
        if why := self.hosts.why_not(headers.get("host"), headers.get("origin")):
            await sent(self.refused({**scope, "path": f"/{CONTROL}"}, HTTPException(403, why)), send)
            return
        if self.pages is not None and is_page(scope["path"]):
            await self.pages(scope, asked.receive, _marked(send))
            return
        try:
            await self.read(asked)
            self._find(asked)
            answer = await self._compiled_answer(asked) or await self.handled(asked)
        except GoneError:
            return
        except (BodyTooLarge, HTTPException) as problem:
            answer = self.refused(scope, problem)
        self.acts += scope["method"] not in SAFE
        await sent(answer, send)

    def meant(self, asked: Asked, api: str) -> Operation | None:
        """The operation of a vendor's API that is asked for, compiled or not."""
        self._find(asked)
        if asked.found is not None:
            return asked.found[0].operation
        return operations.meant(api, asked.scope["method"], asked.scope["path"])

    def _find(self, asked: Asked) -> None:
        if self._compiled is not None:
            asked.found = self._compiled.find(asked.scope["method"], asked.scope["path"])

    async def answer(self, asked: Asked) -> Wire:
        found = await self._compiled_answer(asked) or await self.downloaded(asked)
        return found or await self.handled(asked)

    async def handled(self, asked: Asked) -> Wire:
        path = asked.scope["path"]
        if path.endswith("/") or path[1:] in self.fronts or not self._front(asked.scope):
            raise HTTPException(404)
        scope, body = await self._prepared(asked)
        return await collected(self._plain(), scope, body)

    async def _compiled_answer(self, asked: Asked) -> Wire | None:
        """The answer of the compiled operation that is asked for; None when Connexion has to be asked."""
        if asked.found is None:
            return None
        call, texts = asked.found
        asked.given, instead = await self._given(asked, call.blueprint.api)
        asked.is_read = instead is not None
        return await call.answer(texts, asked)

    def _front(self, scope: Scope) -> Front | None:
        return self.fronts.get(scope["path"].split("/", 2)[1])

    async def downloaded(self, asked: Asked) -> Wire | None:
        scope = asked.scope
        _, api, *below = scope["path"].split("/", 2)
        front = self.fronts.get(api)
        if front is None or front.download is None or not below or scope["method"] not in {"GET", "HEAD"}:
            return None
        response = await front.download(below[0], self.sandboxes, _base_url(asked, api))
        return await collected(response, scope, b"") if response is not None else None

    async def read(self, asked: Asked) -> None:
        """Read the whole body. Raises BodyTooLarge, and GoneError: half a request is none."""
        if asked.scope["method"] == "GET" and not asked.headers.keys() & FRAMED:
            return  # there is none
        length = asked.headers.get(b"content-length", b"")
        # Python refuses to read a number of thousands of digits, and nobody sends that many bytes.
        if length.isdigit() and (len(length) > 18 or int(length) > self.body_limit):
            raise BodyTooLarge(self.body_limit)
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await asked.receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self.body_limit:
                raise BodyTooLarge(self.body_limit)
            chunks.append(chunk)
            more = message.get("more_body", False)
        asked.body = b"".join(chunks)

    async def _prepared(self, asked: Asked) -> tuple[Scope, bytes]:
        """The request as Connexion is shown it, with what handlers may ask for by name."""
        scope, body = asked.scope, asked.body
        headers = MutableHeaders(raw=list(scope["headers"]))
        given, instead = await self._given(asked, scope["path"].split("/", 2)[1])
        if scope["method"] in {"GET", "HEAD"}:
            del headers["content-type"]  # PHP reads no form of a GET; connexion would, and miss its boundary
        elif instead:
            headers["content-type"], body = instead
        if not headers.get("content-type", "").isascii():
            headers["content-type"] = "application/octet-stream"  # connexion reads it as UTF-8 and fails
        if "transfer-encoding" in headers:
            del headers["transfer-encoding"]
        headers["content-length"] = str(len(body))
        extensions = {**scope.get("extensions", {}), "connexion_context": given}
        return {**scope, "headers": headers.raw, "extensions": extensions}, body

    async def _given(self, asked: Asked, api: str) -> tuple[dict[str, Any], Instead]:
        """What handlers may ask for by name, and what Connexion is shown in place of a form."""
        given: dict[str, Any] = {"sandboxes": self.sandboxes, "base_url": _base_url(asked, api)}
        if api == CONTROL:
            given["meter"] = self.meter
        front = self.fronts.get(api)
        if front is None or front.read is None:
            return given, None
        sent = asked.headers.get(b"content-type")
        media_type = sent.decode("latin-1") if sent is not None else None
        form = media_type, asked.scope["query_string"], asked.body
        small = len(asked.body) < LARGE_BODY
        more, instead = front.read(*form) if small else await asyncio.to_thread(front.read, *form)
        given.update(more)
        return given, instead

    def refused(self, scope: Scope, problem: Exception) -> Wire:
        """The refusal in the shape of the API that was asked. What is left of the body is not read."""
        answer = refusal(scope, problem, self._renders)
        body = orjson.dumps(answer.body)
        headers = {
            "content-type": answer.media_type,
            "content-length": str(len(body)),
            "connection": "close",
            "x-sandbox-why": header_text(answer.why),
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items() if value]
        return Wire(answer.status, raw, body)


def is_page(path: str) -> bool:
    """Whether people read what is there, and no program."""
    return path == "/" or path.startswith(PAGES)


def _base_url(asked: Asked, api: str) -> str:
    """The address under which this client knows the API, for links in answers."""
    server = asked.scope.get("server") or ("127.0.0.1", 80)
    host = asked.headers.get(b"host") or "{}:{}".format(*server).encode()
    return _address(asked.scope["scheme"], host, api)


@lru_cache(maxsize=256)
def _address(scheme: str, host: bytes, api: str) -> str:
    return f"{scheme}://{quote(host.decode('latin-1'), safe=':[]')}/{api}"


def _marked(send: Send) -> Send:
    """What answers by itself says whose it is too."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], MARK]
        await send(message)

    return marked
