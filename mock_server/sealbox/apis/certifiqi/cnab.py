"""CNAB 444: the remittance file in which a fund (FIDC) is told of the titles that it is to buy.

Records of 444 characters, one a line: a header (type 0), a detail (type 1) per title, a trailer (type 9).
There is no one standard. The columns are those that fund administrators publish, with a sequence number in
439-444; files that stretch a bank's CNAB 400 instead agree with them up to column 394. Inferred, as CertifiQI
says no more than "CNAB 444": that this is the layout meant, that other types of record are passed over, that
years are 20YY, and that sequence numbers are not checked.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH = 444
CENT = Decimal("0.01")
BYTE_ORDER_MARK = "\ufeff"
END_OF_FILE = "\x1a"
CPF, CNPJ = "01", "02"

Columns = tuple[int, int]
"""First and last, counted from 1 as the manuals do."""

LITERAL: Columns = (3, 9)
SERVICE: Columns = (10, 26)
COMPANY: Columns = (47, 76)
WRITTEN: Columns = (95, 100)
CONTROL: Columns = (38, 62)
OCCURRENCE: Columns = (109, 110)
NUMBER: Columns = (111, 120)
DUE: Columns = (121, 126)
AMOUNT: Columns = (127, 139)
KIND: Columns = (148, 149)
ISSUED: Columns = (151, 156)
PAYER_TYPE: Columns = (219, 220)
PAYER_DOCUMENT: Columns = (221, 234)
PAYER: Columns = (235, 274)
PAYER_ADDRESS: Columns = (275, 314)
PAYER_CEP: Columns = (327, 334)
ASSIGNOR: Columns = (335, 380)
ASSIGNOR_DOCUMENT: Columns = (381, 394)
INVOICE_KEY: Columns = (395, 438)
SEQUENCE: Columns = (439, 444)


@dataclass(frozen=True, slots=True)
class Title:
    """One receivable: what somebody (the payer) owes the assignor. Texts are as in the file, without padding.

    `invoice_key` is the 44 digits of an electronic invoice, empty when those columns hold anything else.
    """

    number: str
    amount: Decimal
    due: date
    payer: str
    payer_document: str
    issued: date | None = None
    payer_address: str = ""
    payer_cep: str = ""
    assignor: str = ""
    assignor_document: str = ""
    control_number: str = ""
    invoice_key: str = ""


def read_titles(content: bytes) -> list[Title]:
    """The titles of a remittance file. Raises ValueError, which names the line, for what is none."""
    records = _records(content)
    _expect(records[0][:1] == "0", 1, "a header (type 0) has to come first")
    _expect(
        _cut(records[0], LITERAL) == "REMESSA", 1, "the header of a remittance says REMESSA in columns 3-9"
    )
    _expect(len(records) > 1 and records[-1][:1] == "9", len(records), "a trailer (type 9) has to come last")
    return [
        _title(record, line) for line, record in enumerate(records[:-1], start=1) if record.startswith("1")
    ]


def write_titles(titles: Sequence[Title]) -> bytes:
    """A remittance file. As the layout asks, texts become capitals without accents, cut to their columns.

    Raises ValueError for an amount, a date or a document that cannot be written.
    """
    latest = max((title.issued or title.due for title in titles), default=None)
    header = {
        (1, 2): "01",
        LITERAL: "REMESSA",
        SERVICE: "01COBRANCA",
        COMPANY: _plain(titles[0].assignor if titles else ""),
        WRITTEN: _written_day(latest),
        (109, 110): "MX",
        (111, 117): "0000001",
    }
    bodies = [header, *(_detail(title) for title in titles), {(1, 1): "9"}]
    lines = [_record({**body, SEQUENCE: f"{number:06}"}) for number, body in enumerate(bodies, start=1)]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _records(content: bytes) -> list[str]:
    """The lines; each has the right length, or a ValueError says which has not."""
    text = _decoded(content).removeprefix(BYTE_ORDER_MARK).rstrip(f"\r\n{END_OF_FILE}")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    for number, line in enumerate(lines, start=1):
        _expect(len(line) == LENGTH, number, f"{len(line)} characters where a record has {LENGTH}")
    return lines


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _title(record: str, line: int) -> Title:
    cents, key = _cut(record, AMOUNT), _cut(record, INVOICE_KEY)
    _expect(_is_number(cents), line, "the amount in columns 127-139 is no number")
    return Title(
        number=_cut(record, NUMBER),
        amount=int(cents) * CENT,
        due=_day(record, DUE, line),
        payer=_cut(record, PAYER),
        payer_document=_payer_document(record),
        issued=_day(record, ISSUED, line) if _cut(record, ISSUED).strip("0") else None,
        payer_address=_cut(record, PAYER_ADDRESS),
        payer_cep=_cut(record, PAYER_CEP),
        assignor=_cut(record, ASSIGNOR),
        assignor_document=_cut(record, ASSIGNOR_DOCUMENT),
        control_number=_cut(record, CONTROL),
        invoice_key=key if len(key) == 44 and _is_number(key) else "",
    )


def _payer_document(record: str) -> str:
    """A CPF comes with zeros before it, to be as long as a CNPJ."""
    document = _cut(record, PAYER_DOCUMENT)
    return document[-11:] if _cut(record, PAYER_TYPE) == CPF else document


def _day(record: str, columns: Columns, line: int) -> date:
    written, where = _cut(record, columns), f"columns {columns[0]}-{columns[1]}"
    _expect(len(written) == 6 and _is_number(written), line, f"no date (DDMMYY) in {where}")
    try:
        return date(2000 + int(written[4:]), int(written[2:4]), int(written[:2]))
    except ValueError as no_day:
        raise ValueError(f"line {line}: {written} in {where} is no day") from no_day


def _cut(record: str, columns: Columns) -> str:
    first, last = columns
    return record[first - 1 : last].strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _expect(truth: bool, line: int, otherwise: str) -> None:  # noqa: FBT001, what is expected is the argument
    if not truth:
        raise ValueError(f"line {line}: {otherwise}")


def _detail(title: Title) -> dict[Columns, str]:
    is_person = len(title.payer_document) == 11
    return {
        (1, 1): "1",
        CONTROL: _plain(title.control_number),
        OCCURRENCE: "01",
        NUMBER: _plain(title.number),
        DUE: _written_day(title.due),
        AMOUNT: _written_amount(title.amount),
        KIND: "01",
        ISSUED: _written_day(title.issued),
        PAYER_TYPE: CPF if is_person else CNPJ,
        PAYER_DOCUMENT: _document(title.payer_document).rjust(14, "0"),
        PAYER: _plain(title.payer),
        PAYER_ADDRESS: _plain(title.payer_address),
        PAYER_CEP: _plain(title.payer_cep),
        ASSIGNOR: _plain(title.assignor),
        ASSIGNOR_DOCUMENT: _document(title.assignor_document),
        INVOICE_KEY: title.invoice_key,
    }


def _record(fields: dict[Columns, str]) -> str:
    record = " " * LENGTH
    for (first, last), text in fields.items():
        record = record[: first - 1] + text[: last - first + 1].ljust(last - first + 1) + record[last:]
    return record


def _plain(text: str) -> str:
    """Capitals without accents, and nothing that would end a line."""
    letters = unicodedata.normalize("NFKD", text.upper()).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isprintable() else " " for letter in letters)


def _document(text: str) -> str:
    if len(text) > 14 or not text.isascii():
        raise ValueError(f"{text!r} is no CPF or CNPJ: fourteen characters hold it")
    return _plain(text)


def _written_day(day: date | None) -> str:
    if day is None:
        return "000000"
    if day.year // 100 != 20:
        raise ValueError(f"{day} cannot be written with a year of two digits")
    return f"{day.day:02}{day.month:02}{day.year % 100:02}"


def _written_amount(amount: Decimal) -> str:
    cents = amount / CENT
    if not cents.is_finite() or cents != int(cents) or not 0 <= cents < 10**13:
        raise ValueError(f"{amount} is no amount in whole cents of at most thirteen digits")
    return f"{int(cents):013}"
