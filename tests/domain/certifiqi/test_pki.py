"""Certificates that follow from a seed, and that a verifier takes for what they are."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID
from hypothesis import example, given
from hypothesis import strategies as st
from sealbox.apis.certifiqi.pki import COMPANY, PERSON, Authority

if TYPE_CHECKING:
    from pathlib import Path

    from sealbox.apis.certifiqi.pki import Identity, Kind

AUTHORITY = Authority("test")
CPF = "85653681067"
KINDS: tuple[Kind, ...] = ("valid", "expired", "revoked")
TEXTS = st.text(st.characters(), max_size=90)  # halves of letters too


def values(identity: Identity, oid: x509.ObjectIdentifier) -> list[str | bytes]:
    return [attribute.value for attribute in identity.certificate.subject.get_attributes_for_oid(oid)]


def other_name(identity: Identity) -> x509.OtherName:
    names = identity.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (name,) = names.get_values_for_type(x509.OtherName)
    return name


def der(identity: Identity) -> bytes:
    return identity.certificate.public_bytes(Encoding.DER)


def test_one_seed_has_one_authority() -> None:
    again = Authority("test")

    assert again.chain_pem() == AUTHORITY.chain_pem()
    assert der(again.signer("Ana", CPF)) == der(AUTHORITY.signer("Ana", CPF))
    assert again.crl() == AUTHORITY.crl()


def test_other_seeds_have_other_authorities() -> None:
    assert Authority("other").root_pem() != AUTHORITY.root_pem()


@pytest.mark.parametrize("seed", ["", "ç", "\ud800"])
def test_any_text_is_a_seed(seed: str) -> None:
    assert Authority(seed).root_pem().startswith(b"-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("kind", KINDS)
def test_each_certificate_is_issued_by_the_one_above(kind: Kind) -> None:
    signer = AUTHORITY.signer("Ana", CPF, kind=kind).certificate
    intermediate, root = x509.load_pem_x509_certificates(AUTHORITY.chain_pem())

    signer.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_a_signer_is_no_authority() -> None:
    signer = AUTHORITY.signer("Ana", CPF).certificate.extensions

    assert not signer.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not signer.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_names_are_written_as_icp_brasil_writes_them() -> None:
    signer = AUTHORITY.signer("João  da Silva", CPF)

    assert values(signer, NameOID.COMMON_NAME) == [f"JOAO DA SILVA:{CPF}"]
    assert values(signer, NameOID.ORGANIZATION_NAME) == ["ICP-Brasil"]


def test_every_certificate_says_that_it_has_no_legal_value() -> None:
    for identity in (AUTHORITY.root, AUTHORITY.intermediate, AUTHORITY.signer("Ana", CPF)):
        assert "SANDBOX, no legal value" in values(identity, NameOID.ORGANIZATIONAL_UNIT_NAME)


@pytest.mark.parametrize("written", [CPF, "856.536.810-67"])
def test_a_cpf_stands_in_the_columns_of_the_other_name(written: str) -> None:
    name = other_name(AUTHORITY.signer("Ana", written))

    assert name.type_id == PERSON
    assert name.value[2:][8:19].decode() == CPF
    assert len(name.value) == 2 + name.value[1] == 47


def test_a_cnpj_is_the_other_name_of_a_company() -> None:
    name = other_name(AUTHORITY.signer("Empresa", "74766848000162"))

    assert name.type_id == COMPANY
    assert name.value[2:] == b"74766848000162"


@pytest.mark.parametrize("document", ["", "1", "٣" * 11])
def test_any_other_document_has_no_other_name(document: str) -> None:
    extensions = AUTHORITY.signer("Ana", document).certificate.extensions

    assert all(found.oid != ExtensionOID.SUBJECT_ALTERNATIVE_NAME for found in extensions)


@given(name=TEXTS, document=TEXTS)
@example("ã" * 90, "9" * 90)
@example("", "")
def test_anybody_gets_a_certificate_that_can_be_read_again(name: str, document: str) -> None:
    read = x509.load_der_x509_certificate(der(AUTHORITY.signer(name, document)))
    (common_name,) = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)

    assert isinstance(common_name.value, str)
    assert len(common_name.value) <= 64
    assert common_name.value.isprintable()


@given(people=st.lists(st.tuples(st.text(max_size=3), st.text("01", max_size=3)), unique=True, max_size=6))
def test_nobody_shares_a_key_or_a_serial_number(people: list[tuple[str, str]]) -> None:
    identities = [AUTHORITY.signer(*person, kind=kind) for person in people for kind in KINDS]

    assert len({identity.certificate.serial_number for identity in identities}) == len(identities)
    assert len({identity.key.private_numbers().private_value for identity in identities}) == len(identities)


def test_a_name_does_not_run_into_the_document() -> None:
    first, second = AUTHORITY.signer("Ana 1", "2"), AUTHORITY.signer("Ana", "1 2")

    assert first.key.private_numbers() != second.key.private_numbers()


def test_a_long_name_leaves_room_for_the_document() -> None:
    assert values(AUTHORITY.signer("A" * 80, CPF), NameOID.COMMON_NAME) == ["A" * 52 + f":{CPF}"]


@given(content=st.binary(max_size=99))
def test_one_content_has_one_signature(content: bytes) -> None:
    signer = AUTHORITY.signer("Ana", CPF)
    signature = signer.sign(content)

    assert signer.sign(content) == signature
    signer.key.public_key().verify(signature, content, ec.ECDSA(SHA256()))


def test_a_signature_is_of_its_content_only() -> None:
    signer = AUTHORITY.signer("Ana", CPF)

    with pytest.raises(InvalidSignature):
        signer.key.public_key().verify(signer.sign(b"a"), b"b", ec.ECDSA(SHA256()))


def test_an_expired_certificate_was_valid_once() -> None:
    certificate = AUTHORITY.signer("Ana", CPF, kind="expired").certificate

    assert certificate.not_valid_before_utc < certificate.not_valid_after_utc
    assert certificate.not_valid_after_utc.year < 2010


def test_the_revocation_list_names_whom_it_is_given() -> None:
    revoked = AUTHORITY.signer("Ana", CPF, kind="revoked")
    sound = AUTHORITY.signer("Ana", CPF)
    crl = x509.load_pem_x509_crl(AUTHORITY.crl([revoked]))

    assert crl.get_revoked_certificate_by_serial_number(revoked.certificate.serial_number)
    assert crl.get_revoked_certificate_by_serial_number(sound.certificate.serial_number) is None


def test_the_revocation_list_is_signed_by_the_intermediate() -> None:
    crl = x509.load_pem_x509_crl(AUTHORITY.crl())

    assert crl.is_signature_valid(AUTHORITY.intermediate.key.public_key())
    assert crl.issuer == AUTHORITY.intermediate.certificate.subject


def test_the_revocation_list_forgets_order_and_repetition() -> None:
    people = [AUTHORITY.signer(f"signer {number}", CPF, kind="revoked") for number in range(9)]

    assert AUTHORITY.crl(people) == AUTHORITY.crl(reversed(people * 2))


def test_the_revocation_list_counts_serial_numbers_upwards() -> None:
    people = [AUTHORITY.signer(f"signer {number}", CPF, kind="revoked") for number in range(9)]
    serials = [entry.serial_number for entry in x509.load_pem_x509_crl(AUTHORITY.crl(people))]

    assert serials == sorted(serials)
    assert len(serials) == 9


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(("kind", "verdict"), [("valid", 0), ("expired", 2), ("revoked", 2)])
def test_openssl_thinks_of_each_kind_what_its_name_says(kind: Kind, verdict: int, tmp_path: Path) -> None:
    identity = AUTHORITY.signer("Ana", CPF, kind=kind)
    revoked = [AUTHORITY.signer("Ana", CPF, kind="revoked")]
    for name, content in {
        "root.pem": AUTHORITY.root_pem(),
        "chain.pem": AUTHORITY.chain_pem(),
        "crl.pem": AUTHORITY.crl(revoked),
        "signer.pem": identity.certificate.public_bytes(Encoding.PEM),
    }.items():
        (tmp_path / name).write_bytes(content)
    command = "openssl verify -x509_strict -purpose smimesign -crl_check -CRLfile crl.pem -CAfile root.pem"
    done = subprocess.run(
        [*command.split(), "-untrusted", "chain.pem", "signer.pem"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == verdict, done.stderr
    assert kind in (done.stdout + done.stderr if kind != "valid" else "valid")
