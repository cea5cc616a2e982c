"""A redacted request is answered with the status that the real one had."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas
from sealbox.control.export import magic, variables
from sealbox.exports.redaction import redacted

from tests.app.conftest import PLAIN, sample_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealbox.exchanges.exchange import Exchange

    from tests.app.conftest import Client, Raw

PEOPLE = ["Maria Lima", "José", "Ana", "other", "", " ", "a", "João d'Ávila", "true", "Turma"]
EMAILS = [
    *(
        "maria@empresa.test",
        "fail+ana@empresa.test",
        "expired@empresa.test",
        "ana@example.com",
        "",
        "no address",
    ),
    *("a b@empresa.test", " bia@empresa.test ", "x@y@z", "MARIA@EMPRESA.TEST"),
]
HEADERS = ["RecipientsEmail", "RecipientsName", "IssueDate", "Curso"]
DOCUMENTS = ["52998224725", "529.982.247-25", "11222333000181", "123", "", "abc", "52998224700"]
HOOKS = ["https://hooks.empresa.test/T0/secret", "http://127.0.0.1:9/hooks?token=s", "no address", ""]


def again(client: Client, sent: Exchange) -> tuple[Raw, Exchange]:
    """The newest exchange, redacted and sent again with the credentials put in."""
    tokens = variables(client.app.sandboxes.default)  # type: ignore[attr-defined]  # an Intake
    (safe,) = redacted([sent], tokens=tokens, magic=magic())
    headers = []
    for name, value in safe.headers:
        for token, variable in tokens.items():
            value = value.replace(f"${{{variable}}}".encode(), token.encode())  # noqa: PLW2901, piece by piece
        headers.append((name, str(len(safe.body)).encode() if name == b"content-length" else value))
    target = f"{safe.path}?{safe.query}".encode("latin-1")
    return client.raw(safe.method, target, headers=headers, chunks=[safe.body]), safe


def newest(client: Client) -> Exchange:
    found = client.app.sandboxes.default.journal.find("last")  # type: ignore[attr-defined]  # an Intake
    assert found is not None
    return found  # type: ignore[no-any-return]  # as above


def rows() -> st.SearchStrategy[list[list[str]]]:
    cells = [EMAILS, PEOPLE, ["15-02-2025", "", "31-02-2025", "2025-02-15"], [*PEOPLE, *DOCUMENTS]]
    return st.lists(st.tuples(*map(st.sampled_from, cells)).map(list), max_size=4)


def written(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


@given(
    rows(),
    st.sampled_from(",;"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    st.sampled_from(
        [["RecipientsEmail", "RecipientsName", "IssueDate", "Curso"], ["Email", "Nome", "x", "y"]]
    ),
    st.sampled_from(PEOPLE),
)
def test_a_batch_is_taken_or_refused_alike(  # noqa: PLR0917, one argument a choice
    shared: Client, found: list[list[str]], delimiter: str, encoding: str, headers: list[str], name: str
) -> None:
    before = shared.create_batch(csv=written([headers, *found], delimiter, encoding), name=name)
    answer, _ = again(shared, newest(shared))

    assert answer.status == before.status_code


def test_the_rows_of_a_batch_fail_alike(client: Client) -> None:
    headers = ["RecipientsEmail", "RecipientsName", "IssueDate"]
    people = [["fail+ana@empresa.test", "Ana", ""], ["no address", "Bia", ""], ["bia@empresa.test", "", ""]]
    people += [["bia@empresa.test", "Bia", "15-02-2025"], ["ana@empresa.test", "Ana", "2025-02-15"]]
    client.create_batch(csv=written([headers, *people], ",", "utf-8"))
    again(client, newest(client))
    client.advance("1h")

    failed = [batch["failed_certificates"] for batch in client.vec("GET", "/business/batches").json()["data"]]
    assert failed[0] == failed[1] == 4


@given(st.data())
def test_any_upload_is_taken_or_refused_alike(
    shared: Client, csv_files: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    before = shared.create_batch(csv=data.draw(csv_files))
    answer, _ = again(shared, newest(shared))

    assert answer.status == before.status_code


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    event = sample_event()
    (party,) = event["batches"][0]["related_parties"]
    signer = party["signer_groups"][0]["signers"][0]
    odd: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers(0, 2**40)
    party["name"] = draw(st.sampled_from(PEOPLE) | odd)
    signer["name"] = draw(st.sampled_from(PEOPLE) | odd)
    signer["email"] = draw(st.sampled_from(EMAILS) | odd)
    signer["document_number"] = draw(st.sampled_from(DOCUMENTS) | odd)
    event["attached_document_number"] = draw(st.sampled_from(DOCUMENTS) | odd)
    event["name"] = draw(st.sampled_from(PEOPLE))
    party["notify_to"] = draw(st.lists(st.sampled_from(EMAILS), max_size=2))
    event["webhook_url"] = draw(st.sampled_from(HOOKS))
    return event


@given(events())
def test_an_event_is_taken_or_refused_alike(shared: Client, event: dict[str, Any]) -> None:
    before = shared.certifiqi("POST", "/batch_group", json=event)
    answer, _ = again(shared, newest(shared))

    assert answer.status == before.status_code


def pdf(*, fillable: bool = False, locked: bool = False) -> bytes:
    drawn, found = BytesIO(), BytesIO()
    page = Canvas(drawn)
    page.drawString(9, 9, "Ana Lima")
    if fillable:
        page.acroForm.textfield(name="field")
    page.save()
    writer = PdfWriter(clone_from=drawn)
    if locked:
        writer.encrypt("secret", algorithm="RC4-128")
    writer.write(found)
    return found.getvalue()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (pdf(), 200),
        (pdf(fillable=True), 400),
        (pdf(locked=True), 400),
        (b"%PDF-1.4 nothing", 400),
        (b"Ana Lima", 400),
        (b"", 400),
        (b"\x00\xff", 400),
    ],
)
def test_a_document_is_taken_or_refused_alike(client: Client, content: bytes, status: int) -> None:
    fields = {"endorsement_page": "true", "endorser_name": "Ana", "endorser_document_number": "52998224725"}
    files = {"file": ("contrato da Ana.pdf", content, "application/pdf")}
    before = client.certifiqi("POST", "/document", data=fields, files=files)
    answer, safe = again(client, newest(client))

    assert before.status_code == answer.status == status
    assert b"52998224725" not in safe.body
    assert b"Ana" not in safe.body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{'name': 'Ana'}", "application/json"),
        (b'{"name": "Ana"}', "application/json"),
        (b'"Ana"', "application/json"),
        (b"name=Ana&template_id=" + PLAIN.encode(), "application/x-www-form-urlencoded"),
        (b"Ana", "text/plain"),
        (b"--x\n\nAna", "multipart/form-data; boundary=x"),
        (b"--x\n\nAna", "multipart/form-data"),
        (
            b'--x\nContent-Disposition: form-data; name="name"\n\nAna\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"\xff\xfe", ""),
    ],
)
@pytest.mark.parametrize("path", ["/vec/business/batches", "/certifiqi/batch_group", "/certifiqi/document"])
def test_what_cannot_be_read_is_refused_alike(client: Client, path: str, body: bytes, kind: str) -> None:
    send: Callable[..., Any] = client.vec if path.startswith("/vec") else client.certifiqi
    before = send("POST", path[path.index("/", 1) :], content=body, headers={"content-type": kind})
    answer, safe = again(client, newest(client))

    assert answer.status == before.status_code
    assert before.status_code >= 400
    assert bool(safe.body) == bool(body)


@pytest.mark.parametrize("kind", ["", "viewer", "no_permissions", "server_error", "unknown"])
def test_each_credential_goes_on_meaning_what_it_meant(client: Client, kind: str) -> None:
    before = client.create_batch(kind=kind)
    answer, safe = again(client, newest(client))

    assert answer.status == before.status_code
    assert b"sealbox_vec_demo" not in repr(safe).encode()


def test_exports_are_redacted_unless_told_otherwise(client: Client) -> None:
    content = b"RecipientsEmail,RecipientsName\nmaria@empresa.test,Maria Lima\n"
    client.create_batch(csv=content, name="Turma da Maria Lima")
    for format_ in ("curl", "har", "pytest"):
        safe = client.control("GET", "/export", params={"format": format_}).text
        plain = client.control("GET", "/export", params={"format": format_, "redact": "false"}).text

        assert "Maria" not in safe
        assert "maria@empresa.test" not in safe
        assert "Maria Lima" in plain
        assert "maria@empresa.test" in plain
    assert "sealbox_vec_demo" not in client.control("GET", "/export", params={"format": "har"}).text
