"""The OpenAPI documents: sound, complete, and honest about where each part comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENAPI = Path(__file__).resolve().parents[2] / "openapi"
VENDORS = sorted(path.name for path in OPENAPI.iterdir() if path.is_dir() and path.name[0] != "_")
ALL = [*VENDORS, "_sandbox"]
MARKS = {"seed", "docs", "inferred"}
METHODS = {"get", "post", "put", "patch", "delete"}


def document(api: str) -> dict[str, Any]:
    loaded = yaml.safe_load((OPENAPI / api / "openapi.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def operations(api: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document(api)["paths"].items():
        for method in METHODS & item.keys():
            yield f"{method.upper()} {path}", item[method]


def schemas(api: str) -> dict[str, dict[str, Any]]:
    return dict(document(api)["components"]["schemas"])


def resolved(api: str, value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = document(api)
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


def examples(api: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example of the document: where it stands, its schema, its value."""

    def walk(place: str, node: Any) -> Iterator[tuple[str, dict[str, Any], Any]]:
        if isinstance(node, dict):
            schema = node.get("schema", node if {"type", "anyOf", "$ref"} & node.keys() else None)
            if schema is not None and "example" in node:
                yield place, schema, node["example"]
            named = node.get("examples")
            if schema is not None and isinstance(named, dict):
                for name, example in named.items():
                    yield f"{place}/{name}", schema, example["value"]
            for key, child in node.items():
                if key not in {"example", "examples"}:
                    yield from walk(f"{place}/{key}", child)
        elif isinstance(node, list):
            for position, child in enumerate(node):
                yield from walk(f"{place}/{position}", child)

    yield from walk(api, document(api))


@pytest.mark.parametrize("api", ALL)
def test_every_example_validates_against_its_schema(api: str) -> None:
    components = {"components": document(api)["components"]}
    wrong, seen = [], 0
    for place, schema, value in examples(api):
        seen += 1
        validator = OAS30Validator({**schema, **components}, format_checker=oas30_format_checker)
        wrong += [f"{place}: {error.message}" for error in validator.iter_errors(value)]

    assert seen > 30
    assert wrong == []


@pytest.mark.parametrize("api", VENDORS)
def test_every_operation_answer_and_schema_says_where_it_comes_from(api: str) -> None:
    unmarked = []
    for name, operation in operations(api):
        if operation.get("x-provenance") not in MARKS or "x-source" not in operation:
            unmarked.append(name)
        for status, response in operation["responses"].items():
            answer = resolved(api, response)
            if answer.get("x-provenance") not in MARKS or "x-source" not in answer:
                unmarked.append(f"{name} {status}")
    unmarked += [name for name, schema in schemas(api).items() if schema.get("x-provenance") not in MARKS]

    assert unmarked == []


@pytest.mark.parametrize("api", ALL)
def test_every_field_has_a_type_a_meaning_and_an_example(api: str) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in schemas(api).items()
        for field, details in schema.get("properties", {}).items()
        if "$ref" not in details
        and not (
            {"type", "anyOf", "oneOf"} & details.keys() and "description" in details and "example" in details
        )
        and details.get("items") is None
        and details.get("type") != "object"
    ]

    assert bare == []


@pytest.mark.parametrize("api", ALL)
def test_what_a_field_requires_is_among_its_properties(api: str) -> None:
    stray = [
        f"{name}.{field}"
        for name, schema in schemas(api).items()
        for field in schema.get("required", ())
        if field not in schema["properties"]
    ]

    assert stray == []


@pytest.mark.parametrize("api", VENDORS)
def test_no_vendor_document_speaks_of_the_sandbox_operations(api: str) -> None:
    text = (OPENAPI / api / "openapi.yaml").read_text()

    assert "/_sandbox" not in text
    assert "x-openapi-router-controller" not in text


@pytest.mark.parametrize("api", ALL)
def test_no_two_operations_share_an_id(api: str) -> None:
    ids = [operation["operationId"] for _, operation in operations(api)]

    assert len(set(ids)) == len(ids)
