"""The suite's forms are forms, and are written as the clients that they are named for wrote them once."""

from __future__ import annotations

import re
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sealbox import php_forms
from sealbox_conformance.suites.forms import UNSTATED, WRITERS, Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox_conformance.exchange import Part

WIRE = Path(__file__).resolve().parents[2] / "fixtures" / "wire"
CONTENT = b"RecipientsEmail,RecipientsName\nana@example.com,Ana\n"
PARTS: tuple[Part, ...] = (
    ("name", "Class 10th, 2024"),
    ("template_id", "9e3b101f-c264-4f97-945f-20dfa7163768"),
    ("csv_file", ("recipients.csv", CONTENT, "text/csv")),
)
ALL = {**WRITERS, **UNSTATED}
CAPTURED: Mapping[str, str] = {
    "curl": "curl_quote_fn",
    "Python aiohttp": "aiohttp",
    "Node FormData": "node_fetch_native",
    "Node axios": "superagent",  # by the same library, form-data
    "Java OkHttp": "java_okhttp3",
    "Go mime/multipart": "go_pipe",
    "a file without a type": "requests_fileobj",
}
"""By writer: what a client that writes so sent once."""


QUOTED = re.compile(r'(?<==)"(?:[^"\\]|\\.)*"')


def _heads(content_type: str, body: bytes) -> tuple[str, set[tuple[str, ...]]]:
    """The boundary with its letters made alike, and the headers of each kind of part, in their order.

    Of Content-Disposition the names of the parameters stay as well.
    """
    boundary = re.search('boundary="?([^";\r\n]+)', content_type)
    assert boundary
    parts = body.split(f"--{boundary[1]}".encode())[1:-1]
    lines = [part.partition(b"\r\n\r\n")[0].decode().strip().split("\r\n") for part in parts]
    return re.sub("[0-9a-f]+", "x", boundary[1].lower()), {tuple(map(_name, part)) for part in lines}


def _name(header: str) -> str:
    name, _, value = header.partition(":")
    return header.replace(value, QUOTED.sub("_", value)) if name == "Content-Disposition" else name


def _capture(name: str) -> tuple[str, bytes]:
    head = (WIRE / f"{name}.head").read_text(encoding="latin-1")
    found = re.search(r"(?im)^content-type: (.*)$", head)
    assert found
    return found[1].strip(), (WIRE / f"{name}.body").read_bytes()


@pytest.mark.parametrize("name", ALL)
def test_php_reads_the_same_of_every_writer(name: str) -> None:
    form = ALL[name].writes(PARTS)
    read = php_forms.parse_form(form["headers"]["Content-Type"], form["content"])
    (field, upload), *others = read.files.items()

    assert read.fields == dict(PARTS[:2])
    assert (field, others) == ("csv_file", [])
    assert isinstance(upload, php_forms.Upload)
    assert (upload.filename, upload.content, upload.error) == ("recipients.csv", CONTENT, 0)


@pytest.mark.parametrize("name", ALL)
def test_every_writer_keeps_the_rules_of_mime(name: str) -> None:
    form = ALL[name].writes(PARTS)
    head = f"Content-Type: {form['headers']['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + form["content"])
    found = [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True))
        for part in message.iter_parts()
    ]

    assert message.defects == []
    assert found == [(key, value.encode() if isinstance(value, str) else CONTENT) for key, value in PARTS]


@pytest.mark.parametrize("name", CAPTURED)
def test_a_writer_writes_as_its_client_did(name: str) -> None:
    form = ALL[name].writes(PARTS)
    boundary, heads = _heads(form["headers"]["Content-Type"], form["content"])
    wanted, others = _heads(*_capture(CAPTURED[name]))

    assert boundary == wanted
    assert heads == others


def test_a_length_is_that_of_the_content() -> None:
    form = WRITERS["Java OkHttp"].writes([("name", "Olá")])

    assert b"Content-Length: 4\r\n\r\nOl\xc3\xa1\r\n" in form["content"]


def test_a_boundary_stands_in_quotes_where_its_client_puts_them() -> None:
    quoted = {name for name, one in ALL.items() if '"' in one.writes([])["headers"]["Content-Type"]}

    assert quoted == {".NET HttpClient", "a file with a second name"}
    assert Writer("b", quoted=True).writes([])["content"] == b"--b--\r\n"
