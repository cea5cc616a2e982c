"""What a signing event has to look like after a history of acts. Knows of no request and of no server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

from sealbox_conformance.suites.certifiqi.shapes import parts_of
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Act = tuple[str, int]
"""sign or reject, and the signer's number; or cancel, and 0."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One signer's place in an event."""

    signer: int
    group: int
    needs: int
    mandatory: bool
    party: str
    position: int
    batch: str


@dataclass(frozen=True, slots=True)
class History:
    """An event by its seats, and the acts that were taken."""

    seats: tuple[Seat, ...]
    signed: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()
    cancelled: bool = False

    def after(self, act: Act) -> History:
        """The history with one act more."""
        what, signer = act
        if what == "sign":
            return replace(self, signed=self.signed | {signer})
        if what == "reject":
            return replace(self, rejected=self.rejected | {signer})
        return replace(self, cancelled=True)

    def group_is_full(self, group: int) -> bool:
        seats = [seat for seat in self.seats if seat.group == group]
        signed = [seat for seat in seats if seat.signer in self.signed]
        lacking = [seat for seat in seats if seat.mandatory and seat.signer not in self.signed]
        return len(signed) >= seats[0].needs and not lacking

    def party_is_through(self, party: str) -> bool:
        return any(self.group_is_full(group) for group in {s.group for s in self.seats if s.party == party})

    def batch_is_through(self, batch: str) -> bool:
        return all(
            self.party_is_through(party) for party in {s.party for s in self.seats if s.batch == batch}
        )

    @property
    def through(self) -> set[str]:
        """The parties that have signed."""
        return {seat.party for seat in self.seats if self.party_is_through(seat.party)}

    @property
    def is_whole(self) -> bool:
        return self.through == {seat.party for seat in self.seats}

    @property
    def is_open(self) -> bool:
        return not (self.cancelled or self.rejected or self.is_whole)

    def would_take(self, act: Act, *, ordered: bool = True) -> bool:
        """Whether an act is taken now, as far as anybody can infer it from the pages."""
        what, signer = act
        if not self.is_open or what == "cancel":
            return self.is_open
        (seat,) = (one for one in self.seats if one.signer == signer)
        if signer in self.signed:
            return False
        if what == "reject":
            return True
        before = {s.party for s in self.seats if s.batch == seat.batch and s.position < seat.position}
        in_turn = not ordered or before <= self.through
        return in_turn and seat.party not in self.through


def seats_of(event: Mapping[str, Any]) -> tuple[Seat, ...]:
    """The seats of an event as it was read."""
    return tuple(
        Seat(
            signer=signer["id"],
            group=group["id"],
            needs=group["minimum_required_signers"],
            mandatory=signer["is_group_mandatory"],
            party=party["related_party_key"],
            position=int(party["signature_position"]),
            batch=batch["document_batch_key"],
        )
        for batch in event["batches"]
        for party in batch["related_parties"]
        for group in party["signer_groups"]
        for signer in group["signers"]
    )


def outcomes(before: History, acts: Sequence[Act]) -> set[tuple[frozenset[Act], History]]:
    """Which acts can be taken, and what then is, when `acts` are made at once: in any order."""
    found: set[tuple[frozenset[Act], History]] = set()
    for order in permutations(acts):
        now, taken = before, frozenset[Act]()
        for act in order:
            if now.would_take(act):
                now, taken = now.after(act), taken | {act}
        found.add((taken, now))
    return found


def expected(history: History, event: Mapping[str, Any]) -> Iterator[Finding]:
    """Every promise about an event of this history, held against what is shown of it."""
    parts = parts_of(event)
    for signer in parts["signer"]:
        yield from _signer(history, signer)
    for group in parts["group"]:
        yield from _group(history, group)
    for party in parts["party"]:
        if not history.party_is_through(party["related_party_key"]):
            shown = party["signature_status"]
            yield Finding(
                "CERTIFIQI-STATE-05", shown != "signed", "a party none of whose groups has signed", shown
            )
    for batch in parts["batch"]:
        yield from _batch(history, batch)
    yield from _event(history, event)


def _signer(history: History, signer: Mapping[str, Any]) -> Iterator[Finding]:
    at, status = signer["signature_timestamp"], signer["signature_status"]
    shown = f"signer {signer['id']}: {status} at {at}"
    if signer["id"] in history.signed:
        dated = _is_later(at, signer["created_at"]) and status == "signed"
        yield Finding("CERTIFIQI-SIGNER-07", dated, "signed, with the time", shown)
    elif signer["id"] in history.rejected:
        yield Finding("CERTIFIQI-STATE-24", status == "rejected", "rejected", shown)
    else:
        idle = at is None and status == "pending"
        yield Finding("CERTIFIQI-SIGNER-06", idle, "a signer who has done nothing, without a time", shown)


def _is_later(at: Any, created: str) -> bool:
    """Whether a text begins with a day not before another one, in whatever zones they are written."""
    try:
        return date.fromisoformat(at[:10]) >= date.fromisoformat(created[:10]) - timedelta(days=1)
    except (TypeError, ValueError):
        return False


def _group(history: History, group: Mapping[str, Any]) -> Iterator[Finding]:
    seats = [seat for seat in history.seats if seat.group == group["id"]]
    signed = sum(seat.signer in history.signed for seat in seats)
    status = group["signature_status"]
    shown = f"{status}, {signed} of {len(seats)} signed, {seats[0].needs} needed"
    if signed < seats[0].needs and group["signable_limit"] is None:
        yield Finding("CERTIFIQI-GROUP-02", status != "signed", "not signed yet", shown)
    if any(seat.mandatory and seat.signer not in history.signed for seat in seats):
        yield Finding(
            "CERTIFIQI-SIGNER-04", status != "signed", "not signed without a mandatory signer", shown
        )
    if history.group_is_full(group["id"]) and not {seat.signer for seat in seats} & history.rejected:
        yield Finding("CERTIFIQI-GROUP-06", status == "signed", "signed", shown)


def _batch(history: History, batch: Mapping[str, Any]) -> Iterator[Finding]:
    through = history.batch_is_through(batch["document_batch_key"])
    status = batch["signature_status"]
    if not through:
        yield Finding(
            "CERTIFIQI-STATE-06", status != "signed", "a batch that lacks a party is not signed", status
        )
    elif not history.rejected:
        yield Finding("CERTIFIQI-STATE-07", status == "signed", "a batch of parties that all signed", status)
    people = {seat.signer for seat in history.seats if seat.batch == batch["document_batch_key"]}
    for document in batch["documents"]:
        signed, signatures = document["signed_file_url"], document["signatures"]
        shown = f"status {document['status']}, signed_file_url {signed}, {len(signatures)} signatures"
        if not through:
            yield Finding(
                "CERTIFIQI-DOCUMENT-07", signed is None, "null while the document is pending", shown
            )
            yield Finding("CERTIFIQI-DOCUMENT-09", not signatures, "no signatures while it is pending", shown)
        elif not history.rejected:
            whole = document["status"] == "signed" and bool(signed)
            wanted = len(people & history.signed)
            agrees = whole and len(signatures) == wanted
            yield Finding("CERTIFIQI-SIGN-09", agrees, f"signed, with {wanted} signatures", shown)


def _event(history: History, event: Mapping[str, Any]) -> Iterator[Finding]:
    status, internal, files = (event[key] for key in ("signature_status", "internal_status", "all_files_url"))
    shown = f"signature_status {status}, internal_status {internal}, all_files_url {files!r}"
    if history.cancelled:
        yield Finding("CERTIFIQI-STATE-12", status == "cancel_signature", "cancel_signature", shown)
    elif history.rejected:
        yield Finding("CERTIFIQI-STATE-11", status == "rejected", "rejected", shown)
    elif not history.is_whole:
        if history.through:
            waits = (status, internal) == ("pending", "pending")
            yield Finding("CERTIFIQI-STATE-22", waits, "pending until every party has signed", shown)
        yield Finding("CERTIFIQI-STATE-15", status == "pending", "pending, for a batch is not signed", shown)
        yield Finding("CERTIFIQI-STATE-10", files == "", "no files of a pending event", shown)
    else:
        yield Finding("CERTIFIQI-STATE-15", status == "signed", "signed, for every batch is", shown)
    if history.cancelled or history.rejected:
        yield Finding("CERTIFIQI-STATE-18", internal == "pending", "internal_status pending", shown)
    left = {seat.position for seat in history.seats if seat.party not in history.through}
    position = min(left, default=max(seat.position for seat in history.seats))
    told = event["current_signature_position"]
    if not history.rejected:
        yield Finding("CERTIFIQI-STATE-16", int(told) == position, f"position {position}", told)


ORDER = ("pending", "waiting_zip_file", "finished")


def moved(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Iterator[Finding]:
    """What may not happen from one read of an event to a later one."""
    if before is None:
        return
    was, is_ = (ORDER.index(event["internal_status"]) for event in (before, now))
    way = f"{before['internal_status']}, then {now['internal_status']}"
    yield Finding("CERTIFIQI-STATE-23", is_ >= was, "never back", way)
    for left, right in zip(_frozen(before), _frozen(now), strict=True):
        yield Finding("CERTIFIQI-CREATE-15", left == right, f"{left}, as before", right)
    if before["signature_status"] != "pending":
        ways = (before["signature_status"], now["signature_status"])
        # A cancellation of what has ended is stated nowhere.
        yield Finding(
            "CERTIFIQI-STATE-19", ways[0] == ways[1], "an end is an end", f"{ways[0]}, then {ways[1]}"
        )


FROZEN: Mapping[str, tuple[str, ...]] = {
    "event": ("batch_group_key", "client_key", "number_of_documents", "batch_group_type", "created_at"),
    "batch": ("document_batch_key", "created_at"),
    "party": ("related_party_key", "created_at"),
    "group": ("id", "created_at"),
    "signer": ("id", "created_at"),
    "document": ("document_key", "original_file_url", "created_at"),
}
"""What was given when the event was made, and stays."""


def _frozen(event: Mapping[str, Any]) -> Iterable[Any]:
    parts = parts_of(event)
    return [
        (kind, sorted(([one.get(field) for field in fields] for one in parts[kind]), key=repr))
        for kind, fields in FROZEN.items()
    ]
