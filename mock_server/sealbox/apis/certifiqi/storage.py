"""The files behind CertifiQI's addresses: `/certifiqi/storage/...`, made when they are asked for.

The vendor's addresses lead to a storage service of another company and are no operation of the API. Like
those, these need no key: whoever has the address has the file.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, cast

import orjson
from starlette.responses import Response

from . import documents, files, signatures, uploads
from .model import InternalStatus
from .rules import internal_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealbox.sandbox import Sandboxes

    from .model import Document, DocumentBatch, SigningEvent
    from .world import World

PDF, P7S, ZIP, PEM = (
    "application/pdf",
    "application/pkcs7-signature",
    "application/zip",
    "application/x-pem-file",
)

Found = tuple[str, "Callable[[], bytes]"]
"""The media type of a file, and what makes it."""


async def download(path: str, sandboxes: Sandboxes, _base_url: str) -> Response | None:
    """The answer for `path` below `/certifiqi`, None when it is no file of any tenant."""
    kind, _, rest = path.lstrip("/").partition("/")
    if kind != "storage":
        return None
    sandbox, rest = sandboxes.stored(rest)
    found = find(cast("World", sandbox.worlds["certifiqi"]), rest) if sandbox else None
    if found is None:
        return None
    try:
        return Response(await asyncio.to_thread(found[1]), media_type=found[0])
    except signatures.SignaturesMissing as missing:
        return _no_file(501, "Not Implemented", missing)
    except ValueError as unreadable:
        return _no_file(422, "Unprocessable Entity", unreadable)


def _no_file(status: int, title: str, reason: Exception) -> Response:
    body = {"title": title, "description": str(reason)}
    return Response(orjson.dumps(body), status, media_type="application/json")


def find(world: World, path: str) -> Found | None:
    folder, _, name = path.partition("/")
    if folder == "pki":
        return _pki(world, name)
    upload = world.uploads.get(folder)
    if upload is not None and uploads.address(upload, "").endswith(f"/{path}"):
        return (PDF, lambda: upload.content) if upload.ready_at <= world.now else None
    if name.endswith(".zip"):
        return _zip(world, folder)
    event = world.events.get(folder)
    if event is None or internal_status(event, world.now) is not InternalStatus.FINISHED:
        return None
    number, _, name = name.partition("/")
    for at, batch, document in documents.numbered(event):
        if number == str(at):
            return _signed(world, event, (batch, document), name)
    return None


def _pki(world: World, name: str) -> Found | None:
    """What a client needs to verify with: `root.pem`, `chain.pem` and the revocation list `crl.pem`."""
    authority = partial(signatures.authority, world.sandbox.plan.seed)
    match name:
        case "root.pem":
            return PEM, lambda: authority().root_pem()
        case "chain.pem":
            return PEM, lambda: authority().chain_pem()
        case "crl.pem":
            return PEM, lambda: files.revoked([*world.events.values()], authority())
    return None


def _zip(world: World, key: str) -> Found | None:
    found = world.zip_file(key)
    if found is None:
        return None
    event, number = found

    def make() -> bytes:
        authority = signatures.authority(world.sandbox.plan.seed)
        made = files.zips(
            event, partial(original, world, event), authority=authority, switches=world.switches
        )
        return made[number - 1]

    return ZIP, make


def _signed(
    world: World, event: SigningEvent, part: tuple[DocumentBatch, Document], name: str
) -> Found | None:
    batch, document = part

    def make() -> files.Signed:
        return files.signed_document(
            batch,
            document,
            original(world, event, document),
            authority=signatures.authority(world.sandbox.plan.seed),
            original_signed=world.switches["cades_content"] == "original",
        )

    stem = f"{documents.stem(document.name)}_signed.pdf"
    if name == stem:
        return PDF, lambda: make().pdf
    if name == f"{stem}.p7s" and not documents.is_pades(batch):
        return P7S, lambda: make().p7s or b""
    return None


def original(world: World, event: SigningEvent, document: Document) -> bytes:
    """What was uploaded as `document`; a page that says so when nothing was."""
    upload = world.upload_of(document.key, event.client_key)
    return upload.content if upload else files.placeholder(document)
