"""What goes wrong on demand looks as its vendor has it, when its rule says so, and leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract
from sealbox.contract.operations import operations
from sealbox.exchanges.wire_faults import BrokenConnectionError

if TYPE_CHECKING:
    from tests.app.conftest import Client

EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"


def fault(client: Client, **rule: Any) -> dict[str, Any]:
    answer = client.control("POST", "/faults", json=rule)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


def listed(client: Client) -> list[int]:
    return [client.vec("GET", "/business/batches").status_code for _ in range(4)]


def test_the_nth_request_fails_and_no_other(client: Client) -> None:
    fault(client, operation="listBatches", nth=2, effect={"status": 500})

    assert listed(client) == [200, 500, 200, 200]


def test_the_next_requests_fail(client: Client) -> None:
    fault(client, operation="listBatches", next=3, effect={"status": 500})

    assert listed(client) == [500, 500, 500, 200]


@pytest.mark.parametrize("api", ["vec", "certifiqi"])
def test_a_documented_error_has_the_body_that_its_document_shows(client: Client, api: str) -> None:
    for operation in operations(api).values():
        for status in operation.answers:
            if status < 400:
                continue
            made = fault(client, operation=operation.id, effect={"status": status})
            path = operation.path.replace("{", "").replace("}", "")
            answer = getattr(client, api)(operation.method, path)
            client.control("DELETE", f"/faults/{made['id']}")

            assert answer.status_code == status
            assert answer.json() == operation.answers[status].example
            assert answer.headers["x-sandbox-fault"] == f"fault {made['id']}: {operation.id}"


@pytest.mark.parametrize(
    ("api", "keys"), [("vec", {"message", "error_code"}), ("certifiqi", {"title", "description"})]
)
def test_an_error_that_no_page_documents_has_the_shape_of_the_others(
    client: Client, api: str, keys: set[str]
) -> None:
    fault(client, effect={"status": 503})
    path = {"vec": "/business/batches", "certifiqi": f"/batch_group/{EVENT}"}[api]
    answer = getattr(client, api)("GET", path)

    assert answer.status_code == 503
    assert set(answer.json()) == keys


def test_a_request_that_a_fault_answers_is_not_handled(client: Client) -> None:
    before = client.batches()
    fault(client, operation="createBatch", nth=1, effect={"status": 500})

    assert client.create_batch().status_code == 500
    assert client.batches() == before
    assert client.create_batch().status_code == 201


def test_after_another_operation(client: Client) -> None:
    fault(client, operation="listBatches", next=1, after={"operation": "createBatch"}, effect={"status": 500})
    before = listed(client)
    client.create_batch()

    assert before == [200] * 4
    assert listed(client) == [500, 200, 200, 200]


def test_while_a_batch_is_in_a_status(client: Client) -> None:
    batch = client.create_batch().json()["data"]["id"]
    fault(
        client,
        operation="getBatch",
        effect={"status": 500},
        **{"while": {"about": batch, "status": "pending"}},
    )
    pending = client.vec("GET", f"/business/batches/{batch}").status_code
    client.control("POST", "/clock/advance", json={"until": "idle"})

    assert (pending, client.vec("GET", f"/business/batches/{batch}").status_code) == (500, 200)


def test_a_delay_delays_and_the_answer_stays(client: Client) -> None:
    plain = client.vec("GET", "/business/batches").content
    fault(client, effect={"delay": "30ms"})
    answer = client.vec("GET", "/business/batches")
    (entry,) = client.control("GET", "/journal", params={"limit": "1"}).json()["entries"]

    assert answer.content == plain
    assert entry["took_ms"] >= 30


def test_a_dribbled_answer_arrives_whole(client: Client) -> None:
    plain = client.vec("GET", "/business/batches").content
    fault(client, effect={"dribble": {"bytes": 100, "every": "1ms"}})

    assert client.vec("GET", "/business/batches").content == plain


@pytest.mark.parametrize("effect", [{"reset": True}, {"cut_after": 10}, {"cut_after": 0}])
def test_a_broken_connection_breaks_in_process_too(client: Client, effect: dict[str, Any]) -> None:
    fault(client, nth=1, effect=effect)

    with pytest.raises(BrokenConnectionError):
        client.vec("GET", "/business/batches")
    assert client.vec("GET", "/business/batches").status_code == 200


def test_a_cut_behind_the_end_of_the_body_is_none(client: Client) -> None:
    fault(client, effect={"cut_after": 1_000_000})

    assert client.vec("GET", "/business/batches").status_code == 200


def test_a_fault_is_of_one_tenant(client: Client) -> None:
    other = client.open_tenant("faultless")
    fault(client, effect={"status": 500})

    assert listed(client) == [500] * 4
    assert listed(other) == [200] * 4


def test_a_reset_ends_every_fault(client: Client) -> None:
    fault(client, effect={"status": 500})
    client.control("POST", "/reset")

    assert listed(client) == [200] * 4
    assert client.control("GET", "/faults").json() == {"faults": []}


def test_nobody_without_a_credential_meets_a_named_tenants_fault(client: Client) -> None:
    other = client.open_tenant("struck")
    fault(other, effect={"status": 500})

    assert client.send("GET", "/vec/business/batches").status_code == 401


def test_faults_are_listed_as_they_were_made_with_what_they_have_done(client: Client) -> None:
    rule = {
        "operation": "getBatch",
        "next": 2,
        "while": {"about": "x", "status": "completed"},
        "after": {"operation": "createBatch", "times": 2},
        "effect": {
            "status": 503,
            "delay": "1500ms",
            "cut_after": 5,
            "reset": True,
            "dribble": {"bytes": 2, "every": "10ms"},
        },
    }
    made = fault(client, **rule)

    assert made == {"id": made["id"], **rule, "seen": 0, "struck": 0, "spent": False}
    assert client.control("GET", "/faults").json() == {"faults": [made]}
    assert client.control("DELETE", "/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"effect": {}},
        {"effect": {"status": 200}},
        {"effect": {"reset": False}},
        {"effect": {"status": 500}, "operation": "nothing"},
        {"effect": {"status": 500}, "after": {"operation": "nothing"}},
        {"effect": {"status": 500}, "nth": 1, "next": 1},
        {"effect": {"status": 500}, "nth": 0},
        {"effect": {"delay": "9m"}},
        {"effect": {"delay": "1 s"}},
        {"effect": {"status": 500}, "probability": 0.5},
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_none_is_made(client: Client, rule: dict[str, Any]) -> None:
    answer = client.control("POST", "/faults", json=rule)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.control("GET", "/faults").json() == {"faults": []}


def test_a_fault_that_is_not_there_cannot_be_removed(client: Client) -> None:
    assert client.control("DELETE", "/faults/77").status_code == 404


@pytest.mark.parametrize("api", contract.apis())
def test_prefer_asks_for_each_documented_answer(client: Client, api: str) -> None:
    for operation in operations(api).values():
        for status, documented in operation.answers.items():
            path = operation.path.replace("{", "").replace("}", "")
            headers = {"Prefer": f"code={status}"}
            answer = getattr(client, api)(operation.method, path, headers=headers)

            assert (answer.status_code, answer.json()) == (status, documented.example)
            assert answer.headers["preference-applied"] == f"code={status}"


@pytest.mark.parametrize("written", ["respond-async, code=500", "code=500; x=y", 'code="500"', "CODE = 500"])
def test_prefer_is_read_however_it_is_written(client: Client, written: str) -> None:
    assert client.vec("GET", "/business/batches", headers={"Prefer": written}).status_code == 500


@pytest.mark.parametrize("written", ["code=418", "code=99", "dynamic=true", "", "encode=500", "code=5000"])
def test_a_preference_that_cannot_be_met_is_ignored(client: Client, written: str) -> None:
    answer = client.vec("GET", "/business/batches", headers={"Prefer": written})

    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


def test_a_status_that_is_not_documented_is_told(client: Client) -> None:
    answer = client.vec("GET", "/business/batches", headers={"Prefer": "code=418"})

    assert answer.headers["x-sandbox-hint"] == (
        "no answer 418 is documented here; there are 200, 401, 403, 422, 500"
    )


def test_prefer_leaves_no_trace(client: Client) -> None:
    before = client.batches()

    assert client.create_batch().status_code == 201
    assert client.vec("POST", "/business/batches", headers={"Prefer": "code=201"}).status_code == 201
    assert client.batches() == before + 1


def test_a_long_delay_is_shown_as_the_document_has_durations(client: Client) -> None:
    effect = {"delay": "9590ms20s", "dribble": {"bytes": 1, "every": "9999ms49s"}}
    answer = client.control("POST", "/faults", json={"effect": effect})

    assert answer.status_code == 201
    assert answer.json()["effect"]["delay"] == "29s590ms"
    assert answer.json()["effect"]["dribble"]["every"] == "58s999ms"
