"""A batch of many rows: time and memory to accept, process and list it, and what other tenants feel.

    .venv/bin/python bench/large_batch.py [--rows 100000] [--max-seconds 2 --max-mib 300]

The application runs in this process, without a socket. Memory is what the process has at the end over what it
had before the first upload; what is kept of a row is what recipients take once they are read. With the --max
flags the exit code says whether the figures are within them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import time
import tracemalloc
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx2
from sealbox.apis.vec.recipients import read_recipients
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TOKEN = {"Authorization": "Bearer sealbox_vec_demo"}
TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"


def csv_of(rows: int) -> bytes:
    lines = (f"person{row}@example.com,Person {row},Advanced Web Development\n" for row in range(rows))
    return ("RecipientsEmail,RecipientsName,CourseTitle\n" + "".join(lines)).encode()


def resident_mib() -> float:
    with open("/proc/self/statm") as statm:  # noqa: PTH123, a pseudo file
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20


def kept_bytes(world: Any, content: bytes) -> int:
    """What the recipients in `content` take."""
    magic, today = world.magic, world.now.date()
    tracemalloc.start()
    found = read_recipients(
        content, today=today, switches=world.switches, fails=magic.fails, suspects=magic.suspects
    )
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.rows
    return size


async def timed(what: Callable[[], Awaitable[httpx2.Response]]) -> tuple[float, httpx2.Response]:
    started = time.perf_counter()
    response = await what()
    return time.perf_counter() - started, response


async def neighbour(client: httpx2.AsyncClient, stop: asyncio.Event) -> list[float]:
    """Latencies of another tenant that reads all the time."""
    found = []
    while not stop.is_set():
        seconds, _ = await timed(
            lambda: client.get("/vec/business/batches", headers={"Authorization": "Bearer sealbox_vec_other"})
        )
        found.append(seconds)
        await asyncio.sleep(0.002)
    return found


async def measure(rows: int) -> tuple[float, float]:
    app = create_app(Plan(clock=ClockMode.MANUAL))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:4780", timeout=120
    ) as client:
        await client.post("/_sandbox/tenants", json={"tenant": "other"})
        files = {"csv_file": ("recipients.csv", csv_of(rows), "text/csv")}
        data = {"name": "Large", "template_id": TEMPLATE}
        before = resident_mib()
        stop = asyncio.Event()
        watching = asyncio.create_task(neighbour(client, stop))
        await asyncio.sleep(0.2)
        accept, made = await timed(
            lambda: client.post("/vec/business/batches", headers=TOKEN, data=data, files=files)
        )
        batch = made.json()["data"]["id"]
        process, _ = await timed(lambda: client.post("/_sandbox/clock/advance", json={"until": "idle"}))
        status, shown = await timed(
            lambda: client.get(f"/vec/business/batches/{batch}/status", headers=TOKEN)
        )
        listed = f"/vec/business/certificates?batch_id={batch}&per_page=100"
        last = f"{listed}&page={rows // 100}"
        listing, page = await timed(lambda: client.get(last, headers=TOKEN))
        search, _ = await timed(lambda: client.get(f"{listed}&search=person{rows - 1}@", headers=TOKEN))
        stop.set()
        latencies = await watching
        grown = resident_mib() - before

    assert shown.json()["processed_certificates"] == rows, shown.text
    assert len(page.json()["data"]) == 100
    total = accept + process + status + listing
    print(f"rows {rows:,}")
    print(f"  accepted            {accept:7.3f} s")
    print(f"  processed           {process:7.3f} s")
    print(f"  status read         {status:7.3f} s")
    print(f"  last page listed    {listing:7.3f} s")
    print(f"  those four          {total:7.3f} s")
    print(f"  searched by address {search:7.3f} s")
    print(f"  memory grown        {grown:7.1f} MiB")
    content = csv_of(rows)
    sent, kept = len(content) / rows, kept_bytes(app.sandboxes.default.worlds["vec"], content) / rows
    print(f"  kept of a row       {kept:7.1f} bytes, of {sent:.1f} that were sent")
    worst = max(latencies) * 1000
    print(f"  other tenant        {median(latencies) * 1000:7.1f} ms median, {worst:.0f} ms worst")
    return total, grown


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--max-seconds", type=float, default=float("inf"))
    parser.add_argument("--max-mib", type=float, default=float("inf"))
    asked = parser.parse_args()
    seconds, mib = asyncio.run(measure(asked.rows))
    if seconds > asked.max_seconds or mib > asked.max_mib:
        raise SystemExit(f"over the limit: {seconds:.2f} s, {mib:.0f} MiB")


if __name__ == "__main__":
    main()
