"""Requests to an ASGI application in this process: scope in, messages out, no socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

Message = MutableMapping[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]

EVENT_KEY = "c0394fb2-34f6-4d70-be70-776022fe15b8"
TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
BOUNDARY = "sealbox-bench-boundary"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as a client would send it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def scope(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        headers = [("host", "127.0.0.1:4780"), *self.headers]
        if self.body:
            headers.append(("content-length", str(len(self.body))))
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "server": ("127.0.0.1", 4780),
            "client": ("127.0.0.1", 50000),
            "root_path": "",
        }


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


async def send(app: Application, call: Call) -> Answer:
    """What `app` answers. The scope is new for each call, because applications write into theirs."""
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def take(message: Message) -> None:
        answered.append(message)

    await app(call.scope(), receive, take)
    start, *rest = answered
    return Answer(start["status"], tuple(start["headers"]), b"".join(part.get("body", b"") for part in rest))


def csv_rows(rows: int) -> bytes:
    lines = (
        f"person{row}@example.com,Person {row},Advanced Web Development,15-02-2025\n" for row in range(rows)
    )
    return ("RecipientsEmail,RecipientsName,CourseTitle,IssueDate\n" + "".join(lines)).encode()


def multipart(csv: bytes, *, name: str = "Bench") -> tuple[str, bytes]:
    """Content-Type and body of an upload of `csv` for the template without signatories."""
    fields = (("name", name), ("template_id", TEMPLATE))
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields
    ]
    head = (
        'Content-Disposition: form-data; name="csv_file"; filename="recipients.csv"\r\nContent-Type: text/csv'
    )
    parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + csv + b"\r\n")
    return f"multipart/form-data; boundary={BOUNDARY}", b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def get_event(key: str = EVENT_KEY, *, tenant: str = "demo") -> Call:
    return Call("GET", f"/certifiqi/batch_group/{key}", (("x-api-token", f"sealbox_certifiqi_{tenant}"),))


def post_batch(rows: int, *, name: str = "Bench", tenant: str = "demo") -> Call:
    media_type, body = multipart(csv_rows(rows), name=name)
    token = ("authorization", f"Bearer sealbox_vec_{tenant}")
    return Call("POST", "/vec/business/batches", (token, ("content-type", media_type)), body)
