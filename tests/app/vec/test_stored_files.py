"""The files behind the addresses of answers: they are what they ought to be, and the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import zxingcpp
from PIL import Image
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx2

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

PLAIN, SIGNED = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (1, 2))
TYPES = {
    "pdf_path": "application/pdf",
    "image_path": "image/png",
    "qrcode_path": "image/svg+xml",
    "barcode_path": "image/svg+xml",
}
WARNING = "SANDBOX, no legal value"
PERSON = ("joao@example.com", "João Ångström", "Databases & <Indexes>", "A+")
COLUMNS = ("CourseTitle", "Grade")


def made(desk: Desk, rows: Sequence[Sequence[str]] = (PERSON,)) -> list[dict[str, Any]]:
    """Generated certificates, signed by the first two users who may."""
    users = [one["uuid"] for one in desk.signers()[:2]]
    batch = desk.upload(rows, columns=COLUMNS, template=SIGNED, signatories=users)
    desk.wait(2)
    assert desk.act("approve", batch).status_code == 200
    desk.finish()
    return desk.certificates(batch)


def picture(answer: httpx2.Response) -> Image.Image:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    image = Image.open(BytesIO(answer.content))
    image.load()
    return image


def text_of(answer: httpx2.Response) -> str:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    pages = [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]
    assert all(WARNING in page for page in pages)
    return " ".join(" ".join(pages).split())


def painted(svg: bytes) -> Image.Image:
    """A QR code's one path of dark runs, painted as the file says."""
    path = next(one.attrib["d"] for one in ET.fromstring(svg).iter() if "stroke" in one.attrib)
    image, x, y = Image.new("L", (480, 480), 255), 0.0, 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if step == "h":
            left, right, top = (round(edge * 8) for edge in (x, x + float(first), y - 0.5))
            image.paste(0, (left, top, right, top + 8))
            x += float(first)
        else:
            moved = (float(first), float(second))
            x, y = moved if step == "M" else (x + moved[0], y + moved[1])
    return image


def address_of(svg: bytes) -> str:
    [code] = zxingcpp.read_barcodes(painted(svg))
    return str(code.text)


# Certificates


def test_every_path_of_a_generated_certificate_answers_with_its_media_type(desk: Desk) -> None:
    for one in made(desk, [PERSON, ("b@example.com", "B", "", "")]):
        for path, media_type in TYPES.items():
            answer = desk.fetch(one[path])
            assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
            assert answer.headers["x-sandbox"].startswith("sealbox ")
            assert int(answer.headers["content-length"]) == len(answer.content) > 500


def test_the_pdf_says_what_its_row_and_its_signatories_say(desk: Desk) -> None:
    [one] = made(desk)
    said = text_of(desk.fetch(one["pdf_path"]))
    template = desk.get(f"certificate-templates/{SIGNED}").json()["data"]
    signers = [
        text
        for user in desk.signers()[:2]
        for text in (user["signatory_name"], user["signatory_designation"])
    ]

    for text in (*PERSON[1:], *COLUMNS, *signers, one["reference_id"], "1 April 2025", template["name"]):
        assert text in said
    assert template["institution"]["name"] in said
    assert PERSON[0] not in said


def test_a_name_in_a_pdf_is_the_row_s_own(desk: Desk) -> None:
    rows = [(f"p{n}@example.com", f"Person Number{n}", "Course", str(n)) for n in range(3)]
    texts = [text_of(desk.fetch(one["pdf_path"])) for one in made(desk, rows)]

    for n, said in enumerate(texts):
        assert [f"Number{other}" in said for other in range(3)] == [other == n for other in range(3)]


def test_the_qr_code_leads_to_a_page_that_knows_the_certificate(desk: Desk) -> None:
    [one] = made(desk)
    address = address_of(desk.fetch(one["qrcode_path"]).content)
    page = desk.fetch(address)

    assert address == f"http://127.0.0.1:4780/vec/verify/{one['reference_id']}"
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for text in (one["reference_id"], "João Ångström", "2025-04-01", "generated", "ABC University", WARNING):
        assert text in page.text


def test_the_picture_of_a_certificate_carries_both_codes(desk: Desk) -> None:
    [one] = made(desk)
    read = {
        code.format.name: code.text for code in zxingcpp.read_barcodes(picture(desk.fetch(one["image_path"])))
    }

    assert read == {
        "QRCode": f"http://127.0.0.1:4780/vec/verify/{one['reference_id']}",
        "Code128": one["reference_id"],
    }


def test_the_barcode_shows_the_reference(desk: Desk) -> None:
    [one] = made(desk)

    assert one["reference_id"] in "".join(ET.fromstring(desk.fetch(one["barcode_path"]).content).itertext())


def test_files_of_the_documented_certificate_answer_below_this_server(desk: Desk) -> None:
    [one] = desk.every("certificates", batch_id="9e7860e3-7c0a-401f-98f6-b98e316934f4")

    assert one["pdf_path"].startswith("https://api.vec.digital/storage/")
    assert "Faizan" in text_of(desk.fetch(one["pdf_path"]))
    assert {path: desk.fetch(one[path]).headers["content-type"] for path in TYPES} == TYPES
    assert desk.fetch(address_of(desk.fetch(one["qrcode_path"]).content)).status_code == 200


def test_every_generated_certificate_of_the_world_has_its_pdf(desk: Desk) -> None:
    generated = desk.every("certificates", status="generated")

    for one in generated[::9]:
        assert one["name"] in text_of(desk.fetch(one["pdf_path"]))


def everything(desk: Desk) -> dict[str, bytes]:
    addresses = [one[path] for one in made(desk) for path in TYPES]
    template = desk.get(f"certificate-templates/{PLAIN}").json()["data"]
    user = desk.signers()[1]
    addresses += [template["screenshot"], template["institution"]["logo"], user["signature"], user["avatar"]]
    return {address: desk.fetch(address).content for address in addresses}


def test_the_same_bytes_come_twice_and_from_a_second_app_of_the_same_history(
    open_app: Callable[..., Client], upload_as: Callable[[Client], Desk]
) -> None:
    one, two = (upload_as(open_app()) for _ in range(2))
    first = everything(one)

    assert len(first) == 8
    assert {address: one.fetch(address).content for address in first} == first
    assert everything(two) == first


def test_time_does_not_change_a_file(desk: Desk) -> None:
    [one] = made(desk)
    before = {path: desk.fetch(one[path]).content for path in TYPES}
    desk.wait(400 * 86400)

    assert {path: desk.fetch(one[path]).content for path in TYPES} == before


# Pictures of the world


def test_every_template_has_a_screenshot_and_its_institution_a_logo(desk: Desk) -> None:
    shots = {}
    for kind in ("", "other_institution"):
        own = desk.as_kind(kind)
        for item in own.every("certificate-templates"):
            template = own.get(f"certificate-templates/{item['id']}").json()["data"]
            shots[item["id"]] = desk.fetch(template["screenshot"]).content
            assert picture(desk.fetch(template["screenshot"])).width == 640
            assert picture(desk.fetch(template["institution"]["logo"])).width > 100

    assert len(set(shots.values())) == len(shots) == 6


def test_every_user_has_an_avatar_and_a_signature_only_if_it_says_so(desk: Desk) -> None:
    users = desk.every("user-management/users")
    signatures = [desk.fetch(user["signature"]) for user in users if user["has_signature"]]

    assert [user["signature"] is not None for user in users] == [user["has_signature"] for user in users]
    assert {user["has_signature"] for user in users} == {True, False}
    assert all(picture(answer).mode == "RGBA" for answer in signatures)
    assert len({answer.content for answer in signatures}) == len(signatures)
    assert (
        len({desk.fetch(user["avatar"]).content for user in users if picture(desk.fetch(user["avatar"]))}) > 1
    )


def test_a_certificate_of_another_tenant_is_found_by_its_own_address_only(
    desk: Desk, open_desk: Callable[..., Desk]
) -> None:
    other = open_desk("other")
    [mine] = made(desk, [("a@example.com", "Quixote", "", "")])
    [theirs] = made(other, [("a@example.com", "Rosinante", "", "")])
    crossed = [
        theirs["pdf_path"].replace("/@other/", "/"),
        mine["pdf_path"].replace("/storage/", "/storage/@other/"),
    ]

    assert "Quixote" in text_of(desk.fetch(mine["pdf_path"]))
    assert "Rosinante" in text_of(desk.fetch(theirs["pdf_path"]))
    assert mine["id"] != theirs["id"]
    assert mine["reference_id"] != theirs["reference_id"]
    assert desk.get(f"certificates/{theirs['id']}").status_code == 404
    assert desk.every("certificates", search="Rosinante") == []
    assert [desk.client.send("GET", address).status_code for address in crossed] == [404, 404]


# The page behind the QR code


def test_a_page_of_verification_takes_a_name_for_text(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "<script>alert(1)</script> & 'co'")])
    [one] = desk.certificates(batch)
    page = desk.client.send("GET", f"/vec/verify/{one['reference_id']}")

    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page.text


def test_the_qr_code_of_a_certificate_names_its_tenant(desk: Desk) -> None:
    """Tenants of one seed have certificates of one reference id, and a proxy sees no other name."""
    client = desk.client.open_tenant("team-a")
    other = replace(desk, client=client)
    [one] = made(other)
    address = address_of(other.fetch(one["qrcode_path"]).content)

    assert address == f"http://127.0.0.1:4780/vec/verify/@team-a/{one['reference_id']}"
    assert one["reference_id"] in other.fetch(address).text
    assert one["reference_id"] in desk.client.send("GET", f"/vec/verify/{one['reference_id']}").text
    for stranger in ("@nobody", "@demo"):
        path = f"/vec/verify/{stranger}/{one['reference_id']}"
        assert desk.client.send("GET", path).status_code == 404


def test_a_page_of_verification_says_where_the_certificate_stands(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "A"), ("no address", "B")])
    seen = []
    for _ in range(2):
        for one in desk.certificates(batch):
            page = desk.client.send("GET", f"/vec/verify/{one['reference_id']}").text
            assert f"<dd>{one['status']}</dd>" in page
            seen.append(one["status"])
        desk.finish()

    assert seen == ["pending", "pending", "generated", "failed"]
