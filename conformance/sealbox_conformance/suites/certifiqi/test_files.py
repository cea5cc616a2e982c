"""What the addresses of an event lead to: originals, signed documents, signature files and ZIPs."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import pytest
from sealbox_conformance.suites.certifiqi import cms, pdf

if TYPE_CHECKING:
    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

pytestmark = [pytest.mark.claims("readable_files")]
MOST = 500


def _fetched(certifiqi: Certifiqi, url: str, requirement: str, begin: bytes) -> bytes:
    reply = certifiqi.wire.fetch(url).answers(200, requirement)
    found = reply.content[: len(begin)]
    reply.keeps(requirement, holds=found == begin, expected=f"a file that begins {begin!r}", actual=found)
    return reply.content


def _read(reply: Reply, requirement: str) -> dict[str, bytes]:
    """The files of a ZIP by name."""
    try:
        with ZipFile(BytesIO(reply.content)) as opened:
            names = opened.namelist()
            reply.keeps("CERTIFIQI-ZIP-11", holds=len(set(names)) == len(names), expected="distinct names")
            return {name: opened.read(name) for name in names}
    except BadZipFile:
        reply.keeps(requirement, holds=False, expected="a ZIP file")
        raise


def _signed_event(
    certifiqi: Certifiqi, kind: str, *names: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    documents = [certifiqi.uploaded(pdf.plain(), file_name=name) for name in names]
    sent = certifiqi.body()
    sent["batches"][0] |= {"documents": documents, "signature_type": kind}
    key = certifiqi.signed_event(sent)
    return certifiqi.finished(key), documents


@pytest.mark.requirement("CERTIFIQI-DOCUMENT-06", "CERTIFIQI-UPLOAD-19", "CERTIFIQI-URL-14")
def test_the_original_is_the_file_that_was_uploaded(certifiqi: Certifiqi) -> None:
    content = pdf.plain()
    document = certifiqi.uploaded(content)
    reply = certifiqi.call("getDocumentUrls", document["document_key"]).answers(200, "CERTIFIQI-URL-14")

    for url in (document["url"], reply.json()["original_file_url"]):
        found = _fetched(certifiqi, url, "CERTIFIQI-DOCUMENT-06", b"%PDF")
        same = found == content
        reply.keeps(
            "CERTIFIQI-DOCUMENT-06", holds=same, expected="the bytes that were sent", actual=len(found)
        )
    size = document["file_size"]
    reply.keeps("CERTIFIQI-UPLOAD-19", holds=size == len(content), expected=f"{len(content)}", actual=size)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-09")
def test_an_endorsement_page_is_one_page_more(certifiqi: Certifiqi) -> None:
    fields = dict.fromkeys(("endorser_name", "receiver_name", "document_identifier", "document_type"), "Ana")
    fields |= dict.fromkeys(("endorser_document_number", "receiver_document_number"), "123456789112")
    without, with_page = (
        certifiqi.uploaded(pdf.plain(), endorsement_page=written, **fields) for written in ("false", "true")
    )
    files = [_fetched(certifiqi, one["url"], "CERTIFIQI-UPLOAD-09", b"%PDF") for one in (without, with_page)]

    reply = certifiqi.call("getDocumentUrls", with_page["document_key"])
    longer = _pages(files[1]) > _pages(files[0])
    reply.keeps(
        "CERTIFIQI-UPLOAD-09", holds=longer, expected="one page more", actual=[len(one) for one in files]
    )


def _pages(content: bytes) -> int:
    from pypdf import PdfReader  # noqa: PLC0415, a few checks need it

    return len(PdfReader(BytesIO(content)).pages)


@pytest.mark.requirement("CERTIFIQI-ZIP-03", "CERTIFIQI-ZIP-11", "CERTIFIQI-DOCUMENT-08", "CERTIFIQI-SIGN-11")
@pytest.mark.claims("signs")
def test_a_zip_of_cades_holds_each_document_and_its_signature(certifiqi: Certifiqi) -> None:
    event, documents = _signed_event(certifiqi, "cades", "one.pdf", "two.pdf", "one.pdf")
    reply = certifiqi.wire.fetch(event["all_files_url"]).answers(200, "CERTIFIQI-ZIP-03")
    files = _read(reply, "CERTIFIQI-ZIP-03")

    pdfs = {name: content for name, content in files.items() if name.endswith(".pdf")}
    signed = {name: content for name, content in files.items() if name.endswith(".p7s")}
    whole = len(pdfs) == len(signed) == len(documents) and len(files) == 2 * len(documents)
    reply.keeps("CERTIFIQI-ZIP-03", holds=whole, expected="three PDFs, three .p7s", actual=sorted(files))
    # Whether the page is part of what is signed is stated nowhere, so the original passes too.
    allowed = {sha256(content).digest() for content in (*pdfs.values(), pdf.plain())}
    for name, content in signed.items():
        _is_a_signature(reply, "CERTIFIQI-ZIP-03", name, content, allowed)
    longer = all(_pages(content) > 1 for content in pdfs.values())
    reply.keeps("CERTIFIQI-ZIP-03", holds=longer, expected="an informative page more in each PDF")
    for document in event["batches"][0]["documents"]:
        alone = certifiqi.wire.fetch(document["file_url"]).answers(200, "CERTIFIQI-DOCUMENT-08")
        shown = _fetched(certifiqi, document["signed_file_url"], "CERTIFIQI-DOCUMENT-07", b"%PDF")
        allowed = {sha256(shown).digest(), sha256(pdf.plain()).digest()}
        _is_a_signature(alone, "CERTIFIQI-DOCUMENT-08", document["file_url"], alone.content, allowed)
        named = document["file_url"].endswith(".p7s")
        alone.keeps("CERTIFIQI-SIGN-11", holds=named, expected=".p7s", actual=document["file_url"])


def _is_a_signature(reply: Reply, requirement: str, name: str, content: bytes, digests: set[bytes]) -> None:
    try:
        found = cms.signatures(content)
    except (ValueError, TypeError, KeyError, StopIteration) as error:
        reply.keeps(requirement, holds=False, expected=f"{name}: a CMS signature", actual=repr(error))
        return
    good = bool(found) and all(one.is_sound and one.digest in digests for one in found)
    reply.keeps(requirement, holds=good, expected=f"{name}: good signatures of its document", actual=found)


@pytest.mark.requirement("CERTIFIQI-ZIP-04", "CERTIFIQI-SIGN-11")
@pytest.mark.claims("signs")
def test_a_zip_of_pades_holds_each_document_signed(certifiqi: Certifiqi) -> None:
    event, documents = _signed_event(certifiqi, "pades", "one.pdf", "two.pdf")
    reply = certifiqi.wire.fetch(event["all_files_url"]).answers(200, "CERTIFIQI-ZIP-04")
    files = _read(reply, "CERTIFIQI-ZIP-04")

    whole = len(files) == len(documents) and all(name.endswith(".pdf") for name in files)
    reply.keeps("CERTIFIQI-ZIP-04", holds=whole, expected="two PDFs", actual=sorted(files))
    alone = [
        _fetched(certifiqi, one["signed_file_url"], "CERTIFIQI-ZIP-04", b"%PDF")
        for one in event["batches"][0]["documents"]
    ]
    for content in (*files.values(), *alone):
        found = cms.of_pdf(content)
        good = bool(found) and all(one.is_sound and one.digest == digest for one, digest in found)
        reply.keeps("CERTIFIQI-ZIP-04", holds=good, expected="a PDF with good signatures", actual=found)
    for document in event["batches"][0]["documents"]:
        same = document["file_url"] == document["signed_file_url"]
        reply.keeps("CERTIFIQI-SIGN-11", holds=same, expected="the signed PDF", actual=document["file_url"])


@pytest.mark.requirement("CERTIFIQI-ZIP-02")
@pytest.mark.claims("signs", "any_document")
def test_a_zip_holds_at_most_500_documents(certifiqi: Certifiqi) -> None:
    """Only where documents need no upload: so many are no load for somebody else's account."""
    sent = certifiqi.body()
    one = certifiqi.document()
    many = [
        {**one, "document_key": f"d0c00500-0000-4000-8000-{number:012}", "name": f"{number}.pdf"}
        for number in range(MOST + 1)
    ]
    sent["batches"][0] |= {"documents": many, "signature_type": "pades"}
    event = certifiqi.finished(certifiqi.signed_event(sent))
    reply = certifiqi.wire.fetch(event["all_files_url"]).needed(200, "a ZIP")

    found = len(_read(reply, "CERTIFIQI-ZIP-02"))
    reply.keeps("CERTIFIQI-ZIP-02", holds=0 < found <= MOST, expected=f"1 to {MOST} documents", actual=found)


@pytest.mark.requirement(
    "CERTIFIQI-ZIP-06", "CERTIFIQI-ZIP-07", "CERTIFIQI-ZIP-08", "CERTIFIQI-ZIP-09", "CERTIFIQI-ZIP-10"
)
@pytest.mark.claims("signs")
def test_the_address_of_one_zip_is_asked_for_by_its_key(certifiqi: Certifiqi) -> None:
    event, _ = _signed_event(certifiqi, "cades", "b.pdf", "a.pdf")
    key = event["all_files_url"].rsplit("/", 2)[1]
    reply = certifiqi.call("getZipFileUrl", key).answers(200, "CERTIFIQI-ZIP-08")

    body = reply.json()
    keys = {"zip_file_key", "zip_file_url", "expiration_datetime"}
    reply.keeps(
        "CERTIFIQI-ZIP-07", holds=body.keys() == keys, expected=f"{sorted(keys)}", actual=sorted(body)
    )
    same = (body["zip_file_key"], body["zip_file_url"]) == (key, event["all_files_url"])
    reply.keeps("CERTIFIQI-ZIP-09", holds=same, expected=event["all_files_url"], actual=body)
    names = [*_read(certifiqi.wire.fetch(body["zip_file_url"]), "CERTIFIQI-ZIP-10")]
    reply.keeps("CERTIFIQI-ZIP-10", holds=names[0].startswith("b"), expected="b.pdf first", actual=names)


@pytest.mark.requirement("CERTIFIQI-ZIP-12")
@pytest.mark.claims("signers")
@pytest.mark.parametrize("end", ["rejected", "cancelled"])
def test_an_event_that_ends_unsigned_has_no_zip(certifiqi: Certifiqi, end: str) -> None:
    event = certifiqi.new_event()
    signer = event["batches"][0]["related_parties"][0]["signer_groups"][0]["signers"][0]["id"]
    if end == "cancelled":
        certifiqi.call("cancelSignature", event["batch_group_key"]).needed(200, "cancelling")
    else:
        certifiqi.wire.control("reject_one", {}, signer=signer)
    certifiqi.wire.pass_time()

    reply = certifiqi.call("getBatchGroupUrls", event["batch_group_key"]).needed(200, "an ended event")
    found = reply.json()["all_files_url"]
    reply.keeps("CERTIFIQI-ZIP-12", holds=found == "", expected="no address", actual=found)
