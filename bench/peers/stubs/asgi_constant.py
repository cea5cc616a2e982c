"""A bare ASGI application: reads the body, answers the documented bytes, looks at nothing."""

from __future__ import annotations

from typing import Any

import orjson

from bench.peers.document import example

EVENT = orjson.dumps(example("200", "certifiqi"))
BATCH = orjson.dumps(example("201", "vec"))


def _start(status: int, body: bytes) -> dict[str, Any]:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}


ANSWERS = {
    "GET": (_start(200, EVENT), {"type": "http.response.body", "body": EVENT}),
    "POST": (_start(201, BATCH), {"type": "http.response.body", "body": BATCH}),
}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
    start, body = ANSWERS[scope["method"]]
    await send(start)
    await send(body)
