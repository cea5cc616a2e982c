from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sealbox_conformance import catalogue, contract, coverage
from sealbox_conformance.catalogue import CatalogueError, Requirement

SOUND = Requirement(
    id="VEC-TOPIC-01",
    api="vec",
    level="MUST",
    text="A batch has a name.",
    provenance="seed",
    page="createbatch",
    operations=("createBatch",),
)


def test_the_catalogue_is_sound() -> None:
    assert len(catalogue.load()) > 200


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "VEC-TOPIC-1"}, "neither"),
        ({"id": "CERTIFIQI-TOPIC-01"}, "neither"),
        ({"level": "MIGHT"}, "none of"),
        ({"provenance": "rumour"}, "none of"),
        ({"provenance": "inferred"}, "is a MAY"),
        ({"page": "none"}, "names the page"),
        ({"operations": ("createBatches",)}, "not in the contract"),
        ({"text": "no end"}, "no sentence"),
    ],
)
def test_a_faulty_requirement_is_named(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        catalogue.indexed([replace(SOUND, **change)])  # type: ignore[arg-type]  # one field at a time


def test_an_id_stands_once() -> None:
    with pytest.raises(CatalogueError, match="VEC-TOPIC-01: stands twice"):
        catalogue.indexed([SOUND, SOUND])


def test_only_a_must_that_a_page_states_binds() -> None:
    assert SOUND.binding
    assert not replace(SOUND, level="SHOULD").binding
    assert not replace(SOUND, provenance="inferred", level="MAY").binding


def test_every_cited_id_exists() -> None:
    assert coverage.cited() <= catalogue.load().keys()


def test_every_promise_of_a_page_has_a_check_or_a_reason() -> None:
    promised = {
        one.id
        for one in catalogue.load().values()
        if one.binding and not one.untestable and not one.retired and "/" not in one.id
    }

    assert promised - coverage.cited() - coverage.untested().keys() == set()


def test_every_other_promise_has_a_check_or_a_reason_too() -> None:
    promised = {
        one.id
        for one in catalogue.load().values()
        if not one.untestable and not one.retired and "/" not in one.id
    }

    assert sorted(promised - coverage.cited() - coverage.untested().keys()) == []


def test_no_promise_has_both_a_check_and_a_reason_why_nobody_can_test_it() -> None:
    untestable = {one.id for one in catalogue.load().values() if one.untestable}

    assert sorted(untestable & coverage.cited()) == []


def test_no_reason_outlives_its_promise() -> None:
    assert coverage.untested().keys() <= catalogue.load().keys() - coverage.cited()


@pytest.mark.parametrize("api", contract.apis())
def test_no_schema_judges_by_what_is_inferred(api: str) -> None:
    for operation in contract.operations(api).values():
        for answer in operation.answers.values():
            assert (answer.schema is None) == (answer.provenance == "inferred")
            assert "x-provenance" not in json.dumps(answer.schema)
