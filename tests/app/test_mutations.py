"""Random damage to a valid request never makes a server error, and never half a batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client, Raw

VEC = (b"Authorization", b"Bearer sealbox_vec_demo")
CERTIFIQI = (b"x-api-token", b"sealbox_certifiqi_demo")
JSON = (b"Content-Type", b"application/json")
FORM = b"multipart/form-data; boundary=abc"
PLAIN = b"9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
UPLOAD = b"".join(
    (
        b'--abc\r\nContent-Disposition: form-data; name="name"\r\n\r\nTurma\r\n',
        b'--abc\r\nContent-Disposition: form-data; name="template_id"\r\n\r\n' + PLAIN + b"\r\n",
        b'--abc\r\nContent-Disposition: form-data; name="signatories[0][index]"\r\n\r\n1\r\n',
        b'--abc\r\nContent-Disposition: form-data; name="signatories[0][user_uuid]"\r\n\r\n',
        b"66c9c977-f379-4692-9d5c-f989c17543ee\r\n",
        b'--abc\r\nContent-Disposition: form-data; name="csv_file"; filename="a.csv"\r\n',
        b"Content-Type: text/csv\r\n\r\nRecipientsEmail,RecipientsName,IssueDate\r\n",
        b'ana@example.com,"Ana, A",02-01-2025\r\nbob@example.com,Bob,\r\n\r\n--abc--\r\n',
    )
)
SNIPPETS = [
    b"--abc",
    b"\r\n",
    b"\n",
    b"[",
    b"]",
    b"[]",
    b'"',
    b";",
    b"=",
    b",",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"%",
]
places = st.integers(0, len(UPLOAD))


def damage(body: bytes, changes: list[tuple[str, int, int, bytes]]) -> bytes:
    for kind, first, second, piece in changes:
        start, stop = sorted((min(first, len(body)), min(second, len(body))))
        match kind:
            case "insert":
                body = body[:start] + piece + body[start:]
            case "replace":
                body = body[:start] + piece + body[start + len(piece) :]
            case "delete":
                body = body[:start] + body[stop:]
            case "repeat":
                body = body[:stop] + body[start:stop] + body[stop:]
            case "cut":
                body = body[:stop]
    return body


changes = st.lists(
    st.tuples(
        st.sampled_from(["insert", "replace", "delete", "repeat", "cut"]),
        places,
        places,
        st.sampled_from(SNIPPETS) | st.binary(min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=4,
)
media_types = st.just(FORM) | st.sampled_from(
    [
        b"multipart/form-data",
        b"application/json",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=",
    ]
)


def upload(client: Client, body: bytes, media_type: bytes = FORM) -> Raw:
    return client.raw(
        "POST", b"/vec/business/batches", headers=[VEC, (b"Content-Type", media_type)], chunks=[body]
    )


@pytest.fixture(scope="module")
def damaged(open_app: Callable[..., Client]) -> Client:
    """An application that Hypothesis may fill with batches."""
    return open_app()


def test_the_undamaged_upload_is_accepted(damaged: Client) -> None:
    assert upload(damaged, UPLOAD).status == 201


@settings(max_examples=150)
@given(changes=changes, media_type=media_types)
def test_a_damaged_upload_is_accepted_whole_or_refused_whole(
    damaged: Client, changes: list[tuple[str, int, int, bytes]], media_type: bytes
) -> None:
    before = damaged.batches()
    answer = upload(damaged, damage(UPLOAD, changes), media_type)
    body = json.loads(answer.body)

    assert answer.status in {201, 422}
    assert damaged.batches() == before + (answer.status == 201)
    if answer.status == 422:
        messages = [message for listed in body["errors"].values() for message in listed]
        assert messages
        assert body["message"].startswith(messages[0])
        return
    key = body["data"]["id"]
    assert damaged.vec("GET", f"/business/batches/{key}").json() == body
    params = {"batch_id": key, "per_page": "100"}
    listed = damaged.vec("GET", "/business/certificates", params=params).json()
    assert listed["meta"]["total"] == body["data"]["total_certificates"] > 0


@settings(max_examples=150)
@given(csv=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_for_rows_are_read_or_refused(damaged: Client, csv: bytes) -> None:
    answer = damaged.create_batch(csv=b"RecipientsEmail,RecipientsName,IssueDate\n" + csv)

    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        params = {"batch_id": answer.json()["data"]["id"]}
        assert damaged.vec("GET", "/business/certificates", params=params).status_code == 200


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside `value`."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    if isinstance(value, list):
        inner = list(enumerate(value))
    return [at, *(way for key, one in inner for way in paths(one, (*at, key)))]


odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [10**15, 2**63, 2**64, -(2**63) - 1, 10**30, -0.0, 1e308, "", " ", "0", "-1", "1.0", "1e5", "\x00"]
    ),
    st.text(max_size=12),
    st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=3), max_size=3),
)


@settings(max_examples=200)
@given(data=st.data())
def test_an_event_with_odd_values_is_accepted_whole_or_refused_whole(
    damaged: Client, event_body: Callable[[], dict[str, Any]], data: st.DataObject
) -> None:
    body: Any = event_body()
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from([one for one in paths(body) if one]))
        inner = body
        for step in way[:-1]:
            inner = inner[step]
        if data.draw(st.booleans()) and isinstance(inner, dict):
            del inner[way[-1]]
        else:
            inner[way[-1]] = data.draw(odd_values)
        if not body:
            break
    content = json.dumps(body).encode()
    answer = damaged.raw("POST", b"/certifiqi/batch_group", headers=[CERTIFIQI, JSON], chunks=[content])
    shown = json.loads(answer.body)

    assert answer.status in {200, 400, 406}
    if answer.status == 200:
        read = damaged.certifiqi("GET", f"/batch_group/{shown['batch_group_key']}")
        assert read.status_code == 200
        assert read.json()["batches"] == shown["batches"]
    else:
        assert shown.keys() == {"title", "description"}


@settings(max_examples=100)
@given(changes=changes)
def test_a_damaged_event_is_accepted_or_refused(
    damaged: Client, event_body: Callable[[], dict[str, Any]], changes: list[tuple[str, int, int, bytes]]
) -> None:
    content = damage(json.dumps(event_body()).encode(), changes)
    answer = damaged.raw("POST", b"/certifiqi/batch_group", headers=[CERTIFIQI, JSON], chunks=[content])

    assert answer.status in {200, 400, 406}


@settings(max_examples=100)
@given(
    query=st.binary(max_size=40)
    | st.text(st.sampled_from("page_=&[]%0189+-.stuearch"), max_size=30).map(str.encode)
)
@pytest.mark.parametrize(
    "path", [b"/vec/business/batches", b"/vec/business/certificates", b"/vec/business/user-management/users"]
)
def test_any_query_is_read_or_refused(damaged: Client, path: bytes, query: bytes) -> None:
    assert damaged.raw("GET", path + b"?" + query, headers=[VEC]).status in {200, 422}


@settings(max_examples=100)
@given(key=st.text(min_size=1, max_size=30))
@pytest.mark.parametrize(
    "path", ["/vec/business/batches/{}", "/certifiqi/batch_group/{}", "/vec/business/certificates/{}"]
)
def test_any_key_is_not_found(damaged: Client, path: str, key: str) -> None:
    target = path.format(quote(key, safe="")).encode()

    assert damaged.raw("GET", target, headers=[VEC, CERTIFIQI]).status == 404
