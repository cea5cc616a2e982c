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

from sealbox import __version__
from sealbox.exchanges.recorder import SAFE
from sealbox.exchanges.wire import GoneError, Wire, collected, header_text, lived, sent
from sealbox.problems import BodyTooLarge
from sealbox.timing.pump import pumping

from .answers import refusal
from .compiled import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sealbox.exchanges.exchange import Exchange
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


CONTROL = "_sandbox"
PAGES = ("/_sandbox/ui", "/_sandbox/docs")
MARK = (b"x-sandbox", f"sealbox {__version__}".encode())
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
        scope = {**scope, "path": f"/{scope['path'].removeprefix('/').removesuffix('/')}"}
        if self._is_own(scope["path"]):
            await self._own(scope, receive, _marked(send))
            return
        await self.recorder.record(scope, receive, _marked(send), _Handling(self, scope, receive))

    def _is_own(self, path: str) -> bool:
        return path == "/" or path.split("/", 2)[1] == CONTROL

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The control plane and the pages, which answer to this machine only."""
        headers = Headers(raw=scope["headers"])
        if why := self.hosts.why_not(headers.get("host"), headers.get("origin")):
            await sent(self.refused({**scope, "path": f"/{CONTROL}"}, HTTPException(403, why)), send)
            return
        if self.pages is not None and is_page(scope["path"]):
            await self.pages(scope, receive, send)
            return
        try:
            body = await self.body(scope, receive)
            answer = await self.compiled(scope, body) or await self.handled(scope, body)
        except GoneError:
            return
        except (BodyTooLarge, HTTPException) as problem:
            answer = self.refused(scope, problem)
        self.acts += scope["method"] not in SAFE
        await sent(answer, send)

    async def handled(self, scope: Scope, body: bytes) -> Wire:
        if scope["path"].endswith("/") or scope["path"][1:] in self.fronts or not self._front(scope):
            raise HTTPException(404)
        scope, body = await self._prepared(scope, body)
        return await collected(self._plain(), scope, body)

    async def compiled(self, scope: Scope, body: bytes) -> Wire | None:
        """The answer of the compiled operation that is asked for; None when Connexion has to be asked."""
        if self._compiled is None or (found := self._compiled.find(scope["method"], scope["path"])) is None:
            return None
        call, texts = found
        headers = dict(reversed(scope["headers"]))  # of several of one name the first counts
        api = call.blueprint.api
        given, instead = await self._given(scope, headers, api, body)
        asked = Asked(scope, headers, body, given, is_read=instead is not None)
        return await self._compiled.answer(call, texts, asked)

    def _front(self, scope: Scope) -> Front | None:
        return self.fronts.get(scope["path"].split("/", 2)[1])

    async def downloaded(self, scope: Scope) -> Wire | None:
        _, api, *below = scope["path"].split("/", 2)
        front = self.fronts.get(api)
        if front is None or front.download is None or not below or scope["method"] not in {"GET", "HEAD"}:
            return None
        base_url = _base_url(scope, dict(reversed(scope["headers"])), api)
        response = await front.download(below[0], self.sandboxes, base_url)
        return await collected(response, scope, b"") if response is not None else None

    async def body(self, scope: Scope, receive: Receive) -> bytes:
        """Raises BodyTooLarge, and GoneError: half a request is none."""
        length = dict(reversed(scope["headers"])).get(b"content-length", b"").decode("latin-1")
        # Python refuses to read a number of thousands of digits, and nobody sends that many bytes.
        if length.isdecimal() and (len(length) > 18 or int(length) > self.body_limit):
            raise BodyTooLarge(self.body_limit)
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self.body_limit:
                raise BodyTooLarge(self.body_limit)
            more = message.get("more_body", False)
        return b"".join(chunks)

    async def _prepared(self, scope: Scope, body: bytes) -> tuple[Scope, bytes]:
        """The request as Connexion is shown it, with what handlers may ask for by name."""
        headers = MutableHeaders(raw=list(scope["headers"]))
        api = scope["path"].split("/", 2)[1]
        given, instead = await self._given(scope, dict(reversed(scope["headers"])), api, body)
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

    async def _given(
        self, scope: Scope, headers: Mapping[bytes, bytes], api: str, body: bytes
    ) -> tuple[dict[str, Any], Instead]:
        """What handlers may ask for by name, and what Connexion is shown in place of a form."""
        given: dict[str, Any] = {"sandboxes": self.sandboxes, "base_url": _base_url(scope, headers, api)}
        if api == CONTROL:
            given["meter"] = self.meter
        front = self.fronts.get(api)
        if front is None or front.read is None:
            return given, None
        sent = headers.get(b"content-type")
        asked = sent.decode("latin-1") if sent is not None else None, scope["query_string"], body
        small = len(body) < LARGE_BODY
        more, instead = front.read(*asked) if small else await asyncio.to_thread(front.read, *asked)
        return given | more, instead

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


@dataclass(frozen=True, slots=True)
class _Handling:
    """How one request to a vendor's API goes on."""

    intake: Intake
    scope: Scope
    receive: Receive

    async def read(self, exchange: Exchange) -> None:
        exchange.body = await self.intake.body(self.scope, self.receive)
        exchange.size = len(exchange.body)

    async def answer(self, exchange: Exchange) -> Wire:
        found = await self.intake.compiled(self.scope, exchange.body)
        found = found or await self.intake.downloaded(self.scope)
        return found or await self.intake.handled(self.scope, exchange.body)

    def refuse(self, problem: Exception) -> Wire:
        return self.intake.refused(self.scope, problem)


def is_page(path: str) -> bool:
    """Whether people read what is there, and no program."""
    return path == "/" or path.startswith(PAGES)


def _base_url(scope: Scope, headers: Mapping[bytes, bytes], api: str) -> str:
    """The address under which this client knows the API, for links in answers."""
    host = headers.get(b"host") or "{}:{}".format(*(scope.get("server") or ("127.0.0.1", 80))).encode()
    return _address(scope["scheme"], host, api)


@lru_cache(maxsize=256)
def _address(scheme: str, host: bytes, api: str) -> str:
    return f"{scheme}://{quote(host.decode('latin-1'), safe=':[]')}/{api}"


def _marked(send: Send) -> Send:
    """Every answer says whose it is, so that nobody takes a sandbox for the real service."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], MARK]
        await send(message)

    return marked
