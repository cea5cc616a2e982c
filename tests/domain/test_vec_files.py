"""The files behind VEC's storage addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from sealbox.apis.vec import files
from sealbox.apis.vec.certificates import Certificate, CertificateStatus
from sealbox.apis.vec.model import Batch, Institution, Pace, Recipient, Recipients, Template, User

NOW = datetime(2025, 3, 17, 9, tzinfo=UTC)
ADDRESS = "https://sandbox.example.com/verify/VEC-IC-20252B0D7B3DCB6D0"
WARNING = "SANDBOX, no legal value"

INSTITUTION = Institution(
    id=1,
    name="Northfield Institute",
    logo=None,
    is_verified=True,
    status="active",
    created_at=NOW,
    updated_at=NOW,
)
TEMPLATE = Template(
    id="6f0f2e0e-3f0b-4a7e-9a52-0f1d2c3b4a59",
    institution_id=1,
    name="Advanced Web Development",
    screenshot="screenshots/one.png",
    signatory_fields=("signatory_1", "signatory_2"),
    default_signatories=(),
    defaults_configured=False,
    created_at=NOW,
    updated_at=NOW,
)


def user(first: str, last: str, *, designation: str | None = "Dean", printed: str | None = None) -> User:
    return User(
        uuid="0d3f1c1e-5c56-4d10-8f0f-5a5a5a5a5a5a",
        id=7,
        institution_id=1,
        first_name=first,
        last_name=last,
        email="someone@example.com",
        phone="+15550100",
        role="admin",
        is_archived=False,
        signature="signatures/one.png",
        signature_added_at=NOW,
        signatory_name=printed,
        signatory_designation=designation,
        avatar="avatars/one.png",
        email_verified_at=NOW,
        phone_verified_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )


SIGNATORIES = (
    user("Ada", "Lindqvist", designation="Head of Studies"),
    user("Bruno", "Okafor", printed="Prof. Bruno Okafor", designation=None),
    user("Zoë", "Łukasik", designation="Registrar"),
)


def certificate(name: str = "Mary Johnson", custom: dict[str, str] | None = None) -> Certificate:
    custom = custom or {}
    recipient = Recipient(
        email="mary@example.com", name=name, issue_date=NOW.date(), custom=tuple(custom.values())
    )
    batch = Batch(
        id="9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
        institution_id=1,
        name="Class of 2025",
        template=TEMPLATE,
        recipients=Recipients((recipient,), tuple(custom)),
        created_at=NOW,
        pace=Pace(timedelta(), timedelta()),
    )
    return Certificate(
        id="9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6e",
        reference_id="VEC-IC-20252B0D7B3DCB6D0",
        batch=batch,
        row=0,
        recipient=recipient,
        status=CertificateStatus.GENERATED,
        generated_at=NOW,
        updated_at=NOW,
        files={},
    )


def pdf(
    name: str = "Mary Johnson",
    custom: dict[str, str] | None = None,
    signatories: tuple[User, ...] = SIGNATORIES,
    *,
    address: str = ADDRESS,
) -> bytes:
    return files.certificate_pdf(
        certificate(name, custom), institution=INSTITUTION, signatories=signatories, verify_url=address
    )


def pages(document: bytes) -> list[str]:
    """The text of each page, with all white space as single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(document)).pages]


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def all_files() -> dict[str, str]:
    """A digest of every kind of file."""
    document = pdf(custom={"Grade": "A"})
    made = {
        "pdf": document,
        "image": files.certificate_png(document),
        "qrcode": files.qrcode_svg(ADDRESS),
        "barcode": files.barcode_svg("VEC-IC-20252B0D7B3DCB6D0"),
        "signature": files.signature_png("Ada Lindqvist"),
        "avatar": files.avatar_png("Ada Lindqvist"),
        "logo": files.logo_png("Northfield Institute"),
        "screenshot": files.screenshot_png(TEMPLATE),
    }
    return {kind: sha256(content).hexdigest() for kind, content in made.items()}


def in_another_process(program: str, **environment: str) -> str:
    here, source = Path(__file__), Path(files.__file__).parents[3]
    paths = os.pathsep.join((str(here.parent), str(source)))
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


# The same bytes, always


def test_files_are_the_same_when_made_again() -> None:
    assert all_files() == all_files()


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_files_are_the_same_in_another_process(hash_seed: str) -> None:
    program = "import test_vec_files as t; print(t.all_files())"

    shown = in_another_process(program, PYTHONHASHSEED=hash_seed, TZ="Asia/Tokyo")

    assert shown == str(all_files())


def test_importing_the_module_loads_no_drawing_library() -> None:
    program = (
        "import sys, sealbox.apis.vec.files;"
        "print(sorted({'reportlab', 'PIL', 'segno', 'barcode', 'pypdfium2'} & set(sys.modules)))"
    )

    assert in_another_process(program) == "[]"


# What a certificate says


def test_a_certificate_says_what_its_row_says() -> None:
    custom = {"CourseTitle": "Databases & <Indexes>", "Grade": "A+", "Ort": "Łódź"}

    [text] = pages(pdf("José Ångström", custom))

    for said in (
        "Northfield Institute",
        "Certificate",
        "José Ångström",
        "Advanced Web Development",
        "17 March 2025",
        "VEC-IC-20252B0D7B3DCB6D0",
        *custom,
        *custom.values(),
    ):
        assert said in text


def test_each_signatory_is_printed_under_a_signature() -> None:
    document = pdf()

    [text] = pages(document)
    assert all(name in text for name in ("Ada Lindqvist", "Prof. Bruno Okafor", "Zoë Łukasik"))
    assert all(designation in text for designation in ("Head of Studies", "Registrar"))
    drawn, unsigned = (PdfReader(BytesIO(made)).pages[0].images for made in (document, pdf(signatories=())))
    assert len(drawn) == len(unsigned) + 3


def test_an_empty_custom_value_takes_its_header_with_it() -> None:
    [text] = pages(pdf(custom={"Grade": "A", "Remark": "  "}))

    assert "Grade" in text
    assert "Remark" not in text


@pytest.mark.parametrize("columns", [0, 6, 7, 33, 34, 60])
@pytest.mark.parametrize("signed", [0, 1, 3])
def test_every_page_says_that_it_has_no_legal_value(columns: int, signed: int) -> None:
    custom = {f"Column{number:03}": f"value{number:03}" for number in range(columns)}

    texts = pages(pdf(custom=custom, signatories=SIGNATORIES[:signed]))

    assert all(WARNING in text for text in texts)
    assert all(value in " ".join(texts) for value in custom.values())


def test_a_thousand_columns_are_counted_and_not_all_printed() -> None:
    texts = pages(pdf(custom={f"c{number}": f"v{number}" for number in range(1000)}))

    assert len(texts) < 10
    assert "and 860 columns more" in texts[-1]


def test_nine_signatories_are_all_named() -> None:
    people = tuple(user("Nine", f"Number{number}") for number in range(9))

    assert all(f"Number{number}" in pages(pdf(signatories=people))[0] for number in range(9))


@pytest.mark.parametrize(
    "name",
    [
        "Θεοδώρα Παπαδοπούλου",
        "Александр Қасымов",
        "Nguyễn Thị Ánh",
        "Maria Aparecida dos Santos Oliveira e Albuquerque de Vasconcelos Montenegro da Silva",
    ],
)
def test_a_name_in_letters_of_europe_can_be_read_from_the_page(name: str) -> None:
    [text] = pages(pdf(name))

    assert name in text
    assert "□" not in text


def test_letters_without_a_font_are_squares_and_the_page_says_so() -> None:
    document = pdf("محمد 王")

    [text] = pages(document)
    assert "□□□□ □" in text
    assert "□ is a letter that this sandbox's font does not have" in text
    assert PdfReader(BytesIO(document)).metadata["/Title"] == "محمد 王"  # type: ignore[index]  # there is one


def test_marks_that_nobody_sees_are_not_printed() -> None:
    [text] = pages(pdf("Ann\u200b \x00\tLee\u202e"))

    assert "Ann Lee" in text
    assert "□" not in text


def test_a_name_of_one_endless_word_stays_on_the_page() -> None:
    shown = picture(files.certificate_png(pdf("W" * 5000))).convert("L")

    margin = shown.crop((90, 90, 210, 1200))  # between the frame and the text
    assert margin.getextrema() == (255, 255)


@settings(max_examples=60)
@given(name=st.text(st.characters(exclude_categories=()), max_size=120))
@example("\ud800")
@example("\x00\u202e\u00ad\ufffe")
@example("<para>&amp;</font>")
@example("e\u0301" * 40)
@example("👩‍👩‍👧 𝔄")
@example("W" * 2000)
def test_any_name_makes_a_certificate_of_one_page(name: str) -> None:
    [text] = pages(pdf(name, {name or "x": name}, (user(name, name, designation=name),)))

    assert WARNING in text


@settings(max_examples=25)
@given(names=st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=2, unique=True))
def test_two_recipients_have_two_documents(names: list[str]) -> None:
    assert pdf(names[0], signatories=()) != pdf(names[1], signatories=())


def test_a_certificate_depends_on_each_thing_it_shows() -> None:
    one = certificate()
    others = (
        replace(one, reference_id="VEC-IC-2"),
        replace(one, recipient=replace(one.recipient, issue_date=date(1, 12, 31))),
        replace(one, batch=replace(one.batch, template=replace(TEMPLATE, name="Another"))),
    )

    made = {
        files.certificate_pdf(each, institution=INSTITUTION, signatories=(), verify_url=ADDRESS)
        for each in (one, *others)
    }

    assert len(made) == 4


def test_codes_of_a_printed_certificate_can_be_scanned() -> None:
    image = picture(files.certificate_png(pdf(custom={"Grade": "A"})))

    read = {code.format.name: code.text for code in zxingcpp.read_barcodes(image)}

    assert read == {"QRCode": ADDRESS, "Code128": "VEC-IC-20252B0D7B3DCB6D0"}


def test_the_qr_code_of_a_page_leads_where_it_is_told() -> None:
    elsewhere = "https://example.org/v?a=1&b=ü"

    image = picture(files.certificate_png(pdf(address=elsewhere)))

    assert elsewhere in [code.text for code in zxingcpp.read_barcodes(image)]


def test_a_template_s_name_is_in_its_picture() -> None:
    assert files.screenshot_png(TEMPLATE) != files.screenshot_png(replace(TEMPLATE, name="Databases"))
    assert files.screenshot_png(TEMPLATE) != files.screenshot_png(replace(TEMPLATE, signatory_fields=()))


def test_pages_as_pictures_have_a_known_size() -> None:
    assert picture(files.certificate_png(pdf())).size == (2400, 1697)
    assert picture(files.screenshot_png(TEMPLATE)).size == (640, 453)
