"""Defects of VEC's nulls, counters, pages and times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.oracle.mutants.layers import (
    Mutant,
    answers,
    asked,
    each,
    everywhere,
    setting,
    without,
)
from tests.oracle.mutants.places import BATCH, BATCHES, CERTIFICATES, LISTS, ONE, STATUS, TEMPLATES, USERS


def _more(key: str, by: int) -> Any:
    return setting(key, lambda old: (old or 0) + by)


def _hours(text: str | None, by: int) -> str | None:
    if text is None:
        return None
    return (datetime.fromisoformat(text) + timedelta(hours=by)).isoformat()[:19] + ".000000Z"


def _later(*keys: str, by: int) -> Any:
    def change(body: Any) -> Any:
        for key in keys:
            body = setting(key, lambda old: _hours(old, by))(body)
        return body

    return change


def _twice(body: Any) -> Any:
    body["data"] = [*body["data"][:-1], body["data"][0]] if len(body["data"]) > 1 else body["data"]
    return body


def _fewer(body: Any) -> Any:
    body["data"] = body["data"][:-1]
    return body


def _processed(one: dict[str, Any]) -> None:
    one["processed_certificates"] += one["failed_certificates"]


def _swapped(one: dict[str, Any]) -> None:
    keys = ("processed_certificates", "failed_certificates")
    one[keys[0]], one[keys[1]] = one[keys[1]], one[keys[0]]


def _next_is_this(body: Any) -> Any:
    if body["links"]["next"]:
        page = body["meta"]["current_page"]
        body["links"]["next"] = body["links"]["next"].replace(f"page={page + 1}", f"page={page}")
    return body


def _half_done(one: dict[str, Any]) -> None:
    if one["status"] == "completed":
        one["progress"] = 99


def _ended_early(one: dict[str, Any]) -> None:
    if one["status"] in {"pending", "processing"}:
        one["completion_date"] = one["updated_at"]


NULLS = (
    answers("null", "no completion date", "VEC-LIFECYCLE-07", setting("completion_date", None), path=BATCHES),
    answers(
        "null",
        "a completion date as empty text",
        "VEC/getBatch",
        setting("completion_date", lambda old: old or ""),
        path=ONE,
    ),
    answers("null", "no updated_at", "VEC/getBatch", setting("updated_at", None), path=ONE),
    answers(
        "null",
        "an end that is not there",
        "VEC/listBatches",
        without("completion_date"),
        path=BATCH,
        method="GET",
    ),
    answers("null", "progress null", "VEC/getBatchStatus", setting("progress", None), path=STATUS),
    answers("null", "no counters", "VEC/getBatchStatus", without("failed_certificates"), path=STATUS),
    answers("null", "nobody has a name", "VEC/listUsers", setting("first_name", None), path=USERS),
    answers("null", "an early end", "VEC-LIFECYCLE-08", each("completion_date", _ended_early), path=BATCHES),
)
COUNTERS = (
    answers(
        "counter",
        "one processed too many",
        "VEC-BATCH-10",
        each("progress", lambda one: one.update(processed_certificates=one["total_certificates"] + 1)),
        path=BATCHES,
    ),
    answers(
        "counter",
        "none processed",
        "VEC-BATCH-11 VEC-LIFECYCLE-02",
        each("progress", lambda one: one.update(processed_certificates=0)),
        path=BATCHES,
    ),
    answers(
        "counter",
        "failed counted as processed",
        "VEC-BATCH-11 VEC-BATCH-10",
        each("progress", _processed),
        path=BATCHES,
    ),
    answers(
        "counter",
        "processed and failed swapped",
        "VEC-BATCH-11 VEC-BATCH-12 VEC-LIFECYCLE-02",
        each("progress", _swapped),
        path=rf"{BATCHES}|{STATUS}",
    ),
    answers(
        "counter",
        "none failed",
        "VEC-BATCH-12 VEC-LIFECYCLE-03",
        setting("failed_certificates", 0),
        path=rf"{BATCHES}|{STATUS}",
    ),
    answers(
        "counter",
        "one in total too many",
        "VEC-BATCH-26",
        _more("total_certificates", 1),
        path=rf"{BATCHES}|{STATUS}",
    ),
    answers(
        "counter",
        "another total in the status",
        "VEC-BATCH-22 VEC-BATCH-26",
        setting("total_certificates", 7),
        path=STATUS,
    ),
    answers(
        "counter", "progress above a hundred", "VEC-LIFECYCLE-05", setting("progress", 101), path=BATCHES
    ),
    answers(
        "counter",
        "progress as a fraction",
        "VEC-LIFECYCLE-05",
        setting("progress", lambda old: old / 100),
        path=rf"{BATCHES}|{STATUS}",
    ),
    answers(
        "counter",
        "completed at 99",
        "VEC-LIFECYCLE-05",
        each("status", lambda one: _half_done(one) if "progress" in one else None),
        path=rf"{BATCHES}|{STATUS}",
    ),
    answers(
        "counter",
        "progress stays at 0 until the end",
        "VEC-LIFECYCLE-09",
        setting("progress", lambda old: old if old == 100 else 0),
        path=rf"{BATCHES}|{STATUS}",
    ),
    answers(
        "counter",
        "progress in the list stands still",
        "VEC-BATCH-22 VEC-LIFECYCLE-05",
        setting("progress", 50),
        path=BATCH,
        method="GET",
    ),
    answers(
        "counter",
        "completed from the start",
        "VEC-LIFECYCLE-02",
        each("progress", lambda one: one.update(status="completed")),
        path=BATCHES,
    ),
    answers(
        "counter",
        "pending for ever",
        "VEC-LIFECYCLE-01",
        each("progress", lambda one: one.update(status="pending")),
        path=rf"{BATCHES}|{STATUS}",
    ),
)
PAGES = (
    answers("pagination", "20 to a page", "VEC-LIST-01", setting("per_page", 20), path=USERS),
    answers(
        "pagination",
        "one item more than asked for",
        "VEC-LIST-02",
        lambda body: {**body, "data": [*body["data"], *body["data"][:1] * 100]},
        path=TEMPLATES,
    ),
    answers(
        "pagination",
        "a page before the first",
        "VEC-LIST-03",
        setting("prev", "https://example.com?page=0"),
        path=USERS,
    ),
    answers(
        "pagination",
        "from counts from 0",
        "VEC-LIST-04",
        each("from", lambda one: one.update({"from": (one["from"] or 1) - 1})),
        path=USERS,
    ),
    answers(
        "pagination",
        "to is the size",
        "VEC-LIST-04",
        each("to", lambda one: one.update(to=one["per_page"])),
        path=CERTIFICATES,
    ),
    answers(
        "pagination",
        "one page too many",
        "VEC-LIST-04 VEC-LIST-03",
        _more("last_page", 1),
        path=BATCH,
        method="GET",
    ),
    answers(
        "pagination",
        "total of the page",
        "VEC-LIST-04 VEC-LIST-05",
        lambda body: each("total", lambda one: one.update(total=len(body["data"])))(body),
        path=USERS,
    ),
    answers("pagination", "the last item is missing", "VEC-LIST-04 VEC-LIST-05", _fewer, path=TEMPLATES),
    answers("pagination", "an item twice", "VEC-LIST-05", _twice, path=USERS),
    answers("pagination", "next is this page", "VEC-LIST-14", _next_is_this, path=USERS),
    answers(
        "pagination",
        "last leads to the first",
        "VEC-LIST-14",
        each("last", lambda one: one.update(last=one["first"])),
        path=CERTIFICATES,
    ),
    answers(
        "pagination",
        "always the first page",
        "VEC-LIST-05 VEC-LIST-14",
        setting("current_page", 1),
        path=LISTS,
        method="GET",
    ),
    asked(
        "pagination",
        "page is ignored",
        "VEC-LIST-05 VEC-LIST-14",
        lambda scope: {
            **scope,
            "query_string": scope["query_string"]
            .replace(b"page=2", b"page=1")
            .replace(b"per_page=1&page=1", b"per_page=1&page=1"),
        },
    ),
    asked(
        "pagination",
        "size is ignored",
        "VEC-LIST-02",
        lambda scope: {**scope, "query_string": scope["query_string"].replace(b"per_page", b"size")},
    ),
    answers(
        "pagination",
        "another path",
        "VEC-LIST-06",
        setting("path", "https://example.com/else"),
        path=LISTS,
        method="GET",
    ),
    answers("pagination", "two active pages", "VEC-LIST-07", setting("active", value=True), path=USERS),
)
TIMES = (
    answers(
        "time zone",
        "local time with an offset",
        "VEC-BATCH-13",
        everywhere(r"000000Z", "000000-03:00"),
        path=BATCHES,
    ),
    answers(
        "time zone",
        "local time with a Z",
        "VEC-BATCH-13",
        _later("created_at", "updated_at", "completion_date", by=3),
        path=rf"{BATCHES}",
    ),
    answers(
        "time zone", "only milliseconds", "VEC-BATCH-14", everywhere(r"\.000000Z", ".000Z"), path=BATCHES
    ),
    answers("time zone", "without a Z", "VEC/getBatch VEC-BATCH-13", everywhere(r"\.000000Z", ""), path=ONE),
    answers(
        "time zone", "completed in the future", "VEC-BATCH-13", _later("completion_date", by=24), path=BATCHES
    ),
    answers(
        "time zone",
        "never updated",
        "VEC-BATCH-15",
        each("completion_date", lambda one: one.update(updated_at=one["created_at"])),
        path=BATCHES,
    ),
    answers(
        "time zone",
        "updated before created",
        "VEC-BATCH-15",
        setting("updated_at", "2001-01-01T00:00:00.000000Z"),
        path=BATCHES,
    ),
    answers(
        "time zone",
        "created anew with each read",
        "VEC-BATCH-20",
        setting("created_at", "2001-01-01T00:00:00.000000Z"),
        path=ONE,
    ),
    answers(
        "time zone",
        "an end while it runs",
        "VEC-LIFECYCLE-08",
        setting("completion_date", "2024-01-01T00:00:00.000000Z"),
        path=BATCHES,
    ),
    answers(
        "time zone",
        "completed before it was created",
        "VEC-LIFECYCLE-10",
        setting("completion_date", lambda old: old and "2001-01-01T00:00:00.000000Z"),
        path=BATCHES,
    ),
    answers(
        "time zone", "issued a day before", "VEC-CSV-05", _later("issue_date", by=-24), path=CERTIFICATES
    ),
    answers(
        "time zone",
        "issued at local midnight",
        "VEC-CERTIFICATE-09",
        _later("issue_date", by=3),
        path=CERTIFICATES,
    ),
    answers(
        "time zone",
        "certificates with an offset",
        "VEC-BATCH-13",
        everywhere(r"000000Z", "000000+00:00"),
        path=CERTIFICATES,
    ),
)

MUTANTS: tuple[Mutant, ...] = (*NULLS, *COUNTERS, *PAGES, *TIMES)
