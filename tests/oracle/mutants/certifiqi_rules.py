"""Defects of CertifiQI's rules: parts of the mock with something else in their place."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sealbox.apis.certifiqi import (
    control,
    creation,
    handlers,
    rules,
    signing,
)
from sealbox.apis.certifiqi import world as worlds
from sealbox.apis.certifiqi.model import SignatureStatus
from sealbox.problems import Conflict, RuleViolation
from sealbox.serving.answers import ok

from tests.oracle.mutants.layers import Mutant, part

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
event_of_caller = handlers._event


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
    return ok(control._shown(found, changed.event, changed.moments))


async def _slow_cancel(world: Any, caller: Any, batch_group_key: str, base_url: str) -> Any:
    """The same for a cancellation, which undoes what was signed meanwhile."""
    event = event_of_caller(world, caller, batch_group_key)
    try:
        changed = cancel(event, world.given(caller.client_key))
    except RuleViolation as refusal:
        raise Conflict(handlers.NOT_PENDING, refusal.why) from refusal
    await asyncio.sleep(0.03)
    world.keep(changed)
    return ok(handlers._renderer(world, base_url).cancelled(changed.event))


def _event_of_anybody(found: Any, caller: Any, key: str) -> Any:
    event = found.events.get(key)
    return event or event_of_caller(found, caller, key)


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
        "order",
        "everybody signs out of turn",
        "CERTIFIQI-SIGN-03",
        (signing, "_unsigned_before", lambda _: None),
    ),
    part(
        "order",
        "later positions sign first",
        "CERTIFIQI-SIGN-03",
        (
            signing,
            "_unsigned_before",
            lambda place: min(
                (
                    party
                    for party in place.batch.related_parties
                    if party.signature_position > place.party.signature_position
                ),
                key=lambda party: party.signature_position,
                default=None,
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
        "CERTIFIQI-CREATE-02 CERTIFIQI-TENANT-02",
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

MUTANTS: tuple[Mutant, ...] = (*RULES, *CONCURRENCY)
