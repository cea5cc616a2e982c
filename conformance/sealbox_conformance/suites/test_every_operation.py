"""Every operation with generated requests: whatever is sent, the answer is one that the contract knows.

Schemathesis makes the requests, by examples, by coverage, at random and along the links of the document;
requests that create something are fed with bodies that keep the rules, so that something comes of them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

import hypothesis
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.generation.stateful import run_state_machine_as_test
from sealbox_conformance import contract
from sealbox_conformance.suites.feeding import FED, FIXED
from sealbox_conformance.suites.generated import (
    Tally,
    made_by_coverage,
    made_by_examples,
    operation,
    schema,
    send,
)

if TYPE_CHECKING:
    from schemathesis import Case

COVERED = 4  # coverage cases for each example of a property
STEPS = 6

OPERATIONS = [
    pytest.param(api, name, marks=pytest.mark.requirement(f"{api.upper()}/{name}"), id=f"{api}-{name}")
    for api in contract.apis()
    for name in contract.operations(api)
]
CREATES = [
    pytest.param(api, name, marks=pytest.mark.exercises(f"{api.upper()}/{name}"), id=f"{api}-{name}")
    for api, name in FED
]


def _has_key(api: str, name: str) -> bool:
    return "{" in contract.operations(api)[name].path


def _is_declared(api: str, name: str, case: Case[Any]) -> bool:
    """Whether the contract speaks of such a request: not of other methods, nor of a type without a body."""
    declared = contract.operations(api)[name]
    typed = any(header.lower() == "content-type" for header in case.headers or ())
    return case.method.upper() == declared.method and not (declared.method == "GET" and typed)


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
        case = data.draw(operation(api, name).as_strategy(generation_mode=mode))
    except schemathesis.errors.SchemathesisError:
        hypothesis.reject()  # nothing can be wrong about this operation's input
    # What is answered to a key of another form than the documented one is stated nowhere.
    send(client.wire, name, case, judged=mode is GenerationMode.POSITIVE or not _has_key(api, name))


@pytest.mark.parametrize(("api", "name"), OPERATIONS)
def test_every_example_has_a_declared_answer(request: pytest.FixtureRequest, api: str, name: str) -> None:
    client = request.getfixturevalue(api)
    for case in made_by_examples(api, name):
        send(client.wire, name, case)


@pytest.mark.parametrize(("api", "name"), OPERATIONS)
def test_every_boundary_has_a_declared_answer(request: pytest.FixtureRequest, api: str, name: str) -> None:
    client = request.getfixturevalue(api)
    most = COVERED * settings().max_examples
    for case in islice(made_by_coverage(api, name), most):
        send(client.wire, name, case, judged=_is_declared(api, name, case) and not _has_key(api, name))


@pytest.mark.parametrize(("api", "name"), CREATES)
def test_most_of_what_is_generated_is_accepted(request: pytest.FixtureRequest, api: str, name: str) -> None:
    """Three in four bodies are fed, the others are Schemathesis' own."""
    client, tally = request.getfixturevalue(api), Tally()
    media_type, bodies = FED[api, name]
    declared = operation(api, name)

    @given(data=st.data(), own=st.integers(0, 3))
    def run(data: st.DataObject, own: int) -> None:
        if own == 3:
            case = data.draw(declared.as_strategy(generation_mode=GenerationMode.POSITIVE))
        else:
            case = declared.Case(body=data.draw(bodies(client)), media_type=media_type)
        tally[send(client.wire, name, case).status_code] += 1

    run()
    tally.show_half(name)


def _along_links(api: str, client: Any) -> type[Any]:
    """Schemathesis' own state machine of an API, whose requests go our way."""
    machine = schema(api).as_state_machine()

    class Links(machine):  # type: ignore[misc, valid-type]  # made at run time
        tally: ClassVar[Tally] = Tally()

        def call(self, case: Case[Any], **_: Any) -> schemathesis.Response:
            (name,) = (
                one.id
                for one in contract.operations(api).values()
                if (one.path, one.method) == (case.operation.path, case.operation.method.upper())
            )
            if (api, name) in FIXED:
                case.body = FIXED[api, name](client)
                case.media_type = FED[api, name][0]
            good = (api, name) in FIXED or (case.meta is not None and case.meta.generation.mode.is_positive)
            answer = send(client.wire, name, case, judged=good)
            self.tally[answer.status_code] += 1
            return answer

        def validate_response(self, *_: Any, **__: Any) -> None:
            """Judged when it was sent."""

    return Links


@pytest.mark.parametrize(
    "api",
    [
        pytest.param(
            api, marks=pytest.mark.exercises(*(f"{api.upper()}/{name}" for name in contract.operations(api)))
        )
        for api in contract.apis()
    ],
)
def test_links_lead_on(request: pytest.FixtureRequest, api: str) -> None:
    client = request.getfixturevalue(api)
    machine = _along_links(api, client)

    run_state_machine_as_test(machine, settings=settings(stateful_step_count=STEPS))
    machine.tally.show_half(f"what the links of {api} lead to")
