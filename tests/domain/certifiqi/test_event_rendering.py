"""Events as JSON: the documented keys, types and words, and what each switch turns round."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox import contract
from sealbox.apis.certifiqi import rules
from sealbox.apis.certifiqi.model import SignatureStatus
from sealbox.apis.certifiqi.render import Renderer

if TYPE_CHECKING:
    from sealbox.apis.certifiqi.model import SigningEvent

    from tests.domain.certifiqi.conftest import EventValues

PENDING, SIGNED = SignatureStatus.PENDING, SignatureStatus.SIGNED
BASE = "http://127.0.0.1:4780/certifiqi"
PATHS = contract.document("certifiqi")["paths"]
READ = PATHS["/batch_group/{batch_group_key}"]["get"]
CREATED = PATHS["/batch_group"]["post"]


def printed(operation: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["example"]
    return body


def shown(make: EventValues, event: SigningEvent, *, after: float = 0, **switches: str) -> dict[str, Any]:
    return Renderer(make.after(after), make.switches(**switches), BASE).event(event)


def keys(value: Any) -> Any:
    """The keys of every object inside, in their order."""
    if isinstance(value, dict):
        return [(key, keys(inner)) for key, inner in value.items()]
    return [keys(inner) for inner in value] if isinstance(value, list) else None


def test_keys_are_those_of_the_page_in_its_order(make: EventValues) -> None:
    event = make.event(make.batch(make.simple_party()))
    renderer = Renderer(make.NOW, make.switches(), BASE)

    assert keys(renderer.event(event)) == keys(printed(READ))
    assert keys(renderer.created(event)) == keys(printed(CREATED))


def test_the_older_create_answer_swaps_two_keys(make: EventValues) -> None:
    event = make.event(make.batch(make.simple_party()))
    legacy = Renderer(make.NOW, make.switches(create_response="legacy"), BASE).created(event)

    assert keys(legacy) == keys(printed(READ))


@given(data=st.data(), after=st.integers(0, 2000))
def test_every_status_is_the_one_that_the_rules_give(
    make: EventValues, data: st.DataObject, after: int
) -> None:
    event = data.draw(make.events())
    body = shown(make, event, after=after)

    assert body["signature_status"] == rules.event_status(event)
    assert body["internal_status"] == rules.internal_status(event, make.after(after))
    for batch, one in zip(event.batches, body["batches"], strict=True):
        signed = rules.batch_status(batch) is SIGNED
        assert one["signature_status"] == rules.batch_status(batch)
        assert {document["status"] for document in one["documents"]} == {"signed" if signed else "pending"}
    assert bool(body["all_files_url"]) is (body["internal_status"] == "finished")


@given(data=st.data())
def test_an_event_is_always_json_with_one_text_for_each_moment(
    make: EventValues, data: st.DataObject
) -> None:
    event = data.draw(make.events())
    text = json.dumps(shown(make, event))

    assert text == json.dumps(shown(make, event))
    assert json.loads(text)["created_at"] == "2025-04-01 12:00:00"


def test_pending_documents_have_their_original_and_no_signed_file(make: EventValues) -> None:
    (document,) = shown(make, make.event(make.batch(make.simple_party())))["batches"][0]["documents"]

    assert document["file_url"] == document["original_file_url"] == "https://example.com/0.pdf"
    assert (document["signed_file_url"], document["signatures"]) == (None, [])


def test_documents_of_a_finished_event_have_files_of_the_sandbox(make: EventValues) -> None:
    body = shown(make, make.event(make.batch(make.simple_party(SIGNED))), after=60)
    (document,) = body["batches"][0]["documents"]

    assert body["internal_status"] == "finished"
    assert document["signed_file_url"].startswith(BASE)
    assert document["original_file_url"] == "https://example.com/0.pdf"
    assert document["file_url"] != document["original_file_url"]
    assert len(document["signatures"]) == 1


@pytest.mark.parametrize(
    ("status", "after", "written"), [(PENDING, 5, None), (SIGNED, 5.9, "2025-04-01 12:00:05")]
)
def test_a_signature_has_a_moment_once_it_is_given(
    make: EventValues, status: SignatureStatus, after: float, written: str | None
) -> None:
    party = make.party(make.group(make.signer(status, after=after)))
    signer = shown(make, make.event(make.batch(party)))["batches"][0]["related_parties"][0]["signer_groups"][
        0
    ]["signers"][0]

    assert (signer["signature_status"], signer["signature_timestamp"]) == (status, written)


def test_documents_are_counted_over_all_batches(make: EventValues) -> None:
    event = make.event(
        make.batch(make.simple_party(), documents=2), make.batch(make.simple_party(), documents=3)
    )

    assert shown(make, event)["number_of_documents"] == 5


@pytest.mark.parametrize(
    ("zone", "moment", "written"),
    [
        ("UTC", datetime(2025, 1, 2, 1, 4, 5, 999_999, UTC), "2025-01-02 01:04:05"),
        ("America/Sao_Paulo", datetime(2025, 1, 2, 1, 4, 5, tzinfo=UTC), "2025-01-01 22:04:05"),
        (
            "America/Sao_Paulo",
            datetime(2018, 1, 2, 1, 4, 5, tzinfo=UTC),
            "2018-01-01 23:04:05",
        ),  # summer time
        ("UTC", datetime(1, 1, 2, tzinfo=UTC), "0001-01-02 00:00:00"),
    ],
)
def test_moments_are_written_in_the_zone_of_the_switch_and_without_a_zone(
    make: EventValues, zone: str, moment: datetime, written: str
) -> None:
    event = make.event(make.batch(make.simple_party()), created_at=moment)

    assert shown(make, event, created_at_zone=zone)["created_at"] == written


@pytest.mark.parametrize(
    ("switch", "value", "field", "expected"),
    [
        ("total_value_type", "number", "total_value", 12.5),
        ("total_value_type", "string", "total_value", "12.5"),
        ("signature_position_type", "string", "current_signature_position", "7"),
        ("signature_position_type", "integer", "current_signature_position", 7),
        ("list_flags", "integer", "send_to_fund_administrator", 1),
        ("list_flags", "boolean", "send_to_fund_administrator", True),
    ],
)
def test_wire_types_are_those_of_the_switches(
    make: EventValues, switch: str, value: str, field: str, expected: object
) -> None:
    event = make.event(
        make.batch(make.simple_party(position=7)), total_value=12.5, send_to_fund_administrator=True
    )
    found = Renderer(make.NOW, make.switches(**{switch: value}), BASE).event(event)[field]

    assert (found, type(found)) == (expected, type(expected))
