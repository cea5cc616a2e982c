"""Requests that Schemathesis makes: how they are sent, and what is judged about their answers."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx2
import requests
import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from sealbox_conformance import contract
from sealbox_conformance.exchange import credential_header
from sealbox_conformance.witness import Finding, NotConcluded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemathesis import Case
    from sealbox_conformance.exchange import Wire

Operation = "APIOperation[Any, Any, Any, Any]"

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
"""Schemathesis' checks that ask a schema for more than it can say, each with the reason."""


class Tally(Counter[int]):
    """How often which status was answered. A run in which hardly anything is accepted shows nothing."""

    def show_half(self, what: str) -> None:
        """Raises NotConcluded when less than half was accepted."""
        accepted = sum(number for status, number in self.items() if status < 300)
        if 2 * accepted < self.total():
            raise NotConcluded(
                f"of {self.total()} requests for {what} only {accepted} were accepted: {dict(self)}"
            )


@cache
def schema(api: str, *, bounded: bool = True) -> Any:
    """The document of an API as Schemathesis reads it; `bounded`: without examples, with short lists."""
    document = contract.read("openapi", api, "openapi.yaml")
    return schemathesis.openapi.from_dict(_bounded(document) if bounded else document)


@cache
def operation(api: str, operation_id: str, *, bounded: bool = True) -> Any:
    declared = contract.operations(api)[operation_id]
    return schema(api, bounded=bounded)[declared.path][declared.method]


def _bounded(node: Any) -> Any:
    """A copy with short lists: five lists inside each other are otherwise more than a generator can carry."""
    if isinstance(node, list):
        return [_bounded(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _bounded(value) for key, value in node.items() if key not in {"example", "examples"}}
    return {**copy, "maxItems": 2} if copy.get("type") == "array" else copy


def made_by_examples(api: str, operation_id: str) -> Iterator[Case[Any]]:
    """One case for each example of the document."""
    found = operation(api, operation_id, bounded=False)
    for strategy in found.get_strategies_from_examples():
        yield schemathesis.generation.hypothesis.examples.generate_one(strategy)


def made_by_coverage(api: str, operation_id: str) -> Iterator[Case[Any]]:
    """Boundary values and combinations, good and bad."""
    found = operation(api, operation_id)
    yield from found.schema.iter_coverage_cases(
        found,
        generation_modes=list(schemathesis.GenerationMode),
        generation_config=found.schema.config.generation_for(operation=found),
    )


def send(wire: Wire, operation_id: str, case: Case[Any], *, judged: bool = True) -> schemathesis.Response:
    """Send a case, and judge its answer by the contract (with `judged`) and by Schemathesis' own checks."""
    prepared = _prepared(wire, case)
    headers = [(key, _text(value)) for key, value in prepared.headers.items()]
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    content = body if isinstance(body, bytes) else None
    request = httpx2.Request(str(prepared.method), str(prepared.url), headers=headers, content=content)
    query = request.url.params.multi_items()
    judged = judged and len(dict(query)) == len(query)  # which of two values counts is stated nowhere
    declared = wire.operations[operation_id] if judged else None
    reply = wire.exchange(request, operation=declared, query=dict(query))
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
    return answer


def _prepared(wire: Wire, case: Case[Any]) -> requests.PreparedRequest:
    secret = wire.api.credentials["full"]
    kwargs = case.as_transport_kwargs(
        base_url=wire.api.url, headers=dict(credential_header(wire.api.name, secret))
    )
    given = {
        key: value for key, value in kwargs.items() if key not in {"cookies", "timeout", "verify", "cert"}
    }
    # Schemathesis speaks the language of requests, whose encoder knows the strangest parts.
    return requests.Request(**given).prepare()


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _left_out() -> list[Any]:
    return [CHECKS.get_one(name) for name in LEFT_OUT]
