"""What every test may rely on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BIN = Path(sys.executable).parent
END_OF_STEP = "=== end of step"

# Examples are drawn anew from a fixed seed in CI, so that a red build is red again.
settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


CELLS = [
    *(
        "",
        " ",
        "ana@example.com",
        " bia@example.com ",
        "fail+x@example.com",
        "no address",
        "Ana",
        "Jos\u00e9",
    ),
    *(
        "15-02-2025",
        "2025-02-15",
        "15/02/2025",
        "05/02/2025",
        "45703",
        "31-02-2025",
        "=A1",
        "a,b;c",
        'say "x"',
    ),
    *("two\nlines", "one\rreturn", "Jose\u0301", "\u00a0", ";;", "\ue00d", "000.000.001-91", "ana@real.com"),
]
HEADERS = [
    *("RecipientsEmail", "RecipientsName", "IssueDate", "CourseTitle", "", "recipientsemail"),
    *("Recipients Name", "RecipientsName\u00a0", "RecipientEmail", "IssuedDate", "\ufeffRecipientsEmail"),
]


def _quoted(cell: str, delimiter: str) -> str:
    odd = any(letter in cell for letter in f'{delimiter}"\r\n')
    return '"' + cell.replace('"', '""') + '"' if odd else cell


@st.composite
def csv_content(draw: st.DrawFn) -> bytes:
    """A file as somebody or something may have written it, mostly with the needed columns, or plain noise."""
    headers = draw(
        st.just(["RecipientsEmail", "RecipientsName", "IssueDate"])
        | st.permutations(HEADERS[:4])
        | st.lists(st.sampled_from(HEADERS), min_size=1, max_size=5)
    )
    cells = st.sampled_from(CELLS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    good = st.sampled_from([["ana@example.com", "Ana", "15-02-2025"], ["bia@example.com", "Bia", ""]])
    rows = draw(st.lists(good | st.lists(cells, max_size=5), max_size=6))
    delimiter = draw(st.sampled_from(",,,;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = end.join(delimiter.join(_quoted(cell, delimiter) for cell in row) for row in [headers, *rows])
    text = draw(st.sampled_from(["", "", "", "\ufeff", f"sep={delimiter}{end}", end])) + text
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "cp1252", "utf-16", "utf-16-le", "mac_roman"]))
    noise = draw(st.just(b"") | st.binary(max_size=8))
    return text.encode(encoding, errors="replace") + draw(st.sampled_from([b"", end.encode()])) + noise


@pytest.fixture(scope="session")
def csv_files() -> st.SearchStrategy[bytes]:
    """Files good, odd and hostile."""
    return csv_content() | st.binary(max_size=60)


def steps(document: str) -> Iterator[tuple[str, str]]:
    """Each command of the console blocks of a Markdown text with the output printed below it."""
    for block in re.findall(r"^```console\n(.*?)^```", document, re.DOTALL | re.MULTILINE):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = step.splitlines()
            ends = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
            yield "\n".join(lines[: ends + 1]), "\n".join(lines[ends + 1 :])


def as_pattern(printed: str) -> str:
    """`...` stands for anything, over several lines too; blanks at the end of a line do not count."""
    return r"[\s\S]*?".join(re.escape(part) for part in printed.split("..."))


def walk(document: str, *, cwd: Path, **environment: str) -> None:
    """Run the commands of `document` in one bash, and hold what each prints to what stands below it."""
    walked = list(steps(document))
    script = "\n".join(f"{command}\necho; echo '{END_OF_STEP}'" for command, _ in walked)
    ran = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **environment},
        timeout=120,
        check=True,
    )
    shown = re.sub(r"[ \r]+$", "", ran.stdout, flags=re.MULTILINE).split(END_OF_STEP)
    assert len(shown) == len(walked) + 1, ran.stdout
    for (command, printed), output in zip(walked, shown, strict=False):
        assert re.fullmatch(as_pattern(printed.strip()), output.strip()), f"{command}\n{output}\n{ran.stderr}"
    assert ran.stderr == ""


@pytest.fixture(scope="session", name="walk")
def walk_fixture() -> Callable[..., None]:
    """Runs the commands of a Markdown text; they answer as printed, and say nothing on stderr."""
    return walk
