"""How time passes: by itself, when told, or all at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PLAIN, DEFAULTS, AUTO = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (1, 3, 4))


class System:
    """A system's time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **by: float) -> None:
        self.now += timedelta(**by)


def shown(client: Client, batch: str) -> dict[str, Any]:
    found: dict[str, Any] = client.vec("GET", f"/business/batches/{batch}").json()["data"]
    return found


def new(client: Client, *, template_id: str = PLAIN) -> dict[str, Any]:
    made: dict[str, Any] = client.create_batch(template_id=template_id).json()["data"]
    return made


@pytest.mark.parametrize(("scale", "seconds"), [(1.0, 4), (60.0, 4 / 60), (0.5, 8)])
def test_an_automatic_clock_follows_the_system_s_times_its_scale(
    open_app: Callable[..., Client], scale: float, seconds: float
) -> None:
    system = System()
    client = open_app(Plan(clock=ClockMode.AUTO, clock_scale=scale), system=system)
    batch = new(client)
    system.passes(seconds=seconds / 2 + 0.01)
    half_way = shown(client, batch["id"])["status"]
    system.passes(seconds=seconds)

    assert batch["created_at"] == "2026-03-04T05:06:07.000000Z"
    assert half_way == "processing"
    assert shown(client, batch["id"])["status"] == "completed"


def test_an_automatic_clock_can_be_moved_as_well(open_app: Callable[..., Client]) -> None:
    client = open_app(Plan(clock=ClockMode.AUTO), system=System())
    batch = new(client)
    client.advance("1h")

    assert shown(client, batch["id"])["status"] == "completed"


def test_a_manual_clock_moves_only_when_told(open_app: Callable[..., Client]) -> None:
    system = System()
    client = open_app(Plan(clock=ClockMode.MANUAL), system=system)
    batch = new(client)
    system.passes(days=400)

    assert shown(client, batch["id"]) == batch
    assert batch["created_at"] == "2025-04-01T12:00:00.000000Z"


def test_an_instant_clock_settles_everything_before_the_answer(open_app: Callable[..., Client]) -> None:
    client = open_app(Plan(clock=ClockMode.INSTANT), system=System())
    batch = new(client, template_id=AUTO)

    assert (batch["status"], batch["progress"], batch["processed_certificates"]) == ("completed", 100, 2)
    assert shown(client, batch["id"]) == batch
    assert client.control("GET", "/clock").json()["next_due"] is None


def test_an_instant_clock_waits_for_people_all_the_same(open_app: Callable[..., Client]) -> None:
    client = open_app(Plan(clock=ClockMode.INSTANT), system=System())
    batch = new(client, template_id=DEFAULTS)
    client.control("POST", f"/vec/batches/{batch['id']}/approve", json={})

    assert batch["status"] == "waiting_for_approval"
    assert shown(client, batch["id"])["status"] == "completed"


def test_modes_of_two_tenants_are_their_own(open_app: Callable[..., Client]) -> None:
    app = open_app(Plan(clock=ClockMode.MANUAL), system=System())
    instant = app.open_tenant("instant", clock="instant")
    manual = app.open_tenant("manual", clock="manual")

    assert new(instant)["status"] == "completed"
    assert new(manual)["status"] == new(app)["status"] == "pending"
    assert [one.control("GET", "/clock").json()["mode"] for one in (app, instant, manual)] == [
        "manual",
        "instant",
        "manual",
    ]


def test_a_clock_of_one_tenant_moves_no_other(client: Client) -> None:
    other = client.open_tenant("apart", clock="manual")
    client.advance("5h")

    assert other.control("GET", "/clock").json()["now"].startswith("2025-04-01T12:00:00")


@pytest.mark.parametrize("mode", ClockMode)
def test_a_start_is_kept_in_every_mode(open_app: Callable[..., Client], mode: ClockMode) -> None:
    start = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    client = open_app(Plan(clock=mode, clock_start=start), system=System())

    assert new(client)["created_at"] == "2031-01-02T03:04:05.000000Z"


def test_in_one_history_time_never_runs_backwards(client: Client) -> None:
    seen = []
    for by in ("0s", "1ms", "1h", "0s", "3d"):
        client.advance(by)
        seen.append(client.control("GET", "/clock").json()["now"])
        new(client)

    assert [datetime.fromisoformat(one) for one in seen] == sorted(
        datetime.fromisoformat(one) for one in seen
    )
