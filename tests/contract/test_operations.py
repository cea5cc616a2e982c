"""What operations need is read off the documents; the wire doctor knows how each API is addressed."""

from __future__ import annotations

import pytest
from sealbox import auth, contract
from sealbox.contract.operations import all_operations
from sealbox.doctor.addresses import APIS, FORM, JSON

NEEDED = {
    "createBatch": (FORM, "csv_file"),
    "createBatchGroup": (JSON, ""),
    "uploadDocument": (FORM, "file"),
    "uploadTradeBills": (FORM, "file"),
}


def test_both_know_the_same_apis() -> None:
    assert set(APIS) == set(contract.apis()) == set(all_operations())


@pytest.mark.parametrize("api", APIS)
def test_both_know_the_same_header(api: str) -> None:
    assert auth.credential_header(api, "k") == f"{APIS[api].header}: {APIS[api].scheme}k"


def test_four_operations_need_a_body_and_three_of_them_a_file() -> None:
    found = {
        id_: (one.takes, one.file)
        for operations in all_operations().values()
        for id_, one in operations.items()
    }

    assert {id_: pair for id_, pair in found.items() if pair != ("", "")} == NEEDED


@pytest.mark.parametrize("api", APIS)
def test_every_documented_operation_is_known_by_its_id(api: str) -> None:
    documented = {
        operation["operationId"]: (method.upper(), path)
        for path, item in contract.document(api)["paths"].items()
        for method, operation in item.items()
        if method in contract.METHODS
    }

    assert {id_: (one.method, one.path) for id_, one in all_operations()[api].items()} == documented
