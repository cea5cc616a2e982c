"""Rows as they are kept: whatever a file is, they say what reading it row by row says."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from io import StringIO
from itertools import chain
from math import inf
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sealbox import contract
from sealbox.apis.vec import recipients, sure_rows
from sealbox.apis.vec.long_texts import LONG
from sealbox.apis.vec.magic import Magic
from sealbox.apis.vec.model import Recipient, Recipients
from sealbox.apis.vec.recipients import (
    decode,
    delimiter_of,
    open_lines,
    parse_issue_date,
    read_recipients,
)
from sealbox.apis.vec.sent_rows import BLOCK, SentRows, column, failed
from sealbox.apis.vec.sure_rows import FEW
from sealbox.problems import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.domain.conftest import VecValues

SWITCHES = (
    "row_faults", "bad_row_email", "empty_issue_date", "csv_bom", "csv_header_match", "csv_delimiter",
    "blank_rows", "duplicate_headers",
)  # fmt: skip
EMAIL, NAME, DAY = "RecipientsEmail", "RecipientsName", "IssueDate"


# ---- the same, a row at a time ----------------------------------------------------------------------------


def row_by_row(content: bytes, switches: Mapping[str, str], *, today: date) -> list[Recipient]:
    """What read_recipients says of a file whose headers are good, by its rules, in the plainest way."""
    text, _ = decode(content, switches)
    _, lines = open_lines(text, delimiter_of(text, switches))
    headers = next(lines)
    if switches["csv_header_match"] != "exact":
        known = {header.lower(): header for header in (EMAIL, NAME, DAY)}
        headers = [known.get(re.sub(r"\s", "", header).lower(), header) for header in headers]
    found = []
    for cells in lines:
        if any(cell.strip() for cell in cells) or switches["blank_rows"] == "fail_row":
            filled = [*cells, *[""] * len(headers)]
            row = {header: filled[position] for position, header in enumerate(headers) if header}
            found.append(one_row(row, switches, today))
    return found


def one_row(row: dict[str, str], switches: Mapping[str, str], today: date) -> Recipient:
    email, name, day = row.pop(EMAIL).strip(), row.pop(NAME), row.pop(DAY, None)
    means = today if day is None else parse_issue_date(day.strip())
    if day is not None and not day.strip() and switches["empty_issue_date"] == "today":
        means = today
    faults = [] if name.strip() else ["RecipientsName is empty"]
    if not email:
        faults.append("RecipientsEmail is empty")
    elif not re.fullmatch(r"[^@\s]+@[^@\s]+", email) and switches["bad_row_email"] == "fail_row":
        faults.append(f"RecipientsEmail is not an e-mail address: {shown(email)}")
    if is_magic(email):
        faults.append(f"the magic address {shown(email)} asked for a failure")
    if means is None:
        faults.append(f"IssueDate is not a date written DD-MM-YYYY: {shown((day or '').strip())}")
    return Recipient(email, name, means or today, tuple(row.values()), "; ".join(faults) or None)


def shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")


def is_magic(email: str) -> bool:
    return email.startswith("ana")


@st.composite
def nearly_plain(draw: st.DrawFn) -> bytes:
    """A file in which every row has as many cells as there are headers, now and then but for a letter."""
    headers = draw(st.permutations([EMAIL, NAME, *draw(st.sampled_from([[], [DAY], ["Title", DAY, ""]]))]))
    odd = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=',;"\r\n'), max_size=4)
    cells = {
        EMAIL: st.sampled_from(
            ["ana@example.com", "b@x", "jos\u00e9@example.com", " b@x ", "b@@x", "", "@x"]
        ),
        NAME: st.sampled_from(["Ana", "Jos\u00e9 \u0141", " Bia", "\u2003", ""]),
        DAY: st.sampled_from(["15-02-2025", " 15-02-2025", "2025-02-15", "31-02-2025", ""]),
    }
    rows = st.lists(
        st.tuples(
            *(st.sampled_from(["ana@example.com", "15-02-2025"]) | cells.get(h, odd) | odd for h in headers)
        ),
        max_size=5,
    )
    delimiter = draw(st.sampled_from(",,,;"))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    lines = [delimiter.join(cells) for cells in [headers, *draw(rows)]]
    text = end.join(lines) + draw(st.sampled_from(["", end, end, end * 2, "\r", f"{delimiter}{end}", '"']))
    return text.encode()


def read(
    content: bytes, *, today: date, switches: Mapping[str, str], at_a_glance: bool
) -> Sequence[Recipient] | list[str]:
    """However short it is, the file is looked at as a whole first, or is not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipients, "LONG", 0 if at_a_glance else len(content))
        patch.setattr(sure_rows, "LONG", 0 if at_a_glance else len(content))
        patch.setattr(sure_rows, "FEW", 0 if at_a_glance else inf)
        return read_recipients(
            content, today=today, switches=switches, fails=is_magic, suspects=lambda text: "ana" in text
        ).rows


@example(f"{EMAIL},{NAME}\n\n".encode(), {})
@example(f"{EMAIL},{NAME}\na@x,A\n,\nb@x,B".encode(), {})
@example(f'{EMAIL},{NAME}\n"a@x\nb@x",A\n'.encode(), {})
@example(f"{EMAIL},{NAME}\na@x,A\nb@x\n".encode(), {})
@example(f"{EMAIL},{NAME}\r\na@x,A\r\nb@x,B\r".encode(), {})
@example(f"{EMAIL},{NAME},Title\na@x,A,\u2028\nb@x,\x0b,\x1c\n".encode(), {})
@given(content=st.data(), chosen=st.data())
def test_by_column_is_as_row_by_row(
    csv_files: st.SearchStrategy[bytes], vec: VecValues, content: bytes | st.DataObject, chosen: object
) -> None:
    switches = chosen.draw(vec.decisions(*SWITCHES)) if isinstance(chosen, st.DataObject) else vec.switches()
    sent = content if isinstance(content, bytes) else content.draw(nearly_plain() | csv_files)
    at_a_glance = isinstance(chosen, st.DataObject) and chosen.draw(st.booleans())
    try:
        found = read(sent, today=vec.TODAY, switches=switches, at_a_glance=at_a_glance)
    except RuleViolation as refusal:
        found = refusal.errors["csv_file"]
        if not found[0].startswith("Row ") and "at least one" not in found[0]:
            return  # it is refused for its headers, or cannot be read
    rows = row_by_row(sent, switches, today=vec.TODAY)
    faults = [f"Row {number}: {row.fault}." for number, row in enumerate(rows, start=1) if row.fault]
    if not rows:
        assert found == ["The csv file must contain at least one recipient."]
    elif faults and switches["row_faults"] == "refuse_upload":
        assert found == faults
    else:
        assert found == tuple(rows)


@given(st.data())
def test_a_file_that_nobody_suspects_is_read_the_same(
    csv_files: st.SearchStrategy[bytes], vec: VecValues, data: st.DataObject
) -> None:
    content = data.draw(nearly_plain() | csv_files)

    def outcome(*, suspects: bool) -> object:
        try:
            return read_recipients(
                content, today=vec.TODAY, switches=vec.switches(), suspects=lambda _: suspects
            )
        except RuleViolation as refusal:
            return refusal.errors, refusal.why

    assert outcome(suspects=True) == outcome(suspects=False)


good_cells = {
    EMAIL: st.emails() | st.sampled_from(["bia@example.com", "b@x"]),
    NAME: st.sampled_from(["Bia", "B", "\u00c9rica Lima", "x\u2003", "\u0141"]),
    DAY: st.dates(date(1000, 1, 1), date(2999, 12, 28)).map("{0:%d-%m-%Y}".format),
    "Title": st.text(st.characters(exclude_categories=["Cs"], exclude_characters=',"\r\n'), max_size=9),
}


@given(st.data())
def test_good_rows_are_the_same_at_a_glance(vec: VecValues, data: st.DataObject) -> None:
    headers = data.draw(st.permutations(list(good_cells)))
    row = st.tuples(*(good_cells[header] for header in headers))
    odd = st.tuples(*(good_cells[header] | st.sampled_from(["", " ", "\u2003", "@"]) for header in headers))
    rows = data.draw(st.lists(row, min_size=1, max_size=5)) + data.draw(st.lists(odd, max_size=1))
    content = "\n".join(",".join(cells) for cells in [headers, *rows]).encode()

    def found(*, at_a_glance: bool) -> object:
        return read(content, today=vec.TODAY, switches=vec.switches(), at_a_glance=at_a_glance)

    assert found(at_a_glance=True) == found(at_a_glance=False)


def test_a_usual_file_is_taken_at_a_glance(vec: VecValues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients, "_as_sent", None)
    head, *lines = upload(500).replace(b"nowhere", b"now@here").splitlines()
    found = read_recipients(
        b"\n".join([head, *lines]), today=vec.TODAY, switches=vec.switches(), suspects=lambda _: False
    )

    assert [row.name for row in found.rows] == [f"Jos\u00e9 {row}" for row in range(500)]
    assert failed(found.rows) == ()


def test_a_magic_address_fails_its_row_in_a_long_file_too(vec: VecValues) -> None:
    content = upload(500).replace(b"nowhere", b"now@here").replace(b"p93@", b"ana@")
    for at_a_glance in (True, False):
        rows = read(content, today=vec.TODAY, switches=vec.switches(), at_a_glance=at_a_glance)
        assert [row for row, one in enumerate(rows) if isinstance(one, Recipient) and one.fault] == [93]


@pytest.mark.parametrize("length", [0, LONG])
def test_a_magic_address_is_suspected_in_any_case_and_length(length: int) -> None:
    suspects = Magic(contract.read("fixtures", "vec", "magic.yaml")).suspects

    assert suspects("b@example.com\n" * length + "FaIl+ana@example.com")
    assert not suspects("b@example.com\n" * length + "fai.l@example.com")


@pytest.mark.parametrize("day", ["00-01-2025", "29-02-2025", "32-01-2025", "01-13-2025", "01-01-0000", ""])
def test_a_date_that_may_be_none_is_looked_at(vec: VecValues, day: str) -> None:
    content = f"{EMAIL},{NAME},{DAY}\n" + f"b@example.com,B,{day}\n" * 100
    found = read_recipients(
        content.encode(), today=vec.TODAY, switches=vec.switches(), suspects=lambda _: False
    ).rows

    assert {row.issue_date for row in found} == {vec.TODAY}
    assert len(failed(found)) == (100 if day else 0)


# ---- a sequence of recipients -----------------------------------------------------------------------------


def upload(number: int, *, quoted: bool = False, dated: bool = True) -> bytes:
    """`number` people; every seventh has no address, every fifth a date of its own."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow([NAME, *([DAY] if dated else []), "Title", EMAIL])
    for row in range(number):
        day = f"{row % 28 + 1:02}-02-2025" if row % 5 else "15-02-2025"
        address = f"p{row}@example.com" if row % 7 else "nowhere"
        writer.writerow([f"Jos\u00e9 {row}", *([day] if dated else []), f"T{row % 3}", address])
    return written.getvalue().encode()


def kept(vec: VecValues, content: bytes) -> SentRows:
    found = read_recipients(content, today=vec.TODAY, switches=vec.switches()).rows
    assert isinstance(found, SentRows)
    return found


places = st.none() | st.integers(-BLOCK * 3, BLOCK * 3)


@given(
    number=st.sampled_from([1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5]),
    quoted=st.booleans(),
    dated=st.booleans(),
    part=st.tuples(places, places, st.sampled_from([None, 1, 2, -1, -3])),
)
def test_any_part_of_them_is_that_part_of_all(
    vec: VecValues, number: int, quoted: bool, dated: bool, part: tuple[int | None, ...]  # noqa: FBT001, drawn
) -> None:  # fmt: skip
    rows = kept(vec, upload(number, quoted=quoted, dated=dated))
    whole = tuple(rows)

    assert len(whole) == len(rows) == number
    assert [row.name for row in whole] == [f"Jos\u00e9 {row}" for row in range(number)]
    assert rows[slice(*part)] == whole[slice(*part)]
    assert [rows[row] for row in range(-number, number)] == [*whole, *whole]


@pytest.mark.parametrize("row", [BLOCK, -BLOCK - 1])
def test_there_is_no_row_beyond_the_last(vec: VecValues, row: int) -> None:
    with pytest.raises(IndexError):
        kept(vec, upload(BLOCK))[row]


@given(number=st.integers(1, 30), quoted=st.booleans(), dated=st.booleans())
def test_a_column_is_that_field_of_every_row(
    vec: VecValues, number: int, quoted: bool, dated: bool  # noqa: FBT001, drawn
) -> None:  # fmt: skip
    rows = kept(vec, upload(number, quoted=quoted, dated=dated))

    for field in ("email", "name", "issue_date", "custom", "fault"):
        expected = [getattr(row, field) for row in rows]
        assert list(column(rows, field)) == list(column(tuple(rows), field)) == expected


@given(number=st.integers(1, 30))
def test_those_with_a_fault_are_known_without_a_walk(vec: VecValues, number: int) -> None:
    rows = kept(vec, upload(number))

    assert failed(rows) == failed(tuple(rows)) == tuple(range(0, number, 7))


def test_rows_are_equal_when_their_recipients_are(vec: VecValues) -> None:
    rows, quoted = kept(vec, upload(9)), kept(vec, upload(9, quoted=True))

    assert rows == quoted == tuple(rows)
    assert hash(rows) == hash(quoted) == hash(tuple(rows))
    assert rows != kept(vec, upload(8))
    assert rows != (*rows[:8], replace(rows[8], name="Somebody else"))
    assert rows != "rows"
    assert Recipients(rows, ("Title",)) == Recipients(tuple(rows), ("Title",))


def test_what_is_kept_is_no_longer_than_what_was_sent(vec: VecValues) -> None:
    for content in (upload(1000), upload(1000, quoted=True)):
        assert len(kept(vec, content).sent) < len(content)


@pytest.mark.parametrize("field", ["faults", "dates"])
def test_equal_texts_are_kept_once(vec: VecValues, field: str) -> None:
    content = f"{EMAIL},{NAME},{DAY}\n" + "a@example.com,A,2025-02-15\n" * 1000
    texts = getattr(kept(vec, content.encode()), field)

    assert len(set(map(id, texts.values()))) == 1


def test_a_world_knows_certificates_and_an_upload_none(vec: VecValues) -> None:
    rows = kept(vec, upload(3))

    assert [Recipients(rows).known_as(row) for row in range(3)] == [None] * 3
    assert [Recipients(tuple(rows)).known_as(row) for row in range(3)] == [None] * 3


def test_letters_that_part_cells_elsewhere_are_letters(vec: VecValues) -> None:
    odd = "\x1c\x1d\x1e\x1f\x85\u2028\u2029\ue00d\uffff\U0010ffff"
    for quote in ("", '"'):
        content = f"{EMAIL},{NAME}\na@example.com,{quote}{odd}x{quote}\nb@example.com,B\n"
        assert [row.name for row in kept(vec, content.encode())] == [f"{odd}x", "B"]


def test_order_of_columns_is_that_of_the_headers(vec: VecValues) -> None:
    heads: Sequence[str] = (EMAIL, NAME, DAY, "Title")

    def orders() -> Iterator[tuple[int, ...]]:
        yield from ((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1))

    row = ("a@example.com", "A", "15-02-2025", "Web")
    files = [
        "\n".join(",".join(cells[place] for place in order) for cells in (heads, row, row)).encode()
        for order in orders()
    ]
    people = set(chain.from_iterable(kept(vec, content) for content in files))
    assert people == {Recipient("a@example.com", "A", date(2025, 2, 15), ("Web",))}


def test_short_files_of_one_layout_are_soon_looked_at_as_a_whole(
    vec: VecValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []
    split = recipients._as_sent

    def counted(below: str, layout: Any) -> recipients.Grid | None:
        cut.append(below)
        return split(below, layout)

    monkeypatch.setattr(recipients, "_as_sent", counted)
    sure_rows.sure.cache_clear()
    names = [f"b{number}@example.com" for number in range(FEW + 4)]
    read = [
        read_recipients(
            f"{EMAIL},{NAME}\n{name},B\n".encode(),
            today=vec.TODAY,
            switches=vec.switches(),
            suspects=lambda _: False,
        ).rows
        for name in names
    ]

    assert len(cut) == FEW
    assert [rows[0].email for rows in read] == names
