"""The whole application in this process, and a synchronous client that knows its credentials."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx2
import pytest
from sealbox import contract
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping, Sequence

    from starlette.types import ASGIApp

PLAIN = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
CSV = b"RecipientsEmail,RecipientsName\r\nana@example.com,Ana\r\nbob@example.com,Bob\r\n"


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer to a request that no HTTP client would write."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests to `app` as one tenant. Whatever the application raises comes out here."""

    app: ASGIApp
    runner: asyncio.Runner
    tenant: str = "demo"

    def of(self, tenant: str) -> Client:
        return replace(self, tenant=tenant)

    def token(self, api: str, kind: str = "") -> str:
        return f"sealbox_{api}_{self.tenant}" + (f"_{kind}" if kind else "")

    def send(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        async def one() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:4780") as client:
                return await client.request(method, path, **kwargs)

        return self.runner.run(one())

    def vec(self, method: str, path: str, *, kind: str = "", **kwargs: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token('vec', kind)}"} | kwargs.pop("headers", {})
        return self.send(method, f"/vec{path}", headers=headers, **kwargs)

    def certifiqi(self, method: str, path: str, *, kind: str = "", **kwargs: Any) -> httpx2.Response:
        headers = {"x-api-token": self.token("certifiqi", kind)} | kwargs.pop("headers", {})
        return self.send(method, f"/certifiqi{path}", headers=headers, **kwargs)

    def control(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        params = {"tenant": self.tenant} | kwargs.pop("params", {})
        return self.send(method, f"/_sandbox{path}", params=params, **kwargs)

    def advance(self, by: str) -> None:
        answer = self.control("POST", "/clock/advance", json={"by": by})
        assert answer.status_code == 200, answer.text

    def open_tenant(self, tenant: str, **plan: Any) -> Client:
        answer = self.control("POST", "/tenants", json={"tenant": tenant, **plan})
        assert answer.status_code == 201, answer.text
        return self.of(tenant)

    def create_batch(
        self,
        *,
        kind: str = "",
        csv: bytes | None = CSV,
        signatories: Sequence[tuple[str, object]] = (),
        **fields: str,
    ) -> httpx2.Response:
        """Upload `csv` for the template without signatories; a field given as "" is sent empty."""
        data = {"name": "Turma", "template_id": PLAIN} | fields
        for number, (user, index) in enumerate(signatories):
            data[f"signatories[{number}][user_uuid]"] = user
            data[f"signatories[{number}][index]"] = str(index)
        files = {"csv_file": ("lista.csv", csv, "text/csv")} if csv is not None else None
        return self.vec("POST", "/business/batches", kind=kind, data=data, files=files)

    def create_event(self, *, kind: str = "", **changes: Any) -> httpx2.Response:
        """The documented sample with `changes` at its top level."""
        return self.certifiqi("POST", "/batch_group", kind=kind, json=sample_event() | changes)

    def batches(self) -> int:
        """How many batches the institution of the demo token has."""
        total = self.vec("GET", "/business/batches").json()["meta"]["total"]
        assert isinstance(total, int)
        return total

    def raw(
        self,
        method: str,
        target: bytes,
        *,
        headers: Sequence[tuple[bytes, bytes]] = (),
        chunks: Sequence[bytes] = (b"",),
    ) -> Raw:
        """A request byte by byte, decoded as uvicorn does it; Content-Length only if `headers` have it."""
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "headers": [(name.lower(), value) for name, value in headers],
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "server": ("127.0.0.1", 4780),
            "client": ("127.0.0.1", 50000),
            "root_path": "",
        }
        return self.runner.run(_call(self.app, scope, chunks))


async def _call(app: ASGIApp, scope: MutableMapping[str, Any], chunks: Sequence[bytes]) -> Raw:
    left = list(chunks)
    answered: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: MutableMapping[str, Any]) -> None:
        answered.append(message)

    await app(scope, receive, send)
    start, *rest = answered
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Raw(start["status"], headers, b"".join(message.get("body", b"") for message in rest))


def sample_event() -> dict[str, Any]:
    """The documented body without its webhook addresses, which are other people's."""
    post = contract.document("certifiqi")["paths"]["/batch_group"]["post"]
    example: dict[str, Any] = post["requestBody"]["content"]["application/json"]["example"]
    return {key: value for key, value in deepcopy(example).items() if not key.startswith("webhook")}


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def open_app(runner: asyncio.Runner) -> Callable[..., Client]:
    """Make an application of its own: for tests which the shared one's other tenants would disturb."""

    def open_app(plan: Plan | None = None, **options: Any) -> Client:
        app = create_app(plan or Plan(clock=ClockMode.MANUAL), check_answers=True, **options)
        return Client(app, runner, (plan or Plan()).tenant)

    return open_app


@pytest.fixture(scope="session")
def shared(open_app: Callable[..., Client]) -> Client:
    """The application that most tests share. Hypothesis tests use it as it is."""
    return open_app()


@pytest.fixture
def client(shared: Client) -> Client:
    """A fresh tenant `demo`, with a clock that moves only when told."""
    assert shared.control("POST", "/reset").status_code == 200
    return shared


@pytest.fixture(scope="session")
def event_body() -> Callable[[], dict[str, Any]]:
    """The documented body of createBatchGroup, a new one for each call."""
    return sample_event
