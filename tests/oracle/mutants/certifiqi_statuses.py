"""Defects of CertifiQI's statuses and of the words for states."""

from __future__ import annotations

from tests.oracle.mutants.layers import (
    Mutant,
    answers,
    same,
    setting,
)
from tests.oracle.mutants.places import BILLS, CANCEL, DOCUMENT, EVENT, EVENTS, SEND, UPLOAD, WEBHOOK, ZIP

DOCUMENTED = "c0394fb2-34f6-4d70-be70-776022fe15b8"

STATUSES = (
    answers(
        "status",
        "the documented event is gone",
        "CERTIFIQI-EVENT-01 CERTIFIQI-EVENT-02",
        same,
        path=f"{EVENTS}/{DOCUMENTED}",
        status=404,
    ),
    answers(
        "body",
        "a server error that tells more",
        "CERTIFIQI-ERROR-06",
        lambda body: {**body, "trace": "x"},
        path="/certifiqi/.*",
        method=".*",
        statuses=(500,),
    ),
    answers("status", "created with 201", "CERTIFIQI-CREATE-01", same, path=EVENTS, status=201),
    answers(
        "status",
        "uploaded with 201",
        "CERTIFIQI-UPLOAD-01 CERTIFIQI-UPLOAD-06",
        same,
        path=UPLOAD,
        status=201,
    ),
    answers(
        "status",
        "a malformed list with 500",
        "CERTIFIQI-ERROR-01",
        same,
        path=EVENTS,
        statuses=(400,),
        status=500,
    ),
    answers(
        "status",
        "a malformed list with 422",
        "CERTIFIQI-ERROR-01",
        same,
        path=EVENTS,
        statuses=(400,),
        status=422,
    ),
    answers(
        "status", "bad JSON with 401", "CERTIFIQI-ERROR-03", same, path=EVENTS, statuses=(406,), status=401
    ),
    answers(
        "status",
        "an unknown event with 400",
        "CERTIFIQI-ERROR-04",
        same,
        path=EVENT,
        statuses=(404,),
        status=400,
    ),
    answers(
        "status",
        "an unknown document with 200",
        "CERTIFIQI-ERROR-09",
        same,
        path=DOCUMENT,
        statuses=(404,),
        status=200,
    ),
    answers(
        "status", "an unknown ZIP with 400", "CERTIFIQI-ERROR-09", same, path=ZIP, statuses=(404,), status=400
    ),
    answers(
        "status",
        "an unknown method with 404",
        "CERTIFIQI-ERROR-05",
        same,
        path=EVENT,
        method="PUT|PATCH",
        statuses=(405,),
        status=404,
    ),
    answers(
        "status",
        "no key with 403",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        same,
        path=EVENT,
        statuses=(401,),
        status=403,
    ),
    answers(
        "status",
        "no key for webhooks with 404",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        same,
        path=WEBHOOK,
        statuses=(401,),
        status=404,
    ),
    answers(
        "status",
        "no key for uploads with 400",
        "CERTIFIQI-AUTH-02 CERTIFIQI-AUTH-03",
        same,
        path=BILLS,
        statuses=(401,),
        status=400,
    ),
    answers("status", "sent with 204", "CERTIFIQI-SEND-01", same, path=SEND, method="PUT", status=204),
    answers(
        "status",
        "cancelling is accepted",
        "CERTIFIQI-CANCEL-01 CERTIFIQI-CANCEL-08",
        same,
        path=CANCEL,
        method="PUT",
        status=202,
    ),
    answers(
        "status",
        "nothing is ever refused to be cancelled",
        "CERTIFIQI-CANCEL-07",
        lambda _: {"batch_group_key": "x"},
        path=CANCEL,
        method="PUT",
        statuses=(400,),
        status=200,
    ),
    answers(
        "status",
        "a large file with 413",
        "CERTIFIQI-UPLOAD-11",
        same,
        path=UPLOAD,
        statuses=(400,),
        status=413,
    ),
)
ENUMS = (
    answers(
        "enum",
        "cancelled for cancel_signature",
        "CERTIFIQI-STATE-03 CERTIFIQI-STATE-12",
        setting("signature_status", lambda old: "cancelled" if old == "cancel_signature" else old),
        path=EVENT,
    ),
    answers(
        "enum",
        "zipping for waiting_zip_file",
        "CERTIFIQI-STATE-04",
        setting("internal_status", lambda old: "zipping" if old == "waiting_zip_file" else old),
        path=EVENT,
    ),
    answers(
        "enum",
        "refused for rejected",
        "CERTIFIQI-STATE-03 CERTIFIQI-STATE-11",
        setting("signature_status", lambda old: "refused" if old == "rejected" else old),
        path=EVENT,
    ),
    answers(
        "enum",
        "finished from the start",
        "CERTIFIQI-STATE-01 CERTIFIQI-STATE-09",
        setting("internal_status", "finished"),
        path=EVENT,
    ),
    answers(
        "enum",
        "flags in words",
        "CERTIFIQI-EVENT-06 CERTIFIQI/getBatchGroup",
        setting("send_emails", "no"),
        path=EVENT,
    ),
)
MUTANTS: tuple[Mutant, ...] = (*STATUSES, *ENUMS)
