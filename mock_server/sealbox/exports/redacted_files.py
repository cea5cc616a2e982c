"""Uploads without the people in them: CSV and CNAB files row by row, PDFs replaced by one that says so."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from io import StringIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from .pseudonyms import Pseudonyms

_ENCODINGS: Final = ("utf-8", "cp1252")
_DELIMITERS: Final = ",;\t|"
_EMAIL, _NAME, _DATE = "recipientsemail", "recipientsname", "issuedate"
_HEADERS: Final = {_EMAIL, _NAME, _DATE, "recipientemail", "recipientname", "email", "name", "nome", "date"}
_OURS: Final = b"%sealbox-redacted"
_RECORD: Final = 444


def redacted_file(content: bytes, people: Pseudonyms) -> bytes:
    """A file of the kind of `content`, which a server takes or refuses as it would have done."""
    if b"%PDF-" in content[:1024]:
        return content if _OURS in content else redacted_pdf(content)
    # A mark stays one, whatever follows it: once an odd byte is redacted it would be read as one.
    mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
    return mark + _redacted_text(content.removeprefix(mark), people)


def _redacted_text(content: bytes, people: Pseudonyms) -> bytes:
    if not content or content.startswith(b"redacted: "):
        return content
    text, encoding = _decoded(content)
    if text is None or "\0" in text.partition("\n")[0]:  # UTF-16, in which nothing would be found
        return withheld(content)
    if _is_cnab(text):
        return _redacted_cnab(text, people).encode(encoding, "replace")
    try:
        return _redacted_csv(text, people).encode(encoding, "replace")
    except csv.Error:
        return withheld(content)


def withheld(content: bytes, kind: str = "") -> bytes:
    """In place of what cannot be read and so cannot be redacted."""
    return f"redacted: {len(content)} bytes {f'of {kind} ' if kind else ''}were here".encode()


def _decoded(content: bytes) -> tuple[str | None, str]:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    # Bytes that are no text at all, below headers that are: a server reads on, and so do we.
    return (content.decode("latin-1"), "latin-1") if content.partition(b"\n")[0].isascii() else (None, "")


def _redacted_csv(text: str, people: Pseudonyms) -> str:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").replace("\r", " ")  # csv stops at a \r within a line
    rows = list(csv.reader(StringIO(lines, newline="\n"), delimiter=delimiter))
    if not rows:
        return text
    kinds = [re.sub(r"[\W_]", "", header).lower() for header in rows[0]]
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    writer.writerow(_headers(rows[0], kinds, people))
    for row in rows[1:]:
        writer.writerow([_cell(cell, kind, people) for cell, kind in _paired(row, kinds)])
    return written.getvalue()


def _headers(written: list[str], kinds: list[str], people: Pseudonyms) -> list[str]:
    """As they are; in a file without the two that are needed they may be somebody's data."""
    if {_EMAIL, _NAME} <= set(kinds):
        return [people.text(header) for header in written]
    return [
        header if kind in _HEADERS else _cell(header, "", people)
        for header, kind in zip(written, kinds, strict=True)
    ]


def _paired(row: list[str], kinds: list[str]) -> list[tuple[str, str]]:
    return list(zip(row, kinds + [""] * len(row), strict=False))


def _cell(cell: str, kind: str, people: Pseudonyms) -> str:
    """A custom column can hold anything; what is an address or a number stays one."""
    if kind == _DATE:
        return people.text(cell) if re.fullmatch(r"[\s\d./-]*", cell) else people.name(cell)
    if kind in {_EMAIL, "recipientemail", "email"} or "@" in cell:
        return people.email(cell)
    if kind == _NAME or not re.fullmatch(r"\s*[\d./-]+\s*", cell):
        return people.name(cell)
    return people.document(cell)


def _is_cnab(text: str) -> bool:
    lines = text.rstrip("\r\n\x1a").split("\n")
    return all(len(line.removesuffix("\r")) == _RECORD for line in lines)


# First and last column of what a CNAB 444 record has of people, by the type of record, and what it is.
_COLUMNS: Final = {
    "0": ((47, 76, "name"),),
    "1": (
        (221, 234, "document"),
        (235, 274, "name"),
        (275, 314, "name"),
        (327, 334, "phone"),
        (335, 380, "name"),
        (381, 394, "document"),
        (395, 438, "phone"),
    ),
}


def _redacted_cnab(text: str, people: Pseudonyms) -> str:
    return "\n".join(_record(line, people) for line in text.split("\n"))


def _record(line: str, people: Pseudonyms) -> str:
    for first, last, kind in _COLUMNS.get(line[:1], ()):
        old = line[first - 1 : last]
        replace: Callable[[str], str] = people.name if kind == "name" else _number_of(people, kind, line)
        new = replace(old.strip()).upper() if old.strip() else old
        fitting = new.rjust(len(old), "0") if kind != "name" and new.isdigit() else new.ljust(len(old))
        line = line[: first - 1] + fitting[: len(old)] + line[last:]
    return line


def _number_of(people: Pseudonyms, kind: str, line: str) -> Callable[[str], str]:
    """A CPF comes with three zeros before it, which its check digits know nothing of."""
    if kind == "phone":
        return people.phone

    def number(text: str) -> str:
        is_person = line[218:220] == "01" and len(text) == 14 and text.startswith("000")
        return people.document(text[3:]) if is_person else people.document(text)

    return number


def redacted_pdf(content: bytes) -> bytes:
    """A page that says what it stands for; locked, with a field to fill in or broken if the other one was."""
    from sealbox.apis.certifiqi.pdf_files import inspect_pdf  # noqa: PLC0415, it is slow to import and seldom needed

    facts = inspect_pdf(content)
    if not facts.is_pdf:
        return b"%PDF-1.4\n" + _OURS + b"\n"
    note = f"Redacted: a PDF of {len(content)} bytes was here."
    shown = f"BT /F1 12 Tf 40 800 Td ({note}) Tj ET".encode()
    form = b" /AcroForm << /Fields [6 0 R] >>" if facts.editable_fields else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R" + form + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (field) /Rect [0 0 9 9] >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    lock = b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%s) /U (%s) >> /ID [(x) (x)]"
    return _pdf(objects, lock % (b"o" * 32, b"u" * 32) if facts.encrypted else b"")


def _pdf(objects: list[bytes], more: bytes) -> bytes:
    written, places = b"%PDF-1.4\n" + _OURS + b"\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    count = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R%s >>\n" % (count, more)
    return written + head + trailer + b"startxref\n%d\n%%%%EOF\n" % len(written)
