"""What a fresh CertifiQI sandbox holds, from `fixtures/certifiqi/world.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sealbox import contract
from sealbox.people import People

from .model import (
    Document,
    DocumentBatch,
    RelatedParty,
    SignatureStatus,
    Signer,
    SignerGroup,
    SigningEvent,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

EPOCH = datetime(2025, 3, 17, 9, tzinfo=UTC)
"""Where the dates begin that the world's file leaves out."""

STORAGE = "https://storage.googleapis.com/certifier-api-storage-sandbox"


@dataclass(frozen=True, slots=True)
class Start:
    """What a fresh world holds. Shared by all sandboxes of one seed, and therefore never changed."""

    events: Mapping[str, SigningEvent]
    keys: tuple[Mapping[str, Any], ...]
    next_group: int
    next_signer: int
    ladder: tuple[timedelta, ...]


@cache
def start(seed: str) -> Start:
    """The world of `seed`. Drawing it costs some milliseconds, so a reset must not."""
    written = contract.read("fixtures", "certifiqi", "world.yaml")
    builder = Builder(seed, written)
    events = builder.events()
    builder.people.keep()
    return Start(
        events=MappingProxyType({event.key: event for event in events}),
        keys=tuple(MappingProxyType(entry) for entry in written["keys"]),
        next_group=written["next_group"],
        next_signer=written["next_signer"],
        ladder=tuple(timedelta(seconds=seconds) for seconds in written["webhook_ladder"]),
    )


class Builder:
    """Fills in what the world's file leaves out; its numbers count down from the documented ones."""

    def __init__(self, seed: str, written: Mapping[str, Any]) -> None:
        self.written = written
        self.people = People(seed, locale="pt_BR")
        self.clients = {entry["kind"]: entry["client_key"] for entry in written["keys"]}
        self.zip_takes = timedelta(seconds=written["pace"]["zip_seconds"])
        self.groups = count(written["next_group"] - 2, -1)
        self.signers = count(written["next_signer"] - 2, -1)

    def events(self) -> list[SigningEvent]:
        return [
            self._written(entry) if "batches" in entry else self._invented(entry, number)
            for number, entry in enumerate(self.written["events"])
        ]

    def _new_id(self) -> str:
        return str(UUID(int=self.people.random.getrandbits(128), version=4))

    def _written(self, entry: Mapping[str, Any]) -> SigningEvent:
        """An event that the file spells out."""
        at = entry["created_at"]
        return SigningEvent(
            key=entry["key"],
            name=entry["name"],
            main_related_party=entry["main_related_party"],
            total_value=entry["total_value"],
            send_to_fund_administrator=False,
            webhook_key=entry["webhook_key"],
            internal_webhook_key=entry["internal_webhook_key"],
            webhook_urls=(),
            client_key=self.clients["full"],
            attached_document_number=entry["attached_document_number"],
            control_number=None,
            send_emails=False,
            is_asynchronous=False,
            batches=tuple(
                DocumentBatch(
                    key=batch["key"],
                    name=batch["name"],
                    document_type=batch["document_type"],
                    signature_type=batch["signature_type"],
                    related_parties=tuple(_written_party(party, at) for party in batch["related_parties"]),
                    documents=tuple(Document(created_at=at, **document) for document in batch["documents"]),
                    created_at=at,
                )
                for batch in entry["batches"]
            ),
            created_at=at,
            zip_takes=self.zip_takes,
        )

    def _invented(self, entry: Mapping[str, Any], number: int) -> SigningEvent:
        at = EPOCH + timedelta(minutes=11 * number)
        stays = entry.get("stays")
        return SigningEvent(
            key=self._new_id(),
            name=entry["name"],
            main_related_party=self.people.company(),
            total_value=self.people.random.randrange(10**4, 10**7) / 100,
            send_to_fund_administrator=False,
            webhook_key=self._new_id(),
            internal_webhook_key=self._new_id(),
            webhook_urls=(),
            client_key=self.clients[entry.get("client", "full")],
            attached_document_number=self.people.cnpj(),
            control_number=None,
            send_emails=False,
            is_asynchronous=False,
            batches=(self._batch(entry["parties"], at),),
            created_at=at,
            cancelled_at=at + timedelta(minutes=5) if stays == "cancelled" else None,
            zip_takes=None if stays == "waiting_zip_file" else self.zip_takes,
        )

    def _batch(self, parties: list[Mapping[str, Any]], at: datetime) -> DocumentBatch:
        key = self._new_id()
        return DocumentBatch(
            key=self._new_id(),
            name="Termo de Cessão",
            document_type="other",
            signature_type="cades",
            related_parties=tuple(
                self._party(party, position, at) for position, party in enumerate(parties, start=1)
            ),
            documents=(
                Document(
                    key=key,
                    name="termo.pdf",
                    control_number=self._new_id(),
                    file_size=self.people.random.randrange(1000, 90000),
                    url=f"{STORAGE}/{key}/termo_original.pdf",
                    created_at=at,
                ),
            ),
            created_at=at,
        )

    def _party(self, entry: Mapping[str, Any], position: int, at: datetime) -> RelatedParty:
        signed, rejected = entry.get("signed", 0), entry.get("rejected", 0)
        acts = [SignatureStatus.SIGNED] * signed + [SignatureStatus.REJECTED] * rejected
        acts += [SignatureStatus.PENDING] * (entry["signers"] - len(acts))
        group = SignerGroup(
            id=next(self.groups),
            minimum_required_signers=entry["needed"],
            signers=tuple(self._signer(number, act, at) for number, act in enumerate(acts, start=1)),
            created_at=at,
        )
        return RelatedParty(
            key=self._new_id(),
            name=self.people.company(),
            role="assignor",
            signature_position=position,
            notify_to=(),
            signer_groups=(group,),
            created_at=at,
        )

    def _signer(self, number: int, act: SignatureStatus, at: datetime) -> Signer:
        person = self.people.person()
        return Signer(
            id=next(self.signers),
            name=person.name,
            document_number=self.people.cpf(),
            email=person.email,
            is_group_mandatory=False,
            signer_control_number=str(number),
            created_at=at,
            status=act,
            acted_at=None if act is SignatureStatus.PENDING else at + timedelta(minutes=number),
        )


def _written_party(entry: Mapping[str, Any], at: datetime) -> RelatedParty:
    groups = tuple(
        SignerGroup(
            id=group["id"],
            minimum_required_signers=group["minimum_required_signers"],
            signers=tuple(Signer(created_at=at, **signer) for signer in group["signers"]),
            created_at=at,
        )
        for group in entry["signer_groups"]
    )
    return RelatedParty(
        key=entry["key"],
        name=entry["name"],
        role=entry["role"],
        signature_position=entry["signature_position"],
        notify_to=(),
        signer_groups=groups,
        created_at=at,
    )
