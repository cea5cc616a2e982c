"""Random histories of batches, some requests of them at once; every answer is compared with the model."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sealbox_conformance.suites.together import judge, run_machine, together
from sealbox_conformance.suites.vec.client import csv_text, unique
from sealbox_conformance.suites.vec.model import (
    ENDS,
    SURE,
    UNSURE,
    Row,
    Story,
    certified,
    counted,
    expected,
    fixed,
    timed,
)
from sealbox_conformance.suites.vec.strategies import names, recipients
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.vec.client import Vec

MOST = 4  # batches of one history
STEPS = 12
KINDS = ("plain", "plain", "defaults", "signed")
BAD = Row("", "", bad=True)
PROMISES = (
    *(f"VEC-BATCH-{number:02}" for number in (3, 7, 8, 9, 11, 12, 13, 15, 16, 20, 21, 22, 25, 26)),
    *(f"VEC-LIFECYCLE-{number:02}" for number in (1, 2, 3, 5, 7, 8, 9, 10, 12, 13, 14, 15)),
    *(f"VEC-CERTIFICATE-{number:02}" for number in (1, 6, 7, 8)),
    *("VEC-CSV-08", "VEC-CSV-09", "VEC-CSV-12", "VEC-TEMPLATE-10", "VEC-TENANT-01", "VEC-TENANT-02"),
)


def see(
    vec: Vec, story: Story, reply: Reply, shown: dict[str, Any], *, since: datetime | None = None
) -> Iterator[Finding]:
    """Everything that is known about an answer; it is known from then on.

    It was given after `since`, or after the last time that a sandbox told: others may move its clock as well.
    """
    yield from expected(story, shown)
    since = since or vec.wire.told
    now = vec.wire.now(reply)
    if "id" in shown:
        yield from fixed(story, shown)
        yield from timed(story, shown, now, unsure=SURE if vec.wire.can("advance") else UNSURE)
    story.seen, story.seen_at = {**(story.seen or {}), **shown}, since or now


class Histories(RuleBasedStateMachine):
    """Acts on a few batches in random order."""

    vec: ClassVar[Vec]

    def __init__(self) -> None:
        super().__init__()
        self.stories: list[Story] = []

    def _judge(self, reply: Reply, findings: Iterable[Finding], *, after: str = "") -> None:
        judge(self.vec.wire, reply, findings, after=after)

    def _one(self, data: st.DataObject) -> Story:
        return data.draw(st.sampled_from(self.stories), label="batch")

    @precondition(lambda self: len(self.stories) < MOST)
    @rule(name=names, people=recipients(most=6), kind=st.sampled_from(KINDS), bad=st.integers(0, 2))
    def create(self, name: str, people: list[tuple[str, str]], kind: str, bad: int) -> None:
        rows = [Row(*person) for person in people] + ([BAD] if bad == 2 and kind == "plain" else [])
        reply = self._request(name, rows, kind)
        if reply.status == 422 and BAD in rows:
            return  # a target may as well refuse a file with a bad row
        self._begin(reply, name, rows, kind)

    def _request(self, name: str, rows: list[Row], kind: str) -> Reply:
        cells = [(row.email, row.name, "kept") for row in rows]
        signatories = self.vec.signed_by() if kind == "signed" else ()
        csv = csv_text(cells, ("RecipientsEmail", "RecipientsName", "Custom"))
        return self.vec.create(name=name, template=self.vec.template(kind), csv=csv, signatories=signatories)

    def _begin(
        self, reply: Reply, name: str, rows: list[Row], kind: str, *, since: datetime | None = None
    ) -> None:
        created = reply.needed(201, "a request that keeps the rules").json()["data"]
        story = Story(created["id"], name, self.vec.template(kind), tuple(rows), created)
        story.signatures = kind != "plain"
        twice = created["id"] in {one.id for one in self.stories}
        self._judge(reply, [Finding("VEC-BATCH-07", not twice, "an id of its own", created["id"])])
        self._see(story, reply, created, since=since)
        self.stories.append(story)

    def _see(
        self, story: Story, reply: Reply, shown: dict[str, Any], *, since: datetime | None = None
    ) -> None:
        """Hold an answer against everything that is known, and know it from now on."""
        self._judge(reply, see(self.vec, story, reply, shown, since=since))

    @precondition(lambda self: self.stories)
    @rule(data=st.data(), place=st.sampled_from(["getBatch", "getBatchStatus"]))
    def read(self, data: st.DataObject, place: str) -> None:
        story = self._one(data)
        reply = self.vec.call(place, story.id).answers(200, "VEC-BATCH-20")
        self._see(story, reply, reply.json() if place == "getBatchStatus" else reply.json()["data"])

    @precondition(lambda self: self.stories)
    @rule()
    def read_the_list(self) -> None:
        """The newest batches, by however many pages it takes: every one of ours, and none of ours twice."""
        since = self.vec.wire.told
        pages = list(self.vec.pages("listBatches"))
        rows = [row for reply in pages for row in reply.json()["data"]]
        still = len({reply.json()["meta"]["total"] for reply in pages}) == 1
        for story in self.stories:
            found = [row for row in rows if row["id"] == story.id]
            once = len(found) == 1 or (bool(found) and not still)  # what others add moves it to another page
            self._judge(pages[-1], [Finding("VEC-TENANT-01", once, f"batch {story.id} once", len(found))])
            self._see(story, pages[-1], found[0], since=since)

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def read_certificates(self, data: st.DataObject) -> None:
        story = self._one(data)
        before = self.vec.call("getBatchStatus", story.id).needed(200, "a batch that was created")
        replies = list(self.vec.pages("listCertificates", query={"batch_id": story.id}))
        after = self.vec.call("getBatchStatus", story.id).needed(200, "a batch that was created")
        if counted(before.json()) != counted(after.json()):
            return
        found = [one for reply in replies for one in reply.json()["data"]]
        self._judge(replies[-1], certified(story, found, before.json()))
        story.certificates = {one["id"]: one for one in found}

    @rule(by=st.sampled_from(["1s", "3s", "10s", "1m", "10m"]))
    def wait(self, by: str) -> None:
        if self.vec.wire.can("advance"):
            self.vec.wire.control("advance", {"by": by})

    @precondition(lambda self: self.stories and self.vec.wire.can("approve"))
    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        story = self._one(data)
        self.vec.wire.attempt("approve", {}, batch=story.id)
        reply = self.vec.call("getBatch", story.id).answers(200, "VEC-BATCH-20")
        self._see(story, reply, reply.json()["data"])

    @precondition(lambda self: self.stories and "other_institution" in self.vec.wire.api.credentials)
    @rule(data=st.data())
    def another_institution_looks(self, data: st.DataObject) -> None:
        story = self._one(data)
        alone = self.vec.call("getBatch", story.id, credential="other_institution")
        hidden = Finding("VEC-TENANT-02", alone.status == 404, "status 404", alone.shown())
        listed = self.vec.call("listBatches", credential="other_institution").needed(200, "a list")
        names = [row["name"] for row in listed.json()["data"]]
        apart = Finding("VEC-TENANT-01", story.name not in names, f"no batch {story.name}", names)
        self._judge(alone, [hidden])
        self._judge(listed, [apart])

    @rule(name=names, flaw=st.sampled_from(["name", "template", "csv"]))
    def create_in_vain(self, name: str, flaw: str) -> None:
        """What is refused leaves nothing behind."""
        before = self._total()
        fields: dict[str, Any] = {"name": name, flaw: None}
        self.vec.create(**fields).needed(422, f"a request without {flaw}")
        reply = self.vec.call("listBatches", query={"per_page": "1"}).needed(200, "a list")
        total = reply.json()["meta"]["total"]
        self._judge(reply, [Finding("VEC-BATCH-25", total == before, f"{before} batches", total)])

    def _total(self) -> int:
        reply = self.vec.call("listBatches", query={"per_page": "1"}).needed(200, "a list")
        return int(reply.json()["meta"]["total"])

    @precondition(lambda self: len(self.stories) < MOST)
    @rule(data=st.data())
    def at_once(self, data: st.DataObject) -> None:
        """Requests at one moment: each gets its own batch, none is lost, and nothing is mixed up."""
        wanted = [
            (data.draw(names), [Row(*person) for person in data.draw(recipients(most=4))], "plain")
            for _ in range(2)
        ]
        before = self._total()
        calls: list[Callable[[], Reply]] = [partial(self._request, *one) for one in wanted]
        calls += [partial(self.vec.call, "getBatch", story.id) for story in self.stories[:2]]
        since = self.vec.wire.told
        answers = together(calls)
        for reply, one in zip(answers, wanted, strict=False):
            self._begin(reply, *one, since=since)
        for reply, story in zip(answers[len(wanted) :], self.stories, strict=False):
            self._judge(reply, fixed(story, reply.answers(200, "VEC-BATCH-20").json()["data"]))
        self.read_the_list()
        reply = self.vec.call("listBatches", query={"per_page": "1"}).needed(200, "a list")
        total = reply.json()["meta"]["total"]
        more = Finding(
            "VEC-BATCH-25", total == before + len(wanted), f"{before + len(wanted)} batches", total
        )
        self._judge(reply, [more])


@pytest.mark.exercises(*PROMISES, "VEC-LIST-02")
@pytest.mark.claims("virtual_clock")
@pytest.mark.parametrize("kind", ["plain", "bad"])
def test_a_life_in_small_steps(vec: Vec, kind: str) -> None:
    """While the clock stands, a batch stands the same in all three places."""
    people = [(f"a{number}@example.com", "Ana Example", "kept") for number in range(12)]
    rows = [Row(*person[:2]) for person in people] + ([BAD] if kind == "bad" else [])
    csv = csv_text(
        [(row.email, row.name, "kept") for row in rows], ("RecipientsEmail", "RecipientsName", "Custom")
    )
    name = unique()
    reply = vec.create(name=name, csv=csv).needed(201, "a file of recipients")
    created = reply.json()["data"]
    story = Story(created["id"], name, vec.template("plain"), tuple(rows), created)
    for by in ("1s", "1s", *["700ms"] * 14, "10m"):
        before = vec.call("getBatchStatus", story.id).needed(200, "a batch that was created")
        alone = vec.call("getBatch", story.id).needed(200, "a batch that was created").json()["data"]
        listed = vec.call("listBatches", query={"per_page": "100"}).needed(200, "a list").json()["data"]
        after = vec.call("getBatchStatus", story.id).needed(200, "a batch that was created")
        rowed = [one for one in listed if one["id"] == story.id]
        places = [counted(one) for one in (before.json(), alone, *rowed)]
        agree = counted(before.json()) != counted(after.json()) or all(one == places[0] for one in places)
        found = [Finding("VEC-BATCH-22", agree, "the same in all three places", places)]
        judge(vec.wire, before, [*found, *see(vec, story, before, alone)])
        vec.wire.control("advance", {"by": by})
    judge(vec.wire, before, [Finding("VEC-LIFECYCLE-15", alone["status"] in ENDS, "an end", alone["status"])])


@pytest.mark.exercises(*PROMISES)
def test_histories_of_batches(vec: Vec) -> None:
    machine = type("Histories", (Histories,), {"vec": vec})

    run_machine(machine, steps=STEPS)
