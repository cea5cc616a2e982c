"""What receivers are told, when, and what happens when they do not listen. The receiver is a real one."""

from __future__ import annotations

import json
import socket
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.app.certifiqi.conftest import Desk, Json, Receiver, Shapes
    from tests.app.conftest import Client

NOON = datetime.fromisoformat("2025-04-01T12:00:00+00:00")
LADDER = (0, 60, 300, 900, 3600, 10800, 21600, 43200)
PARTY, ZIP, FINISHED = "related party signed", "event signed, ZIP creation starts", "event finished"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on and nobody else is given meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def story(desk: Desk, shapes: Shapes, **changes: Any) -> Json:
    """An event of two parties, from its creation to its end; each moment is delivered before the next."""
    event = desk.create(shapes.batch("Ana", "Bia"), **changes)
    for name in ("Ana", "Bia"):
        desk.client.advance("1s")
        desk.sign(event, name)
    desk.client.advance("30s")
    return event


def fault(desk: Desk, kind: str, **how: Any) -> None:
    answer = desk.client.control("POST", "/webhook_faults", json={"kind": kind} | how)
    assert answer.status_code == 200, answer.text


def webhook(desk: Desk, event: Json) -> Any:
    answer = desk.client.certifiqi("GET", f"/webhook/{desk.read(event)['webhook_key']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def moments(desk: Desk, event: Json) -> list[str]:
    return [one["delivery"]["moment"] for one in desk.deliveries(event)]


def times(delivery: Json) -> list[int]:
    """When the attempts were made, in seconds since noon."""
    return [
        (datetime.fromisoformat(one["at"]) - NOON) // timedelta(seconds=1) for one in delivery["attempts"]
    ]


def test_the_moments_are_those_of_the_current_page(desk: Desk, shapes: Shapes, receiver: Receiver) -> None:
    event = story(desk, shapes, webhook_url=receiver.url())

    assert moments(desk, event) == [PARTY, PARTY, ZIP, FINISHED]
    assert [one.event["batch_group_key"] for one in receiver.heard] == [event["batch_group_key"]] * 4


def test_a_webhook_shows_the_event_as_it_was_at_its_moment(
    desk: Desk, shapes: Shapes, receiver: Receiver
) -> None:
    story(desk, shapes, webhook_url=receiver.url())
    zips = [one.event["all_files_url"] != "" for one in receiver.heard]

    assert receiver.states[0] == ("pending", "pending")
    assert receiver.states[2:] == [("signed", "waiting_zip_file"), ("signed", "finished")]
    assert zips == [False, False, False, True]


def test_while_a_party_s_webhook_is_told_the_files_are_pending(desk: Desk, receiver: Receiver) -> None:
    """Even the last party's: the page shows it so for an event that has only one."""
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("0s")
    told = receiver.heard[0].event
    (party,) = told["batches"][0]["related_parties"]

    assert party["signature_status"] == party["signer_groups"][0]["signature_status"] == "signed"
    assert told["internal_status"] == "pending"


def test_the_payload_is_the_event_with_its_control_number(desk: Desk, receiver: Receiver) -> None:
    event = desk.create(webhook_url=receiver.url(), control_number="Control Number", send_emails=True)
    desk.sign(event, "Ana")
    desk.client.advance("30s")
    shown = desk.read(event)
    told = receiver.heard[-1].event

    assert told == shown | {"control_number": "Control Number"}
    assert list(told) == [
        *list(shown)[: list(shown).index("current_signature_position") + 1],
        "control_number",
        *list(shown)[list(shown).index("internal_webhook_key") :],
    ]


def test_a_call_is_a_post_of_json_with_the_stored_header(desk: Desk, receiver: Receiver) -> None:
    event = desk.create(webhook_url=receiver.url("/a/b?c=d"))
    desk.sign(event, "Ana")
    desk.client.advance("0s")
    stored = webhook(desk, event)
    first, *_ = receiver.heard

    assert (first.method, first.path) == ("POST", "/a/b?c=d")
    assert first.headers["content-type"] == "application/json"
    assert stored["header_name"] == "x-api-token"
    assert first.headers["x-api-token"] == stored["header_value"] == str(UUID(stored["header_value"]))


def test_no_header_is_sent_if_the_switch_says_so(desk: Desk, receiver: Receiver) -> None:
    there = desk.opened(webhook_header="none")
    there.sign(there.create(webhook_url=receiver.url()), "Ana")
    there.client.advance("0s")

    assert all("x-api-token" not in one.headers for one in receiver.heard)


def test_every_address_is_told_once(desk: Desk, receiver: Receiver) -> None:
    one, two, three = (receiver.url(f"/{name}") for name in ("one", "two", "three"))
    event = desk.create(webhook_url=one, webhook_url_list=[two, three, one, two])
    desk.sign(event, "Ana")
    desk.client.advance("0s")

    assert [call.path for call in receiver.heard] == ["/one", "/two", "/three"] * 2


def test_an_event_without_addresses_tells_nobody(desk: Desk) -> None:
    event = desk.create(webhook_url="")
    desk.sign(event, "Ana")
    stored = webhook(desk, event)

    assert desk.deliveries(event) == []
    assert (stored["events"], stored["notifications"]) == ([], [])


def test_nothing_is_told_of_a_creation_a_rejection_or_a_cancellation(desk: Desk, receiver: Receiver) -> None:
    rejected, cancelled = (desk.create(webhook_url=receiver.url()) for _ in range(2))
    desk.reject(rejected, "Ana")
    desk.put(cancelled, "cancel_signature")
    desk.client.advance("1d")

    assert receiver.heard == []


def test_every_change_of_a_status_is_told_if_the_switch_says_so(
    desk: Desk, shapes: Shapes, receiver: Receiver
) -> None:
    there = desk.opened(webhook_moments="states")
    whole = story(there, shapes, webhook_url=receiver.url())
    rejected, cancelled = (there.create(webhook_url=receiver.url()) for _ in range(2))
    there.reject(rejected, "Ana")
    there.put(cancelled, "cancel_signature")
    there.client.advance("0s")

    assert moments(there, whole) == ["event created", PARTY, PARTY, ZIP, FINISHED]
    assert moments(there, rejected) == ["event created", "event rejected"]
    assert moments(there, cancelled) == ["event created", "event cancelled"]
    assert receiver.states[-2:] == [("rejected", "pending"), ("cancel_signature", "pending")]


def test_the_older_page_leaves_out_the_start_of_the_zip(
    desk: Desk, shapes: Shapes, receiver: Receiver
) -> None:
    there = desk.opened(webhook_moments="older")
    event = story(there, shapes, webhook_url=receiver.url())

    assert moments(there, event) == [PARTY, PARTY, FINISHED]
    assert len(receiver.heard) == 3


def test_numbers_are_hidden_if_the_switch_says_so(desk: Desk, receiver: Receiver) -> None:
    there = desk.opened(webhook_ids="hidden")
    event = there.create(webhook_url=receiver.url())
    there.sign(event, "Ana")
    there.client.advance("0s")
    (group,) = receiver.heard[0].event["batches"][0]["related_parties"][0]["signer_groups"]
    (shown,) = there.read(event)["batches"][0]["related_parties"][0]["signer_groups"]

    assert "id" not in group.keys() | group["signers"][0].keys()
    assert group.keys() | {"id"} == shown.keys()


def test_the_create_answer_comes_before_the_first_webhook(desk: Desk, receiver: Receiver) -> None:
    there = desk.opened(webhook_moments="states")
    there.create(webhook_url=receiver.url())
    before = len(receiver.heard)
    there.client.advance("0s")

    assert (before, len(receiver.heard)) == (0, 1)


@pytest.mark.parametrize("failures", [0, 1, 3, 7])
def test_a_failed_call_is_tried_again_up_the_ladder(desk: Desk, receiver: Receiver, failures: int) -> None:
    fault(desk, "drop", nth=2, times=2)
    receiver.answers = [500] * failures
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    for seconds in LADDER:
        desk.client.advance(f"{seconds}s")
    first, *_ = desk.deliveries(event)
    expected = [sum(LADDER[: number + 1]) for number in range(failures + 1)]

    assert first["delivery"]["state"] == "delivered"
    assert [one["status"] for one in first["attempts"]] == [500] * failures + [200]
    assert times(first) == expected


def test_one_move_of_the_clock_climbs_the_whole_ladder(desk: Desk, receiver: Receiver) -> None:
    there = desk.opened(webhook_moments="older")
    receiver.answers = [503] * 16
    event = there.create(webhook_url=receiver.url())
    there.sign(event, "Ana")
    there.client.control("POST", "/clock/advance", json={"until": "idle"})
    first, second = there.deliveries(event)
    climbed = [sum(LADDER[: number + 1]) for number in range(len(LADDER))]

    assert [one["delivery"]["state"] for one in (first, second)] == ["failed", "failed"]
    assert times(first) == climbed
    assert times(second) == [30 + seconds for seconds in climbed]


def test_a_further_attempt_tells_of_the_same_moment(desk: Desk, shapes: Shapes, receiver: Receiver) -> None:
    receiver.answers = [500]
    event = desk.create(shapes.batch("Ana", "Bia"), webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("1s")
    desk.sign(event, "Bia")
    desk.client.advance("1m")
    first = desk.deliveries(event)[0]
    same = [one for one in receiver.heard if one.content.decode() == first["body"]]

    assert times(first) == [0, 60]
    assert same == [receiver.heard[0], receiver.heard[-1]]


def test_a_closed_port_is_tried_in_vain_and_the_reason_kept(desk: Desk, closed_port: int) -> None:
    event = desk.create(webhook_url=f"http://127.0.0.1:{closed_port}/")
    desk.sign(event, "Ana")
    desk.client.control("POST", "/clock/advance", json={"until": "idle"})
    first = desk.deliveries(event)[0]

    assert first["delivery"]["state"] == "failed"
    assert len(first["attempts"]) == len(LADDER)
    assert {(one["status"], one["error"]) for one in first["attempts"]} == {
        (None, "cannot connect: Connection refused")
    }


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(desk: Desk, receiver: Receiver, status: int) -> None:
    there = desk.opened(webhook_moments="older")
    receiver.answers = [status]
    event = there.create(webhook_url=receiver.url())
    there.sign(event, "Ana")
    there.client.advance("0s")
    (first,) = there.deliveries(event)

    assert [one.path for one in receiver.heard] == ["/hooks"]
    assert (first["delivery"]["state"], first["attempts"][0]["status"]) == ("pending", status)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://192.0.2.1/hooks", "not this machine"),
        ("https://[2001:db8::1]/", "not this machine"),
        ("192.0.2.1", "not this machine"),
        ("http://10.0.0.1:80/", "not this machine"),
        ("ftp://127.0.0.1/", "neither http nor https"),
        ("http://127.0.0.1:99999/", "port"),
    ],
)
def test_an_address_elsewhere_is_refused_with_the_reason(desk: Desk, url: str, reason: str) -> None:
    event = desk.create(webhook_url=url)
    desk.sign(event, "Ana")
    desk.client.advance("0s")
    first = desk.deliveries(event)[0]

    assert first["delivery"]["state"] == "refused"
    assert first["delivery"]["next_at"] is None
    assert first["attempts"][0]["error"].startswith("refused: ")
    assert reason in first["attempts"][0]["error"]


def test_one_bad_address_holds_up_no_other(desk: Desk, receiver: Receiver) -> None:
    event = desk.create(webhook_url="http://192.0.2.1/", webhook_url_list=[receiver.url()])
    desk.sign(event, "Ana")
    desk.client.advance("30s")

    assert len(receiver.heard) == 3


def test_a_replay_sends_the_same_again(desk: Desk, receiver: Receiver) -> None:
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("1m")
    before = len(receiver.heard)
    first = desk.deliveries(event)[0]
    answer = desk.client.control("POST", f"/deliveries/{first['delivery']['id']}/replay").json()

    assert len(receiver.heard) == before + 1
    assert receiver.heard[-1].content == receiver.heard[0].content
    assert (answer["delivery"]["state"], len(answer["attempts"])) == ("delivered", 2)


def test_an_unknown_delivery_is_not_replayed(desk: Desk) -> None:
    assert desk.client.control("POST", "/deliveries/unknown/replay").status_code == 404
    assert desk.client.control("GET", "/deliveries/unknown").status_code == 404


def test_a_duplicate_comes_twice(desk: Desk, shapes: Shapes, receiver: Receiver) -> None:
    fault(desk, "duplicate")
    event = story(desk, shapes, webhook_url=receiver.url())

    assert receiver.heard[0].content == receiver.heard[1].content
    assert moments(desk, event) == [PARTY, PARTY, PARTY, ZIP, FINISHED]
    assert len(webhook(desk, event)["notifications"]) in {4, 5}


def test_a_dropped_one_never_comes(desk: Desk, shapes: Shapes, receiver: Receiver) -> None:
    fault(desk, "drop", nth=2, times=2)
    event = story(desk, shapes, webhook_url=receiver.url())
    states = [one["delivery"]["state"] for one in desk.deliveries(event)]

    assert states == ["delivered", "dropped", "dropped", "delivered"]
    assert len(receiver.heard) == 2


def test_a_delayed_one_comes_late(desk: Desk, receiver: Receiver) -> None:
    fault(desk, "delay", by="10m")
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("599s")
    in_time = len(receiver.heard)
    desk.client.advance("1s")
    delayed = desk.deliveries(event)[0]

    assert (in_time, len(receiver.heard)) == (2, 3)
    assert times(delayed) == [600]
    assert delayed["delivery"]["faults"] == ["delay"]


def test_a_reordered_one_comes_after_the_next(desk: Desk, shapes: Shapes, receiver: Receiver) -> None:
    fault(desk, "reorder")
    event = desk.create(shapes.batch("Ana", "Bia"), webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("1s")
    held = len(receiver.heard)
    desk.sign(event, "Bia")
    desk.client.advance("0s")
    bodies = [one["body"] for one in desk.deliveries(event)]

    assert held == 0
    assert [one.content.decode() for one in receiver.heard] == [bodies[1], bodies[0], bodies[2]]


def test_a_truncated_one_is_no_json_and_the_webhook_object_is_whole(
    desk: Desk, shapes: Shapes, receiver: Receiver
) -> None:
    fault(desk, "truncate")
    event = story(desk, shapes, webhook_url=receiver.url())
    notifications = webhook(desk, event)["notifications"]

    with pytest.raises(json.JSONDecodeError):
        json.loads(receiver.heard[0].content)
    assert len(notifications) == 4
    assert {one["notification_body"]["batch_group_key"] for one in notifications} == {
        event["batch_group_key"]
    }


def test_a_truncated_duplicate_leaves_the_webhook_object_whole(desk: Desk, receiver: Receiver) -> None:
    fault(desk, "truncate")
    fault(desk, "duplicate")
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    bodies = [one["notification_body"] for one in webhook(desk, event)["notifications"]]

    assert {one["batch_group_key"] for one in bodies} == {event["batch_group_key"]}


def test_extra_fields_are_added_to_the_event(desk: Desk, receiver: Receiver) -> None:
    fault(desk, "extra_fields", times=9)
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("30s")
    told = receiver.heard[-1].event
    more = told.keys() - desk.read(event).keys() - {"control_number"}

    assert more
    assert all("sealbox" in name for name in more)
    assert {key: told[key] for key in desk.read(event)} == desk.read(event)


def test_faults_are_listed_until_used_up_or_cleared(desk: Desk, receiver: Receiver) -> None:
    fault(desk, "drop", times=2)
    fault(desk, "delay", nth=9, by="2m")
    listed = desk.client.control("GET", "/webhook_faults").json()["faults"]
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    left = desk.client.control("GET", "/webhook_faults").json()["faults"]
    cleared = desk.client.control("DELETE", "/webhook_faults").json()["faults"]

    assert [(one["kind"], one["nth"], one["times"]) for one in listed] == [("drop", 1, 2), ("delay", 9, 1)]
    assert [(one["kind"], one["nth"]) for one in left] == [("delay", 7)]
    assert cleared == []


@pytest.mark.parametrize(
    "body", [{"kind": "flood"}, {"kind": "delay", "by": "soon"}, {"kind": "drop", "nth": 0}, {}]
)
def test_an_odd_fault_is_refused(desk: Desk, body: Json) -> None:
    answer = desk.client.control("POST", "/webhook_faults", json=body)

    assert answer.status_code == 400
    assert desk.client.control("GET", "/webhook_faults").json()["faults"] == []


def test_the_webhook_object_lists_addresses_and_notifications(desk: Desk, receiver: Receiver) -> None:
    one, two = receiver.url("/one"), receiver.url("/two")
    event = desk.create(webhook_url=one, webhook_url_list=[two])
    desk.client.advance("30s")
    desk.sign(event, "Ana")
    desk.client.advance("30s")
    found = webhook(desk, event)
    bodies = [json.loads(delivery["body"]) for delivery in desk.deliveries(event)]

    assert found["created_at"] == "2025-04-01T12:00:00"
    assert found["events"] == [
        {"created_at": "2025-04-01T12:00:00", "webhook_new_url": url, "webhook_old_url": None}
        for url in (one, two)
    ]
    assert [notice["created_at"] for notice in found["notifications"]] == (
        ["2025-04-01T12:00:30"] * 4 + ["2025-04-01T12:01:00"] * 2
    )
    assert {notice["max_try"] for notice in found["notifications"]} == {300}
    assert [notice["notification_body"] for notice in found["notifications"]] == bodies


def test_the_internal_webhook_key_names_nothing(desk: Desk) -> None:
    key = desk.create()["internal_webhook_key"]

    assert desk.client.certifiqi("GET", f"/webhook/{key}").status_code == 404


def test_a_delivery_keeps_what_was_sent_and_what_came_back(desk: Desk, receiver: Receiver) -> None:
    event = desk.create(webhook_url=receiver.url())
    desk.sign(event, "Ana")
    desk.client.advance("0s")
    first = desk.deliveries(event)[0]
    (attempt,) = first["attempts"]
    sent = {name.lower(): value for name, value in attempt["request_headers"]}

    assert first["body"].encode() == receiver.heard[0].content
    assert sent.items() >= dict(first["headers"]).items()
    assert (
        attempt["answer_headers"][-1] == ["Content-Length", "0"]
        or ["content-length", "0"] in attempt["answer_headers"]
    )
    assert (attempt["number"], attempt["status"], attempt["error"]) == (1, 200, None)


def test_webhooks_of_one_tenant_are_not_another_s(desk: Desk, receiver: Receiver) -> None:
    there = desk.opened()
    event = there.create(webhook_url=receiver.url())
    there.sign(event, "Ana")
    one = there.deliveries(event)[0]["delivery"]["id"]
    desk.client.advance("1h")

    assert desk.client.control("GET", "/deliveries").json()["deliveries"] == []
    assert desk.client.control("GET", f"/deliveries/{one}").status_code == 404
    assert receiver.heard == []


def test_the_same_history_tells_the_same_bytes(
    open_app: Callable[..., Client], desk_of: type[Desk], shapes: Shapes, receiver: Receiver
) -> None:
    for _ in range(2):
        story(desk_of(open_app()), shapes, webhook_url=receiver.url(), control_number="9")
    half = len(receiver.heard) // 2

    assert half == 4
    assert receiver.heard[:half] == receiver.heard[half:]
