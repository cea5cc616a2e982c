"""Uploads where the pages are silent: Sealbox's reading, which blames nobody. And files of trade bills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.suites.certifiqi.notices import UPLOADED
from sealbox_conformance.suites.certifiqi.shapes import MISSING

if TYPE_CHECKING:
    from sealbox_conformance.exchange import Part, Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

MEGABYTES = 20_000_000
ASSIGNOR = {
    "assignor_address": "Rua",
    "assignor_address_number": "1111",
    "assignor_city": "São Paulo",
    "assignor_state": "SP",
    "assignor_CEP": "01310100",
    "assignor_neighborhood": "Centro",
}


def _file(content: bytes, name: str = "document.pdf", kind: str = "application/pdf") -> Part:
    return ("file", (name, content, kind))


@pytest.mark.requirement(
    "CERTIFIQI-UPLOAD-16", "CERTIFIQI-UPLOAD-17", "CERTIFIQI-UPLOAD-18", "CERTIFIQI-UPLOAD-20"
)
@pytest.mark.parametrize("name", ["contract.pdf", "Cessão nº 1.pdf", "two.dots.pdf"])
def test_what_an_upload_tells(certifiqi: Certifiqi, name: str) -> None:
    first, second = (certifiqi.uploaded(pdf.plain(), file_name=name) for _ in range(2))
    reply = certifiqi.call("getDocumentUrls", first["document_key"]).needed(200, "an upload")

    keys = (first["document_key"], second["document_key"])
    reply.keeps("CERTIFIQI-UPLOAD-16", holds=keys[0] != keys[1], expected="two keys", actual=keys)
    reply.keeps("CERTIFIQI-UPLOAD-17", holds=first["name"] == name, expected=name, actual=first["name"])
    ends = first["url"].endswith("_original.pdf") and f"/{keys[0]}/" in first["url"]
    reply.keeps("CERTIFIQI-UPLOAD-18", holds=ends, expected="KEY/STEM_original.pdf", actual=first["url"])
    number = first["control_number"]
    reply.keeps("CERTIFIQI-UPLOAD-20", holds=number is None, expected="null", actual=number)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-21", "CERTIFIQI-UPLOAD-26")
@pytest.mark.parametrize("parts", [[("control_number", "1")], [("file", "text")]], ids=["no file", "text"])
def test_an_upload_has_a_file(certifiqi: Certifiqi, parts: list[Part]) -> None:
    certifiqi.call("uploadDocument", parts=parts).answers(400, "CERTIFIQI-UPLOAD-21")
    reply = certifiqi.call("uploadDocument", parts=[_file(b"\0" * (MEGABYTES + 10**6)), *parts[:1]])

    told = reply.answers(400, "CERTIFIQI-UPLOAD-26").json()["description"]
    first = told == "Document size larger than 20 MB" or parts == [("file", "text")]
    reply.keeps("CERTIFIQI-UPLOAD-26", holds=first, expected="the size before the kind", actual=told)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-22", "CERTIFIQI-CNAB-14")
@pytest.mark.parametrize(
    "content", [b"", b"text", b"\x89PNG\r\n", b"0" * 444], ids=["empty", "text", "PNG", "CNAB"]
)
def test_an_upload_is_a_pdf(certifiqi: Certifiqi, content: bytes) -> None:
    certifiqi.upload(content).answers(400, "CERTIFIQI-UPLOAD-22").answers(400, "CERTIFIQI-CNAB-14")


@pytest.mark.requirement("CERTIFIQI-UPLOAD-23")
@pytest.mark.parametrize("written", ["maybe", "2"])
def test_an_endorsement_page_is_wanted_or_not(certifiqi: Certifiqi, written: str) -> None:
    certifiqi.upload(pdf.plain(), endorsement_page=written).answers(400, "CERTIFIQI-UPLOAD-23")


@pytest.mark.requirement("CERTIFIQI-UPLOAD-24", "CERTIFIQI-UPLOAD-28", "CERTIFIQI-UPLOAD-29")
def test_fields_may_be_few_long_or_strange(certifiqi: Certifiqi) -> None:
    certifiqi.upload(pdf.plain(), endorsement_page="true").answers(200, "CERTIFIQI-UPLOAD-24")
    certifiqi.upload(pdf.plain(), something="else").answers(200, "CERTIFIQI-UPLOAD-28")
    reply = certifiqi.upload(pdf.plain(), control_number="9" * 100).answers(200, "CERTIFIQI-UPLOAD-29")

    told = certifiqi.uploaded(pdf.plain(), control_number="9" * 100)["control_number"]
    reply.keeps("CERTIFIQI-UPLOAD-29", holds=told == "9" * 100, expected="100 digits", actual=told)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-25")
@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 400)])
def test_twenty_megabytes_are_the_most(certifiqi: Certifiqi, more: int, status: int) -> None:
    frame = len(pdf.larger_than(MEGABYTES)) - MEGABYTES
    content = pdf.larger_than(MEGABYTES - frame + more)

    certifiqi.upload(content).answers(status, "CERTIFIQI-UPLOAD-25")


@pytest.mark.requirement("CERTIFIQI-UPLOAD-27")
def test_an_upload_is_a_form(certifiqi: Certifiqi) -> None:
    certifiqi.call("uploadDocument", body={"file": "text"}).answers(415, "CERTIFIQI-UPLOAD-27")


def _bills(certifiqi: Certifiqi, lines: list[str], **changed: str | None) -> Reply:
    content = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    fields = {name: text for name, text in {**ASSIGNOR, **changed}.items() if text is not None}
    return certifiqi.call(
        "uploadTradeBills", parts=[_file(content, "bills.txt", "text/plain"), *fields.items()]
    )


def _lines(certifiqi: Certifiqi) -> list[str]:
    return [line.ljust(444) for line in certifiqi.known["trade_bills"]]


@pytest.mark.requirement(
    *(f"CERTIFIQI-CNAB-{number:02}" for number in (1, 2, 3, 4, 8, 12, 13)), "CERTIFIQI/uploadTradeBills"
)
@pytest.mark.claims("trade_bills")
def test_each_trade_bill_becomes_a_document(certifiqi: Certifiqi) -> None:
    lines = _lines(certifiqi)
    reply = _bills(certifiqi, lines).answers(200, "CERTIFIQI-CNAB-01").answers(200, "CERTIFIQI-CNAB-08")

    found: list[dict[str, Any]] = reply.json()
    number = sum(line.startswith("1") for line in lines)
    for requirement in ("CERTIFIQI-CNAB-02", "CERTIFIQI-CNAB-12"):
        fits = isinstance(found, list) and len(found) == number
        reply.keeps(requirement, holds=fits, expected=f"{number} objects", actual=found)
    for one in found:
        for field, kind in UPLOADED:
            value = one.get(field, MISSING)
            reply.keeps(
                "CERTIFIQI-CNAB-03", holds=kind.has(value), expected=f"{field} is {kind.name}", actual=one
            )
    names = [one["name"] for one in found]
    wanted = [f"trade_bill_{place}.pdf" for place in range(1, number + 1)]
    reply.keeps("CERTIFIQI-CNAB-04", holds=names == wanted, expected=f"{wanted}", actual=names)
    keys = {one["document_key"] for one in found}
    reply.keeps("CERTIFIQI-CNAB-13", holds=len(keys) == number, expected=f"{number} keys", actual=keys)


@pytest.mark.requirement(
    "CERTIFIQI-CNAB-06", "CERTIFIQI-CNAB-07", "CERTIFIQI-CNAB-16", "CERTIFIQI-CREATE-32", "CERTIFIQI-SIGN-08"
)
@pytest.mark.claims("trade_bills")
@pytest.mark.claims("signers")
def test_an_event_of_trade_bills_is_asynchronous(certifiqi: Certifiqi) -> None:
    documents = _bills(certifiqi, _lines(certifiqi)).needed(200, "a file of trade bills").json()
    sent = certifiqi.body()
    sent["batches"][0]["documents"] = documents
    refused = certifiqi.create({**sent, "is_asynchronous": False})
    reply = certifiqi.create({**sent, "is_asynchronous": True}).answers(200, "CERTIFIQI-CNAB-06")
    reply.answers(200, "CERTIFIQI-CNAB-07")

    event = reply.json()
    signer = event["batches"][0]["related_parties"][0]["signer_groups"][0]["signers"][0]["id"]
    early = certifiqi.wire.attempt("sign_one", {}, signer=signer)
    certifiqi.wire.pass_time()
    late = certifiqi.wire.attempt("sign_one", {}, signer=signer)
    reply.keeps(
        "CERTIFIQI-SIGN-08", holds=late and not early, expected="refused, later taken", actual=(early, late)
    )
    waiting = {one["status"] for one in event["batches"][0]["documents"]}
    reply.keeps("CERTIFIQI-CNAB-16", holds=waiting == {"pending"}, expected="pending", actual=waiting)
    refused.answers(400, "CERTIFIQI-CREATE-32")


@pytest.mark.requirement("CERTIFIQI-CNAB-10")
@pytest.mark.claims("trade_bills")
@pytest.mark.parametrize("text", [None, ""], ids=["missing", "empty"])
@pytest.mark.parametrize("field", list(ASSIGNOR))
def test_trade_bills_need_everything_about_the_assignor(
    certifiqi: Certifiqi, field: str, text: str | None
) -> None:
    _bills(certifiqi, _lines(certifiqi), **{field: text}).answers(400, "CERTIFIQI-CNAB-10")


@pytest.mark.requirement("CERTIFIQI-CNAB-11")
@pytest.mark.claims("trade_bills")
def test_a_file_of_other_lines_holds_no_trade_bills(certifiqi: Certifiqi) -> None:
    lines = _lines(certifiqi)
    for other in ([line[:400] for line in lines], [lines[0], lines[-1]][:1], ["0" * 444, "2" * 444]):
        _bills(certifiqi, other).answers(400, "CERTIFIQI-CNAB-11")


@pytest.mark.requirement("CERTIFIQI-CNAB-15")
@pytest.mark.claims("trade_bills")
def test_the_limit_of_trade_bills_is_twenty_megabytes(certifiqi: Certifiqi) -> None:
    told = []
    for more in (0, 1):
        parts = [_file(b"0" * (MEGABYTES + more), "bills.txt", "text/plain"), *ASSIGNOR.items()]
        reply = certifiqi.call("uploadTradeBills", parts=parts).answers(400, "CERTIFIQI-CNAB-15")
        told.append("larger than 20 MB" in reply.json()["description"])
    reply.keeps("CERTIFIQI-CNAB-15", holds=told == [False, True], expected="only one byte more", actual=told)
