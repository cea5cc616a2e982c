"""The page's own routes: an ASGI application behind the front door's guard."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import orjson
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sealbox import __version__
from sealbox.contract.operations import operations
from sealbox.webhooks import FaultKind

from . import docs
from .acts import ACTS, Outcome, perform
from .asked import Asked
from .changes import notices
from .look import digest, rendered
from .views import Looking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sealbox.serving.intake import Intake

SECTIONS = (
    "clock",
    "overview",
    "start",
    "batches",
    "events",
    "webhooks",
    "mails",
    "timeline",
    "faults",
    "journal",
    "evidence",
)
VIEWS = {name: import_module(f"sealbox.page.views.{name}").view for name in SECTIONS}
STATIC = Path(__file__).parent / "static"
LIVE = Markup('<div class="live" id="{name}-live" data-digest="{digest}" hx-swap-oob="true">{html}</div>')
MOST_OF_A_FORM = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def pages(intake: Intake) -> ASGIApp:
    """The live page of the tenants of `intake`, and the API documents."""
    page = Page(intake)
    app = Starlette(
        routes=[
            Route("/", page.whole),
            Route("/_sandbox/ui/live", page.live),
            Route("/_sandbox/ui/changes", page.changes),
            Route("/_sandbox/ui/act/{name}", page.act, methods=["POST"]),
            Mount("/_sandbox/ui/static", StaticFiles(directory=STATIC)),
            Route("/_sandbox/docs", page.docs),
            Route("/_sandbox/docs/{api}", page.docs),
            Route("/_sandbox/docs/{api}/openapi.json", page.document),
        ],
        exception_handlers={HTTPException: page.lost},
    )
    app.router.redirect_slashes = False  # the front door takes a slash at the end for none
    return _guarded(app)


class Page:
    """Answers for one application."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def whole(self, request: Request) -> Response:
        return HTMLResponse(await self._page(self._looking(request)))

    async def live(self, request: Request) -> Response:
        """Those parts of the page that change, for one that is there already."""
        return await self._live(self._looking(request))

    async def changes(self, request: Request) -> Response:
        tenant = self._asked(request.query_params.multi_items()).tenant
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(
            notices(self._intake, tenant), media_type="text/event-stream", headers=headers
        )

    async def act(self, request: Request) -> Response:
        act = ACTS.get(request.path_params["name"])
        if act is None:
            raise HTTPException(404, f"there is no act {request.path_params['name']!r}")
        form = await _form(request)
        scripted = "hx-request" in request.headers
        before = _folding(form) if scripted else _came_from(request)
        asked = self._asked([*before, *request.query_params.items()])
        self._look(request, asked)  # before anything is done
        outcome = await perform(self._intake, act, form, tenant=asked.tenant, scope=request.scope)
        looking = self._look(request, asked)
        if scripted:
            return await self._live(looking, outcome)
        if outcome.worked:
            # Without scripts the page comes anew, so that reloading it does nothing twice.
            return RedirectResponse(asked.link(act.section), 303)
        return HTMLResponse(await self._page(looking, outcome), 422)

    async def docs(self, request: Request) -> Response:
        api = request.path_params.get("api", docs.documents()[0])
        if api not in docs.documents():
            raise HTTPException(404, f"there is no document {api!r}")
        asked = self._asked(request.query_params.multi_items())
        sandbox = self._look(request, asked).sandbox
        scheme, credential = docs.credential(sandbox, api)
        titles = {name: docs.title(name) for name in docs.documents()}
        html = rendered(
            "docs.html", api=api, titles=titles, asked=asked, scheme=scheme, credential=credential
        )
        return HTMLResponse(html)

    async def document(self, request: Request) -> Response:
        api = request.path_params["api"]
        if api not in docs.documents():
            raise HTTPException(404, f"there is no document {api!r}")
        body = orjson.dumps(docs.document(api), default=str)
        return Response(body, media_type="application/json")

    async def lost(self, request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException), "registered for these only"
        tenants = [sandbox.plan.tenant for sandbox in self._intake.sandboxes]
        html = rendered("lost.html", why=problem.detail, tenants=tenants, path=request.url.path)
        return HTMLResponse(html, problem.status_code)

    def _asked(self, given: list[tuple[str, str]]) -> Asked:
        return Asked.read(given, tenant=self._intake.sandboxes.default.plan.tenant)

    def _looking(self, request: Request) -> Looking:
        return self._look(request, self._asked(request.query_params.multi_items()))

    def _look(self, request: Request, asked: Asked) -> Looking:
        """Raises HTTPException for a tenant that nobody opened."""
        if asked.tenant not in self._intake.sandboxes:
            raise HTTPException(404, f"there is no tenant {asked.tenant!r}")
        base = f"{request.url.scheme}://{request.url.netloc}"
        return Looking(self._intake, self._intake.sandboxes[asked.tenant], asked, base)

    async def _parts(self, looking: Looking) -> dict[str, Markup]:
        """Each part that changes, by its name, with a digest of it."""
        return {name: await self._part(looking, name) for name in SECTIONS}

    @staticmethod
    async def _part(looking: Looking, name: str) -> Markup:
        values = await VIEWS[name](looking)
        html = rendered(f"parts/{name}.html", asked=looking.asked, now=looking.now, **values)
        return Markup(
            '<div class="live" id="{0}-live" data-digest="{1}" hx-swap-oob="true">{2}</div>'
        ).format(name, digest(html), html)

    async def _live(self, looking: Looking, outcome: Outcome | None = None) -> Response:
        parts = await self._parts(looking)
        said = rendered("said.html", outcome=outcome) if outcome else ""
        html = Markup("").join([*parts.values(), said])
        return HTMLResponse(html, headers={"X-Page": looking.asked.link(), "Cache-Control": "no-store"})

    async def _page(self, looking: Looking, outcome: Outcome | None = None) -> str:
        sandboxes = self._intake.sandboxes
        return rendered(
            "page.html",
            version=__version__,
            asked=looking.asked,
            seed=looking.sandbox.plan.seed,
            tenants=[sandbox.plan.tenant for sandbox in sandboxes],
            live=await self._parts(looking),
            outcome=outcome,
            operations={api: list(operations(api)) for api in looking.sandbox.worlds},
            kinds=[kind.value for kind in FaultKind],
        )


async def _form(request: Request) -> dict[str, str]:
    """A form's fields; a page's own are short, so that a long body is none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_OF_A_FORM:
            raise HTTPException(413, "no form of this page is so long")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _folding(form: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, form[name]) for name in ("open", "closed") if name in form]


def _came_from(request: Request) -> list[tuple[str, str]]:
    """What the page looked like on which the button was pressed, for a browser without scripts."""
    came = urlsplit(request.headers.get("referer", ""))
    return parse_qsl(came.query) if came.netloc == request.headers.get("host") else []


def _guarded(app: ASGIApp) -> ASGIApp:
    """Every answer says what a browser may do with it: nothing from elsewhere, no script within a page."""
    headers = {
        b"content-security-policy": POLICY.encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",  # `no-referrer` would have forms come from Origin: null
    }

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in headers.items() if name not in sent]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await app(scope, receive, marked)

    return guarded
