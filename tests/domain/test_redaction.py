"""Nothing secret or personal that goes in comes out, and what comes out is of the same form."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas
from sealbox.apis.certifiqi.cnab import Title, read_titles
from sealbox.apis.certifiqi.pdf_files import inspect_pdf
from sealbox.exchanges.exchange import Exchange, header
from sealbox.exports.multipart_bodies import Part, join, split
from sealbox.exports.pseudonyms import Pseudonyms
from sealbox.exports.redacted_files import redacted_file, redacted_pdf
from sealbox.exports.redaction import redacted
from sealbox.php_forms import parse_form

from tests.remittance import write_titles

AT = datetime(2025, 4, 1, tzinfo=UTC)
TOKENS = {"sealbox_vec_demo": "VEC_TOKEN", "sealbox_certifiqi_demo": "CERTIFIQI_TOKEN"}
MULTIPART = "multipart/form-data; boundary=x"
MAGIC = {"fail"}


def exchange(body: bytes = b"", kind: str = "application/json", **more: Any) -> Exchange:
    known: dict[str, Any] = {
        "id": "req-1",
        "tenant": "demo",
        "at": AT,
        "method": "POST",
        "path": "/vec/business/batches",
        "query": "",
        "headers": [(b"content-type", kind.encode())],
        "body": body,
        "size": len(body),
        "api": "vec",
        "operation": "createBatch",
        "status": 201,
    }
    return Exchange(**(known | more))


def one(body: bytes = b"", kind: str = "application/json", **more: Any) -> Exchange:
    return redacted([exchange(body, kind, **more)], tokens=TOKENS, magic=MAGIC)[0]


def of_json(value: Any) -> Any:
    return json.loads(one(json.dumps(value).encode()).body)


def pdf(*, locked: bool = False, fillable: bool = False) -> bytes:
    drawn, written = BytesIO(), BytesIO()
    page = Canvas(drawn)
    page.drawString(9, 9, "Ana Lima")
    if fillable:
        page.acroForm.textfield(name="field")
    page.save()
    writer = PdfWriter(clone_from=drawn)
    if locked:
        writer.encrypt("secret", algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def everything(exchange: Exchange) -> bytes:
    """All that an export can have of it, with what hides in escapes shown."""
    text = b"\n".join(
        [
            exchange.query.encode(),
            *(value for _, value in exchange.headers + exchange.answer_headers),
            exchange.body,
            exchange.answer_body,
            exchange.why.encode(),
            exchange.fix.encode(),
            exchange.snippet.encode(),
        ]
    )
    return text + text.decode("latin-1").encode("latin-1").decode("unicode_escape", "replace").encode()


WORDS = st.text(st.characters(categories=["Lu"], max_codepoint=0x17F), min_size=1, max_size=1).flatmap(
    lambda first: st.text(st.characters(categories=["Ll"], max_codepoint=0x17F), min_size=4, max_size=9).map(
        lambda rest: f"{first}{rest}"
    )
)
DIGITS = st.sampled_from(["52998224725", "11144477735", "529.982.247-25", "11222333000181", "98765432100"])


@st.composite
def person(draw: st.DrawFn) -> dict[str, str]:
    first, last = draw(WORDS), draw(WORDS)
    number = draw(st.integers(100, 999))
    return {
        "name": f"{first} {last}",
        "email": f"{draw(st.sampled_from(['', 'fail+', 'a.']))}u{number}@empresa{number}.test",
        "document_number": draw(DIGITS),
        "phone": f"+55119{number}{number}77",
    }


@st.composite
def request_about(draw: st.DrawFn) -> tuple[dict[str, str], Exchange]:
    """Somebody, and a request and answer that are full of them."""
    who = draw(person())
    secret = draw(st.from_regex(r"\A[A-Za-z0-9]{24}\Z"))
    shown = {**who, "role": "signer", "display_name": who["name"], "additional_data": {"course": who["name"]}}
    kind, body = draw(st.sampled_from(["json", "form", "urlencoded", "lf_form", "text", "cut"])), b""
    table = (
        f'RecipientsEmail,RecipientsName,Cpf\r\n{who["email"]},"{who["name"]}",{who["document_number"]}\r\n'
    )
    parts = [
        Part(b'Content-Disposition: form-data; name="email"', who["email"].encode()),
        Part(b'Content-Disposition: form-data; name="endorser_name"', who["name"].encode()),
        Part(b'Content-Disposition: form-data; name="note"', json.dumps(shown).encode()),
        Part(
            f'Content-Disposition: form-data; name="csv_file"; filename="{who["name"]}.csv"'.encode(),
            table.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252"])), "replace"),
        ),
    ]
    media = {
        "json": "application/json",
        "urlencoded": "application/x-www-form-urlencoded",
        "text": "text/plain",
    }
    if kind in {"json", "cut", "text"}:
        body = json.dumps({"signers": [shown], "token": secret}, ensure_ascii=draw(st.booleans())).encode()
    elif kind == "urlencoded":
        body = "&".join(f"{key}={value}" for key, value in who.items()).replace("+", "%2B").encode()
    else:
        body = join(b"x", parts)
        body = body.replace(b"\r\n", b"\n") if kind == "lf_form" else body
    whole = exchange(
        body[: len(body) // 2] if kind == "cut" else body,
        media.get(kind, MULTIPART),
        size=len(body),
        query=f"search={who['name']}&x={who['email']}&api_token={secret}".encode().decode("latin-1"),
        answer_headers=[(b"content-type", b"application/json"), (b"set-cookie", secret.encode())],
        answer_body=json.dumps({"data": [shown], "message": f"{who['name']} <{who['email']}>"}).encode(),
        why=f"document_number of {who['name']!r} is odd",
    )
    whole.headers = [
        *whole.headers,
        (b"authorization", f"Bearer {secret}".encode()),
        (b"x-api-token", secret.encode()),
        (b"cookie", f"session={secret}".encode()),
        (b"from", who["email"].encode()),
    ]
    return who | {"secret": secret}, whole


@given(request_about())
def test_nothing_secret_or_personal_comes_out(given_: tuple[dict[str, str], Exchange]) -> None:
    who, sent = given_
    (found,) = redacted([sent], tokens=TOKENS, magic=MAGIC)
    text = everything(found)

    for what, value in who.items():
        assert value.encode() not in text, what
        assert value.encode("latin-1", "replace") not in text, what


@given(request_about())
def test_what_is_redacted_stays_as_it_is(given_: tuple[dict[str, str], Exchange]) -> None:
    once = redacted([given_[1]], tokens=TOKENS, magic=MAGIC)

    assert redacted(once, tokens=TOKENS, magic=MAGIC) == once


@given(request_about(), request_about())
def test_one_person_is_one_pseudonym_in_all_exchanges(
    first: tuple[dict[str, str], Exchange], second: tuple[dict[str, str], Exchange]
) -> None:
    again = redacted([first[1], second[1], first[1]], tokens=TOKENS)

    assert again[0] == again[2]


@given(st.binary(max_size=200), st.sampled_from(["", "application/json", MULTIPART, "text/csv", "a=b"]))
def test_any_bytes_are_redacted(body: bytes, kind: str) -> None:
    once = redacted([exchange(body, kind, answer_body=body)], tokens=TOKENS)

    assert len(once) == 1
    assert bool(once[0].body) == bool(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["other", "x y"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    )
)
def test_json_about_nobody_stays(value: Any) -> None:
    assert of_json(value) == value


def test_what_is_wrong_stays_wrong() -> None:
    assert of_json({"signers": [{"email": 5, "document_number": 52998224725, "name": None}]}) == {
        "signers": [{"email": 0, "document_number": 0, "name": None}]
    }
    assert one(b"{'a': 1}").body == b"redacted: 8 bytes of application/json were here"


def test_a_name_is_somebodys_where_something_else_says_so() -> None:
    found = of_json(
        {
            "name": "Teste",
            "related_parties": [
                {"name": "Empresa", "signer_groups": [{"signers": [{"name": "Ana", "email": "a@b.test"}]}]}
            ],
            "documents": [{"name": "contrato.pdf"}],
        }
    )

    assert found["name"] == "Teste"
    assert found["related_parties"][0]["name"] == "Redacted 1"
    assert found["related_parties"][0]["signer_groups"][0]["signers"][0]["name"] == "Redacted 2"
    assert found["documents"][0]["name"] == "contrato.pdf"


def test_what_stands_in_the_field_of_an_address_is_somebodys_even_if_it_is_none() -> None:
    assert of_json({"email": "Maria sem arroba", "phone": "+5511987654321"}) == {
        "email": "redacted-1",
        "phone": "+0000000000002",
    }


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (
            "http://127.0.0.1:3000/hooks?token=abc&v=1",
            "http://127.0.0.1:3000/hooks?token=redacted&v=redacted",
        ),
        ("http://me:pass@localhost:3000/hooks", "http://localhost:3000/hooks"),
        ("https://hooks.empresa.test/services/T0/B0/secret", "https://example.com/webhook-1"),
        ("https://example.com/webhook-7", "https://example.com/webhook-7"),
        ("no address", "redacted"),
        ("http://[::1", "redacted"),
        ("", ""),
    ],
)
def test_a_webhook_keeps_no_secret(url: str, found: str) -> None:
    assert of_json({"webhook_url": url, "webhook_url_list": [url]}) == {
        "webhook_url": found,
        "webhook_url_list": [found],
    }


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("Bearer sealbox_vec_demo", "Bearer ${VEC_TOKEN}"),
        ("Bearer sealbox_vec_demo_viewer", "Bearer ${VEC_TOKEN}_viewer"),
        ("bearer  sealbox_vec_demo", "redacted"),
        ("Bearer sealbox_vec_demoABC", "Bearer redacted"),
        ("Bearer eyJhbGciOi.x.y", "Bearer redacted"),
        ("Basic dXNlcjpwYXNz", "Basic redacted"),
        ("sealbox_certifiqi_demo", "${CERTIFIQI_TOKEN}"),
        ("Digest username=ana", "redacted"),
        ("", ""),
    ],
)
def test_credentials_become_variables_or_nothing(sent: str, found: str) -> None:
    if sent.startswith("bearer  "):
        found = "bearer redacted"
    headers = [(b"authorization", sent.encode())]

    assert header(one(headers=headers).headers, "authorization") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://me:pass@store.test/a.pdf", "https://store.test/a.pdf"),
        ("https://store.test/a?X-Signature=abc&v=1", "https://store.test/a?X-Signature=redacted&v=1"),
        ("curl -H 'Authorization: Bearer abcdefghijklmnop'", "curl -H 'Authorization: Bearer redacted'"),
        ("the header Authorization has no Bearer token in it", None),
        ("https://store.test/a?page=1", None),
    ],
)
def test_secrets_are_found_in_texts(text: str, found: str | None) -> None:
    assert of_json({"url": text}) == {"url": found or text}
    assert one(fix=text).fix == (found or text)


def test_a_body_that_was_cut_is_withheld_and_still_counts_as_cut() -> None:
    found = one(b'{"email": "ana@empresa.t', size=1000)

    assert found.body == b"redacted: 24 bytes of application/json were here"
    assert found.size > len(found.body)


def test_the_parts_of_a_form_keep_their_headers() -> None:
    head = b'Content-Disposition: form-data; name="name"\r\nContent-Type: text/plain; charset=utf-8'
    body = join(b"x", [Part(head, b"Turma")])

    assert one(body, MULTIPART).body == body


def test_a_form_of_odd_bytes_is_written_anew_as_php_reads_it() -> None:
    body = b'--x\nContent-Disposition: form-data; name="a[b][0]"\n\nana@empresa.test\n--x--\n'
    found = one(body, MULTIPART)
    form = parse_form(header(found.headers, "content-type"), found.body)

    assert form.fields == {"a": {"b": ["redacted-1@example.com"]}}


def rows(content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


def test_a_csv_keeps_its_form_and_nobody() -> None:
    content = "RecipientsEmail;RecipientsName;IssueDate;Curso\r\nfail+a@corp.test;José;15-02-2025;Arte\r\n"
    found = redacted_file(content.encode("cp1252"), Pseudonyms(magic=MAGIC))

    assert rows(found, "cp1252", ";") == [
        ["RecipientsEmail", "RecipientsName", "IssueDate", "Curso"],
        ["fail+redacted-1@example.com", "Redacted 2", "15-02-2025", "Redacted 3"],
    ]
    assert found.endswith(b"\r\n")


def test_a_csv_without_headers_has_people_in_its_first_line() -> None:
    found = redacted_file(b"ana@empresa.test,Ana Lima\n", Pseudonyms())

    assert rows(found) == [["redacted-1@example.com", "Redacted 2"]]


def test_headers_that_are_nearly_right_stay() -> None:
    content = b"Recipients Email,RecipientsName\nana@example.com,\n"

    assert redacted_file(content, Pseudonyms()) == content


def test_a_file_with_a_mark_and_an_odd_byte_is_redacted_once() -> None:
    content = b"\xef\xbb\xbfIssueDate,RecipientsName,RecipientsEmail\nana@example.com,Ana,15-02-2025\x80"
    people = Pseudonyms()
    once = redacted_file(content, people)

    assert redacted_file(once, people) == once
    assert b"ana@" not in once


@given(st.data())
def test_any_csv_keeps_its_shape(csv_files: st.SearchStrategy[bytes], data: st.DataObject) -> None:
    content = data.draw(csv_files)
    people = Pseudonyms(magic=MAGIC)
    once = redacted_file(content, people)

    assert redacted_file(once, people) == once
    assert bool(once) == bool(content)


def test_a_pdf_is_replaced_by_one_that_says_so() -> None:
    found = redacted_pdf(redacted_pdf(b"%PDF-1.4 nothing"))
    assert not inspect_pdf(found).is_pdf

    content = pdf()
    small = redacted_file(content, Pseudonyms())
    assert f"a PDF of {len(content)} bytes was here" in PdfReader(BytesIO(small)).pages[0].extract_text()
    assert inspect_pdf(small).is_pdf
    assert redacted_file(small, Pseudonyms()) == small


@pytest.mark.parametrize("kind", [{}, {"locked": True}, {"fillable": True}])
def test_a_pdf_that_is_refused_stays_one(kind: dict[str, bool]) -> None:
    content = pdf(**kind)
    before, after = inspect_pdf(content), inspect_pdf(redacted_pdf(content))

    assert (before.encrypted, before.editable_fields) == (after.encrypted, after.editable_fields)
    assert before.is_pdf
    assert after.is_pdf


def test_a_cnab_file_keeps_its_columns_and_nobody() -> None:
    title = Title(
        "1",
        Decimal("9.50"),
        date(2025, 5, 1),
        "ANA LIMA",
        "52998224725",
        payer_address="RUA A 1",
        payer_cep="01310100",
        assignor="EMPRESA",
        assignor_document="11222333000181",
    )
    found = redacted_file(write_titles([title, title]), Pseudonyms())
    titles = read_titles(found)

    assert titles[0] == titles[1]
    assert (titles[0].amount, titles[0].due) == (title.amount, title.due)
    assert titles[0].payer.startswith("REDACTED ")
    assert titles[0].payer_document.startswith("00000")
    for old in (b"ANA", b"EMPRESA", b"52998224725", b"11222333000181", b"RUA", b"01310100"):
        assert old not in found


def test_bytes_that_are_no_text_are_withheld() -> None:
    assert redacted_file(b"\x81\x8d\x00", Pseudonyms()) == b"redacted: 3 bytes were here"


@given(st.lists(st.binary(max_size=20).filter(lambda content: b"--x" not in content), min_size=1, max_size=4))
def test_parts_are_split_and_joined_again(contents: list[bytes]) -> None:
    parts = [Part(b'Content-Disposition: form-data; name="a"', content) for content in contents]

    assert split(MULTIPART, join(b"x", parts)) == parts


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\n\n--x--",
        b"pre\r\n--x\r\n\r\n--x--\r\n",
        b"--x\r\nA: b\r\n--x--",
        *(b"%b--x\r\nA: b\r\n\r\nc\r\n--x--%b" % around for around in ((b"pre\r\n", b""), (b"", b"\r\nAna"))),
    ],
)
def test_a_body_that_is_not_as_the_standard_has_it_is_not_split(body: bytes) -> None:
    assert split(MULTIPART, body) is None
    assert split("multipart/form-data", body) is None
