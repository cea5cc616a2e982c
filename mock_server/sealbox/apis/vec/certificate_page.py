"""A certificate as it is printed: one landscape page, and more only for more columns than fit on it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image, Paragraph, Table
from reportlab.platypus.flowables import HRFlowable, Spacer

from .lettering import GARAMOND, GARAMOND_ITALIC, MISSING, in_pdf, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportlab.lib.colors import Color
    from reportlab.platypus import Flowable

    from .lettering import Face

NAVY, GOLD, GREY, AMBER = HexColor("#1f2f4f"), HexColor("#b8934a"), HexColor("#6b7280"), HexColor("#f3c13a")
WIDTH, HEIGHT = landscape(A4)
WARNING = "SANDBOX, no legal value"
BAND = 22
TEXT_WIDTH = 660
TOP, FOOT = HEIGHT - 44, 56
QR_SIDE = 66
BARCODE_WIDTH = 272  # narrower, and a scanner cannot read it from the picture

COLUMNS = 3
ON_FIRST_PAGE = 6
ON_OTHER_PAGES = 27
MOST_DETAILS = ON_FIRST_PAGE + 5 * ON_OTHER_PAGES
MOST_SIGNATURES = 6


@dataclass(frozen=True, slots=True)
class Page:
    """What a certificate says. A signature is a name, a designation and a picture."""

    institution: str
    logo: bytes
    recipient: str
    title: str
    details: tuple[tuple[str, str], ...]
    issued: str
    reference: str
    verify_url: str
    signed: tuple[tuple[str, str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """How a piece of text looks, down to the size where it is cut instead."""

    size: float
    smallest: float
    face: Face = GARAMOND
    colour: Color = NAVY
    alignment: Literal[0, 1] = 1


HEADING = Ink(46, 46)
PRESENTED = Ink(15, 15, GARAMOND_ITALIC, GREY)
INSTITUTION = Ink(17, 9)
RECIPIENT = Ink(40, 10, GARAMOND_ITALIC)
TITLE = Ink(21, 10)
LABEL = Ink(9, 6, colour=GREY)
VALUE = Ink(13, 7)
SMALL = Ink(9, 6, colour=GREY, alignment=0)
NOTE = Ink(8, 8, GARAMOND_ITALIC, GREY)


def document(page: Page) -> bytes:
    for face in (GARAMOND, GARAMOND_ITALIC):
        in_pdf(face)
    written = BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1)
    canvas.setTitle(_sound(page.recipient))
    canvas.setAuthor(_sound(page.institution))
    canvas.setSubject(_sound(page.reference))
    canvas.setCreator("Sealbox")
    details = _details(page)
    _first_page(canvas, page, details[:ON_FIRST_PAGE])
    for start in range(ON_FIRST_PAGE, len(details), ON_OTHER_PAGES):
        _other_page(canvas, page, details[start : start + ON_OTHER_PAGES])
    canvas.save()
    return written.getvalue()


def _details(page: Page) -> list[tuple[str, str]]:
    also = [
        ("Signed also by", f"{name}, {designation}") for name, designation, _ in page.signed[MOST_SIGNATURES:]
    ]
    details = [*also, *page.details]
    if len(details) <= MOST_DETAILS:
        return details
    return [*details[: MOST_DETAILS - 1], ("", f"and {len(details) - MOST_DETAILS + 1} columns more")]


def _first_page(canvas: Canvas, page: Page, details: Sequence[tuple[str, str]]) -> None:
    _paper(canvas)
    _foot(canvas, page)
    bottom: float = FOOT + QR_SIDE + 14
    if page.signed:
        bottom = _draw(canvas, _signatures(page.signed[:MOST_SIGNATURES]), top=bottom + 88) + 88
    blocks: list[tuple[float, Flowable]] = [
        (0, Image(BytesIO(page.logo), 44, 44)),
        (5, _text(page.institution, INSTITUTION, height=20)),
        (12, _text("Certificate", HEADING, height=60)),
        (10, _text("presented to", PRESENTED, height=18)),
        (4, _text(page.recipient, RECIPIENT, height=50)),
        (8, HRFlowable(TEXT_WIDTH * 0.56, 0.8, color=GOLD, spaceBefore=0, spaceAfter=0)),
        (9, _text(page.title, TITLE, height=30)),
    ]
    if details:
        blocks.append((16, _grid(details)))
    _column(canvas, blocks, top=TOP, bottom=bottom)
    canvas.showPage()


def _other_page(canvas: Canvas, page: Page, details: Sequence[tuple[str, str]]) -> None:
    _paper(canvas)
    top = _draw(canvas, _text(page.recipient, TITLE, height=32), top=TOP - 6)
    top = _draw(canvas, _text(f"Certificate {page.reference}", LABEL, height=12), top=top - 2)
    _draw(canvas, _grid(details), top=top - 16)
    canvas.showPage()


def _paper(canvas: Canvas) -> None:
    canvas.setFillColor(AMBER)
    canvas.rect(0, 0, WIDTH, BAND, stroke=0, fill=1)
    canvas.setFillColor(NAVY)
    canvas.setFont(GARAMOND.name, 13)
    canvas.drawCentredString(WIDTH / 2, 7, WARNING)
    for colour, thick, margin in ((NAVY, 1.8, 16), (GOLD, 0.7, 22)):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(thick)
        canvas.rect(margin, BAND + margin, WIDTH - 2 * margin, HEIGHT - BAND - 2 * margin)


def _foot(canvas: Canvas, page: Page) -> None:
    left, right = 52, WIDTH - 52
    canvas.drawImage(_qrcode(page.verify_url), left, FOOT, QR_SIDE, QR_SIDE)
    canvas.linkURL(page.verify_url, (left, FOOT, left + QR_SIDE, FOOT + QR_SIDE))
    beside, third = left + QR_SIDE + 8, 160
    top = _draw(canvas, _text("Verify at", SMALL, height=12), top=FOOT + QR_SIDE - 8, x=beside, width=third)
    _draw(canvas, _text(page.verify_url, SMALL, height=46, width=third), top=top, x=beside, width=third)
    middle = (WIDTH - third) / 2
    top = _draw(canvas, _text("Issued on", LABEL, height=12), top=FOOT + QR_SIDE - 8, x=middle, width=third)
    top = _draw(canvas, _text(page.issued, VALUE, height=18, width=third), top=top, x=middle, width=third)
    if _lacks_letters(page):
        note = f"{MISSING} is a letter that this sandbox's font does not have"
        _draw(canvas, _text(note, NOTE, height=22, width=third), top=top - 6, x=middle, width=third)
    _barcode(canvas, page.reference, right=right)


def _barcode(canvas: Canvas, reference: str, *, right: float) -> None:
    modules = Code128(reference, barWidth=1, quiet=0).width
    width = min(0.95, BARCODE_WIDTH / max(modules, 1))
    bars = Code128(reference, barWidth=width, barHeight=30, quiet=0)
    bars.drawOn(canvas, right - bars.width, FOOT + 16)
    shown = _text(reference, LABEL, height=12, width=bars.width)
    _draw(canvas, shown, top=FOOT + 13, x=right - bars.width, width=bars.width)


def _qrcode(text: str) -> ImageReader:
    drawn = BytesIO()
    segno.make(text, micro=False, error="m").save(drawn, kind="png", scale=6, border=0)
    return ImageReader(drawn)


def _signatures(signed: Sequence[tuple[str, str, bytes | None]]) -> Table:
    width = min(TEXT_WIDTH / len(signed), 200)
    picture_width = min(width - 12, 132)
    rows: list[list[Flowable]] = [
        [
            Image(BytesIO(picture), picture_width, picture_width / 3) if picture else Spacer(1, 44)
            for _, _, picture in signed
        ],
        [HRFlowable(width - 28, 0.6, color=GREY, spaceBefore=0, spaceAfter=0) for _ in signed],
        [_text(name, VALUE, height=18, width=width - 16) for name, _, _ in signed],
        [_text(designation, LABEL, height=14, width=width - 16) for _, designation, _ in signed],
    ]
    style = [*TIGHT, ("ALIGN", (0, 0), (-1, -1), "CENTER"), ("VALIGN", (0, 0), (-1, 0), "BOTTOM")]
    return Table(rows, [width] * len(signed), [46, 4, 18, 14], style=style)


def _grid(details: Sequence[tuple[str, str]]) -> Table:
    columns = min(COLUMNS, len(details))
    width = TEXT_WIDTH / COLUMNS
    cells: list[list[Flowable] | str] = [
        [_text(header, LABEL, height=12, width=width - 16), _text(value, VALUE, height=27, width=width - 16)]
        for header, value in details
    ]
    cells += [""] * (-len(cells) % columns)
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    style = [*TIGHT, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 5)]
    return Table(rows, [width] * columns, style=style)


TIGHT = (
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("LEFTPADDING", (0, 0), (-1, -1), 8),
    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
)


def _column(canvas: Canvas, blocks: Sequence[tuple[float, Flowable]], *, top: float, bottom: float) -> None:
    """Set blocks under each other, with their gaps stretched or shrunk to what room there is."""
    heights = [block.wrap(TEXT_WIDTH, HEIGHT)[1] for _, block in blocks]
    gaps = sum(gap for gap, _ in blocks)
    room = top - bottom - sum(heights)
    stretch = min(room / gaps, 1.7)
    top -= max(room - gaps * stretch, 0) / 2
    for gap, block in blocks:
        top = _draw(canvas, block, top=top - gap * stretch)


def _draw(
    canvas: Canvas, block: Flowable, *, top: float, x: float | None = None, width: float = TEXT_WIDTH
) -> float:
    """Draw `block` below `top`, in the middle of the page unless told where. Returns where it ends."""
    wide, high = block.wrap(width, HEIGHT)
    left = (WIDTH - wide) / 2 if x is None else x
    block.drawOn(canvas, left, top - high)
    return top - high


def _text(text: str, ink: Ink, *, height: float, width: float = TEXT_WIDTH) -> Paragraph:
    """`text` as large as it can be in a box; what does not fit at the smallest size is cut."""
    shown = printable(text, ink.face)
    for size in _sizes(ink):
        block = _paragraph(shown, ink, size)
        if block.wrap(width, HEIGHT)[1] <= height:
            return block
    while block.wrap(width, HEIGHT)[1] > height:
        shown = shown[: len(shown) * 4 // 5]
        block = _paragraph(f"{shown}\N{HORIZONTAL ELLIPSIS}", ink, ink.smallest)
    return block


def _sizes(ink: Ink) -> Iterator[float]:
    size = ink.size
    while size > ink.smallest:
        yield size
        size *= 0.9
    yield ink.smallest


def _paragraph(text: str, ink: Ink, size: float) -> Paragraph:
    style = ParagraphStyle(
        "text",
        fontName=ink.face.name,
        fontSize=size,
        leading=size * 1.16,
        textColor=ink.colour,
        alignment=ink.alignment,
    )
    return Paragraph(escape(text), style)


def _lacks_letters(page: Page) -> bool:
    said = (page.institution, page.recipient, page.title, *(text for pair in page.details for text in pair))
    signed = (text for name, designation, _ in page.signed for text in (name, designation))
    return any(MISSING in printable(text, GARAMOND_ITALIC) for text in (*said, *signed))


def _sound(text: str) -> str:
    """`text` without halves of letters, which no PDF can hold."""
    return text.encode("utf-8", "replace").decode()
