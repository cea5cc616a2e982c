"""Signed files, judged by verifiers that are not ours."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import cms, crl, pem, x509  # type: ignore[import-untyped]  # ships no py.typed
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from reportlab.pdfgen.canvas import Canvas
from sealbox.apis.certifiqi.pdf_files import with_signature_page
from sealbox.apis.certifiqi.signatures import SignedBy, authority, sign_cades, sign_pades

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyhanko.sign.validation.status import PdfSignatureStatus
    from sealbox.apis.certifiqi.pki import Kind

ISSUER = authority("test")
NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
ANA = SignedBy("Ana Maria", "85653681067", NOON)
RUI = SignedBy("Rui João", "11144477735", NOON + timedelta(hours=1))
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def drawn() -> bytes:
    target = BytesIO()
    canvas = Canvas(target, invariant=1)
    canvas.drawString(72, 72, "what is signed")
    canvas.save()
    return target.getvalue()


PDF = drawn()


def of_kind(kind: Kind) -> SignedBy:
    return SignedBy("Eva", "52998224725", NOON, kind)


def verdicts(pdf: bytes, *, revoked: Sequence[SignedBy] = ()) -> list[PdfSignatureStatus]:
    """What pyHanko says of each signature when it trusts the sandbox's root and nothing else."""
    listed = ISSUER.crl(ISSUER.signer(by.name, by.document_number, kind=by.kind) for by in revoked)
    policy = CertRevTrustPolicy(
        RevocationCheckingPolicy(RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.NO_CHECK)
    )
    context = ValidationContext(
        revinfo_policy=policy,
        trust_roots=[x509.Certificate.load(pem.unarmor(ISSUER.root_pem())[2])],
        crls=[crl.CertificateList.load(pem.unarmor(listed)[2])],
        moment=NOON + timedelta(days=30),
        allow_fetching=False,
    )
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return [validate_pdf_signature(signature, context) for signature in found]


def openssl(
    signature: bytes, content: bytes, folder: Path, *options: str, trusted: bytes | None = None
) -> str:
    """What `openssl cms -verify` says of a .p7s."""
    files = {"content": content, "signature.p7s": signature, "root.pem": trusted or ISSUER.root_pem()}
    for name, written in files.items():
        (folder / name).write_bytes(written)
    command = "openssl cms -verify -binary -inform DER -in signature.p7s -content content -CAfile root.pem"
    done = subprocess.run(
        [*command.split(), *options, "-out", "/dev/null"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "verified" if done.returncode == 0 else done.stderr


def signer_infos(signature: bytes) -> list[dict[str, Any]]:
    """The signed attributes of each SignerInfo."""
    infos = cms.ContentInfo.load(signature)["content"]["signer_infos"]
    return [
        {attribute["type"].native: attribute["values"][0] for attribute in info["signed_attrs"]}
        for info in infos
    ]


def test_a_pades_signature_is_intact_and_trusted() -> None:
    (verdict,) = verdicts(sign_pades(PDF, [ANA], issuer=ISSUER))

    assert verdict.bottom_line
    assert verdict.summary().startswith("INTACT:TRUSTED,UNTOUCHED")


def test_each_pades_signer_adds_one_signature_in_order() -> None:
    signed = sign_pades(PDF, [ANA, RUI, of_kind("valid")], issuer=ISSUER)
    found = verdicts(signed)

    assert all(verdict.bottom_line for verdict in found)
    assert [verdict.signing_cert.subject.native["common_name"] for verdict in found] == [
        "ANA MARIA:85653681067",
        "RUI JOAO:11144477735",
        "EVA:52998224725",
    ]
    assert signed.startswith(PDF)


def test_a_pades_signature_tells_the_virtual_time() -> None:
    elsewhere = SignedBy(
        "Ana", "1", NOON.astimezone(timezone(timedelta(hours=-3))) + timedelta(microseconds=9)
    )
    (verdict,) = verdicts(sign_pades(PDF, [elsewhere], issuer=ISSUER))

    assert verdict.signer_reported_dt == NOON


def test_a_pades_file_is_of_the_pades_kind() -> None:
    (signature,) = PdfFileReader(BytesIO(sign_pades(PDF, [ANA], issuer=ISSUER))).embedded_signatures

    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    (attributes,) = signer_infos(signature.signed_data and bytes(signature.pkcs7_content))
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}


@settings(max_examples=25)
@given(place=st.integers(0, len(PDF) - 1))
def test_a_pades_file_with_another_byte_is_refused(place: int) -> None:
    signed = bytearray(sign_pades(PDF, [ANA], issuer=ISSUER))
    signed[place] ^= 1
    try:
        found = verdicts(bytes(signed))
    except Exception:  # noqa: BLE001, a broken file may stop the reader anywhere
        return

    assert not any(verdict.bottom_line for verdict in found)


def test_a_page_added_after_signing_is_noticed() -> None:
    longer = with_signature_page(sign_pades(PDF, [ANA], issuer=ISSUER), title="later", lines=[])

    assert not any(verdict.bottom_line for verdict in verdicts(longer))


@pytest.mark.parametrize("kind", ["expired", "revoked"])
def test_pades_by_a_bad_certificate_is_intact_and_not_trusted(kind: Kind) -> None:
    bad = of_kind(kind)
    found = verdicts(sign_pades(PDF, [ANA, bad], issuer=ISSUER), revoked=[of_kind("revoked")])

    assert [verdict.intact for verdict in found] == [True, True]
    assert [verdict.trusted for verdict in found] == [True, False]


def test_another_seed_is_not_trusted() -> None:
    (verdict,) = verdicts(sign_pades(PDF, [ANA], issuer=authority("other")))

    assert verdict.intact
    assert not verdict.trusted


def test_a_signed_file_can_be_signed_again() -> None:
    once = sign_pades(PDF, [ANA], issuer=ISSUER)

    assert sign_pades(once, [RUI], issuer=ISSUER) == sign_pades(PDF, [ANA, RUI], issuer=ISSUER)
    assert [verdict.bottom_line for verdict in verdicts(sign_pades(once, [ANA], issuer=ISSUER))] == [
        True,
        True,
    ]


def test_nobody_signs_nothing() -> None:
    assert sign_pades(PDF, [], issuer=ISSUER) == PDF
    with pytest.raises(ValueError, match="at least one signer"):
        sign_cades(PDF, [], issuer=ISSUER)


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\ntrailer<</Root 1 0 R>>", PDF[:300]])
def test_what_is_no_pdf_is_not_signed(content: bytes) -> None:
    with pytest.raises(ValueError, match="this PDF cannot be"):
        sign_pades(content, [ANA], issuer=ISSUER)


@settings(max_examples=40)
@given(place=st.integers(0, len(PDF) - 1), text=st.binary(max_size=5))
def test_a_broken_pdf_is_signed_or_refused(place: int, text: bytes) -> None:
    try:
        signed = sign_pades(PDF[:place] + text + PDF[place + len(text) + 1 :], [ANA], issuer=ISSUER)
    except ValueError:
        return

    assert b"/ETSI.CAdES.detached" in signed


def test_a_damaged_pdf_is_written_anew_and_verifies() -> None:
    damaged = PDF.replace(b"xref\n0 ", b"xref\n7 ").replace(b"startxref\n", b"startxref\n9")
    signed = sign_pades(damaged, [ANA, RUI], issuer=ISSUER)

    assert not signed.startswith(damaged)
    assert [verdict.bottom_line for verdict in verdicts(signed)] == [True, True]


@needs_openssl
@pytest.mark.parametrize("signers", [[ANA], [ANA, RUI], [ANA, RUI, of_kind("valid"), ANA]], ids=len)
def test_openssl_verifies_a_p7s_of_any_number_of_signers(signers: list[SignedBy], tmp_path: Path) -> None:
    signature = sign_cades(PDF, signers, issuer=ISSUER)

    assert len(signer_infos(signature)) == len(signers)
    assert openssl(signature, PDF, tmp_path) == "verified"


@needs_openssl
def test_openssl_verifies_a_p7s_as_cades(tmp_path: Path) -> None:
    assert openssl(sign_cades(PDF, [ANA, RUI], issuer=ISSUER), PDF, tmp_path, "-cades") == "verified"


@needs_openssl
def test_openssl_refuses_another_content(tmp_path: Path) -> None:
    assert "Verification failure" in openssl(sign_cades(PDF, [ANA], issuer=ISSUER), PDF + b" ", tmp_path)


@needs_openssl
def test_openssl_refuses_an_expired_signer_among_others(tmp_path: Path) -> None:
    signature = sign_cades(PDF, [ANA, of_kind("expired")], issuer=ISSUER)

    assert "expired" in openssl(signature, PDF, tmp_path)


@needs_openssl
@pytest.mark.parametrize(("kind", "verdict"), [("valid", "verified"), ("revoked", "revoked")])
def test_openssl_refuses_a_revoked_signer(kind: Kind, verdict: str, tmp_path: Path) -> None:
    revoked = ISSUER.signer("Eva", "52998224725", kind="revoked")
    signature = sign_cades(PDF, [of_kind(kind)], issuer=ISSUER)
    said = openssl(signature, PDF, tmp_path, "-crl_check", trusted=ISSUER.root_pem() + ISSUER.crl([revoked]))

    assert verdict in said


@needs_openssl
def test_openssl_refuses_another_root(tmp_path: Path) -> None:
    signature = sign_cades(PDF, [ANA], issuer=ISSUER)

    assert openssl(signature, PDF, tmp_path, trusted=authority("other").root_pem()) != "verified"


def test_a_p7s_names_its_certificate_and_its_time() -> None:
    (attributes,) = signer_infos(sign_cades(PDF, [ANA], issuer=ISSUER))
    certificate = ISSUER.signer(ANA.name, ANA.document_number).certificate
    (named,) = attributes["signing_certificate_v2"]["certs"]

    assert attributes["signing_time"].native == NOON
    assert attributes["message_digest"].native == hashlib.sha256(PDF).digest()
    assert named["issuer_serial"]["serial_number"].native == certificate.serial_number


def test_a_p7s_brings_the_chain_without_root_and_content() -> None:
    signed = cms.ContentInfo.load(sign_cades(PDF, [ANA, RUI, ANA], issuer=ISSUER))["content"]
    subjects = {found.chosen.subject.native["common_name"] for found in signed["certificates"]}

    assert subjects == {"ANA MARIA:85653681067", "RUI JOAO:11144477735", "Sealbox Sandbox Intermediate"}
    assert len(signed["certificates"]) == 3
    assert signed["encap_content_info"]["content"].native is None


@pytest.mark.parametrize("year", [2049, 2050, 8999])
def test_clocks_may_be_far_ahead(year: int) -> None:
    later = SignedBy("Ana", "1", NOON.replace(year=year))
    (attributes,) = signer_infos(sign_cades(PDF, [later], issuer=ISSUER))

    assert attributes["signing_time"].native == later.at
    assert sign_pades(PDF, [later], issuer=ISSUER).startswith(PDF)


@settings(max_examples=30)
@given(name=st.text(st.characters(), max_size=80), document=st.text(st.characters(), max_size=30))
def test_anybody_can_sign(name: str, document: str) -> None:
    by = SignedBy(name, document, NOON)

    assert [verdict.bottom_line for verdict in verdicts(sign_pades(PDF, [by], issuer=ISSUER))] == [True]


FILES = """
import hashlib
from datetime import datetime
from sealbox.apis.certifiqi.signatures import SignedBy, authority, sign_cades, sign_pades
issuer = authority("test")
people = [SignedBy(name, number, datetime.fromisoformat(at)) for name, number, at in {people!r}]
made = sign_pades({pdf!r}, people, issuer=issuer) + sign_cades({pdf!r}, people, issuer=issuer)
print(hashlib.sha256(made).hexdigest())
"""


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_writes_the_same_bytes(hash_seed: str) -> None:
    people = [(by.name, by.document_number, by.at.isoformat()) for by in (ANA, RUI)]
    done = subprocess.run(
        [sys.executable, "-c", FILES.format(people=people, pdf=PDF)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = sign_pades(PDF, [ANA, RUI], issuer=ISSUER) + sign_cades(PDF, [ANA, RUI], issuer=ISSUER)

    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


WITHOUT = """
import sys
sys.modules[{missing!r}] = None
from datetime import UTC, datetime
from sealbox.apis.certifiqi import signatures
try:
    issuer = signatures.authority("test")
    by = [signatures.SignedBy("Ana", "1", datetime(2025, 4, 1, tzinfo=UTC))]
    {call}
except signatures.SignaturesMissing as missing:
    print(missing)
"""


@pytest.mark.parametrize(
    ("missing", "call"),
    [
        ("cryptography", "pass"),
        ("asn1crypto", "signatures.sign_cades(b'', by, issuer=issuer)"),
        ("pyhanko", "signatures.sign_pades(b'', by, issuer=issuer)"),
    ],
)
def test_missing_libraries_are_named_by_their_extra(missing: str, call: str) -> None:
    script = WITHOUT.format(missing=missing, call=call)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "pip install 'sealbox[signatures]'" in done.stdout, done.stderr
