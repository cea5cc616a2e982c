"""Looking into uploads that may be anything, adding pages, and packing."""

from __future__ import annotations

import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas
from sealbox.apis.certifiqi.cnab import Title
from sealbox.apis.certifiqi.pdf_files import (
    NO_PDF,
    Endorsement,
    PdfFacts,
    endorsement_page,
    inspect_pdf,
    trade_bill_pdf,
    with_signature_page,
    zip_files,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOG = "<</Type/Catalog/Pages 2 0 R/AcroForm %s>>"
PAGES = "<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>"
TITLE = Title(
    number="DUP 1",
    amount=Decimal("12470.56"),
    due=date(2025, 5, 31),
    payer="MARIA DOS SANTOS",
    payer_document="85653681067",
)


def written(objects: Sequence[str | bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    content, offsets = b"%PDF-1.7\n", []
    for number, obj in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, obj.encode() if isinstance(obj, str) else obj)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return b"%s%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        content,
        head,
        size,
        len(content),
    )


def drawn(pages: int = 1, *, fields: Sequence[str] = (), password: str | None = None) -> bytes:
    """A PDF as ReportLab writes it."""
    target = BytesIO()
    canvas = Canvas(target, invariant=1, encrypt=password)
    for number in range(pages):
        canvas.drawString(72, 72, f"page {number}")
        for field in fields:
            getattr(canvas.acroForm, field)(name=field)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def form(*fields: str, more: str = "") -> bytes:
    """A PDF of one page whose form has these fields."""
    numbers = " ".join(f"{number} 0 R" for number in range(4, 4 + len(fields)))
    return written([CATALOG % f"<</Fields[{numbers}]{more}>>", PAGES, PAGE, *fields])


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


PLAIN = drawn(2)
WITH_FORM = drawn(fields=["textfield"])
LOCKED = drawn(password="secret")


def test_pages_are_counted() -> None:
    assert inspect_pdf(PLAIN) == PdfFacts(is_pdf=True, pages=2)


@pytest.mark.parametrize("field", ["textfield", "checkbox", "textfieldRelative"])
def test_a_field_that_can_be_filled_in_is_editable(field: str) -> None:
    assert inspect_pdf(drawn(fields=[field])).editable_fields


@pytest.mark.parametrize("password", ["secret", ""])
@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password_is_seen_whatever_the_cipher(algorithm: str, password: str) -> None:
    writer = PdfWriter(clone_from=BytesIO(PLAIN))
    writer.encrypt(password, "owner", algorithm=algorithm)
    locked = BytesIO()
    writer.write(locked)

    assert inspect_pdf(locked.getvalue()) == PdfFacts(is_pdf=True, encrypted=True)


def test_an_unknown_lock_is_a_lock() -> None:
    content = PLAIN.replace(b"trailer\n<<", b"trailer\n<</Encrypt 99 0 R", 1)

    assert inspect_pdf(content).encrypted


@pytest.mark.parametrize(
    ("fields", "editable"),
    [
        (["<</T(a)/FT/Tx>>"], True),
        (["<</T(a)/FT/Ch>>"], True),
        (["<</T(a)/FT/Btn>>"], True),
        (["<</T(a)/FT/Sig>>"], False),
        (["<</T(a)/FT/Tx/Ff 1>>"], False),
        (["<</T(a)/FT/Btn/Ff 65536>>"], False),
        (["<</T(a)/FT/Sig>>", "<</T(b)/FT/Tx>>"], True),
        (["<</T(a)/FT/Tx/Kids[<</T(b)>>]>>"], True),
        (["<</T(a)/FT/Tx/Ff 1/Kids[<</T(b)>>]>>"], False),
        (["<</T(a)/Ff 1/Kids[<</T(b)/FT/Tx/Ff 0>>]>>"], True),
        (["<</T(a)>>"], False),
        (["null"], False),
        ([], False),
    ],
    ids=str,
)
def test_only_fields_that_a_person_can_fill_in_are_editable(fields: list[str], editable: bool) -> None:  # noqa: FBT001, a table
    assert inspect_pdf(form(*fields)) == PdfFacts(is_pdf=True, pages=1, editable_fields=editable)


def test_an_xfa_form_is_editable() -> None:
    assert inspect_pdf(form(more="/XFA(x)")).editable_fields


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.7", b"%PDF-1.7\ntrailer<</Root 1 0 R>>", b"PK\3\4"]
)
def test_what_is_no_pdf_is_called_none(content: bytes) -> None:
    assert inspect_pdf(content) == NO_PDF


def test_a_pdf_without_pages_is_none() -> None:
    assert inspect_pdf(written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]>>"])) == NO_PDF


def test_a_pdf_may_begin_after_other_bytes() -> None:
    assert inspect_pdf(b"\r\n" + PLAIN).is_pdf


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A real PDF, cut, overwritten, repeated or with a number changed."""
    content = bytearray(draw(st.sampled_from([PLAIN, WITH_FORM, LOCKED, form("<</T(a)/Kids[4 0 R]>>")])))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 40))
        content[start:end] = draw(
            st.binary(max_size=8) | st.sampled_from([b"", b"[", b"<<", b"(", b"999999999", b"-1", b" 0 R"])
        )
    return bytes(content)


@given(content=st.binary(max_size=400) | st.binary(max_size=400).map(b"%PDF-1.7\n".__add__) | broken())
@example(b"%PDF-1.7\n" + b"[" * 100_000)
@example(b"%PDF-1.7\n1 0 obj" + b"<</A" * 50_000)
def test_looking_into_a_file_never_fails(content: bytes) -> None:
    facts = inspect_pdf(content)

    assert facts.pages >= 0
    assert facts.is_pdf or facts == NO_PDF


@given(content=broken())
def test_a_page_is_added_or_refused(content: bytes) -> None:
    try:
        longer = with_signature_page(content, title="Signatures", lines=["Ana"])
    except ValueError:
        return
    assert inspect_pdf(longer).is_pdf


def bomb(node: str, leaf: str, *, depth: int) -> list[str]:
    """Nodes that each have the next one twice: 2 to the `depth` leaves."""
    return [*(node % (f"{number} 0 R " * 2) for number in range(4, depth + 4)), leaf]


def test_a_page_tree_that_doubles_at_each_level_ends() -> None:
    pages = ["<</Type/Pages/Kids[3 0 R]>>", *bomb("<</Type/Pages/Kids[%s]>>", PAGE, depth=50)]

    assert inspect_pdf(written(["<</Type/Catalog/Pages 2 0 R>>", *pages])) == NO_PDF


def test_a_form_that_doubles_at_each_level_ends() -> None:
    fields = [
        field.replace("4 0 R", "5 0 R") for field in bomb("<</T(a)/Kids[%s]>>", "<</FT/Sig>>", depth=40)
    ]

    assert inspect_pdf(form(*fields)).is_pdf


def test_a_form_in_a_circle_ends() -> None:
    assert inspect_pdf(form("<</T(a)/Kids[4 0 R 4 0 R]>>")) == PdfFacts(is_pdf=True, pages=1)


def test_a_small_file_does_not_unpack_into_a_large_one() -> None:
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    head = b"<</Type/XRef/Size 9/W[1 1 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>" % len(packed)
    content = b"%PDF-1.5\n1 0 obj" + head + b"stream\n" + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF"

    assert inspect_pdf(content) == NO_PDF


def test_a_heap_of_objects_is_not_looked_through() -> None:
    assert inspect_pdf(PLAIN + b"1 0 obj\n" * 300_000) == NO_PDF


def test_a_signature_page_comes_last_and_says_what_it_is_told() -> None:
    *before, last = texts(
        with_signature_page(PLAIN, title="Signatures", lines=["João, 85653681067", "", "key 1"])
    )

    assert before == texts(PLAIN)
    assert all(
        said in last for said in ("SANDBOX, no legal value", "Signatures", "João, 85653681067", "key 1")
    )


def test_many_lines_take_many_pages_and_each_one_warns() -> None:
    lines = [f"signer {number}" for number in range(120)]
    *_, first, second, third = texts(with_signature_page(PLAIN, title="Signatures", lines=lines))

    assert all("SANDBOX, no legal value" in page for page in (first, second, third))
    assert [line for line in lines if line not in (first + second + third).split("\n")] == []


@given(text=st.text(st.characters(), max_size=300))
@example("W" * 5000)
def test_any_text_can_stand_on_a_page(text: str) -> None:
    pdf = with_signature_page(PLAIN, title=text, lines=[text])

    assert inspect_pdf(pdf).pages >= 3


def test_a_long_word_stays_on_the_page() -> None:
    shown = texts(with_signature_page(PLAIN, title="t", lines=["W" * 200]))[-1]

    assert max(len(line) for line in shown.split("\n")) <= 45


def test_an_endorsement_page_shows_the_fields_that_are_given() -> None:
    fields = Endorsement(
        endorser_name="Endorser Ltda",
        endorser_document_number="123456789112",
        receiver_name="Receiver Ltda",
        receiver_document_number="123456789113",
        document_type="Termo de Cessão",
    )
    *before, last = texts(endorsement_page(PLAIN, fields))

    assert before == texts(PLAIN)
    for value in ("Endorser Ltda", "123456789112", "Receiver Ltda", "123456789113", "Termo de Cessão"):
        assert value in last
    assert "identifier" not in last


def test_a_trade_bill_shows_its_title() -> None:
    (page,) = texts(trade_bill_pdf(TITLE, assignor_address="Rua Um, 10"))

    for value in ("DUP 1", "BRL 12,470.56", "2025-05-31", "MARIA DOS SANTOS", "85653681067", "Rua Um, 10"):
        assert value in page
    assert "SANDBOX, no legal value" in page


def test_what_cannot_be_read_gets_no_page() -> None:
    with pytest.raises(ValueError, match="cannot be written anew"):
        endorsement_page(b"%PDF-1.7", Endorsement())


def test_the_same_is_written_twice() -> None:
    def files() -> list[bytes]:
        bill = trade_bill_pdf(TITLE)
        longer = with_signature_page(bill, title="Signatures", lines=["Ana"])
        return [bill, longer, endorsement_page(longer, Endorsement("a")), *zip_files([("a.pdf", longer)])]

    assert files() == files()


@pytest.mark.parametrize(
    ("documents", "sizes"), [(0, [0]), (1, [1]), (500, [500]), (501, [500, 1]), (1001, [500, 500, 1])]
)
@pytest.mark.parametrize("signed", [False, True], ids=["PAdES", "CAdES"])
def test_a_zip_holds_500_documents(documents: int, sizes: list[int], signed: bool) -> None:  # noqa: FBT001, a table
    names = [f"document_{number}.pdf" for number in range(documents)]
    endings = ("", ".p7s") if signed else ("",)
    packed = [
        unpacked(content) for content in zip_files([(f"{n}{end}", b"x") for n in names for end in endings])
    ]

    assert [len(files) for files in packed] == [size * len(endings) for size in sizes]
    assert all(name.removesuffix(".p7s") in files for files in packed for name in files)


def test_documents_of_one_name_stay_apart_and_keep_their_signatures() -> None:
    entries = [
        ("a.pdf", b"1"),
        ("a.pdf.p7s", b"s1"),
        ("A.pdf", b"2"),
        ("A.pdf.p7s", b"s2"),
        ("a_2.pdf", b"3"),
    ]
    (packed,) = zip_files(entries)

    assert unpacked(packed) == {
        "a.pdf": b"1",
        "a.pdf.p7s": b"s1",
        "A_2.pdf": b"2",
        "A_2.pdf.p7s": b"s2",
        "a_2_2.pdf": b"3",
    }


def test_a_document_has_one_signature_and_another_is_a_document() -> None:
    (packed,) = zip_files([("a.pdf", b"1"), ("a.pdf.p7s", b"s1"), ("a.pdf.p7s", b"s2")])

    assert unpacked(packed) == {"a.pdf": b"1", "a.pdf.p7s": b"s1", "a.pdf_2.p7s": b"s2"}


def test_a_name_is_free_when_that_of_its_signature_is() -> None:
    (packed,) = zip_files([("a.pdf.p7s", b"0"), ("a.pdf", b"1"), ("a.pdf.p7s", b"s1")])

    assert unpacked(packed) == {"a.pdf.p7s": b"0", "a_2.pdf": b"1", "a_2.pdf.p7s": b"s1"}


@given(
    names=st.lists(
        st.sampled_from(["a", "a.pdf", "A.PDF", "a_2.pdf", "a.pdf.p7s"]) | st.text(max_size=9), max_size=12
    )
)
def test_nothing_is_lost_and_no_two_names_are_alike(names: list[str]) -> None:
    (packed,) = zip_files([(name, str(number).encode()) for number, name in enumerate(names)])
    found = unpacked(packed)

    assert sorted(found.values()) == sorted(str(number).encode() for number in range(len(names)))
    assert len({name.casefold() for name in found}) == len(names)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a:b?.pdf", "a_b_.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        ("contrato de cessão.pdf", "contrato de cessão.pdf"),
    ],
)
def test_names_stay_in_the_folder_where_they_are_unpacked(given_name: str, name: str) -> None:
    (packed,) = zip_files([(given_name, b"x")])

    assert list(unpacked(packed)) == [name]
