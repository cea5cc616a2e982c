"""Values that the pages allow: nothing here needs a reading that they do not state."""

from __future__ import annotations

from string import ascii_letters, ascii_lowercase, digits
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from .client import csv_text, unique

if TYPE_CHECKING:
    from collections.abc import Sequence

# Letters of several scripts, without anything that a server may trim or fold.
words = st.text("abcXYZáçñßžйЖ漢字ع012-'&", min_size=1, max_size=12)
names = st.lists(words, min_size=1, max_size=4).map(" ".join).map(unique)

# The encoding of the file is stated nowhere, so that recipients are plain ASCII.
people = st.builds(
    lambda first, last: f"{first.title()} {last.title()}",
    st.text(ascii_lowercase, min_size=2, max_size=10),
    st.text(ascii_lowercase, min_size=2, max_size=10),
)
mailboxes = st.text(ascii_lowercase + digits, min_size=1, max_size=12)


@st.composite
def recipients(draw: st.DrawFn, *, most: int = 8) -> list[tuple[str, str]]:
    """Rows with distinct addresses: what two rows of one recipient mean is stated nowhere."""
    boxes = draw(st.lists(mailboxes, min_size=1, max_size=most, unique=True))
    return [(f"{box}@example.com", draw(people)) for box in boxes]


headers = st.text(ascii_letters, min_size=1, max_size=15).map(lambda text: f"Custom{text}")
cells = st.text(ascii_letters + digits + " .:/-+%_#", max_size=20).map(str.strip)


@st.composite
def files_with_custom_columns(draw: st.DrawFn) -> str:
    custom = draw(st.lists(headers, min_size=1, max_size=4, unique_by=str.lower))
    rows = [(*row, *(draw(cells) for _ in custom)) for row in draw(recipients(most=4))]
    return csv_text(rows, ("RecipientsEmail", "RecipientsName", *custom))


def uploads() -> st.SearchStrategy[str]:
    """Files that every reading of the pages accepts."""
    return recipients().map(csv_text) | files_with_custom_columns()


def without(header: str, kept: Sequence[str]) -> st.SearchStrategy[str]:
    """Files in which another column stands in place of `header`."""
    rows = recipients(most=3)
    return st.builds(
        lambda other, people_: csv_text(people_, [one if one != header else other for one in kept]),
        headers,
        rows,
    )


NASTY = (
    "=SUM(A1:A9)",
    "<script>alert(1)</script>",
    "'; DROP TABLE batches; --",
    "../../etc/passwd",
    "{{7*7}}",
    "%s%n%d",
    "x" * 2000,
)


def hostile_uploads() -> st.SearchStrategy[str]:
    """Files that keep the rules and whose custom cells mean ill."""
    texts = st.lists(st.sampled_from(NASTY), min_size=1, max_size=4)
    return texts.map(
        lambda found: csv_text(
            [(f"a{place}@example.com", "Ana Example", text) for place, text in enumerate(found)],
            ("RecipientsEmail", "RecipientsName", "Remark"),
        )
    )
