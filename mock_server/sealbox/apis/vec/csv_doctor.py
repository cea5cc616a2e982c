"""What createBatch would make of a CSV file, row by row, and why.

Whether a file is taken and what becomes of each row is for `read_recipients` to say, which the mock itself
asks. All that is added here is explanation.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sealbox.problems import RuleViolation

from .csv_findings import Finding, findings, odd_dates
from .csv_forms import UNREADABLE, Header, Table, read_table
from .recipients import (
    ISSUE_DATE,
    decode,
    delimiter_of,
    has_text,
    never,
    open_lines,
    read_recipients,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from .csv_dates import Reading
    from .model import Recipient, Recipients


class Outcome(StrEnum):
    """What becomes of a row."""

    CERTIFICATE = "certificate"
    FAILS = "fails"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the headers. `number` is the one that messages name; a skipped row has none.

    `line` is the line of the file in which the row begins. `advice` says what to write instead.
    """

    line: int
    number: int | None = None
    recipient: Recipient | None = None
    advice: str = ""

    @property
    def outcome(self) -> Outcome:
        if self.recipient is None:
            return Outcome.SKIPPED
        return Outcome.FAILS if self.recipient.fault else Outcome.CERTIFICATE

    @property
    def reason(self) -> str:
        return (self.recipient and self.recipient.fault) or ""


@dataclass(frozen=True, slots=True)
class Report:
    """How a file is written, and what would become of it.

    `messages` are those of the 422, under `csv_file`, and `why` explains them; without any the file is
    taken. A file that cannot be read has no `rows`; one refused for the faults of its rows has.
    """

    encoding: str
    line_ends: str
    delimiter: str
    sep_line: bool
    headers: tuple[Header, ...]
    custom: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    messages: tuple[str, ...] = ()
    why: str = ""

    @property
    def accepted(self) -> bool:
        return not self.messages

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def verdict(self) -> str:
        """What createBatch would answer, in a line."""
        if self.messages:
            others = len(self.messages) - 1
            return f"refused with 422: {self.messages[0]}" + (f" (and {others} more)" if others else "")
        certificates, failures, skipped = map(self.count, Outcome)
        blank = f", {_number(skipped, 'blank row')} skipped" if skipped else ""
        return f"accepted: {_number(certificates, 'certificate')}, {_number(failures, 'failure')}{blank}"

    @property
    def all_good(self) -> bool:
        return self.accepted and not self.count(Outcome.FAILS)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def examine(
    content: bytes, *, today: date, switches: Mapping[str, str], fails: Callable[[str], bool] = never
) -> Report:
    """Foretell what createBatch answers to `content` as `csv_file`; the arguments are `read_recipients`'s."""

    def read(decisions: Mapping[str, str]) -> tuple[Recipients | None, RuleViolation | None]:
        try:
            return read_recipients(content, today=today, switches=decisions, fails=fails), None
        except RuleViolation as refused:
            return None, refused

    found, refusal = read(switches)
    if refusal and switches["row_faults"] == "refuse_upload":
        found, _ = read({**switches, "row_faults": "fail_row"})
    try:
        table = read_table(content)
    except csv.Error:
        table = UNREADABLE
    dates = odd_dates(table)
    return Report(
        encoding=table.encoding,
        line_ends=table.line_ends,
        delimiter=table.delimiter,
        sep_line=table.sep_line,
        headers=table.headers,
        custom=found.custom_headers if found else _custom(table),
        rows=tuple(_rows(content, switches, found.rows, dates)) if found else (),
        findings=tuple(findings(table, dates)),
        messages=tuple(refusal.errors["csv_file"]) if refusal else (),
        why=refusal.why if refusal else "",
    )


def _rows(
    content: bytes, switches: Mapping[str, str], recipients: Iterable[Recipient], dates: Mapping[int, Reading]
) -> Iterator[Row]:
    """The recipients that the mock has read, each with its line, and the blank rows between them."""
    text, _ = decode(content, switches)
    reader, lines = open_lines(text, delimiter_of(text, switches))
    next(lines)
    number, start, people = 0, reader.line_num + 1, iter(recipients)
    for cells in lines:
        if switches["blank_rows"] == "fail_row" or has_text(cells):
            recipient = next(people)
            number += 1
            wrong_date = recipient.fault and ISSUE_DATE in recipient.fault and start in dates
            yield Row(start, number, recipient, dates[start].advice if wrong_date else "")
        else:
            yield Row(start)
        start = reader.line_num + 1


def _custom(table: Table) -> tuple[str, ...]:
    return tuple(header.written for header in table.headers if header.written and not header.means)
