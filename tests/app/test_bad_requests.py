"""Requests that are wrong before their body is looked at: size, path, query, method, headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client

VEC = (b"Authorization", b"Bearer sealbox_vec_demo")
CERTIFIQI = (b"x-api-token", b"sealbox_certifiqi_demo")
JSON = (b"Content-Type", b"application/json")
TOO_LARGE = {
    b"/vec/business/batches": {"message": "The POST data is too large."},
    b"/certifiqi/batch_group": {"title": "Payload Too Large", "description": "The body is too large."},
}


@pytest.fixture(scope="module")
def narrow(open_app: Callable[..., Client]) -> Client:
    return open_app(body_limit=2048)


@pytest.mark.parametrize(
    "length", [(b"Content-Length", b"3000"), (b"Transfer-Encoding", b"chunked")], ids=["told", "not told"]
)
@pytest.mark.parametrize("path", TOO_LARGE)
def test_a_body_over_the_limit_is_too_large(narrow: Client, path: bytes, length: tuple[bytes, bytes]) -> None:
    before = narrow.batches()
    answer = narrow.raw("POST", path, headers=[VEC, CERTIFIQI, JSON, length], chunks=[b"x" * 1000] * 3)

    assert (answer.status, json.loads(answer.body)) == (413, TOO_LARGE[path])
    assert "2048" in answer.headers["x-sandbox-why"]
    assert answer.headers["x-sandbox"].startswith("sealbox ")
    assert narrow.batches() == before


def test_the_control_plane_has_the_same_limit(narrow: Client) -> None:
    answer = narrow.raw("POST", b"/_sandbox/tenants", headers=[JSON], chunks=[b"x" * 3000])

    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")


def test_a_body_of_exactly_the_limit_is_read(narrow: Client) -> None:
    body = b'{"tenant": "wide"}'.ljust(2048)

    assert narrow.raw("POST", b"/_sandbox/tenants", headers=[JSON], chunks=[body]).status == 201


@pytest.mark.parametrize("plain", [False, True], ids=["compiled", "plain"])
def test_a_get_has_no_form_whatever_its_content_type(open_app: Callable[..., Client], *, plain: bool) -> None:
    headers = [VEC, (b"Content-Type", b"multipart/form-data")]  # as some clients set it for all they send

    assert open_app(plain=plain).raw("GET", b"/vec/business/batches", headers=headers).status == 200


@pytest.mark.parametrize("length", [b"-1", b"x", b"", b"9" * 5000, b"1", "²".encode("latin-1")])
def test_a_content_length_that_lies_is_no_server_error(narrow: Client, length: bytes) -> None:
    headers = [VEC, (b"Content-Length", length)]

    assert narrow.raw("POST", b"/vec/business/batches", headers=headers).status in {413, 422}


def test_a_request_that_breaks_off_makes_nothing(narrow: Client) -> None:
    before = narrow.batches()
    with pytest.raises(ValueError, match="not enough values"):  # no answer was begun
        narrow.raw("POST", b"/vec/business/batches", headers=[VEC], chunks=[])

    assert narrow.batches() == before


@pytest.mark.parametrize(
    "key", [b"%zz", b"%ff", b"%00", b"%2F", b"%2e%2e", b"%", b"%F0%9F%98%80", b"x" * 5000, b"+"]
)
@pytest.mark.parametrize(
    "path",
    [
        b"/vec/business/batches/",
        b"/vec/business/certificate-templates/",
        b"/vec/business/certificates/",
        b"/vec/business/user-management/users/",
        b"/certifiqi/batch_group/",
    ],
)
def test_a_key_that_is_no_key_is_not_found(client: Client, path: bytes, key: bytes) -> None:
    answer = client.raw("GET", path + key, headers=[VEC, CERTIFIQI])

    assert answer.status == 404
    assert json.loads(answer.body).keys() <= {"message", "error", "title", "description"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (b"page=%zz", 422),
        (b"page=%ff&per_page=%00", 422),
        (b"page=" + b"9" * 5000, 422),
        (b"page=1e3", 422),
        (b"page=0x1", 422),
        (b"page=-1", 422),
        (b"page[]=1", 422),
        (b"page=1&page=x", 422),
        (b"page=x&page=1", 200),  # of two of one name the last counts
        (b"per_page=101", 422),
        (b"per_page=0", 422),
        (b"status=nothing", 422),
        (b"status[x]=pending", 422),
        (b"%ff=%ff&unknown=1&&&===", 200),
        (b"page=", 200),
        (b"page=+1+", 200),
    ],
)
def test_a_bad_query_is_refused_under_its_name(client: Client, query: bytes, status: int) -> None:
    answer = client.raw("GET", b"/vec/business/batches?" + query, headers=[VEC])
    body = json.loads(answer.body)

    assert answer.status == status
    if status == 422:
        assert body["errors"].keys() <= {"page", "per_page", "status"}
        assert body["message"].startswith(next(iter(body["errors"].values()))[0])


PATHS = {
    "/vec/business/batches": {"GET", "POST"},
    "/vec/business/batches/9e7860e3-7c0a-401f-98f6-b98e316934f4": {"GET"},
    "/vec/business/certificates": {"GET"},
    "/certifiqi/batch_group": {"POST"},
    "/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8": {"GET"},
    "/_sandbox/tenants": {"GET", "POST"},
    "/_sandbox/reset": {"POST"},
}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "GET", "POST"])
@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_path_does_not_have_is_not_allowed(client: Client, path: str, method: str) -> None:
    if method in PATHS[path]:
        return
    answer = client.raw(method, path.encode(), headers=[VEC, CERTIFIQI])
    allowed = {name.strip() for name in answer.headers["allow"].split(",")}

    assert answer.status == 405
    assert allowed - {"HEAD"} == PATHS[path]
    assert json.loads(answer.body)


@pytest.mark.parametrize("path", [path for path, methods in PATHS.items() if "GET" in methods])
def test_head_answers_as_get_without_a_body(client: Client, path: str) -> None:
    headers = {"Authorization": "Bearer sealbox_vec_demo", "x-api-token": "sealbox_certifiqi_demo"}
    head, get = (client.send(method, path, headers=headers) for method in ("HEAD", "GET"))

    for answer in (head, get):
        answer.headers.pop("x-sandbox-request-id", None)

    assert (head.status_code, head.headers) == (200, get.headers)
    assert head.content == b""


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (b"/vec/nowhere", {"message"}),
        (b"/vec", {"message"}),
        (b"/vec/business/batches/a/b/c", {"message"}),
        (b"/certifiqi/nowhere", {"title", "description"}),
        (b"/_sandbox/nowhere", {"type", "title", "status", "detail"}),
        (b"/nowhere", {"type", "title", "status", "detail"}),
        (b"/vec%2Fbusiness%2Fbatches%ff", {"message"}),
    ],
)
def test_a_path_that_does_not_exist_is_not_found_in_its_own_api_s_words(
    client: Client, path: bytes, keys: set[str]
) -> None:
    answer = client.raw("GET", path, headers=[VEC, CERTIFIQI])

    assert answer.status == 404
    assert json.loads(answer.body).keys() == keys


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (b"Authorization", {401}),
        (b"x-api-token", {200}),
        (b"Host", {200}),
        (b"Accept", {200}),
        (b"Cookie", {200}),
        (b"Content-Type", {200}),
        (b"X-Unknown", {200}),
    ],
)
@pytest.mark.parametrize("value", [b"\xff\xfe", "Bearer ção".encode(), b"\x00", b"", b"a" * 20_000])
def test_header_values_of_any_bytes_are_no_server_error(
    client: Client, name: bytes, status: set[int], value: bytes
) -> None:
    headers = [*([] if name == b"Authorization" else [VEC]), (name, value)]

    assert client.raw("GET", b"/vec/business/batches", headers=headers).status in status


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [b"/vec/business/batches", b"/certifiqi/batch_group", b"/_sandbox/tenants"])
@pytest.mark.parametrize(
    "value",
    [b"\xff\xfe", "ção/ção".encode(), b"application/json; charset=\xff", b"application/json;;=", b"/", b""],
)
def test_a_media_type_of_any_bytes_is_no_server_error(
    client: Client, method: str, path: bytes, value: bytes
) -> None:
    answer = client.raw(method, path, headers=[VEC, CERTIFIQI, (b"Content-Type", value)], chunks=[b"{}"])

    assert answer.status < 500


@pytest.mark.parametrize("value", [b"\xff\xfe", "ção".encode(), b"\x00", b"a" * 20_000])
def test_a_key_of_any_bytes_opens_nothing(client: Client, value: bytes) -> None:
    path = b"/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"

    assert client.raw("GET", path, headers=[(b"x-api-token", value)]).status == 401


def test_links_in_a_list_are_addresses_whatever_the_host_header_says(client: Client) -> None:
    answer = client.raw("GET", b"/vec/business/batches", headers=[VEC, (b"Host", b'x"><\xff y/..')])

    assert answer.status == 200
    assert not set('"<> ') & set(json.loads(answer.body)["meta"]["path"])
