"""Who signs a batch: named in the request, by default, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx2

    from tests.app.conftest import Client

SETUP = "9e3b101f-c264-4f97-945f-20dfa7163768"
SIGNED, DEFAULTS, AUTO = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (2, 3, 4))
FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"


def users(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.vec(
        "GET", "/business/user-management/users", params={"per_page": "100"}
    ).json()["data"]
    return found


def someone_else(client: Client) -> str:
    """A user besides the token's own who can sign."""
    return next(
        str(one["uuid"])
        for one in users(client)
        if one["uuid"] != FAIZAN and one["has_signature"] and not one["is_archived"]
    )


def data(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def read(client: Client, batch: dict[str, Any]) -> dict[str, Any]:
    return data(client.vec("GET", f"/business/batches/{batch['id']}"))


def test_default_signatories_sign_when_nobody_is_named(client: Client) -> None:
    batch = data(client.create_batch(template_id=DEFAULTS))
    client.advance("2s")
    waiting = read(client, batch)
    client.advance("1d")

    assert (batch["requires_signatures"], batch["requires_my_signature"]) == (True, True)
    assert batch["template"]["default_signatories"][0]["user"]["uuid"] == FAIZAN
    assert waiting["status"] == "waiting_for_approval"
    assert waiting["completion_date"] is None
    assert read(client, batch) == waiting


def test_who_approves_automatically_keeps_nobody_waiting(client: Client) -> None:
    batch = data(client.create_batch(template_id=AUTO))
    client.advance("1m")

    assert (batch["requires_signatures"], batch["requires_my_signature"]) == (True, False)
    assert read(client, batch)["status"] == "completed"


def test_signatories_of_the_request_replace_the_defaults(client: Client) -> None:
    batch = data(client.create_batch(template_id=DEFAULTS, signatories=[(someone_else(client), 1)]))

    assert batch["requires_my_signature"] is False


def test_my_signature_is_asked_for_when_i_am_a_signatory(client: Client) -> None:
    mine = data(client.create_batch(template_id=SIGNED, signatories=[(someone_else(client), 2), (FAIZAN, 1)]))
    others = data(client.create_batch(template_id=SIGNED, signatories=[(someone_else(client), 1)]))

    assert (mine["requires_signatures"], mine["requires_my_signature"]) == (True, True)
    assert (others["requires_signatures"], others["requires_my_signature"]) == (True, False)


@pytest.mark.parametrize("template", [SETUP, SIGNED])
def test_a_template_without_defaults_needs_signatories(client: Client, template: str) -> None:
    refused = client.create_batch(template_id=template)

    assert refused.status_code == 422
    assert refused.json() == {
        "message": "The signatories field is required.",
        "errors": {"signatories": ["The signatories field is required."]},
    }
    assert client.create_batch(template_id=template, signatories=[(FAIZAN, 1)]).status_code == 201


START = ["Signatory indices must start from 1."]
GAP = ["Signatory indices must be sequential starting from 1 without gaps."]
TWICE = ["The same signatory cannot be assigned to multiple positions."]


@pytest.mark.parametrize(
    ("places", "errors"),
    [
        ([("me", 0)], {"signatories.0.index": START}),
        ([("me", 2)], {"signatories.0.index": START}),
        ([("me", 1), ("other", 3)], {"signatories.1.index": GAP}),
        ([("me", 1), ("other", 1)], {"signatories.1.index": GAP}),
        ([("other", 3), ("me", 1)], {"signatories.0.index": GAP}),
        ([("me", 1), ("me", 2)], {"signatories": TWICE}),
        (
            [("me", 2), ("me", 4)],
            {"signatories": TWICE, "signatories.0.index": START, "signatories.1.index": GAP},
        ),
        ([("me", "one")], {"signatories.0.index": ["The signatories.0.index field must be an integer."]}),
        ([("me", "")], {"signatories.0.index": ["The signatories.0.index field is required."]}),
        (
            [("x", 1)],
            {"signatories.0.user_uuid": ["The signatories.0.user_uuid field must be a valid UUID."]},
        ),
    ],
)
def test_positions_run_from_one_without_gaps_and_nobody_has_two(
    client: Client, places: list[tuple[str, object]], errors: dict[str, list[str]]
) -> None:
    who = {"me": FAIZAN, "other": someone_else(client)}
    answer = client.create_batch(
        template_id=SIGNED, signatories=[(who.get(name, name), index) for name, index in places]
    )
    count = len(errors) - 1
    more = f" (and {count} more error{'s' if count > 1 else ''})" if count else ""

    assert answer.status_code == 422
    assert answer.json() == {"message": next(iter(errors.values()))[0] + more, "errors": errors}


@pytest.mark.parametrize("flag", ["is_archived", "has_signature"])
def test_who_is_archived_or_has_no_signature_cannot_sign(client: Client, flag: str) -> None:
    unfit = next(one["uuid"] for one in users(client) if one[flag] is (flag == "is_archived"))
    answer = client.create_batch(template_id=SIGNED, signatories=[(unfit, 1)])

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["signatories.0.user_uuid"]
