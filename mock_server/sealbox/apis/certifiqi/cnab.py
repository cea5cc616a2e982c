"""CNAB 444: the remittance file in which a fund (FIDC) is told of the titles that it is to buy.

Records of 444 characters, one a line: a header (type 0), a detail (type 1) per title, a trailer (type 9).
There is no one standard. The columns are those that fund administrators publish, with a sequence number in
439-444; files that stretch a bank's CNAB 400 instead agree with them up to column 394. Inferred, as CertifiQI
says no more than "CNAB 444": that this is the layout meant, that other types of record are passed over, that
years are 20YY, and that sequence numbers are not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LENGTH = 444
CENT = Decimal("0.01")
BYTE_ORDER_MARK = "\ufeff"
END_OF_FILE = "\x1a"
CPF = "01"

Columns = tuple[int, int]
"""First and last, counted from 1 as the manuals do."""

LITERAL: Columns = (3, 9)
CONTROL: Columns = (38, 62)
NUMBER: Columns = (111, 120)
DUE: Columns = (121, 126)
AMOUNT: Columns = (127, 139)
ISSUED: Columns = (151, 156)
PAYER_TYPE: Columns = (219, 220)
PAYER_DOCUMENT: Columns = (221, 234)
PAYER: Columns = (235, 274)
PAYER_ADDRESS: Columns = (275, 314)
PAYER_CEP: Columns = (327, 334)
ASSIGNOR: Columns = (335, 380)
ASSIGNOR_DOCUMENT: Columns = (381, 394)
INVOICE_KEY: Columns = (395, 438)


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
