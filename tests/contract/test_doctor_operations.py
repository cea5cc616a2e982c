"""The wire doctor's table of operations says what the contract says."""

from __future__ import annotations

from typing import Any

import pytest
from sealbox import auth, contract
from sealbox.doctor.operations import APIS, OPERATIONS, Operation, named

METHODS = ("get", "post", "put", "patch", "delete")


def documented(api: str) -> dict[str, tuple[str, str, Any]]:
    """Method, path and body by operationId."""
    return {
        operation["operationId"]: (method.upper(), path, operation.get("requestBody"))
        for path, item in contract.document(api)["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_both_know_the_same_apis() -> None:
    assert set(APIS) == set(contract.apis())


@pytest.mark.parametrize("api", APIS)
def test_both_know_the_same_operations(api: str) -> None:
    table = {one.id: (one.method, one.path) for one in OPERATIONS if one.api == api}

    assert table == {name: pair[:2] for name, pair in documented(api).items()}


@pytest.mark.parametrize("api", APIS)
def test_both_know_the_same_header(api: str) -> None:
    assert auth.credential_header(api, "k") == f"{APIS[api].header}: {APIS[api].scheme}k"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_both_know_the_same_bodies(operation: Operation) -> None:
    body = documented(operation.api)[operation.id][2]

    assert [operation.takes] if operation.takes else list(body["content"]) == [] if body else True
    assert bool(operation.takes) == bool(body and body.get("required"))


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.file], ids=lambda one: one.id)
def test_the_file_field_is_the_binary_one(operation: Operation) -> None:
    document = contract.document(operation.api)
    schema = documented(operation.api)[operation.id][2]["content"]["multipart/form-data"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    fields = {name: field for name, field in schema["properties"].items() if field.get("format") == "binary"}

    assert list(fields) == [operation.file]


def test_an_operation_is_found_by_its_api_and_id() -> None:
    assert all(named(one.api, one.id) is one for one in OPERATIONS)
    assert named("vec", "createBatchGroup") is None
    assert named("vec", None) is None
