"""Every exchange is written down with what explains it; the body stays the vendor's."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest
from sealbox.sandbox import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.conftest import Client

EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"
SEED_PAGE = "https://docs-stg.vec.digital/api/operations/createbatch"
RULES = {"operation": "createBatch", "method": "POST", "path": "/vec/business/batches", "api": "vec"}


def journal(client: Client, **asked: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = client.control("GET", "/journal", params=asked).json()["entries"]
    return entries


def ours(answer: httpx2.Response) -> dict[str, str]:
    return {name[10:]: value for name, value in answer.headers.items() if name.startswith("x-sandbox-")}


def test_a_refusal_says_why_and_where_it_is_written(client: Client) -> None:
    said = ours(client.create_batch(name=""))

    assert said["evidence"] == "createBatch 422 (seed); VEC-BATCH-02 (seed)"
    assert said["doc"] == SEED_PAGE
    assert said["request-id"] == "req-1"


def test_an_answer_says_where_it_comes_from_and_needs_no_doc(client: Client) -> None:
    said = ours(client.create_batch())

    assert said["evidence"] == "createBatch 201 (seed)"
    assert "doc" not in said


def test_an_answer_that_no_page_states_says_so(client: Client) -> None:
    said = ours(client.vec("GET", "/business/batches", params={"page": "0"}))

    assert said["evidence"] == "listBatches 422 (inferred); inferred: vec.list_bounds; VEC-LIST-09 (inferred)"
    assert said["doc"] == "https://docs.vec.digital/api/operations/listbatches"


def test_every_request_has_an_id_of_its_own(client: Client) -> None:
    ids = [ours(client.vec("GET", "/business/batches"))["request-id"] for _ in range(3)]

    assert ids == ["req-1", "req-2", "req-3"]
    assert [entry["id"] for entry in journal(client)] == ids[::-1]


def test_explanations_can_be_left_out(open_app: Callable[..., Client]) -> None:
    quiet = open_app(quiet_headers=True)
    answer = quiet.create_batch(name="")

    assert answer.status_code == 422
    assert ours(answer) == {}
    assert journal(quiet)[0]["evidence"] == "createBatch 422 (seed); VEC-BATCH-02 (seed)"


def test_the_body_is_the_same_with_and_without_explanations(open_app: Callable[..., Client]) -> None:
    quiet, loud = open_app(quiet_headers=True), open_app()

    assert quiet.create_batch(name="").content == loud.create_batch(name="").content
    assert quiet.create_batch().content == loud.create_batch().content


def test_the_journal_has_the_bytes_of_both_ways(client: Client) -> None:
    answer = client.vec("POST", "/business/batches", content=b"a=1", headers={"Content-Type": "text/plain"})
    (entry,) = journal(client)

    assert entry["request"]["body"] == "a=1"
    assert entry["request"]["path"] == "/vec/business/batches"
    assert ["content-type", "text/plain"] in entry["request"]["headers"]
    assert entry["response"]["body"] == answer.text
    assert entry["response"]["status"] == answer.status_code == 422
    assert (entry["request"]["size"], entry["response"]["size"]) == (3, len(answer.content))
    assert [[name, value] for name, value in entry["response"]["headers"] if name == "content-type"] == [
        ["content-type", "application/json"]
    ]


def test_what_is_no_text_is_kept_in_base64(client: Client) -> None:
    client.vec("POST", "/business/batches", content=b"\xff\xfe")
    (entry,) = journal(client)

    assert entry["request"]["body"] is None
    assert b64decode(entry["request"]["body_base64"]) == b"\xff\xfe"


def test_refusals_of_the_door_are_written_down_too(open_app: Callable[..., Client]) -> None:
    client = open_app(body_limit=1024)
    assert client.vec("POST", "/business/batches", content=b"x" * 2000).status_code == 413
    assert client.send("GET", "/vec/business/batches").status_code == 401
    assert client.vec("GET", "/nowhere").status_code == 404
    assert client.vec("DELETE", "/business/batches").status_code == 405
    assert client.send("GET", "/nowhere").status_code == 404

    assert [(entry["response"]["status"], entry["operation"], entry["api"]) for entry in journal(client)] == [
        (404, None, None),
        (405, None, "vec"),
        (404, None, "vec"),
        (401, "listBatches", "vec"),
        (413, "createBatch", "vec"),
    ]


def test_the_control_plane_is_not_written_down(client: Client) -> None:
    client.control("GET", "/info")
    client.control("GET", "/evidence")

    assert journal(client) == []


def test_files_are_written_down(client: Client) -> None:
    pem = client.send("GET", "/certifiqi/storage/pki/root.pem")
    (entry,) = journal(client)

    assert pem.status_code == entry["response"]["status"] == 200
    assert (entry["operation"], entry["api"]) == (None, "certifiqi")


def test_each_tenant_has_a_journal_of_its_own(client: Client) -> None:
    other = client.open_tenant("reader")
    client.vec("GET", "/business/batches")
    other.vec("GET", "/business/user-management/users")

    assert [entry["operation"] for entry in journal(client)] == ["listBatches"]
    assert [entry["operation"] for entry in journal(other)] == ["listUsers"]
    assert journal(other)[0]["tenant"] == "reader"


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, 3),
        ({"limit": "1"}, 1),
        ({"api": "certifiqi"}, 1),
        ({"operation": "createBatch"}, 1),
        ({"method": "GET"}, 2),
        ({"status": "404"}, 1),
        ({"status": "2xx"}, 2),
        ({"path": "/vec/business/batches"}, 2),
        ({"contains": "RecipientsEmail"}, 1),
    ],
)
def test_the_journal_is_searched(client: Client, asked: dict[str, str], number: int) -> None:
    client.create_batch()
    client.vec("GET", "/business/batches")
    client.certifiqi("GET", "/batch_group/nothing")

    assert len(journal(client, **asked)) == number


def test_one_exchange_is_shown_by_its_id(client: Client) -> None:
    client.vec("GET", "/business/batches")
    (entry,) = journal(client)

    assert client.control("GET", f"/journal/{entry['id']}").json() == entry
    assert client.control("GET", "/journal/last").json() == entry
    assert client.control("GET", "/journal/req-99").status_code == 404


def test_a_cleared_journal_is_empty(client: Client) -> None:
    client.vec("GET", "/business/batches")
    assert client.control("DELETE", "/journal").json()["total"] == 0

    assert journal(client) == []


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({}, True),
        ({"times": 2}, True),
        ({"times": 1}, False),
        ({"at_least": 1}, True),
        ({"at_least": 3}, False),
        ({"at_most": 2}, True),
        ({"at_most": 1}, False),
        ({"at_least": 1, "at_most": 2}, True),
        ({"status": "422"}, False),
        ({"status": "422", "times": 0}, True),
        ({"contains": "Turma"}, True),
    ],
)
def test_it_is_verified_how_often_something_was_asked(
    client: Client, rule: dict[str, Any], *, holds: bool
) -> None:
    client.create_batch()
    client.create_batch()
    client.vec("GET", "/business/batches")
    verdict = client.control("POST", "/verify", json=RULES | rule).json()

    assert verdict["holds"] is holds
    assert verdict["count"] == (0 if rule.get("status") == "422" else 2)
    assert holds is (verdict["near_misses"] == [] or holds)


def test_what_came_nearest_is_told_first(client: Client) -> None:
    client.certifiqi("GET", f"/batch_group/{EVENT}")
    client.create_batch(name="")
    verdict = client.control("POST", "/verify", json={"operation": "createBatch", "status": "201"}).json()

    assert verdict["holds"] is False
    assert [miss["misses"] for miss in verdict["near_misses"]] == [
        ["the status was 422, not 201"],
        ["it was getBatchGroup, not createBatch", "the status was 200, not 201"],
    ]


def test_exchanges_are_counted_for_prometheus(open_app: Callable[..., Client]) -> None:
    client = open_app()
    client.vec("GET", "/business/batches")
    client.vec("GET", "/business/batches")
    client.certifiqi("GET", "/batch_group/nothing")
    text = client.send("GET", "/_sandbox/metrics").text

    assert 'sealbox_requests_total{api="vec",operation="listBatches",status="200"} 2.0' in text
    assert 'sealbox_requests_total{api="certifiqi",operation="getBatchGroup",status="404"} 1.0' in text
    assert 'sealbox_request_duration_seconds_count{api="vec"} 2.0' in text
    assert 'sealbox_request_duration_seconds_bucket{api="vec",le="+Inf"} 2.0' in text
    assert "sealbox_tenants 1.0" in text
    assert 'sealbox_objects{api="certifiqi",kind="signing events",status="finished",tenant="demo"}' in text


def test_whoever_listens_is_told_of_each_exchange(open_app: Callable[..., Client]) -> None:
    told: list[Any] = []
    client = open_app(on_exchange=told.append)
    client.create_batch(name="")

    assert [(one.operation, one.status) for one in told] == [("createBatch", 422)]


@pytest.mark.parametrize("path", ["/_sandbox/info", "/_sandbox/reset", "/_sandbox/nowhere"])
def test_a_foreign_name_does_not_reach_the_control_plane(client: Client, path: str) -> None:
    answer = client.send("POST", path, headers={"Host": "evil.example"})

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "--allow-host evil.example" in answer.json()["detail"]


def test_a_foreign_page_does_not_reach_the_control_plane(client: Client) -> None:
    made = client.create_batch().json()["data"]["id"]
    answer = client.control("POST", "/reset", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert client.vec("GET", f"/business/batches/{made}").status_code == 200


def test_a_name_that_was_allowed_reaches_it(open_app: Callable[..., Client]) -> None:
    client = open_app(allow_hosts=["sealbox"])

    assert client.send("GET", "/_sandbox/info", headers={"Host": "sealbox:4780"}).status_code == 200


def test_the_vendors_apis_answer_under_the_vendors_own_name(client: Client) -> None:
    headers = {"Host": "api.vec.digital"}

    assert client.vec("GET", "/business/batches", headers=headers).status_code == 200


def test_a_plan_of_another_name_is_the_default_tenant(open_app: Callable[..., Client]) -> None:
    client = open_app(Plan(tenant="other"))

    assert client.vec("GET", "/business/batches").status_code == 200
    assert client.send("GET", "/vec/business/batches").status_code == 401
