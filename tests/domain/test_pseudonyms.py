"""People become other people of the same kind, one for one, and stay them."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.exports.pseudonyms import Pseudonyms, is_cnpj, is_cpf
from validate_docbr import CNPJ, CPF

CPFS = ["52998224725", "11144477735", "39053344705"]
CNPJS = ["11222333000181", "74766848000162"]
NAMES = st.text(st.characters(categories=["L"]), min_size=3).map(str.title)


def test_one_address_is_one_pseudonym() -> None:
    people = Pseudonyms()

    assert people.email("ana@empresa.test") == "redacted-1@example.com"
    assert people.email("bia@empresa.test") == "redacted-2@example.com"
    assert people.email(" Ana@Empresa.test ") == " redacted-1@example.com "


@pytest.mark.parametrize(
    "address",
    ["ana@example.com", "ana@mail.example.org", "ana@empresa.example", "ana@example", "ana@example.com.br"],
)
def test_addresses_of_nobody_stay(address: str) -> None:
    assert Pseudonyms().email(address) == address
    assert Pseudonyms().text(f"to {address}.") == f"to {address}."


@pytest.mark.parametrize("domain", ["badexample.com", "example.com.evil.test", "example.co"])
def test_a_domain_that_only_looks_like_nobodys_is_replaced(domain: str) -> None:
    assert Pseudonyms().email(f"ana@{domain}") == "redacted-1@example.com"


def test_a_magic_local_part_goes_on_asking() -> None:
    people = Pseudonyms(magic={"fail"})

    assert people.email("fail+ana@empresa.test") == "fail+redacted-1@example.com"
    assert people.email("FAIL@empresa.test") == "fail+redacted-2@example.com"
    assert people.email("failure@empresa.test") == "redacted-3@example.com"


@pytest.mark.parametrize("text", ["no address", "ana", "a@b@c", "ana@em presa.test"])
def test_what_is_no_address_becomes_none(text: str) -> None:
    assert Pseudonyms().email(text) == "redacted-1"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_blank_stays_blank(text: str) -> None:
    people = Pseudonyms()

    assert people.name(text) == people.email(text) == people.document(text) == people.phone(text) == text


@pytest.mark.parametrize("digits", CPFS)
def test_a_cpf_becomes_another_valid_one(digits: str) -> None:
    people = Pseudonyms()
    written = f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"

    assert people.document(digits) != digits
    assert CPF().validate(people.document(digits))
    assert re.sub(r"\D", "", people.document(written)) == people.document(digits)
    assert re.fullmatch(r"000\.00\d\.\d{3}-\d\d", people.document(written))


@pytest.mark.parametrize("digits", CNPJS)
def test_a_cnpj_becomes_another_valid_one(digits: str) -> None:
    found = Pseudonyms().document(digits)

    assert found != digits
    assert CNPJ().validate(found)


def test_a_number_with_wrong_check_digits_stays_a_wrong_one() -> None:
    found = Pseudonyms().document("52998224700")

    assert found != "52998224700"
    assert len(found) == 11
    assert not is_cpf(found)


@given(st.from_regex(r"\A[0-9]{11}\Z"))
def test_check_digits_are_those_of_a_cpf(digits: str) -> None:
    assert is_cpf(digits) == CPF().validate(digits)


@given(st.from_regex(r"\A[0-9]{12}\Z"))
def test_check_digits_are_those_of_a_cnpj(digits: str) -> None:
    whole = [digits + f"{rest:02d}" for rest in range(100)]

    assert [is_cnpj(one) for one in whole] == [CNPJ().validate(one) for one in whole]


@pytest.mark.parametrize("phone", ["+5511987654321", "(11) 98765-4321", "1234567"])
def test_a_phone_is_written_as_it_was(phone: str) -> None:
    found = Pseudonyms().phone(phone)

    assert found != phone
    assert re.sub(r"\d", "0", found) == re.sub(r"\d", "0", phone)


@given(st.text(max_size=40))
def test_pseudonyms_stay_what_they_are(text: str) -> None:
    people = Pseudonyms(taken=text)
    for change in (people.name, people.email, people.document, people.phone, people.text):
        once = change(text)

        assert change(once) == once
        assert Pseudonyms().__getattribute__(change.__name__)(once) == once


@given(st.lists(st.emails(), unique_by=str.casefold, max_size=8))
def test_different_people_stay_different(addresses: list[str]) -> None:
    people = Pseudonyms()

    assert len({people.email(address) for address in addresses}) == len(addresses)


def test_a_number_that_is_taken_is_nobodys_new_one() -> None:
    people = Pseudonyms(taken="redacted-1@example.com and Redacted 2")

    assert people.email("ana@empresa.test") == "redacted-3@example.com"


def test_who_was_met_is_found_in_other_texts() -> None:
    people = Pseudonyms()
    people.name("Maria Silva")
    people.look_for_everybody()

    assert people.text("Turma de MARIA SILVA") == "Turma de Redacted 1"
    assert people.text("contrato_maria silva.pdf") == "contrato_Redacted 1.pdf"
    assert people.text("Ana Maria Silvana") == "Ana Maria Silvana"


@pytest.mark.parametrize("name", ["Jos\u00e9 Lima", "Jose\u0301 Lima", "A\u0149a Lima", "STRA\u00dfE"])
def test_who_was_met_is_found_however_accents_are_written(name: str) -> None:
    people = Pseudonyms()
    people.name(name)
    people.look_for_everybody()

    for form in ("NFC", "NFD"):
        assert people.text(f"de {normalize(form, name)}") == "de Redacted 1"
    assert people.text(f"de {name}") == "de Redacted 1"


def test_words_of_machines_are_left_alone() -> None:
    people = Pseudonyms()
    for name in ("other", "true", "pending"):
        people.name(name)
    people.look_for_everybody()

    assert [people.text(word) for word in ("other", "true", "pending")] == ["other", "true", "pending"]


@given(NAMES, st.text(st.characters(categories=["L", "Zs"]), max_size=20))
def test_nobody_met_is_left_in_a_text(name: str, around: str) -> None:
    people = Pseudonyms()
    people.name(name)
    people.look_for_everybody()

    assert name not in people.text(f"{around} {name}, {name}: {around.strip()}").split()


def test_numbers_and_addresses_are_found_in_texts() -> None:
    found = Pseudonyms().text("CPF 529.982.247-25 de <ana@empresa.test>; tel. 42")

    assert found == "CPF 000.000.002-72 de <redacted-1@example.com>; tel. 42"


@pytest.mark.parametrize(
    "text",
    ["9e3b1020-5a0d-4d1f-8c11-52998224725a", "2025-04-01T12:00:00.000000Z", "12345678901", "1.52998224725"],
)
def test_other_numbers_stay(text: str) -> None:
    assert Pseudonyms().text(text) == text
