"""Where the files of an event are, when they are there, and what is in them."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from asn1crypto import cms  # type: ignore[import-untyped]  # ships no py.typed
from pyhanko.pdf_utils.reader import PdfFileReader
from sealbox.apis.certifiqi import files
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.certifiqi.conftest import Desk, Json, Pdfs, Shapes
    from tests.app.conftest import Client


def unpacked(desk: Desk, url: str) -> dict[str, bytes]:
    answer = desk.file(url)
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def documents(event: Json) -> list[Json]:
    return [document for part in event["batches"] for document in part["documents"]]


def urls(desk: Desk, event: Json, *, kind: str = "") -> Any:
    return desk.client.certifiqi("GET", f"/batch_group/{event['batch_group_key']}/url", kind=kind).json()


def of_both_kinds(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> list[Json]:
    uploads = [desk.document(pdfs.drawn(text), f"{text}.pdf") for text in ("um", "dois")]
    return [
        shapes.batch("Ana", "Bia", documents=[uploads[0]]),
        shapes.batch("Caio", documents=[uploads[1]], signature_type="pades"),
    ]


def test_pending_documents_have_their_original_only(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    event = desk.create(*of_both_kinds(desk, pdfs, shapes))
    found = urls(desk, event)

    assert (found["all_files_url"], found["expiration_datetime"]) == ("", None)
    assert [one["signed_file_url"] for one in documents(found)] == [None, None]
    assert all(one["file_url"] == one["original_file_url"] for one in documents(found))
    assert [desk.file(one["file_url"]).content for one in documents(found)] == [
        pdfs.drawn("um"),
        pdfs.drawn("dois"),
    ]


def test_signed_files_are_not_there_before_the_event_is_finished(
    desk: Desk, pdfs: Pdfs, shapes: Shapes
) -> None:
    event = desk.create(*of_both_kinds(desk, pdfs, shapes))
    desk.sign_event(event)
    waiting = desk.read(event)
    desk.client.advance("30s")
    finished = desk.read(event)
    addresses = [finished["all_files_url"]]
    addresses += [one[name] for one in documents(finished) for name in ("signed_file_url", "file_url")]
    after = {desk.file(url).status_code for url in addresses}
    desk.client.control("POST", "/reset")
    again = desk.create(*of_both_kinds(desk, pdfs, shapes))
    desk.sign_event(again)
    before = {desk.file(url).status_code for url in addresses}

    assert again["batch_group_key"] == event["batch_group_key"]
    assert waiting["all_files_url"] == ""
    assert None not in [one["signed_file_url"] for one in documents(waiting)]
    assert [one["status"] for one in documents(waiting)] == ["signed", "signed"]
    assert (before, after) == ({404}, {200})


def test_the_calls_for_addresses_give_what_the_read_call_shows(
    desk: Desk, pdfs: Pdfs, shapes: Shapes
) -> None:
    event = desk.finished(*of_both_kinds(desk, pdfs, shapes))
    found = urls(desk, event)
    shown = ("document_key", "original_file_url", "signed_file_url", "file_url")
    singly = [
        desk.client.certifiqi("GET", f"/document/{one['document_key']}/url").json()
        for one in documents(event)
    ]

    assert found["batch_group_key"] == event["batch_group_key"]
    assert found["all_files_url"] == event["all_files_url"]
    assert [one["document_batch_key"] for one in found["batches"]] == [
        one["document_batch_key"] for one in event["batches"]
    ]
    assert documents(found) == [{key: one[key] for key in shown} for one in documents(event)]
    assert singly == [one | {"expiration_datetime": None} for one in documents(found)]


def test_a_zip_is_asked_for_by_the_folder_of_its_address(desk: Desk) -> None:
    event = desk.finished()
    key = urlsplit(event["all_files_url"]).path.split("/")[-2]
    answer = desk.client.certifiqi("GET", f"/certifier/zip_file/{key}/url")

    assert answer.json() == {
        "zip_file_key": key,
        "zip_file_url": event["all_files_url"],
        "expiration_datetime": None,
    }


def test_addresses_may_expire_ten_minutes_after_the_call(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    there = desk.opened(expiration_datetime="ten_minutes")
    event = there.finished(shapes.batch("Ana", documents=[there.document(pdfs.drawn())]))
    key = urlsplit(event["all_files_url"]).path.split("/")[-2]
    paths = (
        f"/batch_group/{event['batch_group_key']}/url",
        f"/document/{documents(event)[0]['document_key']}/url",
        f"/certifier/zip_file/{key}/url",
    )

    assert {there.client.certifiqi("GET", path).json()["expiration_datetime"] for path in paths} == {
        "2025-04-01T12:10:30.000Z"
    }


@pytest.mark.parametrize("kind", ["", "other_client"])
def test_an_uploaded_document_is_found_by_its_client_before_it_is_in_an_event(
    desk: Desk, pdfs: Pdfs, kind: str
) -> None:
    made = desk.document(pdfs.drawn())
    answer = desk.client.certifiqi("GET", f"/document/{made['document_key']}/url", kind=kind)

    assert answer.status_code == (404 if kind else 200)
    assert kind or answer.json() == {
        "document_key": made["document_key"],
        "original_file_url": made["url"],
        "signed_file_url": None,
        "file_url": made["url"],
        "expiration_datetime": None,
    }


def test_a_document_in_several_events_is_shown_as_in_the_last_one(
    desk: Desk, pdfs: Pdfs, shapes: Shapes
) -> None:
    made = desk.document(pdfs.drawn())
    first = desk.finished(shapes.batch("Ana", documents=[made]))
    path = f"/document/{made['document_key']}/url"
    signed = desk.client.certifiqi("GET", path).json()["signed_file_url"]
    desk.create(shapes.batch("Ana", documents=[made]))

    assert signed == documents(first)[0]["signed_file_url"]
    assert desk.client.certifiqi("GET", path).json()["signed_file_url"] is None
    assert desk.file(signed).status_code == 200


def test_a_document_stays_its_client_s_whatever_others_name(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    made = desk.document(pdfs.drawn())
    path = f"/document/{made['document_key']}/url"
    before = desk.client.certifiqi("GET", path).json()
    desk.create(shapes.batch("Ana", documents=[made]), kind="other_client")

    assert desk.client.certifiqi("GET", path).json() == before


def test_another_client_s_upload_is_no_upload_of_one_s_own(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    made = desk.document(pdfs.drawn("segredo"))
    event = desk.create(shapes.batch("Ana", documents=[made], signature_type="pades"), kind="other_client")
    desk.sign_event(event)
    desk.client.advance("30s")
    (found,) = documents(urls(desk, event, kind="other_client"))
    text = "".join(pdfs.text(desk.file(found["signed_file_url"]).content))

    assert "segredo" not in text
    assert "not uploaded" in text


def test_another_client_s_generation_is_nobody_else_s_wait(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", documents=desk.trade_bills().json()), kind="other_client")

    assert desk.sign(event, "Ana").status_code == 200


def test_a_zip_has_the_files_of_each_document(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    event = desk.finished(*of_both_kinds(desk, pdfs, shapes))
    first, second = documents(event)
    found = unpacked(desk, event["all_files_url"])

    assert list(found) == ["um.pdf", "um.pdf.p7s", "dois.pdf"]
    assert found == {
        "um.pdf": desk.file(first["signed_file_url"]).content,
        "um.pdf.p7s": desk.file(first["file_url"]).content,
        "dois.pdf": desk.file(second["signed_file_url"]).content,
    }
    assert second["file_url"] == second["signed_file_url"]


def test_cades_adds_a_page_and_pades_adds_signatures(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    event = desk.finished(*of_both_kinds(desk, pdfs, shapes))
    cades, pades = (desk.file(one["signed_file_url"]).content for one in documents(event))
    first, *pages = pdfs.text(cades)

    assert "um" in first
    assert all(word in "".join(pages) for word in ("Ana", "Bia", "85653681067", "2025-04-01 12:00:00"))
    assert "Caio" not in "".join(pages)
    assert pades.startswith(pdfs.drawn("dois"))
    assert len(PdfFileReader(BytesIO(pades)).embedded_signatures) == 1


def test_a_p7s_has_one_signature_for_each_who_signed(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    several = shapes.party(shapes.group("Ana", "Bia", "Caio", needs=2))
    event = desk.finished(shapes.batch(several, documents=[desk.document(pdfs.drawn())]))
    answer = desk.file(documents(event)[0]["file_url"])

    assert answer.headers["content-type"] == "application/pkcs7-signature"
    assert len(cms.ContentInfo.load(answer.content)["content"]["signer_infos"]) == 2


@pytest.mark.parametrize("kind", ["CADES", "PAdES", "xades"])
def test_only_pades_is_signed_within(desk: Desk, shapes: Shapes, kind: str) -> None:
    (document,) = documents(desk.finished(shapes.batch("Ana", signature_type=kind)))

    assert document["file_url"].endswith(".p7s") == (kind != "PAdES")


def test_documents_of_one_name_do_not_overwrite_one_another(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    same = [desk.document(pdfs.drawn(text), "a.pdf") for text in ("um", "dois")]
    event = desk.finished(
        shapes.batch("Ana", documents=same), shapes.batch("Ana", documents=same[:1], signature_type="pades")
    )
    found = unpacked(desk, event["all_files_url"])

    assert list(found) == ["a.pdf", "a.pdf.p7s", "a_2.pdf", "a_2.pdf.p7s", "a_3.pdf"]
    assert len({one["signed_file_url"] for one in documents(event)}) == 3
    assert ["dois" in pdfs.text(found[name])[0] for name in ("a.pdf", "a_2.pdf", "a_3.pdf")] == [
        False,
        True,
        False,
    ]


def test_what_was_never_uploaded_is_a_page_that_says_so(desk: Desk, pdfs: Pdfs) -> None:
    (found,) = documents(desk.finished())
    text = "".join(pdfs.text(desk.file(found["signed_file_url"]).content))

    assert "not uploaded" in text
    assert found["original_file_url"] == "https://example.com/termo.pdf"


def test_trade_bills_are_signed_like_any_document(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    bills = desk.trade_bills().json()
    desk.client.advance("4s")
    event = desk.finished(shapes.batch("Ana", documents=bills))
    found = unpacked(desk, event["all_files_url"])

    assert list(found) == [f"trade_bill_{number}.pdf{end}" for number in (1, 2) for end in ("", ".p7s")]
    assert "DUP2" in pdfs.text(found["trade_bill_2.pdf"])[0]


@pytest.mark.parametrize("count", [500, 501])
def test_a_further_zip_begins_after_500_documents(
    desk: Desk, shapes: Shapes, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    # real signatures of so many documents take ten seconds
    monkeypatch.setattr(files, "placeholder", lambda _: b"original")
    monkeypatch.setattr(files, "signed_document", lambda *_, **__: files.Signed(b"pdf", b"p7s"))
    one = shapes.document()
    many = [one | {"document_key": f"k{number}", "name": f"d{number}.pdf"} for number in range(count)]
    zips = []
    for tenant, switch in (("first", "first"), ("newest", "newest")):
        there = desk.opened(tenant, several_zips=switch)
        url = there.finished(shapes.batch("Ana", documents=many))["all_files_url"]
        zips.append([name for name in unpacked(there, url) if name.endswith(".pdf")])
    first, newest = zips

    assert first == [f"d{number}.pdf" for number in range(500)]
    assert newest == (first if count == 500 else ["d500.pdf"])


@pytest.mark.parametrize(("switch", "status"), [("not_found", 404), ("forbidden", 403)])
def test_another_client_sees_nothing(
    desk: Desk, pdfs: Pdfs, shapes: Shapes, switch: str, status: int
) -> None:
    there = desk.opened(foreign_event=switch)
    event = there.finished(
        shapes.batch("Ana", documents=[there.document(pdfs.drawn())]), webhook_url="http://127.0.0.1:9/"
    )
    document = documents(event)[0]["document_key"]
    zip_key = urlsplit(event["all_files_url"]).path.split("/")[-2]
    paths = [
        f"/batch_group/{event['batch_group_key']}",
        f"/batch_group/{event['batch_group_key']}/url",
        f"/document/{document}/url",
        f"/certifier/zip_file/{zip_key}/url",
        f"/webhook/{event['webhook_key']}",
    ]
    own = [there.client.certifiqi("GET", path).status_code for path in paths]
    others = [there.client.certifiqi("GET", path, kind="other_client") for path in paths]
    elsewhere = [desk.client.certifiqi("GET", path).status_code for path in paths]

    assert own == [200] * 5
    assert [answer.status_code for answer in others] == [status] * 5
    assert all(answer.json().keys() == {"title", "description"} for answer in others)
    assert elsewhere == [404] * 5


@pytest.mark.parametrize(
    "path", ["/document/x/url", "/certifier/zip_file/x/url", "/webhook/x", "/batch_group/x/url"]
)
def test_an_unknown_key_is_not_found(desk: Desk, path: str) -> None:
    answer = desk.client.certifiqi("GET", path)

    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_an_address_is_below_the_one_by_which_the_client_came(desk: Desk, pdfs: Pdfs) -> None:
    headers = {"Host": "sandbox.example.com:8080"}
    sent = {"file": ("a.pdf", pdfs.drawn())}
    (made,) = desk.client.certifiqi("POST", "/document", files=sent, headers=headers).json()

    assert made["url"].startswith("http://sandbox.example.com:8080/certifiqi/storage/")


@pytest.mark.parametrize(
    "path", ["", "/", "/pki", "/pki/key.pem", "/x/1/a_signed.pdf", "/../world.yaml", "/%2e%2e/x", "/x/a.zip"]
)
def test_there_is_nothing_else_in_the_storage(desk: Desk, path: str) -> None:
    assert desk.file(f"/certifiqi/storage{path}").status_code in {401, 404}


def test_a_file_is_read_only(desk: Desk, pdfs: Pdfs) -> None:
    url = desk.document(pdfs.drawn())["url"]

    assert desk.client.send("DELETE", url).status_code in {401, 404, 405}
    assert desk.file(url).content == pdfs.drawn()


def test_a_file_is_asked_about_without_its_content(desk: Desk, pdfs: Pdfs) -> None:
    answer = desk.client.send("HEAD", desk.document(pdfs.drawn())["url"])

    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(pdfs.drawn()))


def test_each_tenant_s_certificates_are_its_own(
    open_app: Callable[..., Client], desk_of: type[Desk], shapes: Shapes
) -> None:
    """Two tenants with the documented event, which has one key in both."""
    one = desk_of(open_app())
    two = one.on(one.client.open_tenant("two", clock="manual", switches={}))
    documented = {"batch_group_key": "c0394fb2-34f6-4d70-be70-776022fe15b8"}
    for desk, kind in ((one, "valid"), (two, "expired")):
        desk.client.control("POST", "/certifiqi/signers/65062/sign", json={"certificate": kind})
        desk.client.advance("30s")
    found = [desk.file(documents(desk.read(documented))[0]["file_url"]).content for desk in (one, two)]

    assert found[0] != found[1]


def test_another_seed_has_another_root(open_app: Callable[..., Client], desk_of: type[Desk]) -> None:
    roots = [
        desk_of(open_app(Plan(clock=ClockMode.MANUAL, seed=seed))).file("/certifiqi/storage/pki/root.pem")
        for seed in ("1", "2", "1")
    ]

    assert roots[0].headers["content-type"] == "application/x-pem-file"
    assert roots[0].content != roots[1].content
    assert roots[0].content == roots[2].content


def test_the_same_history_gives_the_same_files(
    open_app: Callable[..., Client], desk_of: type[Desk], pdfs: Pdfs, shapes: Shapes
) -> None:
    found = []
    for _ in range(2):
        desk = desk_of(open_app())
        event = desk.finished(*of_both_kinds(desk, pdfs, shapes))
        addresses = [event["all_files_url"]]
        addresses += [one[name] for one in documents(event) for name in ("signed_file_url", "file_url")]
        found.append([(url, desk.file(url).content) for url in addresses])

    assert found[0] == found[1]


def test_what_is_read_twice_is_the_same_twice(desk: Desk, pdfs: Pdfs, shapes: Shapes) -> None:
    event = desk.finished(*of_both_kinds(desk, pdfs, shapes))
    first = desk.file(event["all_files_url"]).content
    desk.client.advance("365d")

    assert desk.file(event["all_files_url"]).content == first


@pytest.mark.parametrize("switch", ["with_page", "original"])
def test_a_detached_signature_is_of_what_the_switch_says(
    desk: Desk, pdfs: Pdfs, shapes: Shapes, switch: str
) -> None:
    there = desk.opened(cades_content=switch)
    event = there.finished(shapes.batch("Ana", documents=[there.document(pdfs.drawn())]))
    (document,) = documents(event)
    found = cms.ContentInfo.load(there.file(document["file_url"]).content)["content"]["signer_infos"][0]
    digest = next(
        one["values"][0].native for one in found["signed_attrs"] if one["type"].native == "message_digest"
    )
    signed = {"with_page": there.file(document["signed_file_url"]).content, "original": pdfs.drawn()}

    assert digest == sha256(signed[switch]).digest()
