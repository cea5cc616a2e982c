"""Requests for the doctor: captured ones, and ones written out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from sealbox.contract.operations import all_operations
from sealbox.doctor import Finding, Sent, diagnose

WIRE = Path(__file__).parents[3] / "fixtures" / "wire"
USER = "66c9c977-f379-4692-9d5c-f989c17543ee"
TEMPLATE = "9e3b101f-c264-4f97-945f-20dfa7163768"

AGENTS = {
    "curl": "curl/8.5.0",
    "requests": "python-requests/2.34.2",
    "httpx": "python-httpx/0.28.1",
    "aiohttp": "Python/3.11 aiohttp/3.14.5",
    "axios": "axios/1.21.1",
    "Node fetch": "node",
    "superagent": "node-superagent/3.8.2",
    "PHP curl": "",
    "Guzzle": "GuzzleHttp/7",
    "OkHttp": "okhttp/4.12.0",
    "Apache HttpClient": "Apache-HttpClient/5.3 (Java/21)",
    "C#": "RestSharp/112.0",
    "Go net/http": "Go-http-client/1.1",
    "Net::HTTP": "Ruby",
    "Faraday": "Faraday v2.9.0",
    "rest-client": "rest-client/2.1.0 (linux x86_64) ruby/3.3",
    "nobody": "somebody-elses/1.0",
}


GOOD: Final = {"vec": ("Authorization", "Bearer sealbox_vec_demo"), "certifiqi": ("x-api-token", "key")}
CSV: Final = b"RecipientsEmail,RecipientsName\r\nana@example.com,Ana\r\n"


class Requests:
    """Everything that a test does not name is as documented: the credential, the media type, the fields."""

    def names(self) -> list[str]:
        return sorted(path.stem for path in WIRE.glob("*.head"))

    def capture(self, name: str) -> Sent:
        """As it was captured, but sent to createBatch with a good credential."""
        _, *lines = (WIRE / f"{name}.head").read_text("latin-1").strip().splitlines()
        headers = [(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines)]
        body = (WIRE / f"{name}.body").read_bytes()
        return Sent("POST", "/vec/business/batches", "", (*headers, GOOD["vec"]), body)

    def without(self, sent: Sent, *names: str) -> Sent:
        return replace(sent, headers=tuple(one for one in sent.headers if one[0].lower() not in names))

    def header(self, sent: Sent, name: str, value: str) -> Sent:
        rest = self.without(sent, name.lower())
        return replace(rest, headers=(*rest.headers, (name, value)))

    def part(self, name: str, content: bytes = b"x", *, more: str = "", headers: str = "") -> bytes:
        head = f'--abc\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{headers}\r\n'
        return head.encode("latin-1") + content + b"\r\n"

    def file(self, field: str = "csv_file", *, name: str = "lista.csv", content: bytes = CSV) -> bytes:
        return self.part(field, content, more=f'; filename="{name}"', headers="Content-Type: text/csv\r\n")

    def form(
        self,
        *parts: bytes,
        client: str = "nobody",
        path: str = "/vec/business/batches",
        end: bytes = b"--abc--\r\n",
        content_type: str = "multipart/form-data; boundary=abc",
    ) -> Sent:
        return self.bodied(b"".join(parts) + end, content_type, client=client, path=path)

    def bodied(
        self,
        body: bytes,
        content_type: str = "application/json",
        *,
        client: str = "nobody",
        path: str = "/certifiqi/batch_group",
        method: str = "POST",
    ) -> Sent:
        headers = [
            ("Host", "127.0.0.1:4780"),
            ("User-Agent", AGENTS[client]),
            GOOD.get(path.split("/")[1], ("X-Nothing", "here")),
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
        ]
        return Sent(method, path, "", tuple(pair for pair in headers if pair[1]), body)

    def asked(
        self,
        path: str,
        *credentials: tuple[str, str],
        method: str = "GET",
        query: str = "",
        client: str = "nobody",
    ) -> Sent:
        return Sent(method, path, query, (("User-Agent", AGENTS[client]), *credentials), b"")

    def found(self, sent: Sent, *, operation: str | None = None) -> tuple[Finding, ...]:
        """As the server asks: the API is the path's first segment."""
        return diagnose(
            sent,
            api=sent.path.split("/")[1] if "/" in sent.path else "",
            operation=operation,
            apis=all_operations(),
        )

    def ids(self, sent: Sent) -> list[str]:
        return [finding.id for finding in self.found(sent)]

    def only(self, sent: Sent) -> Finding:
        (finding,) = self.found(sent)
        return finding


@pytest.fixture(scope="session")
def wire() -> Requests:
    return Requests()
