"""Signatories approve or refuse through the control plane, in the place of VEC's dashboard."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx2

    from tests.app.vec.conftest import Desk

PLAIN, SIGNED, DEFAULTS, AUTO, FOREIGN = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in range(1, 6))
FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"
NOBODY = "00000000-0000-4000-8000-000000000000"
MIXED = (("a@example.com", "A"), ("no address", "B"), ("c@example.com", "C"))


def uuids(desk: Desk) -> list[str]:
    return [one["uuid"] for one in desk.signers()]


def signed(desk: Desk, count: int = 3, rows: Sequence[tuple[str, str]] = MIXED) -> dict[str, Any]:
    """A batch that waits for `count` users, the token's own first."""
    batch = desk.upload(rows, template=SIGNED, signatories=uuids(desk)[:count])
    desk.wait(2)
    return batch


def given(answer: httpx2.Response) -> list[bool]:
    assert answer.status_code == 200, answer.text
    return [one["approved_at"] is not None for one in answer.json()["signatures"]]


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["detail"]


def test_signatures_stand_in_the_order_of_their_positions_and_wait(desk: Desk) -> None:
    one, two, three = uuids(desk)[:3]
    made = desk.client.create_batch(template_id=SIGNED, signatories=[(two, 2), (three, 3), (one, 1)])

    assert desk.inside(made.json()["data"])["signatures"] == [
        {"index": index, "user_uuid": user, "approved_at": None, "refused_at": None}
        for index, user in enumerate((one, two, three), start=1)
    ]


def test_approving_for_everybody_gives_every_signature_now(desk: Desk) -> None:
    batch = signed(desk)
    desk.wait(5)
    answer = desk.act("approve", batch)

    assert given(answer) == [True, True, True]
    assert {one["approved_at"][:19] for one in answer.json()["signatures"]} == {"2025-04-01T12:00:07"}
    assert answer.json()["status"] == "processing"
    assert answer.json() == desk.inside(batch)


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_one_after_the_other_may_approve_in_any_order_and_the_last_one_starts_it(
    desk: Desk, order: tuple[int, ...]
) -> None:
    users, batch = uuids(desk), signed(desk)
    statuses, signatures = [], [False] * 3
    for place in order:
        desk.wait(1)
        answer = desk.act("approve", batch, users[place])
        signatures[place] = True
        assert given(answer) == signatures
        statuses.append(desk.batch(batch)["status"])

    assert statuses == ["waiting_for_approval", "waiting_for_approval", "processing"]
    desk.finish()
    assert desk.batch(batch)["completion_date"] == "2025-04-01T12:00:06.000000Z"


def test_everybody_after_one_is_the_others(desk: Desk) -> None:
    batch = signed(desk)
    first = desk.act("approve", batch, FAIZAN).json()["signatures"][0]
    desk.wait(60)

    assert given(desk.act("approve", batch)) == [True] * 3
    assert desk.inside(batch)["signatures"][0] == first


def test_an_approval_is_a_change_of_the_batch_and_of_nothing_else_in_it(desk: Desk) -> None:
    batch = signed(desk)
    before = desk.batch(batch)
    desk.wait(30)
    desk.act("approve", batch, uuids(desk)[1])

    assert desk.batch(batch) == before | {"updated_at": "2025-04-01T12:00:32.000000Z"}


def test_nobody_approves_twice(desk: Desk) -> None:
    batch = signed(desk)
    desk.act("approve", batch, FAIZAN)
    before = desk.inside(batch)
    desk.wait(1)

    assert problem(desk.act("approve", batch, FAIZAN))[0] == 400
    assert problem(desk.act("refuse", batch, FAIZAN))[0] == 400
    assert desk.inside(batch) == before


def stranger(desk: Desk, who: str) -> str:
    known = {
        "nobody": NOBODY,
        "no uuid": "somebody",
        "a colleague": uuids(desk)[-1],
        "an archived colleague": next(
            one["uuid"] for one in desk.every("user-management/users") if one["is_archived"]
        ),
        "a user of the other institution": uuids(desk.as_kind("other_institution"))[0],
    }
    return str(known[who])


@pytest.mark.parametrize("what", ["approve", "refuse"])
@pytest.mark.parametrize(
    "who", ["nobody", "no uuid", "a colleague", "an archived colleague", "a user of the other institution"]
)
def test_a_stranger_is_refused_and_named(desk: Desk, what: str, who: str) -> None:
    batch, user = signed(desk, 2), stranger(desk, who)
    before = desk.inside(batch)
    status, detail = problem(desk.act(what, batch, user))

    assert status == 400
    assert user in detail
    assert desk.inside(batch) == before


@pytest.mark.parametrize("what", ["approve", "refuse"])
@pytest.mark.parametrize(
    ("rows", "end"),
    [
        (MIXED, "partially_completed"),
        (MIXED[:1], "completed"),
        (MIXED[1:2], "failed"),
        (MIXED, "refused"),
    ],
)
def test_after_the_end_it_waits_for_nobody(
    desk: Desk, rows: Sequence[tuple[str, str]], end: str, what: str
) -> None:
    batch = signed(desk, 2, rows)
    desk.act("refuse" if end == "refused" else "approve", batch)
    desk.finish()
    before = desk.inside(batch)

    assert before["status"] == ("failed" if end == "refused" else end)
    for user in (None, FAIZAN):
        status, detail = problem(desk.act(what, batch, user))
        assert (status, before["status"] in detail) == (400, True)
    assert desk.inside(batch) == before


@pytest.mark.parametrize("what", ["approve", "refuse"])
@pytest.mark.parametrize("template", [PLAIN, AUTO])
def test_where_no_signature_is_outstanding_nobody_can_act(desk: Desk, template: str, what: str) -> None:
    batch = desk.upload(template=template)
    before = desk.inside(batch)

    assert problem(desk.act(what, batch))[0] == 400
    assert desk.inside(batch) == before


@pytest.mark.parametrize("what", ["approve", "refuse"])
@pytest.mark.parametrize("key", [NOBODY, "no-uuid", "%00", "%F0%9F%92%A9"])
def test_a_batch_that_does_not_exist_is_not_found(desk: Desk, what: str, key: str) -> None:
    assert problem(desk.act(what, {"id": key}))[0] == 404


def test_a_batch_of_another_tenant_is_not_found(desk: Desk, open_desk: Callable[..., Desk]) -> None:
    other = open_desk("other")
    batch = signed(other)
    before = other.inside(batch)

    for what in ("approve", "refuse"):
        assert problem(desk.act(what, batch))[0] == 404
    assert desk.client.control("GET", f"/vec/batches/{batch['id']}").status_code == 404
    assert other.inside(batch) == before
    assert given(other.act("approve", batch)) == [True] * 3


def test_an_unknown_tenant_is_not_found(desk: Desk) -> None:
    batch = signed(desk)
    params = {"tenant": "nobody-opened-this"}

    for what in ("approve", "refuse"):
        answer = desk.client.control("POST", f"/vec/batches/{batch['id']}/{what}", params=params, json={})
        assert problem(answer)[0] == 404


@pytest.mark.parametrize(
    "body", [{"user_uuid": 5}, {"user_uuid": None}, {"user": FAIZAN}, [], "x", {"user_uuid": [FAIZAN]}]
)
def test_a_body_of_another_shape_is_refused_and_signs_nothing(desk: Desk, body: Any) -> None:
    batch = signed(desk)
    before = desk.inside(batch)
    answer = desk.client.control("POST", f"/vec/batches/{batch['id']}/approve", json=body)

    assert problem(answer)[0] == 400
    assert desk.inside(batch) == before


def test_an_id_may_be_written_in_capitals(desk: Desk) -> None:
    batch = signed(desk)

    assert given(desk.act("approve", {"id": batch["id"].upper()})) == [True] * 3


def test_the_control_plane_signs_for_whichever_institution(desk: Desk) -> None:
    other = desk.as_kind("other_institution")
    batch = other.upload(template=FOREIGN, signatories=uuids(other)[:2])
    desk.wait(2)

    assert desk.inside(batch)["institution_id"] == 4
    assert given(desk.act("approve", batch)) == [True, True]
    assert other.batch(batch)["status"] == "processing"


def test_who_approves_automatically_has_signed_at_the_creation(desk: Desk) -> None:
    batch = desk.upload(template=AUTO)
    [signature] = desk.inside(batch)["signatures"]

    assert signature["approved_at"][:19] == batch["created_at"][:19]
    assert batch["template"]["default_signatories"][0]["auto_approve"] is True
    desk.finish()
    assert desk.batch(batch)["status"] == "completed"


def test_a_position_named_in_the_request_waits_even_where_the_default_signs_by_itself(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(switches={"vec.signatories_replace": "by_position"})
    batch = desk.upload(template=AUTO, signatories=[FAIZAN])

    assert [one["approved_at"] for one in desk.inside(batch)["signatures"]] == [None]


def test_who_is_named_in_the_request_signs_by_hand_even_if_the_default_would_not(desk: Desk) -> None:
    rector = desk.get(f"certificate-templates/{AUTO}").json()["data"]["default_signatories"][0]["user"]
    batch = desk.upload(template=AUTO, signatories=[rector["uuid"]])
    desk.finish()

    assert desk.batch(batch)["status"] == "waiting_for_approval"


@pytest.mark.parametrize("kind", ["", "viewer", "batches_only"])
def test_my_signature_is_that_of_the_token_s_user_whatever_the_token_may_do(desk: Desk, kind: str) -> None:
    mine = desk.upload(template=SIGNED, signatories=[FAIZAN])
    others = desk.upload(template=SIGNED, signatories=[uuids(desk)[1]])
    seen = desk.as_kind(kind)
    before = [seen.batch(one)["requires_my_signature"] for one in (mine, others)]
    desk.act("approve", mine)
    desk.act("approve", others)

    assert before == [True, False]
    assert [seen.batch(one)["requires_my_signature"] for one in (mine, others)] == [False, False]


def test_another_user_s_token_asks_for_another_signature(desk: Desk) -> None:
    other = desk.as_kind("other_institution")
    mine, colleague = uuids(other)[:2]
    batches = [other.upload(template=FOREIGN, signatories=users) for users in ([mine], [colleague])]
    flags = [one["requires_my_signature"] for one in batches]

    assert sorted(flags) == [False, True]
    for one, flag in zip(batches, flags, strict=True):
        assert one["requires_signatures"] is True
        desk.act("approve", one)
        assert (flag, other.batch(one)["requires_my_signature"]) in {(True, False), (False, False)}


def test_my_signature_is_no_longer_asked_for_once_i_gave_it(desk: Desk) -> None:
    batch = signed(desk)
    flags = [desk.batch(batch)["requires_my_signature"]]
    for user in (uuids(desk)[1], FAIZAN, uuids(desk)[2]):
        desk.act("approve", batch, user)
        flags.append(desk.batch(batch)["requires_my_signature"])

    assert flags == [True, True, False, False]
    assert desk.batch(batch)["requires_signatures"] is True
