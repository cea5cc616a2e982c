"""`sealbox-conformance proxy`: passes live traffic on and holds both directions against the contract.

It keeps counts and shapes only: no header, no credential, no value.
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx2
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from .drift import Drift, Message

CLEAN, DRIFTED, USAGE = 0, 1, 2
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade"}
    | {"transfer-encoding", "content-length", "content-encoding", "host", "accept-encoding"}
)
"""Headers of one connection only, and those that no longer hold once a body has been read."""


def proxy(
    *,
    to: Annotated[str, typer.Option(help="Where the traffic goes.")],
    api: Annotated[
        str | None, typer.Option(help="The one API that is there, when its name is no part of the paths.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 4790,
    report: Annotated[Path, typer.Option(help="Folder for drift.json and drift.md.")] = Path("drift"),
    yes_i_may_test_this_target: Annotated[
        bool,
        typer.Option("--yes-i-may-test-this-target", help="Needed unless the target is on this machine."),
    ] = False,
) -> None:
    """Pass traffic on and report where it leaves the contract. Ends with Ctrl-C.

    Exit codes: 0 no drift, 1 drift, 2 usage.
    """
    from . import contract  # noqa: PLC0415, --help need not wait for it
    from .drift import Drift  # noqa: PLC0415, as above
    from .target import is_loopback  # noqa: PLC0415, as above

    if not to.startswith(("http://", "https://")) or "@" in to:
        _stop("--to is no web address, or holds a credential")
    if api and api not in contract.apis():
        _stop(f"there is no API {api}; there are {', '.join(contract.apis())}")
    if not is_loopback(to) and not yes_i_may_test_this_target:
        _stop(f"{to} is not on this machine: add --yes-i-may-test-this-target if you may")
    drift = Drift()
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        _stop(f"port {port} cannot be used: {error}")
    with listener:
        typer.echo(f"passing http://127.0.0.1:{listener.getsockname()[1]} on to {to}; Ctrl-C ends", err=True)
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(listener, to, api, drift))
    write(report, drift, to)
    seen = sum(drift.seen.values())
    typer.echo(f"{seen} exchange{'' if seen == 1 else 's'}; the report is in {report}", err=True)
    raise typer.Exit(CLEAN if drift.clean else DRIFTED)


async def _serve(listener: socket.socket, to: str, api: str | None, drift: Drift) -> None:
    import httpx2  # noqa: PLC0415, --help need not wait for it
    import uvicorn  # noqa: PLC0415, as above

    async with httpx2.AsyncClient(timeout=60, follow_redirects=False, trust_env=False) as client:
        made = app(client, to, api=api, drift=drift)
        # No access log: paths hold ids.
        config = uvicorn.Config(made, log_level="warning", access_log=False, lifespan="off")
        await uvicorn.Server(config).serve(sockets=[listener])


def app(client: httpx2.AsyncClient, to: str, *, api: str | None, drift: Drift) -> Starlette:
    """The proxy as an ASGI application that fills `drift`."""
    import httpx2  # noqa: PLC0415, --help need not wait for it
    from starlette.applications import Starlette  # noqa: PLC0415, as above
    from starlette.responses import JSONResponse, Response  # noqa: PLC0415, as above
    from starlette.routing import Route  # noqa: PLC0415, as above

    base = to.rstrip("/")

    async def forward(request: Request) -> Response:
        body = await request.body()
        target = f"{base}{request.scope['raw_path'].decode('ascii')}"
        try:
            answer = await client.request(
                request.method,
                f"{target}?{request.url.query}" if request.url.query else target,
                headers=[*_kept(request.headers.items()), ("accept-encoding", "identity")],
                content=body or None,
            )
        except httpx2.TransportError as error:
            drift.unanswered += 1
            return JSONResponse({"title": "Bad Gateway", "detail": f"{to}: {type(error).__name__}"}, 502)
        await _record(request, answer, api=api, drift=drift)
        return _passed_on(Response, answer)

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(routes=[Route("/{path:path}", forward, methods=methods)])


def _passed_on(made: type[Response], answer: httpx2.Response) -> Response:
    response = made(answer.content, answer.status_code)
    for name, value in _kept(answer.headers.multi_items()):
        response.headers.append(name, value)
    return response


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


async def _record(request: Request, answer: httpx2.Response, *, api: str | None, drift: Drift) -> None:
    from . import contract  # noqa: PLC0415, --help need not wait for it
    from . import drift as rules  # noqa: PLC0415, --help need not wait for it

    path = request.url.path
    name = api
    if name is None:
        name, _, rest = path.removeprefix("/").partition("/")
        path = f"/{rest}"
    if name not in contract.apis():
        drift.take(("…", rules.UNKNOWN, answer.status_code), iter(()))
        return
    operation = rules.find(name, request.method, path)
    if operation is None:
        where = rules.masked_path(name, request.method, path)
        drift.take((name, f"{rules.UNKNOWN} {where}", answer.status_code), iter(()))
        return
    found = [*rules.response_violations(operation, answer.status_code, _answer(answer))]
    if answer.status_code < 400:  # what was refused was wrong with good reason
        found += rules.request_violations(operation, await _request(request))
    drift.take((name, operation.id, answer.status_code), iter(found))


def _answer(answer: httpx2.Response) -> Message:
    return _json(answer.headers.get("content-type", ""), answer.content)


async def _request(request: Request) -> Message:
    from starlette.exceptions import HTTPException  # noqa: PLC0415, --help need not wait for it

    from . import drift as rules  # noqa: PLC0415, as above

    media_type = _media_type(request.headers.get("content-type", ""))
    query = dict(request.query_params)
    if media_type not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        read = _json(media_type, await request.body())
        return rules.Message(read.media_type, read.body, query=query, bare=read.bare)
    try:
        async with request.form() as form:
            fields = [(name, one if isinstance(one, str) else None) for name, one in form.multi_items()]
    except HTTPException:
        return rules.Message(media_type, query=query, bare=True)
    body, files = rules.form(fields)
    return rules.Message(media_type, body, files, query)


def _json(content_type: str, content: bytes) -> Message:
    from .drift import Message  # noqa: PLC0415, --help need not wait for it

    try:
        return Message(_media_type(content_type), json.loads(content or b"null"))
    except (ValueError, RecursionError):
        return Message(_media_type(content_type), bare=True)


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def write(folder: Path, drift: Drift, upstream: str) -> dict[str, Any]:
    """`drift.json` for programs and `drift.md` for people."""
    from .drift import markdown  # noqa: PLC0415, --help need not wait for it

    report = drift.as_json(upstream)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (folder / "drift.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "drift.md").write_text(markdown(report), encoding="utf-8")
    return report


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"sealbox-conformance proxy: {sentence}", err=True)
    raise typer.Exit(USAGE)
