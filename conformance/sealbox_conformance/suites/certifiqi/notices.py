"""What uploads, addresses and the webhook object of CertifiQI have to hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sealbox_conformance.suites.certifiqi.shapes import (
    ABSENT,
    LIST,
    MISSING,
    NULL,
    NUMBER,
    SHAPES,
    TEXT,
    THERE,
    UUIDS,
    WHOLE,
    parts_of,
)
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
UPLOADED = (
    ("document_key", TEXT),
    ("name", TEXT),
    ("url", TEXT),
    ("file_size", NUMBER),
    ("control_number", TEXT | NULL),
)
PAYLOAD = frozenset({"control_number"}).union(
    *(fields.split() for _, part, fields, kind in SHAPES if part == "event" and not kind.has(MISSING)),
    *(fields.split() for _, part, fields, kind in SHAPES if part == "event" and kind is THERE),
    {"created_at"},
)


def uploaded(answer: Any) -> Iterator[Finding]:
    """What a PDF upload answers: a list of one object, or in the older manual the object by itself."""
    objects = answer if isinstance(answer, list) else [answer]
    yield Finding("CERTIFIQI-UPLOAD-02", len(objects) == 1, "a list of one object", answer)
    for one in objects:
        wanted = {"control_number", "document_key", "file_size", "name", "url"}
        yield Finding("CERTIFIQI-UPLOAD-03", wanted <= one.keys(), f"the keys {sorted(wanted)}", one)
        for field, kind in UPLOADED:
            value = one.get(field, MISSING)
            yield Finding("CERTIFIQI-UPLOAD-04", kind.has(value), f"{field} is {kind.name}", value)
        key = one.get("document_key")
        yield Finding("CERTIFIQI-UPLOAD-05", UUIDS.has(key), "document_key is a UUID", key)


def addresses(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """What getBatchGroupUrls answers."""
    wanted = {"all_files_url", "expiration_datetime", "batches"}
    yield Finding("CERTIFIQI-URL-01", wanted <= answer.keys(), f"the keys {sorted(wanted)}", answer)
    batches, files = answer["batches"], answer["all_files_url"]
    yield Finding("CERTIFIQI-URL-02", LIST.has(batches), "a list of batches", batches)
    yield Finding("CERTIFIQI-URL-10", TEXT.has(files), "all_files_url is text", files)
    yield from _expires(answer)
    for batch in batches:
        documents = batch.get("documents")
        whole = TEXT.has(batch.get("document_batch_key")) and LIST.has(documents)
        yield Finding("CERTIFIQI-URL-03", whole, "document_batch_key and documents", batch)
        for document in documents:
            keys = {"document_key", "original_file_url", "signed_file_url", "file_url"}
            yield Finding("CERTIFIQI-URL-03", keys <= document.keys(), f"the keys {sorted(keys)}", document)
            key = document["document_key"]
            yield Finding("CERTIFIQI-URL-05", TEXT.has(key), "document_key is text", key)


def document_addresses(answer: Mapping[str, Any]) -> Iterator[Finding]:
    keys = {"document_key", "original_file_url", "signed_file_url", "file_url", "expiration_datetime"}
    yield Finding("CERTIFIQI-URL-07", keys <= answer.keys(), f"the keys {sorted(keys)}", answer)
    yield from _expires(answer)


def _expires(answer: Mapping[str, Any]) -> Iterator[Finding]:
    at = answer["expiration_datetime"]
    zoned = at is None or (TEXT.has(at) and bool(ZONED.fullmatch(at)))
    yield Finding("CERTIFIQI-URL-08", zoned, "a moment with a T and a zone, or null", at)


def webhook(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """The webhook object of an event, and the payloads in it."""
    wanted = {"created_at", "events", "header_name", "header_value", "notifications"}
    yield Finding("CERTIFIQI-WEBHOOK-12", wanted <= answer.keys(), f"the keys {sorted(wanted)}", answer)
    times = [one["created_at"] for one in (answer, *answer["events"], *answer["notifications"])]
    sound = all(TEXT.has(at) and LOCAL.fullmatch(at) for at in times)
    yield Finding("CERTIFIQI-WEBHOOK-13", sound, "YYYY-MM-DDTHH:MM:SS", times)
    for one in answer["events"]:
        named = {"created_at", "webhook_new_url", "webhook_old_url"} <= one.keys()
        yield Finding("CERTIFIQI-WEBHOOK-14", named, "created_at and both addresses", one)
    for one in answer["notifications"]:
        named = {"created_at", "max_try", "notification_body"} <= one.keys() and WHOLE.has(one["max_try"])
        yield Finding("CERTIFIQI-WEBHOOK-15", named, "created_at, max_try and the payload", one)
        yield from payload(one["notification_body"])


def payload(event: Mapping[str, Any]) -> Iterator[Finding]:
    """What is sent to a client's own address."""
    top = "batch_group_key" in event
    yield Finding("CERTIFIQI-WEBHOOK-03", top, "the event at the top", sorted(event))
    parts = parts_of(event)
    whole = all(parts[kind] for kind in ("batch", "party", "group", "signer"))
    yield Finding("CERTIFIQI-WEBHOOK-02", whole, "batches, parties, groups and signers", sorted(event))
    missing = PAYLOAD - event.keys()
    yield Finding(
        "CERTIFIQI-WEBHOOK-04", not missing, "the keys of the read call, and control_number", missing
    )
    numbers = [one.get("id", MISSING) for one in (*parts["group"], *parts["signer"])]
    integers = all((WHOLE | ABSENT).has(number) for number in numbers)
    yield Finding("CERTIFIQI-WEBHOOK-08", integers, "whole numbers or none", numbers)
