"""The control plane: what it tells, what it moves, and how it refuses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import __version__, contract

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client

DEFAULTS = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00003"
START = datetime.fromisoformat("2025-04-01T12:00:00Z")


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """Status and detail of an RFC 9457 problem."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(body) == ["type", "title", "status", "detail"]
    assert body["status"] == answer.status_code
    return answer.status_code, body["detail"]


def test_it_is_alive_and_ready(client: Client) -> None:
    assert client.send("GET", "/_sandbox/health").json() == {"status": "alive"}
    assert client.send("GET", "/_sandbox/ready").json()["ready"] is True


def test_ready_counts_the_tenants(open_app: Callable[..., Client]) -> None:
    client = open_app()
    client.open_tenant("one")
    client.open_tenant("one")
    listed = [one["tenant"] for one in client.control("GET", "/tenants").json()["tenants"]]

    assert client.send("GET", "/_sandbox/ready").json()["tenants"] == 2
    assert listed == ["demo", "one"]


def test_info_tells_everything_for_a_first_request(client: Client) -> None:
    info = client.send("GET", "/_sandbox/info").json()

    assert (info["version"], info["tenant"], info["seed"]) == (__version__, "demo", "1")
    for api, about in info["apis"].items():
        name, _, value = about["header"].partition(": ")
        assert value.removeprefix("Bearer ") == about["credentials"][0]["token"]
        answer = client.send("POST", f"{about['path']}/nowhere", headers={name: value})
        assert answer.status_code == 404
        assert about["path"] == f"/{api}"


def test_every_credential_that_info_lists_is_let_in(client: Client) -> None:
    apis = client.send("GET", "/_sandbox/info").json()["apis"]
    for one in apis["vec"]["credentials"]:
        headers = {"Authorization": f"Bearer {one['token']}"}
        promised = {"no_permissions": 403, "server_error": 500}.get(one["kind"], 200)
        assert client.send("GET", "/vec/business/batches", headers=headers).status_code == promised
    for one in apis["certifiqi"]["credentials"]:
        headers = {"x-api-token": one["token"]}
        promised = {"server_error": 500}.get(one["kind"], 404)
        assert client.send("GET", "/certifiqi/batch_group/x", headers=headers).status_code == promised


def test_info_counts_what_the_worlds_hold(client: Client) -> None:
    def held() -> tuple[int, int]:
        apis = client.control("GET", "/info").json()["apis"]
        return sum(apis["vec"]["holds"]["batches"].values()), sum(
            apis["certifiqi"]["holds"]["signing events"].values()
        )

    before = held()
    client.create_batch()
    client.create_event()

    assert held() == (before[0] + 1, before[1] + 1)


def test_evidence_counts_what_it_lists(client: Client) -> None:
    evidence = client.control("GET", "/evidence").json()
    info = client.control("GET", "/info").json()

    for api, counts in evidence["counts"].items():
        listed = [one["provenance"] for one in evidence["behaviours"] if one["api"] == api]
        assert counts == {mark: listed.count(mark) for mark in ("seed", "docs", "inferred")}
    assert info["evidence"] == {
        mark: sum(counts[mark] for counts in evidence["counts"].values())
        for mark in ("seed", "docs", "inferred")
    }


@pytest.mark.parametrize("api", ["vec", "certifiqi"])
def test_evidence_names_every_operation_and_every_promise(client: Client, api: str) -> None:
    listed = [one for one in client.control("GET", "/evidence").json()["behaviours"] if one["api"] == api]
    promises = contract.read("openapi", api, "requirements.yaml")["requirements"]
    operations = {
        method["operationId"]
        for item in contract.document(api)["paths"].values()
        for name, method in item.items()
        if name in {"get", "post", "put"}
    }

    assert {one["id"] for one in listed if one["kind"] == "operation"} == operations
    assert [one["id"] for one in listed if one["kind"] == "promise"] == [
        row["id"] for row in promises if "retired" not in row
    ]
    assert len({(one["kind"], one["id"]) for one in listed}) == len(listed)


@pytest.mark.parametrize(
    ("by", "moved"),
    [
        ("0s", timedelta()),
        ("250ms", timedelta(milliseconds=250)),
        ("1h30m", timedelta(minutes=90)),
        ("1d2h3m4s5ms", timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5)),
        ("30m1h", timedelta(minutes=90)),
        ("5m5m", timedelta(minutes=10)),
        ("36500d", timedelta(days=36500)),
    ],
)
def test_the_clock_moves_by_what_it_is_told(client: Client, by: str, moved: timedelta) -> None:
    answer = client.control("POST", "/clock/advance", json={"by": by})

    assert datetime.fromisoformat(answer.json()["now"]) == START + moved
    assert answer.json() == client.control("GET", "/clock").json() | {"happened": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"by": ""},
        {"by": "-1s"},
        {"by": "1"},
        {"by": "1.5h"},
        {"by": "1 h"},
        {"by": "1h\n"},
        {"by": "١s"},
        {"by": 5},
        {"by": None},
        {"until": "later"},
        {"by": "1s", "until": "idle"},
        {"by": "1s", "more": 1},
        [],
        "1s",
        None,
        {"by": "999999999d"},
        {"by": "999999999d" * 50},
    ],
)
def test_an_odd_advance_is_refused_and_moves_nothing(client: Client, body: Any) -> None:
    before = client.control("GET", "/clock").content
    status, detail = problem(client.control("POST", "/clock/advance", json=body))

    assert status == 400
    assert detail
    assert client.control("GET", "/clock").content == before


def test_until_idle_stops_at_the_last_thing_that_happens(client: Client) -> None:
    made = client.create_batch().json()["data"]["id"]
    client.create_batch(template_id=DEFAULTS)
    answer = client.control("POST", "/clock/advance", json={"until": "idle"}).json()
    batch = client.vec("GET", f"/business/batches/{made}").json()["data"]

    assert answer["next_due"] is None
    assert batch["status"] == "completed"
    assert answer["now"].replace("+00:00", ".000000Z") == batch["completion_date"]
    again = client.control("POST", "/clock/advance", json={"until": "idle"}).json()
    assert again == answer | {"happened": []}
    assert [one["what"].partition(":")[0] for one in answer["happened"]][-1] == "every certificate made"


def test_next_due_is_when_something_next_changes(client: Client) -> None:
    made = client.create_batch().json()["data"]["id"]

    def status() -> str:
        return str(client.vec("GET", f"/business/batches/{made}/status").json()["status"])

    seen = [status()]
    while due := client.control("GET", "/clock").json()["next_due"]:
        now = datetime.fromisoformat(client.control("GET", "/clock").json()["now"])
        wait = (datetime.fromisoformat(due) - now) // timedelta(milliseconds=1)
        client.advance(f"{wait - 1}ms")
        assert status() == seen[-1]
        client.advance("1ms")
        seen.append(status())

    assert seen == ["pending", "processing", "completed"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/info"),
        ("GET", "/evidence"),
        ("POST", "/reset"),
        ("GET", "/clock"),
        ("POST", "/clock/advance"),
    ],
)
def test_an_unknown_tenant_is_not_found(client: Client, method: str, path: str) -> None:
    body = {"json": {"by": "1s"}} if path == "/clock/advance" else {}
    status, detail = problem(client.of("nobody").control(method, path, **body))

    assert status == 404
    assert "'nobody'" in detail


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [(b"{", "application/json", 400), (b"", "application/json", 400), (b"{}", "text/plain", 415)],
)
def test_a_body_that_is_no_json_is_a_problem(
    client: Client, content: bytes, media_type: str, status: int
) -> None:
    answer = client.control("POST", "/tenants", content=content, headers={"Content-Type": media_type})

    assert problem(answer)[0] == status
