"""A document is uploaded with the same form by every client, however that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.suites.forms import WRITERS

if TYPE_CHECKING:
    from sealbox_conformance.exchange import Part
    from sealbox_conformance.suites.certifiqi.client import Certifiqi


@pytest.mark.requirement("CERTIFIQI-UPLOAD-01", "CERTIFIQI-UPLOAD-14", "CERTIFIQI-UPLOAD-19")
@pytest.mark.parametrize("writer", WRITERS)
def test_every_client_can_upload(certifiqi: Certifiqi, writer: str) -> None:
    content, number = pdf.plain(), "999"
    parts: list[Part] = [("control_number", number), ("file", ("a.pdf", content, "application/pdf"))]
    reply = certifiqi.call("uploadDocument", **WRITERS[writer].writes(parts))
    answer = reply.answers(200, "CERTIFIQI-UPLOAD-01").json()
    document = answer[0] if isinstance(answer, list) else answer

    found, size = document["control_number"], document["file_size"]
    reply.keeps("CERTIFIQI-UPLOAD-14", holds=found == number, expected=number, actual=found)
    reply.keeps("CERTIFIQI-UPLOAD-19", holds=size == len(content), expected=f"{len(content)}", actual=size)
