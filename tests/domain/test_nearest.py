"""A request that means no operation is told what it comes nearest to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox import contract
from sealbox.contract.nearest import why_no_operation
from sealbox.contract.operations import Operation, meant, operations

APIS = {api: operations(api) for api in contract.apis()}
ALL = [operation for found in APIS.values() for operation in found.values()]
BATCHES = "/vec/business/batches"


def why(method: str, path: str) -> str:
    return why_no_operation(method, path, APIS)


def path_of(operation: Operation) -> str:
    steps = operation.path.split("/")
    return f"/{operation.api}" + "/".join("x1" if step.startswith("{") else step for step in steps)


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.id)
def test_what_means_an_operation_is_not_explained(operation: Operation) -> None:
    assert why(operation.method, path_of(operation)) == ""
    assert operation.method != "GET" or why("HEAD", path_of(operation)) == ""


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.id)
def test_a_missing_base_path_is_named(operation: Operation) -> None:
    right = path_of(operation)

    assert why(operation.method, right.removeprefix(f"/{operation.api}")) == (
        f"the base path /{operation.api} is missing: {right} is {operation.id}"
    )


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.id)
def test_another_method_is_named(operation: Operation) -> None:
    said = why("TRACE", path_of(operation))

    assert said.startswith(f"the path is right and the method is not: {path_of(operation)} takes ")
    assert operation.method in said.partition("takes ")[2]
    assert said.endswith(", not TRACE")


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        (
            "GET",
            "/vec/vec/business/batches",
            f"the path has /vec needlessly: {BATCHES} is listBatches",
        ),
        (
            "POST",
            "/v1/vec/business/batches",
            f"the path has /v1 needlessly: {BATCHES} is createBatch",
        ),
        (
            "POST",
            "/certifiqi/business/batches",
            f"this is a path of /vec, not of /certifiqi: {BATCHES} is createBatch",
        ),
        (
            "PUT",
            "/vec//business/batches",
            f"there are two slashes in a row: {BATCHES} is createBatch and listBatches",
        ),
        ("GET", "/vec/api/v1/business/batches", f"the path has /api/v1 needlessly: {BATCHES} is listBatches"),
        ("GET", "/v2/business/batches", f"the path has /v2 needlessly: {BATCHES} is listBatches"),
        ("GET", "/vec/business/batches/", f"unknown path: the nearest is {BATCHES} (listBatches)"),
        ("POST", "/vec/business/batch", f"unknown path: the nearest is {BATCHES} (createBatch)"),
        ("GET", "/vec/busines/batches/b1", f"unknown path: the nearest is {BATCHES}/b1 (getBatch)"),
        ("GET", "/VEC/business/batches", f"unknown path: the nearest is {BATCHES} (listBatches)"),
        (
            "GET",
            "/certifiqi/batchgroup/k",
            "unknown path: the nearest is /certifiqi/batch_group/k (getBatchGroup)",
        ),
        ("GET", "/vec/nowhere", "unknown path: /vec has nothing like it"),
        ("GET", "/nowhere", "unknown path: /certifiqi and /vec have nothing like it"),
        ("GET", "/", "unknown path: /certifiqi and /vec have nothing like it"),
        ("GET", "*", "unknown path: /certifiqi and /vec have nothing like it"),
        ("GET", "/vec/storage/x.png", "there is no such file"),
        ("GET", f"{BATCHES}/b1\n", "unknown path: there is a line end in it"),
    ],
)
def test_each_mistake_has_its_sentence(method: str, path: str, said: str) -> None:
    assert why(method, path) == said


@given(st.sampled_from(["GET", "POST", "FOO"]), st.text() | st.text().map(lambda text: f"{BATCHES}/{text}"))
def test_any_path_is_explained(method: str, path: str) -> None:
    api = path.split("/", 2)[1] if path.startswith("/") else ""
    means = api in APIS and meant(api, method, path)

    assert bool(why(method, path)) is not bool(means)


def test_a_line_end_is_part_of_no_path() -> None:
    one = f"{BATCHES}/b1"

    assert meant("vec", "GET", one)
    assert not meant("vec", "GET", f"{one}\n")
    assert contract.methods("vec", one) == ("GET", "HEAD")
    assert contract.methods("vec", f"{one}\n") == ()


def test_an_endless_path_takes_no_time() -> None:
    assert why("GET", "/vec/" + "x" * 100_000).startswith("unknown path")
