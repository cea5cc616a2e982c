"""Two applications never meet, nor do two tenants of one."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client

READS = (
    "/vec/business/batches",
    "/vec/business/certificates",
    "/vec/business/user-management/users",
    "/vec/business/certificate-templates",
    "/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8",
)


def everything(client: Client) -> list[bytes]:
    """Whatever the tenant can be asked for, as bytes."""
    headers = {"Authorization": f"Bearer {client.token('vec')}", "x-api-token": client.token("certifiqi")}
    answers = [client.send("GET", path, headers=headers) for path in READS]
    answers += [client.control("GET", path) for path in ("/info", "/clock", "/evidence")]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.content for answer in answers]


def do_something(client: Client) -> None:
    assert client.create_batch().status_code == 201
    assert client.create_event().status_code == 200
    client.advance("1m")


def test_two_applications_never_meet(open_app: Callable[..., Client]) -> None:
    busy, idle = open_app(), open_app()
    before = everything(idle)
    do_something(busy)

    assert everything(idle) == before
    assert everything(busy) != before


def test_two_tenants_of_one_application_never_meet(open_app: Callable[..., Client]) -> None:
    app = open_app()
    busy, idle = app.open_tenant("busy"), app.open_tenant("idle")
    before, default = everything(idle), everything(app)
    do_something(busy)
    made = busy.create_batch().json()["data"]["id"]

    assert everything(idle) == before
    assert everything(app) == default
    assert idle.vec("GET", f"/business/batches/{made}").status_code == 404


def test_a_credential_opens_its_own_tenant_only(open_app: Callable[..., Client]) -> None:
    app = open_app()
    one, two = app.open_tenant("one"), app.open_tenant("two")
    batch = one.create_batch().json()["data"]["id"]
    event = one.create_event().json()["batch_group_key"]

    for other in (two, app):
        assert other.vec("GET", f"/business/batches/{batch}").status_code == 404
        assert other.certifiqi("GET", f"/batch_group/{event}").status_code == 404
    assert app.of("three").vec("GET", "/business/batches").status_code == 401


def test_switches_and_seeds_are_a_tenant_s_own(open_app: Callable[..., Client]) -> None:
    app = open_app()
    strict = app.open_tenant("strict", switches={"vec.name_unique": "yes"}, seed="7")
    loose = app.open_tenant("loose")
    strict.create_batch()
    loose.create_batch()

    assert strict.create_batch().status_code == 422
    assert loose.create_batch().status_code == 201
    assert strict.control("GET", "/info").json()["seed"] == "7"
    assert loose.control("GET", "/info").json()["seed"] == "1"


def test_opening_a_tenant_again_begins_it_again(open_app: Callable[..., Client]) -> None:
    app = open_app()
    tenant = app.open_tenant("again")
    fresh = everything(tenant)
    do_something(tenant)
    app.open_tenant("again")

    assert everything(tenant) == fresh


def test_a_reset_restores_exactly_and_leaves_other_tenants_alone(open_app: Callable[..., Client]) -> None:
    app = open_app()
    other = app.open_tenant("other", switches={"vec.list_order": "oldest_first"}, seed="3")
    fresh = everything(other)
    do_something(other)
    do_something(app)
    default = everything(app)
    other.control("POST", "/reset")

    assert everything(other) == fresh
    assert everything(app) == default


def test_ids_after_a_reset_are_those_of_the_first_time(open_app: Callable[..., Client]) -> None:
    def story() -> list[Any]:
        return [client.create_batch().json(), client.create_event().json()]

    client = open_app()
    first = story()
    client.control("POST", "/reset")

    assert story() == first


def test_a_reset_takes_no_more_than_a_few_milliseconds(open_app: Callable[..., Client]) -> None:
    client = open_app(Plan(clock=ClockMode.MANUAL))
    for _ in range(20):
        client.create_batch()
    took = []
    for _ in range(20):
        begin = time.perf_counter()
        client.control("POST", "/reset")
        took.append(time.perf_counter() - begin)

    assert statistics.median(took) < 3 * 0.005  # promised are 5 ms; the rest is for a busy machine
