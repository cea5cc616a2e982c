"""What the vendors' pages print is what a fresh sandbox answers: values, types and the order of keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract

if TYPE_CHECKING:
    from tests.app.conftest import Client

EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"
BATCH = "9e7860e3-7c0a-401f-98f6-b98e316934f4"
TEMPLATE = "9e3b101f-c264-4f97-945f-20dfa7163768"
CERTIFICATE = "9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15"
USER = "66c9c977-f379-4692-9d5c-f989c17543ee"


def example(api: str, path: str, name: str | None = None) -> Any:
    """The example of the 200 of GET `path`, as the contract holds it."""
    answer = contract.document(api)["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    return answer["examples"][name]["value"] if name else answer["example"]


def as_text(value: Any) -> str:
    """JSON as written: this way the order of keys counts, and 0 is not 0.0."""
    return json.dumps(value, indent=1)


def test_the_documented_event_reads_as_the_page_prints_it(client: Client) -> None:
    answer = client.certifiqi("GET", f"/batch_group/{EVENT}")

    assert answer.status_code == 200
    assert as_text(answer.json()) == as_text(example("certifiqi", "/batch_group/{batch_group_key}"))


def test_the_documented_create_body_makes_the_documented_answer(client: Client) -> None:
    post = contract.document("certifiqi")["paths"]["/batch_group"]["post"]["responses"]["200"]
    printed = post["content"]["application/json"]["example"]
    made = {"batch_group_key", "webhook_key", "internal_webhook_key", "created_at", "control_number"}
    made |= {"document_batch_key", "related_party_key", "id"}

    def without_what_a_server_makes(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: without_what_a_server_makes(inner) for key, inner in value.items()}
            return {key: type(inner).__name__ if key in made else inner for key, inner in kept.items()}
        return [without_what_a_server_makes(inner) for inner in value] if isinstance(value, list) else value

    answer = client.create_event().json()
    printed = printed | {"total_value": 0}  # the request says 0, which JSON does not tell from the page's 0.0

    assert as_text(without_what_a_server_makes(answer)) == as_text(without_what_a_server_makes(printed))


@pytest.mark.parametrize(
    ("path", "documented", "name"),
    [
        (f"/business/batches/{BATCH}", "/business/batches/{batchId}", "documented"),
        (f"/business/batches/{BATCH}/status", "/business/batches/{batchId}/status", "done"),
        (
            f"/business/certificate-templates/{TEMPLATE}",
            "/business/certificate-templates/{templateId}",
            "documented",
        ),
        (f"/business/certificates/{CERTIFICATE}", "/business/certificates/{certificateId}", "generated"),
        (
            f"/business/user-management/users/{USER}",
            "/business/user-management/users/{userUuid}",
            "documented",
        ),
    ],
)
def test_a_documented_object_reads_as_its_page_prints_it(
    client: Client, path: str, documented: str, name: str
) -> None:
    answer = client.vec("GET", path, kind="viewer")

    assert answer.status_code == 200
    assert as_text(answer.json()) == as_text(example("vec", documented, name))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/business/batches", "one_batch"),
        ("/business/certificate-templates", "first_page"),
        ("/business/certificates", "one_certificate"),
        ("/business/user-management/users", "one_user"),
    ],
)
def test_a_documented_object_stands_in_its_list(client: Client, path: str, name: str) -> None:
    printed = example("vec", path, name)
    answer = client.vec("GET", path, params={"per_page": "100"}).json()

    assert as_text(printed["data"][0]) in [as_text(item) for item in answer["data"]]
    assert list(answer) == list(printed)
    assert list(answer["meta"]) == list(printed["meta"])
    assert list(answer["links"]) == list(printed["links"])


def test_the_documented_default_signatories_are_stored_and_shown_on_request(client: Client) -> None:
    always = client.open_tenant("shows-lists", switches={"vec.default_signatories_field": "always"})
    schema = contract.document("vec")["components"]["schemas"]["TemplateSummary"]
    printed = schema["properties"]["default_signatories"]["example"]

    shown = always.vec("GET", f"/business/certificate-templates/{TEMPLATE}").json()["data"]

    assert as_text(shown["default_signatories"]) == as_text(printed)
    assert list(shown).index("default_signatories") == list(shown).index("signatory_fields") + 1


def test_only_those_who_may_update_a_template_see_its_canvas(client: Client) -> None:
    path = f"/business/certificate-templates/{TEMPLATE}"
    secret = {"fabric_json", "additional_data"}

    assert secret <= client.vec("GET", path).json()["data"].keys()
    assert not secret & client.vec("GET", path, kind="viewer").json()["data"].keys()


def test_every_batch_status_is_there_to_look_at(client: Client) -> None:
    statuses = contract.document("vec")["components"]["schemas"]["BatchStatusValue"]["enum"]

    for status in statuses:
        found = client.vec("GET", "/business/batches", params={"status": status}).json()["data"]
        assert found, status
        assert {batch["status"] for batch in found} == {status}


def test_every_event_status_is_there_to_look_at(client: Client) -> None:
    schemas = contract.document("certifiqi")["components"]["schemas"]
    world = client.app.sandboxes.default.worlds["certifiqi"]  # type: ignore[attr-defined]  # no call lists events
    answers = [client.certifiqi("GET", f"/batch_group/{key}") for key in world.events]
    shown = [answer.json() for answer in answers if answer.status_code == 200]

    assert {event["signature_status"] for event in shown} == set(schemas["EventSignatureStatus"]["enum"])
    assert {event["internal_status"] for event in shown} == set(schemas["InternalStatus"]["enum"])
    assert len(answers) - len(shown) == 1  # the other client's


def test_a_fresh_world_moves_nothing_by_itself(client: Client) -> None:
    assert client.control("GET", "/clock").json()["next_due"] is None
