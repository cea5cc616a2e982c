"""`sealbox demo`: something to try, through the vendors' own operations."""

from __future__ import annotations

import csv as csv_format
import sys
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealbox.testing.certifiqi import event_body

from .output import REFUSED, USAGE, end
from .remote import Server, on_server
from .shell import FIRST_TEMPLATE

if TYPE_CHECKING:
    import httpx2

HEADERS = ("RecipientsEmail", "RecipientsName")
SEED = "demo"  # the same people every time

Rows = Annotated[int, typer.Option(help="How many people.", min=1, max=1_000_000)]
Fail = Annotated[int, typer.Option(help="How many of them fail, by their magic address.", min=0)]

demo = typer.Typer(help="Make a CSV file, a batch or a signing event to try.", no_args_is_help=True)


@demo.command()
def csv(*, rows: Rows = 3, fail: Fail = 1) -> None:
    """Print a CSV file of made-up people for createBatch."""
    sys.stdout.write(written(rows, fail))


@demo.command()
@on_server
def batch(
    server: Server,
    *,
    rows: Rows = 3,
    fail: Fail = 1,
    name: Annotated[str, typer.Option(help="Name of the batch.")] = "Demo batch",
) -> None:
    """Create a VEC batch of made-up people, as a client does."""
    answer = server.send(
        "POST",
        "/vec/business/batches",
        headers={"Authorization": f"Bearer sealbox_vec_{server.tenant}"},
        data={"name": name, "template_id": FIRST_TEMPLATE},
        files={"csv_file": ("people.csv", written(rows, fail).encode(), "text/csv")},
    )
    made = _made(answer)["data"]
    server.show(made, f"batch {made['id']}  {made['status']}, {made['total_certificates']} certificates")


@demo.command()
@on_server
def event(
    server: Server,
    *,
    signers: Annotated[int, typer.Option(help="How many signers.", min=1, max=50)] = 3,
    quorum: Annotated[int, typer.Option(help="How many of them have to sign.", min=1)] = 2,
    webhook: Annotated[str | None, typer.Option(help="Where its webhooks go.")] = None,
    name: Annotated[str, typer.Option(help="Name of the event.")] = "Demo event",
) -> None:
    """Create a CertifiQI signing event with one document, as a client does."""
    if quorum > signers:
        end(f"{quorum} of {signers} signers cannot sign", USAGE)
    key = {"x-api-token": f"sealbox_certifiqi_{server.tenant}"}
    file = ("contract.pdf", pdf(name), "application/pdf")
    uploaded = _made(server.send("POST", "/certifiqi/document", headers=key, files={"file": file}))
    body = event_body(_people(signers), quorum, name=name, document=uploaded[0]) | (
        {"webhook_url": webhook} if webhook else {}
    )
    made = _made(server.send("POST", "/certifiqi/batch_group", headers=key, json=body))
    (group,) = made["batches"][0]["related_parties"][0]["signer_groups"]
    told = [f"event {made['batch_group_key']}  {quorum} of {signers} have to sign"]
    told += [f"signer {one['id']}  {one['name']}" for one in group["signers"]]
    server.show(made, "\n".join(told))


def written(rows: int, fail: int) -> str:
    """A CSV file of that many people, the last `fail` of which have the address that fails."""
    text = StringIO()
    writer = csv_format.writer(text, lineterminator="\n")
    writer.writerow(HEADERS)
    for number, (name, address) in enumerate(_people(rows), start=1):
        writer.writerow((f"fail+{address}" if number > rows - fail else address, name))
    return text.getvalue()


def pdf(text: str) -> bytes:
    """One page that says `text`."""
    from reportlab.pdfgen.canvas import Canvas

    written = BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.drawString(72, 700, f"{text}: a sandbox, no legal value")
    canvas.save()
    return written.getvalue()


def _people(count: int) -> list[tuple[str, str]]:
    """Names with addresses, no address twice."""
    from sealbox.people import People

    people = People(SEED, locale="pt_BR")
    found: dict[str, str] = {}
    while len(found) < count:
        person = people.person()
        local, _, host = person.email.partition("@")
        address = person.email if person.email not in found else f"{local}.{len(found)}@{host}"
        found[address] = person.name
    return [(name, address) for address, name in found.items()]


def _made(answer: httpx2.Response) -> Any:
    if answer.is_error:
        end(f"{answer.status_code}: {answer.headers.get('x-sandbox-why') or answer.text}", REFUSED)
    return answer.json()
