"""Uploads: which files are taken, which are refused with the documented words, and what is kept of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sealbox.problems import RuleViolation

from . import pdf_files
from .cnab import read_titles
from .documents import stem
from .model import Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from .requests import Sent

TOO_LARGE = "Document size larger than 20 MB"
EDITABLE = "PDF has editable format fields"
LOCKED = "PDF file can't have a password."
NO_PDF = "file: the file is not a PDF"
NO_CNAB = "file: the file is not a CNAB 444 file"
LIMITS: Mapping[str, int] = {"decimal": 20_000_000, "binary": 20 * 2**20}

ENDORSEMENT_FIELDS = (
    "endorser_name",
    "endorser_document_number",
    "receiver_name",
    "receiver_document_number",
    "document_type",
    "document_identifier",
)
ASSIGNOR_FIELDS = (
    "assignor_address",
    "assignor_address_number",
    "assignor_city",
    "assignor_state",
    "assignor_CEP",
    "assignor_neighborhood",
)
TRUTH: Mapping[str, bool] = {"": False, "false": False, "0": False, "true": True, "1": True}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where uploads are taken in: whose they are, at what time, and where keys come from."""

    client_key: str
    now: datetime
    new_id: Callable[[], str]
    switches: Mapping[str, str]
    generation: timedelta

    def document(self, sent: Sent) -> Upload:
        """A PDF, with its endorsement page if asked for. Raises RuleViolation for what is refused."""
        name, content = self._file(sent)
        facts = pdf_files.inspect_pdf(content)
        if facts.encrypted:
            raise RuleViolation({"file": [LOCKED]})
        if not facts.is_pdf:
            raise RuleViolation({"file": [NO_PDF]})
        if facts.editable_fields:
            raise RuleViolation({"file": [EDITABLE]})
        if not sent.text("endorsement_page").strip() and self.switches["endorsement_fields"] == "required":
            raise RuleViolation({"endorsement_page": ["endorsement_page: the field is required"]})
        wanted = TRUTH.get(sent.text("endorsement_page").strip().lower())
        if wanted is None:
            raise RuleViolation({"endorsement_page": ["endorsement_page: the value must be true or false"]})
        try:
            pdf_files.with_signature_page(content, title="", lines=())  # now, not when signed
            if wanted:
                content = self._endorsed(content, sent)
        except ValueError as error:
            raise RuleViolation({"file": [NO_PDF]}, str(error)) from error
        return self._kept(name, content, control_number=sent.text("control_number") or None)

    def trade_bills(self, sent: Sent) -> list[Upload]:
        """One PDF for each title of a CNAB 444 file, each ready a little later than the one before."""
        missing = [field for field in ASSIGNOR_FIELDS if not sent.text(field).strip()]
        _, content = self._file(sent)
        if missing:
            raise RuleViolation({missing[0]: [f"{missing[0]}: the field is required"]})
        try:
            titles = read_titles(content)
        except ValueError as error:
            raise RuleViolation({"file": [NO_CNAB]}, str(error)) from error
        if not titles:
            raise RuleViolation({"file": [NO_CNAB]}, "there is no title in it")
        address = ", ".join(sent.text(field) for field in ASSIGNOR_FIELDS)
        return [
            self._kept(
                f"trade_bill_{number}.pdf",
                pdf_files.trade_bill_pdf(title, assignor_address=address),
                control_number=title.control_number or None,
                ready_at=self.now + self.generation * number,
            )
            for number, title in enumerate(titles, start=1)
        ]

    def _file(self, sent: Sent) -> tuple[str, bytes]:
        file = sent.file("file")
        if file is None:
            raise RuleViolation({"file": ["file: the field is required"]}, "; ".join(sent.notes))
        size = len(file.content)
        if size > max(LIMITS.values()) or (
            size > min(LIMITS.values()) and size > LIMITS[self.switches["mb"]]
        ):
            raise RuleViolation({"file": [TOO_LARGE]})
        return file.filename or "document.pdf", file.content

    def _endorsed(self, content: bytes, sent: Sent) -> bytes:
        fields = {name: sent.text(name) for name in ENDORSEMENT_FIELDS}
        missing = [name for name, value in fields.items() if not value.strip()]
        if missing and self.switches["endorsement_fields"] == "required":
            raise RuleViolation({missing[0]: [f"{missing[0]}: the field is required"]})
        return pdf_files.endorsement_page(content, pdf_files.Endorsement(**fields))

    def _kept(
        self, name: str, content: bytes, *, control_number: str | None, ready_at: datetime | None = None
    ) -> Upload:
        return Upload(
            key=self.new_id(),
            client_key=self.client_key,
            name=name,
            control_number=control_number,
            content=content,
            created_at=self.now,
            ready_at=ready_at or self.now,
        )


def address(upload: Upload, base: str) -> str:
    """Where an uploaded file is below `base`, in the vendor's way: in a folder named by its key."""
    return f"{base}/{upload.key}/{stem(upload.name)}_original.pdf"
