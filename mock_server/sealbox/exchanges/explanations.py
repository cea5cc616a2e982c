"""What Sealbox adds to an answer beside its body: why, what to do, which page, and where it comes from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sealbox import doctor
from sealbox.auth import credential_page
from sealbox.contract import refusals
from sealbox.contract.operations import all_operations

from .exchange import header
from .wire import header_text

if TYPE_CHECKING:
    from sealbox.contract.operations import Operation

    from .exchange import Exchange, RawHeaders
    from .wire import Wire


def explain(
    exchange: Exchange, operation: Operation | None, answer: Wire, *, asked_for: bool = False
) -> None:
    """Write into `exchange` what is known about its answer; one that was `asked_for` needs no mending."""
    if operation is not None:
        documented = operation.answers.get(answer.status)
        provenance = documented.provenance if documented else "inferred"
        exchange.evidence = _evidence(operation.id, answer.status, provenance, exchange.relied)
    elif exchange.relied:
        exchange.evidence = f"inferred: {', '.join(exchange.relied)}"
    if answer.status < 400:
        return
    exchange.why = exchange.why or header(answer.headers, "x-sandbox-why") or ""
    exchange.doc = _page(operation, answer.status)
    if not asked_for:
        _advise(exchange, answer)


def _advise(exchange: Exchange, answer: Wire) -> None:
    """The mistake in the client's own terms if its bytes show it, else the promise that the refusal keeps."""
    known = (
        refusals.advice(exchange.api, answer.status, answer.body)
        if exchange.api and exchange.operation
        else None
    )
    first = exchange.path.split("/", 2)[1]
    findings = doctor.diagnose(sent(exchange), api=first, operation=exchange.operation, apis=all_operations())
    if findings:
        exchange.why = exchange.why or findings[0].why
        exchange.fix, exchange.snippet = findings[0].fix, findings[0].snippet
    if known is not None:
        exchange.why = exchange.why or known.text
        exchange.fix = exchange.fix or known.fix
        exchange.evidence += f"; {known.promise} ({known.provenance})"


def sent(exchange: Exchange) -> doctor.Sent:
    """The request as the wire doctor looks at it."""
    return doctor.Sent(
        method=exchange.method,
        path=exchange.path,
        query=exchange.query,
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.headers),
        body=exchange.body,
    )


def client(exchange: Exchange) -> str | None:
    """The client library that sent it, if its bytes tell."""
    found = doctor.recognise(sent(exchange))
    return found.name if found else None


def headers(exchange: Exchange) -> RawHeaders:
    """The headers that carry it; X-Sandbox-Why may be there already."""
    found: RawHeaders = [(b"x-sandbox-request-id", exchange.id.encode())]
    if exchange.status < 400 and not exchange.fault:
        return [*found, (b"x-sandbox-evidence", _line(exchange.evidence))] if exchange.evidence else found
    told = header(exchange.answer_headers, "x-sandbox-why")
    for name, text in (
        (b"x-sandbox-why", "" if told else exchange.why),
        (b"x-sandbox-fix", exchange.fix),
        (b"x-sandbox-doc", exchange.doc),
        (b"x-sandbox-evidence", exchange.evidence),
        (b"x-sandbox-fault", exchange.fault or ""),
    ):
        if text:
            found.append((name, _line(text)))
    return found


@lru_cache(maxsize=1024)
def _line(text: str) -> bytes:
    """Most answers are explained in words that were used before."""
    return header_text(text).encode()


def _page(operation: Operation | None, status: int) -> str:
    """The page that says most about this answer: its own, else the operation's."""
    if operation is None:
        return ""
    if status == 401:
        return credential_page(operation.api) or operation.source
    documented = operation.answers.get(status)
    return (documented.source if documented else "") or operation.source


@lru_cache(maxsize=1024)
def _evidence(operation: str, status: int, provenance: str, relied: tuple[str, ...]) -> str:
    """Most answers go by what others went by before: the journal then holds these words once."""
    also = f"; inferred: {', '.join(relied)}" if relied else ""
    return f"{operation} {status} ({provenance}){also}"
