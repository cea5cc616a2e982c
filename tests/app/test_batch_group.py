"""Signing events: what is sent is what is read, and every status follows from what signers did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client

PENDING_EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"


def made(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def read(client: Client, event: dict[str, Any]) -> dict[str, Any]:
    return made(client.certifiqi("GET", f"/batch_group/{event['batch_group_key']}"))


def statuses(value: Any) -> set[str]:
    """Every status below `value`."""
    if isinstance(value, list):
        return {status for one in value for status in statuses(one)}
    if not isinstance(value, dict):
        return set()
    below = {status for one in value.values() for status in statuses(one)}
    return below | {value[key] for key in ("signature_status", "internal_status", "status") if key in value}


def test_a_new_event_and_all_its_parts_are_pending(client: Client) -> None:
    event = made(client.create_event())

    assert statuses(event) == {"pending"}
    assert event["all_files_url"] == ""
    assert event["created_at"] == "2025-04-01 12:00:00"


def test_an_event_reads_back_as_it_was_made(client: Client) -> None:
    event = made(client.create_event())
    shown = read(client, event)

    assert list(shown.keys() - event.keys()) == ["client_key"]
    assert list(event.keys() - shown.keys()) == ["is_asynchronous"]
    assert {key: shown[key] for key in event if key in shown} == {
        key: event[key] for key in event if key in shown
    }
    assert read(client, event) == shown


def test_the_client_key_is_the_caller_s_and_not_the_request_s(client: Client) -> None:
    wanted = "11111111-1111-4111-8111-111111111111"
    mine = read(client, made(client.create_event(client_key=wanted)))
    documented = made(client.certifiqi("GET", f"/batch_group/{PENDING_EVENT}"))

    assert mine["client_key"] == documented["client_key"] != wanted


def test_numbers_of_groups_and_signers_count_up_from_the_documented_ones(client: Client) -> None:
    def numbers(event: dict[str, Any]) -> tuple[int, int]:
        group = event["batches"][0]["related_parties"][0]["signer_groups"][0]
        return group["id"], group["signers"][0]["id"]

    assert [numbers(made(client.create_event())) for _ in range(2)] == [(38587, 65063), (38588, 65064)]


def test_the_same_body_twice_makes_two_events(client: Client) -> None:
    first, second = made(client.create_event()), made(client.create_event())
    keys = ("batch_group_key", "webhook_key", "internal_webhook_key")

    assert all(first[key] != second[key] for key in keys)


@pytest.mark.parametrize(
    ("field", "sent", "shown"),
    [
        ("name", " blanks stay ", " blanks stay "),
        ("name", "Ação 漢字 \U0001f600", "Ação 漢字 \U0001f600"),
        ("main_related_party", "x" * 10_000, "x" * 10_000),
        ("total_value", "12.50", 12.5),
        ("total_value", "-3", -3),
        ("total_value", 1e15, 1e15),
        ("total_value", 0.1, 0.1),
        ("send_to_fund_administrator", True, 1),
        ("send_to_fund_administrator", 1, 1),
        ("send_emails", True, True),
        ("attached_document_number", None, None),
        ("webhook_url", "google.com.br", None),
        ("control_number", "mine", None),
        ("watcher_document_number", [], None),
        ("unknown", {"a": 1}, None),
    ],
)
def test_fields_are_read_back_as_the_contract_says(client: Client, field: str, sent: Any, shown: Any) -> None:
    event = made(client.create_event(**{field: sent}))

    assert event.get(field) == shown
    assert read(client, event).get(field) == shown


def test_is_asynchronous_is_answered_as_sent(client: Client) -> None:
    assert [made(client.create_event(is_asynchronous=sent))["is_asynchronous"] for sent in (True, False)] == [
        True,
        False,
    ]


def test_what_may_be_left_out_is_filled_in(client: Client, event_body: Callable[[], dict[str, Any]]) -> None:
    body = event_body()
    least = {key: body[key] for key in ("name", "main_related_party", "batches")}
    event = made(client.certifiqi("POST", "/batch_group", json=least))

    assert (event["total_value"], event["send_emails"], event["send_to_fund_administrator"]) == (0, False, 0)
    assert event["attached_document_number"] is None


@pytest.mark.parametrize("missing", ["name", "main_related_party", "batches"])
def test_a_missing_required_field_is_named(
    client: Client, event_body: Callable[[], dict[str, Any]], missing: str
) -> None:
    body = event_body()
    del body[missing]
    answer = client.certifiqi("POST", "/batch_group", json=body)

    assert answer.status_code == 400
    assert answer.json()["title"] == "Bad Request"
    assert missing in answer.json()["description"]


def test_several_batches_parties_groups_and_signers_keep_their_order(
    client: Client, event_body: Callable[[], dict[str, Any]]
) -> None:
    body = event_body()
    text = json.dumps(body["batches"][0])
    body["batches"] = [json.loads(text) | {"name": f"batch {n}"} for n in range(3)]
    party = body["batches"][0]["related_parties"][0]
    body["batches"][0]["related_parties"] = [
        party | {"signature_position": n, "name": f"p{n}"} for n in (3, 2)
    ]
    body["batches"][1]["documents"] *= 4
    event = read(client, made(client.certifiqi("POST", "/batch_group", json=body)))

    assert [batch["name"] for batch in event["batches"]] == ["batch 0", "batch 1", "batch 2"]
    assert [party["name"] for party in event["batches"][0]["related_parties"]] == ["p3", "p2"]
    assert event["number_of_documents"] == 6
    assert event["current_signature_position"] == "1"


def test_a_signed_event_waits_for_its_files_and_then_has_them(open_app: Callable[..., Client]) -> None:
    client = open_app()
    world = client.app.sandboxes.default.worlds["certifiqi"]  # type: ignore[attr-defined]  # no call lists events
    shown = [client.certifiqi("GET", f"/batch_group/{key}") for key in world.events]
    events = [answer.json() for answer in shown if answer.status_code == 200]

    for event in events:
        signed = event["signature_status"] == "signed"
        assert (event["internal_status"] != "pending") is signed
        assert bool(event["all_files_url"]) is (event["internal_status"] == "finished")
        if signed:
            assert {batch["signature_status"] for batch in event["batches"]} == {"signed"}


def test_oddities_that_were_accepted_are_told_in_a_header(
    client: Client, event_body: Callable[[], dict[str, Any]]
) -> None:
    body = event_body()
    batch = body["batches"][0]
    batch["document_type"] = "novidade"
    group = batch["related_parties"][0]["signer_groups"][0]
    group["minimum_required_signers"] = 2
    group["signers"][0]["document_number"] = "11111111111"
    body["attached_document_number"] = "1"
    hint = client.certifiqi("POST", "/batch_group", json=body).headers["x-sandbox-hint"]

    for part in ("document_type 'novidade'", "never be complete", "not a valid CPF", "not a valid CNPJ"):
        assert part in hint
    assert "x-sandbox-hint" not in client.create_event().headers


@pytest.mark.parametrize("key", ["no-uuid", "00000000-0000-4000-8000-000000000000", PENDING_EVENT + "0"])
def test_an_unknown_key_is_not_found(client: Client, key: str) -> None:
    answer = client.certifiqi("GET", f"/batch_group/{key}")

    assert answer.status_code == 404
    assert answer.json() == {"title": "Not Found", "description": "No signing event has this key."}
    assert answer.headers["x-sandbox-why"]


def test_a_refused_request_makes_no_event(client: Client) -> None:
    def held() -> Any:
        return client.control("GET", "/info").json()["apis"]["certifiqi"]["holds"]

    before = held()
    assert client.create_event(name=None).status_code == 400
    assert held() == before
