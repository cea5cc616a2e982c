"""Addresses, times, statuses and command lines, as the page writes them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.certifiqi.model import InternalStatus, SignatureStatus
from sealbox.apis.vec.certificates import CertificateStatus
from sealbox.apis.vec.model import Status
from sealbox.exchanges.exchange import Exchange
from sealbox.page import look
from sealbox.page.asked import MOST_OPEN, MOST_SHOWN, Asked
from sealbox.page.curl import curl
from sealbox.page.views.journal import parsed
from sealbox.webhooks import State

NOW = datetime(2025, 4, 1, 12, 30, 5, tzinfo=UTC)


def exchange(
    body: bytes = b"", *, method: str = "POST", media_type: str = "text/plain", path: str = "/vec/x"
) -> Exchange:
    headers = [(b"host", b"127.0.0.1"), (b"content-type", media_type.encode()), (b"content-length", b"9")]
    return Exchange(
        id="req-1",
        tenant="demo",
        at=NOW,
        method=method,
        path=path,
        query="",
        headers=headers,
        body=body,
        size=len(body),
    )


names = st.text("abc-0123", min_size=1, max_size=8)


@given(
    opened=st.frozensets(names, max_size=4),
    more=st.dictionaries(names, st.integers(0, 9_999_999), max_size=3),
    status=st.sampled_from(["", "4xx"]),
)
def test_a_link_leads_to_the_page_that_it_was_made_on(
    opened: frozenset[str], more: dict[str, int], status: str
) -> None:
    asked = Asked("demo", opened=opened, more=more, filters={"status": status} if status else {})
    query = urlsplit(asked.link("journal")).query

    assert Asked.read(parse_qsl(query), tenant="another") == asked


def test_a_link_changes_one_thing_and_keeps_the_rest() -> None:
    asked = Asked("demo", opened=frozenset({"a"}), more={"batches": 40})

    assert asked.link("journal", open="b", journal=20) == (
        "/?tenant=demo&more=batches:40,journal:20&open=a,b#journal"
    )


def test_no_address_asks_for_too_much() -> None:
    asked = Asked.read(
        [("open", ",".join(map(str, range(900)))), ("more", "journal:9999999,x:-1,:,y:z")], tenant="demo"
    )

    assert asked.shown("journal", 20) == MOST_SHOWN
    assert asked.shown("x", 20) == 20
    assert len(asked.opened) == MOST_OPEN


def test_what_comes_unfolded_stays_so_unless_it_was_folded() -> None:
    asked = Asked("demo", closed=frozenset({"folded"}))

    assert asked.is_open("tree", by_itself=True)
    assert not asked.is_open("folded", by_itself=True)
    assert not asked.is_open("tree")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW - timedelta(hours=1), "11:30:05"),
        (NOW - timedelta(days=20), "12 Mar 12:30"),
        (NOW - timedelta(days=31), "1 Mar 12:30"),
        (NOW - timedelta(days=400), "26 Feb 2024"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be_told(at: datetime, shown: str) -> None:
    html = look.moment(at, NOW)

    assert f">{shown}</time>" in html
    assert f'datetime="{at.isoformat()}"' in html


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "no time"), (59, "59 s"), (3600, "1 h"), (93_785, "1 d 2 h"), (-5, "no time")]
)
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds: int, said: str) -> None:
    assert look.span(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    "status", [*Status, *CertificateStatus, *SignatureStatus, *InternalStatus, *State], ids=str
)
def test_every_status_has_a_sign_of_its_own_kind(status: str) -> None:
    assert status in look.KINDS
    assert look.sign(status) == look.SIGNS[look.kind(status)][0]


def test_no_two_kinds_share_a_sign() -> None:
    signs = [sign for sign, _ in look.SIGNS.values()]

    assert len(set(signs)) == len(signs)


@pytest.mark.parametrize(
    ("body", "media_type", "shown"),
    [
        (b'{"a":[1]}', "application/json", '{\n  "a": [\n    1\n  ]\n}'),
        (b"{", "application/json; charset=utf-8", "no JSON: "),
        (b"a[b]=1", "application/x-www-form-urlencoded", '{\n  "a": {\n    "b": "1"\n  }\n}'),
        (b"", "application/json", ""),
        (b"plain", "text/plain", ""),
        (b"--x--", "multipart/form-data", "Content-Type has no boundary"),
    ],
)
def test_a_body_is_shown_as_it_was_understood(body: bytes, media_type: str, shown: str) -> None:
    assert parsed(exchange(body, media_type=media_type)).startswith(shown)


def test_a_file_is_shown_by_its_name_and_size() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csv_file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\nabc\r\n--x--\r\n"
    )
    shown = parsed(exchange(body, media_type="multipart/form-data; boundary=x"))

    assert '"filename": "a.csv"' in shown
    assert '"content": "3 bytes"' in shown


@given(body=st.binary(min_size=1, max_size=60).filter(lambda body: b"\0" not in body))
def test_a_shell_reads_from_the_line_the_very_bytes_that_were_sent(body: bytes) -> None:
    line = curl(exchange(body), "http://127.0.0.1:4780").replace("curl -i", "printf '%s\\n'", 1)
    word = subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout

    assert word.endswith(b"--data-binary\n" + body + b"\n")
    assert b"content-length" not in word.removesuffix(body + b"\n")


@pytest.mark.parametrize(
    ("method", "body", "begins"),
    [
        ("GET", b"", "curl -i \\\n  http://h/vec/x"),
        ("POST", b"x", "curl -i \\\n  http://h/vec/x"),
        ("POST", b"", "curl -i \\\n  -X POST"),
        ("HEAD", b"", "curl -i \\\n  --head"),
        ("DELETE", b"", "curl -i \\\n  -X DELETE"),
    ],
)
def test_a_method_is_named_where_curl_would_take_another(method: str, body: bytes, begins: str) -> None:
    assert curl(exchange(body, method=method), "http://h").startswith(begins)


def test_a_body_that_was_cut_is_told_of() -> None:
    one = exchange(b"abc")
    one.size = 9

    assert curl(one, "http://h").endswith("# the first 3 of 9 bytes")
