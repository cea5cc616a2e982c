"""Every operation against every kind of credential: who is let in, and what the others are told."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pytest
from sealbox import contract

if TYPE_CHECKING:
    from tests.app.conftest import Client


class Operation(NamedTuple):
    id: str
    method: str
    path: str
    permission: str = ""


BATCH = "9e7860e3-7c0a-401f-98f6-b98e316934f4"
TEMPLATE = "9e3b101f-c264-4f97-945f-20dfa7163768"
CERTIFICATE = "9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15"
USER = "66c9c977-f379-4692-9d5c-f989c17543ee"
EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"
DOCUMENT = "19f3c0ib-3926-4274-b2ab-720014b35f53"
WEBHOOK = "ac73c564-989d-4c53-932b-d8f96b007585"
NOBODY = "00000000-0000-4000-8000-000000000000"

VEC = [
    Operation("listBatches", "GET", "/vec/business/batches", "batches:view"),
    Operation("createBatch", "POST", "/vec/business/batches", "batches:view"),
    Operation("getBatch", "GET", f"/vec/business/batches/{BATCH}", "batches:view"),
    Operation("getBatchStatus", "GET", f"/vec/business/batches/{BATCH}/status", "batches:view"),
    Operation(
        "listCertificateTemplates", "GET", "/vec/business/certificate-templates", "certificate-templates:view"
    ),
    Operation(
        "getCertificateTemplate",
        "GET",
        f"/vec/business/certificate-templates/{TEMPLATE}",
        "certificate-templates:view",
    ),
    Operation("listCertificates", "GET", "/vec/business/certificates", "certificates:view"),
    Operation("getCertificate", "GET", f"/vec/business/certificates/{CERTIFICATE}", "certificates:view"),
    Operation("listUsers", "GET", "/vec/business/user-management/users", "users:view"),
    Operation("getUser", "GET", f"/vec/business/user-management/users/{USER}", "users:view"),
]
CERTIFIQI = [
    Operation("createBatchGroup", "POST", "/certifiqi/batch_group"),
    Operation("getBatchGroup", "GET", f"/certifiqi/batch_group/{EVENT}"),
    Operation("sendToSignature", "PUT", f"/certifiqi/batch_group/{EVENT}/send_to_signature"),
    Operation("cancelSignature", "PUT", f"/certifiqi/batch_group/{EVENT}/cancel_signature"),
    Operation("getBatchGroupUrls", "GET", f"/certifiqi/batch_group/{EVENT}/url"),
    Operation("uploadDocument", "POST", "/certifiqi/document"),
    Operation("uploadTradeBills", "POST", "/certifiqi/certifier/document/trade_bill/asynchronous"),
    Operation("getDocumentUrls", "GET", f"/certifiqi/document/{DOCUMENT}/url"),
    Operation("getZipFileUrl", "GET", f"/certifiqi/certifier/zip_file/{NOBODY}/url"),
    Operation("getWebhook", "GET", f"/certifiqi/webhook/{WEBHOOK}"),
]
OF_AN_EVENT = [one for one in CERTIFIQI if EVENT in one.path or DOCUMENT in one.path or WEBHOOK in one.path]
WITH_ID = [one for one in VEC if one.path.count("/") > 3 and one.id.startswith("get")]
NOT_LET_IN = {
    "nothing": {},
    "an unknown token": {"Authorization": "Bearer nobody-issued-this"},
    "the scheme alone": {"Authorization": "Bearer"},
    "an empty token": {"Authorization": "Bearer "},
    "another scheme": {"Authorization": "Basic c2VhbGJveF92ZWNfZGVtbzo="},
    "no scheme": {"Authorization": "sealbox_vec_demo"},
    "the other API's key": {"Authorization": "Bearer sealbox_certifiqi_demo"},
    "the other API's header": {"x-api-token": "sealbox_vec_demo"},
    "a cookie": {"Cookie": "token=sealbox_vec_demo"},
    "more than the token": {"Authorization": "Bearer sealbox_vec_demo x"},
    "another case": {"Authorization": "Bearer SEALBOX_VEC_DEMO"},
}
NO_KEY = {
    "nothing": {},
    "an unknown key": {"x-api-token": "nobody-issued-this"},
    "an empty key": {"x-api-token": ""},
    "a scheme word": {"x-api-token": "Bearer sealbox_certifiqi_demo"},
    "the other API's token": {"x-api-token": "sealbox_vec_demo"},
    "the other API's header": {"Authorization": "Bearer sealbox_certifiqi_demo"},
    "another header": {"x-api-key": "sealbox_certifiqi_demo"},
    "a cookie": {"Cookie": "x-api-token=sealbox_certifiqi_demo"},
}
GARBAGE = {
    "a broken form": ("multipart/form-data", b"--\xff\x00"),
    "a broken JSON": ("application/json", b'{"name": '),
    "no known type": ("image/png", b"\x89PNG"),
    "an empty body": ("application/json", b""),
}


def name_of(value: object) -> str:
    return value.id if isinstance(value, Operation) else str(value)


def test_the_tables_hold_every_operation() -> None:
    for api, table in (("vec", VEC), ("certifiqi", CERTIFIQI)):
        paths = contract.document(api)["paths"].values()
        assert {one.id for one in table} == {
            item[method]["operationId"]
            for item in paths
            for method in ("get", "post", "put")
            if method in item
        }


@pytest.mark.parametrize(("one", "how"), [*product(VEC, NOT_LET_IN)], ids=name_of)
def test_vec_lets_nobody_in_without_a_token_of_its_own(client: Client, one: Operation, how: str) -> None:
    answer = client.send(one.method, one.path, headers=NOT_LET_IN[how])

    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized - Invalid API token"})


@pytest.mark.parametrize(("one", "how"), [*product(CERTIFIQI, NO_KEY)], ids=name_of)
def test_certifiqi_lets_nobody_in_without_a_key_of_its_own(client: Client, one: Operation, how: str) -> None:
    answer = client.send(one.method, one.path, headers=NO_KEY[how])

    assert answer.status_code == 401
    assert answer.json() == {
        "title": "Unauthorized",
        "description": "The x-api-token header is missing or holds an unknown key.",
    }


@pytest.mark.parametrize(
    ("path", "what"), [*product(("/vec/business/batches", "/certifiqi/batch_group"), GARBAGE)]
)
def test_a_stranger_is_told_401_whatever_the_body_is(client: Client, path: str, what: str) -> None:
    media_type, body = GARBAGE[what]
    answer = client.send("POST", path, content=body, headers={"Content-Type": media_type})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        f"/vec/business/batches/{NOBODY}",
        "/vec/business/batches/no-uuid/status",
        "/vec/business/batches?per_page=0&page=x",
        f"/certifiqi/batch_group/{NOBODY}",
    ],
)
def test_a_stranger_learns_nothing_about_ids_and_parameters(client: Client, path: str) -> None:
    assert client.send("GET", path).status_code == 401


@pytest.mark.parametrize("spelling", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_word_may_be_written_in_any_case(client: Client, spelling: str) -> None:
    headers = {"Authorization": f"{spelling} sealbox_vec_demo"}

    assert client.send("GET", "/vec/business/batches", headers=headers).status_code == 200


@pytest.mark.parametrize("one", VEC, ids=name_of)
def test_a_token_without_the_permission_is_told_which_one(client: Client, one: Operation) -> None:
    answer = client.vec(one.method, one.path.removeprefix("/vec"), kind="no_permissions")

    assert answer.status_code == 403
    assert answer.json() == {
        "message": "Forbidden - Insufficient permissions",
        "required_permission": one.permission,
    }


@pytest.mark.parametrize("one", VEC, ids=name_of)
def test_permissions_for_batches_open_batches_only(client: Client, one: Operation) -> None:
    answer = client.vec(one.method, one.path.removeprefix("/vec"), kind="batches_only")

    assert (answer.status_code == 403) is not one.permission.startswith("batches:")


def test_the_permission_is_judged_before_the_request(client: Client) -> None:
    assert client.vec("GET", f"/business/batches/{NOBODY}", kind="no_permissions").status_code == 403
    assert client.vec("GET", "/business/batches?page=0", kind="no_permissions").status_code == 403
    assert client.vec("POST", "/business/batches", kind="no_permissions").status_code == 403


@pytest.mark.parametrize("one", WITH_ID, ids=name_of)
def test_another_institution_is_told_that_there_is_no_such_id(client: Client, one: Operation) -> None:
    path = one.path.removeprefix("/vec")
    found = client.vec("GET", path)
    hidden = client.vec("GET", path, kind="other_institution")
    key = path.removesuffix("/status").rpartition("/")[2]

    assert found.status_code == 200
    assert hidden.status_code == 404
    assert hidden.json() == {
        "message": f"The requested ID {key} was not found.",
        "error": "resource_not_found",
    }


@pytest.mark.parametrize("one", [one for one in VEC if one.id.startswith("list")], ids=name_of)
def test_lists_of_two_institutions_have_nothing_in_common(client: Client, one: Operation) -> None:
    path = one.path.removeprefix("/vec")

    def ids(kind: str) -> set[str]:
        items = client.vec("GET", path, kind=kind, params={"per_page": "100"}).json()["data"]
        return {item.get("id") or item["uuid"] for item in items}

    assert ids("")
    assert ids("other_institution")
    assert not ids("") & ids("other_institution")


def test_what_one_institution_makes_the_other_never_sees(client: Client) -> None:
    before = client.vec("GET", "/business/batches", kind="other_institution").content
    made = client.create_batch().json()["data"]["id"]

    assert client.vec("GET", f"/business/batches/{made}", kind="other_institution").status_code == 404
    assert client.vec("GET", "/business/batches", kind="other_institution").content == before


@pytest.mark.parametrize("as_value", ["template_id", "signatory"])
def test_ids_of_another_institution_are_unknown_as_values_too(client: Client, as_value: str) -> None:
    template = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00005"
    users = client.vec("GET", "/business/user-management/users", kind="other_institution").json()["data"]
    answer = (
        client.create_batch(template_id=template)
        if as_value == "template_id"
        else client.create_batch(signatories=[(users[0]["uuid"], 1)])
    )

    assert answer.status_code == 422
    assert answer.json()["errors"] == (
        {"template_id": ["The selected template id is invalid."]}
        if as_value == "template_id"
        else {"signatories.0.user_uuid": ["The selected signatories.0.user_uuid is invalid."]}
    )


def test_another_client_is_told_that_there_is_no_such_event(client: Client) -> None:
    made = client.create_event().json()["batch_group_key"]

    for key in (made, EVENT, NOBODY):
        answer = client.certifiqi("GET", f"/batch_group/{key}", kind="other_client")
        assert answer.status_code == 404
        assert answer.json() == {"title": "Not Found", "description": "No signing event has this key."}


@pytest.mark.parametrize("one", OF_AN_EVENT, ids=name_of)
def test_what_is_another_client_s_is_not_found_and_not_changed(client: Client, one: Operation) -> None:
    path = one.path.removeprefix("/certifiqi")
    before = client.certifiqi("GET", f"/batch_group/{EVENT}").content
    hidden = client.certifiqi(one.method, path, kind="other_client")

    assert hidden.status_code == 404
    assert hidden.json().keys() == {"title", "description"}
    assert hidden.json()["title"] == "Not Found"
    assert client.certifiqi("GET", f"/batch_group/{EVENT}").content == before
    assert client.certifiqi(one.method, path).status_code == 200


def test_the_control_plane_asks_for_no_credential(client: Client) -> None:
    assert client.send("GET", "/_sandbox/info").status_code == 200
