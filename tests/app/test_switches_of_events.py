"""Every alternative of the switches of events changes the answer that it says it changes.

As in test_switches.py: a probe asks one tenant one thing, and beside it stands what each alternative answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sealbox import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.app.conftest import Client


class Case(NamedTuple):
    probe: Callable[[Client], Any]
    expected: Mapping[str, Any]


def event(*path: str | int, **changes: Any) -> Callable[[Client], Any]:
    """What stands at `path` of a created event, or its status."""

    def probe(client: Client) -> Any:
        answer = client.create_event(**changes)
        if not answer.is_success:
            return answer.status_code
        value = answer.json()
        for step in path:
            value = value[step]
        return value

    return probe


def malformed(client: Client) -> Any:
    headers = {"Content-Type": "application/json"}
    answer = client.certifiqi("POST", "/batch_group", content=b"{", headers=headers)
    return answer.status_code, answer.json()["title"]


def unknown_values(client: Client) -> Any:
    fields = ("document_type", "signature_type")
    batches = [one_batch() | {field: "novidade"} for field in fields] + [one_batch(), one_batch()]
    batches[2]["related_parties"][0]["role"] = "novidade"
    return [client.create_event(batches=[batch]).status_code for batch in batches]


def one_batch() -> dict[str, Any]:
    signer = {"name": "A", "document_number": "85653681067", "email": "a@example.com"}
    group = {"minimum_required_signers": 1, "signers": [signer]}
    party = {"name": "P", "role": "assignor", "signature_position": 1, "signer_groups": [group]}
    document = {"document_key": "k", "name": "a.pdf", "url": "https://example.com/a.pdf"}
    return {
        "name": "B",
        "document_type": "other",
        "signature_type": "cades",
        "related_parties": [party],
        "documents": [document],
    }


def minimum_above(client: Client) -> Any:
    batch = one_batch()
    batch["related_parties"][0]["signer_groups"][0]["minimum_required_signers"] = 2
    return client.create_event(batches=[batch]).status_code


def foreign_event(client: Client) -> Any:
    key = client.create_event().json()["batch_group_key"]
    read = [client.certifiqi("GET", f"/batch_group/{one}", kind="other_client") for one in (key, "unknown")]
    return [answer.status_code for answer in read]


def which_keys(client: Client) -> Any:
    return client.create_event().json().keys() & {"client_key", "is_asynchronous"}


def flags(client: Client) -> Any:
    shown = client.create_event(send_to_fund_administrator=True).json()
    party = shown["batches"][0]["related_parties"][0]
    return repr((shown["send_to_fund_administrator"], party["auto_signature"]))


def positions(client: Client) -> Any:
    shown = client.create_event().json()
    return shown["current_signature_position"], shown["batches"][0]["related_parties"][0][
        "signature_position"
    ]


CASES = {
    "certifiqi.total_value_type": Case(
        event("total_value", total_value=12.5), {"number": 12.5, "string": "12.5"}
    ),
    "certifiqi.signature_position_type": Case(positions, {"string": ("1", "1"), "integer": (1, 1)}),
    "certifiqi.malformed_json": Case(
        malformed, {"406": (406, "Not Acceptable"), "400": (400, "Bad Request")}
    ),
    "certifiqi.unknown_enum_values": Case(
        unknown_values, {"accept": [200, 200, 200, 200], "refuse": [400, 400, 400, 200]}
    ),
    "certifiqi.created_at_zone": Case(
        event("created_at"), {"UTC": "2025-04-01 12:00:00", "America/Sao_Paulo": "2025-04-01 09:00:00"}
    ),
    "certifiqi.create_response": Case(which_keys, {"current": {"is_asynchronous"}, "legacy": {"client_key"}}),
    "certifiqi.document_control_number": Case(
        lambda client: event("batches", 0, "documents", 0, "control_number")(client) is None,
        {"generate": False, "keep": True},
    ),
    "certifiqi.foreign_event": Case(foreign_event, {"not_found": [404, 404], "forbidden": [403, 404]}),
    "certifiqi.minimum_above_signers": Case(minimum_above, {"accept": 200, "refuse": 400}),
    "certifiqi.list_flags": Case(flags, {"integer": "(1, 0)", "boolean": "(True, False)"}),
    "certifiqi.unknown_document": Case(event("name"), {"accept": "Teste", "refuse": 400}),
}
"""By switch: what is asked, and what each alternative answers."""

SHOWN = ("EVENT", "CREATE", "PARTY", "BATCH", "GROUP", "DOCUMENT", "ERROR", "TENANT")
"""Areas of requirements: a switch that touches one of them first is probed here."""

SWITCHES = {
    f"certifiqi.{switch['name']}": switch
    for switch in contract.read("openapi", "certifiqi", "switches.yaml")["switches"]
    if switch["touches"][0].startswith(tuple(f"CERTIFIQI-{area}" for area in SHOWN))
}


def test_every_switch_has_a_case_with_all_its_alternatives() -> None:
    assert {name: set(case.expected) for name, case in CASES.items()} == {
        name: set(switch["alternatives"]) for name, switch in SWITCHES.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_no_two_alternatives_answer_the_same(name: str) -> None:
    answers = [repr(answer) for answer in CASES[name].expected.values()]

    assert len(set(answers)) == len(answers)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, case in CASES.items() for value in case.expected]
)
def test_an_alternative_changes_what_it_says(client: Client, name: str, value: str) -> None:
    tenant = client.open_tenant("switched", clock="manual", switches={name: value})

    assert CASES[name].probe(tenant) == CASES[name].expected[value]


@pytest.mark.parametrize("name", CASES)
def test_a_switch_left_alone_is_at_its_default(client: Client, name: str) -> None:
    assert CASES[name].probe(client) == CASES[name].expected[SWITCHES[name]["default"]]
