"""A create request, already of the documented shape, as a new signing event."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sealbox.problems import RuleViolation

from .model import Document, DocumentBatch, RelatedParty, Signer, SignerGroup, SigningEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta

KNOWN_VALUES: Mapping[str, tuple[str, ...]] = {
    "document_type": ("term_of_endorsement", "other"),
    "signature_type": ("cades", "pades"),
    "role": ("assignor",),
}
"""The values that a page shows. The full lists exist and could not be read, so others are taken too."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the parts of an event at one moment, with keys and numbers from where the world draws them."""

    new_id: Callable[[], str]
    next_group: Callable[[], int]
    next_signer: Callable[[], int]
    now: datetime
    switches: Mapping[str, str]
    zip_takes: timedelta

    def event(self, sent: Mapping[str, Any], *, client_key: str) -> SigningEvent:
        """The event that `sent` asks for. Raises RuleViolation only where a switch refuses something."""
        self._check(sent)
        urls = [sent.get("webhook_url"), *sent.get("webhook_url_list", ())]
        return SigningEvent(
            key=self.new_id(),
            name=sent["name"],
            main_related_party=sent["main_related_party"],
            total_value=_number(sent.get("total_value", 0)),
            send_to_fund_administrator=bool(sent.get("send_to_fund_administrator", False)),
            webhook_key=self.new_id(),
            internal_webhook_key=self.new_id(),
            webhook_urls=tuple(dict.fromkeys(url for url in urls if url)),
            client_key=client_key,
            attached_document_number=sent.get("attached_document_number"),
            control_number=sent.get("control_number"),
            send_emails=sent.get("send_emails", False),
            is_asynchronous=sent.get("is_asynchronous", False),
            batches=tuple(self._batch(batch) for batch in sent["batches"]),
            created_at=self.now,
            zip_takes=self.zip_takes,
        )

    def _batch(self, sent: Mapping[str, Any]) -> DocumentBatch:
        return DocumentBatch(
            key=self.new_id(),
            name=sent["name"],
            document_type=sent["document_type"],
            signature_type=sent["signature_type"],
            related_parties=tuple(self._party(party) for party in sent["related_parties"]),
            documents=tuple(self._document(document) for document in sent["documents"]),
            created_at=self.now,
        )

    def _party(self, sent: Mapping[str, Any]) -> RelatedParty:
        return RelatedParty(
            key=self.new_id(),
            name=sent["name"],
            role=sent["role"],
            signature_position=int(sent["signature_position"]),
            notify_to=tuple(sent.get("notify_to", ())),
            signer_groups=tuple(self._group(group) for group in sent["signer_groups"]),
            created_at=self.now,
        )

    def _group(self, sent: Mapping[str, Any]) -> SignerGroup:
        return SignerGroup(
            id=self.next_group(),
            minimum_required_signers=int(sent["minimum_required_signers"]),
            signers=tuple(self._signer(signer) for signer in sent["signers"]),
            created_at=self.now,
        )

    def _signer(self, sent: Mapping[str, Any]) -> Signer:
        return Signer(
            id=self.next_signer(),
            name=sent["name"],
            document_number=sent["document_number"],
            email=sent["email"],
            is_group_mandatory=sent.get("is_group_mandatory", False),
            signer_control_number=sent.get("signer_control_number"),
            created_at=self.now,
        )

    def _document(self, sent: Mapping[str, Any]) -> Document:
        number = sent.get("control_number")
        if number is None and self.switches["document_control_number"] == "generate":
            number = self.new_id()
        return Document(
            key=sent["document_key"],
            name=sent["name"],
            control_number=number,
            file_size=sent.get("file_size", 0),
            url=sent["url"],
            created_at=self.now,
        )

    def _check(self, sent: Mapping[str, Any]) -> None:
        problems: list[str] = []
        unknown = [f"{value!r} is not a {field}" for field, value in unknown_values(sent)]
        if unknown and self.switches["unknown_enum_values"] == "refuse":
            problems += unknown
        above = [
            "minimum_required_signers is larger than the number of signers"
            for group in _groups(sent)
            if group["minimum_required_signers"] > len(group["signers"])
        ]
        if above and self.switches["minimum_above_signers"] == "refuse":
            problems += above
        if problems:
            raise RuleViolation({"batches": problems})


def document_keys(sent: Mapping[str, Any]) -> Iterator[str]:
    return (document["document_key"] for batch in sent["batches"] for document in batch["documents"])


def unknown_values(sent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for batch in sent["batches"]:
        for part in (batch, *batch["related_parties"]):
            for field in KNOWN_VALUES.keys() & part.keys():
                if part[field] not in KNOWN_VALUES[field]:
                    yield field, part[field]


def _groups(sent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for batch in sent["batches"]:
        for party in batch["related_parties"]:
            yield from party["signer_groups"]


def hints(
    sent: Mapping[str, Any], *, valid_cpf: Callable[[str], bool], valid_cnpj: Callable[[str], bool]
) -> tuple[str, ...]:
    """Oddities that no page refuses and that are seldom meant."""
    found = [f"{field} {value!r} is shown on no page" for field, value in unknown_values(sent)]
    number = sent.get("attached_document_number")
    if number and not valid_cnpj(number):
        found.append("attached_document_number is not a valid CNPJ")
    for group in _groups(sent):
        if group["minimum_required_signers"] > len(group["signers"]):
            found.append("a group needs more signatures than it has signers: it can never be complete")
        found += [
            f"document_number of signer {signer['name']!r} is not a valid CPF"
            for signer in group["signers"]
            if not valid_cpf(signer["document_number"])
        ]
    return tuple(dict.fromkeys(found))


def _number(value: float | str) -> int | float:
    if not isinstance(value, str):
        return value
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
