"""Defects of VEC's answers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.mutants import (
    Mixed,
    Mutant,
    Repeated,
    Where,
    answers,
    asked,
    each,
    everywhere,
    same,
    setting,
    without,
)

BATCH = r"/vec/business/batches"
ONE = BATCH + r"/[^/]+"
STATUS = ONE + r"/status"
BATCHES = BATCH + r"(/[^/]+)?"
TEMPLATES = r"/vec/business/certificate-templates"
CERTIFICATES = r"/vec/business/certificates"
USERS = r"/vec/business/user-management/users"
LISTS = rf"{BATCH}|{TEMPLATES}|{CERTIFICATES}|{USERS}"


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


def _first(body: Any) -> Any:
    body["data"] = body["data"][:1]
    return body


def _twice(body: Any) -> Any:
    body["data"] = [*body["data"][:-1], body["data"][0]] if len(body["data"]) > 1 else body["data"]
    return body


def _fewer(body: Any) -> Any:
    body["data"] = body["data"][:-1]
    return body


def _latin(body: bytes) -> bytes:
    """UTF-8 read as Latin-1 and written again."""
    text = json.loads(body)
    spoilt = json.dumps(text, ensure_ascii=False).encode().decode("latin-1")
    return spoilt.encode()


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


def _refused_without_field(body: Any) -> Any:
    body["errors"] = {"error": [text for texts in body["errors"].values() for text in texts]}
    return body


def _first_only(body: Any) -> Any:
    field = next(iter(body["errors"]))
    body["errors"] = {field: body["errors"][field]}
    body["message"] = body["errors"][field][0]
    return body


STATUSES = (
    answers("status", "users forbidden", "VEC-AUTH-01", lambda _: {"message": "no"}, path=USERS, status=403),
    answers("status", "created with 200", "VEC-BATCH-01", same, path=BATCH, method="POST", status=200),
    answers(
        "status",
        "no batch with 400",
        "VEC-CSV-01 VEC-CSV-02 VEC-BATCH-02",
        same,
        path=BATCH,
        method="POST",
        statuses=(422,),
        status=400,
    ),
    answers(
        "status",
        "a bad token on reads with 403",
        "VEC-AUTH-03",
        same,
        path=LISTS,
        method="GET",
        statuses=(401,),
        status=403,
    ),
    answers(
        "status", "an unknown batch with 200", "VEC-ERROR-08", same, path=STATUS, statuses=(404,), status=200
    ),
    answers(
        "status", "an unknown batch with 410", "VEC-ERROR-08", same, path=STATUS, statuses=(404,), status=410
    ),
    answers(
        "status",
        "an unknown template with 422",
        "VEC-ERROR-09",
        same,
        path=TEMPLATES + "/.*",
        statuses=(404,),
        status=422,
    ),
    answers(
        "status",
        "an unknown user with 200",
        "VEC-ERROR-10",
        same,
        path=USERS + "/.*",
        statuses=(404,),
        status=200,
    ),
    answers(
        "status",
        "a missing permission with 401",
        "VEC-AUTH-05 VEC-AUTH-08",
        same,
        statuses=(403,),
        status=401,
        path="/vec/.*",
    ),
    answers(
        "status",
        "bad bounds are a server error",
        "VEC/listUsers VEC/listBatches",
        same,
        path=LISTS,
        statuses=(422,),
        status=500,
    ),
    answers(
        "status",
        "a page past the end with 404",
        "VEC-LIST-08",
        lambda _: {"message": "none"},
        path=USERS,
        query=r".*page=100000.*",
        status=404,
    ),
)

BODIES = (
    answers(
        "body",
        "another text for a bad token",
        "VEC-AUTH-02",
        setting("message", "Unauthenticated."),
        path=BATCH,
        method="POST",
        statuses=(401,),
    ),
    answers(
        "body",
        "another text for a missing permission",
        "VEC-AUTH-05",
        setting("message", "No."),
        path=BATCH,
        statuses=(403,),
    ),
    answers(
        "body",
        "an unnamed permission",
        "VEC-AUTH-06",
        setting("required_permission", ""),
        path=BATCH,
        statuses=(403,),
    ),
    answers(
        "body",
        "a bare 403 for templates",
        "VEC-AUTH-08",
        lambda body: {"message": body["message"]},
        path=TEMPLATES + r"/.*",
        statuses=(403,),
    ),
    answers(
        "body",
        "another permission",
        "VEC-AUTH-09",
        setting("required_permission", "everything"),
        path=USERS,
        statuses=(403,),
    ),
    answers(
        "body",
        "another text for a missing name",
        "VEC-BATCH-02",
        everywhere("The name field", "A name"),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "another text for an unknown template",
        "VEC-BATCH-04",
        everywhere("template id is invalid", "template is unknown"),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "another text for a missing file",
        "VEC-BATCH-06",
        everywhere("csv file field is req", "file is req"),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "another name when created",
        "VEC-BATCH-03",
        each("progress", lambda one: one.update(name="A batch")),
        path=BATCH,
        method="POST",
    ),
    answers(
        "body",
        "another name when read",
        "VEC-BATCH-20 VEC-BATCH-03",
        each("progress", lambda one: one.update(name=one["name"].upper())),
        path=ONE,
    ),
    answers(
        "body",
        "another template inside",
        "VEC-BATCH-09",
        each("progress", lambda one: one["template"].update(id=one["id"])),
        path=BATCH,
        method="POST",
    ),
    answers(
        "body",
        "another template_id",
        "VEC-BATCH-08",
        each("progress", lambda one: one.update(template_id=one["id"])),
        path=BATCHES,
    ),
    answers("body", "a wrapped status", "VEC-BATCH-21", lambda body: {"data": body}, path=STATUS),
    answers("body", "an unwrapped batch", "VEC/getBatch", lambda body: body["data"], path=ONE),
    answers(
        "body",
        "errors without fields",
        "VEC-ERROR-01 VEC-BATCH-02",
        _refused_without_field,
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "no errors at all",
        "VEC-ERROR-01",
        each("errors", lambda one: one.update(errors={})),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "errors as plain texts",
        "VEC-ERROR-01 VEC/createBatch",
        each(
            "errors", lambda one: one.update(errors={key: texts[0] for key, texts in one["errors"].items()})
        ),
        path=BATCH,
        statuses=(422,),
    ),
    answers("body", "only the first error", "VEC-ERROR-05", _first_only, path=BATCH, statuses=(422,)),
    answers(
        "body",
        "a message that sums up nothing",
        "VEC-ERROR-02",
        setting("message", "Invalid."),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "a count that is one too high",
        "VEC-ERROR-03",
        everywhere(r"and 2 more errors", "and 3 more errors"),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "brackets in the names of fields",
        "VEC-ERROR-04",
        everywhere(r"signatories\.(\d)", r"signatories[\1]"),
        path=BATCH,
        statuses=(422,),
    ),
    answers(
        "body",
        "another code for not found",
        "VEC-ERROR-08",
        setting("error", "not_found"),
        path=BATCH + r"/.*",
        statuses=(404,),
    ),
    answers(
        "body",
        "not found without the id",
        "VEC-ERROR-08",
        setting("message", "Not found."),
        path=STATUS,
        statuses=(404,),
    ),
    answers(
        "body",
        "a server error in other words",
        "VEC-ERROR-06",
        setting("message", "Traceback"),
        path=BATCH,
        statuses=(500,),
    ),
    answers(
        "body",
        "a server error without its code",
        "VEC-ERROR-07",
        without("error_code"),
        path=BATCH,
        statuses=(500,),
    ),
    answers(
        "body", "setup never required", "VEC-TEMPLATE-01", setting("requires_signature_setup", value=False)
    ),
    answers(
        "body", "no signatory fields", "VEC-TEMPLATE-02", setting("signatory_fields", []), path=TEMPLATES
    ),
    answers(
        "body",
        "defaults for everybody",
        "VEC-TEMPLATE-03",
        each("signatory_fields", lambda one: one.setdefault("default_signatories", [{}])),
        path=TEMPLATES,
    ),
    answers(
        "body",
        "canvas for everybody",
        "VEC-TEMPLATE-07",
        each("signatory_fields", lambda one: one.update(fabric_json={})),
        path=TEMPLATES + r"/.*",
    ),
    answers(
        "body",
        "another template alone",
        "VEC-TEMPLATE-10",
        each("signatory_fields", lambda one: one.update(name="?")),
        path=TEMPLATES + r"/.*",
    ),
    answers(
        "body",
        "another certificate alone",
        "VEC-CERTIFICATE-08",
        setting("reference_id", "another"),
        path=CERTIFICATES + r"/.*",
    ),
    answers(
        "body", "another user alone", "VEC-USER-04", setting("email", "a@example.com"), path=USERS + r"/.*"
    ),
    answers(
        "body", "a user in data", "VEC-USER-01", lambda body: {"data": body["user"]}, path=USERS + r"/.*"
    ),
    answers(
        "body",
        "everybody is verified",
        "VEC-USER-05",
        setting("email_verification_status", "unverified"),
        path=USERS,
    ),
    answers(
        "body",
        "a screenshot that is no address",
        "VEC-FILE-07",
        setting("screenshot", "template.png"),
        path=TEMPLATES,
    ),
    answers(
        "body",
        "templates of two institutions",
        "VEC-TEMPLATE-06",
        lambda body: [body["data"][0].update(institution_id=99), body][1],
        path=TEMPLATES,
    ),
    answers(
        "body",
        "no e-mail addresses",
        "VEC-CERTIFICATE-10 VEC-CSV-08",
        setting("email", "nobody"),
        path=CERTIFICATES,
    ),
    answers(
        "body",
        "somebody else's certificates",
        "VEC-CSV-08",
        setting("email", "nobody@example.com"),
        path=CERTIFICATES,
    ),
    answers(
        "body",
        "names in capitals",
        "VEC-CSV-08",
        each("reference_id", lambda one: one.update(name=one["name"].upper())),
        path=CERTIFICATES,
    ),
    answers(
        "body",
        "certificates of another batch",
        "VEC-CERTIFICATE-01",
        setting("batch_id", "5ea1b0c0-0000-4000-8000-000000000000"),
        path=CERTIFICATES,
    ),
    answers(
        "body",
        "requires no signatures",
        "VEC-BATCH-16 VEC-LIFECYCLE-04",
        setting("requires_signatures", value=False),
        path=BATCHES,
    ),
    answers(
        "body",
        "requires my signature",
        "VEC-BATCH-17",
        setting("requires_my_signature", value=True),
        path=BATCHES,
        method="POST",
    ),
    answers(
        "body",
        "templates in the list of batches",
        "VEC-BATCH-23",
        each("progress", lambda one: one.update(template={})),
        path=BATCH,
        method="GET",
    ),
    answers(
        "body",
        "files that are not there yet",
        "VEC-CERTIFICATE-07",
        setting("pdf_path", "https://example.com/a.pdf"),
        path=CERTIFICATES,
    ),
    answers(
        "body",
        "one reference for all",
        "VEC-CERTIFICATE-11 VEC-CERTIFICATE-04",
        setting("reference_id", "VEC-IC-2025"),
        path=CERTIFICATES + ".*",
    ),
)

HEADERS = (
    answers(
        "header",
        "answers as HTML",
        "VEC/getBatch VEC/listBatches",
        headers={"content-type": "text/html"},
        path=BATCHES,
        method="GET",
    ),
    answers(
        "header",
        "refusals as text",
        "VEC/createBatch",
        headers={"content-type": "text/plain"},
        path=BATCH,
        method="POST",
        statuses=(422,),
    ),
    answers("header", "users without a type", "VEC/listUsers", headers={"content-type": ""}, path=USERS),
    asked(
        "header",
        "a token of any scheme",
        "VEC-AUTH-02 VEC-AUTH-03",
        lambda scope: {
            **scope,
            "headers": [
                (
                    name,
                    b"Bearer sealbox_vec_demo"
                    if name == b"authorization"
                    and value.lower().startswith(b"bearer sealbox_vec_demo"[:-1])
                    and b"_demo_" not in value
                    else value,
                )
                for name, value in scope["headers"]
            ],
        },
    ),
)

ENUMS = (
    answers("enum", "done for completed", "VEC/getBatch", setting("status", "done"), path=ONE),
    answers(
        "enum",
        "statuses in capitals",
        "VEC/listBatches",
        setting("status", str.upper),
        path=BATCH,
        method="GET",
    ),
    answers(
        "enum",
        "a certificate is issued",
        "VEC/listCertificates",
        setting("status", "issued"),
        path=CERTIFICATES,
    ),
    answers(
        "enum",
        "status with a blank",
        "VEC/getBatchStatus",
        setting("status", lambda old: f"{old} "),
        path=STATUS,
    ),
    answers(
        "enum",
        "an institution is open",
        "VEC/getCertificateTemplate",
        each("logo", lambda one: one.update(status="open")),
        path=TEMPLATES + "/.*",
    ),
)

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

ENCODINGS = (
    answers("encoding", "names read as Latin-1", "VEC-BATCH-03", raw=_latin, path=BATCHES),
    answers("encoding", "certificates read as Latin-1", "VEC-CSV-23", raw=_latin, path=CERTIFICATES),
    answers(
        "encoding", "accents are gone", "VEC-BATCH-03", everywhere(r"\\u00[c-f][0-9a-f]", "?"), path=BATCHES
    ),
    answers(
        "encoding",
        "names cut after ten letters",
        "VEC-BATCH-03",
        each("progress", lambda one: one.update(name=one["name"][:10]) if "name" in one else None),
        path=BATCHES,
    ),
    answers(
        "encoding",
        "names as HTML",
        "VEC-BATCH-03",
        each(
            "progress",
            lambda one: (
                one.update(name=one["name"].replace("&", "&amp;").replace("'", "&#039;"))
                if "name" in one
                else None
            ),
        ),
        path=BATCHES,
    ),
    answers("encoding", "a body that ends early", "VEC/getBatch", raw=lambda body: body[:-1], path=ONE),
)

OTHERS = (
    Mutant(
        "concurrency",
        "two batches at once get one answer",
        ("VEC-BATCH-03", "VEC-BATCH-07"),
        layer=lambda app: Mixed(app, Where(path=BATCH, method="POST")),
    ),
    Mutant(
        "concurrency",
        "a batch is read as it was first",
        ("VEC-BATCH-22", "VEC-BATCH-15", "VEC-LIFECYCLE-14"),
        layer=lambda app: Repeated(app, Where(path=ONE, method="GET")),
    ),
    Mutant(
        "concurrency",
        "a list is read as it was first",
        ("VEC-TENANT-01",),
        layer=lambda app: Repeated(app, Where(path=BATCH, method="GET")),
    ),
    answers(
        "order",
        "batches from old to new",
        "VEC-LIST-10",
        lambda body: {**body, "data": body["data"][::-1]},
        path=BATCH,
        method="GET",
    ),
    answers(
        "order",
        "certificates in any order",
        "VEC-CERTIFICATE-05",
        lambda body: {**body, "data": sorted(body["data"], key=lambda one: one["id"])},
        path=CERTIFICATES,
    ),
    answers(
        "order",
        "one certificate of a search",
        "VEC-CERTIFICATE-02 VEC-CERTIFICATE-03 VEC-LIST-04",
        _first,
        path=CERTIFICATES,
    ),
)

VEC_ANSWERS: tuple[Mutant, ...] = (
    *STATUSES,
    *BODIES,
    *HEADERS,
    *ENUMS,
    *NULLS,
    *COUNTERS,
    *PAGES,
    *TIMES,
    *ENCODINGS,
    *OTHERS,
)
