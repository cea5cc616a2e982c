"""Signing events where the pages are silent: Sealbox's reading, which blames nobody."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.suites.certifiqi.client import DOCUMENTED_EVENT
from sealbox_conformance.suites.certifiqi.shapes import TIME, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

NOBODY = "5ea1b0c0-0000-4000-8000-000000000000"
REQUIRED = {
    "event": ("name", "main_related_party", "batches"),
    "batch": ("name", "document_type", "signature_type", "related_parties", "documents"),
    "party": ("name", "role", "signature_position", "signer_groups"),
    "group": ("minimum_required_signers", "signers"),
    "signer": ("name", "document_number", "email"),
    "document": ("name", "document_key", "url"),
}
OPTIONAL = {
    "event": ("webhook_url", "webhook_url_list", "total_value", "attached_document_number", "send_emails"),
    "signer": ("is_group_mandatory", "signer_control_number"),
    "document": ("control_number", "file_size"),
}
BY_KEY = ("getBatchGroup", "sendToSignature", "cancelSignature", "getBatchGroupUrls")


def _changed(sent: dict[str, Any], kind: str, **values: Any) -> dict[str, Any]:
    """A copy with values of its first part of a kind changed; ... leaves one out."""
    copy = deepcopy(sent)
    part = parts_of(copy)[kind][0]
    for name, value in values.items():
        part.pop(name, None) if value is ... else part.update({name: value})
    return copy


def _created(certifiqi: Certifiqi, requirement: str, sent: dict[str, Any]) -> Reply:
    """The read answer of an event that `requirement` says is accepted."""
    key = certifiqi.create(sent).answers(200, requirement).json()["batch_group_key"]
    return certifiqi.call("getBatchGroup", key).needed(200, "an event that was created")


@pytest.mark.requirement("CERTIFIQI-AUTH-05")
def test_the_key_is_checked_before_anything_else(certifiqi: Certifiqi) -> None:
    certifiqi.create({}, token="nobodys").answers(401, "CERTIFIQI-AUTH-05")  # noqa: S106, nobody's
    certifiqi.call("getBatchGroup", NOBODY, credential=None).answers(401, "CERTIFIQI-AUTH-05")


@pytest.mark.requirement("CERTIFIQI-EVENT-16")
@pytest.mark.claims("virtual_clock")
def test_an_event_is_created_now(certifiqi: Certifiqi) -> None:
    reply = certifiqi.read_back()

    now = certifiqi.wire.now(reply).strftime("%Y-%m-%d %H:%M")
    found = {part["created_at"][:16] for parts in parts_of(reply.json()).values() for part in parts}
    reply.keeps("CERTIFIQI-EVENT-16", holds=found == {now}, expected=f"{now} in UTC", actual=found)


@pytest.mark.requirement("CERTIFIQI-GROUP-07")
@pytest.mark.parametrize("least", [0, -1])
def test_a_group_needs_somebody(certifiqi: Certifiqi, least: int) -> None:
    sent = _changed(certifiqi.body(), "group", minimum_required_signers=least)

    certifiqi.create(sent).answers(400, "CERTIFIQI-GROUP-07")


ACCEPTED: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("CERTIFIQI-GROUP-08", "group", {"minimum_required_signers": 5}),
    ("CERTIFIQI-CREATE-24", "party", {"role": "witness"}),
    ("CERTIFIQI-CREATE-24", "batch", {"document_type": "poem", "signature_type": "ink"}),
    ("CERTIFIQI-CREATE-25", "event", {"total_value": "12.5"}),
    ("CERTIFIQI-CREATE-25", "party", {"signature_position": "1"}),
    ("CERTIFIQI-CREATE-26", "document", {"document_key": "5ea1b0c0-0000-4000-8000-00000000d0c5"}),
    ("CERTIFIQI-CREATE-23", "event", {"something": "else"}),
    *(("CERTIFIQI-CREATE-23", kind, {name: ...}) for kind, names in OPTIONAL.items() for name in names),
)


@pytest.mark.parametrize(
    ("requirement", "kind", "values"),
    [
        pytest.param(
            one, kind, values, id=f"{one}-{kind}-{'-'.join(values)}", marks=pytest.mark.requirement(one)
        )
        for one, kind, values in ACCEPTED
    ],
)
def test_an_event_may_be_so(
    certifiqi: Certifiqi, requirement: str, kind: str, values: Mapping[str, Any]
) -> None:
    reply = _created(certifiqi, requirement, _changed(certifiqi.body(), kind, **values))

    shown = parts_of(reply.json())[kind][0]
    for name, value in values.items():
        if name in shown and value is not ...:
            same = str(shown[name]) == str(value)
            reply.keeps(requirement, holds=same, expected=f"{name} {value}", actual=shown[name])


@pytest.mark.requirement("CERTIFIQI-CREATE-22", "CERTIFIQI-ERROR-06")
@pytest.mark.parametrize("value", [..., None, []], ids=["missing", "null", "empty"])
@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in REQUIRED.items() for name in names]
)
def test_required_fields_are_there(certifiqi: Certifiqi, kind: str, name: str, value: Any) -> None:
    reply = certifiqi.create(_changed(certifiqi.body(), kind, **{name: value})).answers(
        400, "CERTIFIQI-CREATE-22"
    )

    keys = reply.json().keys()
    wanted = {"title", "description"}
    reply.keeps("CERTIFIQI-ERROR-06", holds=keys == wanted, expected=f"{wanted}", actual=sorted(keys))


@pytest.mark.requirement("CERTIFIQI-CREATE-19", "CERTIFIQI-CREATE-20", "CERTIFIQI-URL-13")
def test_a_document_is_read_back_with_its_address(certifiqi: Certifiqi) -> None:
    sent = _changed(certifiqi.body(), "document", control_number="number 7")
    reply = _created(certifiqi, "CERTIFIQI-CREATE-20", sent)

    shown, url = reply.json()["batches"][0]["documents"][0], sent["batches"][0]["documents"][0]["url"]
    found = (shown["original_file_url"], shown["file_url"])
    reply.keeps("CERTIFIQI-CREATE-19", holds=found == (url, url), expected=url, actual=found)
    number = shown["control_number"]
    reply.keeps("CERTIFIQI-CREATE-20", holds=number == "number 7", expected="number 7", actual=number)
    addresses = certifiqi.call("getBatchGroupUrls", reply.json()["batch_group_key"]).needed(200, "addresses")
    body = addresses.json()
    one = body["batches"][0]["documents"][0]
    bare = one["signed_file_url"] is None and one["file_url"] == url and body["all_files_url"] == ""
    addresses.keeps("CERTIFIQI-URL-13", holds=bare, expected="null, the original, and no ZIP", actual=body)
    missing = _created(certifiqi, "CERTIFIQI-CREATE-20", _changed(sent, "document", control_number=...))
    made = missing.json()["batches"][0]["documents"][0]["control_number"]
    missing.keeps("CERTIFIQI-CREATE-20", holds=bool(made), expected="one that the server made", actual=made)


@pytest.mark.requirement("CERTIFIQI-CREATE-21")
def test_a_fund_administrator_who_is_told_is_read_back(certifiqi: Certifiqi) -> None:
    reply = _created(
        certifiqi, "CERTIFIQI-CREATE-21", {**certifiqi.body(), "send_to_fund_administrator": True}
    )

    found = reply.json()["send_to_fund_administrator"]
    reply.keeps("CERTIFIQI-CREATE-21", holds=found in (1, True), expected="1 or true", actual=found)


@pytest.mark.requirement(
    "CERTIFIQI-CREATE-31",
    "CERTIFIQI-CANCEL-06",
    "CERTIFIQI-CANCEL-08",
    "CERTIFIQI-CANCEL-09",
    "CERTIFIQI-CANCEL-10",
    "CERTIFIQI-CANCEL-11",
    "CERTIFIQI-CANCEL-12",
)
def test_what_the_cancel_answer_shows(certifiqi: Certifiqi) -> None:
    before = _created(
        certifiqi, "CERTIFIQI-CREATE-23", {**certifiqi.body(), "control_number": "number 8"}
    ).json()
    reply = certifiqi.call("cancelSignature", before["batch_group_key"]).answers(200, "CERTIFIQI-CANCEL-08")

    answer = reply.json()
    found = (answer["control_number"], "control_number" in before)
    for requirement in ("CERTIFIQI-CREATE-31", "CERTIFIQI-CANCEL-11"):
        reply.keeps(
            requirement, holds=found == ("number 8", False), expected="number 8 here only", actual=found
        )
    status = answer["signature_status"]
    reply.keeps(
        "CERTIFIQI-CANCEL-06", holds=status == "cancel_signature", expected="the new one", actual=status
    )
    told = "notify_to" in answer["batches"][0]["related_parties"][0]
    reply.keeps("CERTIFIQI-CANCEL-09", holds=not told, expected="no notify_to")
    after = certifiqi.call("getBatchGroup", before["batch_group_key"]).needed(200, "a cancelled event")
    same = after.json()["webhook_key"] == before["webhook_key"]
    after.keeps("CERTIFIQI-CANCEL-12", holds=same, expected=before["webhook_key"])
    kept = after.json()["batches"] == before["batches"]
    after.keeps("CERTIFIQI-CANCEL-10", holds=kept, expected=f"{before['batches']}")


@pytest.mark.requirement("CERTIFIQI-CREATE-33", "CERTIFIQI-URL-15")
def test_a_document_may_be_part_of_two_events(certifiqi: Certifiqi) -> None:
    document = certifiqi.uploaded(pdf.plain())
    sent = certifiqi.body()
    sent["batches"][0]["documents"] = [document]
    for _ in range(2):
        _created(certifiqi, "CERTIFIQI-CREATE-33", sent)

    reply = certifiqi.call("getDocumentUrls", document["document_key"]).answers(200, "CERTIFIQI-URL-15")
    found = reply.json()["signed_file_url"]
    reply.keeps(
        "CERTIFIQI-URL-15", holds=found is None, expected="null, as in the newest event", actual=found
    )


@pytest.mark.requirement("CERTIFIQI-ERROR-07")
@pytest.mark.parametrize("operation", [*BY_KEY, "getDocumentUrls", "getZipFileUrl", "getWebhook"])
@pytest.mark.parametrize("key", ["nothing", "1", NOBODY])
def test_a_key_of_any_form_that_names_nothing_is_not_found(
    certifiqi: Certifiqi, operation: str, key: str
) -> None:
    certifiqi.call(operation, key).answers(404, "CERTIFIQI-ERROR-07")


@pytest.mark.requirement("CERTIFIQI-ERROR-08")
@pytest.mark.parametrize("kind", ["text/plain", "application/xml"])
def test_a_body_of_another_type_is_refused(certifiqi: Certifiqi, kind: str) -> None:
    reply = certifiqi.call("createBatchGroup", content=b"{}", headers={"Content-Type": kind})

    reply.answers(415, "CERTIFIQI-ERROR-08")


@pytest.mark.requirement("CERTIFIQI-ERROR-11")
@pytest.mark.parametrize("operation", ["sendToSignature", "cancelSignature"])
def test_a_body_that_nobody_asked_for_is_ignored(certifiqi: Certifiqi, operation: str) -> None:
    key = certifiqi.new_event()["batch_group_key"]

    certifiqi.call(operation, key, body={"reason": "none"}).answers(200, "CERTIFIQI-ERROR-11")


@pytest.mark.requirement("CERTIFIQI-TENANT-01", "CERTIFIQI-TENANT-03", "CERTIFIQI-TENANT-04")
@pytest.mark.parametrize("operation", BY_KEY)
def test_another_clients_event_is_out_of_reach(certifiqi: Certifiqi, operation: str) -> None:
    event = certifiqi.new_event()
    requirement = "CERTIFIQI-TENANT-01" if operation == "getBatchGroup" else "CERTIFIQI-TENANT-03"
    key = event["batch_group_key"]
    certifiqi.call(operation, key, credential="other_client").answers((404, 403), requirement)

    reply = certifiqi.call("getBatchGroup", key).needed(200, "an event that was created")
    still = reply.json()["signature_status"]
    reply.keeps("CERTIFIQI-TENANT-03", holds=still == "pending", expected="pending as before", actual=still)
    webhook = certifiqi.call("getWebhook", event["webhook_key"], credential="other_client")
    webhook.answers((404, 403), "CERTIFIQI-TENANT-03")
    document = certifiqi.uploaded(pdf.plain())["document_key"]
    certifiqi.call("getDocumentUrls", document, credential="other_client").answers(
        (404, 403), "CERTIFIQI-TENANT-03"
    )


@pytest.mark.requirement("CERTIFIQI-TENANT-02")
def test_all_events_of_a_key_are_one_clients(certifiqi: Certifiqi) -> None:
    replies = [
        _created(certifiqi, "CERTIFIQI-TENANT-02", sent)
        for sent in (certifiqi.body(), {**certifiqi.body(), "client_key": NOBODY})
    ]

    keys = {reply.json()["client_key"] for reply in replies}
    one = len(keys) == 1 and NOBODY not in keys
    replies[1].keeps("CERTIFIQI-TENANT-02", holds=one, expected="one client_key", actual=keys)


@pytest.mark.requirement("CERTIFIQI-SIGN-07", "CERTIFIQI-SIGN-10")
@pytest.mark.claims("signs")
def test_what_is_shown_of_a_signature(certifiqi: Certifiqi) -> None:
    reply = certifiqi.call("getBatchGroup", certifiqi.signed_event()).needed(200, "a finished event")

    parts = parts_of(reply.json())
    times = [signer["signature_timestamp"] for signer in parts["signer"]]
    reply.keeps("CERTIFIQI-SIGN-07", holds=all(map(TIME.has, times)), expected=TIME.name, actual=times)
    for document in parts["document"]:
        entries = document["signatures"]
        wanted = {"signer_name", "document_number", "signature_timestamp"}
        fits = all(entry.keys() == wanted for entry in entries) and bool(entries)
        reply.keeps("CERTIFIQI-SIGN-10", holds=fits, expected=f"{sorted(wanted)}", actual=entries)
        named = {entry["signer_name"] for entry in entries} <= {one["name"] for one in parts["signer"]}
        reply.keeps("CERTIFIQI-SIGN-10", holds=named, expected="the signers' names", actual=entries)


@pytest.mark.requirement("CERTIFIQI-STATE-25", "CERTIFIQI-STATE-26", "CERTIFIQI-STATE-17")
@pytest.mark.claims("signers")
def test_a_rejection_keeps_the_signatures_before(certifiqi: Certifiqi) -> None:
    sent = certifiqi.of_two_parties()
    for party in sent["batches"][0]["related_parties"]:
        party["signature_position"] = 1
    event = certifiqi.new_event(sent)
    first, second = (
        one["signer_groups"][0]["signers"][0]["id"] for one in event["batches"][0]["related_parties"]
    )
    key = event["batch_group_key"]
    done = certifiqi.wire.attempt("sign_one", {}, signer=second)
    certifiqi.wire.control("reject_one", {}, signer=first)

    reply = certifiqi.call("getBatchGroup", key).needed(200, "an event")
    reply.keeps("CERTIFIQI-STATE-17", holds=done, expected="the second party of one position signs first")
    batch = reply.json()["batches"][0]
    left, right = batch["related_parties"]
    kept = right["signer_groups"][0]["signers"][0]["signature_status"]
    reply.keeps("CERTIFIQI-STATE-25", holds=kept == "signed", expected="signed", actual=kept)
    found = [one["signature_status"] for one in (left["signer_groups"][0], left, batch)]
    reply.keeps("CERTIFIQI-STATE-26", holds=set(found) == {"rejected"}, expected="rejected", actual=found)


@pytest.mark.requirement("CERTIFIQI-SEND-04", "CERTIFIQI-SEND-05", "CERTIFIQI-SEND-08")
def test_sending_changes_nothing_and_may_be_repeated(certifiqi: Certifiqi) -> None:
    before = certifiqi.read_back()
    key = before.json()["batch_group_key"]
    certifiqi.call("sendToSignature", key).answers(200, "CERTIFIQI-SEND-04")
    certifiqi.call("sendToSignature", key).answers(200, "CERTIFIQI-SEND-08")

    after = certifiqi.call("getBatchGroup", key).needed(200, "an event")
    after.keeps("CERTIFIQI-SEND-05", holds=after.json() == before.json(), expected=before.shown())


@pytest.mark.requirement("CERTIFIQI-URL-11")
def test_addresses_do_not_expire(certifiqi: Certifiqi) -> None:
    reply = certifiqi.call("getBatchGroupUrls", certifiqi.new_event()["batch_group_key"]).needed(
        200, "addresses"
    )

    found = reply.json()["expiration_datetime"]
    reply.keeps("CERTIFIQI-URL-11", holds=found is None, expected="null", actual=found)


@pytest.mark.requirement("CERTIFIQI-EVENT-19")
@pytest.mark.claims("known_examples")
def test_reading_an_event_changes_nothing(certifiqi: Certifiqi) -> None:
    calls: tuple[Callable[[], Reply], ...] = (
        lambda: certifiqi.call("getBatchGroup", DOCUMENTED_EVENT),
        lambda: certifiqi.call("getBatchGroupUrls", DOCUMENTED_EVENT),
    )
    for call in calls:
        first, second = call(), call()
        second.keeps("CERTIFIQI-EVENT-19", holds=first.content == second.content, expected=first.shown())
