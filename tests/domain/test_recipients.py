"""CSV uploads: what people really send, cell by cell, and what each switch makes of it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.model import Recipients
from sealbox.apis.vec.recipients import parse_issue_date, read_recipients
from sealbox.exchanges.relied import SHOWN, Reading, Switches
from sealbox.problems import RuleViolation

if TYPE_CHECKING:
    from tests.domain.conftest import VecValues

Read = Callable[..., Recipients]
Refusal = Callable[..., tuple[list[str], str]]

HEAD = "RecipientsEmail,RecipientsName\n"
ANA = "ana@example.com,Ana\n"
NOBODY = "The csv file must contain at least one recipient."
NO_HEADERS = "The csv file is missing the required headers: RecipientsEmail, RecipientsName."
NO_EMAIL = "The csv file is missing the required headers: RecipientsEmail."
NO_NAME = "The csv file is missing the required headers: RecipientsName."


@pytest.fixture(scope="session")
def read(vec: VecValues) -> Read:
    def one(content: str | bytes, **chosen: str) -> Recipients:
        sent = content.encode() if isinstance(content, str) else content
        return read_recipients(sent, today=vec.TODAY, switches=vec.switches(**chosen))

    return one


@pytest.fixture(scope="session")
def refusal(read: Read) -> Refusal:
    """The messages of a refused upload, and why."""

    def one(content: str | bytes, **chosen: str) -> tuple[list[str], str]:
        with pytest.raises(RuleViolation) as caught:
            read(content, **chosen)
        assert list(caught.value.errors) == ["csv_file"]
        return caught.value.errors["csv_file"], caught.value.why

    return one


def people(found: Recipients) -> list[tuple[str, str]]:
    return [(row.email, row.name) for row in found.rows]


def faults(found: Recipients) -> list[str | None]:
    return [row.fault for row in found.rows]


# ---- files that are read ----------------------------------------------------------------------------------


ONE = [("ana@example.com", "Ana")]
GOOD: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "plain": (HEAD + ANA, ONE),
    "crlf": ((HEAD + ANA).replace("\n", "\r\n"), ONE),
    "no last line end": ((HEAD + ANA).rstrip(), ONE),
    "blanks": (HEAD + "  ana@example.com\t, Ana \n", [("ana@example.com", " Ana ")]),
    "quotes": (HEAD + '"ana@example.com","Lima, Ana ""Nita"""\n', [("ana@example.com", 'Lima, Ana "Nita"')]),
    "line ends in a cell": (HEAD + 'a@example.com,"A\r\n\nB"\n' + ANA, [("a@example.com", "A\r\n\nB"), *ONE]),
    "other order": ('"RecipientsName","RecipientsEmail"\nAna,ana@example.com\n', ONE),
    "twice": (HEAD + ANA + ANA, ONE * 2),
    "nul": (HEAD + "ana@example.com,A\0na\n", [("ana@example.com", "A\0na")]),
    "formula": (HEAD + "ana@example.com,=HYPERLINK(1)\n", [("ana@example.com", "=HYPERLINK(1)")]),
    "decomposed": (HEAD + "ana@example.com,Jose\u0301\n", [("ana@example.com", "Jose\u0301")]),
    "open quote": (HEAD + 'ana@example.com,"Ana\n' + ANA, [("ana@example.com", "Ana\n" + ANA)]),
    "trailing delimiters": ("RecipientsEmail,RecipientsName,,\nana@example.com,Ana,,\n", ONE),
    "too many cells": (HEAD + "ana@example.com,Ana,more,and more\n", ONE),
}


@pytest.mark.parametrize(("content", "expected"), GOOD.values(), ids=GOOD)
def test_a_file_is_read_row_by_row(read: Read, content: str, expected: list[tuple[str, str]]) -> None:
    found = read(content)

    assert people(found) == expected
    assert faults(found) == [None] * len(expected)
    assert (found.custom_headers, found.hints) == ((), ())


def test_a_cell_of_a_megabyte_is_a_cell(read: Read) -> None:
    name = "Ana" * 400_000

    assert people(read(f"{HEAD}ana@example.com,{name}\n")) == [("ana@example.com", name)]


def test_other_columns_are_custom_data_in_their_order(read: Read) -> None:
    found = read(
        "CourseTitle,RecipientsEmail,CompletionDate,RecipientsName,recipientsname\n"
        "Web,ana@example.com,2025-02-15,Ana\n"
    )

    assert found.custom_headers == ("CourseTitle", "CompletionDate", "recipientsname")
    assert [row.custom for row in found.rows] == [("Web", "2025-02-15", "")]
    assert faults(found) == [None]


def test_of_two_custom_columns_of_one_name_the_last_counts(read: Read) -> None:
    found = read("Title,RecipientsEmail,RecipientsName,Title\nold,ana@example.com,Ana,new\n")

    assert (found.custom_headers, found.rows[0].custom) == (("Title",), ("new",))


def test_a_file_that_is_not_utf8_is_read_as_windows_1252(read: Read) -> None:
    found = read((HEAD + "ana@example.com,Jos\u00e9 \u20ac\n").encode("cp1252") + b"bob@example.com,\x81\n")

    assert [row.name for row in found.rows] == ["Jos\u00e9 \u20ac", "\ufffd"]
    assert found.hints == ("the file is not UTF-8 and was read as Windows-1252",)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(rows=st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6))
def test_whatever_a_csv_writer_wrote_is_read_back(read: Read, rows: list[tuple[str, str, str]]) -> None:
    written = StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(("RecipientsEmail", "RecipientsName", "Title"))
    writer.writerows(rows)
    found = read(written.getvalue(), blank_rows="fail_row")

    assert [(row.email, row.name, *row.custom) for row in found.rows] == [
        (email.strip(), name, title) for email, name, title in rows
    ]
    for row in found.rows:
        assert (row.fault is not None) >= (not row.email or not row.name.strip())


@given(content=st.binary(max_size=200), head=st.sampled_from(["", HEAD]), data=st.data())
def test_any_bytes_are_read_or_refused_on_csv_file(
    read: Read, vec: VecValues, content: bytes, head: str, data: st.DataObject
) -> None:  # fmt: skip
    names = (
        "row_faults", "bad_row_email", "empty_issue_date", "csv_bom", "csv_header_match", "csv_delimiter",
        "blank_rows", "duplicate_headers",
    )  # fmt: skip
    switches = data.draw(vec.decisions(*names))
    try:
        found = read_recipients(head.encode() + content, today=vec.TODAY, switches=switches)
    except RuleViolation as refused:
        errors = refused.errors
    else:
        errors = {"csv_file": ["none"]}
        assert found.rows
        assert all(len(row.custom) == len(found.custom_headers) for row in found.rows)
    assert list(errors) == ["csv_file"]
    assert all(errors["csv_file"])


# ---- files that are refused -------------------------------------------------------------------------------


BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", NO_HEADERS, "the file is empty"),
    "header only": (HEAD.encode(), NOBODY, "there is no row below the headers"),
    "header without line end": (HEAD.strip().encode(), NOBODY, "there is no row below the headers"),
    "blank rows only": (HEAD.encode() + b"\n  ,\t\n,,,\n", NOBODY, "there is no row below the headers"),
    "blank first line": (b"\n" + (HEAD + ANA).encode(), NO_HEADERS, "the first line was read as ''"),
    "one column": (b"RecipientsName\nAna\n", NO_EMAIL, "the first line was read as 'RecipientsName'"),
    "other name": (b"RecipientsEmail,Name\na@example.com,A\n", NO_NAME, "the first line was read as"),
    "nearly": (b"recipients_email,Recipients Name\n", NO_HEADERS, "'recipients_email', 'Recipients Name'"),
    "no-break space": (b"RecipientsEmail,RecipientsName\xc2\xa0\n", NO_NAME, "'RecipientsName\\xa0'"),
    "sep line": (b"sep=;\nRecipientsEmail;RecipientsName\n", NO_HEADERS, "separated by ';'"),
    "semicolons": (b"RecipientsEmail;RecipientsName\na@example.com;A\n", NO_HEADERS, "separated by ';'"),
    "tabs": (b"RecipientsEmail\tRecipientsName\na@example.com\tA\n", NO_HEADERS, "separated by '\\t'"),
    "utf-16": ((HEAD + ANA).encode("utf-16"), NO_HEADERS, "UTF-16"),
    "utf-16 big endian": (b"\xfe\xff" + (HEAD + ANA).encode("utf-16-be"), NO_HEADERS, "UTF-16"),
    "utf-16 without mark": ((HEAD + ANA).encode("utf-16-le"), NO_HEADERS, "close to them is"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), NO_HEADERS, "a PNG image"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\n", NO_HEADERS, "a PDF"),
    "workbook": (b"PK\x03\x04\x14\0\n", NO_HEADERS, "a ZIP archive or an Excel workbook"),
    "long line": (b"a" * 500, NO_HEADERS, "was read as '" + "a" * 57 + "...'"),
}


@pytest.mark.parametrize(("content", "message", "why"), BAD.values(), ids=BAD)
def test_a_file_without_recipients_is_refused(
    refusal: Refusal, content: bytes, message: str, why: str
) -> None:
    messages, explained = refusal(content)

    assert messages == [message]
    assert why in explained


def test_a_file_of_nothing_but_carriage_returns_is_refused(refusal: Refusal) -> None:
    messages, _ = refusal((HEAD + ANA).replace("\n", "\r"))

    assert len(messages) == 1


def test_the_refusal_of_carriage_returns_says_how_to_save_the_file(refusal: Refusal) -> None:
    assert "bare carriage return" in refusal((HEAD + ANA).replace("\n", "\r"))[1]


# ---- cells ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("ana@example.com", "RecipientsName is empty"),
        ("ana@example.com,  ", "RecipientsName is empty"),
        (",Ana", "RecipientsEmail is empty"),
        ("ana.example.com,Ana", "RecipientsEmail is not an e-mail address: 'ana.example.com'"),
        ("a na@example.com,Ana", "RecipientsEmail is not an e-mail address: 'a na@example.com'"),
        ("ana@@example.com,Ana", "RecipientsEmail is not an e-mail address: 'ana@@example.com'"),
        ("@,\u00a0", "RecipientsName is empty; RecipientsEmail is not an e-mail address: '@'"),
    ],
)
def test_a_bad_cell_is_a_fault_of_its_row_only(read: Read, refusal: Refusal, row: str, fault: str) -> None:
    content = f"{HEAD}{ANA}{row}\n{ANA}"

    assert faults(read(content)) == [None, fault, None]
    assert refusal(content, row_faults="refuse_upload")[0] == [f"Row 2: {fault}."]


def test_a_refused_upload_lists_every_bad_row(read: Read, refusal: Refusal) -> None:
    messages, _ = refusal(f"{HEAD},Ana\n{ANA}no,Ana\n", row_faults="refuse_upload")

    assert [message.partition(":")[0] for message in messages] == ["Row 1", "Row 3"]
    assert faults(read(HEAD + ANA, row_faults="refuse_upload")) == [None]


def test_a_failure_that_was_asked_for_is_a_fault_of_its_row_only(vec: VecValues) -> None:
    content = f"{HEAD}{ANA}bob@example.com,Bob\n".encode()
    found = read_recipients(content, today=vec.TODAY, switches=vec.switches(), fails="bob@example.com".__eq__)

    assert faults(found) == [None, "the magic address 'bob@example.com' asked for a failure"]


@pytest.mark.parametrize("written", ["ana", "a b@c", "@"])
def test_any_address_is_accepted_when_its_switch_says_so(read: Read, written: str) -> None:
    found = read(f"{HEAD}{written},Ana\n,Ana\n", bad_row_email="accept")

    assert people(found)[0] == (written, "Ana")
    assert faults(found) == [None, "RecipientsEmail is empty"]


OTHER_FORMS = [
    *("2025-02-15", "15/02/2025", "15.02.2025", "5-2-2025", "15-02-25", "15-02-20255", "15-02-2025 10:00"),
    *("02-15-2025", "29-02-2025", "31-04-2025", "00-01-2025", "01-00-2025", "01-01-0000", "tomorrow", "-"),
    *("\u0661\u0665-\u0660\u0662-\u0662\u0660\u0662\u0665", "\uff11\uff15-02-2025"),
]


@pytest.mark.parametrize("written", OTHER_FORMS)
def test_a_date_in_another_form_is_a_fault(read: Read, written: str) -> None:
    found = read(f"RecipientsEmail,RecipientsName,IssueDate\nana@example.com,Ana,{written}\n")

    assert faults(found) == [f"IssueDate is not a date written DD-MM-YYYY: {written!a}"]
    assert parse_issue_date(written) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("02-01-2025", date(2025, 1, 2)),
        (" 29-02-2024 ", date(2024, 2, 29)),
        ("31-12-9999", date(9999, 12, 31)),
    ],
)
def test_a_date_begins_with_its_day(read: Read, written: str, expected: date) -> None:
    found = read(f"IssueDate,RecipientsEmail,RecipientsName\n{written},ana@example.com,Ana\n")

    assert (found.rows[0].issue_date, found.rows[0].fault, found.custom_headers) == (expected, None, ())


@given(day=st.dates(), off=st.integers(0, 400))
def test_every_day_of_the_calendar_is_read_back(day: date, off: int) -> None:
    assert parse_issue_date(f"{day.day:02}-{day.month:02}-{day.year:04}") == day
    assert parse_issue_date(f"{day.day + 31:02}-{day.month:02}-{day.year:04}") is None
    assert parse_issue_date(f"{day:%d-%m}-{off}") is None


@pytest.mark.parametrize("cells", ["", ",", ",  "], ids=["too short", "empty", "blanks"])
def test_an_empty_date_is_today_or_a_fault(read: Read, vec: VecValues, cells: str) -> None:
    content = f"RecipientsEmail,RecipientsName,IssueDate\nana@example.com,Ana{cells}\n"

    assert (read(content).rows[0].issue_date, read(content).rows[0].fault) == (vec.TODAY, None)
    assert faults(read(content, empty_issue_date="fail_row")) == [
        "IssueDate is not a date written DD-MM-YYYY: ''"
    ]


@pytest.mark.parametrize("empty", ["today", "fail_row"])
def test_without_the_column_the_date_is_today(read: Read, vec: VecValues, empty: str) -> None:
    found = read(HEAD + ANA, empty_issue_date=empty)

    assert (found.rows[0].issue_date, found.rows[0].fault) == (vec.TODAY, None)
    assert vec.NOW.astimezone(UTC).date() - found.rows[0].issue_date == timedelta()


# ---- switches of the whole file ---------------------------------------------------------------------------


def test_a_byte_order_mark_is_dropped_or_breaks_the_first_header(read: Read, refusal: Refusal) -> None:
    content = "\ufeff" + HEAD + ANA

    assert people(read(content)) == [("ana@example.com", "Ana")]
    assert read(content).hints == ("the file begins with a byte order mark",)
    assert refusal(content, csv_bom="break")[0] == [NO_EMAIL]


@pytest.mark.parametrize(
    "head", ["recipientsemail,RECIPIENTSNAME", "Recipients Email,\u00a0Recipients\tName "]
)
def test_headers_match_to_the_letter_unless_lenient(read: Read, refusal: Refusal, head: str) -> None:
    content = f"{head},issue date,Title\nana@example.com,Ana,15-02-2025,Web\n"
    found = read(content, csv_header_match="lenient")

    assert refusal(content)[0] == [NO_HEADERS]
    assert people(found) == [("ana@example.com", "Ana")]
    assert found.rows[0].issue_date == date(2025, 2, 15)
    assert found.custom_headers == ("Title",)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_a_comma_unless_detected(read: Read, refusal: Refusal, delimiter: str) -> None:
    content = f"RecipientsEmail{delimiter}RecipientsName\nana@example.com{delimiter}Ana\n"

    assert people(read(content, csv_delimiter="detect")) == [("ana@example.com", "Ana")]
    if delimiter != ",":
        assert refusal(content)[0] == [NO_HEADERS]


def test_a_detected_delimiter_is_no_explanation(refusal: Refusal) -> None:
    assert "separated by" not in refusal("Email;Name\nana@example.com;Ana\n", csv_delimiter="detect")[1]


def test_a_blank_row_is_no_row_or_a_bad_one(read: Read, refusal: Refusal) -> None:
    content = f"{HEAD}\n{ANA} ,\t\n"
    nothing = "RecipientsName is empty; RecipientsEmail is empty"

    assert people(read(content)) == [("ana@example.com", "Ana")]
    assert faults(read(content, blank_rows="fail_row")) == [nothing, None, nothing]
    assert len(refusal(content, blank_rows="fail_row", row_faults="refuse_upload")[0]) == 2


@pytest.mark.parametrize("header", ["RecipientsEmail", "RecipientsName", "IssueDate"])
def test_a_reserved_header_that_stands_twice_is_refused_or_the_last_wins(
    read: Read, refusal: Refusal, header: str
) -> None:
    cells = {
        "RecipientsEmail": "bob@example.com",
        "RecipientsName": "Bob",
        "IssueDate": "15-02-2025",
    }
    content = (
        f"RecipientsEmail,RecipientsName,IssueDate,{header}\nana@example.com,Ana,01-01-2025,{cells[header]}\n"
    )
    (row,) = read(content, duplicate_headers="last_wins").rows

    assert refusal(content)[0] == [f"The csv file has duplicate headers: {header}."]
    assert cells[header] in {row.email, row.name, f"{row.issue_date:%d-%m-%Y}"}
    assert (row.custom, row.fault) == ((), None)


def test_a_header_that_lost_is_no_custom_column(read: Read) -> None:
    found = read(
        "recipientsemail,RecipientsEmail,RecipientsName\nana@example.com,bob@example.com,Bob\n",
        csv_header_match="lenient",
        duplicate_headers="last_wins",
    )

    assert people(found) == [("bob@example.com", "Bob")]
    assert found.custom_headers == ()


@pytest.mark.parametrize(
    ("head", "switch", "refusing"),
    [
        ("recipientsemail,RecipientsName\n", "csv_header_match", "exact"),
        ("RecipientsEmail,RecipientsName,RecipientsName\n", "duplicate_headers", "refuse"),
    ],
)
def test_headers_that_were_read_before_are_still_judged_by_the_switches_of_the_day(
    read: Read, head: str, switch: str, refusing: str
) -> None:
    content = f"{head}ana@example.com,Ana,Ana\n"
    taking = {"exact": "lenient", "refuse": "last_wins"}[refusing]
    for _ in range(2):
        assert len(read(content, **{switch: taking}).rows) == 1
        with pytest.raises(RuleViolation):
            read(content, **{switch: refusing})


def test_what_headers_went_by_is_told_at_each_reading(vec: VecValues) -> None:
    relied = Switches("vec", vec.switches(), {"csv_header_match": SHOWN})
    content = b"recipientsemail,RecipientsName\nana@example.com,Ana\n"
    for _ in range(2):
        with Reading() as found, suppress(RuleViolation):
            read_recipients(content, today=vec.TODAY, switches=relied)

        assert found.found == {"vec.csv_header_match": SHOWN}


def test_headers_in_another_order_or_with_another_delimiter_are_other_headers(read: Read) -> None:
    for head, row in [
        (HEAD, ANA),
        ("RecipientsName,RecipientsEmail\n", "Ana,ana@example.com\n"),
        (HEAD.replace(",", ";"), ANA.replace(",", ";")),
        (HEAD, ANA),
    ]:
        assert people(read(head + row, csv_delimiter="detect")) == [("ana@example.com", "Ana")]


@pytest.mark.parametrize("columns", [99, 101, 10_000])
def test_a_file_of_very_many_columns_is_read_as_any_other(read: Read, columns: int) -> None:
    head = ",".join(["RecipientsEmail", "RecipientsName", *(f"Column {one}" for one in range(columns))])
    row = ",".join(["ana@example.com", "Ana", *(f"cell {one}" for one in range(columns))])

    for _ in range(5):  # the first ones of a layout are read in another way
        found = read(f"{head}\n{row}\n{row}\n")
        assert people(found) == [("ana@example.com", "Ana")] * 2
        assert found.rows[1].custom == tuple(f"cell {one}" for one in range(columns))
        assert faults(found) == [None, None]
