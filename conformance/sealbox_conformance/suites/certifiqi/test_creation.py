"""Creating signing events, and reading them back as they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox_conformance.suites.certifiqi.client import documented
from sealbox_conformance.suites.certifiqi.kept import ALL, read_back
from sealbox_conformance.suites.certifiqi.strategies import events, names, plain_names
from sealbox_conformance.suites.together import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

NESTING = {"batches": "batch", "related_parties": "party", "signer_groups": "group", "signers": "signer"}


def _parts(one: dict[str, Any], kind: str = "event") -> Iterator[tuple[str, dict[str, Any]]]:
    yield kind, one
    for field, inside in {**NESTING, "documents": "document"}.items():
        for part in one.get(field, ()):
            yield from _parts(part, inside)


def _values(event: dict[str, Any], kind: str, fields: str) -> list[tuple[Any, ...]]:
    """The fields of all parts of one kind. Sorted, for no page says that an order is kept."""
    chosen = [
        tuple(part[field] for field in fields.split()) for found, part in _parts(event) if found == kind
    ]
    return sorted(chosen, key=repr)


def _is_read_back(certifiqi: Certifiqi, reply: Reply, sent: dict[str, Any]) -> None:
    judge(certifiqi.wire, reply, read_back(sent, reply.json()))


@pytest.mark.requirement(
    "CERTIFIQI-CREATE-01",
    "CERTIFIQI-CREATE-02",
    "CERTIFIQI-CREATE-06",
    "CERTIFIQI-CREATE-08",
    "CERTIFIQI-AUTH-01",
)
def test_the_sample_makes_an_event(certifiqi: Certifiqi) -> None:
    reply = certifiqi.create(certifiqi.sample()).answers(200, "CERTIFIQI-CREATE-01")

    created = reply.json()
    either = created.get("is_asynchronous") is False or isinstance(created.get("client_key"), str)
    reply.keeps("CERTIFIQI-CREATE-08", holds=either, expected="is_asynchronous as sent, or client_key")
    read = certifiqi.call("getBatchGroup", created["batch_group_key"])
    read.answers(200, "CERTIFIQI-CREATE-02")
    found = read.json()["batch_group_key"]
    read.keeps(
        "CERTIFIQI-CREATE-02",
        holds=found == created["batch_group_key"],
        expected="the same key",
        actual=found,
    )


@pytest.mark.requirement(*ALL)
def test_the_sample_is_read_back(certifiqi: Certifiqi) -> None:
    sent = certifiqi.body()

    _is_read_back(certifiqi, certifiqi.read_back(sent), sent)


@pytest.mark.requirement("CERTIFIQI-CREATE-16", *ALL)
@given(data=st.data())
def test_an_event_of_any_shape_is_read_back(certifiqi: Certifiqi, data: st.DataObject) -> None:
    sent = data.draw(events(certifiqi.body(), certifiqi.document()))
    created = certifiqi.create(sent).answers(200, "CERTIFIQI-CREATE-16").json()
    reply = certifiqi.call("getBatchGroup", created["batch_group_key"]).needed(
        200, "an event that was created"
    )

    _is_read_back(certifiqi, reply, sent)


@pytest.mark.requirement("CERTIFIQI-CREATE-06")
@pytest.mark.parametrize("address", ["example.com", "example.com/webhook"])
def test_an_address_needs_no_scheme(certifiqi: Certifiqi, address: str) -> None:
    certifiqi.create({**certifiqi.body(), "webhook_url": address}).answers(200, "CERTIFIQI-CREATE-06")


@pytest.mark.requirement("CERTIFIQI-EVENT-04")
@given(name=plain_names)
def test_the_main_party_need_not_be_among_the_related_ones(certifiqi: Certifiqi, name: str) -> None:
    sent = {**certifiqi.body(), "main_related_party": f"{name} elsewhere"}

    certifiqi.create(sent).answers(200, "CERTIFIQI-EVENT-04")


@pytest.mark.requirement("CERTIFIQI-PARTY-06")
@given(name=names.map(lambda text: f"{text} "))
def test_blanks_at_the_end_of_a_partys_name_stay(certifiqi: Certifiqi, name: str) -> None:
    sent = certifiqi.body()
    sent["batches"][0]["related_parties"][0]["name"] = name
    reply = certifiqi.read_back(sent)

    found = reply.json()["batches"][0]["related_parties"][0]["name"]
    reply.keeps("CERTIFIQI-PARTY-06", holds=found == name, expected=repr(name), actual=repr(found))


@pytest.mark.requirement("CERTIFIQI-SIGNER-01")
@pytest.mark.parametrize("name", ["João", "Conceição Muñoz", "Zoë Ångström"])
def test_a_signers_name_keeps_every_letter(certifiqi: Certifiqi, name: str) -> None:
    sent = certifiqi.body()
    sent["batches"][0]["related_parties"][0]["signer_groups"][0]["signers"][0]["name"] = name
    reply = certifiqi.read_back(sent)

    ((found,),) = _values(reply.json(), "signer", "name")
    reply.keeps("CERTIFIQI-SIGNER-01", holds=found == name, expected=name, actual=found)


@pytest.mark.requirement("CERTIFIQI-SIGNER-08")
def test_one_person_signs_in_two_roles(certifiqi: Certifiqi) -> None:
    sent = certifiqi.body()
    parties = sent["batches"][0]["related_parties"]
    sent["batches"][0]["related_parties"] = [*parties, {**parties[0], "name": "Another party"}]

    certifiqi.create(sent).answers(200, "CERTIFIQI-SIGNER-08")


@pytest.mark.requirement("CERTIFIQI-CREATE-03")
def test_the_same_body_twice_makes_two_events(certifiqi: Certifiqi) -> None:
    replies = [certifiqi.create(certifiqi.body()).needed(200, "a signing event") for _ in range(3)]

    keys = [reply.json()["batch_group_key"] for reply in replies]
    replies[-1].keeps("CERTIFIQI-CREATE-03", holds=len(set(keys)) == 3, expected="three keys", actual=keys)


@pytest.mark.requirement("CERTIFIQI-CREATE-07")
def test_a_fund_administrator_who_is_not_told_is_read_back(certifiqi: Certifiqi) -> None:
    reply = certifiqi.read_back({**certifiqi.body(), "send_to_fund_administrator": False})

    found = reply.json()["send_to_fund_administrator"]
    reply.keeps("CERTIFIQI-CREATE-07", holds=found in (0, False), expected="0 or false", actual=found)


@pytest.mark.requirement("CERTIFIQI-CREATE-08")
@pytest.mark.parametrize("sent", [True, False])
def test_the_answer_tells_whether_the_event_is_asynchronous(certifiqi: Certifiqi, sent: bool) -> None:  # noqa: FBT001, a value
    reply = certifiqi.create({**certifiqi.body(), "is_asynchronous": sent}).needed(200, "a signing event")

    body = reply.json()
    either = body.get("is_asynchronous") is sent or ("is_asynchronous" not in body and "client_key" in body)
    reply.keeps("CERTIFIQI-CREATE-08", holds=either, expected=f"is_asynchronous {sent}, or client_key")


@pytest.mark.requirement("CERTIFIQI-CREATE-15")
def test_the_read_answer_shows_what_the_create_answer_showed(certifiqi: Certifiqi) -> None:
    created = documented(certifiqi.new_event())
    reply = certifiqi.call("getBatchGroup", created["batch_group_key"]).needed(200, "a new event")

    read = documented(reply.json())
    differing = {
        key: (created[key], read[key]) for key in created.keys() & read.keys() if created[key] != read[key]
    }
    reply.keeps("CERTIFIQI-CREATE-15", holds=not differing, expected="the same values", actual=differing)


@pytest.mark.requirement("CERTIFIQI-CREATE-17")
def test_the_older_sample_is_accepted(certifiqi: Certifiqi) -> None:
    older = {
        "client_key": "5aaf98d2-0264-48dd-8167-eab859ce5a75",
        "control_number": "Control Number",
        "watcher_document_number": [],
    }

    certifiqi.create({**certifiqi.body(), **older}).answers(200, "CERTIFIQI-CREATE-17")


@pytest.mark.requirement("CERTIFIQI-STATE-01", "CERTIFIQI-STATE-02")
def test_a_new_event_is_pending_in_every_part(certifiqi: Certifiqi) -> None:
    reply = certifiqi.read_back()

    event = reply.json()
    internal = event["internal_status"]
    reply.keeps("CERTIFIQI-STATE-01", holds=internal == "pending", expected="pending", actual=internal)
    found = [(kind, part.get("signature_status", part.get("status"))) for kind, part in _parts(event)]
    waiting = all(status == "pending" for _, status in found)
    reply.keeps("CERTIFIQI-STATE-02", holds=waiting, expected="pending everywhere", actual=found)


LISTS = {
    "batches": (),
    "related_parties": ("batches", 0),
    "documents": ("batches", 0),
    "signer_groups": ("batches", 0, "related_parties", 0),
    "signers": ("batches", 0, "related_parties", 0, "signer_groups", 0),
}


@pytest.mark.requirement("CERTIFIQI-ERROR-01", "CERTIFIQI-ERROR-02")
@pytest.mark.parametrize("field", list(LISTS))
@pytest.mark.parametrize("value", ["text", 7])
def test_a_list_that_holds_no_list_is_malformed(certifiqi: Certifiqi, field: str, value: object) -> None:
    sent = certifiqi.body()
    holder: Any = sent
    for step in LISTS[field]:
        holder = holder[step]
    holder[field] = value
    reply = certifiqi.create(sent).answers(400, "CERTIFIQI-ERROR-01")

    body = reply.json()
    shaped = body.get("title") == "Bad Request" and isinstance(body.get("description"), str)
    reply.keeps("CERTIFIQI-ERROR-02", holds=shaped, expected="title Bad Request, and a description")


@pytest.mark.requirement("CERTIFIQI-ERROR-03")
@pytest.mark.parametrize("content", [b"{", b'{"name": }', b"name=Teste", b'{"name": "Teste"', b"<event/>"])
def test_a_body_that_is_not_json_is_refused(certifiqi: Certifiqi, content: bytes) -> None:
    reply = certifiqi.call("createBatchGroup", content=content, headers={"Content-Type": "application/json"})

    reply.answers((406, 400), "CERTIFIQI-ERROR-03")
