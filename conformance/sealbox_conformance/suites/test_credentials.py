"""Every operation with every credential that is none: whatever else the request holds, nobody gets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.almost import another, cut_short, in_another_case
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.witness import Finding, NotConcluded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealbox_conformance.exchange import Reply, Wire
    from sealbox_conformance.suites.certifiqi.client import Certifiqi
    from sealbox_conformance.suites.vec.client import Vec

VEC_READS: Mapping[str, Callable[[Vec], str]] = {
    "listBatches": lambda _: "",
    "getBatch": lambda vec: vec.new_batch()["id"],
    "getBatchStatus": lambda vec: vec.new_batch()["id"],
    "listCertificateTemplates": lambda _: "",
    "getCertificateTemplate": lambda vec: vec.template("plain"),
    "listCertificates": lambda _: "",
    "getCertificate": lambda vec: vec.first("listCertificates")["id"],
    "listUsers": lambda _: "",
    "getUser": lambda vec: vec.first("listUsers")["uuid"],
}
WITH_401 = ("listBatches", "getBatch", "getBatchStatus", "listCertificateTemplates", "getCertificateTemplate")
"""Whose pages list a 401; the other pages are cut before it."""
ARGUABLE = "another case"
"""Whether a credential in another case is the same one is stated nowhere, so that this warns at most."""

WRONG: Mapping[str, Callable[[str], Mapping[str, str]]] = {
    "another token": lambda token: {"Authorization": f"Bearer {another(token)}"},
    "a token cut short": lambda token: {"Authorization": f"Bearer {cut_short(token)}"},
    "a longer token": lambda token: {"Authorization": f"Bearer {token}x"},
    ARGUABLE: lambda token: {"Authorization": f"Bearer {in_another_case(token)}"},
    "an empty token": lambda _: {"Authorization": "Bearer"},
}


def _refused(wire: Wire, reply: Reply, requirement: str, form: str) -> Reply:
    """The reply to a credential that is none. Raises NotConcluded when it is one after all."""
    if form != ARGUABLE:
        return reply.answers(401, requirement)
    wire.note(Finding(requirement, reply.status == 401, "status 401", reply.shown(), weak=True), reply)
    if reply.status != 401:
        raise NotConcluded("the target does not tell the cases of a credential apart")
    return reply


def _vec_ids(requirement: str, operations: Any) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.requirement(requirement)) for name in operations]


@pytest.mark.parametrize("operation", _vec_ids("VEC-AUTH-01", VEC_READS))
def test_a_valid_token_opens_every_operation(vec: Vec, operation: str) -> None:
    vec.call(operation, VEC_READS[operation](vec)).answers(200, "VEC-AUTH-01")


@pytest.mark.parametrize("wrong", list(WRONG))
@pytest.mark.parametrize("operation", _vec_ids("VEC-AUTH-03", WITH_401))
def test_a_token_that_is_almost_right_opens_nothing(vec: Vec, operation: str, wrong: str) -> None:
    headers = WRONG[wrong](vec.wire.api.credentials["full"])
    key = VEC_READS[operation](vec)
    sent = vec.call(operation, key, credential=None, headers=headers)
    reply = _refused(vec.wire, sent, "VEC-AUTH-03", wrong)

    said = reply.json().get("message")
    reply.keeps("VEC-AUTH-03", holds=isinstance(said, str) and bool(said), expected="a message", actual=said)


@pytest.mark.requirement("VEC-AUTH-02")
@pytest.mark.parametrize("wrong", list(WRONG))
def test_a_token_that_is_almost_right_creates_nothing(vec: Vec, wrong: str) -> None:
    headers = WRONG[wrong](vec.wire.api.credentials["full"])
    parts = [("name", "x"), ("template_id", vec.template("plain"))]
    sent = vec.call("createBatch", parts=parts, credential=None, headers=headers)
    _refused(vec.wire, sent, "VEC-AUTH-02", wrong)


@pytest.mark.requirement("VEC-AUTH-04")
@pytest.mark.parametrize("operation", ["createBatch", *VEC_READS])
def test_without_a_token_nothing_opens(vec: Vec, operation: str) -> None:
    wrong = vec.call(operation, "x", token="nobodys")  # noqa: S106, nobody's
    reply = vec.call(operation, "x", credential=None).answers(401, "VEC-AUTH-04")

    same = reply.content == wrong.content
    reply.keeps("VEC-AUTH-04", holds=same, expected=wrong.shown())


def _event(certifiqi: Certifiqi) -> str:
    return str(certifiqi.new_event()["batch_group_key"])


def _by_key(name: str, key: Callable[[Certifiqi], str] = _event) -> Callable[..., Reply]:
    return lambda certifiqi, **given: certifiqi.call(name, key(certifiqi), **given)


FILE = [("file", ("document.pdf", pdf.plain(), "application/pdf"))]
CERTIFIQI: Mapping[str, Callable[..., Reply]] = {
    "createBatchGroup": lambda certifiqi, **given: certifiqi.call(
        "createBatchGroup", body=certifiqi.body(), **given
    ),
    "getBatchGroup": _by_key("getBatchGroup"),
    "sendToSignature": _by_key("sendToSignature"),
    "cancelSignature": _by_key("cancelSignature"),
    "getBatchGroupUrls": _by_key("getBatchGroupUrls"),
    "uploadDocument": lambda certifiqi, **given: certifiqi.call("uploadDocument", parts=FILE, **given),
    "uploadTradeBills": lambda certifiqi, **given: certifiqi.call("uploadTradeBills", parts=FILE, **given),
    "getDocumentUrls": _by_key("getDocumentUrls", lambda one: str(one.uploaded(pdf.plain())["document_key"])),
    "getZipFileUrl": _by_key("getZipFileUrl", lambda _: "5ea1b0c0-0000-4000-8000-000000000000"),
    "getWebhook": _by_key("getWebhook", lambda one: str(one.new_event()["webhook_key"])),
}
FORMS: Mapping[str, tuple[str, Callable[[str], Mapping[str, str]]]] = {
    "nothing": ("CERTIFIQI-AUTH-02", lambda _: {}),
    "an empty key": ("CERTIFIQI-AUTH-02", lambda _: {"x-api-token": ""}),
    "an unknown key": (
        "CERTIFIQI-AUTH-03",
        lambda _: {"x-api-token": "5ea1b0c0-0000-4000-8000-000000000000"},
    ),
    "another key": ("CERTIFIQI-AUTH-03", lambda key: {"x-api-token": another(key)}),
    "a key cut short": ("CERTIFIQI-AUTH-03", lambda key: {"x-api-token": cut_short(key)}),
    "a longer key": ("CERTIFIQI-AUTH-03", lambda key: {"x-api-token": f"{key}x"}),
    ARGUABLE: ("CERTIFIQI-AUTH-03", lambda key: {"x-api-token": in_another_case(key)}),
    "Authorization": ("CERTIFIQI-AUTH-04", lambda key: {"Authorization": key}),
    "Authorization: Bearer": ("CERTIFIQI-AUTH-04", lambda key: {"Authorization": f"Bearer {key}"}),
    "x-api-key": ("CERTIFIQI-AUTH-04", lambda key: {"x-api-key": key}),
}


@pytest.mark.parametrize("operation", list(CERTIFIQI))
@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=pytest.mark.requirement(one)) for form, (one, _) in FORMS.items()]
)
def test_no_other_key_opens_anything(certifiqi: Certifiqi, operation: str, form: str) -> None:
    requirement, headers = FORMS[form]
    given = headers(certifiqi.wire.api.credentials["full"])

    sent = CERTIFIQI[operation](certifiqi, credential=None, headers=given)
    _refused(certifiqi.wire, sent, requirement, form)


@pytest.mark.requirement("CERTIFIQI-AUTH-01")
@pytest.mark.parametrize("operation", list(CERTIFIQI))
def test_the_key_opens_every_operation(certifiqi: Certifiqi, operation: str) -> None:
    reply = CERTIFIQI[operation](certifiqi)

    let_in = reply.status not in {401, 403}
    reply.keeps("CERTIFIQI-AUTH-01", holds=let_in, expected="anything but 401 and 403", actual=reply.shown())


@pytest.mark.requirement("VEC-ERROR-06", "VEC-ERROR-07")
@pytest.mark.claims("server_errors")
@pytest.mark.parametrize("operation", ["createBatch", *VEC_READS])
def test_a_server_error_says_no_more_than_documented(vec: Vec, operation: str) -> None:
    reply = vec.call(operation, "x", credential="server_error").answers(500, "VEC-ERROR-06")

    body, text = reply.json(), "An unexpected error occurred. Our team has been notified."
    reply.keeps("VEC-ERROR-06", holds=body.get("message") == text, expected=text)
    reply.keeps("VEC-ERROR-07", holds=body.get("error_code") == "SERVER_ERROR", expected="SERVER_ERROR")


@pytest.mark.requirement("CERTIFIQI-ERROR-06")
@pytest.mark.claims("server_errors")
@pytest.mark.parametrize("operation", list(CERTIFIQI))
def test_a_server_error_has_the_two_keys(certifiqi: Certifiqi, operation: str) -> None:
    reply = CERTIFIQI[operation](certifiqi, credential="server_error").answers(500, "CERTIFIQI-ERROR-06")

    keys = reply.json().keys()
    reply.keeps("CERTIFIQI-ERROR-06", holds=keys == {"title", "description"}, expected="title, description")
