"""What a client can still do with an event that it has made: cancel it, and have its signers asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.certifiqi.conftest import Desk, Json, Shapes

REFUSED = {"title": "Bad Request", "description": "The signing event is not pending."}


def waiting(desk: Desk) -> Json:
    event = desk.create()
    desk.sign(event, "Ana")
    return event


def rejected(desk: Desk) -> Json:
    event = desk.create()
    desk.reject(event, "Ana")
    return event


def cancelled(desk: Desk) -> Json:
    event = desk.create()
    desk.put(event, "cancel_signature")
    return event


ENDS = pytest.mark.parametrize(
    "end",
    [waiting, lambda desk: desk.finished(), rejected, cancelled],
    ids=["waiting", "finished", "rejected", "cancelled"],
)


def test_a_pending_event_is_cancelled(desk: Desk) -> None:
    event = desk.create()
    answer = desk.put(event, "cancel_signature")

    assert answer.status_code == 200
    assert answer.json()["batch_group_key"] == event["batch_group_key"]
    assert answer.json()["signature_status"] == "cancel_signature"
    assert desk.state(event) == ("cancel_signature", "pending")


def test_the_cancel_answer_is_the_event_with_four_differences(desk: Desk, shapes: Shapes) -> None:
    parties = [shapes.party("Ana", notify_to=["rui@example.com"]), shapes.party("Bia", position=2)]
    event = desk.create(shapes.batch(*parties), control_number="Control Number", send_emails=True)
    desk.sign(event, "Ana")
    before = desk.read(event)
    answer = desk.put(event, "cancel_signature").json()
    expected = before | {"signature_status": "cancel_signature", "webhook_key": None}
    for party in expected["batches"][0]["related_parties"]:
        del party["notify_to"]

    assert answer == expected | {"control_number": "Control Number"}


def test_the_control_number_stands_where_the_page_has_it(desk: Desk) -> None:
    keys = list(desk.put(desk.create(), "cancel_signature").json())
    at = keys.index("control_number")

    assert keys[at - 1 : at + 2] == [
        "current_signature_position",
        "control_number",
        "internal_webhook_key",
    ]


def test_an_event_without_control_number_is_cancelled_with_null(desk: Desk) -> None:
    assert desk.put(desk.create(), "cancel_signature").json()["control_number"] is None


def test_parts_of_a_cancelled_event_keep_their_statuses_and_its_webhook_key(
    desk: Desk, shapes: Shapes
) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    desk.sign(event, "Ana")
    before = desk.read(event)
    desk.put(event, "cancel_signature")

    assert desk.read(event) == before | {"signature_status": "cancel_signature"}


@ENDS
def test_what_is_not_pending_cannot_be_cancelled(desk: Desk, end: Callable[[Desk], Json]) -> None:
    event = end(desk)
    before = desk.read(event)
    answer = desk.put(event, "cancel_signature")

    assert (answer.status_code, answer.json()) == (400, REFUSED)
    assert desk.read(event) == before


@ENDS
def test_the_refusal_of_a_cancel_may_be_a_conflict(desk: Desk, end: Callable[[Desk], Json]) -> None:
    there = desk.opened(cancel_not_pending="409")
    answer = there.put(end(there), "cancel_signature")

    assert (answer.status_code, answer.json()) == (409, REFUSED | {"title": "Conflict"})


def test_the_cancel_answer_may_still_say_pending(desk: Desk) -> None:
    there = desk.opened(cancel_status="pending")
    event = there.create()

    assert there.put(event, "cancel_signature").json()["signature_status"] == "pending"
    assert there.state(event) == ("cancel_signature", "pending")


def test_a_cancelled_event_gets_no_files(desk: Desk) -> None:
    event = cancelled(desk)
    desk.client.advance("1d")

    assert desk.read(event)["all_files_url"] == ""


def test_an_event_is_cancelled_up_to_the_last_signature(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=2))))
    desk.sign(event, "Ana")

    assert desk.put(event, "cancel_signature").status_code == 200


@pytest.mark.parametrize("what", ["cancel_signature", "send_to_signature"])
def test_a_body_that_nobody_asked_for_is_ignored(desk: Desk, what: str) -> None:
    path = f"/batch_group/{desk.create()['batch_group_key']}/{what}"
    headers = {"Content-Type": "application/json"}

    assert desk.client.certifiqi("PUT", path, content=b"{", headers=headers).status_code == 200


def test_sending_answers_with_the_empty_object_and_changes_nothing(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    desk.sign(event, "Ana")
    before = desk.read(event)
    answer = desk.put(event, "send_to_signature")

    assert (answer.status_code, answer.json()) == (200, {})
    assert desk.read(event) == before


@ENDS
def test_what_is_not_pending_is_not_sent(desk: Desk, end: Callable[[Desk], Json]) -> None:
    event = end(desk)
    answer = desk.put(event, "send_to_signature")

    assert (answer.status_code, answer.json()) == (400, REFUSED)
    assert desk.mails(event) == []


@ENDS
def test_sending_what_is_not_pending_may_be_accepted_and_mails_nobody(
    desk: Desk, end: Callable[[Desk], Json]
) -> None:
    there = desk.opened(send_to_signature_not_pending="accept")
    event = end(there)
    answer = there.put(event, "send_to_signature")

    assert (answer.status_code, answer.json()) == (200, {})
    assert there.mails(event) == []


@pytest.mark.parametrize("what", ["cancel_signature", "send_to_signature"])
@pytest.mark.parametrize(("switch", "status"), [("not_found", 404), ("forbidden", 403)])
def test_another_client_cannot_act(desk: Desk, what: str, switch: str, status: int) -> None:
    there = desk.opened(foreign_event=switch)
    event = there.create()
    answer = there.put(event, what, kind="other_client")
    unknown = there.put({"batch_group_key": "unknown"}, what)

    assert (answer.status_code, unknown.status_code) == (status, 404)
    assert there.state(event) == ("pending", "pending")
    assert there.mails(event) == []
