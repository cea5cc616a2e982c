"""PDF and ZIP files: looking into what was uploaded, adding pages to it, packing what was signed.

Nothing is compressed: what a compressor writes differs between versions of zlib, and the same seed is to give
the same bytes on every machine.
"""
# ruff: noqa: PLC0415, the libraries take a tenth of a second that most runs need not pay

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from .documents import PER_ZIP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pypdf import PageObject
    from reportlab.pdfgen.canvas import Canvas

    from .cnab import Title

WARNING = "SANDBOX, no legal value"
A4 = (595.28, 841.89)
MARGIN, BAND = 56, 26

READ_ONLY, PUSH_BUTTON = 1 << 0, 1 << 16
FILLABLE = ("/Tx", "/Ch", "/Btn")
MOST_OBJECTS = 200_000
MOST_PAGES = 20_000
MOST_FIELDS = 20_000
DEEPEST_FIELD = 60
LONGEST_TEXT = 2000
"""More of a text than this is cut: a page is there to be read."""

ENCRYPTED = re.compile(rb"/Encrypt\b")
LONG_WORD = re.compile(r"\S{45}(?=\S)")
FORBIDDEN_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"*:<>?|]')

# pypdf tells of each oddity of a file; without a handler Python would print that in the server's output
logging.getLogger("pypdf").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What an upload is judged by. The pages of an encrypted file are not counted."""

    is_pdf: bool
    pages: int = 0
    encrypted: bool = False
    editable_fields: bool = False


NO_PDF = PdfFacts(is_pdf=False)


@dataclass(frozen=True, slots=True)
class Endorsement:
    """The fields of an upload that are printed on its endorsement page. Each may be left out."""

    endorser_name: str = ""
    endorser_document_number: str = ""
    receiver_name: str = ""
    receiver_document_number: str = ""
    document_type: str = ""
    document_identifier: str = ""


def inspect_pdf(content: bytes) -> PdfFacts:
    """What kind of PDF `content` is. Any bytes will do; what cannot be read is no PDF.

    The work is bounded: a file of more than 200 000 objects or 20 000 pages counts as unreadable too.

    An editable field is one that a person can fill in: neither a signature, nor a push button, nor read-only.
    """
    from pypdf import PdfReader, apply_configuration

    if b"%PDF-" not in content[:1024] or content.count(b" obj") > MOST_OBJECTS:
        return NO_PDF
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            return PdfFacts(is_pdf=True, encrypted=True)
        with apply_configuration(page_tree_maximum_entries=MOST_PAGES):
            pages = len(reader.pages)
        editable = _has_editable_fields(reader.root_object)
    except Exception:  # noqa: BLE001, pypdf raises whatever a broken file makes it stumble over
        # its ciphers may be missing here, and a file locked in an unknown way is locked all the same
        return PdfFacts(is_pdf=True, encrypted=True) if ENCRYPTED.search(content) else NO_PDF
    return PdfFacts(is_pdf=True, pages=pages, editable_fields=editable) if pages else NO_PDF


def with_signature_page(pdf: bytes, *, title: str, lines: Sequence[str]) -> bytes:
    """`pdf` with `lines` on pages after its last one. Raises ValueError for an unreadable `pdf`."""
    return _with_pages(pdf, sheet(title, [("", line) for line in lines]))


def endorsement_page(pdf: bytes, fields: Endorsement) -> bytes:
    """`pdf` with an endorsement page after its last one. Raises ValueError for an unreadable `pdf`."""
    rows = [
        ("Endorser", fields.endorser_name),
        ("Endorser's document", fields.endorser_document_number),
        ("Receiver", fields.receiver_name),
        ("Receiver's document", fields.receiver_document_number),
        ("Document type", fields.document_type),
        ("Document identifier", fields.document_identifier),
    ]
    return _with_pages(pdf, sheet("Endorsement", [row for row in rows if row[1]]))


def written_anew(pdf: bytes, more: Iterable[PageObject] = ()) -> bytes:
    """`pdf` without the faults that a reader forgives, and with more pages. Raises ValueError for others."""
    from pypdf import PdfWriter

    written = BytesIO()
    try:
        writer = PdfWriter(clone_from=BytesIO(pdf))
        for page in more:
            writer.add_page(page)
        writer.write(written)
    except Exception as unreadable:  # as in inspect_pdf
        raise ValueError(f"this PDF cannot be written anew: {unreadable!r}") from unreadable
    return written.getvalue()


def trade_bill_pdf(title: Title, *, assignor_address: str = "") -> bytes:
    """The trade bill (duplicata) of a title. The assignor's address is no part of a CNAB: it is uploaded."""
    rows = [
        ("Number", title.number),
        ("Amount", f"BRL {title.amount:,.2f}"),
        ("Due on", title.due.isoformat()),
        ("Issued on", title.issued.isoformat() if title.issued else ""),
        ("Assignor", title.assignor),
        ("Assignor's document", title.assignor_document),
        ("Assignor's address", assignor_address),
        ("Payer", title.payer),
        ("Payer's document", title.payer_document),
        ("Payer's address", f"{title.payer_address} {title.payer_cep}".strip()),
        ("Control number", title.control_number),
        ("Invoice key", title.invoice_key),
    ]
    return sheet("Trade bill", [row for row in rows if row[1]])


def zip_files(entries: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """At least one ZIP, and one more for each 500 documents. An entry is a file's name and content.

    A signature stands in the ZIP of its document: give `x.pdf.p7s` right after the `x.pdf` that it signs. Of
    two files with one name the second becomes `x_2.pdf`, and so does its signature.
    """
    documents: list[list[tuple[str, bytes]]] = []
    for name, content in entries:
        if documents and len(documents[-1]) == 1 and name == f"{documents[-1][0][0]}.p7s":
            documents[-1].append((name, content))
        else:
            documents.append([(name, content)])
    starts = range(0, max(len(documents), 1), PER_ZIP)
    return [_zip(documents[start : start + PER_ZIP]) for start in starts]


def _zip(documents: Sequence[Sequence[tuple[str, bytes]]]) -> bytes:
    packed, taken = BytesIO(), set[str]()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for document in documents:
            given = document[0][0]
            name = _free_name(_file_name(given), taken)
            for entry, content in document:
                written = name + entry.removeprefix(given)
                taken.add(written.casefold())
                archive.writestr(_zip_info(written), content)
    return packed.getvalue()


def _zip_info(name: str) -> ZipInfo:
    """An entry of 1980, by Unix: neither the clock nor the system leaves a trace."""
    info = ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _file_name(given: str) -> str:
    """`given` as a name that unpacks on every system into the folder where it is unpacked."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", _sound(given)))[-1]
    return FORBIDDEN_IN_NAMES.sub("_", last).strip(". ")[-120:] or "document.pdf"


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    stem, ending = (stem, dot + suffix) if stem else (name, "")
    number, free = 1, name
    while taken & {free.casefold(), f"{free}.p7s".casefold()}:
        number += 1
        free = f"{stem}_{number}{ending}"
    return free


def _has_editable_fields(root: Any) -> bool:
    form = _resolved(root.get("/AcroForm"))
    if not isinstance(form, dict):
        return False
    fields = _fillable(form.get("/Fields"), kind=None, flags=0, depth=0)
    return "/XFA" in form or any(islice(fields, MOST_FIELDS))


def _fillable(nodes: Any, *, kind: Any, flags: Any, depth: int) -> Iterator[bool]:
    """For each field whether it can be filled in. Type and flags come from above where a field has none."""
    resolved = _resolved(nodes)
    for node in resolved if isinstance(resolved, list) else ():
        field = _resolved(node)
        if not isinstance(field, dict):
            continue
        own_kind = _resolved(field.get("/FT", kind))
        own_flags = _resolved(field.get("/Ff", flags))
        yield "/Kids" not in field and _is_fillable(own_kind, own_flags)
        if depth < DEEPEST_FIELD:
            yield from _fillable(field.get("/Kids"), kind=own_kind, flags=own_flags, depth=depth + 1)


def _is_fillable(kind: Any, flags: Any) -> bool:
    bits = flags if isinstance(flags, int) else 0
    push_button = kind == "/Btn" and bits & PUSH_BUTTON
    return kind in FILLABLE and not bits & READ_ONLY and not push_button


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _with_pages(pdf: bytes, more: bytes) -> bytes:
    from pypdf import PdfReader

    return written_anew(pdf, PdfReader(BytesIO(more)).pages)


def sheet(title: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """Pages that say what `rows` (a label, or none, and a text) say, under a warning."""
    from reportlab.pdfgen.canvas import Canvas

    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=0, invariant=1)
    canvas.setTitle(_shown(title))
    canvas.setCreator("Sealbox")
    top = _begin_page(canvas, title)
    for text, size, leading in _lines(rows):
        if top - leading < MARGIN:
            canvas.showPage()
            top = _begin_page(canvas, title)
        top -= leading
        canvas.setFont("Helvetica", size)
        canvas.drawString(MARGIN, top, text)
    canvas.save()
    return written.getvalue()


def _begin_page(canvas: Canvas, title: str) -> float:
    """Draw what is on each page. Returns where its text begins."""
    width, height = A4
    canvas.setFillColorRGB(0.95, 0.76, 0.23)
    canvas.rect(0, height - BAND, width, BAND, stroke=0, fill=1)
    canvas.setFillColorRGB(0.12, 0.18, 0.31)
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawCentredString(width / 2, height - BAND + 8, WARNING)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(MARGIN, height - BAND - 46, _shown(title)[:44])
    return height - BAND - 60


def _lines(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, float, float]]:
    """Each line with its size and how far it stands below the one before."""
    from reportlab.lib.utils import simpleSplit

    for label, text in rows:
        if label:
            yield label, 8, 20
        broken = LONG_WORD.sub(r"\g<0> ", _shown(text))
        for line in simpleSplit(broken, "Helvetica", 11, A4[0] - 2 * MARGIN) or [""]:
            yield line, 11, 15


def _shown(text: str) -> str:
    """`text` on one line, in the letters that every PDF reader's own Helvetica has."""
    line = " ".join(unicodedata.normalize("NFC", text[:LONGEST_TEXT]).split())
    return line.encode("cp1252", "replace").decode("cp1252")


def _sound(text: str) -> str:
    """`text` without halves of letters, which no encoding has."""
    return text.encode("utf-8", "replace").decode()
