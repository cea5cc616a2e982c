"""Sending to the signers, cancelling, signing, and what the vendor then tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.certifiqi.client import documented
from sealbox_conformance.suites.certifiqi.kept import read_back

if TYPE_CHECKING:
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

MOVING = frozenset({"signature_status", "internal_status", "status", "webhook_key"})
LAWS_OF_WEBHOOKS = (
    "CERTIFIQI-WEBHOOK-02",
    "CERTIFIQI-WEBHOOK-03",
    "CERTIFIQI-WEBHOOK-04",
    "CERTIFIQI-WEBHOOK-08",
    "CERTIFIQI-WEBHOOK-12",
    "CERTIFIQI-WEBHOOK-13",
    "CERTIFIQI-WEBHOOK-14",
    "CERTIFIQI-WEBHOOK-15",
    "CERTIFIQI/getWebhook",
)


@pytest.mark.requirement("CERTIFIQI-SEND-01")
def test_a_pending_event_is_sent_to_its_signers(certifiqi: Certifiqi) -> None:
    reply = certifiqi.call("sendToSignature", certifiqi.new_event()["batch_group_key"])

    found = reply.answers(200, "CERTIFIQI-SEND-01").json()
    reply.keeps("CERTIFIQI-SEND-01", holds=found == {}, expected="{}", actual=found)


@pytest.mark.requirement(
    "CERTIFIQI-CANCEL-01",
    "CERTIFIQI-CANCEL-02",
    "CERTIFIQI-CANCEL-03",
    "CERTIFIQI-CANCEL-04",
    "CERTIFIQI-STATE-12",
)
def test_a_pending_event_is_cancelled(certifiqi: Certifiqi) -> None:
    before = certifiqi.read_back().json()
    key = before["batch_group_key"]
    reply = certifiqi.call("cancelSignature", key).answers(200, "CERTIFIQI-CANCEL-01")

    answer = reply.json()
    found = answer.get("batch_group_key")
    reply.keeps("CERTIFIQI-CANCEL-02", holds=found == key, expected=key, actual=found)
    read = certifiqi.call("getBatchGroup", key)
    status = read.answers(200, "CERTIFIQI-STATE-12").json()["signature_status"]
    read.keeps(
        "CERTIFIQI-STATE-12", holds=status == "cancel_signature", expected="cancel_signature", actual=status
    )
    missing = {*documented(before), "control_number"} - answer.keys()
    reply.keeps(
        "CERTIFIQI-CANCEL-03", holds=not missing, expected="the keys of the read call", actual=missing
    )
    told = answer["webhook_key"]
    reply.keeps("CERTIFIQI-CANCEL-04", holds=told is None or isinstance(told, str), expected="null or a key")


@pytest.mark.requirement("CERTIFIQI-CANCEL-05")
def test_the_answer_to_a_cancellation_shows_the_event(certifiqi: Certifiqi) -> None:
    sent = certifiqi.of_two_parties()
    reply = certifiqi.call("cancelSignature", certifiqi.new_event(sent)["batch_group_key"])

    for found in read_back(sent, reply.needed(200, "cancelling").json()):
        reply.keeps("CERTIFIQI-CANCEL-05", holds=found.holds, expected=found.expected, actual=found.actual)


@pytest.mark.requirement("CERTIFIQI-CANCEL-05")
def test_a_cancelled_event_keeps_its_values(certifiqi: Certifiqi) -> None:
    before = certifiqi.read_back().json()
    key = before["batch_group_key"]
    certifiqi.call("cancelSignature", key).needed(200, "cancelling")
    reply = certifiqi.call("getBatchGroup", key).needed(200, "a cancelled event")

    shown, wanted = (_without(documented(event)) for event in (reply.json(), before))
    reply.keeps("CERTIFIQI-CANCEL-05", holds=shown == wanted, expected=f"{wanted}", actual=shown)


def _without(value: Any) -> Any:
    """`value` without what cancelling moves."""
    if isinstance(value, list):
        return [_without(item) for item in value]
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if key not in MOVING}
    return value


@pytest.mark.exercises("CERTIFIQI-STATE-08", "CERTIFIQI-STATE-09", "CERTIFIQI-STATE-20", "CERTIFIQI-STATE-21")
@pytest.mark.claims("signs")
def test_the_life_of_an_event_that_everybody_signs(certifiqi: Certifiqi) -> None:
    certifiqi.signed_event()


@pytest.mark.exercises(*LAWS_OF_WEBHOOKS)
@pytest.mark.claims("signs")
def test_what_was_told_about_an_event(certifiqi: Certifiqi) -> None:
    event = certifiqi.call("getBatchGroup", certifiqi.signed_event()).needed(200, "a finished event").json()
    certifiqi.call("getWebhook", str(event["webhook_key"]))


@pytest.mark.exercises(*LAWS_OF_WEBHOOKS)
def test_what_was_told_about_a_new_event(certifiqi: Certifiqi) -> None:
    certifiqi.call("getWebhook", str(certifiqi.read_back().json()["webhook_key"]))
