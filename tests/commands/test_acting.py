"""Signing, rejecting and approving in people's place; something to do it with."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Sealbox


def people(event: dict[str, Any]) -> list[str]:
    (group,) = event["batches"][0]["related_parties"][0]["signer_groups"]
    return [str(signer["id"]) for signer in group["signers"]]


def test_an_event_is_made_as_a_client_makes_it_and_tells_who_signs(sealbox: Sealbox) -> None:
    ended = sealbox("demo", "event", "--signers", "2", "--quorum", "1")
    head, *lines = ended.stdout.splitlines()
    key = head.split()[1]
    shown = sealbox.get(f"/certifiqi/batch_group/{key}").json()

    assert head.endswith("1 of 2 have to sign")
    assert [line.split()[1] for line in lines] == people(shown)
    assert shown["batches"][0]["documents"][0]["name"] == "contract.pdf"


def test_an_event_that_the_vendor_would_refuse_is_refused(sealbox: Sealbox) -> None:
    ended = sealbox("demo", "event", "--name", "")

    assert sealbox("demo", "event", "--signers", "1", "--quorum", "2").exit_code == 2
    assert ended.exit_code == 1
    assert ended.stderr.startswith("sealbox: 400: ")


def test_several_signers_sign_one_after_the_other(sealbox: Sealbox) -> None:
    first, second, _ = people(sealbox.data("demo", "event"))
    ended = sealbox("sign", first, second)
    lines = ended.stdout.splitlines()

    assert len(lines) == 2
    assert "pending (pending), missing: " in lines[0]
    assert "signed (waiting_zip_file), nobody is missing" in lines[1]


def test_everybody_but_one_signs(sealbox: Sealbox) -> None:
    event = sealbox.data("demo", "event", "--quorum", "3")
    first, second, third = people(event)
    ended = sealbox("sign", "--all-but", second, event["batch_group_key"])

    assert ended.exit_code == 0, ended.stderr
    assert f"pending (pending), missing: {second}" in ended.stdout
    assert sealbox("sign", first).exit_code == 1, "has signed"
    assert sealbox("sign", third).exit_code == 1, "has signed"
    assert sealbox("sign", "--all-but", second, event["batch_group_key"]).exit_code == 1, "nobody is left"
    assert sealbox("sign", second).exit_code == 0


def test_until_all_takes_everybody(sealbox: Sealbox) -> None:
    key = sealbox.data("demo", "event")["batch_group_key"]

    assert sealbox.data("sign", "--until", "all", key)["signature_status"] == "signed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x"], "for an event say --until quorum x"),
        (["--until", "all", "--all-but", "1", "x"], "take one"),
        (["--until", "all", "x", "y"], "one event at a time"),
    ],
)
def test_whom_to_sign_for_is_said_in_one_way(sealbox: Sealbox, arguments: list[str], said: str) -> None:
    ended = sealbox("sign", *arguments)

    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_signer_of_another_event_is_named(sealbox: Sealbox) -> None:
    key = sealbox.data("demo", "event")["batch_group_key"]
    ended = sealbox("sign", "--all-but", "1", key)

    assert (ended.exit_code, ended.stderr) == (1, f"sealbox: {key} has no signer 1\n")


def test_a_rejection_ends_the_event(sealbox: Sealbox) -> None:
    first, *_ = people(sealbox.data("demo", "event"))

    assert "rejected" in sealbox("reject", first).stdout
    assert sealbox("reject", "nobody").exit_code == 2


def test_a_batch_is_approved_by_one_user(sealbox: Sealbox) -> None:
    batch = sealbox.get("/vec/business/batches", status="waiting_for_approval").json()["data"][0]["id"]
    ended = sealbox("approve", batch, "--user", "nobody")

    assert ended.exit_code == 1
    assert sealbox.data("approve", batch)["status"] == "processing"


@pytest.mark.parametrize(("rows", "fail"), [(3, 1), (40, 0), (2, 2)])
def test_the_last_people_of_a_file_have_the_address_that_fails(
    sealbox: Sealbox, rows: int, fail: int
) -> None:
    ended = sealbox("demo", "csv", "--rows", str(rows), "--fail", str(fail))
    read = list(csv.DictReader(StringIO(ended.stdout)))
    addresses = [row["RecipientsEmail"] for row in read]

    assert len(set(addresses)) == rows
    assert [address.startswith("fail+") for address in addresses] == [False] * (rows - fail) + [True] * fail
    assert all(address.endswith("@example.com") for address in addresses)
    assert all(row["RecipientsName"] for row in read)


def test_the_file_is_the_same_every_time(sealbox: Sealbox) -> None:
    assert sealbox("demo", "csv").stdout == sealbox("demo", "csv").stdout


def test_a_batch_of_that_file_fails_where_it_is_to(sealbox: Sealbox) -> None:
    made = sealbox.data("demo", "batch", "--rows", "5", "--fail", "2")
    sealbox("clock", "advance", "idle")
    shown = sealbox.get(f"/vec/business/batches/{made['id']}").json()["data"]

    assert (shown["total_certificates"], shown["failed_certificates"]) == (5, 2)
