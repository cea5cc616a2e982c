"""The files behind VEC's storage addresses, made when asked for: values in, the same bytes out every time."""
# ruff: noqa: PLC0415, the drawing libraries take a quarter of a second that most runs need not pay

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from .certificates import Certificate
    from .model import Institution, Template, User

IMAGE_WIDTH = 2400
SCREENSHOT_WIDTH = 640
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def certificate_pdf(
    certificate: Certificate, *, institution: Institution, signatories: Sequence[User], verify_url: str
) -> bytes:
    """A certificate as a PDF.

    A letter that the page's font does not have (it has Latin, Greek and Cyrillic) is printed as a square;
    the document's title keeps the name as it was written.
    """
    from .certificate_page import Page, document
    from .pictures import logo

    headers, recipient = certificate.batch.recipients.custom_headers, certificate.recipient
    return document(
        Page(
            institution=institution.name,
            logo=logo(institution.name),
            recipient=recipient.name,
            title=certificate.batch.template.name,
            details=tuple(pair for pair in zip(headers, recipient.custom, strict=False) if pair[1].strip()),
            issued=written_date(recipient.issue_date),
            reference=certificate.reference_id,
            verify_url=verify_url,
            signed=tuple(
                (printed_name(user), user.signatory_designation or "", signature_png(printed_name(user)))
                for user in signatories
            ),
        )
    )


def certificate_png(pdf: bytes) -> bytes:
    """The first page of `pdf` as a picture."""
    from .pictures import first_page

    return first_page(pdf, width=IMAGE_WIDTH)


def screenshot_png(template: Template) -> bytes:
    """A small picture of what a template's certificates look like."""
    from .certificate_page import Page, document
    from .pictures import first_page, logo

    page = Page(
        institution="Your institution",
        logo=logo("Your institution"),
        recipient="Recipient's name",
        title=template.name,
        details=(),
        issued="Date of issue",
        reference="VEC-IC-0000",
        verify_url="https://example.com/verify",
        signed=tuple((field.replace("_", " ").capitalize(), "", None) for field in template.signatory_fields),
    )
    return first_page(document(page), width=SCREENSHOT_WIDTH)


def signature_png(name: str) -> bytes:
    """The signature of a person called `name`, in blue ink on nothing."""
    from .pictures import signature

    return signature(name)


def avatar_png(name: str) -> bytes:
    from .pictures import avatar

    return avatar(name)


def logo_png(name: str) -> bytes:
    from .pictures import logo

    return logo(name)


def qrcode_svg(text: str) -> bytes:
    import segno

    drawn = BytesIO()
    segno.make(text, micro=False, error="m").save(drawn, kind="svg", scale=8, light="white")
    return drawn.getvalue()


def barcode_svg(text: str) -> bytes:
    """`text`, which must be ASCII, as Code 128."""
    from barcode import Code128  # type: ignore[import-untyped]  # ships no py.typed
    from barcode.writer import SVGWriter  # type: ignore[import-untyped]  # ships no py.typed

    writer = SVGWriter()
    writer.with_doctype = False  # it would send strict readers to fetch a DTD
    drawn = BytesIO()
    Code128(text, writer=writer).write(drawn, options={"module_width": 0.3, "text_distance": 4})
    return drawn.getvalue()


def printed_name(user: User) -> str:
    """The name under a signature, and what `signature_png` is to be given for this user."""
    return user.signatory_name or f"{user.first_name} {user.last_name}"


def written_date(day: date) -> str:
    # not strftime, whose month names follow the process's locale
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
