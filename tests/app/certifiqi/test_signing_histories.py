"""Random histories of signing events, each answer compared with a model written from the documented rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.certifiqi.conftest import Desk, Json, Shapes
    from tests.app.conftest import Client

START = datetime(2025, 4, 1, 12, tzinfo=UTC)
ZIP_TAKES = 30
MOST_EVENTS = 3


@dataclass(slots=True)
class Person:
    mandatory: bool
    status: str = "pending"
    at: int | None = None


@dataclass(slots=True)
class Group:
    needs: int
    people: list[Person]
    expires: int | None = None

    @property
    def status(self) -> str:
        if any(person.status == "rejected" for person in self.people):
            return "rejected"
        signed = [person for person in self.people if person.status == "signed"]
        mandatory = [person for person in self.people if person.mandatory]
        whole = len(signed) >= self.needs and all(person in signed for person in mandatory)
        return "signed" if whole else "pending"


@dataclass(slots=True)
class Party:
    position: int
    groups: list[Group]

    @property
    def status(self) -> str:
        found = [group.status for group in self.groups]
        return next((status for status in ("signed", "rejected") if status in found), "pending")


@dataclass(slots=True)
class Batch:
    parties: list[Party]
    documents: int

    @property
    def status(self) -> str:
        found = [party.status for party in self.parties]
        if "rejected" in found:
            return "rejected"
        return "signed" if all(status == "signed" for status in found) else "pending"


@dataclass(slots=True)
class Event:
    batches: list[Batch]
    cancelled: bool = False
    expires: int | None = None
    ids: list[int] = field(default_factory=list)

    def places(self) -> Iterator[tuple[Batch, Party, Group, Person]]:
        for batch in self.batches:
            for party in batch.parties:
                for group in party.groups:
                    for person in group.people:
                        yield batch, party, group, person

    @property
    def status(self) -> str:
        if self.cancelled:
            return "cancel_signature"
        if any(person.status == "rejected" for *_, person in self.places()):
            return "rejected"
        return "signed" if all(batch.status == "signed" for batch in self.batches) else "pending"

    def internal(self, now: int) -> str:
        if self.status != "signed":
            return "pending"
        last = max(person.at for *_, person in self.places() if person.at is not None)
        return "finished" if now >= last + ZIP_TAKES else "waiting_zip_file"

    @property
    def position(self) -> int:
        parties = [party for batch in self.batches for party in batch.parties]
        unsigned = [party.position for party in parties if party.status != "signed"]
        return min(unsigned) if unsigned else max(party.position for party in parties)

    def may_act(self, number: int) -> bool:
        *_, person = [*self.places()][number]
        return self.status == "pending" and person.status == "pending"

    def may_sign(self, number: int, now: int) -> bool:
        batch, party, group, _ = [*self.places()][number]
        expired = any(at is not None and at <= now for at in (self.expires, group.expires))
        before = [one for one in batch.parties if one.position < party.position]
        in_turn = party.status == "pending" and all(one.status == "signed" for one in before)
        return self.may_act(number) and in_turn and not expired

    def act(self, number: int, status: str, now: int) -> None:
        *_, person = [*self.places()][number]
        person.status, person.at = status, now


groups = st.builds(
    Group,
    needs=st.sampled_from((1, 1, 2, 3)),
    people=st.lists(st.builds(Person, st.booleans()), min_size=1, max_size=3),
)
parties = st.builds(Party, position=st.integers(1, 3), groups=st.lists(groups, min_size=1, max_size=2))
batches = st.builds(Batch, parties=st.lists(parties, min_size=1, max_size=3), documents=st.integers(1, 2))
shapes_of_events = st.builds(Event, batches=st.lists(batches, min_size=1, max_size=2))
numbers = st.integers(0, 2**16)
moments = st.none() | st.integers(-5, 60)


def sent(event: Event, shapes: Shapes) -> list[Json]:
    return [
        shapes.batch(
            *(
                shapes.party(
                    *(
                        shapes.group(
                            *(shapes.signer("Ana", is_group_mandatory=one.mandatory) for one in group.people),
                            needs=group.needs,
                        )
                        for group in party.groups
                    ),
                    position=party.position,
                )
                for party in batch.parties
            ),
            documents=[shapes.document(f"{number}.pdf") for number in range(batch.documents)],
        )
        for batch in event.batches
    ]


def written(seconds: int | None) -> str | None:
    return None if seconds is None else f"{START + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def expected(event: Event, now: int) -> Json:
    """What a read is to show, as far as the history decides it."""
    return {
        "signature_status": event.status,
        "internal_status": event.internal(now),
        "position": str(event.position),
        "expiration": written(event.expires),
        "has_files": event.internal(now) == "finished",
        "batches": [
            {
                "status": batch.status,
                "documents": [
                    (
                        "signed" if batch.status == "signed" else "pending",
                        sum(
                            one.status == "signed"
                            for party in batch.parties
                            for group in party.groups
                            for one in group.people
                        )
                        if batch.status == "signed"
                        else 0,
                        batch.status == "signed",
                    )
                ]
                * batch.documents,
                "parties": [
                    (
                        party.status,
                        [
                            (
                                group.status,
                                written(group.expires),
                                [
                                    (one.status, written(one.at) if one.status == "signed" else None)
                                    for one in group.people
                                ],
                            )
                            for group in party.groups
                        ],
                    )
                    for party in batch.parties
                ],
            }
            for batch in event.batches
        ],
    }


def shown(answer: Json) -> Json:
    return {
        "signature_status": answer["signature_status"],
        "internal_status": answer["internal_status"],
        "position": answer["current_signature_position"],
        "expiration": answer["signature_expiration_date"],
        "has_files": answer["all_files_url"] != "",
        "batches": [
            {
                "status": batch["signature_status"],
                "documents": [
                    (one["status"], len(one["signatures"]), one["signed_file_url"] is not None)
                    for one in batch["documents"]
                ],
                "parties": [
                    (
                        party["signature_status"],
                        [
                            (
                                group["signature_status"],
                                group["expiration"],
                                [
                                    (one["signature_status"], one["signature_timestamp"])
                                    for one in group["signers"]
                                ],
                            )
                            for group in party["signer_groups"]
                        ],
                    )
                    for party in batch["related_parties"]
                ],
            }
            for batch in answer["batches"]
        ],
    }


class Histories(RuleBasedStateMachine):
    def __init__(self, desk: Desk, shapes: Shapes) -> None:
        super().__init__()
        desk.client.control("POST", "/reset")
        self.desk = desk
        self.shapes = shapes
        self.now = 0
        self.known: list[tuple[Json, Event]] = []

    def pick(self, number: int) -> tuple[Json, Event]:
        return self.known[number % len(self.known)]

    @precondition(lambda self: len(self.known) < MOST_EVENTS)
    @rule(event=shapes_of_events)
    def create(self, event: Event) -> None:
        made = self.desk.create(*sent(event, self.shapes))
        event.ids = [
            one["id"]
            for batch in made["batches"]
            for party in batch["related_parties"]
            for group in party["signer_groups"]
            for one in group["signers"]
        ]
        self.known.append((made, event))
        assert shown(made) == expected(event, self.now)

    @precondition(lambda self: self.known)
    @rule(which=numbers, who=numbers)
    def sign(self, which: int, who: int) -> None:
        _, event = self.pick(which)
        number = who % len(event.ids)
        allowed = event.may_sign(number, self.now)
        answer = self.desk.client.control("POST", f"/certifiqi/signers/{event.ids[number]}/sign", json={})
        if allowed:
            event.act(number, "signed", self.now)
        assert answer.status_code == (200 if allowed else 400), answer.text

    @precondition(lambda self: self.known)
    @rule(which=numbers, who=numbers)
    def sign_whoever_may(self, which: int, who: int) -> None:
        """So that histories come to their end."""
        _, event = self.pick(which)
        able = [number for number in range(len(event.ids)) if event.may_sign(number, self.now)]
        if able:
            self.sign(which, able[who % len(able)])

    @precondition(lambda self: self.known)
    @rule(which=numbers, who=numbers, sure=st.sampled_from((False, False, True)))
    def reject(self, which: int, who: int, sure: bool) -> None:  # noqa: FBT001, drawn by name
        _, event = self.pick(which)
        number = who % len(event.ids)
        allowed = event.may_act(number)
        if allowed and not sure:
            return
        answer = self.desk.client.control("POST", f"/certifiqi/signers/{event.ids[number]}/reject")
        if allowed:
            event.act(number, "rejected", self.now)
        assert answer.status_code == (200 if allowed else 400), answer.text

    @precondition(lambda self: self.known)
    @rule(which=numbers, sure=st.sampled_from((False, False, True)))
    def cancel(self, which: int, sure: bool) -> None:  # noqa: FBT001, as above
        made, event = self.pick(which)
        allowed = event.status == "pending"
        if allowed and not sure:
            return
        answer = self.desk.put(made, "cancel_signature")
        event.cancelled = event.cancelled or allowed
        assert answer.status_code == (200 if allowed else 400), answer.text
        if allowed:
            assert shown(answer.json()) == expected(event, self.now)

    @precondition(lambda self: self.known)
    @rule(which=numbers)
    def send(self, which: int) -> None:
        made, event = self.pick(which)
        answer = self.desk.put(made, "send_to_signature")

        assert answer.status_code == (200 if event.status == "pending" else 400)

    @precondition(lambda self: self.known)
    @rule(which=numbers, after=moments)
    def expire(self, which: int, after: int | None) -> None:
        made, event = self.pick(which)
        event.expires = None if after is None else self.now + after
        at = None if event.expires is None else (START + timedelta(seconds=event.expires)).isoformat()

        assert self.desk.expire(made, at).status_code == 200

    @precondition(lambda self: self.known)
    @rule(which=numbers, who=numbers, after=moments)
    def expire_a_group(self, which: int, who: int, after: int | None) -> None:
        made, event = self.pick(which)
        found = [group for batch in event.batches for party in batch.parties for group in party.groups]
        ids = [
            group["id"]
            for batch in made["batches"]
            for party in batch["related_parties"]
            for group in party["signer_groups"]
        ]
        number = who % len(found)
        found[number].expires = None if after is None else self.now + after
        at = None if after is None else (START + timedelta(seconds=self.now + after)).isoformat()

        assert self.desk.expire(made, at, group_id=ids[number]).status_code == 200

    @rule(seconds=st.integers(0, 40))
    def advance(self, seconds: int) -> None:
        self.desk.client.advance(f"{seconds}s")
        self.now += seconds

    @invariant()
    def every_event_is_shown_as_its_history_says(self) -> None:
        for made, event in self.known:
            assert shown(self.desk.read(made)) == expected(event, self.now)

    @invariant()
    def whoever_may_sign_is_told_so(self) -> None:
        for made, event in self.known:
            told: list[Any] = [
                one["in_turn"]
                for batch in self.desk.shown(made)["batches"]
                for party in batch["parties"]
                for group in party["groups"]
                for one in group["signers"]
            ]
            assert told == [event.may_sign(number, self.now) for number in range(len(event.ids))]


def test_every_history_of_signing_goes_by_the_documented_rules(
    shared: Client, desk_of: type[Desk], shapes: Shapes
) -> None:
    # a history is short enough to be read as it is, and to shrink one takes minutes
    quick = settings(max_examples=15, stateful_step_count=15, phases=(Phase.reuse, Phase.generate))

    class Here(Histories):
        def __init__(self) -> None:
            super().__init__(desk_of(shared), shapes)

    run_state_machine_as_test(Here, settings=quick)
