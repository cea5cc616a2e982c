"""What each kind of token opens, and what it is told where it may not go."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sealbox import contract

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.vec.conftest import Desk

WORLD = contract.read("fixtures", "vec", "world.yaml")
KINDS = {entry["kind"]: entry for entry in WORLD["tokens"]}
PLAIN, SIGNED, FOREIGN = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (1, 2, 5))


class Operation(NamedTuple):
    path: str
    permission: str
    has_id: bool = False


OPERATIONS = {
    "createBatch": Operation("batches", "batches:view"),
    "listBatches": Operation("batches", "batches:view"),
    "getBatch": Operation("batches/9e7860e3-7c0a-401f-98f6-b98e316934f4", "batches:view", has_id=True),
    "getBatchStatus": Operation(
        "batches/9e7860e3-7c0a-401f-98f6-b98e316934f4/status", "batches:view", has_id=True
    ),
    "listCertificateTemplates": Operation("certificate-templates", "certificate-templates:view"),
    "getCertificateTemplate": Operation(
        "certificate-templates/9e3b101f-c264-4f97-945f-20dfa7163768",
        "certificate-templates:view",
        has_id=True,
    ),
    "listCertificates": Operation("certificates", "certificates:view"),
    "getCertificate": Operation(
        "certificates/9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15", "certificates:view", has_id=True
    ),
    "listUsers": Operation("user-management/users", "users:view"),
    "getUser": Operation(
        "user-management/users/66c9c977-f379-4692-9d5c-f989c17543ee", "users:view", has_id=True
    ),
}


def test_the_table_holds_every_operation() -> None:
    paths = contract.document("vec")["paths"].values()

    assert set(OPERATIONS) == {
        item[method]["operationId"] for item in paths for method in ("get", "post") if method in item
    }


def ask(desk: Desk, kind: str, operation: str) -> httpx2.Response:
    sent = "" if kind == "full" else kind
    if operation == "createBatch":
        template = FOREIGN if kind == "other_institution" else PLAIN
        return desk.client.create_batch(kind=sent, template_id=template)
    return desk.as_kind(sent).get(OPERATIONS[operation].path)


def expected(kind: str, operation: str) -> int:
    if kind == "server_error":
        return 500
    if OPERATIONS[operation].permission not in KINDS[kind]["permissions"]:
        return 403
    if kind == "other_institution" and OPERATIONS[operation].has_id:
        return 404
    return 201 if operation == "createBatch" else 200


@pytest.mark.parametrize(("kind", "operation"), [*product(KINDS, OPERATIONS)])
def test_a_token_opens_what_its_permissions_say(desk: Desk, kind: str, operation: str) -> None:
    answer = ask(desk, kind, operation)

    assert answer.status_code == expected(kind, operation)
    if answer.status_code == 403:
        assert answer.json() == {
            "message": "Forbidden - Insufficient permissions",
            "required_permission": OPERATIONS[operation].permission,
        }


@pytest.mark.parametrize(("kind", "status"), [("full", 201), ("batches_only", 201), ("viewer", 403)])
def test_creating_may_ask_for_a_permission_of_its_own(
    open_desk: Callable[..., Desk], kind: str, status: int
) -> None:
    desk = open_desk(switches={"vec.create_permission": "batches:create"})
    answer = ask(desk, kind, "createBatch")

    assert answer.status_code == status
    assert answer.json().get("required_permission") == ("batches:create" if status == 403 else None)
    assert ask(desk, kind, "listBatches").status_code == 200


@pytest.mark.parametrize("kind", ["full", "viewer"])
def test_only_who_may_update_sees_the_canvas(desk: Desk, kind: str) -> None:
    may = "certificate-templates:update" in KINDS[kind]["permissions"]
    own = desk.as_kind("" if kind == "full" else kind)
    for item in own.every("certificate-templates"):
        template = own.get(f"certificate-templates/{item['id']}").json()["data"]
        assert {"fabric_json", "additional_data"} & template.keys() == (
            {"fabric_json", "additional_data"} if may else set()
        )
        assert template["institution"]["id"] == template["institution_id"]


def test_the_canvas_names_every_signatory_field(desk: Desk) -> None:
    for item in desk.every("certificate-templates"):
        template = desk.get(f"certificate-templates/{item['id']}").json()["data"]
        drawn = [one["id"] for one in template["fabric_json"]["objects"] if one["type"] == "image"]
        assert drawn == template["signatory_fields"]


def test_no_list_and_no_batch_shows_a_canvas(desk: Desk) -> None:
    shown = [*desk.every("certificate-templates"), desk.upload()["template"]]

    assert not [one for one in shown if {"fabric_json", "additional_data", "institution"} & one.keys()]


def test_what_one_institution_made_is_unknown_to_the_other_by_every_id(desk: Desk) -> None:
    other = desk.as_kind("other_institution")
    batch = desk.upload()
    desk.finish()
    [one] = desk.certificates(batch)
    paths = [f"batches/{batch['id']}", f"batches/{batch['id']}/status", f"certificates/{one['id']}"]
    paths += [f"certificate-templates/{item['id']}" for item in desk.every("certificate-templates")]
    paths += [f"user-management/users/{item['uuid']}" for item in desk.every("user-management/users")]

    assert {desk.get(path).status_code for path in paths} == {200}
    for path in paths:
        key = path.removesuffix("/status").rpartition("/")[2]
        answer = other.get(path)
        assert (answer.status_code, answer.json()) == (
            404,
            {"message": f"The requested ID {key} was not found.", "error": "resource_not_found"},
        )
    assert other.every("certificates", batch_id=batch["id"]) == []
    assert other.every("certificates", search=one["reference_id"]) == []


def upload(desk: Desk, template: str, user: str) -> dict[str, Any]:
    answer = desk.client.create_batch(template_id=template, signatories=[(user, 1)])
    assert answer.status_code == 422
    found: dict[str, Any] = answer.json()["errors"]
    return found


def test_another_institution_s_template_and_user_are_like_none(desk: Desk) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    stranger = desk.as_kind("other_institution").signers()[0]["uuid"]

    assert upload(desk, FOREIGN, stranger) == upload(desk, nobody, nobody)
    assert upload(desk, SIGNED, stranger) == {
        "signatories.0.user_uuid": ["The selected signatories.0.user_uuid is invalid."]
    }


@pytest.mark.parametrize("kind", ["viewer", "batches_only"])
def test_tokens_of_one_institution_see_the_same_batches(desk: Desk, kind: str) -> None:
    desk.upload()

    assert desk.as_kind(kind).every("batches") == desk.every("batches")
