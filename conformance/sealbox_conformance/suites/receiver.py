"""A receiver of webhooks on this machine, for targets that can reach it."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx2
from sealbox_conformance.witness import NotConcluded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came in."""

    path: str
    method: str
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The body. Raises ValueError when it is not JSON."""
        return json.loads(self.content)


class Receiver:
    """Takes every call. The first `refusals` calls to a path are answered with 500."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: list[Call] = []
        self.refusals: dict[str, int] = {}

    def at(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def probe(self) -> None:
        """Call itself. Raises NotConcluded when nothing arrives: then nobody else's call could."""
        with suppress(httpx2.TransportError):
            httpx2.get(f"{self.url}/probe", trust_env=False, timeout=10)
        if not self.at("/probe"):
            raise NotConcluded("nothing reaches the receiver of webhooks on this machine")

    def take(self, call: Call) -> int:
        self.calls.append(call)
        left = self.refusals.get(call.path, 0)
        self.refusals[call.path] = left - 1
        return 500 if left > 0 else 200


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = found.take(Call(self.path, self.command, headers, self.rfile.read(size)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _take  # noqa: N815, the names are http.server's

        def log_message(self, *_: object) -> None:
            """Nothing is said on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
