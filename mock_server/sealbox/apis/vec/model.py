"""What VEC.digital knows: institutions, users, templates, batches and the people who receive certificates."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003, as below
from dataclasses import dataclass
from datetime import date, datetime, timedelta  # noqa: TC003, snapshots read the annotations
from enum import StrEnum
from typing import Annotated, Any


class Status(StrEnum):
    """Where a batch stands, in the order in which the vendor lists the statuses."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    WAITING_FOR_APPROVAL = "waiting_for_approval"


@dataclass(frozen=True, slots=True)
class Institution:
    """Whoever issues certificates. Nothing of one institution is visible to another."""

    id: int
    name: str
    logo: str | None
    is_verified: bool
    status: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """A user of an institution: a possible signatory when not archived and with a signature uploaded."""

    uuid: str
    id: int
    institution_id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    role: str
    is_archived: bool
    signature: str | None
    signature_added_at: datetime | None
    signatory_name: str | None
    signatory_designation: str | None
    avatar: str
    email_verified_at: datetime | None
    phone_verified_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def has_signature(self) -> bool:
        return self.signature is not None


@dataclass(frozen=True, slots=True)
class DefaultSignatory:
    """Who signs a template's batches when the request names nobody."""

    id: int
    index: int
    user: User
    display_name: str | None
    designation: str | None
    auto_approve: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A certificate template.

    `defaults_configured` stands beside the list because the documented template shows a list of default
    signatories while its flags say that there are none.
    """

    id: str
    institution_id: int
    name: str
    screenshot: str
    signatory_fields: tuple[str, ...]
    default_signatories: tuple[DefaultSignatory, ...]
    defaults_configured: bool
    created_at: datetime
    updated_at: datetime

    @property
    def has_signatures(self) -> bool:
        return bool(self.signatory_fields)

    @property
    def requires_signature_setup(self) -> bool:
        return self.has_signatures and not self.defaults_configured


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of an upload. `fault` says in a person's words why no certificate can be made of it."""

    email: str
    name: str
    issue_date: date
    custom: tuple[str, ...] = ()
    fault: str | None = None
    known_as: KnownCertificate | None = None


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """What a world says of a certificate that a fresh sandbox holds already."""

    id: str
    reference_id: str
    customer_id: int | None
    made_at: datetime
    files: tuple[tuple[str, str], ...]


class AsTuple:
    """Rows in a snapshot: a list of recipients, however they are kept."""

    @staticmethod
    def __get_pydantic_core_schema__(_source: object, handler: Any) -> dict[str, Any]:
        schema = handler.generate_schema(tuple[Recipient, ...])
        written = {"type": "function-plain", "function": tuple, "return_schema": schema}
        return {**schema, "serialization": written}


@dataclass(frozen=True, slots=True)
class Recipients:
    """The rows of an upload, and the headers of its custom columns in the order of `Recipient.custom`."""

    rows: Annotated[Sequence[Recipient], AsTuple]
    custom_headers: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def known_as(self, row: int) -> KnownCertificate | None:
        """What a world says of a row's certificate; of an upload's rows, which are no tuple, none does."""
        return self.rows[row].known_as if isinstance(self.rows, tuple) else None


@dataclass(frozen=True, slots=True)
class Signature:
    """A position of a batch and the user who holds it; `approved_at` is None while it is outstanding."""

    index: int
    user_uuid: str
    approved_at: datetime | None = None
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a batch takes.

    After `stalls_after` certificates it makes no more (0: it never starts): that is how a world keeps a
    batch in a status for people to look at.
    """

    queue: timedelta
    certificate: timedelta
    stalls_after: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A plan made at `created_at`. Reading it later is all that makes it look further along."""

    id: str
    institution_id: int
    name: str
    template: Template
    recipients: Recipients
    created_at: datetime
    pace: Pace
    signatures: tuple[Signature, ...] = ()
    shown_template_id: str | None = None
    """The documented batch names another template id than that of the template inside it."""

    failed_rows: tuple[int, ...] = ()
    """Positions, ascending, of the rows with a fault: kept apart so that a count needs no walk."""

    @property
    def total(self) -> int:
        return len(self.recipients.rows)
