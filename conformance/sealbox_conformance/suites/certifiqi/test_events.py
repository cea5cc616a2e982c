"""Reading signing events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.certifiqi.client import DOCUMENTED_EVENT
from sealbox_conformance.suites.certifiqi.shapes import SHAPES

if TYPE_CHECKING:
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

LAWS = (
    *dict.fromkeys(requirement for requirement, *_ in SHAPES),
    "CERTIFIQI-BATCH-06",
    "CERTIFIQI-PARTY-07",
    "CERTIFIQI-GROUP-05",
    "CERTIFIQI-GROUP-02",
    "CERTIFIQI-SIGNER-04",
    "CERTIFIQI-SIGNER-06",
    "CERTIFIQI-SIGNER-07",
    "CERTIFIQI-STATE-05",
    "CERTIFIQI-STATE-06",
    "CERTIFIQI-STATE-07",
    "CERTIFIQI-STATE-08",
    "CERTIFIQI-STATE-09",
    "CERTIFIQI-STATE-11",
    "CERTIFIQI-STATE-20",
    "CERTIFIQI-STATE-21",
    "CERTIFIQI-STATE-22",
    "CERTIFIQI/getBatchGroup",
)
tokens = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=8, max_size=60)


@pytest.mark.exercises(*LAWS)
def test_events_that_are_already_there(certifiqi: Certifiqi) -> None:
    for key in certifiqi.event_keys():
        certifiqi.call("getBatchGroup", key)


@pytest.mark.exercises(*LAWS)
def test_an_event_of_the_sample(certifiqi: Certifiqi) -> None:
    certifiqi.read_back()


@pytest.mark.requirement("CERTIFIQI-AUTH-01", "CERTIFIQI-EVENT-01", "CERTIFIQI-EVENT-02")
def test_a_key_reads_its_event(certifiqi: Certifiqi) -> None:
    key = certifiqi.new_event()["batch_group_key"]
    reply = certifiqi.call("getBatchGroup", key).answers(200, "CERTIFIQI-EVENT-01")

    body = reply.json()
    reply.keeps(
        "CERTIFIQI-EVENT-01", holds="batch_group_key" in body, expected="the event at the top of the body"
    )
    found = body["batch_group_key"]
    reply.keeps("CERTIFIQI-EVENT-02", holds=found == key, expected=key, actual=found)


@pytest.mark.requirement("CERTIFIQI-EVENT-01", "CERTIFIQI-EVENT-02")
@pytest.mark.claims("known_examples")
def test_the_documented_event_can_be_read(certifiqi: Certifiqi) -> None:
    reply = certifiqi.call("getBatchGroup", DOCUMENTED_EVENT).answers(200, "CERTIFIQI-EVENT-01")

    found = reply.json()["batch_group_key"]
    reply.keeps(
        "CERTIFIQI-EVENT-02", holds=found == DOCUMENTED_EVENT, expected=DOCUMENTED_EVENT, actual=found
    )


@pytest.mark.requirement("CERTIFIQI-ERROR-04")
@pytest.mark.parametrize(
    "operation", ["getBatchGroup", "sendToSignature", "cancelSignature", "getBatchGroupUrls"]
)
@given(key=st.uuids(version=4).map(str))
def test_a_key_that_no_event_has_is_not_found(certifiqi: Certifiqi, operation: str, key: str) -> None:
    certifiqi.call(operation, key).answers(404, "CERTIFIQI-ERROR-04")


@pytest.mark.requirement("CERTIFIQI-ERROR-05")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_method_that_a_path_has_not_is_not_allowed(certifiqi: Certifiqi, method: str) -> None:
    key = "00000000-0000-4000-8000-000000000000"
    certifiqi.wire.send(method, f"/batch_group/{key}", body={}).answers(405, "CERTIFIQI-ERROR-05")


@pytest.mark.requirement("CERTIFIQI-AUTH-02")
def test_nobody_reads_without_a_key(certifiqi: Certifiqi) -> None:
    certifiqi.call("getBatchGroup", DOCUMENTED_EVENT, credential=None).answers(401, "CERTIFIQI-AUTH-02")


@pytest.mark.requirement("CERTIFIQI-AUTH-02")
def test_nobody_creates_without_a_key(certifiqi: Certifiqi) -> None:
    certifiqi.create(certifiqi.body(), credential=None).answers(401, "CERTIFIQI-AUTH-02")


@pytest.mark.requirement("CERTIFIQI-AUTH-03")
@given(token=tokens)
def test_nobody_reads_with_an_unknown_key(certifiqi: Certifiqi, token: str) -> None:
    certifiqi.call("getBatchGroup", DOCUMENTED_EVENT, token=token).answers(401, "CERTIFIQI-AUTH-03")


@pytest.mark.requirement("CERTIFIQI-AUTH-03")
@given(token=tokens)
def test_nobody_creates_with_an_unknown_key(certifiqi: Certifiqi, token: str) -> None:
    certifiqi.create(certifiqi.body(), token=token).answers(401, "CERTIFIQI-AUTH-03")


@pytest.mark.requirement("CERTIFIQI-AUTH-04")
@pytest.mark.parametrize("form", ["{}", "Bearer {}"])
def test_a_key_in_another_header_does_not_count(certifiqi: Certifiqi, form: str) -> None:
    headers = {"Authorization": form.format(certifiqi.wire.api.credentials["full"])}
    reply = certifiqi.call("getBatchGroup", DOCUMENTED_EVENT, credential=None, headers=headers)

    reply.answers(401, "CERTIFIQI-AUTH-04")


@pytest.mark.requirement("CERTIFIQI-EVENT-19")
def test_two_reads_give_the_same_answer(certifiqi: Certifiqi) -> None:
    first = certifiqi.read_back()
    second = certifiqi.call("getBatchGroup", first.json()["batch_group_key"])

    second.keeps("CERTIFIQI-EVENT-19", holds=first.json() == second.json(), expected=first.shown())
