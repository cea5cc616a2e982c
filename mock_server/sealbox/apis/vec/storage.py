"""The files behind VEC's addresses: `/vec/storage/...`, made when they are asked for, and `/vec/verify/...`.

The vendor's pages show such addresses in answers and document no operation for them, so they are no part
of the contract. Like the vendor's, they need no token: whoever has the address has the file.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, cast

from starlette.responses import HTMLResponse, Response

from . import files
from .certificates import REFERENCE, certificate, reference_row
from .rules import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealbox.sandbox import Sandbox, Sandboxes

    from .certificates import Certificate
    from .world import World

MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf"}
VENDOR = "https://api.vec.digital/storage/"  # the documented objects show the vendor's own addresses


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ font: 1rem/1.5 system-ui; margin: 3rem auto; max-width: 34rem; padding: 0 1rem }}
  dt {{ opacity: .7 }}
  dd {{ margin: 0 0 1rem; font-size: 1.15rem }}
</style>
<h1>Certificate</h1>
<p><strong>SANDBOX, no legal value.</strong></p>
<dl>{rows}</dl>
</html>
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that can be made: its media type, and what makes it."""

    media_type: str
    make: Callable[[], bytes]


async def download(path: str, sandboxes: Sandboxes, base_url: str) -> Response | None:
    """The answer for `path` below `/vec`, None when it is no file of any tenant."""
    kind, _, rest = path.lstrip("/").partition("/")
    if kind == "storage":
        sandbox, rest = sandboxes.stored(rest)
        stored = find(cast("World", sandbox.worlds["vec"]), rest, base_url) if sandbox else None
        if stored:
            return Response(await asyncio.to_thread(stored.make), media_type=stored.media_type)
    if kind == "verify":
        for sandbox, reference in verifying(sandboxes, rest):
            world = cast("World", sandbox.worlds["vec"])
            if one := find_reference(world, reference):
                return HTMLResponse(verification_page(one, world))
    return None


def verifying(sandboxes: Sandboxes, path: str) -> Iterable[tuple[Sandbox, str]]:
    """Where `path` below `verify/` may lead: into a tenant that it names, else into any of them."""
    if path.startswith("@"):
        sandbox, reference = sandboxes.stored(path)
        return [(sandbox, reference)] if sandbox else []
    return ((sandbox, path) for sandbox in sandboxes)


def find(world: World, path: str, base_url: str) -> Stored | None:
    media_type = MEDIA_TYPES.get(path[-4:])
    if media_type is None:
        return None
    make = (
        _of_certificate(world, path, base_url) if path.startswith("certificates/") else _of_world(world, path)
    )
    return Stored(media_type, make) if make else None


def _of_world(world: World, path: str) -> Callable[[], bytes] | None:
    """Pictures of templates, users and institutions, which a world has from its beginning."""
    known = {path, VENDOR + path}
    for template in world.templates.values():
        if template.screenshot in known:
            return partial(files.screenshot_png, template)
    for user in world.users.values():
        if user.signature in known:
            return partial(files.signature_png, files.printed_name(user))
        if user.avatar in known:
            return partial(files.avatar_png, f"{user.first_name} {user.last_name}")
    for institution in world.institutions.values():
        if institution.logo in known:
            return partial(files.logo_png, institution.name)
    return None


def _of_certificate(world: World, path: str, base_url: str) -> Callable[[], bytes] | None:
    _, key, *name = path.split("/")
    place = world.find_certificate(key) if UUID.fullmatch(key) and len(name) == 1 else None
    if place is None:
        return None
    one = certificate(*place, world.now, world.switches)
    for kind, stored in one.files.items():
        if stored in {path, VENDOR + path}:
            verify = world.sandbox.storage.replace("storage", "verify", 1)
            return partial(MAKERS[kind], one, world, f"{base_url}/{verify}/{one.reference_id}")
    return None


def _pdf(one: Certificate, world: World, verify_url: str) -> bytes:
    signatories = [world.users[signature.user_uuid] for signature in one.batch.signatures]
    institution = world.institutions[one.batch.institution_id]
    return files.certificate_pdf(one, institution=institution, signatories=signatories, verify_url=verify_url)


MAKERS: dict[str, Callable[[Certificate, World, str], bytes]] = {
    "pdf": _pdf,
    "image": lambda one, world, verify_url: files.certificate_png(_pdf(one, world, verify_url)),
    "qrcode": lambda _one, _world, verify_url: files.qrcode_svg(verify_url),
    "barcode": lambda one, _world, _verify_url: files.barcode_svg(one.reference_id),
}


def find_reference(world: World, reference: str) -> Certificate | None:
    """The certificate with this reference id."""
    match = REFERENCE.fullmatch(reference)
    near = world.register.near(int(match[2], 16)) if match else []
    for batch in (*world.with_known, *near):
        row = reference_row(batch, reference)
        if row is not None:
            return certificate(batch, row, world.now, world.switches)
    return None


def verification_page(one: Certificate, world: World) -> str:
    """What the QR code of a certificate leads to. The vendor's own page is not documented."""
    institution = world.institutions[one.batch.institution_id]
    rows = {
        "Recipient": one.recipient.name,
        "Certificate": one.batch.template.name,
        "Issued by": institution.name,
        "Issued on": one.recipient.issue_date.isoformat(),
        "Reference": one.reference_id,
        "Status": one.status,
    }
    shown = "".join(f"<dt>{label}</dt><dd>{escape(value)}</dd>" for label, value in rows.items())
    return PAGE.format(title=escape(one.reference_id), rows=shown)
