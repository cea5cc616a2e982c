"""Remittance files as funds send them: what the mock reads, written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sealbox.apis.certifiqi.cnab import (
    AMOUNT,
    ASSIGNOR,
    ASSIGNOR_DOCUMENT,
    CENT,
    CONTROL,
    CPF,
    DUE,
    INVOICE_KEY,
    ISSUED,
    LENGTH,
    LITERAL,
    NUMBER,
    PAYER,
    PAYER_ADDRESS,
    PAYER_CEP,
    PAYER_DOCUMENT,
    PAYER_TYPE,
    Columns,
    Title,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

CNPJ = "02"
SERVICE: Columns = (10, 26)
COMPANY: Columns = (47, 76)
WRITTEN: Columns = (95, 100)
OCCURRENCE: Columns = (109, 110)
KIND: Columns = (148, 149)
SEQUENCE: Columns = (439, 444)


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
