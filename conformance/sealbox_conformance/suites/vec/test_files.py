"""What the addresses of certificates and templates lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

BEGIN = {
    "pdf_path": (b"%PDF",),
    "image_path": (b"\x89PNG", b"\xff\xd8"),
    "qrcode_path": (b"<svg", b"<?xml"),
    "barcode_path": (b"<svg", b"<?xml"),
}


@pytest.mark.requirement("VEC-FILE-08")
@pytest.mark.claims("readable_files")
def test_the_files_of_a_certificate_are_of_their_kinds(vec: Vec) -> None:
    batch_id = str(vec.new_batch()["id"])
    vec.ended(batch_id)

    for one in vec.certificates(batch_id):
        for field, begins in BEGIN.items():
            reply = vec.wire.fetch(one[field]).answers(200, "VEC-FILE-08")
            fits = reply.content.lstrip().startswith(begins)
            reply.keeps(
                "VEC-FILE-08", holds=fits, expected=f"{field} begins {begins}", actual=reply.content[:20]
            )


@pytest.mark.requirement("VEC-FILE-08")
@pytest.mark.claims("readable_files")
def test_each_certificate_has_files_of_its_own(vec: Vec) -> None:
    batch_id = str(
        vec.new_batch(csv="RecipientsEmail,RecipientsName\na@example.com,Ana\nb@example.com,Bea\n")["id"]
    )
    vec.ended(batch_id)

    reply = vec.call("listCertificates", query={"batch_id": batch_id}).needed(200, "certificates")
    addresses = [one[field] for one in reply.json()["data"] for field in BEGIN]
    own = len(set(addresses)) == len(addresses)
    reply.keeps("VEC-FILE-08", holds=own, expected="addresses of their own", actual=addresses)
