"""CertifiQI as one tenant's code under test sees it, and short ways to have something there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from .journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx2

    from .tenant import Tenant

WEIGHTS = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
DOCUMENT = {
    "name": "contract.pdf",
    "document_key": "00000000-0000-4000-8000-000000000001",
    "url": "https://example.com/contract.pdf",
}
"""One that nobody has uploaded."""


class Certifiqi:
    """Events are made with `webhook_url`, where it is set."""

    def __init__(self, tenant: Tenant, token: str) -> None:
        self._tenant = tenant
        self.token = token
        self.webhook_url: str | None = None
        self.journal = Journal(tenant.control, "certifiqi")

    @cached_property
    def client(self) -> httpx2.Client:
        """With the base path and the credential."""
        return self._tenant.server.client("/certifiqi", **{"x-api-token": self.token})

    @property
    def url(self) -> str:
        """The base URL, for code under test; asking for it opens a socket."""
        return f"{self._tenant.url}/certifiqi"

    def event(self, signers: int = 1, quorum: int | None = None, **changes: Any) -> dict[str, Any]:
        """Make an event of one document and one group of `signers`, of whom `quorum` (all) have to sign.

        `changes` are of the body's top level. The event as the vendor shows it; raises for a refusal.
        """
        people = [(f"Signer {number}", f"signer-{number}@example.com") for number in range(1, signers + 1)]
        body = event_body(people, signers if quorum is None else quorum)
        if self.webhook_url:
            body["webhook_url"] = self.webhook_url
        answer = self.client.post("/batch_group", json={**body, **changes})
        answer.raise_for_status()
        event: dict[str, Any] = answer.json()
        return event

    def read(self, event: str | dict[str, Any]) -> dict[str, Any]:
        """The event as the vendor shows it now."""
        answer = self.client.get(f"/batch_group/{_key(event)}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def signers(self, event: str | dict[str, Any]) -> list[dict[str, Any]]:
        """Everybody who may sign, as the event shows them."""
        return [
            signer
            for batch in self.read(event)["batches"]
            for party in batch["related_parties"]
            for group in party["signer_groups"]
            for signer in group["signers"]
        ]

    def sign(self, who: int | str | dict[str, Any], until: str = "all") -> dict[str, Any]:
        """Sign in a signer's place (their number), or in those of an event until `quorum` or `all`."""
        if isinstance(who, int):
            return self._acted(f"/certifiqi/signers/{who}/sign", {})
        return self._acted(f"/certifiqi/events/{_key(who)}/sign", {"until": until})

    def reject(self, signer: int) -> dict[str, Any]:
        """Reject in a signer's place."""
        return self._acted(f"/certifiqi/signers/{signer}/reject", None)

    def _acted(self, path: str, body: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._tenant.control("POST", path, json=body)
        return found


def event_body(
    people: Iterable[tuple[str, str]],
    quorum: int,
    *,
    name: str = "Event",
    document: Mapping[str, Any] = DOCUMENT,
) -> dict[str, Any]:
    """A create request as the vendor documents it, with one group of `people`: names with addresses."""
    signers = [
        {"name": person, "document_number": cpf(number), "email": address}
        for number, (person, address) in enumerate(people, start=1)
    ]
    party = {
        "name": "Example Ltda",
        "role": "assignor",
        "signature_position": 1,
        "signer_groups": [{"minimum_required_signers": quorum, "signers": signers}],
    }
    batch = {
        "name": "Contract",
        "document_type": "other",
        "signature_type": "pades",
        "related_parties": [party],
        "documents": [dict(document)],
    }
    return {"name": name, "main_related_party": "Example Ltda", "total_value": 0, "batches": [batch]}


def cpf(number: int) -> str:
    """The valid CPF, nobody's, whose first nine digits are `number`."""
    digits = f"{number:09d}"
    for weights in (WEIGHTS[1:], WEIGHTS):
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        digits += "0" if rest < 2 else str(11 - rest)
    return digits


def _key(event: str | dict[str, Any]) -> str:
    return event if isinstance(event, str) else str(event.get("batch_group_key") or event["key"])
