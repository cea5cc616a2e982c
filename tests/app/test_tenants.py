"""Opening tenants: what a plan may say, what is refused, and where a clock begins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sealbox.contract.choices import check_switches

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """Status and detail of an RFC 9457 problem."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(body) == ["type", "title", "status", "detail"]
    assert body["status"] == answer.status_code
    return answer.status_code, body["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tenant": ""},
        {"tenant": "Upper"},
        {"tenant": "-a"},
        {"tenant": "a b"},
        {"tenant": "a\n"},
        {"tenant": "a" * 41},
        {"tenant": 5},
        {"tenant": "a", "more": 1},
        {"tenant": "a", "seed": 5},
        {"tenant": "a", "seed": "s" * 101},
        {"tenant": "a", "clock": "fast"},
        {"tenant": "a", "clock_start": "yesterday"},
        {"tenant": "a", "clock_start": 5},
        {"tenant": "a", "clock_start": "2025-13-01T00:00:00Z"},
        {"tenant": "a", "switches": []},
        {"tenant": "a", "switches": {"vec.row_faults": 5}},
    ],
)
def test_an_odd_tenant_is_refused_and_not_opened(client: Client, body: dict[str, Any]) -> None:
    before = client.control("GET", "/tenants").content
    status, detail = problem(client.control("POST", "/tenants", json=body))

    assert status == 400
    assert detail
    assert client.control("GET", "/tenants").content == before


@pytest.mark.parametrize(
    ("start", "now"),
    [
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00+00:00"),
        ("2030-01-01T00:00:00-03:00", "2030-01-01T03:00:00+00:00"),
        ("2000-02-29T23:59:59Z", "2000-02-29T23:59:59+00:00"),
    ],
)
def test_a_tenant_s_clock_begins_where_it_is_told(client: Client, start: str, now: str) -> None:
    tenant = client.open_tenant("timed", clock="manual", clock_start=start)
    shown = tenant.control("GET", "/clock").json()["now"]

    assert datetime.fromisoformat(shown) == datetime.fromisoformat(now)
    assert tenant.create_batch().status_code == 201
    assert tenant.create_event().status_code == 200
    assert tenant.vec("GET", "/business/certificates").status_code == 200


@pytest.mark.parametrize(
    "start",
    [
        "0001-01-01T00:00:00Z",
        "9000-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
    ],
)
def test_a_start_at_the_end_of_the_calendar_never_breaks_the_tenant(
    open_app: Callable[..., Client], start: str
) -> None:
    app = open_app()
    answer = app.control("POST", "/tenants", json={"tenant": "edge", "clock": "manual", "clock_start": start})
    if answer.status_code == 400:
        return
    tenant = app.of("edge")

    assert tenant.create_batch().status_code == 201
    assert tenant.vec("GET", "/business/certificates").status_code == 200
    assert app.control("GET", "/tenants").status_code == 200


def test_a_reset_keeps_the_tenant_s_own_plan(client: Client) -> None:
    tenant = client.open_tenant("kept", seed="9", clock="manual", clock_start="2031-01-01T00:00:00Z")
    fresh = tenant.control("GET", "/info").content
    tenant.create_batch()
    tenant.advance("1h")
    tenant.control("POST", "/reset")

    assert tenant.control("GET", "/info").content == fresh


@pytest.mark.parametrize(
    "chosen",
    [{"vec.nothing": "x"}, {"row_faults": "fail_row"}, {"vec.row_faults": "x"}, {"vec.name_unique": "True"}],
)
def test_an_unknown_switch_or_alternative_is_refused_with_those_there_are(
    client: Client, chosen: dict[str, str]
) -> None:
    answer = client.control("POST", "/tenants", json={"tenant": "odd", "switches": chosen})

    assert answer.status_code == 400
    assert (
        "fail_row" in answer.json()["detail"]
        or "row_faults" in answer.json()["detail"]
        or "no, yes" in answer.text
    )
    with pytest.raises(ValueError, match=r"switch|is one of"):
        check_switches(chosen)


def test_a_reset_tenant_stays_in_its_place(open_app: Callable[..., Client]) -> None:
    client = open_app()
    client.open_tenant("second")
    client.control("POST", "/reset")
    listed = [one["tenant"] for one in client.control("GET", "/tenants").json()["tenants"]]

    assert listed == ["demo", "second"]
