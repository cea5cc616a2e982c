"""A document is uploaded with the same form by every client, however that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.suites.forms import WRITERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox_conformance.exchange import Part
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

FIELDS: Mapping[str, str] = {
    "endorsement_page": "false",
    "endorser_name": "Endorser",
    "endorser_document_number": "123456789112",
    "receiver_name": "Receiver",
    "receiver_document_number": "123456789113",
    "document_identifier": "1234",
    "document_type": "Contract",
    "control_number": "999",
}
"""All that the page names: a target may ask for each of them."""


@pytest.mark.requirement("CERTIFIQI-UPLOAD-01", "CERTIFIQI-UPLOAD-14", "CERTIFIQI-UPLOAD-19")
@pytest.mark.parametrize("writer", WRITERS)
def test_every_client_can_upload(certifiqi: Certifiqi, writer: str) -> None:
    content = pdf.plain()
    parts: list[Part] = [*FIELDS.items(), ("file", ("a.pdf", content, "application/pdf"))]
    reply = certifiqi.call("uploadDocument", **WRITERS[writer].writes(parts))
    answer = reply.answers(200, "CERTIFIQI-UPLOAD-01").json()
    document = answer[0] if isinstance(answer, list) else answer

    number, size = document["control_number"], document["file_size"]
    wanted = FIELDS["control_number"]
    reply.keeps("CERTIFIQI-UPLOAD-14", holds=number == wanted, expected=wanted, actual=number)
    reply.keeps("CERTIFIQI-UPLOAD-19", holds=size == len(content), expected=f"{len(content)}", actual=size)
