"""Whose request it is: of every capture, with its User-Agent and without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sealbox.doctor import recognise
from sealbox.doctor.clients import AGENTS, HABITS
from sealbox.doctor.model import Sent

if TYPE_CHECKING:
    from tests.domain.doctor.conftest import Requests

NOBODY = None  # hand-built after a bug report, with a boundary that no library writes

CAPTURED = {
    "aiohttp": ("aiohttp", "Python", "3.14.5"),
    "aiohttp_fileobj": ("aiohttp", "Python", "3.14.5"),
    "bracket_dot": NOBODY,
    "ct_uppercase_param": NOBODY,
    "curl_chunked": ("curl", "Shell", "7.88.1"),
    "curl_jsonpart": ("curl", "Shell", "7.88.1"),
    "curl_quote_fn": ("curl", "Shell", "7.88.1"),
    "curl_typed": ("curl", "Shell", "7.88.1"),
    "curl_unicode_fn": ("curl", "Shell", "7.88.1"),
    "dot_index": NOBODY,
    "dotnet_httpclient": (".NET HttpClient", "C#", None),
    "dup_fields": NOBODY,
    "empty_file": NOBODY,
    "go_pipe": ("Go net/http", "Go", None),
    "got": ("got", "JavaScript", None),
    "httpx": ("httpx", "Python", "0.28.1"),
    "java_apache_strict": ("Apache HttpClient", "Java", "4.5.14"),
    "java_okhttp3": ("OkHttp", "Java", "3.13.1"),
    "java_okhttp3_notype": ("OkHttp", "Java", "3.13.1"),
    "json_body": NOBODY,
    "latin1_text": NOBODY,
    "lowercase_headers": NOBODY,
    "niquests": ("niquests", "Python", "3.21.2"),
    "no_trailing_crlf": NOBODY,
    "node_fetch_blob": ("Node fetch", "JavaScript", None),
    "node_fetch_native": ("Node fetch", "JavaScript", None),
    "php_curlfile": ("PHP curl", "PHP", None),
    "php_curlfile_plain": ("PHP curl", "PHP", None),
    "preamble_text": NOBODY,
    "qitech_node": ("axios", "JavaScript", "1.21.1"),
    "qitech_node_cl": ("axios", "JavaScript", "1.21.1"),
    "qp_encoding": NOBODY,
    "requests_bytesonly": ("requests", "Python", "2.34.2"),
    "requests_fileobj": ("requests", "Python", "2.34.2"),
    "requests_nestedlist": ("requests", "Python", "2.34.2"),
    "requests_rfc2388list": ("requests", "Python", "2.34.2"),
    "ruby_faraday": ("Faraday", "Ruby", "1.1.0"),
    "ruby_nethttp": ("Net::HTTP", "Ruby", None),
    "ruby_restclient": ("rest-client", "Ruby", "2.1.0"),
    "superagent": ("superagent", "JavaScript", None),
    "superagent_nested": ("superagent", "JavaScript", None),
    "urlencoded": NOBODY,
    "urllib3_old_filenamestar": ("requests", "Python", None),
}

# Without a User-Agent a curl is taken for PHP's: the bytes are libcurl's, and PHP is the one that sends none.
TAKEN_WITHOUT_AGENT = {name: "PHP curl" for name in CAPTURED if name.startswith("curl_")} | {
    "niquests": "requests",  # the same code, with the same habits
}

# Of Content-Type and body alone less can be told: superagent's boundary is that of the form-data package,
# which axios has too, and niquests with a typed file writes what httpx writes.
TAKEN_BY_BODY = TAKEN_WITHOUT_AGENT | {
    "niquests": "httpx",
    "superagent": "form-data",
    "superagent_nested": "form-data",
}


def name_of(sent: Sent) -> str | None:
    found = recognise(sent)
    return found.name if found else None


def test_every_capture_is_named_here(wire: Requests) -> None:
    assert wire.names() == sorted(CAPTURED)
    assert len(CAPTURED) == 43


@pytest.mark.parametrize("name", CAPTURED)
def test_a_capture_is_its_clients(wire: Requests, name: str) -> None:
    found = recognise(wire.capture(name))

    assert (found and (found.name, found.language, found.version)) == CAPTURED[name]


@pytest.mark.parametrize("name", CAPTURED)
def test_a_capture_without_its_user_agent_is_known_by_its_habits(wire: Requests, name: str) -> None:
    expected = CAPTURED[name]
    assert name_of(wire.without(wire.capture(name), "user-agent")) == TAKEN_WITHOUT_AGENT.get(
        name, expected and expected[0]
    )


@pytest.mark.parametrize("name", CAPTURED)
def test_a_capture_is_known_by_media_type_and_body_alone(wire: Requests, name: str) -> None:
    sent, expected = wire.capture(name), CAPTURED[name]
    bare = Sent(
        "POST", "/", "", tuple(one for one in sent.headers if one[0].lower() == "content-type"), sent.body
    )

    assert name_of(bare) == TAKEN_BY_BODY.get(name, expected and expected[0])


def test_the_bytes_suffice_for_most_of_the_captures_of_real_clients() -> None:
    real = [name for name, client in CAPTURED.items() if client]
    right = [name for name in real if name not in TAKEN_BY_BODY]

    assert (len(right), len(real)) == (23, 31)


@pytest.mark.parametrize("name", CAPTURED)
def test_header_names_in_small_letters_change_nothing(wire: Requests, name: str) -> None:
    sent = wire.capture(name)
    lowered = tuple((key.lower(), value) for key, value in sent.headers)

    assert recognise(Sent("POST", "/", "", lowered, sent.body)) == recognise(sent)


@pytest.mark.parametrize(
    ("agent", "name", "version"),
    [
        ("curl/8.5.0", "curl", "8.5.0"),
        ("python-requests/2.32.3", "requests", "2.32.3"),
        ("python-httpx2/2.16.2", "httpx2", "2.16.2"),
        ("python-urllib3/2.2.1", "urllib3", "2.2.1"),
        ("Python-urllib/3.12", "urllib", "3.12"),
        ("node", "Node fetch", None),
        ("undici", "Node fetch", None),
        ("Deno/2.1.4", "Node fetch", "2.1.4"),
        ("Bun/1.1.38", "Node fetch", "1.1.38"),
        ("node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "node-fetch", "1.0"),
        ("got (https://github.com/sindresorhus/got)", "got", None),
        ("node-superagent/3.8.2", "superagent", "3.8.2"),
        ("okhttp/5.0.0-alpha.14", "OkHttp", "5.0.0"),
        ("Apache-HttpClient/5.3.1 (Java/21.0.2)", "Apache HttpClient", "5.3.1"),
        ("Java-http-client/21.0.2", "java.net.http", "21.0.2"),
        ("Java/17.0.9", "HttpURLConnection", "17.0.9"),
        ("ReactorNetty/1.1.15", "Reactor Netty", "1.1.15"),
        ("ktor-client", "Ktor", None),
        ("GuzzleHttp/7", "Guzzle", "7"),
        ("GuzzleHttp/6.5.5 curl/7.68.0 PHP/7.4.3", "Guzzle", "6.5.5"),
        ("Symfony HttpClient (Curl)", "Symfony HttpClient", None),
        ("go-resty/2.11.0 (https://github.com/go-resty/resty)", "Resty", "2.11.0"),
        ("Go-http-client/2.0", "Go net/http", None),
        ("rest-client/2.1.0 (linux-gnu x86_64) ruby/3.1.2p20", "rest-client", "2.1.0"),
        ("Ruby", "Net::HTTP", None),
        ("http.rb/5.2.0", "http.rb", "5.2.0"),
        ("RestSharp/112.0.0.0", "RestSharp", "112.0.0.0"),
        ("libwww-perl/6.72", "LWP", "6.72"),
        ("Dart/3.3 (dart:io)", "Dart http", "3.3"),
        ("reqwest/0.12.4", "reqwest", "0.12.4"),
        ("MyApp/1 CFNetwork/1494.0.7 Darwin/23.4.0", "URLSession", "1494.0.7"),
        ("App/1.0 (com.example; build:1; iOS 17.0.0) Alamofire/5.9.1", "Alamofire", "5.9.1"),
        ("PostmanRuntime/7.37.3", "Postman", "7.37.3"),
        ("insomnia/9.1.1", "Insomnia", "9.1.1"),
        ("HTTPie/3.2.2", "HTTPie", "3.2.2"),
        ("Wget/1.21.4", "Wget", "1.21.4"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", "browser fetch", None),
    ],
)
def test_a_user_agent_names_its_client(agent: str, name: str, version: str | None) -> None:
    found = recognise(Sent("GET", "/vec/business/batches", "", (("user-agent", agent),), b""))

    assert found is not None
    assert (found.name, found.version) == (name, version)
    assert found.because == f"User-Agent: {agent}"


@pytest.mark.parametrize(
    "agent", ["Rubylike/1", "my-curl-wrapper", "nodejs-client", "javalin", "", "x" * 10_000]
)
def test_an_unknown_user_agent_names_nobody(agent: str) -> None:
    assert recognise(Sent("GET", "/", "", (("User-Agent", agent),), b"")) is None


@pytest.mark.parametrize(
    ("boundary", "name"),
    [
        ("axios-1.7.7-boundary-Vn2P", "axios"),
        ("----WebKitFormBoundary7MA4YWxkTrZu0gW", "browser fetch"),
        ("----geckoformboundaryc2f3e1", "browser fetch"),
        ("0123456789abcdef0123456789abcdef01234567", "Guzzle"),
        ("xYzZY", "LWP"),
        ("dart-http-boundary-VnP2", "Dart http"),
        ("0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef", "reqwest"),
        ("httpclient_boundary_a4a14758-4f8d-433e-8ff3-a72d78a660ac", "Apache HttpClient"),
        ("a4a14758-4f8d-433e-8ff3-a72d78a660ac", "OkHttp"),
        ('"a4a14758-4f8d-433e-8ff3-a72d78a660ac"', ".NET HttpClient"),
    ],
)
def test_a_boundary_names_its_client(boundary: str, name: str) -> None:
    headers = (("Content-Type", f"multipart/form-data; boundary={boundary}"),)

    assert name_of(Sent("POST", "/", "", headers, b"")) == name


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [("Accept", "Accept-Encoding", "httpx"), ("Accept-Encoding", "Accept", "requests")],
)
def test_the_order_of_headers_tells_more_than_the_type_of_a_file(first: str, second: str, name: str) -> None:
    boundary = "2dd404b7bf8ddabd27bc2636bad1a9db"
    values = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    headers = (
        (first, values[first]),
        (second, values[second]),
        ("Connection", "keep-alive"),
        ("Content-Type", f"multipart/form-data; boundary={boundary}"),
    )
    for more in ("", "Content-Type: text/csv\r\n"):
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n{more}\r\n\r\n'
        found = recognise(Sent("POST", "/", "", headers, f"{part}--{boundary}--\r\n".encode()))

        assert found is not None
        assert found.name == name
        assert found.because == f"a boundary of 32 hexadecimal digits, and {first} first"


def test_axios_with_the_form_data_package_is_told_by_its_accept(wire: Requests) -> None:
    sent = wire.without(wire.capture("superagent"), "connection")

    assert name_of(sent) == "form-data"
    assert name_of(wire.header(sent, "Accept", "application/json, text/plain, */*")) == "axios"


def test_names_without_quotes_are_dotnets(wire: Requests) -> None:
    sent = wire.capture("dotnet_httpclient")
    own = replace(
        sent, body=sent.body.replace(b"4b39ed14-752b-480a-9846-fc0019132d15", b"a-boundary-of-my-own")
    )

    assert name_of(
        wire.header(own, "Content-Type", "multipart/form-data; boundary=a-boundary-of-my-own")
    ) == (".NET HttpClient")


def test_a_lost_boundary_is_read_off_the_body(wire: Requests) -> None:
    sent = wire.without(wire.capture("node_fetch_native"), "user-agent", "content-type", "accept-language")

    assert name_of(sent) == "Node fetch"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Accept: application/json, text/plain, */*", "axios"),
        ("accept: */*\naccept-language: *\nsec-fetch-mode: cors", "Node fetch"),
        ("Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3\nAccept: */*", "Net::HTTP"),
        ("Accept-Encoding: gzip, deflate, br\nAccept: */*\nConnection: keep-alive", "requests"),
        ("Accept: */*\nAccept-Encoding: gzip, deflate\nConnection: keep-alive", "httpx"),
    ],
)
def test_headers_alone_name_a_client_that_sent_no_body(headers: str, name: str) -> None:
    pairs = tuple((key, value) for key, _, value in (line.partition(": ") for line in headers.splitlines()))

    assert name_of(Sent("GET", "/vec/business/batches", "", pairs, b"")) == name


def test_a_client_that_says_its_name_is_not_guessed(wire: Requests) -> None:
    sent = wire.header(wire.capture("node_fetch_native"), "User-Agent", "curl/8.5.0")

    assert name_of(sent) == "curl"


def test_what_gave_a_client_away_is_told(wire: Requests) -> None:
    found = recognise(wire.without(wire.capture("ruby_nethttp"), "user-agent"))

    assert found is not None
    assert found.because == "a boundary of 54 letters for URLs"


def test_no_two_rows_of_the_tables_are_the_same() -> None:
    assert len({pattern.pattern for pattern, _, _ in AGENTS}) == len(AGENTS)
    assert len({(habit.boundary, habit.parts, habit.head) for habit in HABITS}) == len(HABITS)
