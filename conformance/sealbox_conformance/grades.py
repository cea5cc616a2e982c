"""What the journal of a sandbox tells about whoever used it: values in, grades out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

LEAST_GAP = timedelta(seconds=1)
PATIENCE_MS = 10_000
LOOKS = frozenset({"getBatch", "getBatchStatus", "getBatchGroup"})
ADDRESSES = frozenset({"getZipFileUrl", "getBatchGroupUrls", "getDocumentUrls"})
ENDS = frozenset({"completed", "partially_completed", "failed", "finished", "rejected", "cancel_signature"})
BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]+)", re.IGNORECASE)


class Rating(StrEnum):
    """What is known about one habit of a client."""

    PASS = "pass"  # noqa: S105, a grade
    WARN = "warn"
    FAIL = "fail"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Grade:
    """One habit, judged. `evidence` holds ids of journal entries and deliveries, `source` who asks for it."""

    id: str
    habit: str
    rating: Rating
    message: str
    evidence: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Entry:
    """One request of the client with its answer, as the journal has it."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def operation(self) -> str | None:
        return self.raw.get("operation")

    @property
    def path(self) -> str:
        return str(self.raw["request"]["path"])

    @property
    def status(self) -> int:
        return int(self.raw["response"]["status"])

    @cached_property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.raw["at"])

    @cached_property
    def answer(self) -> Any:
        """The JSON of the answer, None when it is none or was cut."""
        try:
            return json.loads(self.raw["response"].get("body") or "null")
        except ValueError:
            return None

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """What makes two requests the same: the boundary of a form, drawn anew, is no part of it."""
        request = self.raw["request"]
        headers = {name.lower(): value for name, value in request.get("headers", ())}
        body = str(request.get("body") or request.get("body_base64") or "")
        if found := BOUNDARY.search(headers.get("content-type", "")):
            body = body.replace(found[1], "boundary")
        return (str(request["method"]), self.path, str(request.get("query") or ""), body)

    @property
    def credentials(self) -> tuple[str, ...]:
        named = {"authorization", "x-api-token"}
        headers = self.raw["request"].get("headers", ())
        return tuple(value for name, value in headers if name.lower() in named)


@dataclass(frozen=True, slots=True)
class Probe:
    """What the client's receiver answered to a webhook without the right x-api-token; 0 when it did not."""

    delivery: str
    token: str
    status: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that grades are made of, the oldest first."""

    entries: Sequence[Entry]
    deliveries: Sequence[Mapping[str, Any]] = ()
    probes: Sequence[Probe] = ()


Judged = tuple[Rating, str, "Iterable[str]"]


def read(
    journal: Mapping[str, Any],
    deliveries: Sequence[Mapping[str, Any]] = (),
    probes: Sequence[Probe] = (),
) -> Seen:
    """The answers of the sandbox as values. Each delivery is one detail, with its attempts."""
    entries = [Entry(raw) for raw in reversed(journal["entries"]) if raw.get("api")]
    return Seen(entries, tuple(reversed(deliveries)), probes)


def grade(seen: Seen) -> list[Grade]:
    """A grade for every habit, whether it was seen or not."""
    return [
        Grade(name, habit, rating, message, tuple(dict.fromkeys(evidence)), source)
        for name, (habit, source, judge) in HABITS.items()
        for rating, message, evidence in [judge(seen)]
    ]


def _nothing(what: str) -> Judged:
    return Rating.NOT_SEEN, what, ()


# -------------------------------------------------------------------- requests


def _honours_refusals(seen: Seen) -> Judged:
    refused = [entry for entry in seen.entries if entry.status == 422]
    if not refused:
        return _nothing("nothing was refused with 422")
    return _repeats(refused, lambda entry: entry.asked, "the same request was sent again after its refusal")


def _handles_401(seen: Seen) -> Judged:
    turned_away = [entry for entry in seen.entries if entry.status == 401]
    if not turned_away:
        return _nothing("every credential was accepted")
    said = "the same request was sent again with the credential that was turned away"
    return _repeats(turned_away, lambda entry: (*entry.asked, *entry.credentials), said)


def _repeats(refused: Sequence[Entry], key: Callable[[Entry], tuple[str, ...]], said: str) -> Judged:
    groups: dict[tuple[str, ...], list[str]] = {}
    for entry in refused:
        groups.setdefault(key(entry), []).append(entry.id)
    again = [name for names in groups.values() if len(names) > 1 for name in names]
    if again:
        return Rating.FAIL, said, again
    return Rating.PASS, f"{len(refused)} refused, none repeated unchanged", [entry.id for entry in refused]


# -------------------------------------------------------------------- polling


def _backs_off(seen: Seen) -> Judged:
    runs = [run for run in _runs(seen.entries) if len(run) > 1]
    if not runs:
        return _nothing("nothing was read twice while it was still going on")
    if all(run[0].at == run[-1].at for run in runs):
        return _nothing("the sandbox's clock stood still, so gaps are not known: serve it with --clock auto")
    hasty = [later.id for run in runs for sooner, later in pairwise(run) if later.at - sooner.at < LEAST_GAP]
    if hasty:
        return Rating.FAIL, f"{len(hasty)} looks came less than a second after the one before", hasty
    steady = [run for run in runs if len(run) > 3 and not _grows(run)]
    if steady:
        return Rating.WARN, "the gap between two looks did not grow", [one.id for one in steady[0]]
    return Rating.PASS, "no look within a second, gaps that grow", [one.id for run in runs for one in run]


def _runs(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Looks at one thing that had not come to its end, each run up to the look that saw the end."""
    going: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.operation not in LOOKS or entry.status != 200:
            continue
        going.setdefault(entry.path, []).append(entry)
        if _statuses(entry.answer) & ENDS:
            yield going.pop(entry.path)
    yield from going.values()


def _statuses(answer: Any) -> set[str]:
    if not isinstance(answer, dict):
        return set()
    inside = answer.get("data")
    one = inside if isinstance(inside, dict) else answer
    found = {one.get("status"), one.get("internal_status"), one.get("signature_status")}
    return {status for status in found if isinstance(status, str)}


def _grows(run: Sequence[Entry]) -> bool:
    gaps = [later.at - sooner.at for sooner, later in pairwise(run)]
    return gaps[-1] >= gaps[0] * 1.2


# -------------------------------------------------------------------- files


def _waits_for_files(seen: Seen) -> Judged:
    asked = [entry for entry in seen.entries if _asks_for_files(entry)]
    if not asked:
        return _nothing("no file was asked for")
    early = [entry.id for entry in asked if 400 <= entry.status < 500 and entry.status != 401]
    if early:
        return Rating.FAIL, "files were asked for that were not there", early
    blind = [entry.id for entry in asked if not _was_told(entry, seen)]
    if blind:
        return Rating.WARN, "files were fetched that no answer and no webhook had spoken of", blind
    return Rating.PASS, "every file was there when it was fetched", [entry.id for entry in asked]


def _asks_for_files(entry: Entry) -> bool:
    is_download = entry.operation is None and entry.raw["request"]["method"] == "GET" and "." in entry.path
    return is_download or entry.operation in ADDRESSES


def _was_told(download: Entry, seen: Seen) -> bool:
    """Whether its address stood in an earlier answer or in a webhook. Calls for addresses need none."""
    if download.operation in ADDRESSES:
        return True
    told = [
        str(entry.raw["response"].get("body") or "") for entry in seen.entries[: seen.entries.index(download)]
    ]
    told += [str(delivery.get("body", "")) for delivery in seen.deliveries]
    written = download.path, download.path.replace("/", "\\/")
    return any(one in text for text in told for one in written)


# -------------------------------------------------------------------- webhooks


def _tolerates(fault: str) -> Callable[[Seen], Judged]:
    def judged(seen: Seen) -> Judged:
        met = [one["delivery"] for one in seen.deliveries if fault in one["delivery"]["faults"]]
        if not met:
            return _nothing(f"no webhook was sent with the fault {fault}: POST /_sandbox/webhook_faults")
        bad = [one["id"] for one in met if one["state"] == "failed"]
        if bad:
            return Rating.FAIL, f"webhooks with the fault {fault} were not accepted", bad
        good = [one["id"] for one in met if one["state"] == "delivered"]
        if not good:
            return _nothing(f"webhooks with the fault {fault} have not arrived yet")
        return Rating.PASS, f"{len(good)} webhooks with the fault {fault} were accepted", good

    return judged


def _answers_in_time(seen: Seen) -> Judged:
    tried = [(one["delivery"]["id"], attempt) for one in seen.deliveries for attempt in one["attempts"]]
    answered = [(name, attempt) for name, attempt in tried if attempt["status"] is not None]
    if not answered:
        return _nothing("no webhook was answered")
    late = [name for name, attempt in answered if attempt["latency_ms"] >= PATIENCE_MS]
    if late:
        return Rating.FAIL, "webhooks were answered after more than 10 seconds", late
    return (
        Rating.PASS,
        f"{len(answered)} attempts answered within 10 seconds",
        [name for name, _ in answered],
    )


def _verifies_origin(seen: Seen) -> Judged:
    if not seen.probes:
        return _nothing("no webhook with a wrong x-api-token was sent: --probe sends one")
    names = [probe.delivery for probe in seen.probes]
    taken = [
        f"{probe.token} x-api-token: {probe.status}" for probe in seen.probes if probe.status // 100 == 2
    ]
    if taken:
        return Rating.FAIL, f"a webhook that is not from the vendor was accepted ({', '.join(taken)})", names
    if all(probe.status in {400, 401, 403, 404} for probe in seen.probes):
        return Rating.PASS, "webhooks with a wrong or missing x-api-token were turned away", names
    shown = ", ".join(f"{probe.token}: {probe.status or 'no answer'}" for probe in seen.probes)
    return Rating.WARN, f"neither accepted nor turned away ({shown})", names


ADVICE = "good practice; no page asks for it"
PLATFORM = "docs: QI Tech's page on configuring webhooks"
STATES = "docs: CertifiQI's pages on states and on ZIP files"
STORED = (
    "inferred: the page on reading webhooks stores a header x-api-token; that it is sent is Sealbox's reading"
)
HABITS: Mapping[str, tuple[str, str, Callable[[Seen], Judged]]] = {
    "credentials": ("handles 401", ADVICE, _handles_401),
    "refusals": ("honours 422: changes a request that was refused", ADVICE, _honours_refusals),
    "polling": ("backs off when polling", ADVICE, _backs_off),
    "files": ("waits until files are there", STATES, _waits_for_files),
    "duplicates": ("tolerates a webhook that comes twice", ADVICE, _tolerates("duplicate")),
    "unknown_fields": ("tolerates fields it does not know", PLATFORM, _tolerates("extra_fields")),
    "in_time": ("answers webhooks within 10 seconds", PLATFORM, _answers_in_time),
    "origin": ("verifies who sends a webhook", STORED, _verifies_origin),
}


def hosts(deliveries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Where the client's receivers are."""
    return {urlsplit(one["delivery"]["url"]).hostname or "" for one in deliveries}
