"""The journal shows what requests said, finds them by it, and explains those that meant nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.app.conftest import CSV, PLAIN

if TYPE_CHECKING:
    from tests.app.conftest import Client


def last(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.control("GET", "/journal/last").json()
    return found


def verify(client: Client, **asked: Any) -> dict[str, Any]:
    answer = client.control("POST", "/verify", json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_form_is_shown_as_php_reads_it(client: Client) -> None:
    client.create_batch(signatories=[("u1", 1)])

    assert last(client)["request"]["parsed"] == {
        "fields": {"name": "Turma", "template_id": PLAIN, "signatories": [{"user_uuid": "u1", "index": "1"}]},
        "files": {"csv_file": {"name": "lista.csv", "type": "text/csv", "size": len(CSV)}},
    }


def test_json_is_shown_as_json(client: Client) -> None:
    client.create_event(name="Teste")

    assert last(client)["request"]["parsed"]["name"] == "Teste"


def test_a_request_without_either_has_nothing_parsed(client: Client) -> None:
    client.vec("GET", "/business/batches")

    assert last(client)["request"]["parsed"] is None


def test_exchanges_are_found_by_what_they_said(client: Client) -> None:
    client.create_batch(name="Turma 1")
    client.create_batch(name="Turma 2")
    client.create_event()

    assert verify(client, fields={"name": "Turma 1"}, times=1)["holds"]
    assert verify(client, fields={"csv_file": "lista.csv"}, times=2)["holds"]
    assert verify(client, fields={"batches.0.name": "Termo de Endosso"})["holds"]
    assert (
        verify(client, operation="createBatch", fields={"name": "Turma 1", "template_id": PLAIN})["count"]
        == 1
    )


def test_a_near_miss_names_the_field(client: Client) -> None:
    client.create_batch(name="Turma 1")
    client.create_batch(name="Turma 1")
    verdict = verify(client, operation="createBatch", fields={"name": "Turma 2"}, times=2)

    assert verdict["holds"] is False
    assert [miss["misses"] for miss in verdict["near_misses"]] == [
        ["the field name was 'Turma 1', not 'Turma 2'"]
    ] * 2


@pytest.mark.parametrize("fields", [{}, [], "name"])
def test_fields_are_a_table(client: Client, fields: Any) -> None:
    assert client.control("POST", "/verify", json={"fields": fields}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "why"),
    [
        ("DELETE", "/vec/business/batches", 405, "the path is right and the method is not"),
        ("GET", "/business/batches", 404, "the base path /vec is missing"),
        (
            "GET",
            "/vec/business/batch",
            404,
            "unknown path: the nearest is /vec/business/batches (listBatches)",
        ),
        ("GET", "/batch_group/x", 404, "the base path /certifiqi is missing"),
        ("GET", "/certifiqi/nowhere", 404, "unknown path: /certifiqi has nothing like it"),
        ("GET", "/vec/storage/x.png", 404, "there is no such file"),
    ],
)
def test_a_request_that_means_nothing_is_told_what_comes_nearest(
    client: Client, method: str, path: str, status: int, why: str
) -> None:
    answer = client.send(method, path)

    assert answer.status_code == status
    assert answer.headers["x-sandbox-why"].startswith(why)
    assert last(client)["why"].startswith(why)
    assert why not in answer.text


def test_a_missing_thing_keeps_its_own_reason(client: Client) -> None:
    answer = client.certifiqi("GET", "/batch_group/nothing")

    assert answer.headers["x-sandbox-why"].startswith("no such id")
