"""Whatever happens in whatever order, what is shown agrees with itself and with what was shown before."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sealbox import contract
from sealbox.contract import choices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

PLAIN, SIGNED, DEFAULTS, AUTO, FOREIGN = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in range(1, 6))
KINDS = ("", "other_institution")
TENANTS = ("one", "two")
NOBODY = "00000000-0000-4000-8000-000000000000"
LIFE = ("initial_status", "approval", "progress_formula", "completion_date_on", "all_failed")
FILES = ("pdf_path", "image_path", "qrcode_path", "barcode_path")
MOST_BATCHES = 4

DRAWN = (contract.root() / "openapi" / "vec" / "lifecycle.md").read_text("utf-8")
WAYS = set(re.findall(r"^ +(\w+) --> (\w+):", DRAWN, re.MULTILINE))
ENDS = set(re.findall(r"^ +(\w+) --> \[\*\]", DRAWN, re.MULTILINE))
SWITCHES = {switch["name"]: [*switch["alternatives"]] for switch in choices.switches("vec")}


def reachable(status: str) -> set[str]:
    found = {status}
    while more := {after for before, after in WAYS if before in found} - found:
        found |= more
    return found


@dataclass(slots=True)
class Made:
    """A batch that was made, with what is known of it from outside and how it looked last."""

    desk: Desk
    bad: tuple[bool, ...]
    signers: tuple[str, ...]
    shown: dict[str, Any]
    approved: set[str] = field(default_factory=set)
    refused: bool = False

    @property
    def outstanding(self) -> list[str]:
        return [user for user in self.signers if user not in self.approved]

    @property
    def ended(self) -> bool:
        return self.shown["status"] in ENDS


class Interleavings(RuleBasedStateMachine):
    """Two tenants with two institutions each, and a person who does things to them."""

    def __init__(self, client: Client, desk_of: Callable[..., Desk]) -> None:
        super().__init__()
        self.client, self.desk_of = client, desk_of
        self.made: list[Made] = []
        self.desks: dict[tuple[str, str], Desk] = {}
        self.users: dict[tuple[str, str], list[str]] = {}
        self.still: dict[str, dict[str, bytes]] = {}
        self.switches: dict[str, str] = {}
        self.touched = TENANTS[0]
        self.step_by_step = False

    @initialize(
        chosen=st.fixed_dictionaries({name: st.sampled_from(SWITCHES[name]) for name in LIFE}),
    )
    def open(self, chosen: dict[str, str]) -> None:
        self.switches = chosen
        switches = {f"vec.{name}": value for name, value in chosen.items()}
        for tenant in TENANTS:
            client = self.client.open_tenant(tenant, clock="manual", switches=switches)
            for kind in KINDS:
                desk = self.desks[tenant, kind] = self.desk_of(client, kind)
                self.users[tenant, kind] = [one["uuid"] for one in desk.signers()]
            self.still[tenant] = self.lists_of(tenant)

    def lists_of(self, tenant: str) -> dict[str, bytes]:
        return {kind: self.desks[tenant, kind].get("batches", per_page=100).content for kind in KINDS}

    def of(self, tenant: str) -> list[Made]:
        return [made for made in self.made if made.desk.client.tenant == tenant]

    def pick(self, number: int) -> Made:
        """One of the batches; of those that wait for somebody as long as `number` is below ten."""
        waiting = [made for made in self.made if made.outstanding and not made.ended and number < 10]
        among = waiting or self.made
        made = among[number % len(among)]
        self.touched = made.desk.client.tenant
        return made

    # What can be done

    @rule(
        tenant=st.sampled_from(TENANTS),
        kind=st.sampled_from(KINDS),
        bad=st.lists(st.booleans(), min_size=1, max_size=5),
        template=st.sampled_from([SIGNED, DEFAULTS, AUTO, PLAIN]),
        named=st.sampled_from([(0, 1), (1,), (0,), ()]),
    )
    def upload(self, tenant: str, kind: str, bad: list[bool], template: str, named: tuple[int, ...]) -> None:
        self.touched = tenant
        desk, users = self.desks[tenant, kind], self.users[tenant, kind]
        template = FOREIGN if kind else template
        named = named or (0,) * (template == SIGNED)
        if len(self.of(tenant)) >= MOST_BATCHES:
            return
        rows = [("no address" if one else f"p{n}@example.com", f"P{n}") for n, one in enumerate(bad)]
        batch = desk.upload(rows, template=template, signatories=[users[one] for one in named])
        signatures = desk.inside(batch)["signatures"]
        made = Made(desk, tuple(bad), tuple(one["user_uuid"] for one in signatures), batch)
        if template == AUTO and not named:
            made.approved = set(made.signers)
        self.made.append(made)

    @rule(tenant=st.sampled_from(TENANTS), csv=st.sampled_from([b"", b"a,b\n1,2\n", b"RecipientsEmail\n"]))
    def upload_what_is_refused(self, tenant: str, csv: bytes) -> None:
        self.touched = tenant
        answer = self.desks[tenant, ""].client.create_batch(csv=csv)

        assert answer.status_code == 422

    @precondition(lambda self: self.made)
    @rule(
        number=st.integers(0, 20), who=st.sampled_from(["everybody", "the first", "the last", "a stranger"])
    )
    def approve(self, number: int, who: str) -> None:
        made = self.pick(number)
        user, theirs = self.chosen(made, who)
        answer = made.desk.act("approve", made.shown, user)

        assert answer.status_code == (200 if theirs and not made.ended else 400)
        if answer.status_code == 200:
            made.approved.update(theirs)

    @precondition(lambda self: self.made)
    @rule(number=st.integers(0, 20), who=st.sampled_from(["everybody", "the last", "a stranger"]))
    def refuse(self, number: int, who: str) -> None:
        made = self.pick(number)
        user, theirs = self.chosen(made, who)
        answer = made.desk.act("refuse", made.shown, user)

        assert answer.status_code == (200 if theirs and not made.ended else 400)
        if answer.status_code == 200:
            made.refused = True
            assert answer.json()["status"] in {"failed", "partially_completed"}

    def chosen(self, made: Made, who: str) -> tuple[str | None, list[str]]:
        """Whom to name, and whose outstanding signatures that is about."""
        if who == "everybody":
            return None, made.outstanding
        named = {"the first": made.signers[:1], "the last": made.signers[-1:]}.get(who, ())
        user = named[0] if named else NOBODY
        return user, [one for one in made.outstanding if one == user]

    @rule(tenant=st.sampled_from(TENANTS), ms=st.sampled_from([1, 250, 500, 1999, 2000, 2500, 60_000]))
    def wait(self, tenant: str, ms: int) -> None:
        self.touched = tenant
        self.desks[tenant, ""].client.advance(f"{ms}ms")

    @rule(tenant=st.sampled_from(TENANTS))
    def wait_for_the_next_thing(self, tenant: str) -> None:
        """A batch goes one step of the table at most, for nothing is due in between."""
        self.touched, self.step_by_step = tenant, True
        client = self.desks[tenant, ""].client
        before = client.control("GET", "/clock").json()
        if before["next_due"]:
            seconds = (moment(before["next_due"]) - moment(before["now"])) * 1000
            client.advance(f"{round(seconds)}ms")

    @rule(tenant=st.sampled_from(TENANTS))
    def wait_until_nothing_happens(self, tenant: str) -> None:
        self.touched = tenant
        self.desks[tenant, ""].finish()

        for made in self.of(tenant):
            if not made.outstanding or made.refused:
                assert made.desk.batch(made.shown)["status"] in ENDS

    @precondition(lambda self: self.made)
    @rule(number=st.integers(0, 20))
    def look_for_it_from_elsewhere(self, number: int) -> None:
        made = self.pick(number)
        for place, desk in self.desks.items():
            here = place == (made.desk.client.tenant, made.desk.kind)
            assert desk.get(f"batches/{made.shown['id']}").status_code == (200 if here else 404)

    # What is true after each of them

    @invariant()
    def everything_agrees(self) -> None:
        for tenant in self.still:  # one invariant, for each list is read once a step
            shown = self.lists_of(tenant)
            assert shown == self.still[tenant] or tenant == self.touched
            self.still[tenant] = shown
            if tenant == self.touched:
                self.batches_agree({kind: json.loads(body)["data"] for kind, body in shown.items()})
        self.step_by_step = False

    def batches_agree(self, listed: Mapping[str, list[dict[str, Any]]]) -> None:
        own = self.of(self.touched)
        for kind, items in listed.items():
            ids = [made.shown["id"] for made in own if made.desk.kind == kind]
            assert sorted(one["id"] for one in items if one["name"] == "Turma") == sorted(ids)
        for made in own:
            shown = made.desk.batch(made.shown)
            [item] = [one for one in listed[made.desk.kind] if one["id"] == shown["id"]]
            status = made.desk.get(f"batches/{shown['id']}/status").json()
            assert shown == shown | item | status
            assert shown["requires_my_signature"] is (self.me(made) in made.outstanding)
            self.follows(shown, made.shown)
            self.counts(shown, made)
            self.dates(shown)
            made.shown = shown

    def me(self, made: Made) -> str:
        return self.users[made.desk.client.tenant, made.desk.kind][0]

    def follows(self, shown: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        if before["status"] in ENDS:
            assert shown == before
        ways = {before["status"]} | {after for start, after in WAYS if start == before["status"]}
        assert shown["status"] in (ways if self.step_by_step else reachable(before["status"]))
        for key in ("progress", "processed_certificates", "failed_certificates", "updated_at"):
            assert shown[key] >= before[key]
        for key in ("id", "name", "total_certificates", "created_at", "template", "requires_signatures"):
            assert shown[key] == before[key]

    def counts(self, shown: Mapping[str, Any], made: Made) -> None:
        certificates = made.desk.certificates(shown)
        states = [one["status"] for one in certificates]
        done = [state in {"generated", "failed"} for state in states]
        processed, failed = shown["processed_certificates"], shown["failed_certificates"]
        through = processed + failed if self.switches["progress_formula"] == "handled" else processed

        assert len(states) == shown["total_certificates"] == len(made.bad)
        assert (states.count("generated"), states.count("failed")) == (processed, failed)
        assert shown["progress"] == round(100 * through / len(states), 2)
        assert done == sorted(done, reverse=True)
        assert all(state != "generated" for state, bad in zip(states, made.bad, strict=True) if bad)
        if not made.refused:
            assert all(bad for state, bad in zip(states, made.bad, strict=True) if state == "failed")
        for one in certificates:
            assert [one[path] is not None for path in FILES] == [one["status"] == "generated"] * len(FILES)
        assert made.desk.get(f"certificates/{certificates[-1]['id']}").json()["data"] == certificates[-1]

    def dates(self, shown: Mapping[str, Any]) -> None:
        dated = {"completed"} if self.switches["completion_date_on"] == "completed_only" else ENDS
        assert shown["created_at"] <= shown["updated_at"]
        assert (shown["completion_date"] is not None) is (shown["status"] in dated)
        assert shown["completion_date"] in {None, shown["updated_at"]}


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.fixture(scope="module")
def apart(open_app: Callable[..., Client]) -> Client:
    """An application whose tenants nobody else touches."""
    return open_app()


def test_the_drawing_that_statuses_are_held_against_was_read() -> None:
    assert len(WAYS) > 10
    assert reachable("pending") == {one for way in WAYS for one in way}
    assert {"completed", "partially_completed", "failed"} == ENDS


def test_nothing_that_happens_makes_a_batch_contradict_itself(
    apart: Client, upload_as: Callable[..., Desk]
) -> None:
    class Here(Interleavings):
        def __init__(self) -> None:
            super().__init__(apart, upload_as)

    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=20))
