"""CertifiQI in the words of its checks: what to send, and what has to be there first."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sealbox_conformance import contract
from sealbox_conformance.suites.steady import steady
from sealbox_conformance.witness import NotConcluded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox_conformance.exchange import Part, Reply, Wire

DOCUMENTED_EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"


def sample() -> dict[str, Any]:
    """The create page's own sample, which the contract holds as its example."""
    operation = contract.read("openapi", "certifiqi", "openapi.yaml")["paths"]["/batch_group"]["post"]
    return dict(deepcopy(operation["requestBody"]["content"]["application/json"]["example"]))


def documented(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it was read, without keys that no page names: those may differ from answer to answer."""
    schemas = contract.read("openapi", "certifiqi", "openapi.yaml")["components"]["schemas"]
    return {key: steady(value) for key, value in event.items() if key in schemas["BatchGroup"]["properties"]}


class Certifiqi:
    """Requests and preconditions of CertifiQI."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.call = wire.call
        self.target = wire.target
        self.known = wire.api.known

    def sample(self) -> dict[str, Any]:
        """The sample, with a document that this target takes."""
        found = sample()
        found["batches"][0]["documents"] = [self.document()]
        return found

    def body(self) -> dict[str, Any]:
        """The same, with webhooks that go where nobody minds them: those of the sample have an owner."""
        address = self.known.get("webhook_url", "https://example.com/webhook")
        return {
            **self.sample(),
            "name": self.target.run,
            "webhook_url": address,
            "webhook_url_list": [address],
        }

    def document(self) -> dict[str, Any]:
        """A document as an upload returned it. Raises NotConcluded when none is known that will be taken."""
        if named := self.known.get("document"):
            return dict(named)
        if "any_document" not in self.target.claims:
            raise NotConcluded(
                "the profile has no certifiqi.document, and the target does not claim any_document"
            )
        return dict(sample()["batches"][0]["documents"][0])

    def create(self, body: Any, **request: Any) -> Reply:
        return self.call("createBatchGroup", body=body, **request)

    def new_event(self, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The create answer of an event that other promises are about."""
        return dict(self.create(body or self.body()).needed(200, "a signing event").json())

    def read_back(self, body: dict[str, Any] | None = None) -> Reply:
        """The read answer of a new event."""
        key = self.new_event(body)["batch_group_key"]
        return self.call("getBatchGroup", key).needed(200, "a signing event that was created")

    def signed_event(self, body: dict[str, Any] | None = None) -> str:
        """The key of a new event that everybody has signed and whose files are made."""
        key = str(self.new_event(body)["batch_group_key"])
        self.wire.control("sign", {"until": "all"}, key=key)
        self.finished(key)
        return key

    def upload(self, content: bytes, *, file_name: str = "document.pdf", **fields: str) -> Reply:
        parts: list[Part] = [("file", (file_name, content, "application/pdf")), *fields.items()]
        return self.call("uploadDocument", parts=parts)

    def uploaded(self, content: bytes, *, file_name: str = "document.pdf", **fields: str) -> dict[str, Any]:
        """The document that an upload returned, whichever way it is wrapped."""
        reply = self.upload(content, file_name=file_name, **fields)
        answer = reply.needed(200, "an upload").json()
        return dict(answer[0] if isinstance(answer, list) else answer)

    def sign(self, signer: object) -> None:
        """Have one signer sign. Raises NotConcluded when that is refused."""
        self.wire.control("sign_one", {}, signer=signer)

    def of_two_parties(self, **changed: Any) -> dict[str, Any]:
        """A body whose one batch has two parties of one signer each, first one and then the other."""
        sent = {**self.body(), **changed}
        (batch,) = sent["batches"]
        first = batch["related_parties"][0]
        second = {**first, "name": "Second party", "signature_position": 2}
        sent["batches"] = [{**batch, "related_parties": [{**first, "signature_position": 1}, second]}]
        return sent

    def finished(self, key: str) -> dict[str, Any]:
        """The event once its files are there. Raises NotConcluded when they are not in time."""
        for _ in range(self.wire.looks()):
            event = self.call("getBatchGroup", key).needed(200, "a signing event that was created").json()
            if event["internal_status"] == "finished":
                return dict(event)
            self.wire.pass_time()
        raise NotConcluded(f"event {key} is still {event['internal_status']}")

    def event_keys(self) -> list[str]:
        """Keys of events that were there before. Raises NotConcluded when the profile names none."""
        named = [DOCUMENTED_EVENT] if "known_examples" in self.target.claims else []
        keys = list(dict.fromkeys([*named, *self.known.get("events", [])]))
        if not keys:
            raise NotConcluded("the profile names no certifiqi.events")
        return keys
