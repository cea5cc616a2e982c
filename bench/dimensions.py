"""What is made larger, one thing at a time, and which operations are then timed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson
from sealbox.apis.certifiqi import rules
from sealbox.apis.vec.certificates import reference_id
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode
from sealbox.timing.pump import SECONDS, Watch

from . import filling
from .inprocess import Answer, Call, csv_rows, multipart, post_batch, send

if TYPE_CHECKING:
    from sealbox.serving.intake import Intake

Operation = Callable[[], Awaitable[object]]
LINEAR = 1.0
KNOWN_REFERENCE = "VEC-IC-202567DAE48425BAD"


@dataclass(frozen=True, slots=True)
class Stand:
    """An application that holds so much, and what to time on it. `allowed`: exponents other than 0."""

    operations: Mapping[str, Operation]
    allowed: Mapping[str, float] = field(default_factory=dict)
    made: int = 0
    """How many objects were filled in, for the memory of each."""


class Client:
    """Calls of the default tenant, which raise when refused."""

    def __init__(self, app: Intake, tenant: str = "demo") -> None:
        self.app = app
        self.vec_headers = (("authorization", f"Bearer sealbox_vec_{tenant}"),)
        self.certifiqi_headers = (("x-api-token", f"sealbox_certifiqi_{tenant}"),)
        self.fresh = count()

    async def send(self, call: Call) -> Answer:
        answer = await send(self.app, call)
        if answer.status >= 400:
            raise RuntimeError(f"{call.method} {call.path}: {answer.status} {answer.body[:300]!r}")
        return answer

    def missing(self, path: str) -> Operation:
        """A look-up that finds nothing, which is when a search has to look at everything."""

        async def sent() -> None:
            answer = await send(self.app, Call("GET", path, self.certifiqi_headers))
            if answer.status != 404:
                raise RuntimeError(f"{path}: {answer.status}")

        return sent

    async def send_get(self, path: str, headers: tuple[tuple[str, str], ...]) -> Answer:
        return await self.send(Call("GET", path, headers))

    def vec(self, path: str) -> Operation:
        return lambda: self.send_get(f"/vec/business/{path}", self.vec_headers)

    def certifiqi(self, path: str, method: str = "GET") -> Operation:
        return lambda: self.send(Call(method, f"/certifiqi/{path}", self.certifiqi_headers))

    def control(self, method: str, path: str, body: object = None) -> Operation:
        return lambda: self.send(self.json_call(method, f"/_sandbox/{path}", body))

    def json_call(self, method: str, path: str, body: object, *headers: tuple[str, str]) -> Call:
        if body is None:
            return Call(method, path, headers)
        return Call(method, path, (*headers, ("content-type", "application/json")), orjson.dumps(body))

    def create_batch(self) -> Awaitable[Answer]:
        return self.send(post_batch(1, name=f"New {next(self.fresh)}"))

    def create_event(self, body: Any) -> Operation:
        raw = orjson.dumps(body)
        headers = (*self.certifiqi_headers, ("content-type", "application/json"))
        return lambda: self.send(Call("POST", "/certifiqi/batch_group", headers, raw))

    def open_tenant(self) -> Awaitable[Answer]:
        body = {"tenant": f"new-{next(self.fresh)}"}
        return self.send(self.json_call("POST", "/_sandbox/tenants", body))

    @property
    def clockwork(self) -> dict[str, Operation]:
        """What reads or moves time, of the one tenant."""
        return {
            "catching up with the clock": self.app.sandboxes.default.catch_up,
            "getClock": self.control("GET", "clock"),
            "advanceClock by 1 s": self.control("POST", "clock/advance", {"by": "1s"}),
            "getInfo": self.control("GET", "info"),
        }


def opened(mode: ClockMode = ClockMode.MANUAL, **switches: str) -> Client:
    chosen = {name.replace("__", "."): choice for name, choice in switches.items()}
    return Client(create_app(Plan(clock=mode, switches=chosen)))


def of_batches(size: int) -> Stand:
    client, instant, unique = opened(), opened(ClockMode.INSTANT), opened(vec__name_unique="yes")
    filling.batches(unique.app.sandboxes.default, size)
    ids = filling.batches(client.app.sandboxes.default, size)
    world: Any = client.app.sandboxes.default.worlds["vec"]
    reference = reference_id(world.batches[ids[size // 2]], 0)
    filling.batches(instant.app.sandboxes.default, size)
    certificates = "certificates?per_page=15"
    return Stand(
        {
            "getBatch": client.vec(f"batches/{ids[0]}"),
            "getBatchStatus": client.vec(f"batches/{ids[0]}/status"),
            "page of verification": lambda: client.send_get(f"/vec/verify/{reference}", ()),
            "page of no verification": client.missing("/vec/verify/VEC-IC-20250123456789ABC"),
            "listBatches, first page": client.vec("batches"),
            "listBatches, last page": client.vec(f"batches?page={max(1, size // 15)}"),
            "listBatches, status of all": client.vec("batches?status=completed"),
            "listBatches, status of none": client.vec("batches?status=waiting_for_approval"),
            "listCertificates, first page": client.vec(certificates),
            "listCertificates, last page": client.vec(f"{certificates}&page={max(1, size // 15)}"),
            "listCertificates of a batch": client.vec(f"{certificates}&batch_id={ids[size // 2]}"),
            "listCertificates, search": client.vec(f"{certificates}&search=person{size - 1}@"),
            "listCertificates, sorted": client.vec(f"{certificates}&sort_field=name"),
            **client.clockwork,
            "createBatch": client.create_batch,
            "createBatch, instant clock": instant.create_batch,
            "createBatch, switch name_unique": unique.create_batch,
        },
        made=3 * size,
    )


def of_events(size: int) -> Stand:
    client, instant = opened(), opened(ClockMode.INSTANT)
    keys = filling.events(client.app.sandboxes.default, size)
    filling.events(instant.app.sandboxes.default, size)
    world: Any = client.app.sandboxes.default.worlds["certifiqi"]
    (lonely,) = filling.uploads(client.app.sandboxes.default, 1)
    one = world.events[keys[size // 2]]
    return Stand(
        {
            "getBatchGroup": client.certifiqi(f"batch_group/{one.key}"),
            "getBatchGroupUrls": client.certifiqi(f"batch_group/{one.key}/url"),
            "sendToSignature": client.certifiqi(f"batch_group/{one.key}/send_to_signature", "PUT"),
            "getDocumentUrls, newest event": client.certifiqi(f"document/document-of-{size - 1}/url"),
            "getDocumentUrls, oldest event": client.certifiqi("document/document-of-0/url"),
            "getWebhook": client.certifiqi(f"webhook/{one.webhook_key}"),
            "getDocumentUrls, in no event": client.certifiqi(f"document/{lonely}/url"),
            "getZipFileUrl, unknown": client.missing("/certifiqi/certifier/zip_file/unknown/url"),
            "certifiqi.getEvent": client.control("GET", f"certifiqi/events/{one.key}"),
            **client.clockwork,
            "createBatchGroup": client.create_event(filling.event_body()),
            "createBatchGroup, instant clock": instant.create_event(filling.event_body()),
        },
        made=2 * size,
    )


def of_webhooks(size: int) -> Stand:
    """Deliveries that wait for their receiver, of events with one address each."""
    client = opened(certifiqi__webhook_moments="states")
    filling.events(client.app.sandboxes.default, size, webhook="http://127.0.0.1:9/unheard")
    body = filling.event_body() | {"webhook_url": "http://127.0.0.1:9/unheard"}
    return Stand(
        {
            "getClock": client.control("GET", "clock"),
            "getInfo": client.control("GET", "info"),
            "listDeliveries": client.control("GET", "deliveries"),
            "createBatchGroup": client.create_event(body),
        },
        allowed={"listDeliveries": LINEAR},
        made=size,
    )


def of_uploads(size: int) -> Stand:
    client = opened()
    keys = filling.uploads(client.app.sandboxes.default, size)
    return Stand(
        {
            "getDocumentUrls": client.certifiqi(f"document/{keys[0]}/url"),
            **client.clockwork,
            "createBatchGroup": client.create_event(filling.event_body()),
        },
        made=size,
    )


def of_tenants(size: int) -> Stand:
    client = opened()
    for number in range(size - 1):
        client.app.sandboxes.open_like_default(tenant=f"tenant-{number}")
    sandboxes = client.app.sandboxes
    last = [sandbox.plan.tenant for sandbox in sandboxes][-1]
    watch, looks = Watch(sandboxes), count(step=SECONDS)

    async def pump() -> None:
        for sandbox in watch.due(next(looks)):
            await sandbox.catch_up()

    return Stand(
        {
            "createBatch": client.create_batch,
            "getBatchGroup": client.certifiqi("batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"),
            "reset": client.control("POST", "reset"),
            "getReady": client.control("GET", "ready"),
            "listTenants": client.control("GET", "tenants"),
            "pump: one look at the clocks": pump,
            "page of verification": lambda: client.send_get(f"/vec/verify/@{last}/{KNOWN_REFERENCE}", ()),
            "openTenant": client.open_tenant,
        },
        allowed={"listTenants": LINEAR},
        made=size,
    )


def of_objects(size: int) -> Stand:
    """Batches and events, as many of each: what a reset has to throw away."""
    client = opened()
    sandboxes = client.app.sandboxes
    full = [f"full-{number}" for number in range(5)]
    for tenant in full:
        sandbox = sandboxes.open_like_default(tenant=tenant)
        filling.batches(sandbox, size)
        filling.events(sandbox, size)

    async def reset_full() -> None:
        if not full:
            raise StopAsyncIteration  # there is no more to time
        await client.control("POST", f"reset?tenant={full.pop()}")()

    return Stand({"openTenant": client.open_tenant, "reset": reset_full}, made=2 * size * len(full))


async def _batch_of(client: Client, rows: int) -> str:
    answer = await client.send(post_batch(rows))
    await client.control("POST", "clock/advance", {"until": "idle"})()
    return str(answer.json()["data"]["id"])


async def of_rows(size: int) -> Stand:
    client = opened()
    media_type, body = multipart(csv_rows(size))
    upload = Call("POST", "/vec/business/batches", (*client.vec_headers, ("content-type", media_type)), body)
    key = await _batch_of(client, size)
    of_it = f"certificates?batch_id={key}&per_page=15"
    last = (await client.vec(f"{of_it}&page={max(1, size // 15)}")()).json()["data"][-1]["id"]  # type: ignore[attr-defined]  # an Operation gives anything
    return Stand(
        {
            "getBatch": client.vec(f"batches/{key}"),
            "getBatchStatus": client.vec(f"batches/{key}/status"),
            "listBatches": client.vec("batches"),
            "listCertificates of it, first page": client.vec(of_it),
            "listCertificates of it, last page": client.vec(f"{of_it}&page={max(1, size // 15)}"),
            "listCertificates of it, search": client.vec(f"{of_it}&search=person{size - 1}@"),
            "getCertificate": client.vec(f"certificates/{last}"),
            "vec.getBatch": client.control("GET", f"vec/batches/{key}"),
            **client.clockwork,
            "createBatch": lambda: client.send(upload),
        },
        allowed={"createBatch": LINEAR},
        made=size,
    )


async def of_signers(size: int) -> Stand:
    """An event of `size` signers in one group, and half as many documents."""
    return await of_people(filling.event_body(documents=max(1, size // 2), signers=size))


async def of_parties(size: int) -> Stand:
    """An event of `size` parties with one signer each, one after the other."""
    return await of_people(filling.event_body(parties=size))


async def of_people(body: Any) -> Stand:
    """An event as `body` asks for it: all of it is in most answers."""
    client = opened()
    key = (await client.create_event(body)()).json()["batch_group_key"]  # type: ignore[attr-defined]  # as above
    world: Any = client.app.sandboxes.default.worlds["certifiqi"]
    people: list[int] = []

    async def sign_one() -> None:
        if not people:
            fresh = (await client.create_event(body)()).json()["batch_group_key"]  # type: ignore[attr-defined]  # as above
            people.extend(reversed([signer.id for signer in rules.signers(world.events[fresh])]))
        await client.control("POST", f"certifiqi/signers/{people.pop()}/sign", {})()

    def sign_all(until: str) -> Operation:
        async def signed() -> None:
            fresh = (await client.create_event(body)()).json()["batch_group_key"]  # type: ignore[attr-defined]  # as above
            await client.control("POST", f"certifiqi/events/{fresh}/sign", {"until": until})()

        return signed

    operations = {
        "getBatchGroup": client.certifiqi(f"batch_group/{key}"),
        "getBatchGroupUrls": client.certifiqi(f"batch_group/{key}/url"),
        "getDocumentUrls": client.certifiqi("document/document-0/url"),
        "certifiqi.getEvent": client.control("GET", f"certifiqi/events/{key}"),
        "certifiqi.sign": sign_one,
        **client.clockwork,
        "createBatchGroup": client.create_event(body),
        "certifiqi.signEvent until quorum": sign_all("quorum"),
        "certifiqi.signEvent until all": sign_all("all"),
    }
    flat = (*client.clockwork, "getDocumentUrls")
    return Stand(operations, allowed={name: LINEAR for name in operations if name not in flat})


DIMENSIONS: Mapping[str, tuple[tuple[int, ...], Callable[[int], Stand | Awaitable[Stand]]]] = {
    "batches": ((10, 1_000, 100_000), of_batches),
    "events": ((10, 1_000, 100_000), of_events),
    "uploads": ((10, 1_000, 100_000), of_uploads),
    "waiting webhooks": ((10, 1_000, 10_000), of_webhooks),
    "tenants": ((1, 30, 1_000), of_tenants),
    "objects before a reset": ((10, 1_000, 10_000), of_objects),
    "rows of a CSV": ((10, 1_000, 100_000), of_rows),
    "signers of an event": ((10, 100, 1_000), of_signers),
    "parties of an event": ((10, 100, 1_000), of_parties),
}
"""What grows: its sizes, and how to get a stand of one of them."""
