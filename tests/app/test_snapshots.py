"""A snapshot is the whole tenant: what is loaded answers as what was saved, from then on too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client

DEFAULTS = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00003"
HOOK = "http://127.0.0.1:9/hooks"  # nobody listens there


def lived(client: Client) -> None:
    """Some of everything that a tenant can hold."""
    client.create_batch(csv=b"RecipientsEmail,RecipientsName,Course\nbad,Ana,A\nbob@example.com,Bob,B\n")
    client.create_batch(template_id=DEFAULTS)
    client.create_event(send_emails=True, webhook_url_list=[HOOK])
    event = client.certifiqi("POST", "/batch_group", json=_event(client)).json()["batch_group_key"]
    client.control("POST", f"/certifiqi/events/{event}/sign", json={"until": "quorum"})
    client.control("POST", "/webhook_faults", json={"kind": "delay", "nth": 7, "by": "5m"})
    client.control("POST", "/vec/users", json={"first_name": "Ada", "last_name": "Lima"})
    client.control("POST", "/vec/tokens", json={"kind": "auditor", "permissions": ["batches:view"]})
    client.advance("1s")


def _event(client: Client) -> dict[str, Any]:
    from tests.app.conftest import sample_event  # noqa: PLC0415, the documented body

    assert client.tenant
    return sample_event() | {"webhook_url": HOOK}


def saved(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = client.control("GET", "/snapshot").json()
    return document


def story(client: Client) -> list[Any]:
    """What is answered from now on, ids and dates included."""
    made = client.create_batch()
    answers = [
        made,
        client.vec("GET", "/business/batches"),
        client.vec("GET", "/business/certificates", params={"per_page": "100"}),
        client.create_event(),
        client.control("POST", "/clock/advance", json={"until": "idle"}),
        client.vec("GET", f"/business/batches/{made.json()['data']['id']}"),
        client.control("GET", "/certifiqi/mails"),
    ]
    return [
        {name: value for name, value in answer.json().items() if name != "happened"} for answer in answers
    ] + [
        [one["state"], one["moment"], one["attempts"], one["id"]]
        for one in client.control("GET", "/deliveries").json()["deliveries"]
    ]


def test_what_is_loaded_goes_on_as_what_was_saved(open_app: Callable[..., Client]) -> None:
    there, here = open_app(), open_app()
    lived(there)
    assert here.control("PUT", "/snapshot", json=saved(there)).status_code == 200

    assert list(snapshots.differences(saved(there), saved(here))) == []
    assert story(here) == story(there)


def test_a_snapshot_is_json_that_people_read(client: Client) -> None:
    lived(client)
    document = saved(client)

    assert json.loads(json.dumps(document)) == document
    assert (document["format"], document["now"]) == (1, "2025-04-01T12:00:01Z")
    assert set(document["apis"]) == {"vec", "certifiqi"}
    batches = document["apis"]["vec"]["batches"].values()
    assert DEFAULTS in [batch["template"] for batch in batches]


def test_loading_takes_back_what_was_done_since(client: Client) -> None:
    before = saved(client)
    lived(client)
    answer = client.control("PUT", "/snapshot", json=before)

    assert answer.status_code == 200
    assert list(snapshots.differences(before, saved(client))) == []
    assert client.of("demo").vec("GET", "/business/batches", kind="auditor").status_code == 401


def test_credentials_that_were_added_come_back(client: Client) -> None:
    lived(client)
    document = saved(client)
    client.control("POST", "/reset")
    gone = client.vec("GET", "/business/batches", kind="auditor").status_code
    client.control("PUT", "/snapshot", json=document)

    assert (gone, client.vec("GET", "/business/batches", kind="auditor").status_code) == (401, 200)


def test_a_snapshot_opens_in_another_tenant_with_that_tenants_credentials(client: Client) -> None:
    lived(client)
    total = client.batches()
    other = client.open_tenant("copy")
    other.control("PUT", "/snapshot", json=saved(client))

    assert other.batches() == total
    assert client.batches() == total
    assert client.create_batch().status_code == other.create_batch().status_code == 201


def test_the_journal_stays(client: Client) -> None:
    before = saved(client)
    client.create_batch()
    client.control("PUT", "/snapshot", json=before)

    entries = client.control("GET", "/journal").json()["entries"]
    assert [entry["operation"] for entry in entries] == ["createBatch"]


def test_a_reset_leads_back_to_the_beginning_and_not_to_the_snapshot(client: Client) -> None:
    fresh = saved(client)
    lived(client)
    client.control("PUT", "/snapshot", json=saved(client))
    client.control("POST", "/reset")

    assert saved(client) == fresh


def test_named_snapshots_are_kept_listed_shown_loaded_and_forgotten(open_app: Callable[..., Client]) -> None:
    client = open_app()
    before = saved(client)
    assert client.control("PUT", "/snapshots/before").status_code == 201
    client.create_batch()
    client.control("PUT", "/snapshots/after")

    listed = client.control("GET", "/snapshots").json()["snapshots"]
    assert [one["name"] for one in listed] == ["before", "after"]
    assert client.control("GET", "/snapshots/before").json() == before
    assert client.control("POST", "/snapshots/before/load").status_code == 200
    assert saved(client) == before
    assert client.control("DELETE", "/snapshots/before").json() == {"forgotten": "before"}
    assert client.control("GET", "/snapshots/before").status_code == 404
    assert client.control("POST", "/snapshots/before/load").status_code == 404


def test_a_named_snapshot_survives_a_reset(open_app: Callable[..., Client]) -> None:
    client = open_app()
    client.create_batch()
    client.control("PUT", "/snapshots/kept")
    total = client.batches()
    client.control("POST", "/reset")
    client.control("POST", "/snapshots/kept/load")

    assert client.batches() == total


def test_a_difference_is_told_by_its_path(open_app: Callable[..., Client]) -> None:
    client = open_app()
    client.control("PUT", "/snapshots/before")
    made = client.create_batch().json()["data"]["id"]
    client.advance("1h")
    client.control("PUT", "/snapshots/after")
    found = client.control("GET", "/snapshots/before/diff").json()["differences"]
    between = client.control("GET", "/snapshots/before/diff", params={"other": "after"}).json()["differences"]
    none = client.control("GET", "/snapshots/after/diff").json()["differences"]

    assert [one["path"] for one in found] == ["/now", "/next_id", f"/apis/vec/batches/{made}"]
    assert (found[0]["before"], found[0]["after"]) == ("2025-04-01T12:00:00Z", "2025-04-01T13:00:00Z")
    assert found[2]["before"] is None
    assert found[2]["after"]["name"] == "Turma"
    assert (between, none) == (found, [])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.update(format=2),
        lambda document: document.update(now="yesterday"),
        lambda document: document.pop("apis"),
        lambda document: document.update(plan={"clock": "backwards"}),
        lambda document: document.update(plan={"switches": {"vec.nothing": "x"}}),
        lambda document: document["apis"].pop("vec"),
        lambda document: document["apis"]["vec"].update(users={}),
        lambda document: document["apis"]["vec"].update(templates=[]),
        lambda document: document["apis"]["vec"].update(institutions={}),
        lambda document: next(iter(document["apis"]["vec"]["batches"].values())).update(template="none"),
        lambda document: next(iter(document["apis"]["vec"]["batches"].values())).update(id="another"),
        lambda document: next(iter(document["apis"]["vec"]["batches"].values())).update(
            recipients={"rows": []}
        ),
        lambda document: next(iter(document["apis"]["certifiqi"]["events"].values())).update(batches=[]),
        lambda document: next(iter(document["apis"]["certifiqi"]["events"].values())).update(key="another"),
        lambda document: document["apis"]["certifiqi"].update(outbox={}),
    ],
)
def test_what_does_not_fit_together_is_refused_and_changes_nothing(
    client: Client, spoil: Callable[[dict[str, Any]], object]
) -> None:
    client.create_batch()
    before, document = saved(client), saved(client)
    spoil(document)
    answer = client.control("PUT", "/snapshot", json=document)

    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert saved(client) == before


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("/a", 1, 2)]),
        ({"a": 1}, {}, [("/a", 1, None)]),
        ({}, {"a": {"b": 1}}, [("/a", None, {"b": 1})]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("/a/1", 2, 3)]),
        ({"a": [1]}, {"a": [1, 2]}, [("/a", [1], [1, 2])]),
        ({"a": {"b": 1}}, {"a": [1]}, [("/a", {"b": 1}, [1])]),
    ],
)
def test_differences(before: Any, after: Any, found: list[tuple[str, Any, Any]]) -> None:
    told = [(one["path"], one["before"], one["after"]) for one in snapshots.differences(before, after)]

    assert told == found
