"""Several clients at one moment: nothing that was taken is lost, and nothing is mixed up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.suites.certifiqi.kept import read_back
from sealbox_conformance.suites.certifiqi.model import Act, History, expected, outcomes, seats_of
from sealbox_conformance.suites.together import judge, together
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

TIMES = 3


def _of_three(certifiqi: Certifiqi, **changed: Any) -> dict[str, Any]:
    """A body with one group of three signers, all of whom have to sign."""
    sent = {**certifiqi.body(), **changed}
    group = sent["batches"][0]["related_parties"][0]["signer_groups"][0]
    people = [
        {**group["signers"][0], "name": name, "is_group_mandatory": False} for name in ("Ana", "Bea", "Zoë")
    ]
    group.update(signers=people, minimum_required_signers=3)
    return sent


@pytest.mark.requirement("CERTIFIQI-SIGNER-07", "CERTIFIQI-GROUP-02", "CERTIFIQI-STATE-05")
@pytest.mark.claims("signers")
def test_signatures_at_once_are_all_kept(certifiqi: Certifiqi) -> None:
    for _ in range(TIMES):
        event = certifiqi.new_event(_of_three(certifiqi))
        key, history = event["batch_group_key"], History(seats_of(event))
        calls = [
            partial(certifiqi.wire.attempt, "sign_one", {}, signer=seat.signer) for seat in history.seats
        ]
        taken = together(calls)
        for seat, done in zip(history.seats, taken, strict=True):
            history = history.after(("sign", seat.signer)) if done else history
        reply = certifiqi.call("getBatchGroup", key).needed(200, "an event that was created")
        judge(certifiqi.wire, reply, expected(history, reply.json()), after="three signatures at once")


def _cancelled(certifiqi: Certifiqi, key: str) -> bool:
    return certifiqi.call("cancelSignature", key).status == 200


@pytest.mark.requirement("CERTIFIQI-STATE-12", "CERTIFIQI-SIGNER-07", "CERTIFIQI-SIGN-05")
@pytest.mark.claims("signers")
def test_a_signature_and_a_cancellation_at_once(certifiqi: Certifiqi) -> None:
    for _ in range(TIMES):
        event = certifiqi.new_event(_of_three(certifiqi))
        key, before = event["batch_group_key"], History(seats_of(event))
        acts: list[Act] = [("sign", before.seats[0].signer), ("cancel", 0)]
        calls: list[Callable[[], bool]] = [
            partial(certifiqi.wire.attempt, "sign_one", {}, signer=before.seats[0].signer),
            partial(_cancelled, certifiqi, key),
        ]
        answers = together(calls)
        taken = [act for act, done in zip(acts, answers, strict=True) if done]
        history = before
        for act in taken:
            history = history.after(act)
        reply = certifiqi.call("getBatchGroup", key).needed(200, "an event that was created")
        judge(certifiqi.wire, reply, expected(history, reply.json()), after=f"{taken} at once")
        fits = (frozenset(taken), history) in outcomes(before, acts)
        certifiqi.wire.note(Finding("CERTIFIQI-SIGN-05", fits, "what some order leads to", taken), reply)


@pytest.mark.requirement("CERTIFIQI-CANCEL-07", "CERTIFIQI-CANCEL-02")
def test_of_two_cancellations_at_once_one_is_taken(certifiqi: Certifiqi) -> None:
    key = certifiqi.new_event()["batch_group_key"]
    replies = together([partial(certifiqi.call, "cancelSignature", key)] * 2)

    statuses = sorted(reply.status for reply in replies)
    done = next((reply for reply in replies if reply.status == 200), replies[0]).answers(
        200, "CERTIFIQI-CANCEL-02"
    )
    one = statuses[0] == 200 and statuses[1] in {400, 409}
    done.keeps("CERTIFIQI-CANCEL-07", holds=one, expected="200 and a refusal", actual=statuses)


@pytest.mark.requirement("CERTIFIQI-CREATE-03", "CERTIFIQI-CREATE-04", "CERTIFIQI-CREATE-13")
def test_events_made_at_once_are_each_their_own(certifiqi: Certifiqi) -> None:
    bodies = [_of_three(certifiqi, name=f"Event {number}", total_value=number) for number in range(4)]
    replies: list[Reply] = together([partial(certifiqi.create, body) for body in bodies])

    created = [reply.needed(200, "a signing event").json() for reply in replies]
    keys = [one["batch_group_key"] for one in created]
    replies[0].keeps(
        "CERTIFIQI-CREATE-03", holds=len(set(keys)) == len(keys), expected="four keys", actual=keys
    )
    for key, body in zip(keys, bodies, strict=True):
        reply = certifiqi.call("getBatchGroup", key).needed(200, "an event that was created")
        judge(certifiqi.wire, reply, read_back(body, reply.json()), after="four events made at once")


@pytest.mark.requirement("CERTIFIQI-UPLOAD-14", "CERTIFIQI-URL-07")
def test_uploads_at_once_are_each_their_own(certifiqi: Certifiqi) -> None:
    numbers = [str(900 + number) for number in range(4)]
    replies = together([partial(certifiqi.upload, pdf.plain(), control_number=number) for number in numbers])

    for number, reply in zip(numbers, replies, strict=True):
        answer = reply.needed(200, "an upload").json()
        one = answer[0] if isinstance(answer, list) else answer
        found = one["control_number"]
        judge(
            certifiqi.wire, reply, [Finding("CERTIFIQI-UPLOAD-14", found == number, number, found, weak=True)]
        )
        read = certifiqi.call("getDocumentUrls", one["document_key"]).answers(200, "CERTIFIQI-URL-07")
        same = read.json()["document_key"] == one["document_key"]
        read.keeps("CERTIFIQI-URL-07", holds=same, expected=one["document_key"])
