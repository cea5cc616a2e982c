"""Schemathesis over every operation: what a contract promises by itself, all checks, all kinds of data."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import schemathesis
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    HealthCheck,
    OperationConfig,
    OperationsConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.filters import FilterSet
from schemathesis.openapi.checks import RejectedPositiveData
from sealbox import contract
from sealbox.apis.certifiqi.cnab import Title
from sealbox.apis.certifiqi.pdf_files import trade_bill_pdf
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

from tests.remittance import write_titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.schemas import BaseSchema

    AnyCase = schemathesis.Case[Any]

FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"
DOCUMENTED = {
    "batchId": "9e7860e3-7c0a-401f-98f6-b98e316934f4",
    "batch_id": "9e7860e3-7c0a-401f-98f6-b98e316934f4",
    "templateId": "9e3b101f-c264-4f97-945f-20dfa7163768",
    "certificateId": "9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15",
    "userUuid": FAIZAN,
    "batch_group_key": "c0394fb2-34f6-4d70-be70-776022fe15b8",
}
TITLE = Title("1", Decimal("10.00"), date(2025, 6, 1), "ANA", "85653681067")
FILES = {
    "POST /document": trade_bill_pdf(TITLE),
    "POST /certifier/document/trade_bill/asynchronous": write_titles([TITLE]),
}
ALSO_400 = {
    "advanceClock": "a calendar ends in the year 9999, and no pattern adds up durations",
    "addWebhookFault": "as for advancing the clock",
    "openTenant": "which switches there are stands in switches.yaml, not in the document",
    "vec.approveBatch": "whether a batch still waits for somebody is a matter of time",
    "vec.refuseBatch": "as for approving",
    "sendToSignature": "whether an event is still pending is a matter of time",
    "cancelSignature": "as for sending",
    "certifiqi.sign": "as for sending",
    "certifiqi.reject": "as for sending",
    "certifiqi.signEvent": "as for sending",
    "addFault": "an operation has to be there",
    "loadNamedSnapshot": "the tenant that it is to become has to have a tenant's name",
    "loadSnapshot": "what a world remembers has to fit together",
    "vec.addUser": "an institution has to be there",
    "vec.addTemplate": "an institution and users have to be there",
    "vec.addToken": "an institution and a user have to be there, and no token of the kind",
    "certifiqi.addKey": "no key of the kind may be there",
}
"""Operations that may refuse a body of the right shape, and why the shape cannot tell."""


def accepts(operation_id: str, *, also: str) -> OperationConfig:
    filters = FilterSet()
    filters.include(operation_id=operation_id)
    acceptance = PositiveDataAcceptanceConfig(expected_statuses=["2xx", "404", also])
    return OperationConfig(filter_set=filters, checks=ChecksConfig(positive_data_acceptance=acceptance))


def deep() -> OperationConfig:
    """Fewer examples of the one body that is lists in lists in lists: each takes a second to draw."""
    filters = FilterSet()
    filters.include(operation_id="createBatchGroup")
    return OperationConfig(filter_set=filters, generation=generation(max_examples=6))


def generation(*, max_examples: int) -> GenerationConfig:
    return GenerationConfig(deterministic=True, max_examples=max_examples, database="none")


def loaded(api: str, **headers: str) -> BaseSchema:
    project = ProjectConfig(
        headers=headers,
        generation=generation(max_examples=25),
        operations=OperationsConfig(operations=[deep(), *(accepts(name, also="400") for name in ALSO_400)]),
    )
    document = contract.document(api) | {"servers": [{"url": f"http://127.0.0.1:4780/{api}"}]}
    # Slow is the machine, and large is what lists in lists in lists are: neither is the contract's fault.
    unhealthy = [HealthCheck.too_slow, HealthCheck.data_too_large]
    config = SchemathesisConfig(projects=ProjectsConfig(default=project), suppress_health_check=unhealthy)
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = create_app(Plan(clock=ClockMode.MANUAL), check_answers=True, allow_hosts=["testserver"])
    schema.hook(filter_failure)
    return schema


def fed(case: AnyCase) -> AnyCase:
    """Feed what a schema cannot know to requests that are meant to be right, and leave the others alone."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    known = DOCUMENTED.keys() & case.path_parameters.keys()
    case.path_parameters |= {name: DOCUMENTED[name] for name in known}
    if case.operation.label == "POST /business/batches" and isinstance(case.body, dict):
        case.body = {
            "name": f"{case.body['name']}.",  # a blank name counts as missing
            "template_id": DOCUMENTED["templateId"],
            "csv_file": "RecipientsEmail,RecipientsName\na@example.com,A\n",
            # One JSON part is all that Schemathesis makes of an array: PHP reads no such thing.
            "signatories[0][user_uuid]": FAIZAN,
            "signatories[0][index]": "1",
        }
    if case.operation.label in FILES and isinstance(case.body, dict):
        texts = {name: f"{value}." for name, value in case.body.items() if name.startswith("assignor_")}
        body: dict[str, Any] = {**case.body, **texts, "file": FILES[case.operation.label]}
        case.body = body
    return case


def filter_failure(context: object, failure: object, case: AnyCase, response: schemathesis.Response) -> bool:
    """False drops a failure that says nothing.

    Laravel takes an empty text in a query for no text at all. A file that we gave is bytes, which
    Schemathesis takes for a violation of `type: string`; and in a form all is text, whatever type was meant.
    And no server here has integers of more than 64 bits, which a JSON Schema cannot say without naming a
    largest one.
    """
    body: Any = case.body
    sent = parse_qsl(str(response.request.url).partition("?")[2], keep_blank_values=True)
    empty = any(not value.strip() for _, value in sent)
    huge = any(abs(number) >= 2**63 for number in integers([case.query, body]))
    given = isinstance(body, dict) and body.get("file") in FILES.values()
    broken = re.findall(r"violates `(\w+)`", str(getattr(failure, "message", "")))
    form = case.operation.label in FILES and set(broken) == {"type"}
    return not (
        ((empty or given or form) and isinstance(failure, AcceptedNegativeData))
        or (huge and isinstance(failure, RejectedPositiveData))
    )


def integers(value: object) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from integers(inner)


vec = loaded("vec", Authorization="Bearer sealbox_vec_demo")
certifiqi = loaded("certifiqi", **{"x-api-token": "sealbox_certifiqi_demo"})
sandbox = loaded("_sandbox")


@vec.parametrize()
def test_vec_keeps_its_contract(case: AnyCase) -> None:
    fed(case).call_and_validate()


@certifiqi.parametrize()
def test_certifiqi_keeps_its_contract(case: AnyCase) -> None:
    fed(case).call_and_validate()


@sandbox.parametrize()
def test_the_control_plane_keeps_its_contract(case: AnyCase) -> None:
    fed(case).call_and_validate()


def test_every_exemption_is_of_an_operation() -> None:
    operations = {
        operation["operationId"]
        for api in ("_sandbox", "certifiqi")
        for item in contract.document(api)["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }

    assert ALSO_400.keys() <= operations
