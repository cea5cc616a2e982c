"""Every operation with generated requests: whatever is sent, the answer is one that the contract knows.

Schemathesis makes the requests and judges the answers beside us. Its checks that ask a schema for more
than it can say are left out, each with the reason.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import httpx2
import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from sealbox_conformance import contract
from sealbox_conformance.exchange import Wire, credential_header
from sealbox_conformance.suites.certifiqi.strategies import events
from sealbox_conformance.suites.vec.strategies import names, uploads
from sealbox_conformance.witness import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemathesis import APIOperation
    from sealbox_conformance.suites.certifiqi.client import Certifiqi
    from sealbox_conformance.suites.vec.client import Vec

LEFT_OUT: Mapping[str, str] = {
    "positive_data_acceptance": "a template has to exist, a user has to be able to sign: no schema says so",
    "negative_data_rejection": "no page says that what a schema does not allow is refused",
    "unsupported_method": "no page of VEC says what another method gets",
    "ignored_auth": "which operations refuse whom is checked requirement by requirement",
    "use_after_free": "nothing can be deleted",
    "ensure_resource_availability": "checked with the requirements that promise it",
    "object_level_authorization": "whose data an id opens is stated nowhere",
    "status_code_conformance": "judged by us, where what is inferred does not count",
    "content_type_conformance": "judged by us, as above",
    "response_schema_conformance": "judged by us, as above",
    "missing_required_header": "no operation has one",
    "allow_header_conformance": "only of 405, see unsupported_method",
}


@cache
def _operation(api: str, operation_id: str) -> APIOperation[Any, Any, Any, Any]:
    document = _bounded(contract.read("openapi", api, "openapi.yaml"))
    operation = contract.operations(api)[operation_id]
    return schemathesis.openapi.from_dict(document)[operation.path][operation.method]


def _bounded(node: Any) -> Any:
    """A copy with short lists: five lists inside each other are otherwise more than a generator can carry."""
    if isinstance(node, list):
        return [_bounded(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _bounded(value) for key, value in node.items() if key not in {"example", "examples"}}
    return {**copy, "maxItems": 2} if copy.get("type") == "array" else copy


def _send(wire: Wire, operation_id: str, case: Case[Any], *, judged: bool) -> None:
    secret = wire.api.credentials["full"]
    kwargs = case.as_transport_kwargs(
        base_url=wire.api.url, headers=dict(credential_header(wire.api.name, secret))
    )
    given = {
        key: value for key, value in kwargs.items() if key not in {"cookies", "timeout", "verify", "cert"}
    }
    # Schemathesis speaks the language of requests, whose encoder knows the strangest parts.
    prepared = requests.Request(**given).prepare()
    headers = [(key, _text(value)) for key, value in prepared.headers.items()]
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    content = body if isinstance(body, bytes) else None
    request = httpx2.Request(str(prepared.method), str(prepared.url), headers=headers, content=content)
    reply = wire.exchange(request, operation=wire.operations[operation_id] if judged else None)
    answer = schemathesis.Response(
        status_code=reply.status,
        headers={name: [value] for name, value in reply.headers.items()},
        content=reply.content,
        request=prepared,
        elapsed=0.0,
        verify=True,
    )
    try:
        case.validate_response(answer, excluded_checks=_left_out())
    except (AssertionError, FailureGroup) as failure:
        # The pages document a 500 and promise nothing about what causes one, so it is a warning.
        name = f"{wire.api.name.upper()}/{operation_id}"
        found = Finding(name, holds=False, expected="no failure", actual=str(failure), weak=True)
        wire.witness.take(found, reply.curl)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _left_out() -> list[Any]:
    return [CHECKS.get_one(name) for name in LEFT_OUT]


OPERATIONS = [
    pytest.param(api, name, marks=pytest.mark.requirement(f"{api.upper()}/{name}"), id=f"{api}-{name}")
    for api in contract.apis()
    for name in contract.operations(api)
]


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["positive", "negative"]
)
@pytest.mark.parametrize(("api", "name"), OPERATIONS)
@given(data=st.data())
def test_every_answer_is_declared(
    request: pytest.FixtureRequest, api: str, name: str, mode: GenerationMode, data: st.DataObject
) -> None:
    client = request.getfixturevalue(api)
    try:
        case = data.draw(_operation(api, name).as_strategy(generation_mode=mode))
    except schemathesis.errors.SchemathesisError:
        hypothesis.reject()  # nothing can be wrong about this operation's input
    # What is answered to a key of another form than the documented one is stated nowhere.
    judged = mode is GenerationMode.POSITIVE or "{" not in contract.operations(api)[name].path
    _send(client.wire, name, case, judged=judged)


@pytest.mark.exercises("VEC/createBatch")
@given(name=names, csv=uploads())
def test_uploads_that_are_accepted(vec: Vec, name: str, csv: str) -> None:
    vec.create(name=name, csv=csv).needed(201, "an upload that keeps the rules")


@pytest.mark.exercises("CERTIFIQI/createBatchGroup")
@given(data=st.data())
def test_events_that_are_accepted(certifiqi: Certifiqi, data: st.DataObject) -> None:
    sent = data.draw(events(certifiqi.body(), certifiqi.document()))

    certifiqi.create(sent).needed(200, "an event that keeps the rules")
