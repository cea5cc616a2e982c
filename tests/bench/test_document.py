"""The joined document of the two operations is one that peers can serve."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson
import pytest
from openapi_spec_validator import validate

from bench import schemas
from bench.peers.document import example, joined


def references(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*(references(one) for one in part))
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(one) for one in part.values()))
    return set()


def test_it_is_a_valid_openapi_document() -> None:
    validate(orjson.loads(orjson.dumps(joined())))


def test_its_two_paths_are_those_that_sealbox_serves() -> None:
    assert {path: [*item] for path, item in joined()["paths"].items()} == {
        "/certifiqi/batch_group/{batch_group_key}": ["get"],
        "/vec/business/batches": ["post"],
    }


def test_every_reference_leads_somewhere() -> None:
    document = joined()

    for reference in references(document):
        kind, name = reference.removeprefix("#/components/").split("/")
        assert name in document["components"][kind], reference


def test_both_operations_ask_for_a_credential() -> None:
    operations = [operation for item in joined()["paths"].values() for operation in item.values()]

    assert [operation["security"] for operation in operations] == [
        [{"certifiqi.apiToken": []}],
        [{"vec.bearerToken": []}],
    ]


def test_the_documented_answers_fit_the_compiled_schemas() -> None:
    schemas.response("certifiqi", "/batch_group/{batch_group_key}", "get", "200").validate(
        example("200", "certifiqi")
    )
    schemas.response("vec", "/business/batches", "post", "201").validate(example("201", "vec"))


def test_a_compiled_schema_refuses_what_is_not_documented() -> None:
    answer = example("201", "vec")
    wrong = {"data": {**answer["data"], "total_certificates": "one"}}

    with pytest.raises(jsonschema_rs.ValidationError):
        schemas.response("vec", "/business/batches", "post", "201").validate(wrong)


def test_nullable_is_a_type_of_its_own_in_the_newer_dialect() -> None:
    assert schemas.translated({"type": "string", "nullable": True}) == {"type": ["string", "null"]}
    assert schemas.translated({"$ref": "#/a", "nullable": True}) == {
        "anyOf": [{"$ref": "#/a"}, {"type": "null"}]
    }
    assert schemas.translated([{"type": "string", "nullable": False}]) == [{"type": "string"}]
