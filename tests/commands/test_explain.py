"""Every name of the contract is explained, and a slip is put right: `explain`; without a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract
from sealbox.commands import glossary
from sealbox.commands.completion import api_names, explained_ids, operation_ids, switch_names
from sealbox.contract import evidence

if TYPE_CHECKING:
    from tests.commands.conftest import Sealbox

    Nowhere = Sealbox


def explained(nowhere: Nowhere, *name: str) -> dict[str, Any]:
    ended = nowhere("explain", *name, "--json")
    assert ended.exit_code == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_a_requirement_has_its_level_its_source_and_its_quote(nowhere: Nowhere) -> None:
    found = explained(nowhere, "VEC-AUTH-02")

    assert (found["level"], found["provenance"]) == ("MUST", "seed")
    assert found["page"] == "https://docs-stg.vec.digital/api/operations/createbatch"
    assert found["quote"] == "Unauthorized - Invalid API token"


def test_a_requirement_names_the_switches_that_turn_it(nowhere: Nowhere) -> None:
    assert {one["id"] for one in explained(nowhere, "VEC-CSV-12")["turned_by"]} >= {"vec.row_faults"}


def test_a_switch_has_its_alternatives_and_the_promises_it_bears_on(nowhere: Nowhere) -> None:
    found = explained(nowhere, "vec.row_faults")

    assert found["default"] == "fail_row"
    assert list(found["alternatives"]) == ["fail_row", "refuse_upload"]
    assert [one["id"] for one in found["promises"]] == ["VEC-CSV-12", "VEC-CSV-13", "VEC-CSV-14"]
    assert explained(nowhere, "row_faults") == found, (
        "its API may be left out where no other has one of its name"
    )


def test_an_operation_has_its_answers_and_its_promises(nowhere: Nowhere) -> None:
    found = explained(nowhere, "createBatch")

    assert found["text"].startswith("POST /vec/business/batches: ")
    assert {"201", "401", "422"} <= {one["id"] for one in found["answers"]}
    assert "VEC-AUTH-02" in {one["id"] for one in found["promises"]}


def test_an_answer_is_two_words(nowhere: Nowhere) -> None:
    found = explained(nowhere, "createBatch", "422")

    assert found["kind"] == "answer"
    assert found["example"]["message"].endswith("(and 2 more errors)")
    assert explained(nowhere, "createBatch 422") == found


def test_a_question_has_its_decision(nowhere: Nowhere) -> None:
    found = explained(nowhere, "vec", "question", "34")

    assert found["decision"] == "The certificate fails, the other rows go on."
    assert "VEC-CSV-12" in found["touches"]


@pytest.mark.parametrize(("name", "said"), [("boundary-lost", "boundary"), ("formula", "spreadsheet")])
def test_what_a_doctor_finds_is_explained(nowhere: Nowhere, name: str, said: str) -> None:
    found = explained(nowhere, name)

    assert found["kind"] == "finding"
    assert said in found["text"]
    assert "{" not in found["text"] + found["fix"]


def test_the_case_of_a_name_makes_no_difference(nowhere: Nowhere) -> None:
    assert explained(nowhere, "vec-auth-02")["id"] == "VEC-AUTH-02"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("VEC-CVS-12", "VEC-CSV-12"), ("creatBatch", "createBatch"), ("vec.row_fault", "vec.row_faults")],
)
def test_a_slip_is_put_right(nowhere: Nowhere, typed: str, meant: str) -> None:
    ended = nowhere("explain", typed)

    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert "did you mean" in ended.stderr
    assert meant in ended.stderr


def test_what_nothing_is_like_is_just_not_there(nowhere: Nowhere) -> None:
    assert nowhere("explain", "xyzzy").stderr == "sealbox: nothing is called 'xyzzy'\n"


def test_people_read_it_line_by_line(nowhere: Nowhere) -> None:
    lines = nowhere("explain", "vec.row_faults").stdout.splitlines()

    assert lines[0] == "vec.row_faults  switch, vec"
    assert lines[1] == "What a bad cell in one row does."
    assert "alternative   fail_row: the certificate of that row fails, the upload is accepted" in lines


@pytest.mark.parametrize("api", contract.apis())
def test_whatever_the_evidence_lists_is_explained(api: str) -> None:
    found = [(one, glossary.entry(one.id)) for one in evidence.behaviours(api)]

    assert [one.id for one, entry in found if entry is None] == []
    assert [one.id for one, entry in found if entry and entry["text"] == ""] == []
    assert [one.id for one, entry in found if entry and entry["provenance"] != one.provenance] == []


@pytest.mark.parametrize("api", contract.apis())
def test_the_page_of_a_promise_is_the_address_that_the_contract_has_for_it(api: str) -> None:
    """A page that no operation names by its address stays as the catalogue names it."""
    rows = contract.read("openapi", api, "requirements.yaml")["requirements"]
    named = {row["id"]: row["source"]["page"] for row in rows if "source" in row}
    shown = {id_: (glossary.entry(id_) or {})["page"] for id_ in named}
    addresses = [page for page in shown.values() if page.startswith("https://")]

    assert all(named[id_] in shown[id_].split("/") for id_ in named if named[id_] != "none")
    assert len(addresses) > len(rows) / 3


@pytest.mark.parametrize("api", contract.apis())
def test_every_question_is_numbered_and_decided(api: str) -> None:
    text = (contract.root() / "openapi" / api / "questions.md").read_text(encoding="utf-8")
    rows = sum(line.startswith("| ") and line.split()[1].isdecimal() for line in text.splitlines())
    found = [glossary.entry(f"{api} question {number}") for number in range(1, rows + 1)]

    assert all(entry and entry["decision"] for entry in found)


def test_the_shell_offers_names(nowhere: Nowhere) -> None:
    assert operation_ids("createB") == ["createBatch", "createBatchGroup"]
    assert {"vec.row_faults", "VEC-CSV-12", "createBatch"} <= set(explained_ids(""))
    assert explained_ids("vec-csv-1")[0] == "VEC-CSV-10"
    assert api_names("_") == ["_sandbox"]
    assert switch_names("vec.row") == ["vec.row_faults="]


def test_the_shell_offers_nothing_that_is_not_there() -> None:
    known = set(explained_ids(""))

    assert [name for name in known if glossary.entry(name) is None] == []
    assert len(known) > 300


def test_completion_speaks_the_shells_language(nowhere: Nowhere) -> None:
    asked = {
        "_SEALBOX_COMPLETE": "complete_bash",
        "COMP_WORDS": "sealbox explain VEC-CSV-0",
        "COMP_CWORD": "2",
    }
    offered = nowhere.complete(**asked)

    assert "VEC-CSV-01" in offered.splitlines()
