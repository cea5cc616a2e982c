"""Each line of the list of magic values does what it says, and the command prints that list."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract

if TYPE_CHECKING:
    from tests.app.vec.conftest import Desk

MAGIC = contract.read("fixtures", "vec", "magic.yaml")
SIGNED = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00002"
OPERATIONS = {
    "batches": "batches/9e7860e3-7c0a-401f-98f6-b98e316934f4",
    "status": "batches/9e7860e3-7c0a-401f-98f6-b98e316934f4/status",
    "list of batches": "batches",
    "certificates": "certificates/9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15",
    "list of certificates": "certificates",
    "templates": "certificate-templates/9e3b101f-c264-4f97-945f-20dfa7163768",
    "list of templates": "certificate-templates",
    "users": "user-management/users/66c9c977-f379-4692-9d5c-f989c17543ee",
    "list of users": "user-management/users",
}
BODIES = {
    401: {"message": "Unauthorized - Invalid API token"},
    403: {"message": "Forbidden - Insufficient permissions", "required_permission": "batches:view"},
    500: {
        "message": "An unexpected error occurred. Our team has been notified.",
        "error_code": "SERVER_ERROR",
    },
}


def by(*names: str) -> Any:
    return lambda entry: next(str(entry[name]) for name in names if name in entry)


# Recipients


@pytest.mark.parametrize("entry", MAGIC["recipients"], ids=by("local_part"))
@pytest.mark.parametrize("form", ["{0}@example.com", "{0}+@example.org", "{0}+more+more@example.com"])
def test_a_magic_recipient_s_certificate_fails_and_the_next_one_s_does_not(
    desk: Desk, entry: dict[str, str], form: str
) -> None:
    local = entry["local_part"]
    magic = [form.format(local), form.format(local.upper()), entry["example"]]
    plain = [f"{local}ure@example.com", f"x{local}@example.com", f"ana+{local}@example.com"]
    batch = desk.upload([(email, "A") for email in (*magic, *plain)])
    desk.finish()

    assert entry["effect"] == "the row's certificate fails"
    assert [one["status"] for one in desk.certificates(batch)] == ["failed"] * 3 + ["generated"] * 3
    assert [entry["local_part"] in (row["fault"] or "").lower() for row in desk.inside(batch)["rows"]] == [
        *[True] * 3,
        *[False] * 3,
    ]


# Templates


@pytest.mark.parametrize("capitals", [False, True], ids=["as listed", "in capitals"])
@pytest.mark.parametrize("entry", MAGIC["templates"], ids=by("answers"))
def test_a_magic_template_answers_with_its_status_and_makes_nothing(
    desk: Desk, entry: dict[str, Any], *, capitals: bool
) -> None:
    key = entry["id"].upper() if capitals else entry["id"]
    before = desk.every("batches")
    answer = desk.client.create_batch(template_id=key)

    assert answer.status_code == entry["answers"]
    assert "sealbox magic" in answer.headers["x-sandbox-why"]
    assert answer.json() == BODIES.get(entry["answers"], answer.json())
    assert desk.every("batches") == before


def test_the_magic_422_is_the_documented_example_but_for_its_count(desk: Desk) -> None:
    [entry] = [entry for entry in MAGIC["templates"] if entry["answers"] == 422]
    answer = desk.client.create_batch(template_id=entry["id"]).json()
    responses = contract.document("vec")["components"]["responses"]
    media = responses["BatchInvalid"]["content"]["application/json"]
    documented = next(
        one["value"]["errors"] for one in media["examples"].values() if len(one["value"]["errors"]) == 6
    )

    assert answer["errors"] == documented
    assert answer["message"] == "The name field is required. (and 5 more errors)"


@pytest.mark.parametrize("entry", MAGIC["templates"], ids=by("answers"))
def test_a_magic_template_is_no_template_to_read(desk: Desk, entry: dict[str, Any]) -> None:
    assert desk.get(f"certificate-templates/{entry['id']}").status_code == 404
    assert entry["id"] not in {one["id"] for one in desk.every("certificate-templates")}


@pytest.mark.parametrize("entry", MAGIC["templates"], ids=by("answers"))
def test_who_may_not_create_meets_no_magic(desk: Desk, entry: dict[str, Any]) -> None:
    answer = desk.client.create_batch(template_id=entry["id"], kind="no_permissions")

    assert answer.status_code == 403
    assert "magic" not in answer.headers.get("x-sandbox-why", "")


# Tokens


def statuses(desk: Desk, kind: str) -> dict[str, int]:
    own = desk.as_kind(kind)
    found = {name: own.get(path).status_code for name, path in OPERATIONS.items()}
    return found | {"creation": desk.client.create_batch(kind=kind).status_code}


TOKENS = {
    "no_permissions": dict.fromkeys([*OPERATIONS, "creation"], 403),
    "viewer": {**dict.fromkeys(OPERATIONS, 200), "creation": 201},
    "batches_only": {
        **{name: 200 if path.startswith("batches") else 403 for name, path in OPERATIONS.items()},
        "creation": 201,
    },
    "other_institution": {
        **{name: 200 if name.startswith("list") else 404 for name in OPERATIONS},
        "creation": 422,
    },
    "server_error": dict.fromkeys([*OPERATIONS, "creation"], 500),
    "unknown": dict.fromkeys([*OPERATIONS, "creation"], 401),
}
"""The list says one number for each kind of token; this is what it comes to."""


def test_every_kind_of_token_is_spelled_out() -> None:
    assert [entry["kind"] for entry in MAGIC["tokens"]] == list(TOKENS)


@pytest.mark.parametrize("entry", MAGIC["tokens"], ids=by("kind"))
def test_a_magic_token_does_to_every_operation_what_its_line_says(desk: Desk, entry: dict[str, Any]) -> None:
    found = statuses(desk, entry["kind"])

    assert found == TOKENS[entry["kind"]]
    assert entry["answers"] in found.values()


def test_the_canvas_is_left_out_for_a_viewer_alone(desk: Desk) -> None:
    path = OPERATIONS["templates"]
    whole = desk.get(path).json()["data"]
    less = desk.as_kind("viewer").get(path).json()["data"]

    assert whole.keys() - less.keys() == {"fabric_json", "additional_data"}


# The command


def printed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [Path(sys.executable).with_name("sealbox"), "magic", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


def test_the_command_lists_every_value_with_its_field_and_effect() -> None:
    rows = [row for row in json.loads(printed("--json", "--tenant", "acme").stdout) if row["api"] == "vec"]
    fields = {
        "RecipientsEmail": [(entry["example"], entry["effect"]) for entry in MAGIC["recipients"]],
        "template_id": [(entry["id"], entry["effect"]) for entry in MAGIC["templates"]],
        "token": [(f"sealbox_vec_acme_{entry['kind']}", entry["effect"]) for entry in MAGIC["tokens"]],
    }

    assert [(row["field"], row["value"], row["effect"]) for row in rows] == [
        (field, value, effect) for field, entries in fields.items() for value, effect in entries
    ]


def test_the_command_s_table_cuts_no_value_short() -> None:
    table = printed().stdout

    for entry in (*MAGIC["recipients"], *MAGIC["templates"]):
        assert (entry.get("id") or entry["example"]) in table
    for entry in MAGIC["tokens"]:
        assert f"sealbox_vec_demo_{entry['kind']}" in table


def test_listed_tokens_are_those_of_the_sandbox_but_for_the_unknown_one(desk: Desk) -> None:
    rows = json.loads(printed("--json").stdout)
    listed = {row["value"] for row in rows if row["api"] == "vec" and row["field"] == "token"}
    held = desk.client.control("GET", "/info").json()["apis"]["vec"]["credentials"]

    assert listed - {one["token"] for one in held} == {"sealbox_vec_demo_unknown"}
    assert {one["token"] for one in held} - listed == {"sealbox_vec_demo"}
