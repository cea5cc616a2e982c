"""A server on loopback, a client of it, and a real browser where there is one."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from sealbox import contract
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.serving.server import Server
from sealbox.timing.clock import ClockMode

PLAIN = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Live:
    """A server, asked over HTTP as the tenant `demo`."""

    url: str
    client: httpx2.Client

    def get(self, path: str = "/", **params: str) -> httpx2.Response:
        return self.client.get(path, params=params or None)

    def html(self, path: str = "/", **params: str) -> str:
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.text

    def act(self, name: str, *, came_from: str = "/", **form: str) -> httpx2.Response:
        """Press a button as a browser without scripts does."""
        headers = {"Referer": f"{self.url}{came_from}", "Origin": self.url}
        return self.client.post(f"/_sandbox/ui/act/{name}?tenant=demo", data=form, headers=headers)

    def control(self, method: str, path: str, **json: Any) -> Any:
        answer = self.client.request(method, f"/_sandbox{path}", json=json or None)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def vec(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        headers = {"Authorization": "Bearer sealbox_vec_demo"}
        return self.client.request(method, f"/vec{path}", headers=headers, **kwargs)

    def certifiqi(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        headers = {"x-api-token": "sealbox_certifiqi_demo"}
        return self.client.request(method, f"/certifiqi{path}", headers=headers, **kwargs)

    def upload(self, *, name: str = "Turma", rows: int = 2) -> str:
        """Make a batch; its id."""
        lines = "".join(f"p{row}@example.com,Pessoa {row}\r\n" for row in range(1, rows + 1))
        data = {"name": name, "template_id": PLAIN}
        csv = ("lista.csv", f"RecipientsEmail,RecipientsName\r\n{lines}".encode(), "text/csv")
        answer = self.vec("POST", "/business/batches", data=data, files={"csv_file": csv})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    def event(self, *, crowd: int = 0, needed: int = 1, **changes: Any) -> str:
        """Make the documented event with `changes` at its top level; its key.

        With `crowd` so many people are its one group, of whom `needed` have to sign.
        """
        post = contract.document("certifiqi")["paths"]["/batch_group"]["post"]
        example = post["requestBody"]["content"]["application/json"]["example"]
        body = {key: value for key, value in deepcopy(example).items() if not key.startswith("webhook")}
        if crowd:
            (group,) = body["batches"][0]["related_parties"][0]["signer_groups"]
            (signer,) = group["signers"]
            group["minimum_required_signers"] = needed
            group["signers"] = [
                signer
                | {"name": f"Pessoa {one}", "email": f"p{one}@example.com", "is_group_mandatory": False}
                for one in range(crowd)
            ]
        answer = self.certifiqi("POST", "/batch_group", json=body | changes)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["batch_group_key"])


@dataclass(slots=True)
class Receiver:
    """Takes webhooks on loopback and answers with `status`."""

    url: str = ""
    status: int = 200
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Live]:
    """A server with a clock that moves only when told; it has to end when it is told to."""
    server = Server(create_app(Plan(clock=ClockMode.MANUAL)))
    server.config.port = 0
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    pause = threading.Event()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        pause.wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=url, timeout=20) as client:
        yield Live(url, client)
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive(), "something held the server up"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver of webhooks on loopback."""
    taken = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.heard.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(taken.status)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield taken
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture(name="serving")
def serving_fixture() -> Serving:
    """Starts a server; the end of the block waits for its end."""
    return serving


@pytest.fixture(scope="module")
def running() -> Iterator[Live]:
    with serving() as live:
        yield live


@pytest.fixture
def live(running: Live) -> Live:
    """The server of this module with a fresh tenant."""
    for tenant in running.control("GET", "/tenants")["tenants"]:
        if tenant["tenant"] != "demo":
            running.control("DELETE", f"/tenants/{tenant['tenant']}")
    running.control("POST", "/reset")
    return running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        required = os.environ.get("SEALBOX_REQUIRE_BROWSER")
        assert not required, "no Chromium is installed, and SEALBOX_REQUIRE_BROWSER is set"
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass(slots=True)
class Watched:
    """What a browser complained of, and whom it asked beside the server."""

    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


Visit = Callable[..., Page]
Serving = Callable[[], AbstractContextManager[Live]]


@pytest.fixture
def visit(live: Live, chromium: Browser) -> Iterator[Visit]:
    """Opens a path in a browser of its own; at the end nothing may have been complained of."""
    watched, contexts = Watched(), []

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            watched.complaints.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((live.url, "data:", "blob:")):
            watched.strangers.append(request.url)

    def visit(path: str = "/", **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("request", asked)
        context.on("console", said)
        context.on("weberror", lambda error: watched.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{live.url}{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert watched.complaints == []
    assert watched.strangers == []


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as taken:
        yield taken
