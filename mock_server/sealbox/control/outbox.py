"""What has left the sandbox or would have: captured mails and webhooks, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealbox.serving.answers import ok

from .deliveries import newest_first, shown_delivery
from .tenants import tenant_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from sealbox.sandbox import Sandboxes


async def get_outbox(sandboxes: Sandboxes, tenant: str, about: str | None = None) -> Response:
    sandbox = tenant_of(sandboxes, tenant)
    mails = [mail for world in sandbox.worlds.values() for mail in world.letters(about)]
    deliveries = [shown_delivery(delivery) for delivery in newest_first(sandbox, about)]
    return ok({"mails": mails, "deliveries": deliveries})
