"""Defects of CertifiQI's rules: parts of the mock with something else in their place."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sealbox import webhooks
from sealbox.apis.certifiqi import (
    control,
    creation,
    documents,
    files,
    handlers,
    rules,
    signatures,
    signing,
    uploads,
)
from sealbox.apis.certifiqi import world as worlds
from sealbox.apis.certifiqi.model import SignatureStatus
from sealbox.apis.certifiqi.signing import Moment

from tests.oracle.mutants import Mutant, part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIGNED, PENDING = SignatureStatus.SIGNED, SignatureStatus.PENDING
group_status = rules.group_status
party_status = rules.party_status
batch_status = rules.batch_status
event_status = rules.event_status
current_position = rules.current_position
make_event = creation.Maker.event
make_signer = creation.Maker._signer
make_party = creation.Maker._party
sign = signing.sign
reject = signing.reject
cancel = signing.cancel
keep = worlds.World.keep
tell = worlds.World._tell
cms = signatures._cms
signers_of = documents.signers_of
signed_document = files.signed_document
event_of_caller = handlers._event
inspect_pdf = uploads.pdf_files.inspect_pdf
add = webhooks.Outbox.add


def _status(name: str, status: Callable[[Any], Any]) -> tuple[tuple[Any, str, Any], ...]:
    """A rule of statuses that the tables of `signing` hold too."""
    return ((rules, name, status),)


def _one_is_enough(group: Any) -> Any:
    return group_status(replace(group, minimum_required_signers=1))


def _one_less(group: Any) -> Any:
    return group_status(replace(group, minimum_required_signers=max(group.minimum_required_signers - 1, 1)))


def _all_are_needed(group: Any) -> Any:
    return group_status(replace(group, minimum_required_signers=len(group.signers)))


def _nobody_is_mandatory(group: Any) -> Any:
    people = tuple(replace(one, is_group_mandatory=False) for one in group.signers)
    return group_status(replace(group, signers=people))


def _mandatory_are_enough(group: Any) -> Any:
    mandatory = [one for one in group.signers if one.is_group_mandatory]
    if mandatory and all(one.status is SIGNED for one in mandatory):
        return SIGNED
    return group_status(group)


def _all_groups(party: Any) -> Any:
    statuses = {group_status(group) for group in party.signer_groups}
    return SIGNED if statuses == {SIGNED} else PENDING if SIGNED in statuses else party_status(party)


def _first_group(party: Any) -> Any:
    return party_status(replace(party, signer_groups=party.signer_groups[:1]))


def _any_party(batch: Any) -> Any:
    statuses = {rules.party_status(party) for party in batch.related_parties}
    return SIGNED if SIGNED in statuses else batch_status(batch)


def _any_batch(event: Any) -> Any:
    found = event_status(event)
    signed = any(rules.batch_status(batch) is SIGNED for batch in event.batches)
    return SIGNED if found is PENDING and signed else found


def _first_batch(event: Any) -> Any:
    found = event_status(event)
    return SIGNED if found is PENDING and rules.batch_status(event.batches[0]) is SIGNED else found


def _no_rejection(event: Any) -> Any:
    found = event_status(event)
    return PENDING if found is SignatureStatus.REJECTED else found


def _no_cancellation(event: Any) -> Any:
    return event_status(replace(event, cancelled_at=None))


def _unordered(event: Any, signer_id: int, given: Any, **more: Any) -> Any:
    return sign(
        event, signer_id, replace(given, switches={**given.switches, "signing_order": "free"}), **more
    )


def _forgetful(event: Any, signer_id: int, given: Any, **more: Any) -> Any:
    """A signature that is taken and kept nowhere."""
    return replace(sign(event, signer_id, given, **more), event=event)


def _everybody(event: Any, signer_id: int, given: Any, **more: Any) -> Any:
    """Whoever has the same name has signed too."""
    changed = sign(event, signer_id, given, **more)
    (signer,) = (one for one in rules.signers(changed.event) if one.id == signer_id)

    def with_group(group: Any) -> Any:
        if signer_id not in {one.id for one in group.signers}:
            return group
        people = tuple(replace(one, status=SIGNED, acted_at=signer.acted_at) for one in group.signers)
        return replace(group, signers=people)

    return replace(changed, event=signing.with_groups(changed.event, with_group))


def _cancels_everything(event: Any, given: Any) -> Any:
    changed = cancel(event, given)
    return replace(changed, event=replace(changed.event, batches=event.batches[:1], name="cancelled"))


def _wiping(event: Any, signer_id: int, given: Any) -> Any:
    """A rejection that takes back what was signed."""
    changed = reject(event, signer_id, given)

    def wiped(group: Any) -> Any:
        people = tuple(
            replace(one, status=PENDING, acted_at=None) if one.status is SIGNED else one
            for one in group.signers
        )
        return replace(group, signers=people)

    return replace(changed, event=signing.with_groups(changed.event, wiped))


def _made(**values: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    """New events with other values."""

    def made(maker: Any, sent: Any, *, client_key: str) -> Any:
        event = make_event(maker, sent, client_key=client_key)
        return replace(event, **{name: value(event) for name, value in values.items()})

    return (creation.Maker, "event", made)


def _signer(maker: Any, sent: Mapping[str, Any]) -> Any:
    return make_signer(maker, {**sent, "signer_control_number": None})


def _party(maker: Any, sent: Mapping[str, Any]) -> Any:
    return make_party(maker, {**sent, "name": sent["name"].strip()})


async def _slow_sign(sandboxes: Any, tenant: str, signer_id: int, payload: Mapping[str, str]) -> Any:
    """Reads, waits and writes: of two signatures at once the first is lost."""
    found = control._world(sandboxes, tenant)
    event = control._event_of(found, signer_id)
    del payload
    changed = sign(event, signer_id, found.given(event.client_key))
    await asyncio.sleep(0.03)
    found.keep(changed)
    return control.ok(control._shown(found, changed.event, changed.moments))


async def _slow_cancel(world: Any, caller: Any, batch_group_key: str, base_url: str) -> Any:
    """The same for a cancellation, which undoes what was signed meanwhile."""
    event = event_of_caller(world, caller, batch_group_key)
    try:
        changed = cancel(event, world.given(caller.client_key))
    except handlers.RuleViolation as refusal:
        raise handlers.Conflict(handlers.NOT_PENDING, refusal.why) from refusal
    await asyncio.sleep(0.03)
    world.keep(changed)
    return handlers.ok(handlers._renderer(world, base_url).cancelled(changed.event))


def _event_of_anybody(found: Any, caller: Any, key: str) -> Any:
    event = found.events.get(key)
    return event or event_of_caller(found, caller, key)


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


zip_files = files.pdf_files.zip_files


def _without_signatures(entries: Any) -> Any:
    return zip_files([(name, content) for name, content in entries if not name.endswith(".p7s")])


def _without_pages(pdf: bytes, **_: Any) -> bytes:
    return pdf


with_signature_page = files.pdf_files.with_signature_page


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


RULES = (
    part("rule", "one signer is enough", "CERTIFIQI-GROUP-02", *_status("group_status", _one_is_enough)),
    part("rule", "one signer less is enough", "CERTIFIQI-GROUP-02", *_status("group_status", _one_less)),
    part("rule", "everybody has to sign", "CERTIFIQI-GROUP-06", *_status("group_status", _all_are_needed)),
    part(
        "rule", "nobody is mandatory", "CERTIFIQI-SIGNER-04", *_status("group_status", _nobody_is_mandatory)
    ),
    part(
        "rule",
        "the mandatory are enough",
        "CERTIFIQI-GROUP-02",
        *_status("group_status", _mandatory_are_enough),
    ),
    part("rule", "all groups have to sign", "CERTIFIQI-STATE-05", *_status("party_status", _all_groups)),
    part("rule", "only the first group counts", "CERTIFIQI-STATE-05", *_status("party_status", _first_group)),
    part(
        "rule",
        "any party signs the batch",
        "CERTIFIQI-STATE-06 CERTIFIQI-STATE-22",
        *_status("batch_status", _any_party),
    ),
    part(
        "rule",
        "any batch signs the event",
        "CERTIFIQI-STATE-15 CERTIFIQI-STATE-22",
        *_status("event_status", _any_batch),
    ),
    part(
        "rule",
        "the first batch signs the event",
        "CERTIFIQI-STATE-15 CERTIFIQI-STATE-22",
        *_status("event_status", _first_batch),
    ),
    part(
        "rule", "a rejection does not matter", "CERTIFIQI-STATE-11", *_status("event_status", _no_rejection)
    ),
    part(
        "rule",
        "a cancellation does not matter",
        "CERTIFIQI-STATE-12",
        *_status("event_status", _no_cancellation),
    ),
    part(
        "rule",
        "a rejection undoes signatures",
        "CERTIFIQI-STATE-25 CERTIFIQI-SIGNER-07",
        (signing, "reject", _wiping),
    ),
    part("rule", "a signature is not kept", "CERTIFIQI-SIGNER-07", (signing, "sign", _forgetful)),
    part("rule", "one signs for the whole group", "CERTIFIQI-SIGNER-06", (signing, "sign", _everybody)),
    part(
        "rule",
        "cancelling changes the event",
        "CERTIFIQI-CANCEL-05 CERTIFIQI-CREATE-04",
        (signing, "cancel", _cancels_everything),
    ),
    part(
        "rule",
        "what has ended can be cancelled",
        "CERTIFIQI-CANCEL-07",
        (signing, "cancel", lambda event, given: signing.Changed(replace(event, cancelled_at=given.now), ())),
    ),
    part(
        "order", "everybody signs out of turn", "CERTIFIQI-SIGN-03", (signing, "_check_turn", lambda _: None)
    ),
    part(
        "order",
        "later positions sign first",
        "CERTIFIQI-SIGN-03",
        (
            signing,
            "_check_turn",
            lambda place: (
                signing._refused("no")
                if place.party.signature_position == 1 and len(place.batch.related_parties) > 1
                else None
            ),
        ),
    ),
    part("rule", "one signs twice", "CERTIFIQI-SIGN-04", (signing, "_check_pending", lambda _: None)),
    part("rule", "what has ended is signed", "CERTIFIQI-SIGN-05", (signing, "_check_open", lambda *_: None)),
    part(
        "counter",
        "positions count from 0",
        "CERTIFIQI-STATE-16 CERTIFIQI-CREATE-11",
        (rules, "current_position", lambda event: current_position(event) - 1),
    ),
    part(
        "body", "no control numbers of signers", "CERTIFIQI-CREATE-13", (creation.Maker, "_signer", _signer)
    ),
    part(
        "body",
        "names of parties are trimmed",
        "CERTIFIQI-PARTY-06 CERTIFIQI-CREATE-10",
        (creation.Maker, "_party", _party),
    ),
    part(
        "body",
        "a total in whole numbers",
        "CERTIFIQI-CREATE-05",
        _made(total_value=lambda event: round(float(event.total_value))),
    ),
    part(
        "body",
        "the first batch alone",
        "CERTIFIQI-CREATE-09 CERTIFIQI-CREATE-16",
        _made(batches=lambda event: event.batches[:1]),
    ),
    part(
        "body",
        "e-mails as the server likes",
        "CERTIFIQI-CREATE-04",
        _made(send_emails=lambda event: not event.send_emails),
    ),
    part(
        "body",
        "a client of each event's own",
        "CERTIFIQI-TENANT-02",
        _made(client_key=lambda event: event.key),
    ),
    part(
        "tenancy",
        "anybody reads an event",
        "CERTIFIQI-TENANT-01 CERTIFIQI-TENANT-03",
        (handlers, "_event", _event_of_anybody),
    ),
    part(
        "tenancy",
        "keys of documents are shared",
        "CERTIFIQI-TENANT-03",
        (worlds.World, "upload_of", lambda self, key, _client: self.uploads.get(key)),
    ),
)

CONCURRENCY = (
    part(
        "concurrency",
        "of two signatures at once one is lost",
        "CERTIFIQI-SIGNER-07",
        (control, "sign", _slow_sign),
    ),
    part(
        "concurrency",
        "a cancellation undoes a signature",
        "CERTIFIQI-SIGNER-07 CERTIFIQI-SIGN-05",
        (handlers, "cancel_signature", _slow_cancel),
    ),
)

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
            uploads.pdf_files,
            "inspect_pdf",
            lambda content: replace(inspect_pdf(content), editable_fields=False),
        ),
    ),
    part(
        "rule",
        "passwords are taken",
        "CERTIFIQI-UPLOAD-13",
        (
            uploads.pdf_files,
            "inspect_pdf",
            lambda content: replace(inspect_pdf(content), encrypted=False, is_pdf=True),
        ),
    ),
    part(
        "rule",
        "anything is a PDF",
        "CERTIFIQI-UPLOAD-22",
        (uploads, "NO_PDF", "x"),
        (uploads.pdf_files, "inspect_pdf", lambda content: replace(inspect_pdf(content), is_pdf=True)),
        (uploads.pdf_files, "with_signature_page", _without_pages),
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
        (files.pdf_files, "with_signature_page", _without_pages),
    ),
    part(
        "signature",
        "a ZIP of one document",
        "CERTIFIQI-ZIP-03",
        (files.pdf_files, "zip_files", _one_zip_entry),
    ),
    part(
        "signature",
        "a ZIP without signatures",
        "CERTIFIQI-ZIP-03",
        (files.pdf_files, "zip_files", _without_signatures),
    ),
    part(
        "signature",
        "PAdES as CAdES",
        "CERTIFIQI-ZIP-04",
        (documents, "is_pades", lambda _: False),
        (files, "is_pades", lambda _: False),
    ),
)


CERTIFIQI_RULES: tuple[Mutant, ...] = (*RULES, *CONCURRENCY, *UPLOADS, *WEBHOOKS, *SIGNATURES)
