"""Who may call."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from sealbox_conformance.suites.vec.client import Vec

NOBODY = str(UUID(int=0x5EA1B0C0))
LISTS = ("listBatches", "listCertificateTemplates", "listCertificates", "listUsers")
READS_WITH_401 = (
    "listBatches",
    "getBatch",
    "getBatchStatus",
    "listCertificateTemplates",
    "getCertificateTemplate",
)
READS_WITH_403 = ("listBatches", "getBatchStatus", "getCertificateTemplate")
tokens = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789|", min_size=8, max_size=60)


@pytest.mark.requirement("VEC-AUTH-01")
@pytest.mark.parametrize("operation", LISTS)
def test_a_token_lets_the_request_in(vec: Vec, operation: str) -> None:
    vec.call(operation).answers(200, "VEC-AUTH-01")


@pytest.mark.requirement("VEC-AUTH-02")
@given(token=tokens)
def test_nobody_creates_with_a_token_that_is_not_valid(vec: Vec, token: str) -> None:
    reply = vec.create(token=token).answers(401, "VEC-AUTH-02")

    said = reply.json().get("message")
    reply.keeps(
        "VEC-AUTH-02",
        holds=said == "Unauthorized - Invalid API token",
        expected="Unauthorized - Invalid API token",
        actual=said,
    )


@pytest.mark.requirement("VEC-AUTH-03")
@pytest.mark.parametrize("operation", READS_WITH_401)
@given(token=tokens)
def test_nobody_reads_with_a_token_that_is_not_valid(vec: Vec, operation: str, token: str) -> None:
    vec.call(operation, NOBODY, token=token).answers(401, "VEC-AUTH-03")


@pytest.mark.requirement("VEC-AUTH-05", "VEC-AUTH-06")
@pytest.mark.claims("lesser_permission")
def test_nobody_creates_without_the_permission(vec: Vec) -> None:
    reply = vec.create(credential="no_permissions").answers(403, "VEC-AUTH-05")

    body = reply.json()
    reply.keeps(
        "VEC-AUTH-05",
        holds=body.get("message") == "Forbidden - Insufficient permissions",
        expected="Forbidden - Insufficient permissions",
    )
    reply.keeps("VEC-AUTH-06", holds=bool(body.get("required_permission")), expected="required_permission")


@pytest.mark.requirement("VEC-AUTH-08")
@pytest.mark.claims("lesser_permission")
@pytest.mark.parametrize("operation", READS_WITH_403)
def test_nobody_reads_without_the_permission(vec: Vec, operation: str) -> None:
    key = vec.new_batch()["id"] if operation == "getBatchStatus" else vec.template("plain")
    reply = vec.call(operation, key, credential="no_permissions").answers(403, "VEC-AUTH-08")

    body = reply.json()
    same = body.get("message") == "Forbidden - Insufficient permissions" and body.get("required_permission")
    reply.keeps("VEC-AUTH-08", holds=bool(same), expected="the documented body of a 403")


@pytest.mark.requirement("VEC-AUTH-04")
@pytest.mark.parametrize("operation", LISTS)
def test_no_token_is_no_better_than_a_wrong_one(vec: Vec, operation: str) -> None:
    vec.call(operation, credential=None).answers(401, "VEC-AUTH-04")
