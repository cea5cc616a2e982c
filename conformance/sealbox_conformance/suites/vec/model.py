"""What a batch has to look like, by its request and by how it was seen before. Knows of no server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COUNTED = ("status", "total_certificates", "processed_certificates", "failed_certificates", "progress")
ENDS = frozenset({"completed", "partially_completed", "failed"})
UNSURE = timedelta(seconds=5)  # between the clock of an answer and that of what is in it
SURE = timedelta(seconds=1)  # the same on a clock that stands: times are written in whole seconds


@dataclass(frozen=True, slots=True)
class Row:
    """A recipient. `bad` is one for whom no certificate can be made, on most servers."""

    email: str
    name: str
    bad: bool = False


@dataclass(slots=True)
class Story:
    """A batch that was created, and how it was seen last."""

    id: str
    name: str
    template: str
    rows: tuple[Row, ...]
    created: Mapping[str, Any]
    signatures: int = 0
    seen: dict[str, Any] | None = None
    seen_at: datetime | None = None
    certificates: dict[str, Any] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether every reading of the pages makes a certificate of each of its rows."""
        return not any(row.bad for row in self.rows)


def expected(story: Story, shown: Mapping[str, Any]) -> Iterator[Finding]:
    """Promises about a batch, wherever it is shown, its status alone included."""
    numbers = {key: shown[key] for key in COUNTED}
    total, done, failed = (shown[f"{kind}_certificates"] for kind in ("total", "processed", "failed"))
    wanted = len(story.rows)
    if story.is_plain:
        yield Finding("VEC-BATCH-26", total == wanted, f"{wanted} certificates", total)
    else:
        yield Finding("VEC-CSV-09", total == wanted, f"{wanted} certificates, one for each row", total)
        bad = sum(row.bad for row in story.rows)
        if shown["status"] in ENDS:
            yield Finding("VEC-CSV-12", failed == bad, f"{bad} failed", numbers)
    if shown["status"] in {"pending", "processing", "waiting_for_approval"} or story.is_plain:
        share = 100.0 if done + failed == total else min(round(100 * (done + failed) / total, 2), 99.99)
        fits = abs(shown["progress"] - share) < 1
        yield Finding("VEC-LIFECYCLE-09", fits, f"progress {share}", numbers)
    if story.seen is not None:
        yield from _since(story.seen, shown)


def _since(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Finding]:
    ways = {key: (before[key], now[key]) for key in COUNTED if before[key] != now[key]}
    rising = all(before[key] <= now[key] for key in COUNTED[2:])
    same = before["total_certificates"] == now["total_certificates"]
    yield Finding(
        "VEC-LIFECYCLE-14", rising and same, "a total that stays, and numbers that never go back", ways
    )
    if before["status"] in ENDS:
        yield Finding("VEC-LIFECYCLE-12", not ways, "nothing moves after the end", ways)
    handled = before["processed_certificates"] + before["failed_certificates"]
    if now["status"] == "pending":
        yield Finding("VEC-LIFECYCLE-01", not handled, "not pending again after certificates were made", ways)


def fixed(story: Story, shown: Mapping[str, Any]) -> Iterator[Finding]:
    """Promises about a batch shown with its id."""
    kept = ("id", "name", "created_at")
    wanted, found = ({key: one[key] for key in kept} for one in (story.created, shown))
    yield Finding("VEC-BATCH-20", wanted == found, f"{wanted}", found)
    yield Finding("VEC-BATCH-03", shown["name"] == story.name, story.name, shown["name"])
    template = shown["template_id"]
    yield Finding("VEC-BATCH-08", template == story.template, f"template_id {story.template}", template)
    if "template" in shown:
        template = shown["template"]["id"]
        yield Finding("VEC-BATCH-09", template == story.template, f"template.id {story.template}", template)
        same = shown["template"] == story.created["template"]
        yield Finding("VEC-TEMPLATE-10", same, f"{story.created['template']}", shown["template"])
        signs = bool(story.signatures) or shown["template"]["has_signatures"]
        requires = shown["requires_signatures"]
        yield Finding("VEC-BATCH-16", requires == signs, f"requires_signatures {signs}", requires)


def counted(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What all places show of a batch."""
    return {key: shown[key] for key in COUNTED}


def timed(
    story: Story, shown: Mapping[str, Any], now: datetime, *, unsure: timedelta = UNSURE
) -> Iterator[Finding]:
    """Promises about the times of a batch that was read at `now`, give or take `unsure`."""
    times = {key: shown[key] for key in ("created_at", "updated_at", "completion_date") if shown[key]}
    at = {key: datetime.fromisoformat(text) for key, text in times.items()}
    yield Finding("VEC-BATCH-13", max(at.values()) <= now + unsure, f"in UTC, at most {now}", times)
    if "completion_date" in at:
        yield Finding(
            "VEC-LIFECYCLE-10", at["completion_date"] >= at["created_at"], "after created_at", times
        )
    if shown["status"] == "completed" and story.seen_at and story.seen and story.seen["status"] not in ENDS:
        late = at["completion_date"] >= story.seen_at - unsure
        yield Finding("VEC-LIFECYCLE-10", late, f"after {story.seen_at}, when it was not complete", times)
    if story.seen is None or story.seen_at is None or "updated_at" not in story.seen:
        return
    before = datetime.fromisoformat(story.seen["updated_at"])
    moved = any(story.seen[key] != shown[key] for key in COUNTED)
    least = max(before, story.seen_at - unsure) if moved else before
    why = f"a change after {least}" if moved else f"not before {least}"
    yield Finding("VEC-BATCH-15", at["updated_at"] >= least, why, times)


def certified(
    story: Story, found: Sequence[Mapping[str, Any]], shown: Mapping[str, Any]
) -> Iterator[Finding]:
    """Promises about the certificates of a batch that is shown as `shown` before and after they were read."""
    if story.is_plain:
        people = sorted((row.email, row.name) for row in story.rows)
        told = sorted((one["email"], one["name"]) for one in found)
        yield Finding("VEC-CSV-08", set(told) == set(people), f"{people}", told)
        yield Finding("VEC-CSV-09", told == people, f"{people}, once each", told)
    strange = [one["batch_id"] for one in found if one["batch_id"] != story.id]
    yield Finding("VEC-CERTIFICATE-01", not strange, f"batch_id {story.id}", strange)
    statuses = [one["status"] for one in found]
    made, failed = (
        sum(one in kinds for one in statuses) for kinds in (("generated", "revoked"), ("failed",))
    )
    told_of = counted(shown)
    if len(found) == len(story.rows):
        yield Finding(
            "VEC-BATCH-11", shown["processed_certificates"] == made, f"{made} made: {statuses}", told_of
        )
        yield Finding("VEC-BATCH-12", shown["failed_certificates"] == failed, f"{failed} failed", told_of)
        yield Finding("VEC-CERTIFICATE-06", shown["total_certificates"] == len(found), "as many", counted)
    for one in found:
        yield from _certificate(one, story.certificates.get(one["id"]))


def _certificate(one: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Finding]:
    made = one["status"] in {"generated", "revoked"}
    files = [one[f"{kind}_path"] for kind in ("pdf", "image", "qrcode", "barcode")]
    filled = all(files) if made else not any(files)
    seen = {"status": one["status"], "generated_at": one["generated_at"], "files": files}
    yield Finding("VEC-CERTIFICATE-07", filled and bool(one["generated_at"]) == made, "files once made", seen)
    if before is not None:
        kept = ("id", "reference_id", "batch_id", "email", "name", "issue_date", "created_at")
        was, is_ = ({key: each[key] for key in kept} for each in (before, one))
        yield Finding("VEC-CSV-08", was == is_, f"{was}, as before", is_)
