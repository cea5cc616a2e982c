"""What a refusal by a signatory leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.vec.conftest import Desk

SIGNED, DEFAULTS = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (2, 3))
MIXED = (("a@example.com", "A"), ("no address", "B"), ("c@example.com", "C"))


def signed(desk: Desk) -> tuple[list[str], dict[str, Any]]:
    """Three users, and a batch that waits for them."""
    users = [one["uuid"] for one in desk.signers()[:3]]
    batch = desk.upload(MIXED, template=SIGNED, signatories=users)
    desk.wait(2)
    return users, batch


def test_a_refusal_by_one_fails_every_certificate_and_takes_nobodys_signature_away(desk: Desk) -> None:
    users, batch = signed(desk)
    desk.act("approve", batch, users[0])
    desk.wait(3)
    answer = desk.act("refuse", batch, users[2]).json()
    ended = desk.batch(batch)

    assert [one["refused_at"] is not None for one in answer["signatures"]] == [False, False, True]
    assert [one["approved_at"] is not None for one in answer["signatures"]] == [True, False, False]
    assert (ended["status"], ended["progress"], ended["processed_certificates"]) == ("failed", 100, 0)
    assert ended["failed_certificates"] == ended["total_certificates"] == 3
    assert ended["completion_date"] == ended["updated_at"] == "2025-04-01T12:00:05.000000Z"
    assert {one["status"] for one in desk.certificates(batch)} == {"failed"}


def test_a_refusal_by_nobody_in_particular_is_the_first_one_s_who_is_outstanding(desk: Desk) -> None:
    users, batch = signed(desk)
    desk.act("approve", batch, users[0])
    answer = desk.act("refuse", batch).json()

    assert [one["refused_at"] is not None for one in answer["signatures"]] == [False, True, False]


def test_a_refusal_in_the_queue_ends_the_batch_then(desk: Desk) -> None:
    batch = desk.upload(MIXED, template=DEFAULTS)
    desk.wait(1)
    desk.act("refuse", batch)
    ended = desk.batch(batch)
    desk.wait(3600)

    assert (ended["status"], ended["completion_date"]) == ("failed", "2025-04-01T12:00:01.000000Z")
    assert desk.batch(batch) == ended


@pytest.mark.parametrize(("seconds", "made"), [(2, 0), (2.5, 1), (3, 1), (3.4, 1), (3.5, 2), (60, 2)])
def test_a_refusal_of_what_is_half_made_keeps_what_is_made(
    open_desk: Callable[..., Desk], seconds: float, made: int
) -> None:
    desk = open_desk(switches={"vec.approval": "after_generation"})
    batch = desk.upload(MIXED, template=DEFAULTS)
    desk.wait(seconds)
    desk.act("refuse", batch)
    ended = desk.batch(batch)
    states = [one["status"] for one in desk.certificates(batch)]

    assert (ended["status"], ended["progress"]) == ("failed", 100)
    assert (ended["processed_certificates"], ended["failed_certificates"]) == (made, 3 - made)
    assert (states.count("generated"), states.count("failed")) == (made, 3 - made)
