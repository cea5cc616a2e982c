"""Bad input is refused in the vendor's words, never with a 500, and never leaves half a batch behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client

PLAIN = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
HEADER = b"RecipientsEmail,RecipientsName\n"
ROW = b"ana@example.com,Ana\n"
VEC = (b"Authorization", b"Bearer sealbox_vec_demo")
CERTIFIQI = (b"x-api-token", b"sealbox_certifiqi_demo")
FORM = b"multipart/form-data; boundary=abc"
URLENCODED = b"application/x-www-form-urlencoded"
JSON = b"application/json"


def form(csv: bytes = HEADER + ROW, *, more: bytes = b"", end: bytes = b"--abc--\r\n") -> bytes:
    fields = {"name": b"Turma", "template_id": PLAIN.encode()}
    texts = b"".join(
        b'--abc\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    )
    file = b'--abc\r\nContent-Disposition: form-data; name="csv_file"; filename="a.csv"\r\n\r\n%s\r\n' % csv
    return texts + more + file + end


REFUSED_FILES = {
    "empty file": b"",
    "header only": HEADER,
    "blank lines only": HEADER + b"\n\r\n ,\n",
    "BOM only": b"\xef\xbb\xbf",
    "UTF-16": (HEADER + ROW).decode().encode("utf-16"),
    "UTF-16 without a mark": (HEADER + ROW).decode().encode("utf-16-le"),
    "NUL in a header": b"Recipients\x00Email,RecipientsName\n" + ROW,
    "NULs": b"\x00" * 500,
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "old Mac lines": (HEADER + ROW).replace(b"\n", b"\r"),
    "quote without end": b'"RecipientsEmail,RecipientsName\n' + ROW,
    "semicolons": (HEADER + ROW).replace(b",", b";"),
    "a header twice": b"RecipientsEmail,RecipientsName,RecipientsEmail\n" + ROW,
    "a million commas": b"," * 1_000_000,
}
ACCEPTED_FILES = {
    "BOM": b"\xef\xbb\xbf" + HEADER + ROW,
    "1 MB cell": HEADER + b"ana@example.com," + b"A" * 1_000_000 + b"\n",
    "NUL in a cell": HEADER + b"ana@example.com,A\x00na\n",
    "NUL in an address": HEADER + b"ana\x00@example.com,Ana\n",
    "no line end": HEADER + ROW.strip(),
    "latin-1": HEADER + b"ana@example.com,Concei\xe7\xe3o\n",
    "undefined in cp1252": HEADER + b"ana@example.com,\x81\x8d\n",
    "short and long rows": HEADER + b"ana@example.com\nb@example.com,B,more,and more\n",
    "quote without end in a row": HEADER + b'ana@example.com,"Ana\nb@example.com,B\n',
    "a date that is none": b"RecipientsEmail,RecipientsName,IssueDate\na@example.com,A,31-02-2025\n",
    "digits of another script": "RecipientsEmail,RecipientsName,IssueDate\na@b,A,٠١-٠٢-٢٠٢٥\n".encode(),
    "year 0": b"RecipientsEmail,RecipientsName,IssueDate\na@example.com,A,01-01-0000\n",
    "year 1": b"RecipientsEmail,RecipientsName,IssueDate\na@example.com,A,01-01-0001\n",
    "unknown columns": b"RecipientsEmail,RecipientsName,\x01,,\nana@example.com,Ana,1,2,3\n",
}
REFUSED_BODIES = {
    "no boundary": (b"multipart/form-data", form(), "name template_id csv_file"),
    "empty boundary": (b"multipart/form-data; boundary=", form(), "name template_id csv_file"),
    "another boundary": (b"multipart/form-data; boundary=xyz", form(), "name template_id csv_file"),
    "truncated in the file": (FORM, form()[:-30], "csv_file"),
    "truncated in a text": (FORM, form()[:100], "template_id csv_file"),
    "nothing": (FORM, b"", "name template_id csv_file"),
    "no media type": (None, form(), "name template_id csv_file"),
    "wrong media type": (b"text/csv", HEADER + ROW, "name template_id csv_file"),
    "a media type that is none": (b";;;=\xff", form(), "name template_id csv_file"),
    "JSON without a file": (JSON, json.dumps({"name": "a", "template_id": PLAIN}).encode(), "csv_file"),
    "JSON with text for a file": (
        JSON,
        json.dumps({"name": "a", "template_id": PLAIN, "csv_file": "a,b"}).encode(),
        "csv_file",
    ),
    "JSON with odd types": (
        JSON,
        b'{"name": 1, "template_id": [1], "csv_file": {"a": 1}}',
        "name template_id csv_file",
    ),
    "broken JSON": (JSON, b'{"name":', "name template_id csv_file"),
    "a JSON list": (JSON, b"[1]", "name template_id csv_file"),
    "invalid UTF-8 in JSON": (JSON, b'{"name": "\xff"}', "name template_id csv_file"),
    "deep JSON": (JSON, b"[" * 100_000, "name template_id csv_file"),
    "urlencoded": (URLENCODED, f"name=a&template_id={PLAIN}&csv_file=a,b".encode(), "csv_file"),
    "bad escapes": (URLENCODED, b"name=%zz%ff&template_id=%00&csv_file=%", "template_id csv_file"),
    "lists for texts": (
        URLENCODED,
        b"name[]=a&template_id[x]=b&csv_file[][]=c&signatories=d",
        "name template_id csv_file signatories",
    ),
    "a thousand nestings": (URLENCODED, b"signatories" + b"[0]" * 1000 + b"=1", "name template_id csv_file"),
    "many signatories": (
        URLENCODED,
        b"&".join(b"signatories[%d][index]=%d" % (n, n) for n in range(900)),
        "name template_id csv_file signatories",
    ),
    "an endless index": (
        URLENCODED,
        b"signatories[0][index]=" + b"9" * 5000,
        "name template_id csv_file signatories",
    ),
}


@pytest.mark.parametrize("what", REFUSED_FILES)
def test_a_file_without_recipients_is_refused_on_csv_file(client: Client, what: str) -> None:
    before = client.batches()
    answer = client.create_batch(csv=REFUSED_FILES[what])

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["csv_file"]
    assert client.batches() == before


@pytest.mark.parametrize("what", ACCEPTED_FILES)
def test_a_file_with_recipients_makes_one_batch_that_can_be_read(client: Client, what: str) -> None:
    before = client.batches()
    answer = client.create_batch(csv=ACCEPTED_FILES[what])
    client.advance("1h")

    assert answer.status_code == 201
    assert client.batches() == before + 1
    assert client.vec("GET", "/business/certificates", params={"per_page": "100"}).status_code == 200


@pytest.mark.parametrize("what", REFUSED_BODIES)
def test_a_body_that_lacks_something_is_refused_by_field(client: Client, what: str) -> None:
    media_type, body, fields = REFUSED_BODIES[what]
    headers = [VEC, *([(b"Content-Type", media_type)] if media_type else [])]
    before = client.batches()
    answer = client.raw("POST", b"/vec/business/batches", headers=headers, chunks=[body])
    errors = json.loads(answer.body)["errors"]

    assert answer.status == 422
    assert list(dict.fromkeys(field.partition(".")[0] for field in errors)) == fields.split()
    assert client.batches() == before


@pytest.mark.parametrize(
    "more",
    [
        b'--abc\r\nContent-Disposition: form-data; name="unknown"\r\n\r\nx\r\n',
        b'--abc\r\nContent-Disposition: form-data; name="id"; filename="x"\r\n\r\nx\r\n',
        b'--abc\r\nContent-Disposition: form-data; name="__proto__[a]"\r\n\r\nx\r\n',
        b"--abc\r\n\r\nno headers\r\n",
        b'--abc\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\xff\r\n',
    ],
)
def test_unknown_parts_change_nothing(client: Client, more: bytes) -> None:
    answer = client.raw(
        "POST", b"/vec/business/batches", headers=[VEC, (b"Content-Type", FORM)], chunks=[form(more=more)]
    )

    assert answer.status == 201


def test_a_form_without_its_last_line_end_is_whole(client: Client) -> None:
    headers = [VEC, (b"Content-Type", FORM)]

    assert (
        client.raw("POST", b"/vec/business/batches", headers=headers, chunks=[form(end=b"--abc--")]).status
        == 201
    )


NOT_JSON = {
    "empty": b"",
    "cut short": b'{"name": "a"',
    "invalid UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "NaN": b'{"total_value": NaN}',
    "Infinity": b'{"total_value": -Infinity}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "deep nesting": b'{"batches": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "single quotes": b"{'name': 'a'}",
    "a comma too many": b'{"name": "a",}',
}


@pytest.mark.parametrize("what", NOT_JSON)
def test_a_body_that_is_no_json_is_not_acceptable(client: Client, what: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.certifiqi("POST", "/batch_group", content=NOT_JSON[what], headers=headers)

    assert answer.status_code == 406
    assert answer.json() == {"title": "Not Acceptable", "description": "The body is not valid JSON."}


@pytest.mark.parametrize("value", [None, 1, "text", [], [1], True, {}, {"name": "a"}, 10**400])
def test_json_that_is_no_event_is_a_bad_request(client: Client, value: Any) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.certifiqi("POST", "/batch_group", content=json.dumps(value), headers=headers)

    assert answer.status_code in ({400, 406} if value == 10**400 else {400})
    assert answer.json().keys() == {"title", "description"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("total_value",), 10**400),
        (("total_value",), "1e5"),
        (("total_value",), "9" * 5000),
        (("batches", 0, "related_parties", 0, "signature_position"), 10**30),
        (("batches", 0, "related_parties", 0, "signature_position"), "1" * 5000),
        (("batches", 0, "related_parties", 0, "signature_position"), "١"),
        (("batches", 0, "related_parties", 0, "signature_position"), "1\n"),
        (("batches", 0, "related_parties", 0, "signature_position"), True),
        (("batches", 0, "related_parties", 0, "signer_groups", 0, "minimum_required_signers"), 10**40),
        (("batches", 0, "related_parties", 0, "signer_groups", 0, "minimum_required_signers"), 0),
        (("batches", 0, "related_parties", 0, "signer_groups", 0, "signers", 0, "document_number"), 1),
        (("batches", 0, "documents", 0, "file_size"), "1681"),
        (("batches",), "text"),
        (("batches",), []),
        (("name",), None),
        (("name",), ""),
    ],
)
def test_one_bad_value_makes_a_bad_request(
    client: Client, event_body: Callable[[], dict[str, Any]], path: tuple[str | int, ...], value: object
) -> None:
    body: Any = event_body()
    *way, last = path
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = value
    headers = {"Content-Type": "application/json"}
    answer = client.certifiqi("POST", "/batch_group", content=json.dumps(body), headers=headers)

    assert answer.status_code in {400, 406}, answer.text
    assert answer.json().keys() == {"title", "description"}


def test_of_two_keys_of_one_name_the_last_counts(
    client: Client, event_body: Callable[[], dict[str, Any]]
) -> None:
    text = json.dumps(event_body())
    body = '{"name": "first", ' + text[1:-1] + ', "name": "last"}'
    headers = {"Content-Type": "application/json"}

    assert client.certifiqi("POST", "/batch_group", content=body, headers=headers).json()["name"] == "last"


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data; boundary=a", "application/xml"])
def test_an_event_that_is_sent_as_no_json_is_an_unsupported_media_type(
    client: Client, media_type: str
) -> None:
    answer = client.certifiqi("POST", "/batch_group", content=b"{}", headers={"Content-Type": media_type})

    assert answer.status_code == 415
    assert answer.json() == {
        "title": "Unsupported Media Type",
        "description": "The body must be application/json.",
    }


def test_every_kind_of_document_number_is_taken_as_text(
    client: Client, event_body: Callable[[], dict[str, Any]]
) -> None:
    for number in ("", "ã", "1" * 3000, "00000000000", "\x00", "856.536.810-67"):
        body = event_body()
        signer = body["batches"][0]["related_parties"][0]["signer_groups"][0]["signers"][0]
        signer["document_number"] = body["attached_document_number"] = number
        answer = client.certifiqi("POST", "/batch_group", json=body)
        assert answer.status_code == 200, number
        assert answer.json()["attached_document_number"] == number
