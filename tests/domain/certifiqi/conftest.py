"""Signing events as plain as they can be, and strategies that draw them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import strategies as st
from sealbox.apis.certifiqi.model import (
    Document,
    DocumentBatch,
    RelatedParty,
    SignatureStatus,
    Signer,
    SignerGroup,
    SigningEvent,
)
from sealbox.contract import choices

if TYPE_CHECKING:
    from collections.abc import Sequence

PENDING, SIGNED, REJECTED = SignatureStatus.PENDING, SignatureStatus.SIGNED, SignatureStatus.REJECTED


class EventValues:
    """Builders: everything that a test does not name is harmless."""

    NOW: Final = datetime(2025, 4, 1, 12, tzinfo=UTC)
    KEY: Final = "5aaf98d2-0264-48dd-8167-eab859ce5a75"
    ZIP: Final = timedelta(seconds=30)

    def switches(self, **chosen: str) -> dict[str, str]:
        """Every switch of the API at its default, but for those named; a wrong name or value is an error."""
        choices.check_switches({f"certifiqi.{name}": value for name, value in chosen.items()})
        return {switch["name"]: switch["default"] for switch in choices.switches("certifiqi")} | chosen

    def after(self, seconds: float) -> datetime:
        return self.NOW + timedelta(seconds=seconds)

    def signer(
        self, status: SignatureStatus = PENDING, *, mandatory: bool = False, after: float = 1, **changes: Any
    ) -> Signer:
        """A signer who, unless pending, acted `after` seconds."""
        values: dict[str, Any] = {
            "id": 1,
            "name": "Ana",
            "document_number": "85653681067",
            "email": "ana@example.com",
            "signer_control_number": None,
        } | changes
        return Signer(
            is_group_mandatory=mandatory,
            created_at=self.NOW,
            status=status,
            acted_at=None if status is PENDING else self.after(after),
            **values,
        )

    def group(self, *signers: Signer, needs: int = 1) -> SignerGroup:
        return SignerGroup(id=1, minimum_required_signers=needs, signers=signers, created_at=self.NOW)

    def party(self, *groups: SignerGroup, position: int = 1) -> RelatedParty:
        return RelatedParty(
            key=self.KEY,
            name="Empresa ",
            role="assignor",
            signature_position=position,
            notify_to=(),
            signer_groups=groups,
            created_at=self.NOW,
        )

    def simple_party(self, status: SignatureStatus = PENDING, *, position: int = 1) -> RelatedParty:
        return self.party(self.group(self.signer(status)), position=position)

    def batch(self, *parties: RelatedParty, documents: int = 1) -> DocumentBatch:
        return DocumentBatch(
            key=self.KEY,
            name="Termo",
            document_type="other",
            signature_type="cades",
            related_parties=parties,
            documents=tuple(self.document(number) for number in range(documents)),
            created_at=self.NOW,
        )

    def document(self, number: int = 0) -> Document:
        return Document(
            key=f"k{number}",
            name="a.pdf",
            control_number=None,
            file_size=1,
            url=f"https://example.com/{number}.pdf",
            created_at=self.NOW,
        )

    def event(self, *batches: DocumentBatch, **changes: Any) -> SigningEvent:
        values: dict[str, Any] = {
            "key": self.KEY,
            "name": "Teste",
            "main_related_party": "ba",
            "total_value": 0.0,
            "send_to_fund_administrator": False,
            "webhook_key": self.KEY,
            "internal_webhook_key": self.KEY,
            "webhook_urls": (),
            "client_key": self.KEY,
            "attached_document_number": None,
            "control_number": None,
            "send_emails": False,
            "is_asynchronous": False,
            "created_at": self.NOW,
            "zip_takes": self.ZIP,
        } | changes
        return SigningEvent(batches=batches, **values)

    def events(
        self, statuses: Sequence[SignatureStatus] = (PENDING, SIGNED, REJECTED)
    ) -> st.SearchStrategy[SigningEvent]:
        """Events of a few of everything, whose signers are in any of `statuses`."""
        numbers = count(1)
        signers = st.builds(
            self.signer,
            st.sampled_from(statuses),
            mandatory=st.booleans(),
            after=st.integers(0, 1000),
            id=st.builds(lambda: next(numbers)),
        )
        groups = st.lists(signers, min_size=1, max_size=3).flatmap(
            lambda made: st.integers(1, 4).map(lambda needs: self.group(*made, needs=needs))
        )
        parties = st.builds(
            lambda made, position: self.party(*made, position=position),
            st.lists(groups, min_size=1, max_size=2),
            st.integers(1, 5),
        )
        batches = st.lists(parties, min_size=1, max_size=2).map(lambda made: self.batch(*made))
        return st.lists(batches, min_size=1, max_size=2).map(lambda made: self.event(*made))


@pytest.fixture(scope="session")
def make() -> EventValues:
    return EventValues()
