"""Fills a sandbox with many objects without asking the API for each, so that sizes can be large."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from sealbox import contract
from sealbox.apis.certifiqi.model import Upload
from sealbox.apis.vec.model import Batch, Recipient, Recipients

if TYPE_CHECKING:
    from sealbox.apis.certifiqi.world import World as EventWorld
    from sealbox.apis.vec.world import World as BatchWorld
    from sealbox.sandbox import Sandbox

FIRST = datetime(
    2025, 3, 1, tzinfo=UTC
)  # before the clock of a manual sandbox begins: all of them have ended
TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"


def batches(sandbox: Sandbox, count: int) -> list[str]:
    """Ids of `count` new batches of one recipient each, all completed."""
    world = cast("BatchWorld", sandbox.worlds["vec"])
    template = world.templates[TEMPLATE]
    ids = []
    for number in range(count):
        row = Recipient(f"person{number}@example.com", f"Person {number}", date(2025, 3, 1), ("A course",))
        batch = Batch(
            id=sandbox.new_id(),
            institution_id=template.institution_id,
            name=f"Batch {number}",
            template=template,
            recipients=Recipients((row,), ("CourseTitle",)),
            created_at=FIRST + timedelta(seconds=number),
            pace=world.pace,
        )
        world.keep(batch)
        ids.append(batch.id)
    return ids


def event_body(*, documents: int = 1, signers: int = 1, parties: int = 1) -> dict[str, Any]:
    """The documented example without webhooks, with so many documents, parties, and signers in a group."""
    post = contract.document("certifiqi")["paths"]["/batch_group"]["post"]
    example = deepcopy(post["requestBody"]["content"]["application/json"]["example"])
    body = {key: value for key, value in example.items() if not key.startswith("webhook")}
    (batch,) = body["batches"]
    (document,) = batch["documents"]
    (group,) = batch["related_parties"][0]["signer_groups"]
    (signer,) = group["signers"]
    group["minimum_required_signers"] = signers
    group["signers"] = [
        signer | {"email": f"signer{number}@example.com", "signer_control_number": str(number)}
        for number in range(1, signers + 1)
    ]
    (party,) = batch["related_parties"]
    batch["related_parties"] = [
        party | {"name": f"Party {number}", "signature_position": number} for number in range(1, parties + 1)
    ]
    batch["documents"] = [
        document | {"name": f"{number}.pdf", "document_key": f"document-{number}"}
        for number in range(documents)
    ]
    return body


def events(sandbox: Sandbox, count: int, *, webhook: str | None = None) -> list[str]:
    """Keys of `count` new pending events, each with its own document, and a webhook if one is given."""
    world = cast("EventWorld", sandbox.worlds["certifiqi"])
    client = next(iter(world.callers.values())).client_key
    maker, body = world.maker(), event_body() | ({"webhook_url": webhook} if webhook else {})
    (document,) = body["batches"][0]["documents"]
    keys = []
    for number in range(count):
        document["document_key"] = f"document-of-{number}"
        event = maker.event(body, client_key=client)
        world.add(event)
        keys.append(event.key)
    return keys


def uploads(sandbox: Sandbox, count: int) -> list[str]:
    """Keys of `count` documents that were uploaded and are in no event."""
    world = cast("EventWorld", sandbox.worlds["certifiqi"])
    client = next(iter(world.callers.values())).client_key
    made = [
        Upload(sandbox.new_id(), client, f"{number}.pdf", None, b"%PDF", FIRST, FIRST)
        for number in range(count)
    ]
    world.uploads |= {upload.key: upload for upload in made}
    return [upload.key for upload in made]
