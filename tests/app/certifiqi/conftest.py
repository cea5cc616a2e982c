"""Signing events over HTTP: files to upload, shapes to create, people to play, and a receiver of webhooks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas
from sealbox.apis.certifiqi.cnab import Title

from tests.remittance import write_titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import httpx2

    from tests.app.conftest import Client

Json = dict[str, Any]

ADDRESS = {
    "assignor_address": "Rua",
    "assignor_address_number": "1111",
    "assignor_city": "São Paulo",
    "assignor_state": "SP",
    "assignor_CEP": "01000-000",
    "assignor_neighborhood": "Centro",
}


class Pdfs:
    """Files as people upload them."""

    @cache  # noqa: B019, one object lives as long as the session
    def drawn(self, text: str = "contrato", *, field: str = "") -> bytes:
        """One page; with a field to fill in, which has these flags, if any are given."""
        written = BytesIO()
        canvas = Canvas(written, invariant=1)
        canvas.drawString(72, 700, text)
        if field:
            flags = "" if field == "editable" else field
            canvas.acroForm.textfield(name="amount", x=72, y=600, fieldFlags=flags)
        canvas.save()
        return written.getvalue()

    def locked(self, *, user: str = "secret", owner: str = "", field: str = "") -> bytes:
        writer = PdfWriter(clone_from=BytesIO(self.drawn(field=field)))
        writer.encrypt(user_password=user, owner_password=owner or None, algorithm="RC4-128")
        written = BytesIO()
        writer.write(written)
        return written.getvalue()

    def sized(self, size: int) -> bytes:
        """A PDF of exactly that many bytes, most of them a comment in front of its table of objects."""
        objects, _, table = self.drawn().partition(b"\nxref\n")
        table = b"\nxref\n" + table.partition(b"startxref")[0]
        end = b"startxref\n%08d\n%%%%EOF\n"
        padding = b"\n%".ljust(size - len(objects) - len(table) - len(end % 0), b"x")
        return objects + padding + table + end % (len(objects) + len(padding) + 1)

    def text(self, pdf: bytes) -> list[str]:
        """What is written on each page."""
        return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def signer(name: str = "Ana", **changes: Any) -> Json:
    return {
        "name": name,
        "document_number": "85653681067",
        "email": f"{name.partition(' ')[0].lower()}@example.com",
        "is_group_mandatory": False,
        "signer_control_number": "1",
    } | changes


def group(*signers: str | Json, needs: int = 1) -> Json:
    """A name is a signer who is not mandatory."""
    people = [signer(one) if isinstance(one, str) else one for one in signers]
    return {"minimum_required_signers": needs, "signers": people}


def party(*groups: Json | str, position: int = 1, **changes: Any) -> Json:
    """A name is a group of that one signer."""
    made = [group(one) if isinstance(one, str) else one for one in groups]
    plain = {"name": "Empresa", "role": "assignor", "signature_position": position, "signer_groups": made}
    return plain | changes


def document(name: str = "termo.pdf") -> Json:
    """One that was never uploaded."""
    return {
        "document_key": f"key of {name}",
        "name": name,
        "url": f"https://example.com/{name}",
        "file_size": 9,
    }


def batch(
    *parties: Json | str, documents: Sequence[Json] = (), signature_type: str = "cades", **changes: Any
) -> Json:
    """A name is a party of that one signer; parties named so follow one another in position."""
    made = [
        party(one, position=number) if isinstance(one, str) else one
        for number, one in enumerate(parties, start=1)
    ]
    plain = {"name": "Lote", "document_type": "other", "signature_type": signature_type}
    return plain | {"related_parties": made, "documents": list(documents) or [document()]} | changes


@dataclass(frozen=True, slots=True)
class Shapes:
    """The parts of a create request: whatever a test does not name is harmless."""

    signer = staticmethod(signer)
    group = staticmethod(group)
    party = staticmethod(party)
    document = staticmethod(document)
    batch = staticmethod(batch)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a client does with CertifiQI, and what its people do through the control plane."""

    client: Client

    def on(self, client: Client) -> Desk:
        return replace(self, client=client)

    def opened(self, tenant: str = "other", **switches: str) -> Desk:
        """Another tenant, with these switches of the API."""
        chosen = {f"certifiqi.{name}": value for name, value in switches.items()}
        return self.on(self.client.open_tenant(tenant, clock="manual", switches=chosen))

    def upload(self, content: bytes, name: str = "contrato.pdf", *, kind: str = "", **fields: str) -> Any:
        files = {"file": (name, content, "application/pdf")}
        return self.client.certifiqi("POST", "/document", kind=kind, data=fields, files=files)

    def document(self, content: bytes, name: str = "contrato.pdf", **fields: str) -> Json:
        answer = self.upload(content, name, **fields)
        assert answer.status_code == 200, answer.text
        uploaded: Json = answer.json()[0]
        return uploaded

    def remittance(self, titles: int = 2) -> bytes:
        return write_titles(
            [
                Title(
                    number=f"DUP{number}",
                    amount=Decimal(f"{number}00.50"),
                    due=date(2025, 5, number),
                    payer=f"SACADO {number}",
                    payer_document="85653681067",
                    assignor="CEDENTE",
                    assignor_document="74766848000162",
                    control_number=f"N{number}",
                )
                for number in range(1, titles + 1)
            ]
        )

    def trade_bills(self, content: bytes | None = None, /, **changes: str | None) -> httpx2.Response:
        """A field that is None is left out."""
        data = {name: value for name, value in (ADDRESS | changes).items() if value is not None}
        files = {"file": ("titulos.rem", self.remittance() if content is None else content, "text/plain")}
        path = "/certifier/document/trade_bill/asynchronous"
        return self.client.certifiqi("POST", path, data=data, files=files)

    def create(self, *batches: Json, kind: str = "", **changes: Any) -> Json:
        """A new event, as the create call answers it."""
        plain: Json = {"webhook_url": None, "webhook_url_list": [], "send_emails": False, "name": "Evento"}
        sent = plain | {"main_related_party": "Fundo", "batches": list(batches) or [batch("Ana")]} | changes
        body = {name: value for name, value in sent.items() if value is not None}
        answer = self.client.certifiqi("POST", "/batch_group", kind=kind, json=body)
        assert answer.status_code == 200, answer.text
        made: Json = answer.json()
        return made

    def read(self, event: Mapping[str, Any]) -> Json:
        answer = self.client.certifiqi("GET", f"/batch_group/{event['batch_group_key']}")
        assert answer.status_code == 200, answer.text
        shown: Json = answer.json()
        return shown

    def state(self, event: Mapping[str, Any]) -> tuple[str, str]:
        shown = self.read(event)
        return shown["signature_status"], shown["internal_status"]

    def shown(self, event: Mapping[str, Any]) -> Json:
        """The event as the control plane shows it."""
        answer = self.client.control("GET", f"/certifiqi/events/{event['batch_group_key']}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def ids(self, event: Mapping[str, Any]) -> dict[str, int]:
        """Signers by name; of several with one name the last."""
        return {one["name"]: one["id"] for one in people(event)}

    def sign(self, event: Mapping[str, Any], *names: str, **body: str) -> httpx2.Response:
        """Signs in these people's place; the answer to the last of them."""
        ids = self.ids(event)
        answers = [
            self.client.control("POST", f"/certifiqi/signers/{ids[name]}/sign", json=body) for name in names
        ]
        return answers[-1]

    def reject(self, event: Mapping[str, Any], name: str) -> httpx2.Response:
        return self.client.control("POST", f"/certifiqi/signers/{self.ids(event)[name]}/reject")

    def sign_event(self, event: Mapping[str, Any], until: str = "quorum") -> httpx2.Response:
        path = f"/certifiqi/events/{event['batch_group_key']}/sign"
        return self.client.control("POST", path, json={"until": until})

    def finished(self, *batches: Json, **changes: Any) -> Json:
        """A new event that has been signed and has its files."""
        made = self.create(*batches, **changes)
        answer = self.sign_event(made)
        assert answer.status_code == 200, answer.text
        self.client.advance("30s")
        return self.read(made)

    def expire(self, event: Mapping[str, Any], at: str | None, **more: int) -> httpx2.Response:
        path = f"/certifiqi/events/{event['batch_group_key']}/expire"
        return self.client.control("POST", path, json={"at": at} | more)

    def put(self, event: Mapping[str, Any], what: str, *, kind: str = "") -> httpx2.Response:
        path = f"/batch_group/{event['batch_group_key']}/{what}"
        return self.client.certifiqi("PUT", path, kind=kind)

    def file(self, url: str) -> httpx2.Response:
        """What anybody gets there: no key is sent."""
        return self.client.send("GET", url)

    def mails(self, event: Mapping[str, Any]) -> list[Json]:
        """The oldest first."""
        about = {"about": event["batch_group_key"]}
        found: list[Json] = self.client.control("GET", "/certifiqi/mails", params=about).json()["mails"]
        return found[::-1]

    def deliveries(self, event: Mapping[str, Any]) -> list[Json]:
        """With their attempts, the oldest first."""
        about = {"about": event["batch_group_key"]}
        listed = self.client.control("GET", "/deliveries", params=about).json()["deliveries"]
        return [self.client.control("GET", f"/deliveries/{one['id']}").json() for one in reversed(listed)]


def people(event: Mapping[str, Any]) -> Iterator[Json]:
    return (
        one
        for part in event["batches"]
        for related in part["related_parties"]
        for signers in related["signer_groups"]
        for one in signers["signers"]
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """One request that a receiver got."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def event(self) -> Json:
        read: Json = json.loads(self.content)
        return read


@dataclass(slots=True)
class Receiver:
    """Listens on loopback, keeps what it hears, and answers 200 once `answers` are used up."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    arrived: Condition = field(default_factory=Condition)

    def wait_for(self, count: int) -> list[Json]:
        """The events of all that was heard, once so many calls have come from another process."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.heard) >= count, timeout=20), self.heard
        return [one.event for one in self.heard]

    def url(self, path: str = "/hooks") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def states(self) -> list[tuple[str, str]]:
        """What each request said of the event as a whole."""
        return [(one.event["signature_status"], one.event["internal_status"]) for one in self.heard]


def serve(receiver: Receiver) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with receiver.arrived:
                receiver.heard.append(Heard(self.command, self.path, headers, content))
                receiver.arrived.notify_all()
            status = receiver.answers.pop(0) if receiver.answers else 200
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", receiver.url("/elsewhere"))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815, http.server names it so

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the base class names it so
            pass

    return HTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    with serve(found) as server:
        found.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def pdfs() -> Pdfs:
    return Pdfs()


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return Shapes()


@pytest.fixture
def desk(client: Client) -> Desk:
    """A fresh tenant `demo`."""
    return Desk(client)


@pytest.fixture(scope="session")
def desk_of() -> type[Desk]:
    """For tests that make an application of their own."""
    return Desk
