"""Handlers of the control plane for tenants, and the way to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .problems import NotFound

if TYPE_CHECKING:
    from .sandbox import Sandbox, Sandboxes


def tenant_of(sandboxes: Sandboxes, tenant: str) -> Sandbox:
    """Raises NotFound for a tenant that nobody opened."""
    if tenant not in sandboxes:
        raise NotFound(tenant)
    return sandboxes[tenant]
