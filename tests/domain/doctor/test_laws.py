"""Whatever is sent: the doctor answers, in lines a header can hold, without reading all of a large body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealbox.contract.operations import all_operations
from sealbox.doctor import Client, Sent, diagnose, recognise
from sealbox.doctor.addresses import APIS
from sealbox.doctor.wire import HEAD, MOST_PARTS, SAMPLE, TAIL, read

if TYPE_CHECKING:
    from sealbox.doctor import Finding

    from tests.domain.doctor.conftest import Requests

KNOWN = all_operations()
OPERATIONS = [one for found in KNOWN.values() for one in found.values()]

laws = settings(derandomize=True, database=None, deadline=None, max_examples=300)

LINE = re.compile(r"[ -~]{1,300}")

latin = st.text(st.characters(max_codepoint=255), max_size=40)
anything = st.text(max_size=40)
names = st.sampled_from(
    ["content-type", "Content-Length", "content-encoding", "Authorization", "x-api-token", "User-Agent"]
)
content_types = st.sampled_from(
    [
        "multipart/form-data; boundary=abc",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="a b\\"',
        "multipart/mixed;boundary=abc;boundary=def",
        "multipart/form-data; boundary=\u20ac\u00e7",
        "multipart/form-data; boundary=\ud800",
        "application/json",
        "application/x-www-form-urlencoded",
        ";;;==",
    ]
)
headers = st.lists(
    st.tuples(names | latin, anything | latin | content_types | st.just("99999999999999999999999")),
    max_size=6,
).map(tuple)

pieces = st.sampled_from(
    [
        b"--abc",
        b"--abc--",
        b"--?",
        b"--?\xe7",
        b"\r\n",
        b"\n",
        b"\r",
        b"Content-Disposition: form-data",
        b'; name="csv_file"',
        b'; name="signatories[9999999999999999999][index]"',
        b"; name=signatories[",
        b'; filename="',
        b"; filename*=utf-8''",
        b"\\",
        b'"',
        b"\xff\x00",
        b"[{",
        b"\x1f\x8b",
    ]
)
bodies = st.lists(pieces | st.binary(max_size=8), max_size=30).map(b"".join)
paths = st.sampled_from(
    [f"/{one.api}{one.path}" for one in OPERATIONS] + ["", "/", "//", "/business/batches"]
)
requests = st.builds(
    Sent,
    method=st.sampled_from(["GET", "POST", "PUT", "post", ""]) | anything,
    path=paths | anything | st.builds("{}/{}".format, paths, anything),
    query=anything,
    headers=headers,
    body=bodies,
)
apis = st.sampled_from([*APIS, "_sandbox", ""])
operations = st.none() | st.sampled_from([one.id for one in OPERATIONS] + ["nope"])


def texts(findings: tuple[Finding, ...]) -> str:
    return "\n".join(finding.why + finding.fix + finding.snippet for finding in findings)


@laws
@given(requests, apis, operations)
def test_every_request_has_an_answer_that_fits_a_header(sent: Sent, api: str, operation: str | None) -> None:
    found = diagnose(sent, api=api, operation=operation, apis=KNOWN)

    assert len({finding.id for finding in found}) == len(found)
    for finding in found:
        assert LINE.fullmatch(finding.fix)
        assert LINE.fullmatch(finding.why)
        assert "{" not in finding.id
        assert finding.snippet.isascii()
        assert re.fullmatch(r"[\n\t -~]+", finding.snippet)


@laws
@given(requests)
def test_every_request_has_a_client_or_none(sent: Sent) -> None:
    found = recognise(sent)

    assert found is None or (isinstance(found, Client) and found.name and found.because)


@laws
@given(requests, apis, operations)
def test_the_same_request_has_the_same_answer(sent: Sent, api: str, operation: str | None) -> None:
    assert diagnose(sent, api=api, operation=operation, apis=KNOWN) == diagnose(
        sent, api=api, operation=operation, apis=KNOWN
    )


@laws
@given(
    body=bodies,
    content_type=content_types,
    agent=st.sampled_from(["curl/8", "node", "okhttp/4", "Ruby", "GuzzleHttp/7", "python-httpx/1", ""]),
    word=st.sampled_from(["`id`", "$(id)", '"; DROP', "' + x + '", "\\", "\n#"]),
)
def test_no_snippet_repeats_text_that_a_client_wrote(
    body: bytes, content_type: str, agent: str, word: str
) -> None:
    made = (
        f'--abc\r\nContent-Disposition: form-data; name="template_id"\r\n\r\n{word}EVIL\r\n'.encode() + body
    )
    head = (("User-Agent", agent), ("Content-Type", content_type), ("Authorization", f"Bearer {word}EVIL"))
    sent = Sent("POST", f"/vec/business/batches/{word}EVIL", "", head, made)

    assert "EVIL" not in "".join(
        one.snippet for one in diagnose(sent, api="vec", operation="createBatch", apis=KNOWN)
    )


class Watched(bytes):
    """Bytes that count what is copied out of them, and may be looked at in no other way."""

    looked_at: int

    def __getitem__(self, key: Any) -> Any:
        piece = super().__getitem__(key)
        assert isinstance(key, slice)
        self.looked_at = getattr(self, "looked_at", 0) + len(piece)
        return piece


def _forbidden(*_: object) -> Any:
    raise AssertionError("all of the body was looked at")


for name in (
    "find",
    "index",
    "count",
    "split",
    "replace",
    "decode",
    "strip",
    "lstrip",
    "partition",
    "__contains__",
):
    setattr(Watched, name, _forbidden)
for name in ("__iter__", "__eq__", "__add__", "__hash__", "hex", "translate", "rfind", "splitlines", "join"):
    setattr(Watched, name, _forbidden)

MEGABYTES = 20 * 1000 * 1000


def large(wire: Requests, *, end: bytes, boundary: str = "abc") -> tuple[Sent, Watched]:
    body = Watched(wire.part("name") + wire.file(content=b"a,b\r\n" * (MEGABYTES // 5)) + end)
    head = (
        ("Authorization", "Bearer t"),
        ("Content-Type", f"multipart/form-data; boundary={boundary}"),
        ("Content-Length", str(len(body))),
    )
    return Sent("POST", "/vec/business/batches", "", head, body), body


@pytest.mark.parametrize(
    ("end", "boundary", "found"),
    [
        (b"--abc--\r\n", "abc", []),
        (b"", "abc", ["content-length-of-the-file"]),
        (b"--abc--\r\n", "", ["boundary-lost"]),
        (b"--abc--\r\n", "other", ["boundary-mismatch"]),
        (
            b'--abc\r\nContent-Disposition: form-data; name="signatories"\r\n\r\n[{}]\r\n--abc--\r\n',
            "abc",
            ["json-in-signatories"],
        ),
    ],
)
def test_of_20_mb_only_the_head_and_the_tail_are_looked_at(
    wire: Requests, end: bytes, boundary: str, found: list[str]
) -> None:
    sent, body = large(wire, end=end, boundary=boundary)

    assert wire.ids(sent) == found
    assert body.looked_at <= HEAD + TAIL


def test_whose_a_large_body_is_costs_no_more(wire: Requests) -> None:
    sent, body = large(wire, end=b"--abc--\r\n")
    recognise(sent)

    assert body.looked_at <= HEAD + TAIL


@pytest.mark.parametrize(
    "size", [HEAD - 400, HEAD - 1, HEAD, HEAD + 1, HEAD + TAIL, HEAD + TAIL + 1, HEAD * 3]
)
def test_parts_on_both_sides_of_a_large_file_are_seen(wire: Requests, size: int) -> None:
    sent = wire.form(wire.part("name"), wire.file(content=b"x" * size), wire.part("template_id"))

    assert {part.name for part in read(sent).parts} == {"name", "csv_file", "template_id"}
    assert wire.ids(sent) == []


def test_of_a_long_field_a_sample_is_kept(wire: Requests) -> None:
    (part, *_) = read(wire.form(wire.part("name", b"x" * 50_000), wire.file())).parts

    assert len(part.content) == SAMPLE
    assert not part.has_all


@pytest.mark.parametrize("count", [MOST_PARTS - 1, MOST_PARTS, MOST_PARTS + 1, 2000])
def test_of_very_many_parts_the_first_are_seen(wire: Requests, count: int) -> None:
    sent = wire.form(*(wire.part(f"n{number}") for number in range(count)))
    parts = read(sent).parts

    assert [part.name for part in parts[:MOST_PARTS]] == [f"n{one}" for one in range(min(count, MOST_PARTS))]
    assert len(parts) <= 2 * MOST_PARTS
    assert all(part.content == b"x" for part in parts)


def test_ten_thousand_headers_are_no_burden() -> None:
    many = tuple((f"x-{number}", "v" * 100) for number in range(10_000))

    assert len(read(Sent("GET", "/", "", many, b"")).head_lines) < 16 * 1024
