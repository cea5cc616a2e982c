"""Defects of VEC's statuses, headers, words and letters, and of two requests at once."""

from __future__ import annotations

from typing import Any

from tests.oracle.mutants.layers import (
    Mixed,
    Mutant,
    Repeated,
    Torn,
    Where,
    answers,
    asked,
    each,
    everywhere,
    latin,
    same,
    setting,
)
from tests.oracle.mutants.places import BATCH, BATCHES, CERTIFICATES, LISTS, ONE, STATUS, TEMPLATES, USERS


def _first(body: Any) -> Any:
    body["data"] = body["data"][:1]
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
ENCODINGS = (
    answers("encoding", "names read as Latin-1", "VEC-BATCH-03", raw=latin, path=BATCHES),
    answers("encoding", "certificates read as Latin-1", "VEC-CSV-23", raw=latin, path=CERTIFICATES),
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
        "reads at once are torn",
        ("VEC-BATCH-20", "VEC-BATCH-22"),
        layer=lambda app: Torn(app, Where(path=ONE, method="GET"), setting("progress", 1)),
    ),
    Mutant(
        "concurrency",
        "lists at once are one list",
        ("VEC-TENANT-01",),
        layer=lambda app: Mixed(app, Where(path=BATCH, method="GET")),
    ),
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

MUTANTS: tuple[Mutant, ...] = (*STATUSES, *HEADERS, *ENUMS, *ENCODINGS, *OTHERS)
