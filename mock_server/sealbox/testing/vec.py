"""VEC.digital as one tenant's code under test sees it, and short ways to have something there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from .journal import Journal

if TYPE_CHECKING:
    import httpx2

    from .tenant import Tenant

PLAIN_TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
"""Of `fixtures/vec/world.yaml`: it asks for no signatures."""


class Vec:
    def __init__(self, tenant: Tenant, token: str) -> None:
        self._tenant = tenant
        self.token = token
        self.template_id = PLAIN_TEMPLATE
        self.journal = Journal(tenant.control, "vec")

    @cached_property
    def client(self) -> httpx2.Client:
        """With the base path and the credential."""
        return self._tenant.server.client("/vec", Authorization=f"Bearer {self.token}")

    @property
    def url(self) -> str:
        """The base URL, for code under test; asking for it opens a socket."""
        return f"{self._tenant.url}/vec"

    @staticmethod
    def rows(ok: int = 2, fail: int = 0) -> bytes:
        """A CSV file with so many recipients whose certificates are made, and so many whose are not."""
        people = [("", number) for number in range(1, ok + 1)]
        people += [("fail+", number) for number in range(ok + 1, ok + fail + 1)]
        lines = [f"{magic}person-{number}@example.com,Person {number}" for magic, number in people]
        return "\r\n".join(["RecipientsEmail,RecipientsName", *lines, ""]).encode()

    def create_batch(self, rows: bytes | None = None, **fields: str) -> dict[str, Any]:
        """Upload `rows`, two good ones without them, and give the batch. Raises for a refusal."""
        answer = self.client.post(
            "/business/batches",
            data={"name": "Batch", "template_id": self.template_id, **fields},
            files={"csv_file": ("rows.csv", self.rows() if rows is None else rows, "text/csv")},
        )
        answer.raise_for_status()
        batch: dict[str, Any] = answer.json()["data"]
        return batch

    def batch(self, batch: str | dict[str, Any]) -> dict[str, Any]:
        """The batch as it is now."""
        id_ = batch if isinstance(batch, str) else batch["id"]
        answer = self.client.get(f"/business/batches/{id_}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()["data"]
        return found

    def approve(self, batch: str | dict[str, Any]) -> dict[str, Any]:
        """Approve in its signatories' place."""
        id_ = batch if isinstance(batch, str) else batch["id"]
        found: dict[str, Any] = self._tenant.control("POST", f"/vec/batches/{id_}/approve", json={})
        return found
