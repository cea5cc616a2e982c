"""Defects of what VEC answers."""

from __future__ import annotations

from typing import Any

from tests.oracle.mutants.layers import (
    Mutant,
    answers,
    each,
    everywhere,
    setting,
    without,
)
from tests.oracle.mutants.places import BATCH, BATCHES, CERTIFICATES, ONE, STATUS, TEMPLATES, USERS


def _refused_without_field(body: Any) -> Any:
    body["errors"] = {"error": [text for texts in body["errors"].values() for text in texts]}
    return body


def _first_only(body: Any) -> Any:
    field = next(iter(body["errors"]))
    body["errors"] = {field: body["errors"][field]}
    body["message"] = body["errors"][field][0]
    return body


BODIES = (
    answers(
        "body",
        "one id for all batches",
        "VEC-BATCH-07",
        each("progress", lambda one: one.update(id="9e7860e3-7c0a-401f-98f6-b98e316934f4")),
        path=BATCH,
        method="POST",
    ),
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

MUTANTS: tuple[Mutant, ...] = (*BODIES,)
