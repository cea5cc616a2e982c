"""Snippets: every client, every operation. That they run is shown in packaging/."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from sealbox.contract.nearest import route
from sealbox.contract.operations import Operation, all_operations
from sealbox.doctor import Client
from sealbox.doctor.addresses import APIS, FORM, JSON
from sealbox.doctor.case import Case
from sealbox.doctor.clients import AGENTS, HABITS
from sealbox.doctor.snippets import DIALECTS, OF_LANGUAGE, dialect, snippet
from sealbox.doctor.wire import read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.domain.doctor.conftest import Requests

KNOWN = all_operations()
OPERATIONS = {id_: one for found in KNOWN.values() for id_, one in found.items()}

JAVASCRIPT = ("Node fetch", "axios", "form-data", "got", "superagent")
PYTHON = ("requests", "niquests", "httpx", "httpx2", "aiohttp")
PHP = ("PHP curl", "Guzzle")
JAVA = ("OkHttp", "Apache HttpClient")
RUBY = ("Net::HTTP", "Faraday", "rest-client")

# One operation of each shape: what a snippet is made of differs by nothing else.
SHAPES = (
    "createBatch",
    "uploadDocument",
    "uploadTradeBills",
    "createBatchGroup",
    "sendToSignature",
    "listUsers",
)

TEMPLATES = ("createBatch", "createBatchGroup", "sendToSignature")  # a form, JSON, and no body


@pytest.fixture(params=SHAPES)
def operation(request: pytest.FixtureRequest) -> Operation:
    return OPERATIONS[request.param]


def written(wire: Requests, operation: Operation, client: str) -> str:
    path = f"/{operation.api}{operation.path}".replace("{batch_group_key}", "a-key")
    parts = (wire.part("signatories", b"[]"), wire.file(operation.file or "x"))
    sent = wire.form(*parts, path=path)
    case = Case(
        wire=read(sent),
        api=APIS[operation.api],
        operation=operation,
        route=route(path, KNOWN),
        path=path.removeprefix(f"/{operation.api}"),
        is_answered=True,
        client=Client(name=client, language="", version=None, because=""),
    )
    return snippet(case)


@pytest.mark.parametrize("client", DIALECTS)
def test_a_snippet_names_address_key_and_fields(wire: Requests, operation: Operation, client: str) -> None:
    text = written(wire, operation, client)
    api = APIS[operation.api]

    assert f"{api.name.upper()}_URL" in text
    assert f"{api.name.upper()}_TOKEN" in text
    assert operation.path.replace("{batch_group_key}", "a-key") in text
    assert api.header in text
    assert ("Bearer " in text) == bool(api.scheme)
    assert "%(" not in text
    assert "sealbox_vec_demo" not in text
    assert 3 <= text.count("\n") + 2 <= 40
    if operation.takes == FORM:
        assert operation.file in text
    if operation.takes == JSON:
        assert "event.json" in text
    if operation.id == "createBatch":
        for field in ("name", "template_id", "signatories[0][user_uuid]", "signatories[0][index]"):
            assert field in text
    if operation.id == "uploadTradeBills":
        assert "assignor_neighborhood" in text


@pytest.mark.parametrize("client", DIALECTS)
def test_a_snippet_sends_no_content_type_of_its_own_with_a_form(wire: Requests, client: str) -> None:
    text = written(wire, OPERATIONS["createBatch"], client)

    assert client == "Go net/http" or "Content-Type" not in text
    assert client != "OkHttp" or ".setType(MultipartBody.FORM)" in text


def test_every_client_has_a_dialect_its_languages_or_curls() -> None:
    clients = {(name, language) for _, name, language in AGENTS}
    clients |= {(habit.name, habit.language) for habit in HABITS}
    curls = {
        name
        for name, language in clients
        if dialect(Client(name, language, None, "")) is DIALECTS["curl"] and name != "curl"
    }

    assert curls == {
        *("Postman", "Insomnia", "HTTPie", "Wget"),
        *("LWP", "Dart http", "reqwest", "Alamofire", "URLSession"),
    }
    assert dialect(None) is DIALECTS["curl"]
    assert set(OF_LANGUAGE.values()) <= set(DIALECTS)


@pytest.mark.parametrize("client", PYTHON)
def test_python_is_python(wire: Requests, operation: Operation, client: str) -> None:
    compile(written(wire, operation, client), "snippet.py", "exec")


def checked(*command: str | Path) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed here")


def files(
    wire: Requests, folder: Path, clients: tuple[str, ...], suffix: str, frame: str = "{}"
) -> list[Path]:
    """A file for each snippet of these clients; `frame` is what stands around it."""
    made = []
    for number, (client, shape) in enumerate((client, shape) for client in clients for shape in TEMPLATES):
        one = OPERATIONS[shape]
        path = folder / f"S{number}{suffix}"
        path.write_text(frame.replace("{}", written(wire, one, client)).replace("NAME", path.stem), "utf-8")
        made.append(path)
    return made


@needs("bash")
def test_curl_is_shell(wire: Requests, tmp_path: Path) -> None:
    for path in files(wire, tmp_path, ("curl",), ".sh"):
        checked("bash", "-n", path)


@needs("node")
def test_javascript_is_javascript(wire: Requests, tmp_path: Path) -> None:
    for path in files(wire, tmp_path, JAVASCRIPT, ".mjs"):
        checked("node", "--check", path)


@needs("php")
def test_php_is_php(wire: Requests, tmp_path: Path) -> None:
    for path in files(wire, tmp_path, PHP, ".php"):
        checked("php", "-l", path)


@needs("ruby")
def test_ruby_is_ruby(wire: Requests, tmp_path: Path) -> None:
    for path in files(wire, tmp_path, RUBY, ".rb"):
        checked("ruby", "-c", path)


@needs("gofmt")
def test_go_is_go(wire: Requests, tmp_path: Path) -> None:
    checked(
        "gofmt", "-l", *files(wire, tmp_path, ("Go net/http",), ".go", "package p\n\nfunc send() {\n{}\n}\n")
    )


@needs("javac")
def test_java_is_java(wire: Requests, tmp_path: Path) -> None:
    """As far as the grammar goes: the libraries are not here."""
    frame = "class NAME { void send() throws Exception {\n{}\n} }\n"
    only_parse = ("-XDshould-stop.ifError=PARSE", "-XDshould-stop.ifNoError=PARSE")
    checked("javac", *only_parse, "-d", tmp_path, *files(wire, tmp_path, JAVA, ".java", frame=frame))


@pytest.mark.parametrize(
    "client", ["OkHttp", "Apache HttpClient", ".NET HttpClient", "Go net/http", *PHP, *RUBY]
)
def test_brackets_and_quotes_of_other_languages_are_closed(
    wire: Requests, operation: Operation, client: str
) -> None:
    text = written(wire, operation, client).replace("//", "")

    for opened, closed in ("()", "[]", "{}"):
        assert text.count(opened) == text.count(closed)
    assert text.count('"') % 2 == 0
    assert text.count("'") % 2 == 0


def test_a_path_that_is_no_plain_text_is_left_out(wire: Requests) -> None:
    finding = wire.only(wire.asked('/certifiqi/batch_group/"$(id)"'))

    assert finding.snippet.splitlines()[0] == 'curl -sSi -X GET "$CERTIFIQI_URL/batch_group/ID" \\'
