"""The wire doctor's snippets do what they promise: run as printed, against a server, they are accepted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from sealbox import contract
from sealbox.apis.certifiqi.cnab import Title
from sealbox.contract.operations import all_operations
from sealbox.doctor import Finding, Sent, diagnose

from tests.remittance import write_titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.packaging.conftest import Serving

AGENTS = {
    "curl": "curl/8.5.0",
    "requests": "python-requests/2.34.2",
    "httpx": "python-httpx/0.28.1",
    "httpx2": "python-httpx2/2.16.2",
    "aiohttp": "Python/3.11 aiohttp/3.14.5",
    "Node fetch": "node",
}
RUN_BY = {"curl": ("bash", "snippet.sh"), "Node fetch": ("node", "snippet.mjs")}
SEALBOX = Path(sys.executable).with_name("sealbox")
EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"  # of the world
USER = "66c9c977-f379-4692-9d5c-f989c17543ee"


@pytest.fixture(scope="module")
def url(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(SEALBOX, "serve", cwd=tmp_path_factory.mktemp("server")) as (address, _):
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that snippets speak of."""
    there = tmp_path_factory.mktemp("client")
    (there / "recipients.csv").write_bytes(b"RecipientsEmail,RecipientsName\r\nana@example.com,Ana\r\n")
    canvas = Canvas(str(there / "document.pdf"), invariant=1)
    canvas.drawString(72, 700, "contrato")
    canvas.save()
    title = Title("1", Decimal(100), date(2030, 1, 2), payer="Ana", payer_document="85653681067")
    (there / "titles.rem").write_bytes(write_titles([title]))
    (there / "event.json").write_text(json.dumps(documented_event()), "utf-8")
    return there


def documented_event() -> Any:
    body = contract.document("certifiqi")["paths"]["/batch_group"]["post"]["requestBody"]
    return body["content"]["application/json"]["example"]


def run(text: str, client: str, *, folder: Path, url: str) -> str:
    tool, name = RUN_BY.get(client, (sys.executable, "snippet.py"))
    path = folder / f"{os.getpid()}_{name}"
    path.write_text(text, "utf-8")
    mine = {
        "VEC_URL": f"{url}/vec",
        "VEC_TOKEN": "sealbox_vec_demo",
        "CERTIFIQI_URL": f"{url}/certifiqi",
        "CERTIFIQI_TOKEN": "sealbox_certifiqi_demo",
    }
    ended = subprocess.run(
        [tool, path],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **mine},
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def form(*fields: tuple[str, str]) -> bytes:
    parts = (
        f'--abc\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields
    )
    return "".join(parts).encode() + b"--abc--\r\n"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A request that is refused, and the status of what was meant."""

    method: str
    path: str
    body: bytes
    content_type: str
    status: int

    def found(self, client: str) -> tuple[Finding, ...]:
        """What the doctor says of it; its key is in the wrong place too."""
        headers = (
            ("User-Agent", AGENTS[client]),
            ("x-key", "not here"),
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.body))),
        )
        sent = Sent(self.method, self.path, "", headers, self.body)
        return diagnose(sent, api=self.path.split("/")[1], operation=None, apis=all_operations())


FORM = "multipart/form-data; boundary=abc"
JSON_TEXT = form(("signatories", f'[{{"user_uuid": "{USER}", "index": 1}}]'))
HALVES = form(("signatories[][user_uuid]", USER), ("signatories[][index]", "1"))
BILLS = "/certifiqi/certifier/document/trade_bill/asynchronous"
CREATE = "/vec/business/batches"

MISTAKES = {
    "a lost boundary": Mistake("POST", CREATE, form(("name", "x")), "multipart/form-data", 201),
    "JSON in signatories": Mistake("POST", CREATE, JSON_TEXT, FORM, 201),
    "half signatories": Mistake("POST", CREATE, HALVES, FORM, 201),
    "JSON for a form": Mistake("POST", "/vec/api/v1/business/batches", b"{}", "application/json", 201),
    "a document as text": Mistake("POST", "/certifiqi/document", form(("file", "%PDF")), FORM, 200),
    "a remittance file as the body": Mistake("POST", BILLS, b"01REMESSA", "text/plain", 200),
    "a form for JSON": Mistake("POST", "/certifiqi/batch_group", form(("name", "x")), FORM, 200),
    "no base path": Mistake("GET", f"/batch_group/{EVENT}", b"", "", 200),
    "two slashes": Mistake("GET", "/vec//business/batches", b"", "", 200),
    "a wrong method": Mistake("POST", f"/certifiqi/batch_group/{EVENT}/send_to_signature", b"", "", 200),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("client", AGENTS)
def test_a_snippet_is_accepted(client: str, mistake: str, folder: Path, url: str) -> None:
    if shutil.which(RUN_BY.get(client, ("python", ""))[0]) is None:
        pytest.skip(f"nothing here runs the snippets of {client}")
    found, status = MISTAKES[mistake].found(client), MISTAKES[mistake].status
    said = run(found[0].snippet, client, folder=folder, url=url)

    assert len(found) >= 2, "the mistake, and the missing key"
    assert said.splitlines()[0].startswith(f"HTTP/1.1 {status}" if client == "curl" else f"{status} ")


def test_a_snippet_makes_what_was_meant(folder: Path, url: str) -> None:
    first = MISTAKES["JSON in signatories"].found("requests")[0]
    said = run(first.snippet, "requests", folder=folder, url=url)
    batch = json.loads(said.partition(" ")[2])["data"]

    assert batch["total_certificates"] == 1
    assert batch["template_id"] == "9e3b101f-c264-4f97-945f-20dfa7163768"
