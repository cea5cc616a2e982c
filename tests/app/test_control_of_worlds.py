"""What the control plane adds to worlds, and how it moves and reseeds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client

USERS = "/business/user-management/users"


def added(client: Client, path: str, **body: Any) -> dict[str, Any]:
    answer = client.control("POST", path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def until(client: Client, about: str, status: str) -> httpx2.Response:
    return client.control("POST", "/clock/advance", json={"until": {"about": about, "status": status}})


def test_an_added_user_may_sign(client: Client) -> None:
    user = added(client, "/vec/users", first_name="Ada", last_name="Lima")
    template = added(client, "/vec/templates", name="Own", signatory_fields=["Dean"])
    shown = client.vec("GET", f"{USERS}/{user['user_uuid']}").json()["user"]
    made = client.create_batch(template_id=template["template_id"], signatories=[(user["user_uuid"], 1)])

    assert (shown["first_name"], shown["email"], shown["has_signature"]) == ("Ada", user["email"], True)
    assert made.status_code == 201
    assert made.json()["data"]["requires_signatures"] is True


@pytest.mark.parametrize(
    ("more", "said"),
    [({"has_signature": False}, "has no signature uploaded"), ({"is_archived": True}, "is an archived user")],
)
def test_an_added_user_may_be_one_who_cannot_sign(client: Client, more: dict[str, Any], said: str) -> None:
    user = added(client, "/vec/users", first_name="Ada", last_name="Lima", **more)
    answer = client.create_batch(signatories=[(user["user_uuid"], 1)])

    assert answer.status_code == 422
    assert said in answer.json()["errors"]["signatories.0.user_uuid"][0]


def test_an_added_template_has_its_defaults(client: Client) -> None:
    ada = added(client, "/vec/users", first_name="Ada", last_name="Lima")["user_uuid"]
    bob = added(client, "/vec/users", first_name="Bob", last_name="Reis")["user_uuid"]
    template = added(
        client,
        "/vec/templates",
        name="Own",
        signatory_fields=["Dean", "Rector"],
        default_signatories=[{"user_uuid": ada, "auto_approve": True}, {"user_uuid": bob}],
    )
    shown = client.vec("GET", f"/business/certificate-templates/{template['template_id']}").json()["data"]

    assert [
        (one["user"]["uuid"], one["signatory_index"], one["auto_approve"])
        for one in shown["default_signatories"]
    ] == [(ada, 1, True), (bob, 2, False)]
    assert shown["requires_signature_setup"] is False


def test_a_token_opens_what_it_was_given(client: Client) -> None:
    token = added(client, "/vec/tokens", kind="auditor", permissions=["users:view"])

    assert token == {"kind": "auditor", "token": "sealbox_vec_demo_auditor"}
    assert client.vec("GET", USERS, kind="auditor").status_code == 200
    forbidden = client.vec("GET", "/business/batches", kind="auditor")
    assert (forbidden.status_code, forbidden.json()["required_permission"]) == (403, "batches:view")


def test_a_token_of_another_institution_sees_that_institution(client: Client) -> None:
    institutions = client.control("GET", "/snapshot").json()["apis"]["vec"]["institutions"]
    other = next(int(id_) for id_ in institutions if id_ != "3")
    added(client, "/vec/tokens", kind="outside", permissions=["users:view"], institution_id=other)
    added(client, "/vec/users", first_name="Ada", last_name="Lima", institution_id=other)
    names = [one["first_name"] for one in client.vec("GET", USERS, kind="outside").json()["data"]]

    assert "Ada" in names
    assert "Ada" not in [one["first_name"] for one in client.vec("GET", USERS).json()["data"]]


def test_a_key_is_of_a_client_that_sees_its_own_events(client: Client) -> None:
    key = added(client, "/certifiqi/keys", kind="second_shop")
    made = client.create_event(kind="second_shop").json()["batch_group_key"]

    assert key["token"] == "sealbox_certifiqi_demo_second_shop"
    assert client.certifiqi("GET", f"/batch_group/{made}", kind="second_shop").status_code == 200
    assert client.certifiqi("GET", f"/batch_group/{made}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/vec/users", {"first_name": "Ada"}),
        ("/vec/users", {"first_name": "Ada", "last_name": "Lima", "institution_id": 99}),
        ("/vec/templates", {"name": ""}),
        ("/vec/templates", {"name": "x", "default_signatories": [{"user_uuid": "nobody"}]}),
        ("/vec/tokens", {"kind": "full", "permissions": [], "user_uuid": "nobody"}),
        ("/vec/tokens", {"kind": "viewer", "permissions": []}),
        ("/vec/tokens", {"kind": "Not a name", "permissions": []}),
        ("/certifiqi/keys", {"kind": "second_client\n"}),
        ("/certifiqi/keys", {}),
    ],
)
def test_what_cannot_be_added_is_refused(client: Client, path: str, body: dict[str, Any]) -> None:
    before = client.control("GET", "/snapshot").json()
    answer = client.control("POST", path, json=body)

    assert answer.status_code == 400
    assert client.control("GET", "/snapshot").json() == before


def test_what_was_added_is_of_one_tenant_and_gone_after_a_reset(client: Client) -> None:
    other = client.open_tenant("plain")
    added(client, "/vec/tokens", kind="auditor", permissions=["users:view"])
    alone = other.vec("GET", USERS, kind="auditor").status_code
    client.control("POST", "/reset")

    assert (alone, client.vec("GET", USERS, kind="auditor").status_code) == (401, 401)


def test_a_closed_tenant_lets_nobody_in(client: Client) -> None:
    other = client.open_tenant("short-lived")
    assert other.vec("GET", "/business/batches").status_code == 200
    assert client.send("DELETE", "/_sandbox/tenants/short-lived").json() == {"closed": "short-lived"}

    assert other.vec("GET", "/business/batches").status_code == 401
    assert other.control("GET", "/info").status_code == 404
    assert client.send("DELETE", "/_sandbox/tenants/short-lived").status_code == 404


def test_the_first_tenant_stays(client: Client) -> None:
    assert client.send("DELETE", "/_sandbox/tenants/demo").status_code == 400
    assert client.batches()


def test_another_seed_is_another_world(client: Client) -> None:
    users = client.vec("GET", USERS).json()
    answer = client.control("POST", "/seed", json={"seed": "another"})

    assert answer.json()["seed"] == "another"
    assert client.vec("GET", USERS).json() != users
    client.control("POST", "/seed", json={"seed": "1"})
    assert client.vec("GET", USERS).json() == users


def test_time_moves_until_an_object_has_a_status(client: Client) -> None:
    first, second = (client.create_batch().json()["data"]["id"] for _ in range(2))
    client.advance("1s")
    third = client.create_batch().json()["data"]["id"]
    answer = until(client, second, "completed").json()
    stands = [
        client.vec("GET", f"/business/batches/{one}").json()["data"]["status"] for one in (first, third)
    ]

    assert stands == ["completed", "processing"]
    assert [one["what"] for one in answer["happened"] if one["about"] == second] == [
        "generation started: processing",
        "every certificate made: completed",
    ]


def test_time_does_not_move_for_what_has_it_already(client: Client) -> None:
    made = client.create_batch().json()["data"]["id"]

    assert until(client, made, "pending").json()["now"] == client.control("GET", "/clock").json()["now"]


@pytest.mark.parametrize(("about", "status"), [("nothing", "completed"), ("", "failed")])
def test_what_never_comes_is_said(client: Client, about: str, status: str) -> None:
    made = client.create_batch().json()["data"]["id"]
    answer = until(client, about or made, status)

    assert answer.status_code == 400
    assert f"has not become {status}" in answer.json()["detail"]


def test_an_event_is_followed_by_either_of_its_statuses(client: Client) -> None:
    made = client.create_event().json()["batch_group_key"]
    client.control("POST", f"/certifiqi/events/{made}/sign", json={"until": "quorum"})
    waiting = client.certifiqi("GET", f"/batch_group/{made}").json()["internal_status"]
    answer = until(client, made, "finished").json()

    assert waiting == "waiting_zip_file"
    assert [one["what"] for one in answer["happened"]] == ["event finished"]
    assert client.certifiqi("GET", f"/batch_group/{made}").json()["internal_status"] == "finished"


def test_a_clock_changes_its_way_without_a_jump(open_app: Callable[..., Client]) -> None:
    client = open_app()
    before = client.control("GET", "/clock").json()
    auto = client.control("PUT", "/clock", json={"mode": "auto", "scale": 1000}).json()
    manual = client.control("PUT", "/clock", json={"mode": "manual"}).json()

    assert (before["mode"], before["scale"]) == ("manual", 0)
    assert (auto["mode"], auto["scale"]) == ("auto", 1000)
    assert before["now"] <= auto["now"] <= manual["now"] < "2025-04-02"
    assert manual == client.control("GET", "/clock").json() | {"now": manual["now"]}


def test_a_clock_set_to_instant_settles_what_was_pending(open_app: Callable[..., Client]) -> None:
    client = open_app()
    made = client.create_batch().json()["data"]["id"]
    client.control("PUT", "/clock", json={"mode": "instant"})

    assert client.vec("GET", f"/business/batches/{made}").json()["data"]["status"] == "completed"


@pytest.mark.parametrize("body", [{}, {"mode": "backwards"}, {"scale": 0}, {"scale": "fast"}, {"now": "x"}])
def test_a_clock_that_cannot_be_is_refused(client: Client, body: dict[str, Any]) -> None:
    assert client.control("PUT", "/clock", json=body).status_code == 400


def test_the_timeline_tells_what_has_happened_once(client: Client) -> None:
    made = client.create_batch().json()["data"]["id"]
    first = client.control("GET", "/timeline").json()
    client.control("POST", "/clock/advance", json={"until": "idle"})
    then = client.control("GET", "/timeline", params={"since": str(first["count"])}).json()

    assert [one["what"] for one in first["happened"]] == ["batch 'Turma' created"]
    assert {one["about"] for one in first["happened"]} == {made}
    assert [one["what"].partition(":")[0] for one in then["happened"]] == [
        "generation started",
        "every certificate made",
    ]
    assert [one["number"] for one in then["happened"]] == [2, 3]
    assert client.control("GET", "/timeline", params={"since": str(then["count"])}).json()["happened"] == []


def test_the_outbox_has_mails_and_webhooks_of_an_object(client: Client) -> None:
    hook = "http://127.0.0.1:9/hooks"  # nobody listens there
    one, other = (
        client.create_event(send_emails=True, webhook_url=hook).json()["batch_group_key"] for _ in range(2)
    )
    client.control("POST", f"/certifiqi/events/{one}/sign", json={"until": "quorum"})
    everything = client.control("GET", "/outbox").json()
    about = client.control("GET", "/outbox", params={"about": one}).json()

    assert {mail["about"] for mail in everything["mails"]} == {one, other}
    assert {mail["about"] for mail in about["mails"]} == {one}
    assert about["mails"] == client.control("GET", "/certifiqi/mails", params={"about": one}).json()["mails"]
    assert {delivery["about"] for delivery in about["deliveries"]} == {one}
    assert about["deliveries"] == client.control("GET", "/deliveries").json()["deliveries"]
