"""A filled sandbox holds what the API says it holds, so that its costs are those of real objects."""

from __future__ import annotations

import asyncio
import time

from pytest import approx  # noqa: PT013, one name of it

from bench import filling
from bench.dimensions import DIMENSIONS, Client, Stand, opened
from bench.scale import cost, measure, place


def holds(client: Client, tenant: str = "demo") -> dict[str, dict[str, int]]:
    sandbox = client.app.sandboxes[tenant]
    return {
        kind: dict(counts)
        for world in sandbox.worlds.values()
        for kind, counts in world.totals(sandbox.clock.now()).items()
    }


def test_batches_are_completed_ones_that_the_list_shows() -> None:
    client = opened()
    before = holds(client)["batches"]["completed"]

    ids = filling.batches(client.app.sandboxes.default, 7)

    assert holds(client)["batches"]["completed"] == before + 7
    answer = asyncio.run(client.send_get(f"/vec/business/batches/{ids[3]}", client.vec_headers))
    assert answer.json()["data"]["name"] == "Batch 3"


def test_events_can_be_read_each_by_its_key() -> None:
    client = opened()

    keys = filling.events(client.app.sandboxes.default, 3)

    for number, key in enumerate(keys):
        answer = asyncio.run(
            client.send_get(f"/certifiqi/batch_group/{key}", client.certifiqi_headers)
        ).json()
        assert answer["batches"][0]["documents"][0]["document_key"] == f"document-of-{number}"


def test_uploads_have_an_address() -> None:
    client = opened()

    (key,) = filling.uploads(client.app.sandboxes.default, 1)

    path = f"/certifiqi/document/{key}/url"
    assert asyncio.run(client.send_get(path, client.certifiqi_headers)).status == 200


def test_an_event_has_as_many_signers_and_documents_as_asked_for() -> None:
    (batch,) = filling.event_body(documents=5, signers=9)["batches"]

    assert len({document["document_key"] for document in batch["documents"]}) == 5
    assert len(batch["related_parties"][0]["signer_groups"][0]["signers"]) == 9


def test_every_operation_of_every_dimension_is_answered() -> None:
    async def all_of_them() -> None:
        for sizes, make in DIMENSIONS.values():
            made = make(sizes[0])
            stand = made if isinstance(made, Stand) else await made
            for operation in stand.operations.values():
                await operation()

    asyncio.run(all_of_them())


def test_the_cost_is_the_median_of_the_calls() -> None:
    waits = iter([0.0, 0.02, 0.0, 0.0, 0.0])

    async def operation() -> None:
        wait = next(waits, None)
        if wait is None:
            raise StopAsyncIteration
        ends = time.process_time() + wait
        while time.process_time() < ends:
            pass

    assert asyncio.run(cost(operation, 5.0)) == approx(0, abs=0.01)


def test_the_profiler_names_the_function_of_sealbox_that_takes_the_time() -> None:
    client = opened()
    filling.batches(client.app.sandboxes.default, 1000)

    async def look() -> None:
        await client.send_get("/vec/business/certificates?search=nobody", client.vec_headers)

    async def named_when_warm() -> str:
        await look()  # Connexion builds itself at the first request
        return await place(look)

    named = asyncio.run(named_when_warm())

    assert named.startswith("apis/vec/")


def test_sizes_are_measured_one_by_one() -> None:
    growths, memory = asyncio.run(measure("events", (1, 10), 0.001))

    assert set(memory) == {1, 10}
    assert all(set(growth.costs) == {1, 10} for growth in growths)
