"""PDF files written by hand, so that each shows one thing and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [%s] >>"
FIELD = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (answer) /Rect [50 50 200 80] /P 3 0 R >>"
LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"2b" * 32, b"4d" * 32)


def plain() -> bytes:
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", _pages(), PAGE % b""])


def with_form_field() -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>"
    return _file([catalog, _pages(), PAGE % b"4 0 R", FIELD])


def with_password() -> bytes:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", _pages(), PAGE % b"", LOCK]
    return _file(objects, trailer=b"/Encrypt 4 0 R /ID [<%s> <%s>]" % (b"5e" * 16, b"5e" * 16))


def larger_than(size: int) -> bytes:
    """A sound PDF with a stream that nobody shows."""
    filling = b"<< /Length %d >>\nstream\n%s\nendstream" % (size, b"\0" * size)
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", _pages(), PAGE % b"", filling])


def _pages() -> bytes:
    return b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def _file(objects: Iterable[bytes], *, trailer: bytes = b"") -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, written in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    ends = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\n" % (
        size,
        table,
        size,
        trailer,
    )
    return out + ends + b"startxref\n%d\n%%%%EOF\n" % len(out)
