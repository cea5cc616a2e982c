"""A create request as a new event: what was sent is kept, what was left out is made."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract
from sealbox.apis.certifiqi.creation import Maker, hints, unknown_values
from sealbox.problems import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.domain.certifiqi.conftest import EventValues


@pytest.fixture
def sent() -> dict[str, Any]:
    post = contract.document("certifiqi")["paths"]["/batch_group"]["post"]
    body: dict[str, Any] = deepcopy(post["requestBody"]["content"]["application/json"]["example"])
    return body


@pytest.fixture
def maker(make: EventValues) -> Callable[..., Maker]:
    def maker(**switches: str) -> Maker:
        ids = count(1)
        return Maker(
            new_id=lambda: f"id {next(ids)}",
            next_group=count(38587).__next__,
            next_signer=count(65063).__next__,
            now=make.NOW,
            switches=make.switches(**switches),
            zip_takes=make.ZIP,
        )

    return maker


def test_every_part_is_kept_as_it_was_sent(maker: Callable[..., Maker], sent: dict[str, Any]) -> None:
    event = maker().event(sent, client_key="mine")
    (batch,) = event.batches
    (party,) = batch.related_parties
    (group,) = party.signer_groups
    (signer,) = group.signers
    (document,) = batch.documents

    assert (event.name, event.main_related_party, event.client_key) == ("Teste", "ba", "mine")
    assert (batch.name, batch.document_type, batch.signature_type) == (
        "Termo de Endosso",
        "term_of_endorsement",
        "cades",
    )
    assert (party.name, party.role, party.signature_position) == ("nome da empresa ", "assignor", 1)
    assert (group.id, group.minimum_required_signers) == (38587, 1)
    assert (signer.id, signer.name, signer.is_group_mandatory, signer.signer_control_number) == (
        65063,
        "João",
        True,
        "1",
    )
    assert (document.key, document.file_size) == ("19f3c0ib-3926-4274-b2ab-720014b35f53", 1681)


def test_every_key_is_another_one(maker: Callable[..., Maker], sent: dict[str, Any]) -> None:
    sent["batches"] *= 2
    event = maker().event(sent, client_key="mine")
    keys = [event.key, event.webhook_key, event.internal_webhook_key]
    keys += [batch.key for batch in event.batches]
    keys += [party.key for batch in event.batches for party in batch.related_parties]

    assert len(set(keys)) == len(keys) == 7


def test_every_part_was_made_at_the_same_moment(
    make: EventValues, maker: Callable[..., Maker], sent: dict[str, Any]
) -> None:
    event = maker().event(sent, client_key="mine")
    batch = event.batches[0]
    party = batch.related_parties[0]
    group = party.signer_groups[0]
    parts = (event, batch, party, group, group.signers[0], batch.documents[0])

    assert {part.created_at for part in parts} == {make.NOW}


@pytest.mark.parametrize(
    ("url", "several", "kept"),
    [
        (
            "google.com.br",
            ["https://a.example", "https://b.example"],
            ("google.com.br", "https://a.example", "https://b.example"),
        ),
        ("a", ["b", "a", "b"], ("a", "b")),
        ("", ["", "b"], ("b",)),
        (None, [], ()),
    ],
)
def test_webhook_addresses_are_kept_once_in_their_order(
    maker: Callable[..., Maker],
    sent: dict[str, Any],
    url: str | None,
    several: list[str],
    kept: tuple[str, ...],
) -> None:
    sent |= {"webhook_url": url, "webhook_url_list": several}

    assert maker().event(sent, client_key="mine").webhook_urls == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0, 0), (0.0, 0.0), ("0", 0), ("12.50", 12.5), ("-3.000000", -3), ("999999999999999", 999999999999999)],
)
def test_a_total_value_is_the_number_that_was_sent(
    maker: Callable[..., Maker], sent: dict[str, Any], value: object, kept: float
) -> None:
    made = maker().event(sent | {"total_value": value}, client_key="mine").total_value

    assert (made, type(made)) == (kept, type(kept))


@pytest.mark.parametrize(("how", "made"), [("generate", str), ("keep", type(None))])
def test_a_missing_control_number_is_made_or_stays_missing(
    maker: Callable[..., Maker], sent: dict[str, Any], how: str, made: type
) -> None:
    (document,) = maker(document_control_number=how).event(sent, client_key="mine").batches[0].documents
    sent["batches"][0]["documents"][0]["control_number"] = "mine"
    (given,) = maker(document_control_number=how).event(sent, client_key="mine").batches[0].documents

    assert isinstance(document.control_number, made)
    assert given == replace(document, control_number="mine")


def test_unknown_values_are_refused_together_and_by_name(
    maker: Callable[..., Maker], sent: dict[str, Any]
) -> None:
    batch = sent["batches"][0]
    batch["document_type"] = "a"
    batch["related_parties"][0]["role"] = "b"

    assert set(unknown_values(sent)) == {("document_type", "a"), ("role", "b")}
    assert maker().event(sent, client_key="mine").batches[0].document_type == "a"
    with pytest.raises(RuleViolation, match="'a' is not a document_type; 'b' is not a role"):
        maker(unknown_enum_values="refuse").event(sent, client_key="mine")


def test_a_group_that_asks_for_too_many_is_refused_on_request(
    maker: Callable[..., Maker], sent: dict[str, Any]
) -> None:
    group = sent["batches"][0]["related_parties"][0]["signer_groups"][0]
    strict = maker(minimum_above_signers="refuse")

    assert strict.event(sent, client_key="mine")
    group["minimum_required_signers"] = 2
    assert maker().event(sent, client_key="mine")
    with pytest.raises(RuleViolation, match="minimum_required_signers"):
        strict.event(sent, client_key="mine")


def test_a_refused_request_draws_no_key_and_no_number(
    maker: Callable[..., Maker], sent: dict[str, Any]
) -> None:
    strict = maker(unknown_enum_values="refuse")
    bad = deepcopy(sent)
    bad["batches"][0]["signature_type"] = "z"
    with pytest.raises(RuleViolation):
        strict.event(bad, client_key="mine")

    assert strict.event(sent, client_key="mine") == maker().event(sent, client_key="mine")


def test_hints_tell_each_oddity_once(sent: dict[str, Any]) -> None:
    def odd(*, cpf: bool = True, cnpj: bool = True) -> tuple[str, ...]:
        return hints(sent, valid_cpf=lambda _: cpf, valid_cnpj=lambda _: cnpj)

    assert odd() == ()
    sent["batches"] *= 2
    assert odd(cpf=False) == ("document_number of signer 'João' is not a valid CPF",)
    assert odd(cnpj=False) == ("attached_document_number is not a valid CNPJ",)
    sent["attached_document_number"] = None
    assert odd(cnpj=False) == ()
    sent["batches"][0]["related_parties"][0]["signer_groups"][0]["minimum_required_signers"] = 9
    assert len(odd()) == 1
