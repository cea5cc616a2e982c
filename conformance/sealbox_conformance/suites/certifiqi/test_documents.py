"""Uploading documents, and asking where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.certifiqi import pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

ENDORSED = {
    "endorsement_page": "true",
    "endorser_name": "Endorser",
    "endorser_document_number": "123456789112",
    "receiver_name": "Receiver",
    "receiver_document_number": "123456789113",
    "document_identifier": "1234",
    "document_type": "Termo de Cessão",
    "control_number": "999",
}
LIMIT = 21_000_000  # more than 20 MB, whichever way a megabyte is counted
LAWS_OF_UPLOADS = (
    "CERTIFIQI-UPLOAD-02",
    "CERTIFIQI-UPLOAD-03",
    "CERTIFIQI-UPLOAD-04",
    "CERTIFIQI-UPLOAD-05",
    "CERTIFIQI/uploadDocument",
)
LAWS_OF_ADDRESSES = (
    "CERTIFIQI-URL-01",
    "CERTIFIQI-URL-02",
    "CERTIFIQI-URL-03",
    "CERTIFIQI-URL-05",
    "CERTIFIQI-URL-07",
    "CERTIFIQI-URL-08",
    "CERTIFIQI-URL-10",
    "CERTIFIQI/getBatchGroupUrls",
    "CERTIFIQI/getDocumentUrls",
)


def _object(reply: Reply) -> dict[str, Any]:
    answer = reply.needed(200, "an upload").json()
    return dict(answer[0] if isinstance(answer, list) else answer)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-01", "CERTIFIQI-UPLOAD-06", *LAWS_OF_UPLOADS[:1])
def test_a_file_alone_is_enough(certifiqi: Certifiqi) -> None:
    certifiqi.upload(pdf.plain()).answers(200, "CERTIFIQI-UPLOAD-06")


@pytest.mark.exercises(*LAWS_OF_UPLOADS)
def test_uploads_with_and_without_fields(certifiqi: Certifiqi) -> None:
    certifiqi.upload(pdf.plain())
    certifiqi.upload(pdf.plain(), **ENDORSED)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-07", "CERTIFIQI-UPLOAD-10")
def test_the_fields_of_an_endorsement_are_accepted(certifiqi: Certifiqi) -> None:
    certifiqi.upload(pdf.plain(), **ENDORSED).answers(200, "CERTIFIQI-UPLOAD-07")


@pytest.mark.requirement("CERTIFIQI-UPLOAD-08")
@pytest.mark.parametrize("written", ["true", "false"])
def test_an_endorsement_page_is_asked_for_with_a_word(certifiqi: Certifiqi, written: str) -> None:
    fields = {**ENDORSED, "endorsement_page": written}

    certifiqi.upload(pdf.plain(), **fields).answers(200, "CERTIFIQI-UPLOAD-08")


@pytest.mark.requirement("CERTIFIQI-UPLOAD-14")
def test_a_control_number_comes_back_as_sent(certifiqi: Certifiqi) -> None:
    reply = certifiqi.upload(pdf.plain(), control_number="999")

    found = _object(reply)["control_number"]
    reply.keeps("CERTIFIQI-UPLOAD-14", holds=found == "999", expected="999", actual=found)


REFUSED: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "CERTIFIQI-UPLOAD-11": (lambda: pdf.larger_than(LIMIT), "Document size larger than 20 MB"),
    "CERTIFIQI-UPLOAD-12": (pdf.with_form_field, "PDF has editable format fields"),
    "CERTIFIQI-UPLOAD-13": (pdf.with_password, "PDF file can't have a password."),
}


@pytest.mark.parametrize(
    "requirement",
    [pytest.param(key, marks=pytest.mark.requirement(key, "CERTIFIQI-ERROR-10")) for key in REFUSED],
)
def test_a_file_that_cannot_be_signed_is_refused(certifiqi: Certifiqi, requirement: str) -> None:
    content, description = REFUSED[requirement]
    reply = certifiqi.upload(content()).answers(400, requirement)

    body = reply.json()
    told = body.get("description")
    reply.keeps(requirement, holds=told == description, expected=description, actual=told)
    reply.keeps("CERTIFIQI-ERROR-10", holds=body.get("title") == "Bad Request", expected="title Bad Request")


@pytest.mark.requirement("CERTIFIQI-CNAB-05")
def test_a_file_of_trade_bills_has_a_limit(certifiqi: Certifiqi) -> None:
    fields = ("address", "address_number", "city", "state", "CEP", "neighborhood")
    texts = [(f"assignor_{field}", "1") for field in fields]
    file = ("file", ("bills.txt", b"0" * LIMIT, "text/plain"))
    reply = certifiqi.call("uploadTradeBills", parts=[file, *texts]).answers(400, "CERTIFIQI-CNAB-05")

    told = reply.json().get("description")
    wanted = "Document size larger than 20 MB"
    reply.keeps("CERTIFIQI-CNAB-05", holds=told == wanted, expected=wanted, actual=told)


@pytest.mark.requirement("CERTIFIQI-UPLOAD-15")
def test_an_uploaded_document_becomes_part_of_an_event(certifiqi: Certifiqi) -> None:
    document = _object(certifiqi.upload(pdf.plain()))
    sent = certifiqi.body()
    sent["batches"][0]["documents"] = [document]

    certifiqi.create(sent).answers(200, "CERTIFIQI-UPLOAD-15")


@pytest.mark.exercises(*LAWS_OF_ADDRESSES)
def test_addresses_of_a_new_event_and_its_document(certifiqi: Certifiqi) -> None:
    document = _object(certifiqi.upload(pdf.plain()))
    sent = certifiqi.body()
    sent["batches"][0]["documents"] = [document]
    key = certifiqi.new_event(sent)["batch_group_key"]
    certifiqi.call("getBatchGroupUrls", key)
    certifiqi.call("getDocumentUrls", document["document_key"])


@pytest.mark.requirement("CERTIFIQI-URL-01", "CERTIFIQI-URL-04", "CERTIFIQI-URL-06")
def test_the_addresses_are_those_of_the_event(certifiqi: Certifiqi) -> None:
    event = certifiqi.read_back().json()
    key = event["batch_group_key"]
    reply = certifiqi.call("getBatchGroupUrls", key).answers(200, "CERTIFIQI-URL-01")

    def documents(found: dict[str, Any]) -> list[tuple[str, str]]:
        batches = found["batches"]
        return sorted(
            (one["document_batch_key"], part["document_key"]) for one in batches for part in one["documents"]
        )

    body = reply.json()
    shown = body.get("batch_group_key", key)
    reply.keeps("CERTIFIQI-URL-04", holds=shown == key, expected=key, actual=shown)
    same = documents(body) == documents(event)
    reply.keeps("CERTIFIQI-URL-06", holds=same, expected=f"{documents(event)}", actual=documents(body))


@pytest.mark.requirement("CERTIFIQI-URL-07")
def test_the_addresses_of_a_document_are_its_own(certifiqi: Certifiqi) -> None:
    key = _object(certifiqi.upload(pdf.plain()))["document_key"]
    reply = certifiqi.call("getDocumentUrls", key).answers(200, "CERTIFIQI-URL-07")

    found = reply.json()["document_key"]
    reply.keeps("CERTIFIQI-URL-07", holds=found == key, expected=key, actual=found)


@pytest.mark.requirement("CERTIFIQI-ERROR-09")
@pytest.mark.parametrize("operation", ["getDocumentUrls", "getZipFileUrl", "getWebhook"])
def test_a_key_that_nothing_has_is_not_found(certifiqi: Certifiqi, operation: str) -> None:
    certifiqi.call(operation, "00000000-0000-4000-8000-000000000000").answers(404, "CERTIFIQI-ERROR-09")


@pytest.mark.requirement("CERTIFIQI-URL-09", "CERTIFIQI-ZIP-01", "CERTIFIQI-ZIP-05")
@pytest.mark.claims("signs")
def test_an_event_that_is_finished_has_all_its_files(certifiqi: Certifiqi) -> None:
    reply = certifiqi.call("getBatchGroupUrls", certifiqi.signed_event()).needed(200, "a finished event")

    body = reply.json()
    reply.keeps("CERTIFIQI-ZIP-01", holds=bool(body["all_files_url"]), expected="the address of a ZIP")
    for batch in body["batches"]:
        for document in batch["documents"]:
            found = [document[name] for name in ("original_file_url", "signed_file_url", "file_url")]
            whole = all(isinstance(address, str) and address for address in found)
            reply.keeps("CERTIFIQI-URL-09", holds=whole, expected="three addresses", actual=found)


@pytest.mark.requirement("CERTIFIQI-URL-09")
@pytest.mark.claims("signs")
def test_a_signed_document_alone_has_all_its_addresses(certifiqi: Certifiqi) -> None:
    document = certifiqi.uploaded(pdf.plain())
    sent = certifiqi.body()
    sent["batches"][0]["documents"] = [document]
    certifiqi.signed_event(sent)
    reply = certifiqi.call("getDocumentUrls", document["document_key"]).needed(200, "an uploaded document")

    found = [reply.json()[name] for name in ("original_file_url", "signed_file_url", "file_url")]
    whole = all(isinstance(address, str) and address for address in found)
    reply.keeps("CERTIFIQI-URL-09", holds=whole, expected="three addresses", actual=found)
