"""Webhooks as they arrive at a receiver of ours."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.exchange import PAUSE
from sealbox_conformance.suites.certifiqi import notices
from sealbox_conformance.suites.certifiqi.kept import read_back
from sealbox_conformance.suites.together import judge
from sealbox_conformance.witness import Finding, NotConcluded

if TYPE_CHECKING:
    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi
    from sealbox_conformance.suites.receiver import Call, Receiver

pytestmark = [pytest.mark.claims("webhooks"), pytest.mark.claims("signers")]
_numbers = count(1)


def _paths(number: int) -> list[str]:
    """Paths that no other check's webhooks go to."""
    return [f"/certifiqi/{next(_numbers)}" for _ in range(number)]


def _calls(certifiqi: Certifiqi, listener: Receiver, path: str, least: int) -> list[Call]:
    """What arrived at `path` once `least` calls have, or no more time is left."""
    for _ in range(certifiqi.wire.looks()):
        if len(listener.at(path)) >= least:
            break
        certifiqi.wire.pass_time()
    return listener.at(path)


def _signers(event: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        (party["related_party_key"], party["signer_groups"][0]["signers"][0]["id"])
        for party in event["batches"][0]["related_parties"]
    ]


def _event(
    certifiqi: Certifiqi, listener: Receiver, *paths: str, **changed: Any
) -> tuple[dict[str, Any], Reply]:
    first, *others = (f"{listener.url}{path}" for path in paths)
    sent = certifiqi.of_two_parties(webhook_url=first, webhook_url_list=others, **changed)
    return sent, certifiqi.create(sent).needed(200, "a signing event")


@pytest.mark.requirement(
    "CERTIFIQI-CREATE-27",
    "CERTIFIQI-WEBHOOK-01",
    "CERTIFIQI-WEBHOOK-05",
    "CERTIFIQI-WEBHOOK-07",
    "CERTIFIQI-WEBHOOK-02",
    "CERTIFIQI-WEBHOOK-03",
    "CERTIFIQI-WEBHOOK-04",
    "CERTIFIQI-WEBHOOK-08",
)
def test_every_address_is_told_of_a_party_and_of_the_end(certifiqi: Certifiqi, listener: Receiver) -> None:
    paths = _paths(3)
    sent, reply = _event(certifiqi, listener, *paths)
    created = reply.json()
    (party, first), (_, second) = _signers(created)
    certifiqi.sign(first)
    told = [_with(_calls(certifiqi, listener, path, 1), "signed party") for path in paths]
    certifiqi.sign(second)
    certifiqi.finished(created["batch_group_key"])
    ends = [_with(_calls(certifiqi, listener, path, 3), "finished") for path in paths]

    for requirement in ("CERTIFIQI-CREATE-27", "CERTIFIQI-WEBHOOK-01"):
        arrived = [len(listener.at(path)) for path in paths]
        reply.keeps(requirement, holds=all(arrived), expected="calls at all three addresses", actual=arrived)
    number = [(len(one), len(other)) for one, other in zip(told, ends, strict=True)]
    both = all(one and other for one, other in number)
    reply.keeps(
        "CERTIFIQI-WEBHOOK-05", holds=both, expected="one of the party, one of the end", actual=number
    )
    _judge(certifiqi, reply, sent, [payload for some in (*told, *ends) for payload in some])
    judge(certifiqi.wire, reply, [_of_a_party(payload, party, first) for some in told for payload in some])


@pytest.mark.requirement("CERTIFIQI-WEBHOOK-05")
def test_something_is_sent_when_a_party_has_signed(certifiqi: Certifiqi, listener: Receiver) -> None:
    """Whatever else works: who cannot pass the time by a sandbox's clock waits."""
    listener.probe()
    (path,) = _paths(1)
    _, reply = _event(certifiqi, listener, path)
    with suppress(NotConcluded):  # it counts whether the event shows the signature
        certifiqi.sign(_signers(reply.json())[0][1])
    for _ in range(certifiqi.wire.looks()):
        if listener.at(path):
            break
        try:
            certifiqi.wire.pass_time()
        except NotConcluded:
            time.sleep(PAUSE)
    event = certifiqi.call("getBatchGroup", reply.json()["batch_group_key"]).needed(200, "the event").json()
    parties = _parties(event)
    if not any(party["signature_status"] == "signed" for party in parties):
        raise NotConcluded("no party has signed")

    arrived = len(listener.at(path))
    reply.keeps("CERTIFIQI-WEBHOOK-05", holds=arrived > 0, expected="a call", actual=f"{arrived} calls")


def _with(calls: list[Call], what: str) -> list[dict[str, Any]]:
    """The payloads that tell of a party that has signed, or of the end."""
    payloads = [call.json() for call in calls]
    if what == "finished":
        return [one for one in payloads if one["internal_status"] == "finished"]
    return [one for one in payloads if any(party["signature_status"] == "signed" for party in _parties(one))]


def _parties(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [party for batch in payload["batches"] for party in batch["related_parties"]]


def _judge(certifiqi: Certifiqi, reply: Reply, sent: dict[str, Any], payloads: list[dict[str, Any]]) -> None:
    key = reply.json()["batch_group_key"]
    for payload in payloads:
        judge(certifiqi.wire, reply, notices.payload(payload))
        found = payload["batch_group_key"]
        whose = Finding("CERTIFIQI-WEBHOOK-02", found == key, f"the event {key}", found)
        judge(certifiqi.wire, reply, [whose, *_values(sent, payload)])


def _values(sent: dict[str, Any], payload: dict[str, Any]) -> list[Finding]:
    """The event of a payload is the one that was sent."""
    return [
        Finding("CERTIFIQI-WEBHOOK-02", one.holds, one.expected, one.actual)
        for one in read_back(sent, payload)
    ]


def _of_a_party(payload: dict[str, Any], key: str, signer: int) -> Finding:
    (party,) = (one for one in _parties(payload) if one["related_party_key"] == key)
    group = party["signer_groups"][0]
    (person,) = group["signers"]
    statuses = [one["signature_status"] for one in (party, group, person)]
    dated = bool(person["signature_timestamp"]) and person.get("id", signer) == signer
    shown = f"party, group, signer {statuses}, internal_status {payload['internal_status']}"
    fits = set(statuses) == {"signed"} and payload["internal_status"] == "pending" and dated
    return Finding("CERTIFIQI-WEBHOOK-07", fits, "all three signed, internal_status pending", shown)


@pytest.mark.requirement("CERTIFIQI-WEBHOOK-07")
def test_the_only_party_is_told_of_before_the_event(certifiqi: Certifiqi, listener: Receiver) -> None:
    """What a party's signature means for the event is told of later."""
    (path,) = _paths(1)
    sent = {**certifiqi.body(), "webhook_url": f"{listener.url}{path}", "webhook_url_list": []}
    reply = certifiqi.create(sent).needed(200, "a signing event")
    ((_, signer),) = _signers(reply.json())
    certifiqi.sign(signer)
    certifiqi.finished(reply.json()["batch_group_key"])

    told = _with(_calls(certifiqi, listener, path, 2), "signed party")
    found = [one["internal_status"] for one in told]
    reply.keeps("CERTIFIQI-WEBHOOK-07", holds="pending" in found, expected="one with pending", actual=found)


@pytest.mark.requirement("CERTIFIQI-WEBHOOK-16", "CERTIFIQI-WEBHOOK-20", "CERTIFIQI-WEBHOOK-27")
def test_a_call_is_a_post_of_json_with_the_stored_header(certifiqi: Certifiqi, listener: Receiver) -> None:
    (path,) = _paths(1)
    _, reply = _event(certifiqi, listener, path)
    certifiqi.sign(_signers(reply.json())[0][1])
    calls = _calls(certifiqi, listener, path, 1)
    reply.keeps("CERTIFIQI-WEBHOOK-16", holds=bool(calls), expected="a call")
    stored = (
        certifiqi.call("getWebhook", reply.json()["webhook_key"]).needed(200, "the webhook object").json()
    )

    for call in calls:
        kind = call.headers.get("content-type", "").partition(";")[0]
        fits = (call.method, kind) == ("POST", "application/json")
        reply.keeps("CERTIFIQI-WEBHOOK-16", holds=fits, expected="POST of JSON", actual=(call.method, kind))
        found = call.headers.get(stored["header_name"].lower())
        same = found == stored["header_value"]
        sent = Finding("CERTIFIQI-WEBHOOK-20", same, stored["header_value"], found)
        certifiqi.wire.note(sent, reply)
    named = stored["header_name"] == "x-api-token" and len(stored["header_value"]) == 36
    reply.keeps(
        "CERTIFIQI-WEBHOOK-27", holds=named, expected="x-api-token, a UUID", actual=stored["header_name"]
    )


def _moments(calls: list[Call]) -> list[tuple[str, str, int]]:
    payloads = [call.json() for call in calls]
    return [
        (
            one["signature_status"],
            one["internal_status"],
            sum(party["signature_status"] == "signed" for party in _parties(one)),
        )
        for one in payloads
    ]


CURRENT = [
    ("pending", "pending", 1),
    ("pending", "pending", 2),
    ("signed", "waiting_zip_file", 2),
    ("signed", "finished", 2),
]


@pytest.mark.requirement(
    "CERTIFIQI-WEBHOOK-17",
    "CERTIFIQI-WEBHOOK-21",
    "CERTIFIQI-WEBHOOK-22",
    "CERTIFIQI-WEBHOOK-23",
    "CERTIFIQI-WEBHOOK-24",
    "CERTIFIQI-WEBHOOK-28",
    "CERTIFIQI-WEBHOOK-29",
)
@pytest.mark.parametrize("send_emails", [True, False])
def test_each_moment_is_told_once_and_in_order(
    certifiqi: Certifiqi,
    listener: Receiver,
    send_emails: bool,  # noqa: FBT001, a value
) -> None:
    (path,) = _paths(1)
    _, reply = _event(certifiqi, listener, path, path, send_emails=send_emails)
    early = len(listener.at(path))
    reply.keeps("CERTIFIQI-WEBHOOK-29", holds=not early, expected="no call before the answer", actual=early)
    for _, signer in _signers(reply.json()):
        certifiqi.sign(signer)
    certifiqi.finished(reply.json()["batch_group_key"])
    found = _moments(_calls(certifiqi, listener, path, len(CURRENT)))

    reply.keeps("CERTIFIQI-WEBHOOK-28", holds=bool(found), expected="webhooks with and without e-mails")
    once = len(found) == len(set(found))
    reply.keeps("CERTIFIQI-WEBHOOK-21", holds=once, expected="one call a moment", actual=found)
    told = set(found) == set(CURRENT)
    reply.keeps("CERTIFIQI-WEBHOOK-17", holds=told, expected=f"{CURRENT}", actual=found)
    for requirement in ("CERTIFIQI-WEBHOOK-22", "CERTIFIQI-WEBHOOK-23"):
        reply.keeps(requirement, holds=found == CURRENT, expected=f"{CURRENT}", actual=found)
    stored = (
        certifiqi.call("getWebhook", reply.json()["webhook_key"]).needed(200, "the webhook object").json()
    )
    number = (len(stored["events"]), len(stored["notifications"]))
    fits = number == (1, len(CURRENT))
    reply.keeps("CERTIFIQI-WEBHOOK-24", holds=fits, expected=f"1 address, {len(CURRENT)}", actual=number)


@pytest.mark.requirement("CERTIFIQI-WEBHOOK-18")
@pytest.mark.claims("virtual_clock")
def test_a_call_that_failed_is_made_again(certifiqi: Certifiqi, listener: Receiver) -> None:
    (path,) = _paths(1)
    listener.refusals[path] = 2
    _, reply = _event(certifiqi, listener, path)
    certifiqi.sign(_signers(reply.json())[0][1])
    calls = _calls(certifiqi, listener, path, 3)
    certifiqi.wire.pass_time()

    bodies = {call.content for call in listener.at(path)}
    again = len(listener.at(path)) == len(calls) == 3 and len(bodies) == 1
    reply.keeps("CERTIFIQI-WEBHOOK-18", holds=again, expected="the same call three times", actual=len(calls))


@pytest.mark.requirement("CERTIFIQI-WEBHOOK-25", "CERTIFIQI-WEBHOOK-26")
def test_an_event_without_addresses_has_an_empty_webhook_object(certifiqi: Certifiqi) -> None:
    sent = certifiqi.body()
    del sent["webhook_url"], sent["webhook_url_list"]
    event = certifiqi.new_event(sent)
    reply = certifiqi.call("getWebhook", event["webhook_key"]).answers(200, "CERTIFIQI-WEBHOOK-25")

    body = reply.json()
    bare = body["events"] == body["notifications"] == []
    reply.keeps("CERTIFIQI-WEBHOOK-25", holds=bare, expected="empty lists", actual=body)
    certifiqi.call("getWebhook", event["internal_webhook_key"]).answers(404, "CERTIFIQI-WEBHOOK-26")
