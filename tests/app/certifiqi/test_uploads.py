"""What is taken in, what is refused in the documented words, and what becomes of a remittance file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.certifiqi.conftest import Desk, Pdfs, Shapes

TOO_LARGE = {"title": "Bad Request", "description": "Document size larger than 20 MB"}
EDITABLE = {"title": "Bad Request", "description": "PDF has editable format fields"}
LOCKED = {"title": "Bad Request", "description": "PDF file can't have a password."}
KEYS = {"control_number", "document_key", "file_size", "name", "url"}


def test_an_upload_answers_with_what_it_kept(desk: Desk, pdfs: Pdfs) -> None:
    answer = desk.upload(pdfs.drawn(), "contrato.pdf", control_number="999")
    (found,) = answer.json()

    assert set(found) == KEYS
    assert (found["control_number"], found["name"]) == ("999", "contrato.pdf")
    assert found["file_size"] == len(pdfs.drawn())
    assert found["url"].endswith(f"/{found['document_key']}/contrato_original.pdf")


def test_an_uploaded_file_is_read_back_byte_by_byte(desk: Desk, pdfs: Pdfs) -> None:
    file = desk.file(desk.document(pdfs.drawn())["url"])

    assert file.content == pdfs.drawn()
    assert file.headers["content-type"] == "application/pdf"


def test_the_file_alone_is_enough(desk: Desk, pdfs: Pdfs) -> None:
    assert desk.document(pdfs.drawn())["control_number"] is None


def test_the_same_file_twice_makes_two_documents(desk: Desk, pdfs: Pdfs) -> None:
    first, second = desk.document(pdfs.drawn()), desk.document(pdfs.drawn())

    assert first["document_key"] != second["document_key"]


@pytest.mark.parametrize(
    "name",
    ["ação é.pdf", "a b.pdf", "a.b.pdf", "../../etc/passwd.pdf", "x" * 200 + ".pdf", "no ending", ".pdf"],
)
def test_a_file_of_any_name_is_found_at_its_address(desk: Desk, pdfs: Pdfs, name: str) -> None:
    assert desk.file(desk.document(pdfs.drawn(), name)["url"]).content == pdfs.drawn()


@pytest.mark.parametrize("field", ["editable", "multiline", "required"])
def test_a_pdf_with_a_field_to_fill_in_is_refused(desk: Desk, pdfs: Pdfs, field: str) -> None:
    answer = desk.upload(pdfs.drawn(field=field))

    assert (answer.status_code, answer.json()) == (400, EDITABLE)


def test_a_pdf_with_a_field_that_nobody_can_fill_in_is_taken(desk: Desk, pdfs: Pdfs) -> None:
    assert desk.upload(pdfs.drawn(field="readOnly")).status_code == 200


@pytest.mark.parametrize(("user", "owner"), [("secret", ""), ("secret", "other"), ("", "other")])
def test_a_pdf_with_a_password_is_refused(desk: Desk, pdfs: Pdfs, user: str, owner: str) -> None:
    answer = desk.upload(pdfs.locked(user=user, owner=owner))

    assert (answer.status_code, answer.json()) == (400, LOCKED)


def test_a_name_decides_nothing(desk: Desk, pdfs: Pdfs) -> None:
    assert desk.upload(pdfs.drawn(), "password form fields 21 MB.txt").status_code == 200
    assert desk.upload(pdfs.locked(), "plain.pdf").json() == LOCKED


@pytest.mark.parametrize(("mb", "limit"), [("decimal", 20_000_000), ("binary", 20 * 2**20)])
def test_20_mb_pass_and_one_byte_more_does_not(desk: Desk, pdfs: Pdfs, mb: str, limit: int) -> None:
    there = desk.opened(mb=mb)
    more = there.upload(pdfs.sized(limit + 1))

    assert there.document(pdfs.sized(limit))["file_size"] == limit
    assert (more.status_code, more.json()) == (400, TOO_LARGE)


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF", b"hello", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, b"PK\x03\x04", b"%PDF-1.7\n%%EOF\n"],
)
def test_what_is_no_pdf_is_refused(desk: Desk, content: bytes) -> None:
    answer = desk.upload(content)

    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert answer.json()["description"] not in {one["description"] for one in (TOO_LARGE, EDITABLE, LOCKED)}


def test_a_remittance_file_is_no_pdf(desk: Desk) -> None:
    assert desk.upload(desk.remittance()).status_code == 400


def test_of_several_faults_the_first_is_told(desk: Desk, pdfs: Pdfs) -> None:
    odd = {"endorsement_page": "perhaps"}

    assert desk.upload(b"x" * 20_000_001, **odd).json() == TOO_LARGE
    assert desk.upload(pdfs.locked(field="editable"), **odd).json() == LOCKED
    assert desk.upload(pdfs.drawn(field="editable"), **odd).json() == EDITABLE
    assert "endorsement_page" in desk.upload(pdfs.drawn(), **odd).json()["description"]


def test_an_upload_without_a_file_is_refused(desk: Desk) -> None:
    without = desk.client.certifiqi("POST", "/document", files={"control_number": (None, "9")})
    as_text = desk.client.certifiqi("POST", "/document", files={"file": (None, "%PDF-1.4")})

    assert [answer.status_code for answer in (without, as_text)] == [400, 400]
    assert without.json().keys() == as_text.json().keys() == {"title", "description"}


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/document", "application/json"),
        ("/document", "application/pdf"),
        ("/certifier/document/trade_bill/asynchronous", "text/plain"),
    ],
)
def test_an_upload_that_is_no_form_is_refused_with_415(desk: Desk, path: str, media_type: str) -> None:
    answer = desk.client.certifiqi("POST", path, content=b"{}", headers={"Content-Type": media_type})

    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json()["description"]


def test_a_refused_upload_leaves_no_trace(desk: Desk, pdfs: Pdfs) -> None:
    undisturbed = desk.document(pdfs.drawn())
    desk.client.control("POST", "/reset")
    desk.upload(pdfs.locked())
    desk.trade_bills(b"none")

    assert desk.document(pdfs.drawn()) == undisturbed


def test_an_endorsement_page_has_the_words_sent(desk: Desk, pdfs: Pdfs) -> None:
    words = {
        "endorser_name": "Endossante Exemplo",
        "endorser_document_number": "123456789112",
        "receiver_name": "Recebedora Exemplo",
        "receiver_document_number": "123456789113",
        "document_type": "Termo de Cessão",
        "document_identifier": "1234",
    }
    made = desk.document(pdfs.drawn(), endorsement_page="true", **words)
    content = desk.file(made["url"]).content
    first, *more = pdfs.text(content)

    assert "contrato" in first
    assert all(word in "\n".join(more) for word in words.values())
    assert made["file_size"] == len(content)


@pytest.mark.parametrize("said", ["false", "FALSE", ""])
def test_without_an_endorsement_page_its_fields_change_nothing(desk: Desk, pdfs: Pdfs, said: str) -> None:
    made = desk.document(pdfs.drawn(), endorsement_page=said, endorser_name="Eva", document_type="ccb")

    assert desk.file(made["url"]).content == pdfs.drawn()


def test_endorsement_fields_are_required_if_the_switch_says_so(desk: Desk, pdfs: Pdfs) -> None:
    there = desk.opened(endorsement_fields="required", upload_response="object")
    fields = ("endorser_name", "endorser_document_number", "receiver_name", "receiver_document_number")
    words = dict.fromkeys((*fields, "document_type", "document_identifier"), "x")
    whole = there.upload(pdfs.drawn(), endorsement_page="true", **words)
    parts = [
        there.upload(pdfs.drawn(), endorsement_page="true", **{**words, missing: ""}) for missing in words
    ]

    assert (whole.status_code, set(whole.json())) == (200, KEYS)
    assert [answer.status_code for answer in parts] == [400] * 6
    assert all(field in answer.json()["description"] for field, answer in zip(words, parts, strict=True))


def test_the_older_manual_s_required_fields_include_the_page_itself(desk: Desk, pdfs: Pdfs) -> None:
    there = desk.opened(endorsement_fields="required")

    assert there.upload(pdfs.drawn()).status_code == 400


def test_unknown_fields_and_a_long_control_number_are_no_fault(desk: Desk, pdfs: Pdfs) -> None:
    made = desk.document(pdfs.drawn(), control_number="9" * 500, file_name="x", novelty="y")

    assert made["control_number"] == "9" * 500


def test_each_title_of_a_remittance_becomes_a_document(desk: Desk) -> None:
    found = desk.trade_bills(desk.remittance(3)).json()

    assert all(set(one) == KEYS for one in found)
    assert [one["name"] for one in found] == [f"trade_bill_{number}.pdf" for number in (1, 2, 3)]
    assert [one["control_number"] for one in found] == ["N1", "N2", "N3"]
    assert len({one["document_key"] for one in found}) == 3


def test_trade_bills_are_generated_in_virtual_time_one_after_the_other(desk: Desk) -> None:
    found = desk.trade_bills().json()
    seen = []
    for _ in range(3):
        seen.append([desk.file(one["url"]).status_code for one in found])
        desk.client.advance("2s")

    assert seen == [[404, 404], [200, 404], [200, 200]]


def test_the_clock_knows_when_the_next_trade_bill_is_ready(desk: Desk) -> None:
    desk.trade_bills()

    assert desk.client.control("GET", "/clock").json()["next_due"] == "2025-04-01T12:00:02+00:00"


def test_a_trade_bill_says_what_its_title_and_the_upload_say(desk: Desk, pdfs: Pdfs) -> None:
    (found,) = desk.trade_bills(desk.remittance(1)).json()
    desk.client.advance("2s")
    file = desk.file(found["url"]).content
    (text,) = pdfs.text(file)

    assert all(word in text for word in ("DUP1", "100.50", "SACADO 1", "CEDENTE", "São Paulo", "2025-05-01"))
    assert found["file_size"] == len(file)


@pytest.mark.parametrize("sent", ["left out", "empty"])
@pytest.mark.parametrize("field", ["address", "address_number", "city", "state", "CEP", "neighborhood"])
def test_every_field_about_the_assignor_is_required(desk: Desk, field: str, sent: str) -> None:
    answer = desk.trade_bills(**{f"assignor_{field}": None if sent == "left out" else ""})

    assert answer.status_code == 400
    assert f"assignor_{field}" in answer.json()["description"]


def test_the_postal_code_has_capitals(desk: Desk) -> None:
    assert desk.trade_bills(assignor_CEP=None, assignor_cep="01000-000").status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda good: b"\r\n".join(good.split(b"\r\n")[:1]),
        lambda good: good[1:],
        lambda good: good.replace(b"REMESSA", b"RETORNO"),
        lambda _: b"%PDF-1.4\n",
    ],
)
def test_what_is_no_remittance_is_refused(desk: Desk, change: Callable[[bytes], bytes]) -> None:
    answer = desk.trade_bills(change(desk.remittance()))

    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")


def test_a_remittance_without_titles_is_refused(desk: Desk) -> None:
    assert desk.trade_bills(desk.remittance(0)).status_code == 400


def test_a_remittance_of_more_than_20_mb_is_refused(desk: Desk) -> None:
    assert desk.trade_bills(b"0" * 20_000_001).json() == TOO_LARGE


def test_an_event_of_documents_still_generated_has_to_be_asynchronous(desk: Desk, shapes: Shapes) -> None:
    found = desk.trade_bills().json()
    part = shapes.batch("Ana", documents=found)
    body = {"name": "E", "main_related_party": "F", "batches": [part]}
    refused = desk.client.certifiqi("POST", "/batch_group", json=body | {"is_asynchronous": False})
    early = desk.create(part, is_asynchronous=True)
    desk.client.advance("4s")
    late = desk.create(part, is_asynchronous=False)

    assert refused.status_code == 400
    assert "is_asynchronous" in refused.json()["description"]
    assert (early["is_asynchronous"], late["is_asynchronous"]) == (True, False)


def test_nobody_signs_what_is_still_generated(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", documents=desk.trade_bills().json()), is_asynchronous=True)
    answers = []
    for _ in range(3):
        answers.append(desk.sign(event, "Ana").status_code)
        desk.client.advance("2s")

    assert answers == [400, 400, 200]


def test_documents_still_generated_read_as_pending(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", documents=desk.trade_bills().json()), is_asynchronous=True)
    (part,) = desk.read(event)["batches"]

    assert {one["status"] for one in part["documents"]} == {"pending"}
    assert desk.shown(event)["batches"][0]["parties"][0]["groups"][0]["signers"][0]["in_turn"] is False


def test_another_batch_of_the_event_can_be_signed_meanwhile(desk: Desk, shapes: Shapes) -> None:
    bills = shapes.batch("Ana", documents=desk.trade_bills().json())
    event = desk.create(bills, shapes.batch("Bia"), is_asynchronous=True)

    assert desk.sign(event, "Ana").status_code == 400
    assert desk.sign(event, "Bia").status_code == 200


def test_the_wait_for_generation_is_a_switch(desk: Desk, shapes: Shapes) -> None:
    there = desk.opened(asynchronous_wait="accept")
    event = there.create(shapes.batch("Ana", documents=there.trade_bills().json()), is_asynchronous=True)

    assert there.sign(event, "Ana").status_code == 200


def test_an_unknown_document_is_refused_if_the_switch_says_so(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    there = desk.opened(unknown_document="refuse")
    known = shapes.batch("Ana", documents=[there.document(pdfs.drawn())])
    mixed = shapes.batch("Ana", documents=[*known["documents"], shapes.document()])
    body = {"name": "E", "main_related_party": "F"}
    answers = [
        there.client.certifiqi("POST", "/batch_group", kind=kind, json=body | {"batches": [part]})
        for kind, part in (("", known), ("", mixed), ("other_client", known))
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 400]
