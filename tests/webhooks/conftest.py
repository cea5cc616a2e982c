"""An outbox fed by hand, and a receiver on loopback that answers whatever a test tells it to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sealbox.delivery import Courier, Guard
from sealbox.webhooks import Attempt, Delivery, Outbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from sealbox.delivery import Resolve
    from sealbox.webhooks import Headers

    Answer = bytes | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

START = datetime(2025, 4, 1, 12, tzinfo=UTC)
SISTER_PRODUCT = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 60, 180, 360, 720))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HERE = "http://127.0.0.1/hook"


@dataclass(frozen=True, slots=True)
class Post:
    """Makes outboxes and what goes into them. It keeps nothing itself."""

    start: datetime = START
    ladder: tuple[timedelta, ...] = SISTER_PRODUCT

    def outbox(self, ladder: Sequence[timedelta] | None = None, **options: Any) -> Outbox:
        numbers = count(1)
        return Outbox(ladder or self.ladder, new_id=lambda: f"delivery-{next(numbers)}", **options)

    def after(self, **span: float) -> datetime:
        return self.start + timedelta(**span)

    def add(self, outbox: Outbox, *, url: str = HERE, body: bytes = b"{}", now: datetime = START) -> Delivery:
        return outbox.add(
            api="certifiqi",
            about="event-1",
            moment="related party signed",
            url=url,
            headers=(),
            body=body,
            now=now,
        )

    def attempt(self, at: datetime, status: int | None = 200, error: str | None = None) -> Attempt:
        return Attempt(1, at, (), status, (), b"", 0.0, error)

    def drain(self, outbox: Outbox, answer: Callable[[Delivery], int | None]) -> list[tuple[datetime, str]]:
        """Make every attempt at its time until none is due; which delivery was tried when."""
        tried = []
        while (now := outbox.next_due()) is not None:
            delivery = outbox.due(now)[0]
            tried.append((now, delivery.id))
            outbox.record(delivery, self.attempt(now, answer(delivery)))
        return tried


@dataclass(slots=True)
class Receiver:
    """Listens on loopback, gives every caller the same `answer` and keeps what it heard."""

    answer: Answer = OK
    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    _over: bool = False
    _answering: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            self._over = True
            server.close()
            for task in self._answering:
                task.cancel()
            await asyncio.gather(*self._answering, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if self._over:
                pass  # a connection that was accepted as the test ended: nobody would call this one off
            elif callable(self.answer):
                await self.answer(reader, writer)
            else:
                self.heard.append(await one_request(reader))
                writer.write(self.answer)
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def one_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return head + await reader.readexactly(length)


def names(**hosts: Sequence[str]) -> Resolve:
    """A resolver that knows the names given, with `_` for a dot, and leaves numbers as they are."""
    known = {name.replace("_", "."): addresses for name, addresses in hosts.items()}

    async def resolve(host: str, _: int) -> Sequence[str]:
        return known.get(host, [host])

    return resolve


@dataclass(frozen=True, slots=True)
class Wire:
    """Attempts over loopback, from the point of view of a test that is not asynchronous."""

    runner: asyncio.Runner

    def send(
        self,
        answer: Answer = OK,
        *,
        url: str = "http://127.0.0.1:{port}/hook",
        headers: Headers = (),
        body: bytes = b'{"name": "Evento"}',
        courier: Courier | None = None,
        resolve: Resolve | None = None,
        **limits: Any,
    ) -> tuple[Attempt, list[bytes]]:
        """One attempt at a receiver that gives `answer`: how it went, and the requests it heard."""

        async def go() -> tuple[Attempt, list[bytes]]:
            receiver = Receiver(answer)
            async with receiver.listening():
                delivery = self.delivery(url.format(port=receiver.port), headers=headers, body=body)
                return await sender.attempt(delivery, 1, START), receiver.heard

        guard = Guard(resolve=resolve) if resolve else Guard()
        sender = courier or Courier(guard=guard, **limits)
        return self.runner.run(go())

    def addresses(self, url: Any, guard: Guard) -> list[str]:
        return [str(address) for address in self.runner.run(guard.addresses(url))]

    def delivery(self, url: str, *, headers: Headers = (), body: bytes = b"{}") -> Delivery:
        return Delivery(
            id="delivery-1",
            serial=1,
            api="certifiqi",
            about="event-1",
            moment="event finalised",
            url=url,
            headers=headers,
            body=body,
            created_at=START,
            next_at=START,
        )


@pytest.fixture(scope="session")
def post() -> Post:
    return Post()


@pytest.fixture(scope="session")
def wire() -> Iterator[Wire]:
    with asyncio.Runner() as runner:
        yield Wire(runner)


@pytest.fixture(scope="session")
def resolver() -> Callable[..., Resolve]:
    return names


@pytest.fixture(scope="session")
def hear() -> Callable[[asyncio.StreamReader], Awaitable[bytes]]:
    """Reads one request, for answers which a test gives by itself."""
    return one_request
