"""Which values of a create request are read back, and under which promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox_conformance.suites.certifiqi.shapes import parts_of
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READ_BACK: tuple[tuple[str, str, str], ...] = (
    ("CERTIFIQI-CREATE-04", "event", "name main_related_party attached_document_number send_emails"),
    ("CERTIFIQI-CREATE-09", "batch", "name document_type signature_type"),
    ("CERTIFIQI-CREATE-10", "party", "name role"),
    ("CERTIFIQI-CREATE-12", "group", "minimum_required_signers"),
    ("CERTIFIQI-CREATE-13", "signer", "name document_number email is_group_mandatory signer_control_number"),
    ("CERTIFIQI-CREATE-14", "document", "name document_key file_size"),
)
SHOWN_AS_A_NUMBER = (
    ("CERTIFIQI-CREATE-05", "event", "total_value"),
    ("CERTIFIQI-CREATE-11", "party", "signature_position"),
)
ALL = tuple(requirement for requirement, *_ in (*READ_BACK, *SHOWN_AS_A_NUMBER))


def read_back(sent: Mapping[str, Any], event: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether `event` shows what was sent. Sorted, for no page says that an order is kept."""
    asked, shown = parts_of(sent), parts_of(event)
    for requirement, kind, fields in READ_BACK:
        wanted, found = (
            sorted((tuple(part.get(field) for field in fields.split()) for part in parts[kind]), key=repr)
            for parts in (asked, shown)
        )
        yield Finding(requirement, found == wanted, f"{fields} of each {kind}: {wanted}", found)
    for requirement, kind, field in SHOWN_AS_A_NUMBER:
        numbers, told = (sorted(float(part[field]) for part in parts[kind]) for parts in (asked, shown))
        yield Finding(requirement, told == numbers, f"{field} {numbers}", told)


def kept_in_order(sent: Mapping[str, Any], event: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether every list has the order in which it was sent."""
    asked, shown = parts_of(sent), parts_of(event)
    for kind in ("batch", "party", "signer", "document"):
        wanted, found = ([part["name"] for part in parts[kind]] for parts in (asked, shown))
        yield Finding("CERTIFIQI-CREATE-18", found == wanted, f"{kind}: {wanted}", found)
