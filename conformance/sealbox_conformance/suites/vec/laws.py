"""What holds for every reply of VEC, whatever a check was after."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealbox_conformance.exchange import Reply

NOT_ENDED = frozenset({"pending", "processing", "waiting_for_approval"})
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SIX_DIGITS = re.compile(r".*\.\d{6}Z")


def laws(reply: Reply) -> Iterator[Finding]:
    if 200 <= reply.status < 300:
        yield from LAWS[reply.operation](reply)
    elif reply.operation == "createBatch":
        yield from REFUSALS.get(reply.status, _nothing)(reply.json())


def batch(one: Mapping[str, Any]) -> Iterator[Finding]:
    """A batch as it stands anywhere, its status alone included."""
    total, done, failed = (one[f"{kind}_certificates"] for kind in ("total", "processed", "failed"))
    status, numbers = one["status"], f"{one['status']}: {done} processed, {failed} failed of {total}"
    yield Finding("VEC-BATCH-10", done + failed <= total, "no more than the total", numbers)
    if status == "pending":
        yield Finding("VEC-LIFECYCLE-01", done == failed == 0, "nothing processed, nothing failed", numbers)
    if status == "completed":
        yield Finding("VEC-LIFECYCLE-02", done == total and not failed, "all processed", numbers)
    if status == "partially_completed":
        # A target may also use this word when none was processed, so only the failures are asked for.
        yield Finding("VEC-LIFECYCLE-03", done + failed == total and failed > 0, "all others failed", numbers)
    progress = one["progress"]
    whole = status != "completed" or progress == 100
    yield Finding(
        "VEC-LIFECYCLE-05", 0 <= progress <= 100 and whole, "0 to 100, completed 100", (status, progress)
    )


def dated(one: Mapping[str, Any]) -> Iterator[Finding]:
    """What a batch has beside its status."""
    done_at, status = one["completion_date"], one["status"]
    if status == "completed":
        yield Finding("VEC-LIFECYCLE-07", done_at is not None, "a completion date", done_at)
    if status in NOT_ENDED:
        yield Finding("VEC-LIFECYCLE-08", done_at is None, f"null, for it is {status}", done_at)
    times = [one[key] for key in ("created_at", "updated_at", "completion_date") if one[key] is not None]
    yield Finding("VEC-BATCH-13", all(map(UTC_TIME.fullmatch, times)), "UTC with a Z", times)
    yield Finding("VEC-BATCH-14", all(map(SIX_DIGITS.fullmatch, times)), "six digits of a fraction", times)
    created, updated = moment(one["created_at"]), moment(one["updated_at"])
    yield Finding("VEC-BATCH-15", updated >= created, "updated_at not before created_at", times)


def full_batch(one: Mapping[str, Any]) -> Iterator[Finding]:
    yield from batch(one)
    yield from dated(one)
    yield from template(one["template"])
    if one["status"] == "waiting_for_approval":
        signed = one["requires_signatures"]
        yield Finding("VEC-LIFECYCLE-04", signed, "requires_signatures is true", signed)


def template(one: Mapping[str, Any]) -> Iterator[Finding]:
    has, defaults, setup = (
        one[key] for key in ("has_signatures", "has_default_signatories", "requires_signature_setup")
    )
    flags = f"has_signatures {has}, has_default_signatories {defaults}, requires_signature_setup {setup}"
    fields = one["signatory_fields"]
    yield Finding("VEC-TEMPLATE-01", setup == (has and not defaults), "flags that agree", flags)
    yield Finding(
        "VEC-TEMPLATE-02", has == bool(fields), "has_signatures when there are fields", (has, fields)
    )
    shown = one.get("default_signatories")
    if not defaults:
        yield Finding("VEC-TEMPLATE-03", not shown, "no list of default signatories", shown)
    address = one["screenshot"]
    yield Finding("VEC-FILE-07", bool(re.match(r"https?://[^\s/]+", address)), "a web address", address)


def certificate(one: Mapping[str, Any]) -> Iterator[Finding]:
    issued = one["issue_date"]
    yield Finding(
        "VEC-CERTIFICATE-09", bool(re.search(r"T00:00:00(\.0+)?Z$", issued)), "midnight in UTC", issued
    )
    made = {key: one[key] for key in ("generated_at", "created_at", "updated_at") if one[key] is not None}
    yield Finding("VEC-BATCH-13", all(map(UTC_TIME.fullmatch, made.values())), "UTC with a Z", made)
    if one["status"] == "generated":
        email = one["email"]
        address = bool(re.fullmatch(r"[^@\s]+@[^@\s]+", email))
        yield Finding("VEC-CERTIFICATE-10", address, "an e-mail address", email)


def listed(reply: Reply, item: Callable[[Mapping[str, Any]], Iterator[Finding]]) -> Iterator[Finding]:
    """A page of a list, and its items."""
    body = reply.json()
    items, links, meta = body["data"], body["links"], body["meta"]
    page, size, total, last = (meta[key] for key in ("current_page", "per_page", "total", "last_page"))
    asked = reply.query.get("per_page", "")
    size_is_kept = not _within(asked, 1, 100) or size == int(asked)
    shown = f"{len(items)} items on page {page} of {last}, per_page {size}, total {total}"
    yield Finding("VEC-LIST-02", len(items) <= size and size_is_kept, f"at most per_page {asked}", shown)
    # What a page leaves out here stands on no other one: the next one begins behind it.
    there = max(0, min(size, total - (page - 1) * size))
    yield Finding("VEC-LIST-05", len(items) >= there, f"{there} items on this page", shown)
    if page == 1:
        yield Finding("VEC-LIST-03", links["prev"] is None, "prev null on the first page", links)
    if items:
        # What stands on an empty page is stated nowhere.
        if page == last:
            yield Finding("VEC-LIST-03", links["next"] is None, "next null on the last page", links)
        first = (page - 1) * size + 1
        numbers = (meta["from"], meta["to"], last)
        wanted = (first, first + len(items) - 1, -(-total // size))
        yield Finding("VEC-LIST-04", numbers == wanted, f"from, to, last_page {wanted}", numbers)
        yield from _led(reply, page, last, links)
    for one in items:
        yield from item(one)


def _led(reply: Reply, page: int, last: int, links: Mapping[str, Any]) -> Iterator[Finding]:
    """Where the addresses beside a page lead. What stands beside an empty page is stated nowhere."""
    asked = reply.query.get("page", "1")
    if _within(asked, 1, 99999):
        yield Finding("VEC-LIST-14", page == int(asked), f"current_page {asked}", page)
    places = {"first": 1, "last": last, "prev": page - 1, "next": page + 1}
    wanted = {name: str(number) for name, number in places.items() if 1 <= number <= last}
    led = {
        name: parse_qs(urlsplit(links[name]).query).get("page", ["1"])[-1] for name in places if links[name]
    }
    yield Finding("VEC-LIST-14", led == wanted, f"addresses of the pages {wanted}", links)


def _batch_item(one: Mapping[str, Any]) -> Iterator[Finding]:
    yield from batch(one)
    yield from dated(one)


def _nothing(_one: Any) -> Iterator[Finding]:
    yield from ()


def refused(body: Mapping[str, Any]) -> Iterator[Finding]:
    errors = body["errors"]
    sound = bool(errors) and all(
        texts and all(isinstance(one, str) for one in texts) for texts in errors.values()
    )
    yield Finding("VEC-ERROR-01", sound, "a list of texts under each field", errors)
    messages = [text for texts in errors.values() for text in texts]
    said = body["message"]
    begun = [text for text in messages if said.startswith(text)]
    endings = [said.removeprefix(text) for text in begun]
    pattern = r" \(and \d+ more errors?\)" if len(messages) > 1 else ""
    fits = any(re.fullmatch(pattern, ending) for ending in endings)
    yield Finding("VEC-ERROR-02", fits, "one of the messages, then (and N more errors)", said)


def forbidden(body: Mapping[str, Any]) -> Iterator[Finding]:
    name = body.get("required_permission")
    named = isinstance(name, str) and bool(name)
    yield Finding("VEC-AUTH-06", named, "the missing permission", body)


def moment(text: str) -> datetime:
    """A documented time, of whatever precision."""
    return datetime.fromisoformat(text)


def is_day(text: str, day: datetime) -> bool:
    """Whether `text` is midnight of `day` in any time zone that there is."""
    return abs(moment(text) - day) <= timedelta(hours=14)


def _within(text: str, least: int, most: int) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 6 and least <= int(text) <= most


REFUSALS: Mapping[int, Callable[[Any], Iterator[Finding]]] = {403: forbidden, 422: refused}
LAWS: Mapping[str, Callable[[Reply], Iterator[Finding]]] = {
    "createBatch": lambda reply: full_batch(reply.json()["data"]),
    "getBatch": lambda reply: full_batch(reply.json()["data"]),
    "getBatchStatus": lambda reply: batch(reply.json()),
    "listBatches": lambda reply: listed(reply, _batch_item),
    "listCertificateTemplates": lambda reply: listed(reply, template),
    "getCertificateTemplate": lambda reply: template(reply.json()["data"]),
    "listCertificates": lambda reply: listed(reply, certificate),
    "getCertificate": lambda reply: certificate(reply.json()["data"]),
    "listUsers": lambda reply: listed(reply, _nothing),
    "getUser": lambda _reply: _nothing(None),
}
