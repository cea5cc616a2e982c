"""Random histories of signing events, some acts of them at once; every answer is compared with the model."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sealbox_conformance.suites.certifiqi.kept import ALL
from sealbox_conformance.suites.certifiqi.model import Act, outcomes
from sealbox_conformance.suites.certifiqi.stories import Story, Teller, may
from sealbox_conformance.suites.certifiqi.strategies import events
from sealbox_conformance.suites.together import run_machine, together
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

MOST = 3  # events of one history
STEPS = 14
PROMISES = (
    *ALL,
    "CERTIFIQI-CREATE-15",
    "CERTIFIQI-CREATE-18",
    "CERTIFIQI-SIGNER-04",
    "CERTIFIQI-SIGNER-06",
    "CERTIFIQI-SIGNER-07",
    "CERTIFIQI-GROUP-02",
    "CERTIFIQI-GROUP-06",
    "CERTIFIQI-DOCUMENT-07",
    "CERTIFIQI-DOCUMENT-09",
    *(f"CERTIFIQI-STATE-{number:02}" for number in (5, 6, 7, 10, 11, 12, 15, 16, 17, 18, 19, 22, 23, 24)),
    *(f"CERTIFIQI-SIGN-{number:02}" for number in (3, 4, 5, 6, 9)),
    *(f"CERTIFIQI-CANCEL-{number:02}" for number in (1, 2, 6, 7, 8)),
    *(f"CERTIFIQI-SEND-{number:02}" for number in (1, 4, 5, 6, 8)),
    "CERTIFIQI-EVENT-02",
    "CERTIFIQI-EVENT-18",
    "CERTIFIQI-URL-06",
    "CERTIFIQI-URL-12",
)


class Histories(RuleBasedStateMachine):
    """Acts on a few events in random order."""

    certifiqi: ClassVar[Certifiqi]

    def __init__(self) -> None:
        super().__init__()
        self.teller = Teller(self.certifiqi)
        self.stories: list[Story] = []

    def _one(self, data: st.DataObject) -> Story:
        return data.draw(st.sampled_from(self.stories), label="event")

    @precondition(lambda self: len(self.stories) < MOST)
    @rule(data=st.data())
    def create(self, data: st.DataObject) -> None:
        sent = data.draw(events(self.certifiqi.body(), self.certifiqi.document()))
        self.stories.append(self.teller.begin(sent))

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        self.teller.read(self._one(data))

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def addresses(self, data: st.DataObject) -> None:
        story = self._one(data)
        self.teller.read(story)
        reply = self.certifiqi.call("getBatchGroupUrls", story.key).needed(200, "an event that was created")
        event = story.last or {}
        wanted, found = _documents(event), _documents(reply.json())
        keys = sorted(key for key, *_ in wanted) == sorted(key for key, *_ in found)
        self.teller.judge(
            story, reply, Finding("CERTIFIQI-URL-06", keys, f"the documents of {wanted}", found)
        )
        same = wanted == found and event["all_files_url"] == reply.json()["all_files_url"]
        self.teller.judge(story, reply, Finding("CERTIFIQI-URL-12", same, f"{wanted}", found))

    @precondition(lambda self: self.stories and self.certifiqi.wire.can("sign_one"))
    @rule(data=st.data())
    def sign(self, data: st.DataObject) -> None:
        story = self._one(data)
        self.teller.act(story, ("sign", data.draw(st.sampled_from(story.history.seats)).signer))

    @precondition(lambda self: self.stories and self.certifiqi.wire.can("sign_one"))
    @rule(data=st.data())
    def sign_whoever_may(self, data: st.DataObject) -> None:
        """Without it hardly any event would ever be signed."""
        story = self._one(data)
        for seat in sorted(story.history.seats, key=lambda one: one.position):
            if story.history.would_take(("sign", seat.signer)):
                self.teller.act(story, ("sign", seat.signer))
                if data.draw(st.booleans(), label="rest"):
                    return

    @precondition(lambda self: self.stories and self.certifiqi.wire.can("reject_one"))
    @rule(data=st.data(), seldom=st.integers(0, 2))
    def reject(self, data: st.DataObject, seldom: int) -> None:
        story = self._one(data)
        if seldom == 0:
            self.teller.act(story, ("reject", data.draw(st.sampled_from(story.history.seats)).signer))

    @precondition(lambda self: self.stories and may(self.certifiqi, "cancels"))
    @rule(data=st.data(), seldom=st.integers(0, 1))
    def cancel(self, data: st.DataObject, seldom: int) -> None:
        if seldom == 0:
            self.teller.act(self._one(data), ("cancel", 0))

    @precondition(lambda self: self.stories and may(self.certifiqi, "sends"))
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        story = self._one(data)
        reply = self.certifiqi.call("sendToSignature", story.key)
        story.told.append("sent to signature")
        fits = reply.status == 200 and reply.json() == {}
        requirement = "CERTIFIQI-SEND-01" if story.history.is_open else "CERTIFIQI-SEND-06"
        wanted = fits if story.history.is_open else reply.status == 400
        self.teller.judge(
            story, reply, Finding(requirement, wanted, "{} while pending, later a refusal", reply.shown())
        )
        self.teller.read(story)

    @rule(minutes=st.sampled_from(["1s", "20s", "1m", "10m"]))
    def wait(self, minutes: str) -> None:
        if self.certifiqi.wire.can("advance"):
            self.certifiqi.wire.control("advance", {"by": minutes})

    @precondition(lambda self: self.stories and may(self.certifiqi, "cancels"))
    @rule(data=st.data())
    def at_once(self, data: st.DataObject) -> None:
        """Acts at one moment: nothing is lost, and what is taken fits some order of them."""
        story = self._one(data)
        before = story.history
        acts = data.draw(st.lists(st.sampled_from(self._acts(story)), min_size=2, max_size=3, unique=True))
        calls = [self.teller.attempt(story, act) for act in acts]
        calls += [partial(self._peek, story)] * 2
        answers = together(calls)
        taken = [act for act, done in zip(acts, answers, strict=False) if done]
        for act in taken:
            story.history = story.history.after(act)
        story.told.append(f"at once {acts}, of them taken {taken}")
        self.teller.read(story)
        reply = self.certifiqi.call("getBatchGroup", story.key)
        fits = (frozenset(taken), story.history) in outcomes(before, acts)
        self.teller.judge(
            story, reply, Finding("CERTIFIQI-SIGN-05", fits, "what some order of the acts leads to", taken)
        )

    def _acts(self, story: Story) -> list[Act]:
        signers = [seat.signer for seat in story.history.seats] if self.certifiqi.wire.can("sign_one") else []
        able = [("sign", one) for one in signers if story.history.would_take(("sign", one))]
        return [*able * 2, *(("reject", one) for one in signers[:1]), ("cancel", 0), ("cancel", 1)]

    def _peek(self, story: Story) -> bool:
        """A read in the midst: the laws judge it."""
        return self.certifiqi.call("getBatchGroup", story.key).status == 200


def _documents(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    names = ("document_key", "original_file_url", "signed_file_url", "file_url")
    return [tuple(one[name] for name in names) for batch in found["batches"] for one in batch["documents"]]


@pytest.mark.exercises(*PROMISES)
def test_histories_of_signing_events(certifiqi: Certifiqi) -> None:
    certifiqi.document()  # without one there is no event
    machine = type("Histories", (Histories,), {"certifiqi": certifiqi})

    run_machine(machine, steps=STEPS)
