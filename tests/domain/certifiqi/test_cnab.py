"""CNAB 444: what is written can be read, and what is none is refused by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.certifiqi.cnab import Title, read_titles

from tests.remittance import write_titles

TITLE = Title(
    number="DUP 1",
    amount=Decimal("2470.56"),
    due=date(2025, 5, 31),
    payer="MARIA DOS SANTOS",
    payer_document="85653681067",
    issued=date(2025, 4, 1),
    payer_address="RUA UM 10",
    payer_cep="01310100",
    assignor="EMPRESA EXEMPLO",
    assignor_document="74766848000162",
    control_number="CONTROLE 1",
    invoice_key="35" * 22,
)


def padded(size: int) -> st.SearchStrategy[str]:
    return st.text(ascii_uppercase + digits + " .-/", max_size=size).map(str.strip)


def numbers(size: int) -> st.SearchStrategy[str]:
    return st.text(digits, min_size=size, max_size=size)


DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
TITLES = st.builds(
    Title,
    number=padded(10),
    amount=st.integers(0, 10**13 - 1).map(lambda cents: cents * Decimal("0.01")),
    due=DAYS,
    payer=padded(40),
    payer_document=numbers(11) | numbers(14),
    issued=st.none() | DAYS.filter(lambda day: day != date(2000, 1, 1)),
    payer_address=padded(40),
    payer_cep=numbers(8),
    assignor=padded(46),
    assignor_document=numbers(14),
    control_number=padded(25),
    invoice_key=st.just("") | numbers(44),
)


def edited(content: bytes, line: int, first: int, text: bytes) -> bytes:
    """`content` with `text` from a column on."""
    lines = content.split(b"\r\n")
    record = lines[line - 1]
    lines[line - 1] = record[: first - 1] + text + record[first - 1 + len(text) :]
    return b"\r\n".join(lines)


@given(titles=st.lists(TITLES, max_size=5))
def test_what_is_written_is_read(titles: list[Title]) -> None:
    assert read_titles(write_titles(titles)) == titles


@given(titles=st.lists(TITLES, max_size=5))
def test_every_record_has_444_characters_and_its_number(titles: list[Title]) -> None:
    records = write_titles(titles).decode().split("\r\n")[:-1]

    assert {len(record) for record in records} == {444}
    assert [int(record[-6:]) for record in records] == list(range(1, len(titles) + 3))


def test_fields_stand_in_the_published_columns() -> None:
    header, detail, trailer = write_titles([TITLE]).decode().split("\r\n")[:-1]

    assert header.startswith("01REMESSA01COBRANCA")
    assert detail[120:126] == "310525"
    assert detail[126:139] == "0000000247056"
    assert detail[218:234] == "0100085653681067"
    assert detail[234:274].rstrip() == "MARIA DOS SANTOS"
    assert detail[394:438] == "35" * 22
    assert trailer.strip("9 ") == "000003"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\r\n", b"\n"),
        lambda content: content.rstrip(b"\r\n"),
        lambda content: content + b"\x1a",
        lambda content: b"\xef\xbb\xbf" + content,
    ],
    ids=["LF only", "no last line end", "end of file mark", "byte order mark"],
)
def test_how_lines_end_makes_no_difference(change: object) -> None:
    assert callable(change)
    assert read_titles(change(write_titles([TITLE]))) == [TITLE]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_accents_are_read_in_either_encoding(encoding: str) -> None:
    content = write_titles([TITLE]).decode().replace("MARIA", "MÁRIA").encode(encoding)

    assert read_titles(content)[0].payer == "MÁRIA DOS SANTOS"


def test_accents_and_small_letters_are_not_written() -> None:
    title = Title("1", Decimal(1), date(2025, 1, 1), payer="João\nÇ", payer_document=TITLE.payer_document)

    assert read_titles(write_titles([title]))[0].payer == "JOAO C"


def test_other_records_are_passed_over() -> None:
    lines = write_titles([TITLE]).split(b"\r\n")
    lines.insert(2, b"2" + b" " * 443)

    assert read_titles(b"\r\n".join(lines)) == [TITLE]


def test_an_invoice_key_is_44_digits_or_nothing() -> None:
    content = edited(write_titles([TITLE]), 2, 395, b"NO KEY")

    assert read_titles(content)[0].invoice_key == ""


@pytest.mark.parametrize(
    ("line", "column", "text", "complaint"),
    [
        (1, 1, b"1", "line 1: a header"),
        (1, 3, b"RETORNO", "line 1: .*REMESSA"),
        (2, 121, b"310225", "line 2: 310225 .* is no day"),
        (2, 121, b"      ", "line 2: no date"),
        (2, 127, b"12,50        ", "line 2: the amount"),
        (2, 151, b"ABCDEF", "line 2: no date"),
        (3, 1, b"1", "line 3: a trailer"),
    ],
)
def test_a_fault_is_named_with_its_line(line: int, column: int, text: bytes, complaint: str) -> None:
    content = edited(write_titles([TITLE]), line, column, text)

    with pytest.raises(ValueError, match=complaint):
        read_titles(content)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"%PDF-1.7\n", 1),
        (write_titles([TITLE])[1:], 1),
        (write_titles([TITLE]).replace(b"MARIA", b"MARI"), 2),
        (write_titles([TITLE])[:446] + b"\r\n" + write_titles([TITLE])[446:], 2),
    ],
    ids=["nothing", "a PDF", "a short header", "a short detail", "an empty line"],
)
def test_a_record_of_another_length_is_refused(content: bytes, line: int) -> None:
    with pytest.raises(ValueError, match=f"line {line}: .*444"):
        read_titles(content)


def test_a_header_alone_is_no_file() -> None:
    with pytest.raises(ValueError, match="line 1: a trailer"):
        read_titles(write_titles([]).split(b"\r\n")[0])


@given(content=st.binary(max_size=2000) | st.text(max_size=900).map(lambda text: text.encode("utf-16")))
def test_anything_else_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^line \d+: "):
        read_titles(content)


@given(place=st.integers(0, 3 * 446 - 1), byte=st.integers(0, 255))
def test_a_broken_byte_is_read_or_refused_by_line(place: int, byte: int) -> None:
    content = bytearray(write_titles([TITLE]))
    content[place] = byte
    refusal = ""
    try:
        titles = read_titles(bytes(content))
    except ValueError as error:
        titles, refusal = [], str(error)

    assert refusal.startswith("line ") or len(titles) <= 1


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": Decimal("0.001")},
        {"amount": Decimal(-1)},
        {"amount": Decimal(10**11)},
        {"amount": Decimal("NaN")},
        {"due": date(1999, 12, 31)},
        {"payer_document": "1" * 15},
    ],
    ids=str,
)
def test_what_has_no_room_is_not_written(changed: dict[str, object]) -> None:
    fields = {name: getattr(TITLE, name) for name in Title.__dataclass_fields__}

    with pytest.raises(ValueError):
        write_titles([Title(**{**fields, **changed})])
