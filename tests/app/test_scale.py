"""What a request costs does not grow with what the sandbox holds.

Counted in calls of Python functions, which no neighbour on the machine makes more or fewer. What is compiled
makes none that Python counts: `make interpreted` runs these on the source.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
from sealbox import once
from sealbox.apis.vec.model import Recipients
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode
from sealbox.timing.pump import Watch

from tests.app.conftest import Client, sample_event

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

    from sealbox.apis.certifiqi.world import World as CertifiqiWorld
    from sealbox.apis.vec.world import World as VecWorld

pytestmark = pytest.mark.skipif(
    not once.__file__.endswith(".py") and not os.environ.get("SEALBOX_INTERPRETED"),
    reason="compiled: `make interpreted`, which takes no skip for an answer",
)
FEW, MANY = 40, 2_000
EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"
WIDE = "00000000-0000-4000-8000-000000000001"
BATCH = "9e7860e3-7c0a-401f-98f6-b98e316934f4"
LONE = 0xABCDEF012345
HEADERS = {"Authorization": "Bearer sealbox_vec_demo", "x-api-token": "sealbox_certifiqi_demo"}
FLAT = {
    "the first page of batches": "/vec/business/batches",
    "a page in the middle": "/vec/business/batches?page=2",
    "batches of a status": "/vec/business/batches?status=completed",
    "the first page of certificates": "/vec/business/certificates",
    "certificates of one batch": "/vec/business/certificates?batch_id=9e7860e3-0000-401f-0000-000000000007",
    "a batch": f"/vec/business/batches/{BATCH}",
    "an event": f"/certifiqi/batch_group/{EVENT}",
    "a document": "/certifiqi/document/document-7/url",
    "no document": "/certifiqi/document/none/url",
    "a page of verification": "/vec/verify/VEC-IC-202567DAE48425BAD",
    "a page of verification of a new batch": f"/vec/verify/VEC-IC-2025{LONE:013X}",
    "a page of verification of nothing": "/vec/verify/VEC-IC-20250000000000000",
    "a page of verification of no batch": "/vec/verify/VEC-IC-2025FFFFFFFFFFFFF",
    "no ZIP": "/certifiqi/certifier/zip_file/none/url",
    "no webhook": "/certifiqi/webhook/none",
    "the clock": "/_sandbox/clock",
    "what a tenant holds": "/_sandbox/info",
}


def filled(runner: asyncio.Runner, size: int) -> Client:
    """A sandbox that holds `size` batches, and as many events, beside its own."""
    app = create_app(Plan(clock=ClockMode.MANUAL))
    vec = cast("VecWorld", app.sandboxes.default.worlds["vec"])
    certifiqi = cast("CertifiqiWorld", app.sandboxes.default.worlds["certifiqi"])
    batch, event = vec.batches[BATCH], certifiqi.events[EVENT]
    documents = event.batches[0]
    rows = Recipients((replace(batch.recipients.rows[0], known_as=None),))
    vec.keep(replace(batch, id=f"9e7860e3-0000-401f-0001-{LONE:012x}", recipients=rows))
    for number in range(size):
        vec.keep(replace(batch, id=f"9e7860e3-0000-401f-0000-{number:012x}", name=f"Batch {number}"))
        named = (replace(documents.documents[0], key=f"document-{number}"),)
        certifiqi.add(replace(event, key=f"event-{number}", batches=(replace(documents, documents=named),)))
    return Client(app, runner)


@pytest.fixture(scope="module")
def few(runner: asyncio.Runner) -> Client:
    return filled(runner, FEW)


@pytest.fixture(scope="module")
def many(runner: asyncio.Runner) -> Client:
    return filled(runner, MANY)


def calls(do: Any) -> int:
    """How many functions of Sealbox are called."""
    found = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal found
        found += event == "call" and "/sealbox/" in frame.f_code.co_filename

    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.parametrize("path", FLAT.values(), ids=FLAT)
def test_reading_costs_the_same_of_few_and_of_many(few: Client, many: Client, path: str) -> None:
    def cost(client: Client) -> int:
        client.send("GET", path, headers=HEADERS)  # what is made once for all
        return calls(lambda: client.send("GET", path, headers=HEADERS))

    assert cost(few) > 10
    assert cost(many) <= cost(few) * 1.2


def test_creating_costs_the_same_among_few_and_among_many(few: Client, many: Client) -> None:
    for create in (Client.create_batch, Client.create_event):
        for client in (few, many):
            create(client)
        cheap, dear = (calls(partial(create, client)) for client in (few, many))

        assert dear <= cheap * 1.2


def test_an_event_of_many_signers_costs_as_much_as_its_answer_is_long(runner: asyncio.Runner) -> None:
    """Ten times the signers, ten times the work: neither reading nor signing is quadratic."""
    costs = []
    for size in (20, 200):
        client = Client(create_app(Plan(clock=ClockMode.MANUAL)), runner)
        world = cast("CertifiqiWorld", client.app.sandboxes.default.worlds["certifiqi"])  # type: ignore[attr-defined]  # Intake's
        event = world.events[EVENT]
        party = event.batches[0].related_parties[0]
        signer = party.signer_groups[0].signers[0]
        signers = tuple(replace(signer, id=10_000 + number) for number in range(size))
        group = replace(party.signer_groups[0], signers=signers, minimum_required_signers=size)
        parties = (replace(party, signer_groups=(group,)),)
        world.add(replace(event, key=WIDE, batches=(replace(event.batches[0], related_parties=parties),)))
        read = calls(lambda client=client: client.certifiqi("GET", f"/batch_group/{WIDE}"))
        signed = calls(lambda client=client: client.control("POST", "/certifiqi/signers/10003/sign"))
        costs.append((read, signed))

    (read_few, signed_few), (read_many, signed_many) = costs
    assert read_many < read_few * 14
    assert signed_many < signed_few * 14


@pytest.mark.parametrize("until", ["quorum", "all"])
def test_everybody_signs_at_a_cost_in_proportion_to_their_number(runner: asyncio.Runner, until: str) -> None:
    costs = []
    for size in (20, 200):
        client = Client(create_app(Plan(clock=ClockMode.MANUAL)), runner)
        keys = [client.create_event(batches=wide(size)).json()["batch_group_key"] for _ in range(2)]
        first, second = (
            partial(client.control, "POST", f"/certifiqi/events/{key}/sign", json={"until": until})
            for key in keys
        )
        assert first().json()["signature_status"] == "signed"
        costs.append(calls(second))

    assert costs[1] < costs[0] * 14


def wide(size: int) -> list[dict[str, Any]]:
    """The batches of the documented event, with `size` documents, and signers who all have to sign."""
    (batch,) = sample_event()["batches"]
    (document,) = batch["documents"]
    (group,) = batch["related_parties"][0]["signer_groups"]
    (signer,) = group["signers"]
    batch["documents"] = [document | {"document_key": f"document-{number}"} for number in range(size)]
    group["signers"] = [signer | {"email": f"ana{number}@example.com"} for number in range(size)]
    group["minimum_required_signers"] = size
    return [batch]


def test_rows_of_a_batch_are_shown_a_page_at_a_time(runner: asyncio.Runner) -> None:
    """The control plane has no other costs of a batch of 2,000 rows than of one of 200."""
    costs = []
    for size in (200, 2_000):
        client = Client(create_app(Plan(clock=ClockMode.MANUAL)), runner)
        rows = "".join(f"ana{row}@example.com,Ana {row}\n" for row in range(size))
        key = client.create_batch(csv=f"RecipientsEmail,RecipientsName\n{rows}".encode()).json()["data"]["id"]
        read = partial(client.control, "GET", f"/vec/batches/{key}", params={"first_row": size - 100})
        assert len(read().json()["rows"]) == 100
        costs.append(calls(read))

    assert costs[1] <= costs[0] * 1.2


@pytest.mark.parametrize("clock", list(ClockMode))
def test_a_look_at_the_clocks_costs_nothing_for_tenants_in_which_nothing_is_due(
    runner: asyncio.Runner, clock: ClockMode
) -> None:
    costs = []
    for size in (3, 300):
        app = create_app(Plan(clock=clock, pace={"vec.queue_seconds": 3600}))
        for number in range(size):
            app.sandboxes.open_like_default(tenant=f"tenant-{number}")
        Client(app, runner, "tenant-1").create_batch()  # which is to go on in an hour
        watch = Watch(app.sandboxes)
        for sandbox in watch.due(0.0):
            runner.run(sandbox.catch_up())
        watch.due(0.1)
        costs.append(calls(partial(watch.due, 0.2)))

    assert costs[0] == costs[1]


def test_a_page_of_verification_is_found_among_many_tenants_as_among_few(runner: asyncio.Runner) -> None:
    costs = []
    for size in (3, 300):
        client = Client(create_app(Plan(clock=ClockMode.MANUAL)), runner)
        for number in range(size):
            client.app.sandboxes.open_like_default(tenant=f"tenant-{number}")  # type: ignore[attr-defined]  # Intake's
        address = "/vec/verify/@tenant-2/VEC-IC-202567DAE48425BAD"
        assert client.send("GET", address).status_code == 200
        costs.append(calls(partial(client.send, "GET", address)))

    assert costs[1] <= costs[0] * 1.2
