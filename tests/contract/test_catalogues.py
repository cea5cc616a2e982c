"""Requirements, switches and questions: ids are permanent, sources are given, and the three agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "openapi"
APIS = sorted(path.name for path in OPENAPI.iterdir() if path.is_dir() and path.name[0] != "_")
LEDGER = Path(__file__).with_name("requirement_ids.txt")
SEED_PAGES = {"vec": "createbatch", "certifiqi": "consultar_evento"}


def requirements(api: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((OPENAPI / api / "requirements.yaml").read_text())["requirements"])


def switches(api: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((OPENAPI / api / "switches.yaml").read_text())["switches"])


def test_a_minted_id_keeps_its_level_and_provenance_for_ever() -> None:
    """A new requirement is a new line in the ledger; a line that is there is never changed or removed."""
    current = {f"{row['id']} {row['level']} {row['provenance']}" for api in APIS for row in requirements(api)}

    assert set(LEDGER.read_text().splitlines()) == current


@pytest.mark.parametrize("api", APIS)
def test_ids_are_unique_and_begin_with_the_api(api: str) -> None:
    ids = [row["id"] for row in requirements(api)]

    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(rf"{api.upper()}-[A-Z]+-\d{{2,}}", name)] == []


@pytest.mark.parametrize("api", APIS)
def test_every_seed_requirement_quotes_the_seed_page(api: str) -> None:
    seed = [row for row in requirements(api) if row["provenance"] == "seed"]

    assert seed
    assert [row["id"] for row in seed if row["source"]["page"] != SEED_PAGES[api]] == []
    assert [row["id"] for row in seed if not row["source"].get("quote")] == []


@pytest.mark.parametrize("api", APIS)
def test_nobody_is_ever_blamed_for_something_inferred(api: str) -> None:
    inferred = [row for row in requirements(api) if row["provenance"] == "inferred"]

    assert [row["id"] for row in inferred if row["level"] != "MAY"] == []


@pytest.mark.parametrize("api", APIS)
def test_requirements_name_operations_that_exist(api: str) -> None:
    document = yaml.safe_load((OPENAPI / api / "openapi.yaml").read_text())
    known = {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    named = {operation for row in requirements(api) for operation in row["operations"]}

    assert named <= known


@pytest.mark.parametrize("api", APIS)
def test_every_switch_has_a_default_among_two_or_more_alternatives(api: str) -> None:
    wrong = [
        switch["name"]
        for switch in switches(api)
        if switch["default"] not in switch["alternatives"]
        or len(switch["alternatives"]) < 2
        or not all(isinstance(name, str) for name in switch["alternatives"])
        or not switch["why"]
    ]

    assert wrong == []


@pytest.mark.parametrize("api", APIS)
def test_a_switch_touches_requirements_that_exist(api: str) -> None:
    known = {row["id"] for row in requirements(api)}
    unknown = {switch["name"]: set(switch["touches"]) - known for switch in switches(api)}

    assert {name: ids for name, ids in unknown.items() if ids} == {}


@pytest.mark.parametrize("api", APIS)
def test_a_switch_never_turns_a_seed_must_round_in_silence(api: str) -> None:
    """Where an alternative breaks a promise of the pages, its own words say so."""
    firm = {row["id"] for row in requirements(api) if row["level"] == "MUST" and row["provenance"] == "seed"}
    touching = [switch for switch in switches(api) if firm & set(switch["touches"])]

    assert [switch["name"] for switch in touching if len(switch["why"]) < 30] == []


@pytest.mark.parametrize("api", APIS)
def test_questions_cite_switches_and_requirements_that_exist(api: str) -> None:
    text = (OPENAPI / api / "questions.md").read_text()
    known = {row["id"] for row in requirements(api)}
    cited = set(re.findall(rf"{api.upper()}-[A-Z]+-\d+", text))

    assert cited <= known
    assert [switch["name"] for switch in switches(api) if not re.search(rf"\b{switch['name']}\b", text)] == []
