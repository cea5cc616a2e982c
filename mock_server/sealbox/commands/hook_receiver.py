"""Receives webhooks on this machine, and passes them on if told to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

HOP_BY_HOP = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
LONGEST_ANSWER = 9.0  # seconds: the sandbox waits for ten


@dataclass(frozen=True, slots=True)
class Arrival:
    """One webhook. `answered` is the status it was answered with; 0 when nobody took what was passed on."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    answered: int

    def json(self) -> dict[str, Any] | None:
        """The body, if it is a JSON object."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def shown(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "headers": self.headers,
            "body": self.body.decode(errors="replace"),
            "answered": self.answered,
        }


class Receiver:
    """Listens on `port`; iterating receives. Raises OSError for a port that cannot be had."""

    def __init__(self, port: int, *, forward_to: str | None, answer: int) -> None:
        self._arrived: list[Arrival] = []
        self._server = HTTPServer(("127.0.0.1", port), _handler(self._arrived, forward_to, answer))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    def __iter__(self) -> Iterator[Arrival]:
        while True:
            self._server.handle_request()
            while self._arrived:
                yield self._arrived.pop(0)


def _handler(arrived: list[Arrival], forward_to: str | None, answer: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = LONGEST_ANSWER  # of a sender that stops in the middle

        def do_POST(self) -> None:
            size = self.headers.get("Content-Length", "")
            body = self.rfile.read(int(size)) if size.isdecimal() else b""
            headers = tuple(self.headers.items())
            status, content = passed_on(forward_to, headers, body) if forward_to else (answer, b"")
            arrived.append(Arrival(self.path, headers, body, status))
            self.send_response(status or 502)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Arrivals are printed by whoever receives them."""

    return Handler


def passed_on(target: str, headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[int, bytes]:
    """The status and the body that `target` answers; 0 and why not when it does not."""
    import httpx2

    kept = [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
    try:
        answer = httpx2.post(target, headers=kept, content=body, timeout=LONGEST_ANSWER, trust_env=False)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return 0, str(error).encode()
    return answer.status_code, answer.content
