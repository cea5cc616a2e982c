"""Certificates: row `n` of a batch at a moment. They are computed when asked for and kept nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from .lifecycle import ENDS, NEXT, Course, course, handled_by
from .model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from .model import Batch, Recipient

# A certificate's id is its batch's with another tail, so that a hundred thousand of them need no index.
# Multiplying by an odd number permutes the tails; multiplying by its inverse gives the row back.
TAIL_BITS = 48
STEP = 0x9E3779B97F4B
STEP_BACK = pow(STEP, -1, 1 << TAIL_BITS)
TAIL_MASK = (1 << TAIL_BITS) - 1

REFERENCE = re.compile(r"VEC-IC-(\d{4})([0-9A-F]{13})")
FILES = ("pdf", "image", "qrcode", "barcode")
FILE_NAMES = {
    "pdf": "certificate_{made}.pdf",
    "image": "certificate_{made}.png",
    "qrcode": "qr_code_{made}.svg",
    "barcode": "barcode_{made}.svg",
}


class CertificateStatus(StrEnum):
    """Where a certificate stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    GENERATED = "generated"
    FAILED = "failed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One row of a batch at one moment. `files` are storage paths by kind, empty until they are made."""

    id: str
    reference_id: str
    batch: Batch
    row: int
    recipient: Recipient
    status: CertificateStatus
    generated_at: datetime | None
    updated_at: datetime
    files: Mapping[str, str]

    @property
    def created_at(self) -> datetime:
        known = self.recipient.known_as
        return known.made_at if known else self.batch.created_at

    @property
    def customer_id(self) -> int | None:
        return self.recipient.known_as.customer_id if self.recipient.known_as else None


def certificate_id(batch: Batch, row: int) -> str:
    known = batch.recipients.known_as(row)
    if known:
        return known.id
    head, tail = batch.id[:24], int(batch.id[24:], 16)
    return f"{head}{(tail + (row + 1) * STEP) & TAIL_MASK:012x}"


def row_of(certificate: str, batch: Batch) -> int | None:
    """The row whose certificate has this id, when the id's head is the batch's."""
    offset = (int(certificate[24:], 16) - int(batch.id[24:], 16)) & TAIL_MASK
    row = ((offset * STEP_BACK) & TAIL_MASK) - 1
    return row if 0 <= row < batch.total and not batch.recipients.known_as(row) else None


def certificates(batch: Batch, now: datetime, switches: Mapping[str, str]) -> Iterator[Certificate]:
    """All certificates of `batch`, in the order of its rows."""
    progress = Progress.of(batch, now, switches)
    for row, recipient in enumerate(batch.recipients.rows):
        yield _certificate(progress, row, recipient)


def certificate(batch: Batch, row: int, now: datetime, switches: Mapping[str, str]) -> Certificate:
    return _certificate(Progress.of(batch, now, switches), row, batch.recipients.rows[row])


class Stage(NamedTuple):
    """How far one certificate is."""

    status: CertificateStatus
    generated_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is at a moment: that decides where each of its certificates stands."""

    batch: Batch
    plan: Course
    handled: int
    status: Status

    @classmethod
    def of(cls, batch: Batch, now: datetime, switches: Mapping[str, str]) -> Progress:
        plan = course(batch, switches)
        status = Status.PENDING
        for at, event in plan.moments:
            if at <= now:
                status = NEXT[status][event]
        return cls(batch, plan, handled_by(batch, plan, now), status)

    def stage(self, row: int, *, fault: str | None) -> Stage:
        batch, starts = self.batch, self.plan.generation_starts
        if row < self.handled and starts:
            made = starts + batch.pace.certificate * (row + 1)
            if fault:
                return Stage(CertificateStatus.FAILED, None, made)
            known = batch.recipients.known_as(row)
            made = known.made_at if known else made
            return Stage(CertificateStatus.GENERATED, made, made)
        if self.status in ENDS:
            return Stage(CertificateStatus.FAILED, None, self.plan.moments[-1][0])
        if row == self.handled and self.status is Status.PROCESSING:
            return Stage(CertificateStatus.PROCESSING, None, batch.created_at)
        return Stage(CertificateStatus.PENDING, None, batch.created_at)


def _certificate(progress: Progress, row: int, recipient: Recipient) -> Certificate:
    batch, stage = progress.batch, progress.stage(row, fault=recipient.fault)
    key = certificate_id(batch, row)
    return Certificate(
        id=key,
        reference_id=reference_id(batch, row),
        batch=batch,
        row=row,
        recipient=recipient,
        status=stage.status,
        generated_at=stage.generated_at,
        updated_at=stage.updated_at,
        files=_files(key, recipient, stage.generated_at) if stage.generated_at else {},
    )


def _files(key: str, recipient: Recipient, made_at: datetime) -> Mapping[str, str]:
    if recipient.known_as:
        return dict(recipient.known_as.files)
    made = int(made_at.timestamp())
    return {kind: f"certificates/{key}/{FILE_NAMES[kind].format(made=made)}" for kind in FILES}


def reference_id(batch: Batch, row: int) -> str:
    """The id for public verification, shaped like the documented one: a year and a PHP uniqid."""
    known = batch.recipients.known_as(row)
    if known:
        return known.reference_id
    return f"VEC-IC-{batch.created_at.year}{_unique(batch) + row:013X}"


def reference_row(batch: Batch, reference: str) -> int | None:
    """The row of `batch` whose certificate has this reference id."""
    for row in range(batch.total):
        known = batch.recipients.known_as(row)
        if known is None:
            break
        if known.reference_id == reference:
            return row
    match = REFERENCE.fullmatch(reference)
    row = int(match[2], 16) - _unique(batch) if match else -1
    return row if 0 <= row < batch.total and reference_id(batch, row) == reference else None


def _unique(batch: Batch) -> int:
    return int(batch.id[24:], 16)
