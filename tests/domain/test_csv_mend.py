"""What can be mended is mended, once and for all, and nobody's data is guessed."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.csv_doctor import examine
from sealbox.apis.vec.csv_mend import mend
from sealbox.apis.vec.recipients import read_recipients

if TYPE_CHECKING:
    from tests.domain.conftest import VecValues

HEAD = b"RecipientsEmail,RecipientsName"
ANA = b"ana@example.com,Ana"

words = st.text(
    st.sampled_from("abcdefgh ,;|\"'\n\u00e1\u00e7\u00e3\u00e9\u00f5"), min_size=1, max_size=8
).map(lambda word: f"N{word}")
emails = st.text(st.sampled_from("abcdefgh.+"), min_size=1, max_size=8).map(
    lambda name: f"{name}@example.com"
)


@given(data=st.data())
def test_what_is_mended_stays_as_it_is(csv_files: st.SearchStrategy[bytes], data: st.DataObject) -> None:
    once = mend(data.draw(csv_files))

    assert mend(once) == once


@given(data=st.data())
def test_what_is_said_to_be_mended_is_gone_then(
    vec: VecValues, csv_files: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    content = data.draw(csv_files)
    before = examine(content, today=vec.TODAY, switches=vec.switches())
    after = examine(mend(content), today=vec.TODAY, switches=vec.switches())

    assert [finding for finding in after.findings if finding.mended] == []
    assert any(finding.mended for finding in before.findings) <= (mend(content) != content)


@given(
    rows=st.lists(st.tuples(emails, words, words), min_size=1, max_size=5),
    headers=st.tuples(
        st.sampled_from(["RecipientsEmail", "recipientsemail", "Recipients Email", "RecipientEmail"]),
        st.sampled_from(["RecipientsName", "RECIPIENTS_NAME", "RecipientsName\u00a0", "RecipientsNames"]),
        st.sampled_from(["Title", "Course, title", "T\u00edtulo"]),
    ),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    sep=st.booleans(),
    blank=st.sampled_from(["", ",,", ";;;;", "   "]),
)
def test_a_file_with_the_needed_columns_is_taken_once_it_is_mended(
    vec: VecValues,
    *,
    rows: list[tuple[str, str, str]],
    headers: tuple[str, str, str],
    delimiter: str,
    end: str,
    encoding: str,
    sep: bool,
    blank: str,
) -> None:
    written = StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    writer.writerows([headers, *rows])
    text = (f"sep={delimiter}{end}" if sep else "") + written.getvalue() + blank
    content = text.encode(encoding)
    found = read_recipients(mend(content), today=vec.TODAY, switches=vec.switches())

    assert [(row.email, row.name, *row.custom) for row in found.rows] == rows
    assert [row.fault for row in found.rows] == [None] * len(rows)
    assert found.custom_headers == headers[2:]
    assert found.hints == ()


@given(data=st.data())
def test_a_file_that_is_taken_is_taken_when_mended_and_no_row_gets_worse(
    vec: VecValues, csv_files: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    content = data.draw(csv_files)
    before = examine(content, today=vec.TODAY, switches=vec.switches())
    after = examine(mend(content), today=vec.TODAY, switches=vec.switches())

    if before.all_good:
        assert after.all_good
        assert [row.recipient and row.recipient.email for row in after.rows if row.number] == [
            row.recipient and row.recipient.email for row in before.rows if row.number
        ]


@pytest.mark.parametrize("title", ['"\ufeffTitle"', '"sep=;"', '"\ufeff\ufeff"', '"\nTitle"'])
def test_an_odd_first_header_is_mended_once(title: str) -> None:
    once = mend(f"{title},recipientsemail,RecipientsName\nWeb,ana@example.com,Ana\n".encode())

    assert mend(once) == once
    assert b"RecipientsEmail" in once


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEAD,
        HEAD + b"\n",
        HEAD + b"\n" + ANA,
        HEAD + b"\r\n" + ANA + b"\r\n",
        HEAD + b"\n" + ANA + b"\n" + b"bia@example.com,Bia\r\n",
        HEAD + b',"Title"\n' + ANA + b',"quoted, for no need"\n',
        HEAD + b'\nana@example.com,"A\r\nB\rC"\n',
        b"no,columns;of\tours\n1,2\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        HEAD + b",RecipientsEmail\n" + ANA + b",bia@example.com\n",
        HEAD
        + b",IssueDate\n"
        + ANA
        + b",05/02/2025\nbia@example.com,Bia,45703\ncaio@example.com,Caio,15-02-25\n",
        HEAD + b",IssuedDate\n" + ANA + b",2025-02-15\n",
        HEAD + b",CompletionDate\n" + ANA + b",2025-02-15\n",
        HEAD + "\nana@example.com,Jose\u0301\nbia@example.com,=A1\n".encode(),
    ],
)
def test_what_is_right_or_needs_a_person_stays_byte_for_byte(content: bytes) -> None:
    assert mend(content) == content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbf" + HEAD + b"\n" + ANA, [HEAD, ANA]),
        (b"sep=;\n" + (HEAD + b"\n" + ANA).replace(b",", b";"), [HEAD, ANA]),
        ((HEAD + b"\r" + ANA + b"\r"), [HEAD, ANA]),
        (HEAD + b"\r", [HEAD]),
        (HEAD + b"\n\n" + ANA + b"\n;;;;\n,\n", [HEAD, ANA]),
        (b"\n" + HEAD + b"\n" + ANA, [HEAD, ANA]),
        (
            (HEAD + b";IssueDate\n" + ANA + b";1/2/2025").replace(b",", b";"),
            [HEAD + b",IssueDate", ANA + b",1/2/2025"],
        ),
        (
            HEAD
            + b",Issue Date\n"
            + ANA
            + b",5/2/2025\n"
            + ANA
            + b",15/2/2025\n"
            + ANA
            + b",15-02-2025\n"
            + ANA,
            [HEAD + b",IssueDate", ANA + b",05-02-2025", ANA + b",15-02-2025", ANA + b",15-02-2025", ANA],
        ),
        (HEAD + b"\nana@example.com,Jos\xe9\n", [HEAD, "ana@example.com,Jos\u00e9".encode()]),
        (HEAD + b"\nana@example.com,Jos\x8e\n", [HEAD, "ana@example.com,Jos\u00e9".encode()]),
    ],
)
def test_what_is_mended_has_commas_utf8_and_crlf(content: bytes, expected: list[bytes]) -> None:
    assert mend(content) == b"".join(line + b"\r\n" for line in expected)
