"""One plan and one history are the same bytes, every time."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.sandbox import Plan, Sandboxes
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client

DEFAULTS = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00003"


def story(client: Client) -> list[tuple[int, list[tuple[bytes, bytes]], bytes]]:
    """Every kind of request once, and all that was answered."""
    answers: list[httpx2.Response] = [
        client.control("GET", "/info"),
        client.vec("GET", "/business/user-management/users"),
        client.create_batch(),
        client.create_batch(template_id=DEFAULTS),
        client.create_batch(csv=b"x"),
        client.create_event(),
        client.create_event(name=None),
        client.control("POST", "/clock/advance", json={"by": "3s"}),
        client.vec("GET", "/business/batches"),
        client.vec("GET", "/business/certificates", params={"per_page": "100", "sort_field": "name"}),
        client.vec("GET", "/business/certificate-templates"),
        client.certifiqi("GET", "/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"),
        client.control("POST", "/clock/advance", json={"until": "idle"}),
        client.control("POST", "/tenants", json={"tenant": "second"}),
        client.of("second").create_batch(),
        client.control("GET", "/evidence"),
        client.control("GET", "/tenants"),
    ]
    return [(answer.status_code, answer.headers.raw, answer.content) for answer in answers]


@pytest.mark.parametrize("seed", ["1", "another", ""])
def test_the_same_plan_and_the_same_requests_give_the_same_bytes(
    open_app: Callable[..., Client], seed: str
) -> None:
    first, second = (story(open_app(Plan(seed=seed, clock=ClockMode.MANUAL))) for _ in range(2))

    assert first == second


def test_system_time_decides_nothing_with_a_manual_clock(open_app: Callable[..., Client]) -> None:
    times = [datetime(2001, 1, 1, tzinfo=UTC), datetime(2030, 5, 5, tzinfo=UTC)]
    first, second = (story(open_app(system=lambda at=at: at)) for at in times)

    assert first == second


def test_another_seed_is_other_people_in_the_same_places(open_app: Callable[..., Client]) -> None:
    def users(seed: str) -> list[dict[str, str]]:
        client = open_app(Plan(seed=seed, clock=ClockMode.MANUAL))
        found: list[dict[str, str]] = client.vec("GET", "/business/user-management/users").json()["data"]
        return found

    one, two = users("1"), users("2")
    same = [mine["uuid"] == theirs["uuid"] for mine, theirs in zip(one, two, strict=True)]

    assert same.count(True) == 1  # the documented user
    assert {user["email"] for user in one} & {user["email"] for user in two} == {"faizan@example.com"}


def test_another_tenant_of_the_same_seed_has_the_same_people_and_other_new_ids(
    open_app: Callable[..., Client],
) -> None:
    app = open_app()
    one, two = app.open_tenant("one"), app.open_tenant("two")
    path = "/business/user-management/users"

    # Each tenant's files have an address of their own.
    people = [tenant.vec("GET", path).text.replace(f"/@{tenant.tenant}/", "/") for tenant in (one, two)]

    assert people[0] == people[1]
    assert one.create_batch().json()["data"]["id"] != two.create_batch().json()["data"]["id"]


def test_reading_changes_nothing_of_what_comes_next(open_app: Callable[..., Client]) -> None:
    curious, plain = open_app(), open_app()
    for _ in range(5):
        curious.vec("GET", "/business/batches")
        curious.control("GET", "/info")
        curious.create_batch(csv=b"")  # a refusal takes no id either

    assert curious.create_batch().content == plain.create_batch().content
    assert curious.create_event().content == plain.create_event().content


def test_every_invented_address_is_at_an_example_domain(client: Client) -> None:
    users = client.vec("GET", "/business/user-management/users", params={"per_page": "100"}).json()["data"]

    assert {user["email"].partition("@")[2] for user in users} == {"example.com"}


@given(st.text(max_size=20), st.integers(1, 40))
def test_new_ids_are_uuids_of_version_4_drawn_from_seed_tenant_and_number(seed: str, number: int) -> None:
    sandbox = Sandboxes(Plan(seed=seed)).default
    drawn = [sandbox.new_id() for _ in range(number)]
    text = f"{seed} demo {number}".encode()
    assert drawn[-1] == str(UUID(bytes=blake2b(text, digest_size=16).digest(), version=4))
    assert len(set(drawn)) == number
