"""Start-up, a reset, and requests a second of the main operations, in real time but for the last of them.

    .venv/bin/python bench/requests.py [--seconds 1]

The application runs in this process, without a socket and with one request at a time, so that the figures are
those of the code and not of the network.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from starlette.types import ASGIApp

VEC = {"Authorization": "Bearer sealbox_vec_demo"}
CERTIFIQI = {"x-api-token": "sealbox_certifiqi_demo"}
TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
EVENT = "/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"
CSV = b"RecipientsEmail,RecipientsName\nana@example.com,Ana\n"


async def rate(seconds: float, call: Callable[[], Awaitable[httpx2.Response]]) -> tuple[float, float]:
    """Requests a second, and the median of their milliseconds."""
    took: list[float] = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        started = time.perf_counter()
        response = await call()
        took.append(time.perf_counter() - started)
        assert response.status_code < 300, response.text
    return len(took) / sum(took), median(took) * 1000


async def bare(app: ASGIApp, seconds: float) -> float:
    """Events a core-second by ASGI alone: an HTTP client takes longer than the application does."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": EVENT,
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:4780"), *((k.encode(), v.encode()) for k, v in CERTIFIQI.items())],
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "server": ("127.0.0.1", 4780),
        "client": ("127.0.0.1", 50000),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        assert message.get("status", 200) == 200, message

    number, started = 0, time.process_time()
    while time.process_time() - started < seconds:
        await app(scope, receive, send)
        number += 1
    return number / (time.process_time() - started)


async def measure(seconds: float) -> None:
    started = time.perf_counter()
    from sealbox.app import create_app  # noqa: PLC0415, its cost is what is measured
    from sealbox.sandbox import Plan  # noqa: PLC0415, as above
    from sealbox.timing.clock import ClockMode  # noqa: PLC0415, as above

    imported = time.perf_counter()
    app = create_app(Plan(clock=ClockMode.MANUAL))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:4780") as client:
        await client.get("/_sandbox/ready")
        ready = time.perf_counter()
        print(f"import {imported - started:.3f} s, application {ready - imported:.3f} s")

        upload = {"name": "Bench", "template_id": TEMPLATE}
        file = {"csv_file": ("a.csv", CSV, "text/csv")}
        calls: dict[str, Callable[[], Awaitable[httpx2.Response]]] = {
            "reset": lambda: client.post("/_sandbox/reset"),
            "listBatches": lambda: client.get("/vec/business/batches", headers=VEC),
            "getBatchGroup": lambda: client.get(EVENT, headers=CERTIFIQI),
            "createBatch": lambda: client.post("/vec/business/batches", headers=VEC, data=upload, files=file),
        }
        for name, call in calls.items():
            per_second, middle = await rate(seconds, call)
            print(f"{name:<15} {per_second:7.0f} a second, {middle:6.2f} ms median")
    print(f"{'without client':<15} {await bare(app, seconds):7.0f} getBatchGroup a core-second")
    started = time.perf_counter()
    for number in range(100):
        app.sandboxes.open_like_default(tenant=f"tenant-{number}")
    print(f"a fresh tenant  {(time.perf_counter() - started) * 10:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1.0)
    asyncio.run(measure(parser.parse_args().seconds))


if __name__ == "__main__":
    main()
