"""A webhook receiver on loopback that keeps what it gets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Webhook:
    """One call. `headers` have names in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Answers every call with `status`. `catch_up` has what is due delivered before anybody looks."""

    def __init__(self, catch_up: Callable[[], object]) -> None:
        self.status = 200
        self._catch_up = catch_up
        self._got: list[Webhook] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), name="webhooks", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    def all(self) -> list[Webhook]:
        """From the first to the last."""
        self._catch_up()
        return list(self._got)

    def last(self) -> Webhook:
        """Raises AssertionError when there is none."""
        got = self.all()
        assert got, f"no webhook has come to {self.url}"
        return got[-1]

    def clear(self) -> None:
        self._got.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver._got.append(Webhook(self.command, self.path, headers, body))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            do_POST = do_PUT = _take  # noqa: N815, the names that http.server looks for

            def log_message(self, *_: object) -> None:
                pass

        return Handler
