"""Defects of uploads, webhooks and signatures: parts of the mock with something else in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sealbox import webhooks
from sealbox.apis.certifiqi import (
    creation,
    documents,
    files,
    pdf_files,
    signatures,
    uploads,
)
from sealbox.apis.certifiqi import world as worlds
from sealbox.apis.certifiqi.signing import Moment

from tests.oracle.mutants.layers import Mutant, part

if TYPE_CHECKING:
    from collections.abc import Callable

make_event = creation.Maker.event
tell = worlds.World._tell
cms = signatures._cms
inspect_pdf = pdf_files.inspect_pdf
add = webhooks.Outbox.add


def _made(**values: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    """New events with other values."""

    def made(maker: Any, sent: Any, *, client_key: str) -> Any:
        event = make_event(maker, sent, client_key=client_key)
        return replace(event, **{name: value(event) for name, value in values.items()})

    return (creation.Maker, "event", made)


def _untold(*moments: Moment) -> tuple[Any, str, Any]:
    def told(self: Any, event: Any, moment: Moment, at: Any, **more: Any) -> None:
        if moment not in moments:
            tell(self, event, moment, at, **more)

    return (worlds.World, "_tell", told)


def _told(change: Callable[[Any, Any], Any]) -> tuple[Any, str, Any]:
    """Webhooks with another body: `change` gets it and the event."""
    import orjson  # noqa: PLC0415, for this alone

    def added(self: Any, **given: Any) -> Any:
        body = change(orjson.loads(given["body"]), given)
        return add(self, **{**given, "body": orjson.dumps(body)})

    return (webhooks.Outbox, "add", added)


def _addressed(change: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> tuple[Any, str, Any]:
    def added(self: Any, **given: Any) -> Any:
        for one in change(given):
            add(self, **one)

    return (webhooks.Outbox, "add", added)


def _late(self: Any, event: Any, moment: Moment, at: Any, *, before: Any = None) -> None:
    """What is told is how things stand when it is told."""
    del before
    tell(self, event, moment, at)


def _unsigned(pdf: Any, *_: Any, **__: Any) -> bytes:
    return bytes(pdf)


def _of_nothing(_digest: bytes, *given: Any, **more: Any) -> bytes:
    return cms(bytes(32), *given, **more)


def _one_zip_entry(entries: Any) -> Any:
    return zip_files(entries[:2])


zip_files = pdf_files.zip_files


def _without_signatures(entries: Any) -> Any:
    return zip_files([(name, content) for name, content in entries if not name.endswith(".p7s")])


def _without_pages(pdf: bytes, **_: Any) -> bytes:
    return pdf


def _worded(body: Any) -> Any:
    for batch in body["batches"]:
        for party in batch["related_parties"]:
            for group in party["signer_groups"]:
                group["id"] = str(group["id"])
    return body


def _unsigned_parties(body: Any) -> Any:
    if body["signature_status"] == "pending":
        for batch in body["batches"]:
            for party in batch["related_parties"]:
                party["signature_status"] = "pending"
    return body


def _plain(body: Any) -> Any:
    import orjson  # noqa: PLC0415, for this alone

    return orjson.loads(orjson.dumps(body).decode().encode("ascii", "ignore"))


kept = uploads.Desk._kept
record = webhooks.Outbox.record
UPLOADS = (
    part(
        "rule",
        "any size is taken",
        "CERTIFIQI-UPLOAD-11",
        (uploads, "LIMITS", {"decimal": 10**9, "binary": 10**9}),
    ),
    part(
        "rule",
        "ten megabytes are the most",
        "CERTIFIQI-UPLOAD-25",
        (uploads, "LIMITS", {"decimal": 10**7, "binary": 10**7}),
    ),
    part(
        "rule",
        "form fields are taken",
        "CERTIFIQI-UPLOAD-12",
        (
            pdf_files,
            "inspect_pdf",
            lambda content: replace(inspect_pdf(content), editable_fields=False),
        ),
    ),
    part(
        "rule",
        "passwords are taken",
        "CERTIFIQI-UPLOAD-13",
        (
            pdf_files,
            "inspect_pdf",
            lambda content: replace(inspect_pdf(content), encrypted=False, is_pdf=True),
        ),
    ),
    part(
        "rule",
        "anything is a PDF",
        "CERTIFIQI-UPLOAD-22",
        (uploads, "NO_PDF", "x"),
        (pdf_files, "inspect_pdf", lambda content: replace(inspect_pdf(content), is_pdf=True)),
        (pdf_files, "with_signature_page", _without_pages),
    ),
    part(
        "signature",
        "no endorsement page",
        "CERTIFIQI-UPLOAD-09",
        (uploads.Desk, "_endorsed", lambda _self, content, _sent: content),
    ),
    part(
        "body",
        "one key for a file",
        "CERTIFIQI-UPLOAD-16",
        (
            uploads.Desk,
            "_kept",
            lambda self, name, content, **given: replace(
                kept(self, name, content, **given), key="d559e3dc-d19c-494e-b02e-b7199e5325ea"
            ),
        ),
    ),
    part(
        "encoding",
        "file names in ASCII",
        "CERTIFIQI-UPLOAD-17",
        (
            uploads.Desk,
            "_kept",
            lambda self, name, content, **given: kept(
                self, name.encode("ascii", "replace").decode(), content, **given
            ),
        ),
    ),
)
WEBHOOKS = (
    part(
        "webhook",
        "only the first address is told",
        "CERTIFIQI-CREATE-27 CERTIFIQI-WEBHOOK-01",
        _made(webhook_urls=lambda event: event.webhook_urls[:1]),
    ),
    part(
        "webhook",
        "only the list is told",
        "CERTIFIQI-CREATE-27 CERTIFIQI-WEBHOOK-01",
        _made(webhook_urls=lambda event: event.webhook_urls[1:]),
    ),
    part("webhook", "nobody is told of a party", "CERTIFIQI-WEBHOOK-05", _untold(Moment.PARTY_SIGNED)),
    part("webhook", "nobody is told of the end", "CERTIFIQI-WEBHOOK-05", _untold(Moment.FINISHED)),
    part("webhook", "nobody is told of the ZIP", "CERTIFIQI-WEBHOOK-17", _untold(Moment.ZIP_STARTED)),
    part(
        "webhook",
        "everything is told twice",
        "CERTIFIQI-WEBHOOK-21",
        _addressed(lambda given: [given, given]),
    ),
    part(
        "webhook",
        "an envelope",
        "CERTIFIQI-WEBHOOK-03",
        _told(lambda body, _: {"data": body, **{key: body[key] for key in ("internal_status", "batches")}}),
    ),
    part(
        "webhook",
        "no batches in webhooks",
        "CERTIFIQI-WEBHOOK-02",
        _told(lambda body, _: {**body, "batches": [{**batch, "documents": []} for batch in body["batches"]]}),
    ),
    part(
        "webhook",
        "no control_number in webhooks",
        "CERTIFIQI-WEBHOOK-04",
        _told(lambda body, _: {key: value for key, value in body.items() if key != "control_number"}),
    ),
    part("webhook", "ids in words", "CERTIFIQI-WEBHOOK-08", _told(lambda body, _: _worded(body))),
    part(
        "webhook",
        "a party is told as the event is later",
        "CERTIFIQI-WEBHOOK-22 CERTIFIQI-WEBHOOK-07",
        (worlds.World, "_tell", _late),
    ),
    part(
        "webhook",
        "a party is told before it has signed",
        "CERTIFIQI-WEBHOOK-07 CERTIFIQI-WEBHOOK-05",
        _told(lambda body, _: _unsigned_parties(body)),
    ),
    part("webhook", "names without accents", "CERTIFIQI-WEBHOOK-02", _told(lambda body, _: _plain(body))),
    part(
        "webhook",
        "no stored header",
        "CERTIFIQI-WEBHOOK-20",
        _addressed(lambda given: [{**given, "headers": ()}]),
    ),
    part(
        "webhook",
        "one try only",
        "CERTIFIQI-WEBHOOK-18",
        (
            webhooks.Outbox,
            "record",
            lambda self, delivery, attempt: record(self, delivery, replace(attempt, status=200, error=None)),
        ),
    ),
)
SIGNATURES = (
    part(
        "signature",
        "signatures of nothing",
        "CERTIFIQI-ZIP-03 CERTIFIQI-ZIP-04 CERTIFIQI-DOCUMENT-08",
        (signatures, "_cms", _of_nothing),
    ),
    part("signature", "PDFs that nobody signed", "CERTIFIQI-ZIP-04", (signatures, "sign_pades", _unsigned)),
    part(
        "signature",
        "no informative page",
        "CERTIFIQI-ZIP-03",
        (pdf_files, "with_signature_page", _without_pages),
    ),
    part(
        "signature",
        "a ZIP of one document",
        "CERTIFIQI-ZIP-03",
        (pdf_files, "zip_files", _one_zip_entry),
    ),
    part(
        "signature",
        "one ZIP for any number of documents",
        "CERTIFIQI-ZIP-02",
        (documents, "PER_ZIP", 10**6),
        (pdf_files, "PER_ZIP", 10**6),
    ),
    part(
        "signature",
        "a ZIP without signatures",
        "CERTIFIQI-ZIP-03",
        (pdf_files, "zip_files", _without_signatures),
    ),
    part(
        "signature",
        "PAdES as CAdES",
        "CERTIFIQI-ZIP-04",
        (documents, "is_pades", lambda _: False),
        (files, "is_pades", lambda _: False),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*UPLOADS, *WEBHOOKS, *SIGNATURES)
