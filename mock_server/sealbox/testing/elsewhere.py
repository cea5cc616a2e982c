"""A Sealbox that runs somewhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from collections.abc import Mapping


class Elsewhere:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def client(self, below: str = "", **headers: str) -> httpx2.Client:
        return httpx2.Client(base_url=f"{self.url}{below}", headers=headers, trust_env=False)

    def open(self, plan: Mapping[str, Any]) -> dict[str, str]:
        """Make a tenant; the credential of each API. Raises ValueError with the problem that is reported."""
        with self.client() as client:
            answer = client.post("/_sandbox/tenants", json=plan)
        found = answer.json()
        if answer.is_error:
            raise ValueError(found["detail"])
        return {api: shown["credentials"][0]["token"] for api, shown in found["apis"].items()}

    def shut(self, tenant: str) -> None:
        """Forget the tenant."""
        with self.client() as client:
            client.delete(f"/_sandbox/tenants/{tenant}")
