"""Every alternative of the switches of uploads, signing and webhooks changes what it says it changes.

As in test_switches.py: a probe asks one tenant one thing, and beside it stands what each alternative answers.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sealbox import contract
from sealbox.apis.certifiqi.cnab import Title
from sealbox.apis.certifiqi.pdf_files import trade_bill_pdf
from sealbox.apis.certifiqi.render import zip_file_key

from tests.remittance import write_titles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.app.conftest import Client

TITLE = Title("1", Decimal("10.00"), date(2025, 6, 1), "ANA", "85653681067")
PDF = trade_bill_pdf(TITLE, assignor_address="")
NOWHERE = "http://127.0.0.1:9/hooks"  # the port discard, where nobody listens


class Case(NamedTuple):
    probe: Callable[[Client], Any]
    expected: Mapping[str, Any]


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


def upload(client: Client, pdf: bytes = PDF, **fields: str) -> Any:
    answer = client.certifiqi("POST", "/document", data=fields, files={"file": ("a.pdf", pdf)})
    return answer.json() if answer.is_success else answer.status_code


def new(client: Client, **changes: Any) -> str:
    return str(client.create_event(**changes).json()["batch_group_key"])


def act(client: Client, key: str, what: str) -> Any:
    return client.certifiqi("PUT", f"/batch_group/{key}/{what}")


def sign(client: Client, key: str) -> None:
    answer = client.control("POST", f"/certifiqi/events/{key}/sign", json={"until": "quorum"})
    assert answer.status_code == 200, answer.text


def cancelled(client: Client) -> Any:
    key = new(client)
    answer = act(client, key, "cancel_signature").json()["signature_status"]
    return answer, client.certifiqi("GET", f"/batch_group/{key}").json()["signature_status"]


def twice(what: str) -> Callable[[Client], Any]:
    """The status of an act on a cancelled event."""

    def probe(client: Client) -> Any:
        key = new(client)
        act(client, key, "cancel_signature")
        return act(client, key, what).status_code

    return probe


def mails(client: Client) -> Any:
    """How many e-mails there are after creation, and after send_to_signature."""
    key = new(client, send_emails=True)
    count = [len(client.control("GET", "/certifiqi/mails").json()["mails"])]
    act(client, key, "send_to_signature")
    return [*count, len(client.control("GET", "/certifiqi/mails").json()["mails"])]


def out_of_turn(client: Client) -> Any:
    batch = one_batch()
    first = batch["related_parties"][0]
    batch["related_parties"] = [first, first | {"signature_position": 2}]
    made = client.create_event(batches=[batch]).json()["batches"][0]["related_parties"]
    second = made[1]["signer_groups"][0]["signers"][0]["id"]
    return client.control("POST", f"/certifiqi/signers/{second}/sign", json={}).status_code


def deliveries(client: Client) -> list[dict[str, Any]]:
    """The webhooks of an event from its creation to its end, the oldest first."""
    key = new(client, webhook_url=NOWHERE)
    sign(client, key)
    client.advance("1m")
    listed = client.control("GET", "/deliveries", params={"about": key}).json()["deliveries"][::-1]
    found = [one | client.control("GET", f"/deliveries/{one['id']}").json() for one in listed]
    return [one | {"key": key} for one in found]


def webhook_moments(client: Client) -> Any:
    return [one["moment"] for one in deliveries(client)]


def webhook_ids(client: Client) -> Any:
    deliveries(client)
    shown = stored(client)["notifications"][0]["notification_body"]
    group = find(shown, "signer_groups")[0]
    return "id" in group, "id" in group["signers"][0]


def stored(client: Client) -> Any:
    key = new(client, webhook_url=NOWHERE)
    sign(client, key)
    webhook = client.certifiqi("GET", f"/batch_group/{key}").json()["webhook_key"]
    return client.certifiqi("GET", f"/webhook/{webhook}").json()


def find(value: Any, key: str) -> Any:
    """The first value under `key`, however deep."""
    if isinstance(value, dict) and key in value:
        return value[key]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for one in inner if (found := find(one, key)) is not None), None)


def webhook_header(client: Client) -> Any:
    made = deliveries(client)[0]
    webhook = client.certifiqi("GET", f"/batch_group/{made['key']}").json()["webhook_key"]
    pair = client.certifiqi("GET", f"/webhook/{webhook}").json()
    return pair["header_value"] in json.dumps(made)


def expiration(client: Client) -> Any:
    return client.certifiqi("GET", f"/batch_group/{new(client)}/url").json()["expiration_datetime"]


def several_zips(client: Client) -> Any:
    """Whether all_files_url of an event with two ZIPs is the first one or the second."""
    batch = one_batch()
    batch["documents"] = [batch["documents"][0] | {"name": f"d{number}.pdf"} for number in range(501)]
    key = new(client, batches=[batch])
    sign(client, key)
    client.advance("1m")
    url = client.certifiqi("GET", f"/batch_group/{key}").json()["all_files_url"]
    event = client.app.sandboxes[client.tenant].worlds["certifiqi"].events[key]  # type: ignore[attr-defined]  # see below
    return [zip_file_key(event, number) in url for number in (1, 2)]  # opening two large ZIPs would take long


def asynchronous(client: Client) -> Any:
    names = ("address", "address_number", "city", "state", "CEP", "neighborhood")
    answer = client.certifiqi(
        "POST",
        "/certifier/document/trade_bill/asynchronous",
        data={f"assignor_{name}": "x" for name in names},
        files={"file": ("titles.rem", write_titles([TITLE]))},
    )
    batch = one_batch()
    batch["documents"] = [
        {"document_key": one["document_key"], "name": one["name"], "url": one["url"]} for one in answer.json()
    ]
    key = new(client, batches=[batch], is_asynchronous=True)
    return client.control("POST", f"/certifiqi/events/{key}/sign", json={"until": "quorum"}).status_code


def cades_content(client: Client) -> Any:
    """Whether the signed PDF, page included, is what the detached signature was made over."""
    (document,) = upload(client)
    batch = one_batch()
    batch["documents"] = [{key: document[key] for key in ("document_key", "name", "url")}]
    key = new(client, batches=[batch])
    sign(client, key)
    client.advance("1m")
    urls = client.certifiqi("GET", f"/batch_group/{key}/url").json()["batches"][0]["documents"][0]
    files = {name: client.send("GET", urls[f"{name}_file_url"]).content for name in ("original", "signed")}
    p7s = client.send("GET", urls["file_url"]).content
    return {name: sha256(content).digest() in p7s for name, content in files.items()}


CASES = {
    "certifiqi.upload_response": Case(
        lambda client: type(upload(client)).__name__, {"array": "list", "object": "dict"}
    ),
    "certifiqi.mb": Case(
        lambda client: isinstance(upload(client, PDF.ljust(20_500_000)), list),
        {"decimal": False, "binary": True},
    ),
    "certifiqi.cancel_status": Case(
        cancelled,
        {
            "cancel_signature": ("cancel_signature", "cancel_signature"),
            "pending": ("pending", "cancel_signature"),
        },
    ),
    "certifiqi.cancel_not_pending": Case(twice("cancel_signature"), {"400": 400, "409": 409}),
    "certifiqi.send_emails_at": Case(mails, {"creation": [1, 2], "send_to_signature": [0, 1]}),
    "certifiqi.send_to_signature_not_pending": Case(twice("send_to_signature"), {"400": 400, "accept": 200}),
    "certifiqi.signing_order": Case(out_of_turn, {"enforced": 400, "free": 200}),
    "certifiqi.webhook_moments": Case(
        webhook_moments,
        {
            "current": ["related party signed", "event signed, ZIP creation starts", "event finished"],
            "older": ["related party signed", "event finished"],
            "states": [
                "event created",
                "related party signed",
                "event signed, ZIP creation starts",
                "event finished",
            ],
        },
    ),
    "certifiqi.webhook_ids": Case(webhook_ids, {"shown": (True, True), "hidden": (False, False)}),
    "certifiqi.webhook_header": Case(webhook_header, {"sent": True, "none": False}),
    "certifiqi.expiration_datetime": Case(
        expiration, {"null": None, "ten_minutes": "2025-04-01T12:10:00.000Z"}
    ),
    "certifiqi.several_zips": Case(several_zips, {"first": [True, False], "newest": [False, True]}),
    "certifiqi.asynchronous_wait": Case(asynchronous, {"refuse": 400, "accept": 200}),
    "certifiqi.endorsement_fields": Case(
        lambda client: isinstance(upload(client, endorsement_page="true"), list),
        {"optional": True, "required": False},
    ),
    "certifiqi.cades_content": Case(
        cades_content,
        {
            "with_page": {"original": False, "signed": True},
            "original": {"original": True, "signed": False},
        },
    ),
}
"""By switch: what is asked, and what each alternative answers."""

SHOWN = ("EVENT", "CREATE", "PARTY", "BATCH", "GROUP", "DOCUMENT", "ERROR", "TENANT")
"""Areas of requirements: a switch that touches one of them first is probed in test_switches_of_events.py."""

SWITCHES = {
    f"certifiqi.{switch['name']}": switch
    for switch in contract.read("openapi", "certifiqi", "switches.yaml")["switches"]
    if not switch["touches"][0].startswith(tuple(f"CERTIFIQI-{area}" for area in SHOWN))
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
