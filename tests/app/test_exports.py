"""What the journal holds is written so that other tools ask again, and are answered alike."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.testing.local import Local
from sealbox.timing.clock import ClockMode

from tests.app.conftest import CSV, PLAIN, sample_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.app.conftest import Client

ANSWERED = re.compile(r"^(\d{3}) \(was (\d+)\)$", re.MULTILINE)
NOBODYS = "9e3b1020-5a0d-4d1f-8c11-00000000ffff"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\ntrailer <</Root<</Pages<</Kids[<</MediaBox[0 0 3 3]>>]>>>>>>"
HAR: dict[str, Any] = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": {
            "type": "object",
            "required": ["version", "creator", "entries"],
            "properties": {
                "version": {"const": "1.2"},
                "creator": {"type": "object", "required": ["name", "version"]},
                "entries": {"type": "array", "items": {"$ref": "#/$defs/entry"}},
            },
        }
    },
    "$defs": {
        "pairs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "value"],
                "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
            },
        },
        "entry": {
            "type": "object",
            "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
            "properties": {
                "startedDateTime": {"type": "string", "format": "date-time"},
                "time": {"type": "number", "minimum": 0},
                "request": {"$ref": "#/$defs/request"},
                "response": {"$ref": "#/$defs/response"},
                "cache": {"type": "object"},
                "timings": {
                    "type": "object",
                    "required": ["send", "wait", "receive"],
                    "properties": {name: {"type": "number"} for name in ("send", "wait", "receive")},
                },
                "comment": {"type": "string"},
            },
        },
        "request": {
            "type": "object",
            "required": [
                *("method", "url", "httpVersion", "cookies", "headers", "queryString"),
                *("headersSize", "bodySize"),
            ],
            "properties": {
                "method": {"type": "string"},
                "url": {"type": "string", "format": "uri"},
                "httpVersion": {"type": "string"},
                "cookies": {"$ref": "#/$defs/pairs"},
                "headers": {"$ref": "#/$defs/pairs"},
                "queryString": {"$ref": "#/$defs/pairs"},
                "postData": {
                    "type": "object",
                    "required": ["mimeType", "params", "text"],
                    "properties": {
                        "mimeType": {"type": "string"},
                        "text": {"type": "string"},
                        "params": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    name: {"type": "string"}
                                    for name in ("name", "value", "fileName", "contentType")
                                },
                            },
                        },
                    },
                },
                "headersSize": {"type": "integer"},
                "bodySize": {"type": "integer"},
            },
        },
        "response": {
            "type": "object",
            "required": [
                *("status", "statusText", "httpVersion", "cookies", "headers", "content"),
                *("redirectURL", "headersSize", "bodySize"),
            ],
            "properties": {
                "status": {"type": "integer"},
                "statusText": {"type": "string"},
                "httpVersion": {"type": "string"},
                "cookies": {"$ref": "#/$defs/pairs"},
                "headers": {"$ref": "#/$defs/pairs"},
                "content": {
                    "type": "object",
                    "required": ["size", "mimeType"],
                    "properties": {
                        "size": {"type": "integer"},
                        "mimeType": {"type": "string"},
                        "text": {"type": "string"},
                        "encoding": {"const": "base64"},
                    },
                },
                "redirectURL": {"type": "string"},
                "headersSize": {"type": "integer"},
                "bodySize": {"type": "integer"},
            },
        },
    },
}


def send_all_kinds(client: Client) -> list[int]:
    """Requests of every kind that matters to an export; gives their statuses."""
    vec, certifiqi = client.vec, client.certifiqi
    made = client.create_batch(name='Turma d\'Ouro; "x"=1 `$HOME`')
    answers = [
        made,
        client.create_batch(csv=CSV.replace(b"\r\n", b"\n")),
        client.create_batch(csv=CSV.removesuffix(b"\r\n")),
        client.create_batch(csv="RecipientsEmail,RecipientsName\nana@example.com,José\n".encode("cp1252")),
        client.create_batch(csv=None),
        client.create_batch(name="@/etc/hostname", kind="viewer"),
        client.create_batch(template_id=NOBODYS),
        client.create_batch(kind="no_permissions"),
        client.create_batch(signatories=[("66c9c977-f379-4692-9d5c-f989c17543ee", 1)]),
        vec("GET", f"/business/batches/{made.json()['data']['id']}"),
        vec("GET", "/business/batches", params={"per_page": "2", "search": "a b&c[0]"}),
        vec("GET", "/business/batches", params={"page": "0"}),
        vec("HEAD", "/business/batches"),
        vec("DELETE", "/business/batches"),
        vec("POST", "/business/batches", data={"name": "x"}),
        vec("POST", "/business/batches", content=b"\xff\xfe\r\n\0"),
        vec("POST", "/business/batches", content=b"{}", headers={"content-type": "multipart/form-data"}),
        client.send("GET", "/vec/business/batches", headers={"Authorization": "Bearer nobody's"}),
        client.send("GET", "/vec/business/batches", headers={"X-Empty": ""}),
        client.create_event(),
        client.create_event(name=None),
        certifiqi("POST", "/batch_group", content=b"{"),
        certifiqi("POST", "/document", files={"file": ("contrato.pdf", PDF, "application/pdf")}),
        certifiqi("GET", "/batch_group/nothing"),
        client.send("GET", "/nowhere/ao%20lado"),
    ]
    return [answer.status_code for answer in answers]


def export(client: Client, **asked: str) -> httpx2.Response:
    answer = client.control("GET", "/export", params=asked)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with the world that the exported requests were made in."""
    with Local(create_app(Plan(clock=ClockMode.MANUAL))) as local:
        yield local.url


@pytest.fixture
def environment(address: str) -> dict[str, str]:
    """What `sealbox env` says of that server, its world begun anew."""
    httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
    return {
        "PATH": os.environ["PATH"],
        "SEALBOX_URL": address,
        **{f"{api.upper()}_URL": f"{address}/{api}" for api in ("vec", "certifiqi")},
        **{f"{api.upper()}_TOKEN": f"sealbox_{api}_demo" for api in ("vec", "certifiqi")},
    }


def run_script(script: str, environment: dict[str, str]) -> list[tuple[str, str]]:
    """Each status with the one that the script says it was."""
    run = subprocess.run(
        ["sh", "-s"], input=script.encode(), env=environment, capture_output=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr.decode()
    return ANSWERED.findall(run.stdout.decode(errors="replace"))


def run_pytest(source: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (folder / "test_again.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run(
        [*command, "test_again.py"],
        cwd=folder,
        env=environment | paths,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("redact", ["true", "false"])
def test_curl_asks_again_and_is_answered_alike(
    client: Client, environment: dict[str, str], redact: str
) -> None:
    statuses = send_all_kinds(client)
    script = export(client, format="curl", redact=redact).text
    answered = run_script(script, environment)

    assert len(set(statuses)) > 5
    assert [int(was) for _, was in answered] == statuses
    assert [int(now) for now, _ in answered] == statuses


@pytest.mark.parametrize("redact", ["true", "false"])
def test_pytest_asks_again_and_is_answered_alike(
    client: Client, environment: dict[str, str], tmp_path: Path, redact: str
) -> None:
    statuses = send_all_kinds(client)
    run = run_pytest(export(client, format="pytest", redact=redact).text, tmp_path, environment)

    assert f"{len(statuses)} passed" in run.stdout, run.stdout + run.stderr


def test_the_pytest_file_notices_another_answer(
    client: Client, environment: dict[str, str], tmp_path: Path
) -> None:
    client.create_batch()
    source = export(client, format="pytest").text
    run = run_pytest(source, tmp_path, environment | {"VEC_TOKEN": "sealbox_vec_demo_no_permissions"})

    assert "1 failed" in run.stdout
    assert "assert 403 == 201" in run.stdout


def test_a_form_is_rebuilt_line_by_line(client: Client) -> None:
    client.create_batch()
    script = export(client, format="curl").text

    assert "--form-string name=Turma" in script
    assert """';filename="lista.csv";type=text/csv'""" in script
    assert "<<'END'\nRecipientsEmail,RecipientsName\n" in script


def test_credentials_are_variables(client: Client) -> None:
    client.create_batch(kind="viewer")
    script = export(client, format="curl", redact="false").text
    source = export(client, format="pytest", redact="false").text

    assert '-H "authorization: Bearer ${VEC_TOKEN}_viewer"' in script
    assert "('authorization', 'Bearer ' + VEC_TOKEN + '_viewer')" in source
    assert "sealbox_vec_demo" not in script + source


def test_a_missing_variable_stops_the_script(client: Client) -> None:
    client.create_batch()
    script = export(client, format="curl").text
    run = subprocess.run(
        ["sh", "-s"],
        input=script,
        text=True,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )

    assert run.returncode != 0
    assert "VEC_TOKEN: is not set; sealbox env prints it" in run.stderr


def test_the_archive_has_the_structure_of_har(client: Client) -> None:
    statuses = send_all_kinds(client)
    for redact in ("true", "false"):
        archive = export(client, format="har", redact=redact).json()
        validator = Draft202012Validator(HAR, format_checker=Draft202012Validator.FORMAT_CHECKER)

        assert [error.message for error in validator.iter_errors(archive)] == []
        assert [entry["response"]["status"] for entry in archive["log"]["entries"]] == statuses


def test_the_archive_has_forms_as_fields_and_json_as_text(client: Client) -> None:
    client.create_batch()
    client.create_event()
    form, json = (
        entry["request"]["postData"] for entry in export(client, format="har").json()["log"]["entries"]
    )

    assert [(param["name"], param.get("fileName")) for param in form["params"]] == [
        ("name", None),
        ("template_id", None),
        ("csv_file", "lista.csv"),
    ]
    assert form["params"][1]["value"] == PLAIN
    assert json["params"] == []
    assert json["mimeType"] == "application/json"
    assert "batches" in json["text"]


def test_bytes_are_in_the_archive_in_base64(client: Client) -> None:
    client.send("GET", "/vec/storage/certificate_templates/fecfa8617adb4.png")
    (entry,) = export(client, format="har", redact="false").json()["log"]["entries"]

    assert entry["response"]["content"]["encoding"] == "base64"


def test_one_exchange_is_exported_by_its_id(client: Client) -> None:
    client.create_batch()
    client.vec("GET", "/business/batches")

    assert "POST" in export(client, format="curl", id="req-1").text
    assert "GET" not in export(client, format="curl", id="req-1").text
    assert "POST" not in export(client, format="curl", id="last").text
    assert client.control("GET", "/export", params={"format": "curl", "id": "req-9"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["req-1", "req-2", "req-3"]),
        ({"limit": "2"}, ["req-2", "req-3"]),
        ({"status": "4xx"}, ["req-3"]),
        ({"operation": "createBatch"}, ["req-1"]),
        ({"api": "certifiqi"}, ["req-3"]),
        ({"method": "GET", "api": "vec"}, ["req-2"]),
        ({"contains": "RecipientsEmail"}, ["req-1"]),
        ({"path": "/vec/nowhere"}, []),
    ],
)
def test_an_export_is_searched_as_the_journal_is(
    client: Client, asked: dict[str, str], ids: list[str]
) -> None:
    client.create_batch()
    client.vec("GET", "/business/batches")
    client.certifiqi("GET", "/batch_group/nothing")

    assert re.findall(r"^# (req-\d)", export(client, format="curl", **asked).text, re.MULTILINE) == ids


@pytest.mark.parametrize("asked", [{}, {"format": "xml"}, {"format": "curl", "limit": "0"}])
def test_an_export_of_no_known_kind_is_a_bad_request(client: Client, asked: dict[str, str]) -> None:
    answer = client.control("GET", "/export", params=asked)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_was_cut_is_left_out(
    open_app: Callable[..., Client], environment: dict[str, str], tmp_path: Path
) -> None:
    client = open_app()
    client.create_event(name="x" * 300_000)
    client.vec("GET", "/business/batches")
    script = export(client, format="curl").text
    run = run_pytest(export(client, format="pytest").text, tmp_path, environment)

    assert "left out: the journal has not all of its 300" in script
    assert run_script(script, environment) == [("200", "200")]
    assert "1 passed, 1 skipped" in run.stdout


def test_brackets_in_a_query_are_sent_as_they_are(client: Client, environment: dict[str, str]) -> None:
    headers = [(b"authorization", b"Bearer sealbox_vec_demo")]
    assert client.raw("GET", b"/vec/business/batches?f[0]=[1-3]", headers=headers).status == 200

    assert run_script(export(client, format="curl").text, environment) == [("200", "200")]


def test_what_a_fault_answered_is_left_out(
    client: Client, environment: dict[str, str], tmp_path: Path
) -> None:
    client.control("POST", "/faults", json={"operation": "listBatches", "nth": 1, "effect": {"status": 503}})
    assert client.vec("GET", "/business/batches").status_code == 503
    client.vec("GET", "/business/batches")
    script = export(client, format="curl").text
    run = run_pytest(export(client, format="pytest").text, tmp_path, environment)

    assert "# left out: a fault struck it: " in script
    assert run_script(script, environment) == [("200", "200")]
    assert "1 passed, 1 skipped" in run.stdout


def test_a_json_event_is_sent_inline(client: Client) -> None:
    assert client.certifiqi("POST", "/batch_group", json=sample_event()).status_code == 200

    assert '--data-raw \'{"main_related_party"' in export(client, format="curl").text


def test_an_empty_journal_is_an_empty_export(client: Client, environment: dict[str, str]) -> None:
    assert export(client, format="har").json()["log"]["entries"] == []
    assert run_script(export(client, format="curl").text, environment) == []
