"""Events whose every act and read is held against the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sealbox_conformance.suites.certifiqi.kept import kept_in_order, read_back
from sealbox_conformance.suites.certifiqi.model import Act, History, expected, moved, seats_of
from sealbox_conformance.suites.together import judge
from sealbox_conformance.target import FEATURES
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealbox_conformance.exchange import Reply
    from sealbox_conformance.suites.certifiqi.client import Certifiqi


@dataclass(slots=True)
class Story:
    """One event: what was sent, what has happened to it, and how it was read last."""

    key: str
    sent: dict[str, Any]
    history: History
    last: dict[str, Any] | None = None
    told: list[str] = field(default_factory=lambda: ["created"])


class Teller:
    """Has things happen to events, and judges every answer."""

    def __init__(self, certifiqi: Certifiqi) -> None:
        self.certifiqi = certifiqi

    def judge(self, story: Story, reply: Reply, *findings: Finding) -> None:
        judge(self.certifiqi.wire, reply, findings, after=", ".join(story.told))

    def begin(self, sent: dict[str, Any]) -> Story:
        created = self.certifiqi.new_event(sent)
        story = Story(created["batch_group_key"], sent, History(seats_of(created)))
        story.last = {**created, "client_key": created.get("client_key")}
        self.read(story)
        return story

    def read(self, story: Story) -> None:
        reply = self.certifiqi.call("getBatchGroup", story.key).needed(200, "an event that was created")
        event = reply.json()
        found = event["batch_group_key"]
        before = story.last
        if before is not None and before["client_key"] is None:  # the create answer lacks it
            before = {**before, "client_key": event["client_key"]}
        number, wanted = event["number_of_documents"], sum(len(b["documents"]) for b in story.sent["batches"])
        self.judge(
            story,
            reply,
            Finding("CERTIFIQI-EVENT-02", found == story.key, story.key, found),
            Finding("CERTIFIQI-EVENT-18", number == wanted, f"{wanted}", number),
            *read_back(story.sent, event),
            *kept_in_order(story.sent, event),
            *expected(story.history, event),
            *moved(before, event),
        )
        story.last = event

    def act(self, story: Story, act: Act) -> bool:
        """Whether it was taken."""
        taken = self.attempt(story, act, judged=True)()
        inferred = story.history.would_take(act)
        story.told.append(f"{act[0]} {act[1] or ''}".strip() + ("" if taken else " (refused)"))
        reply = self.certifiqi.call("getBatchGroup", story.key)
        fits = Finding(_taken_by(story.history, act), taken == inferred, f"taken: {inferred}", story.told)
        self.judge(story, reply, fits)
        if taken:
            story.history = story.history.after(act)
        self.read(story)
        return taken

    def attempt(self, story: Story, act: Act, *, judged: bool = False) -> Callable[[], bool]:
        """An act that can be made in another thread too."""
        what, signer = act
        if what == "cancel":
            return partial(self._cancel if judged else self._cancel_unjudged, story)
        return partial(self.certifiqi.wire.attempt, f"{what}_one", {}, signer=signer)

    def _cancel_unjudged(self, story: Story) -> bool:
        return self.certifiqi.call("cancelSignature", story.key).status == 200

    def _cancel(self, story: Story) -> bool:
        reply = self.certifiqi.call("cancelSignature", story.key)
        if story.history.is_open:
            taken = Finding("CERTIFIQI-CANCEL-01", reply.status == 200, "200", reply.shown())
            self.judge(story, reply, taken)
        if reply.status == 200:
            found = reply.json()["batch_group_key"]
            self.judge(story, reply, Finding("CERTIFIQI-CANCEL-02", found == story.key, story.key, found))
        return reply.status == 200


def may(certifiqi: Certifiqi, claim: str) -> bool:
    """Whether a target may be asked for something; a feature that nobody knows needs no claim."""
    return claim not in FEATURES or claim in certifiqi.target.claims


def _taken_by(history: History, act: Act) -> str:
    """The promise that says whether an act is taken now."""
    if act[0] == "cancel":
        return "CERTIFIQI-CANCEL-07"
    (seat,) = (one for one in history.seats if one.signer == act[1])
    if not history.is_open:
        return "CERTIFIQI-SIGN-05"
    if act[1] in history.signed:
        return "CERTIFIQI-SIGN-04"
    return "CERTIFIQI-SIGN-06" if seat.party in history.through else "CERTIFIQI-SIGN-03"
