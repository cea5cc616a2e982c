"""Who may sign when, what a signature changes, and what ends an event."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.app.certifiqi.conftest import Desk, Shapes

NOON = "2025-04-01 12:00:00"


def statuses(event: dict[str, Any]) -> Iterator[Any]:
    """signature_status of batches, parties and groups, as nested lists."""
    for part in event["batches"]:
        yield (
            part["signature_status"],
            [
                (party["signature_status"], [group["signature_status"] for group in party["signer_groups"]])
                for party in part["related_parties"]
            ],
        )


def test_positions_sign_in_order(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia", "Caio"))
    attempts = ("Caio", "Bia", "Ana", "Caio", "Bia", "Caio")

    assert [desk.sign(event, name).status_code for name in attempts] == [400, 400, 200, 400, 200, 200]


def test_a_refused_signature_changes_nothing(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    before = desk.read(event)
    answer = desk.sign(event, "Bia")

    assert "turn" in answer.json()["detail"]
    assert "Empresa" in answer.json()["detail"]
    assert desk.read(event) == before


def test_the_order_is_free_if_the_switch_says_so(desk: Desk, shapes: Shapes) -> None:
    there = desk.opened(signing_order="free")
    event = there.create(shapes.batch("Ana", "Bia"))

    assert there.sign(event, "Bia", "Ana").status_code == 200
    assert there.state(event) == ("signed", "waiting_zip_file")


@pytest.mark.parametrize("order", [*permutations(("Ana", "Bia", "Caio"))])
def test_equal_positions_sign_in_any_order(desk: Desk, shapes: Shapes, order: Sequence[str]) -> None:
    event = desk.create(shapes.batch(*(shapes.party(name, position=7) for name in ("Ana", "Bia", "Caio"))))

    assert [desk.sign(event, name).status_code for name in order] == [200, 200, 200]


def test_batches_do_not_wait_for_one_another(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(
        shapes.batch(shapes.party("Ana", position=1)), shapes.batch(shapes.party("Bia", position=9))
    )

    assert desk.sign(event, "Bia").status_code == 200


def test_the_current_position_is_the_lowest_open_one(desk: Desk, shapes: Shapes) -> None:
    parties = [shapes.party(name, position=at) for name, at in (("Caio", 9), ("Ana", 2), ("Bia", 5))]
    event = desk.create(shapes.batch(*parties))
    seen = []
    for name in ("Ana", "Bia", "Caio"):
        seen.append(desk.read(event)["current_signature_position"])
        desk.sign(event, name)

    assert [*seen, desk.read(event)["current_signature_position"]] == ["2", "5", "9", "9"]


@pytest.mark.parametrize("needs", [1, 2, 3])
def test_a_group_is_signed_by_its_minimum_and_not_before(desk: Desk, shapes: Shapes, needs: int) -> None:
    names = ("Ana", "Bia", "Caio")
    event = desk.create(shapes.batch(shapes.party(shapes.group(*names, needs=needs))))
    seen = []
    for name in names[:needs]:
        seen.append(desk.state(event)[0])
        desk.sign(event, name)

    assert seen == ["pending"] * needs
    assert desk.state(event)[0] == "signed"


def test_signers_who_were_not_needed_stay_pending(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia", "Caio", needs=2))))
    desk.sign(event, "Caio", "Ana")
    (group,) = desk.read(event)["batches"][0]["related_parties"][0]["signer_groups"]

    assert [one["signature_status"] for one in group["signers"]] == ["signed", "pending", "signed"]


def test_a_signed_party_takes_no_more_signatures(desk: Desk, shapes: Shapes) -> None:
    first = shapes.party(shapes.group("Ana", "Bia"), shapes.group("Caio"))
    event = desk.create(shapes.batch(first, shapes.party("Davi", position=2)))
    desk.sign(event, "Ana")

    assert [desk.sign(event, name).status_code for name in ("Bia", "Caio")] == [400, 400]


def test_a_mandatory_signer_is_needed_whatever_the_count(desk: Desk, shapes: Shapes) -> None:
    people = [shapes.signer("Ana"), shapes.signer("Bia", is_group_mandatory=True), shapes.signer("Caio")]
    event = desk.create(shapes.batch(shapes.party(shapes.group(*people, needs=2))))
    desk.sign(event, "Ana", "Caio")
    without = desk.state(event)[0]
    desk.sign(event, "Bia")

    assert (without, desk.state(event)[0]) == ("pending", "signed")


def test_two_mandatory_signers_are_both_needed_where_one_is_the_minimum(desk: Desk, shapes: Shapes) -> None:
    people = [shapes.signer(name, is_group_mandatory=True) for name in ("Ana", "Bia")]
    event = desk.create(shapes.batch(shapes.party(shapes.group(*people, needs=1))))
    desk.sign(event, "Ana")
    without = desk.state(event)[0]
    desk.sign(event, "Bia")

    assert (without, desk.state(event)[0]) == ("pending", "signed")


def test_any_one_group_signs_for_its_party(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(
        shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=2), shapes.group("Caio"), "Davi"))
    )
    desk.sign(event, "Ana", "Davi")

    assert [*statuses(desk.read(event))] == [("signed", [("signed", ["pending", "pending", "signed"])])]


def test_halves_of_two_groups_are_no_whole(desk: Desk, shapes: Shapes) -> None:
    groups = [shapes.group("Ana", "Bia", needs=2), shapes.group("Caio", "Davi", needs=2)]
    event = desk.create(shapes.batch(shapes.party(*groups)))
    desk.sign(event, "Ana", "Caio")

    assert desk.state(event) == ("pending", "pending")


def test_a_batch_needs_all_of_its_parties_and_an_event_all_of_its_batches(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"), shapes.batch("Caio"))
    seen = []
    for name in ("Ana", "Bia", "Caio"):
        desk.sign(event, name)
        shown = desk.read(event)
        seen.append([shown["signature_status"], *(part["signature_status"] for part in shown["batches"])])

    assert seen == [
        ["pending", "pending", "pending"],
        ["pending", "signed", "pending"],
        ["signed", "signed", "signed"],
    ]


def test_a_group_that_asks_for_too_many_is_never_complete(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=3))))
    desk.sign(event, "Ana", "Bia")

    assert desk.state(event) == ("pending", "pending")
    assert desk.shown(event)["missing"] is None
    assert desk.sign_event(event).status_code == 400


def test_one_person_in_several_roles_signs_once_for_each(desk: Desk, shapes: Shapes) -> None:
    roles = [shapes.party("Ana", position=1, role=role) for role in ("assignor", "consultant")]
    event = desk.create(shapes.batch(*roles), shapes.batch("Ana"))
    ids = [
        group["signers"][0]["id"]
        for part in event["batches"]
        for party in part["related_parties"]
        for group in party["signer_groups"]
    ]
    answers = [desk.client.control("POST", f"/certifiqi/signers/{one}/sign", json={}).json() for one in ids]

    assert len(set(ids)) == 3
    assert [answer["signature_status"] for answer in answers] == ["pending", "pending", "signed"]


def test_a_signature_has_the_time_at_which_it_was_given(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    desk.client.advance("90s")
    desk.sign(event, "Ana")
    desk.client.advance("1h")
    parties = desk.read(event)["batches"][0]["related_parties"]

    assert [party["signer_groups"][0]["signers"][0]["signature_timestamp"] for party in parties] == [
        "2025-04-01 12:01:30",
        None,
    ]


def test_a_second_time_is_refused(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=2))))
    desk.sign(event, "Ana")

    assert desk.sign(event, "Ana").status_code == 400
    assert desk.reject(event, "Ana").status_code == 400


@pytest.mark.parametrize("end", ["signed", "finished", "rejected", "cancelled"])
def test_nobody_acts_on_an_event_that_has_ended(desk: Desk, shapes: Shapes, end: str) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia"))))
    if end == "rejected":
        desk.reject(event, "Ana")
    elif end == "cancelled":
        desk.put(event, "cancel_signature")
    else:
        desk.sign(event, "Ana")
        desk.client.advance("30s" if end == "finished" else "29s")
    before = desk.read(event)
    answers = [act(event, "Bia").status_code for act in (desk.sign, desk.reject)]

    assert answers == [400, 400]
    assert desk.read(event) == before


def test_any_signer_rejects_the_event_even_out_of_turn(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"), shapes.batch("Caio"))
    desk.sign(event, "Ana")
    answer = desk.reject(event, "Bia").json()

    assert (answer["signature_status"], answer["internal_status"]) == ("rejected", "pending")
    assert [*statuses(desk.read(event))] == [
        ("rejected", [("signed", ["signed"]), ("rejected", ["rejected"])]),
        ("pending", [("pending", ["pending"])]),
    ]


def test_a_rejection_keeps_the_signatures_given_before(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    desk.sign(event, "Ana")
    desk.reject(event, "Bia")
    first, second = desk.read(event)["batches"][0]["related_parties"]

    assert first["signer_groups"][0]["signers"][0]["signature_timestamp"] == NOON
    assert second["signer_groups"][0]["signers"][0]["signature_timestamp"] is None


def test_a_rejected_event_never_gets_files(desk: Desk) -> None:
    event = desk.create()
    desk.reject(event, "Ana")
    desk.client.advance("1d")
    shown = desk.read(event)

    assert (shown["signature_status"], shown["internal_status"], shown["all_files_url"]) == (
        "rejected",
        "pending",
        "",
    )


def test_signed_comes_before_the_files_exist(desk: Desk) -> None:
    event = desk.create()
    desk.sign(event, "Ana")
    seen = []
    for by in ("29s", "1s"):
        seen.append((*desk.state(event), desk.read(event)["all_files_url"] != ""))
        desk.client.advance(by)
    seen.append((*desk.state(event), desk.read(event)["all_files_url"] != ""))

    assert seen == [
        ("signed", "waiting_zip_file", False),
        ("signed", "waiting_zip_file", False),
        ("signed", "finished", True),
    ]


def test_an_expired_event_is_not_signed(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    shown = desk.expire(event, "2025-04-01T12:00:30Z").json()
    in_time = desk.sign(event, "Ana").status_code
    desk.client.advance("30s")
    late = desk.sign(event, "Bia")

    assert shown["expires_at"] == "2025-04-01T12:00:30+00:00"
    assert desk.read(event)["signature_expiration_date"] == "2025-04-01 12:00:30"
    assert (in_time, late.status_code) == (200, 400)
    assert "expired" in late.json()["detail"]
    assert desk.state(event) == ("pending", "pending")


def test_an_expiry_can_be_taken_back(desk: Desk) -> None:
    event = desk.create()
    desk.expire(event, "2025-04-01T12:00:00Z")
    expired = desk.sign(event, "Ana").status_code
    desk.expire(event, None)

    assert (expired, desk.sign(event, "Ana").status_code) == (400, 200)
    assert desk.read(event)["signature_expiration_date"] is None


def test_an_expired_group_leaves_the_others_of_its_party(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party("Ana", "Bia")))
    first, second = event["batches"][0]["related_parties"][0]["signer_groups"]
    desk.expire(event, "2025-04-01T11:00:00Z", group_id=first["id"])
    groups = desk.read(event)["batches"][0]["related_parties"][0]["signer_groups"]

    assert [one["expiration"] for one in groups] == ["2025-04-01 11:00:00", None]
    assert desk.sign(event, "Ana").status_code == 400
    assert desk.sign(event, "Bia").status_code == 200
    assert second["id"] != first["id"]


def test_who_is_missing_leaves_out_groups_that_have_expired(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party("Ana", shapes.group("Bia", "Caio", needs=2))))
    first, _ = event["batches"][0]["related_parties"][0]["signer_groups"]
    desk.expire(event, "2025-04-01T11:00:00Z", group_id=first["id"])
    ids = desk.ids(event)

    assert desk.shown(event)["missing"] == [ids["Bia"], ids["Caio"]]
    assert desk.sign_event(event).status_code == 200


@pytest.mark.parametrize("at", ["yesterday", "2025-13-01T00:00:00Z", "2025-04-01"])
def test_an_expiry_is_a_moment(desk: Desk, at: str) -> None:
    event = desk.create()
    answer = desk.expire(event, at)

    assert answer.status_code == 400
    assert desk.read(event)["signature_expiration_date"] is None


def test_an_expired_event_can_still_be_cancelled(desk: Desk) -> None:
    event = desk.create()
    desk.expire(event, "2025-04-01T11:00:00Z")

    assert desk.put(event, "cancel_signature").status_code == 200


def test_the_control_plane_tells_who_may_sign(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(
        shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=2)), shapes.party("Caio", position=2))
    )
    desk.sign(event, "Bia")
    first, second = desk.shown(event)["batches"][0]["parties"]
    (group,) = first["groups"]

    assert (group["needed"], group["signed"], group["status"]) == (2, 1, "pending")
    assert [one["in_turn"] for one in group["signers"]] == [True, False]
    assert [one["in_turn"] for one in second["groups"][0]["signers"]] == [False]


def test_the_control_plane_tells_what_an_act_brought_about(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=2))))
    happened = [desk.sign(event, name).json()["happened"] for name in ("Ana", "Bia")]

    assert happened == [
        ["signer signed"],
        ["signer signed", "related party signed", "event signed, ZIP creation starts"],
    ]


def test_quorum_is_the_fewest_signatures(desk: Desk, shapes: Shapes) -> None:
    mandatory = shapes.group("Ana", shapes.signer("Bia", is_group_mandatory=True), "Caio", needs=2)
    event = desk.create(
        shapes.batch(
            shapes.party("Davi", position=2),
            shapes.party(shapes.group("Eva", "Fabio", "Gil", needs=3), mandatory, position=1),
        )
    )
    ids = desk.ids(event)
    missing = desk.shown(event)["missing"]

    assert missing == [ids["Bia"], ids["Ana"], ids["Davi"]]
    assert desk.sign_event(event).json()["signature_status"] == "signed"


@pytest.mark.parametrize("until", ["quorum", "all"])
def test_a_whole_event_is_signed_at_once(desk: Desk, shapes: Shapes, until: str) -> None:
    event = desk.create(
        shapes.batch(
            shapes.party(shapes.group("Ana", "Bia", "Caio", needs=2)), shapes.party("Davi", position=2)
        ),
        shapes.batch(shapes.party(shapes.group("Eva", "Fabio"))),
    )
    answer = desk.sign_event(event, until)

    assert answer.status_code == 200, answer.text
    assert answer.json()["signature_status"] == "signed"
    assert answer.json()["missing"] == []


def test_everybody_is_whoever_can_still_sign(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia"))))
    answer = desk.sign_event(event, "all")

    assert answer.status_code == 200, answer.text
    assert answer.json()["signature_status"] == "signed"


def test_a_refused_quorum_signs_nobody(desk: Desk, shapes: Shapes) -> None:
    impossible = shapes.party(shapes.group("Bia", needs=2), position=2)
    event = desk.create(shapes.batch(shapes.party("Ana", position=1), impossible))
    before = desk.read(event)

    assert desk.sign_event(event).status_code == 400
    assert desk.read(event) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/certifiqi/signers/1/sign"),
        ("POST", "/certifiqi/signers/1/reject"),
        ("GET", "/certifiqi/sign/1"),
        ("GET", "/certifiqi/events/unknown"),
        ("POST", "/certifiqi/events/unknown/sign"),
        ("POST", "/certifiqi/events/unknown/expire"),
    ],
)
def test_who_is_not_there_is_not_found(desk: Desk, method: str, path: str) -> None:
    bodies = {"sign": {"until": "all"} if "events" in path else {}, "expire": {"at": None}}
    body = bodies.get(path.rpartition("/")[2])
    answer = desk.client.control(method, path, **({} if body is None else {"json": body}))

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_an_unknown_group_does_not_expire(desk: Desk) -> None:
    assert desk.expire(desk.create(), None, group_id=1).status_code == 404


@pytest.mark.parametrize("kind", ["valid", "expired", "revoked"])
def test_any_certificate_counts_as_a_signature(desk: Desk, kind: str) -> None:
    event = desk.create()
    desk.sign(event, "Ana", certificate=kind)

    assert desk.state(event)[0] == "signed"


def test_documents_are_signed_with_their_batch(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"), shapes.batch("Caio"))
    seen = []
    for name in ("Ana", "Bia"):
        desk.sign(event, name)
        (signed,), (other,) = (part["documents"] for part in desk.read(event)["batches"])
        seen.append((signed["status"], [one["signer_name"] for one in signed["signatures"]], other["status"]))

    assert seen == [("pending", [], "pending"), ("signed", ["Ana", "Bia"], "pending")]


def test_a_signature_of_a_document_tells_who_and_when(desk: Desk) -> None:
    event = desk.create()
    desk.sign(event, "Ana")
    (document,) = desk.read(event)["batches"][0]["documents"]

    assert document["signatures"] == [
        {"signer_name": "Ana", "document_number": "85653681067", "signature_timestamp": NOON}
    ]
