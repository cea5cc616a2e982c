"""What is wrong with the captures, and that nothing is said of those that are merely unusual."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sealbox.php_forms import parse_form

if TYPE_CHECKING:
    from tests.domain.doctor.conftest import Requests

FOUND = {
    "bracket_dot": ["dotted-names"],
    "curl_jsonpart": ["json-in-signatories"],
    "dot_index": ["dotted-names"],
    "dup_fields": ["repeated-field"],
    "empty_file": ["empty-filename"],
    "java_apache_strict": ["latin1-text", "filename-lost"],
    "java_okhttp3_notype": ["multipart-mixed"],
    "json_body": ["json-instead-of-form"],
    "latin1_text": ["latin1-text"],
    "node_fetch_blob": ["placeholder-filename"],
    "qitech_node_cl": ["content-length-of-the-file"],
    "qp_encoding": ["encoded-part"],
    "requests_bytesonly": ["placeholder-filename"],
    "requests_nestedlist": ["json-in-signatories"],
    "requests_rfc2388list": ["unnumbered-brackets"],
    "ruby_faraday": ["unnumbered-brackets"],
    "ruby_restclient": ["unnumbered-brackets"],
    "superagent": ["json-in-signatories"],
    "superagent_nested": ["plain-signatories"],
    "urlencoded": ["urlencoded-instead-of-form"],
    "urllib3_old_filenamestar": ["filename-star-only"],
}

UNUSUAL_AND_GOOD = {
    "ct_uppercase_param": "Multipart/Form-Data and Boundary=",
    "curl_chunked": "no Content-Length",
    "curl_quote_fn": "%22 for a quote",
    "curl_typed": "a folder in the filename",
    "dotnet_httpclient": "a boundary in quotes, names without, RFC 2047 in the filename, filename* too",
    "go_pipe": "chunked, and backslashes before quotes",
    "java_okhttp3": "Content-Length in each part",
    "lowercase_headers": "headers of parts in small letters",
    "no_trailing_crlf": "no line end after the last boundary",
    "php_curlfile_plain": "a whole path as filename",
    "preamble_text": "text before the first boundary and after the last",
    "qitech_node": "a boundary that begins with dashes",
}

SAME_AS_PHP = {
    "filename_star_only": {"filename-star-only"},
    "latin1_text": {"latin1-text"},
    "multipart_mixed": {"multipart-mixed"},
    "repeated_field": {"repeated-field", "dotted-names", "json-in-signatories", "plain-signatories"},
    "truncated": {"content-length-of-the-file", "truncated"},
    "unnumbered_brackets": {"unnumbered-brackets"},
}


@pytest.fixture(scope="module", params=sorted({*FOUND, *UNUSUAL_AND_GOOD}))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_capture_has_its_findings_and_no_others(wire: Requests, name: str) -> None:
    assert wire.ids(wire.capture(name)) == FOUND.get(name, [])


def test_captures_that_are_named_nowhere_are_good(wire: Requests) -> None:
    others = set(wire.names()) - FOUND.keys()

    assert len(others) > 20
    assert [name for name in sorted(others) if wire.ids(wire.capture(name))] == []


def test_whatever_php_noted_is_found(wire: Requests) -> None:
    for name in wire.names():
        sent = wire.capture(name)
        content_type = next((value for key, value in sent.headers if key.lower() == "content-type"), None)
        notes = {note.code for note in parse_form(content_type, sent.body).notes} - {"preamble"}
        for note in notes:
            assert SAME_AS_PHP[note] & set(wire.ids(sent)), (name, note)


@pytest.mark.parametrize(
    ("name", "why", "fix"),
    [
        ("java_okhttp3_notype", "OkHttp sent multipart/mixed", ".setType(MultipartBody.FORM)"),
        ("urllib3_old_filenamestar", "urllib3 before 1.25", "upgrade urllib3"),
        ("superagent", "superagent sent JSON", "no JSON.stringify"),
        ("superagent_nested", "an array into repeated plain fields", "signatories[0][user_uuid]"),
        ("requests_nestedlist", "requests sent JSON", "no json.dumps"),
        ("curl_jsonpart", "curl sent JSON", "-F 'signatories[0][user_uuid]=UUID'"),
        (
            "ruby_faraday",
            "Faraday wrote an array of hashes as signatories[]",
            '"signatories[0][user_uuid]" => ',
        ),
        ("ruby_restclient", "rest-client wrote an array of hashes", '"signatories[0][index]" => 1'),
        ("java_apache_strict", "Apache HttpClient sent name", 'ContentType.create("text/plain", "UTF-8")'),
        ("node_fetch_blob", 'named the file "blob"', "form.append('csv_file', blob, 'NAME.csv')"),
        ("requests_bytesonly", 'named the file "csv_file"', "files={'csv_file': ('NAME.csv', data)}"),
        ("qitech_node_cl", "Content-Length is 53", "remove the Content-Length header: axios"),
    ],
)
def test_a_finding_speaks_the_clients_language(wire: Requests, name: str, why: str, fix: str) -> None:
    first = wire.found(wire.capture(name))[0]

    assert why in first.why
    assert fix in first.fix


def test_a_snippet_keeps_the_ids_that_were_sent(wire: Requests) -> None:
    (finding,) = wire.found(wire.capture("requests_rfc2388list"))

    assert '"template_id": "9e3b101f-c264-4f97-945f-20dfa7163768"' in finding.snippet
    assert '"signatories[0][user_uuid]": "66c9c977-f379-4692-9d5c-f989c17543ee"' in finding.snippet
    assert '"signatories[1][user_uuid]": "9e3b101f-c264-4f97-945f-20dfa7163768"' in finding.snippet
    assert '"signatories[1][index]": "2"' in finding.snippet


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("superagent", "import superagent"),
        ("java_okhttp3_notype", "RequestBody body = new MultipartBody.Builder()\n    .setType("),
        ("ruby_faraday", 'require "faraday"'),
        ("qitech_node_cl", 'import { readFile } from "node:fs/promises";\nimport axios'),
        ("requests_nestedlist", "import os\n\nimport requests\n"),
        ("java_apache_strict", "HttpPost request = new HttpPost("),
        ("latin1_text", "curl -sSi "),
    ],
)
def test_a_snippet_is_in_the_clients_language(wire: Requests, name: str, begins: str) -> None:
    assert wire.found(wire.capture(name))[0].snippet.startswith(begins)


@pytest.mark.parametrize(
    "media_type",
    [
        "text/csv",
        "application/vnd.ms-excel",
        "application/octet-stream",
        "text/plain",
        "text/csv; charset=utf-8",
    ],
)
def test_any_usual_type_of_a_csv_is_good(wire: Requests, media_type: str) -> None:
    file = wire.part("csv_file", more='; filename="a.csv"', headers=f"Content-Type: {media_type}\r\n")

    assert wire.ids(wire.form(file)) == []


@pytest.mark.parametrize(
    ("name", "value"), [("Expect", "100-continue"), ("Connection", "close"), ("Accept-Language", "pt-BR")]
)
def test_headers_that_mean_nothing_here_are_good(wire: Requests, name: str, value: str) -> None:
    assert wire.ids(wire.header(wire.capture("httpx"), name, value)) == []


@pytest.mark.parametrize("name", FOUND)
def test_no_mistake_of_a_form_is_blamed_on_an_operation_without_one(wire: Requests, name: str) -> None:
    sent = wire.capture(name)
    listed = replace(sent, method="GET", path="/vec/business/certificates")

    assert wire.ids(listed) == []
