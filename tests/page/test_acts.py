"""Buttons: each does what the control plane does, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest


def waiting_batch(live: Any) -> tuple[str, list[str]]:
    """The batch of a fresh world that waits for two people, and their ids."""
    found = live.vec("GET", "/business/batches?status=waiting_for_approval").json()["data"][0]["id"]
    shown = live.control("GET", f"/vec/batches/{found}")
    return found, [one["user_uuid"] for one in shown["signatures"]]


def signers(live: Any, key: str) -> list[int]:
    return [
        signer["id"]
        for batch in live.control("GET", f"/certifiqi/events/{key}")["batches"]
        for party in batch["parties"]
        for group in party["groups"]
        for signer in group["signers"]
    ]


def test_an_act_leads_back_to_where_it_was_done(live: Any) -> None:
    answer = live.act("advance", came_from="/?tenant=demo&open=abc&status=4xx", by="1h")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/?tenant=demo&status=4xx&open=abc#clock"
    assert live.control("GET", "/clock")["now"] == "2025-04-01T13:00:00+00:00"


def test_where_somebody_came_from_elsewhere_is_not_looked_at(live: Any) -> None:
    headers = {"Referer": "http://evil.example/?tenant=demo&find=evil"}
    answer = live.client.post("/_sandbox/ui/act/advance?tenant=demo", data={"by": "1s"}, headers=headers)

    assert answer.headers["location"] == "/?tenant=demo#clock"


def test_approving_one_by_one_completes_a_batch(live: Any) -> None:
    batch, users = waiting_batch(live)
    for user in users:
        assert live.act("approve", batch=batch, user_uuid=user).status_code == 303
    live.act("advance", until="idle")

    assert live.control("GET", f"/vec/batches/{batch}")["status"] == "completed"
    assert "act/approve" not in live.html()


def test_refusing_fails_a_batch(live: Any) -> None:
    batch, users = waiting_batch(live)
    live.act("refuse", batch=batch, user_uuid=users[1])

    assert live.control("GET", f"/vec/batches/{batch}")["status"] == "failed"
    assert "Refuse" not in live.html(open=batch)


def test_signing_and_rejecting_are_offered_to_whoever_is_in_turn(live: Any) -> None:
    key = live.event()
    (signer,) = signers(live, key)
    assert f'id="sign-{signer}"' in live.html(open=key)

    assert live.act("sign", signer=str(signer)).status_code == 303

    assert f'id="sign-{signer}"' not in live.html(open=key)
    assert live.control("GET", f"/certifiqi/events/{key}")["signature_status"] == "signed"


def test_a_rejection_ends_an_event(live: Any) -> None:
    key = live.event()
    live.act("reject", signer=str(signers(live, key)[0]))

    assert live.control("GET", f"/certifiqi/events/{key}")["signature_status"] == "rejected"


@pytest.mark.parametrize("until", ["quorum", "all"])
def test_everybody_who_is_needed_signs_at_once(live: Any, until: str) -> None:
    key = live.event()
    live.act("quorum", event=key, until=until)

    assert live.control("GET", f"/certifiqi/events/{key}")["missing"] == []


def test_a_webhook_is_sent_again(live: Any, receiver: Any) -> None:
    key = live.event(webhook_url=receiver.url)
    live.act("quorum", event=key, until="quorum")
    live.act("advance", until="idle")
    delivery = live.control("GET", "/deliveries")["deliveries"][0]["id"]
    heard = len(receiver.heard)

    live.act("replay", delivery=delivery)

    assert len(receiver.heard) == heard + 1


def test_faults_are_set_and_removed(live: Any) -> None:
    live.act("add_fault", operation="getBatch", nth="3", delay="10ms", reset="yes", next="", status="")
    (fault,) = live.control("GET", "/faults")["faults"]
    assert fault["effect"] == {"delay": "10ms", "reset": True}
    assert (fault["operation"], fault["nth"]) == ("getBatch", 3)

    live.act("remove_fault", fault=str(fault["id"]))
    assert live.control("GET", "/faults")["faults"] == []

    live.act("add_fault", status="401")
    live.act("clear_faults")
    assert live.control("GET", "/faults")["faults"] == []


def test_faults_of_webhooks_are_set_and_removed(live: Any) -> None:
    live.act("add_webhook_fault", kind="delay", nth="2", times="3", by="1h")
    assert live.control("GET", "/webhook_faults")["faults"] == [
        {"kind": "delay", "nth": 2, "times": 3, "by": "3600000ms"}
    ]
    assert "webhook: delay" in live.html()

    live.act("clear_webhook_faults")

    assert live.control("GET", "/webhook_faults")["faults"] == []


def test_a_tenant_begins_again(live: Any) -> None:
    live.upload(name="Vergangen")
    answer = live.act("reset")

    assert answer.headers["location"] == "/?tenant=demo"
    assert "Vergangen" not in live.html()
    assert "First steps" in live.html()


def test_the_journal_is_emptied(live: Any) -> None:
    live.upload()
    live.act("clear_journal")

    assert live.control("GET", "/journal")["total"] == 0


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("advance", {"by": "soon"}, "Not done:"),
        ("advance", {}, "Not done:"),
        ("mode", {"mode": "sideways"}, "Not done:"),
        ("sign", {"signer": "1"}, "Not done: there is no"),
        ("sign", {"signer": "x/../y"}, "Not done:"),
        ("sign", {}, "The form has no signer."),
        ("remove_fault", {"fault": ""}, "Not"),
        ("add_fault", {}, "Not done:"),
        ("add_fault", {"status": "many"}, "Not done:"),
        ("add_fault", {"status": "401", "nth": "1", "next": "1"}, "Not done:"),
        ("add_fault", {"status": "401", "operation": "nothing"}, "there is no operation"),
        ("add_webhook_fault", {"kind": "bend"}, "Not done:"),
        ("approve", {"batch": "nobody"}, "Not done: there is no"),
    ],
)
def test_what_the_control_plane_refuses_is_said_and_not_done(
    live: Any, name: str, form: dict[str, str], said: str
) -> None:
    before = live.control("GET", "/snapshot")
    answer = live.act(name, **form)

    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert live.control("GET", "/snapshot") == before


def test_with_scripts_the_parts_come_back_with_what_was_said(live: Any) -> None:
    form = {"by": "1h", "open": "switches"}
    answer = live.client.post(
        "/_sandbox/ui/act/advance?tenant=demo", data=form, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert 'id="clock-live"' in answer.text
    assert "<!doctype" not in answer.text
    assert "The clock has moved." in answer.text
    assert 'id="switches" open' in answer.text
    assert answer.headers["x-page"] == "/?tenant=demo&open=switches"


def test_with_scripts_a_refusal_comes_back_to_be_shown(live: Any) -> None:
    answer = live.client.post("/_sandbox/ui/act/advance", data={"by": "x"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert 'class="said bad"' in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/_sandbox/ui/act/nothing", 404),
        ("GET", "/_sandbox/ui/act/reset", 405),
        ("POST", "/", 405),
        ("POST", "/_sandbox/ui/act/reset?tenant=nobody", 404),
    ],
)
def test_what_is_no_act_is_refused_on_a_page(live: Any, method: str, path: str, status: int) -> None:
    answer = live.client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_a_form_without_end_is_not_read(live: Any) -> None:
    assert live.act("advance", by="1" * 70_000).status_code == 413
