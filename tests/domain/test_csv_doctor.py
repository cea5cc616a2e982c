"""What the doctor foretells is what the mock does, and what it names is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.csv_doctor import Outcome, Report, examine
from sealbox.apis.vec.recipients import read_recipients
from sealbox.problems import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox.apis.vec.model import Recipients

    from tests.domain.conftest import VecValues

Look = Callable[..., Report]

HEAD = "RecipientsEmail,RecipientsName\n"
ANA = "ana@example.com,Ana\n"
SWITCHES = (
    "row_faults", "bad_row_email", "empty_issue_date", "csv_bom", "csv_header_match", "csv_delimiter",
    "blank_rows", "duplicate_headers",
)  # fmt: skip


@pytest.fixture(scope="session")
def look(vec: VecValues) -> Look:
    def one(content: str | bytes, **chosen: str) -> Report:
        sent = content.encode() if isinstance(content, str) else content
        return examine(
            sent, today=vec.TODAY, switches=vec.switches(**chosen), fails="fail@example.com".__eq__
        )

    return one


def read(
    content: bytes, vec: VecValues, switches: Mapping[str, str]
) -> tuple[Recipients | None, tuple[list[str], str]]:
    """What the mock reads, or its messages and why."""
    try:
        return read_recipients(content, today=vec.TODAY, switches=switches), ([], "")
    except RuleViolation as refusal:
        return None, (refusal.errors["csv_file"], refusal.why)


def kinds(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings}


def lines(report: Report, kind: str) -> list[int]:
    return [line for finding in report.findings if finding.kind == kind for line in finding.lines]


# ---- it agrees with the mock ------------------------------------------------------------------------------


@given(data=st.data())
def test_the_verdict_and_every_row_are_the_mock_s(
    vec: VecValues, csv_files: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    content, switches = data.draw(csv_files), data.draw(vec.decisions(*SWITCHES))
    report = examine(content, today=vec.TODAY, switches=switches)
    rows = [row.recipient for row in report.rows if row.outcome is not Outcome.SKIPPED]
    found, refused = read(content, vec, switches)

    assert (list(report.messages), report.why) == refused
    assert report.accepted == (found is not None)
    if found:
        assert tuple(rows) == found.rows
        assert report.custom == found.custom_headers
        assert report.all_good == all(row.fault is None for row in found.rows)
    else:
        assert not rows or switches["row_faults"] == "refuse_upload"


@given(data=st.data())
def test_rows_are_numbered_as_the_messages_number_them(
    vec: VecValues, csv_files: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    content = data.draw(csv_files)
    report = examine(content, today=vec.TODAY, switches=vec.switches(row_faults="refuse_upload"))
    failing = [f"Row {row.number}: {row.reason}." for row in report.rows if row.outcome is Outcome.FAILS]

    if report.rows:
        assert list(report.messages) == failing
    numbers = [row.number for row in report.rows if row.number]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [row.line for row in report.rows] == sorted({row.line for row in report.rows})


def test_a_row_begins_in_a_line_of_the_file(look: Look) -> None:
    report = look(f'{HEAD}a@example.com,"A\n\nB"\n\n{ANA},\n')

    assert [(row.line, row.number, row.outcome) for row in report.rows] == [
        (2, 1, Outcome.CERTIFICATE),
        (5, None, Outcome.SKIPPED),
        (6, 2, Outcome.CERTIFICATE),
        (7, None, Outcome.SKIPPED),
    ]
    assert report.verdict == "accepted: 2 certificates, 0 failures, 2 blank rows skipped"


def test_a_row_that_fails_says_why_and_what_to_write(look: Look) -> None:
    report = look(
        "RecipientsEmail,RecipientsName,IssueDate\nana@example.com,Ana,2025-02-15\nfail@example.com,F\n"
    )

    assert [(row.reason, row.advice) for row in report.rows] == [
        ("IssueDate is not a date written DD-MM-YYYY: '2025-02-15'", "write 15-02-2025"),
        ("the magic address 'fail@example.com' asked for a failure", ""),
    ]
    assert report.verdict == "accepted: 0 certificates, 2 failures"
    assert not report.all_good


def test_a_file_refused_for_its_rows_still_tells_of_each(look: Look) -> None:
    report = look(f"{HEAD}{ANA},B\n,C\n", row_faults="refuse_upload")

    assert [row.outcome for row in report.rows] == [Outcome.CERTIFICATE, Outcome.FAILS, Outcome.FAILS]
    assert report.verdict == "refused with 422: Row 2: RecipientsEmail is empty. (and 1 more)"


def test_a_file_that_cannot_be_read_has_no_rows(look: Look) -> None:
    report = look("RecipientsEmail;RecipientsName\nana@example.com;Ana\n")

    assert report.rows == ()
    assert report.verdict.startswith("refused with 422: The csv file is missing the required headers")
    assert report.why.startswith("the columns are separated by ';'")


# ---- how the file is written ------------------------------------------------------------------------------

ODD = "RecipientsEmail,RecipientsName\nana@example.com,Jos\u00e9 Concei\u00e7\u00e3o\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (HEAD.encode(), "ASCII"),
        (ODD.encode(), "UTF-8"),
        (ODD.encode("utf-8-sig"), "UTF-8 with a byte order mark"),
        (b"\xff\xfe" + ODD.encode("utf-16-le"), "UTF-16 (Excel's 'Unicode text')"),
        (b"\xfe\xff" + ODD.encode("utf-16-be"), "UTF-16, big end first"),
        (ODD.encode("utf-16-le"), "looks like UTF-16 without its mark"),
        (ODD.encode("utf-16-be"), "looks like UTF-16 without its mark"),
        (ODD.encode("cp1252"), "looks like Windows-1252"),
        (ODD.encode("mac_roman"), "looks like Mac Roman"),
        (b"", "ASCII"),
    ],
)
def test_the_encoding_is_named(look: Look, content: bytes, encoding: str) -> None:
    report = look(content)

    assert report.encoding == encoding
    assert ("encoding" in kinds(report)) == (encoding not in {"ASCII", "UTF-8"})


def test_bytes_that_are_no_letters_are_told(look: Look) -> None:
    texts = [finding.text for finding in look(HEAD.encode() + b"a@example.com,\x81\n").findings]

    assert "there are bytes that are no letters, shown as \ufffd" in texts


@pytest.mark.parametrize(
    ("end", "named"), [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR alone (old Mac)"), ("", "none")]
)
def test_the_line_ends_are_named(look: Look, end: str, named: str) -> None:
    assert look((HEAD + ANA).replace("\n", end)).line_ends == named


def test_two_kinds_of_line_ends_are_both_named(look: Look) -> None:
    assert look(HEAD + ANA.replace("\n", "\r\n")).line_ends == "CRLF and LF"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("sep", [True, False])
def test_the_delimiter_is_the_one_that_makes_the_headers(look: Look, delimiter: str, *, sep: bool) -> None:
    first = f"sep={delimiter}\r\n" if sep else ""
    report = look(f"{first}Title, of course;|{delimiter}RecipientsEmail{delimiter}Recipients Name\n")

    assert (report.delimiter, report.sep_line) == (delimiter, sep)
    assert ("delimiter" in kinds(report), "sep_line" in kinds(report)) == (delimiter != ",", sep)


def test_a_header_full_of_another_delimiter_parts_nothing(look: Look) -> None:
    assert look("RecipientsEmail,RecipientsName,a;b;c;d;e\n").delimiter == ","


def test_lines_are_counted_from_the_sep_line(look: Look) -> None:
    report = look("sep=;\nRecipientsEmail;RecipientsName\nana@example.com;=A1\n")

    assert lines(report, "formula") == [3]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "recipientsemail",
            "Recipients Email",
            " RecipientsEmail",
            "RecipientsEmail\u00a0",
            "RECIPIENTS_EMAIL",
        ),
        *(
            "\u200bRecipientsEmail",
            "Recipients E-mail",
            "R\u00e9cipientsEmail",
            "RecipientEmail",
            "RecipentsEmail",
        ),
    ],
)
def test_a_header_that_is_nearly_right_is_told(look: Look, written: str) -> None:
    report = look(f"Title,{written},RecipientsName\n")
    [found] = [finding for finding in report.findings if finding.kind == "header"]

    assert (report.headers[1].means, report.custom) == ("RecipientsEmail", ("Title",))
    assert found.text == f"the header {written!a} is near to RecipientsEmail"
    assert found.mended


@pytest.mark.parametrize(
    "written", ["Email", "E-mail", "DueDate", "RecipientsAge", "Name", "Date", "x" * 5000]
)
def test_another_header_is_a_custom_column(look: Look, written: str) -> None:
    report = look(f"{HEAD.strip()},{written}\n{ANA}")

    assert report.custom == (written,)
    assert "header" not in kinds(report)


def test_beside_the_header_itself_nothing_is_near_to_it(look: Look) -> None:
    report = look(f"{HEAD.strip()},recipientsname\n{ANA}")

    assert "header" not in kinds(report)
    assert report.custom == ("recipientsname",)


def test_of_two_near_headers_neither_is_taken(look: Look) -> None:
    report = look("recipientsemail,RECIPIENTSEMAIL,RecipientsName\na@example.com,b@example.com,A\n")

    assert [finding.mended for finding in report.findings if finding.kind == "header"] == [False, False]


def test_an_optional_column_with_other_letters_is_told_and_left(look: Look) -> None:
    report = look("RecipientsEmail,RecipientsName,IssuedDate\n")
    [found] = [finding for finding in report.findings if finding.kind == "header"]

    assert (found.text, found.mended) == ("the header 'IssuedDate' is near to IssueDate", False)


def test_a_header_that_stands_twice_is_told(look: Look) -> None:
    report = look("RecipientsEmail,RecipientsName,Title,Title,,\nana@example.com,Ana\n")
    [found] = [finding for finding in report.findings if finding.kind == "duplicate_header"]

    assert found.text == "the header 'Title' stands 2 times"


# ---- what stands in the rows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        *[
            ("=1+1", True),
            ("@SUM(1)", True),
            ('"=HYPERLINK(""x"",""y"")"', True),
            ("+cmd|x", True),
            ("-A1", True),
        ],
        *[("+55 (11) 5550-0100", False), ("-3.5", False), ("Ana=Lima", False), ("-", False), ("", False)],
    ],
)
def test_a_cell_that_a_spreadsheet_runs_is_told(look: Look, cell: str, *, told: bool) -> None:
    assert lines(look(f"{HEAD.strip()},Title\n{ANA}ana@example.com,A,{cell}\n"), "formula") == [3] * told


def test_a_decomposed_name_is_told(look: Look) -> None:
    report = look(f"{HEAD}a@example.com,Jos\u00e9\nb@example.com,Jose\u0301\n")

    assert lines(report, "decomposed_name") == [3]


def test_an_address_in_two_rows_is_told_once_for_each_further_row(look: Look) -> None:
    report = look(f"{HEAD}{ANA}{ANA}b@example.com,B\nANA@example.com ,A\n,C\n,D\n")

    assert lines(report, "duplicate_email") == [3, 5]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        *[("a@example.com", False), ("a@mail.example.org", False), ("a@example.com.br", False)],
        *[("a@shop.test", False), ("a@a.example", False), ("a@b.invalid", False), ("a@localhost", False)],
        *[
            ("a@real.com", True),
            ("a@notexample.com", True),
            ("a@example.com@real.com", True),
            ("nobody", False),
        ],
    ],
)
def test_an_address_that_may_be_somebody_s_is_told(look: Look, address: str, *, told: bool) -> None:
    assert lines(look(f"{HEAD}{address},A\n"), "real_email") == [2] * told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        *[("000.000.001-91", True), ("00000000191", True), ("my CPF is 000.000.001-91!", True)],
        *[
            ("000.000.001-92", False),
            ("111.111.111-11", False),
            ("100000000191", False),
            ("5511999990000", False),
        ],
    ],
)
def test_a_number_with_the_check_digits_of_a_cpf_is_told(look: Look, number: str, *, told: bool) -> None:
    assert lines(look(f"{HEAD.strip()},Document\nana@example.com,Ana,{number}\n"), "cpf") == [2] * told


def test_a_cell_more_than_there_are_headers_is_told(look: Look) -> None:
    report = look(f"{HEAD}ana@example.com,Lima, Ana\nbia@example.com,Bia,\n")

    assert lines(report, "long_row") == [2]


def test_rows_without_text_are_told_also_those_of_another_delimiter(look: Look) -> None:
    report = look(f"{HEAD}{ANA},\n\n;;;;\n")

    assert lines(report, "blank_row") == [3, 4, 5]
    assert [row.outcome for row in report.rows][1:] == [Outcome.SKIPPED, Outcome.SKIPPED, Outcome.FAILS]


def test_only_the_first_lines_are_named_and_all_are_counted(look: Look) -> None:
    report = look(HEAD + "a@example.com,=A\n" * 40)
    [found] = [finding for finding in report.findings if finding.kind == "formula"]

    assert (found.lines, found.count) == ((2, 3, 4, 5, 6), 40)


def test_a_good_file_has_no_findings(look: Look) -> None:
    report = look(HEAD + ANA)

    assert (report.findings, report.all_good) == ((), True)


def test_what_is_odd_is_told_of_a_refused_file_too(look: Look) -> None:
    content = "RecipientsEmail;Recipients Name;IssueDate\nana@real.com;=Jos\u00e9;15/02/2025\n".encode(
        "cp1252"
    )

    assert kinds(look(content)) == {"encoding", "delimiter", "header", "formula", "real_email", "date"}
