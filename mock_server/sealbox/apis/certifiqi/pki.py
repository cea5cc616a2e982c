"""A certificate authority shaped like ICP-Brasil's that proves nothing: all of it follows from a seed.

Certificates do not depend on when they are used. Verifiers compare them with the real clock and the sandbox
signs at virtual times, so a sound certificate is valid for a century and an expired one has long expired.
Needs the extra `sealbox[signatures]`: `signatures.authority` is the door that says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["valid", "expired", "revoked"]

ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
CENTURY = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
REVOKED_ON = datetime(2020, 1, 1, tzinfo=UTC)
VALIDITY: dict[Kind, tuple[datetime, datetime]] = {
    "valid": CENTURY,
    "revoked": CENTURY,
    "expired": (datetime(2000, 1, 1, tzinfo=UTC), datetime(2003, 1, 1, tzinfo=UTC)),
}

LONGEST_NAME = 64  # X.520 allows no longer common name
LONGEST_DOCUMENT = 20
WARNING = "SANDBOX, no legal value"

PERSON = x509.ObjectIdentifier("2.16.76.1.3.1")
COMPANY = x509.ObjectIdentifier("2.16.76.1.3.3")


class Identity(NamedTuple):
    """A certificate and the key that signs for it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def sign(self, content: bytes) -> bytes:
        """The ECDSA signature of `content`, always the same one (RFC 6979)."""
        return self.key.sign(content, ec.ECDSA(SHA256(), deterministic_signing=True))


@dataclass(frozen=True, slots=True)
class _Request:
    """What a certificate is to say, apart from whose it is."""

    label: str
    subject: x509.Name
    usage: x509.KeyUsage
    validity: tuple[datetime, datetime] = CENTURY
    path_length: int | None = None
    more: tuple[x509.ExtensionType, ...] = ()


class Authority:
    """A root, an intermediate under it, and a certificate for whoever is to sign.

    Two authorities of one seed are the same; nothing that they have issued is remembered.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.root = self._issue(_ca("Sealbox Sandbox Root", path_length=1), issuer=None)
        self.intermediate = self._issue(_ca("Sealbox Sandbox Intermediate", path_length=0), issuer=self.root)

    def root_pem(self) -> bytes:
        """What a verifier has to trust."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def chain_pem(self) -> bytes:
        """The intermediate and the root."""
        return self.intermediate.certificate.public_bytes(Encoding.PEM) + self.root_pem()

    def signer(self, name: str, document_number: str, *, kind: Kind = "valid") -> Identity:
        """The one certificate of this kind that this person has, and its key.

        Any texts will do: names are cut to what a certificate holds, and a document number that is neither
        a CPF nor a CNPJ appears beside the name only.
        """
        request = _Request(
            label=f"signer {kind} {len(name)} {_sound(name)} {_sound(document_number)}",
            subject=_subject(_common_name(name, document_number)),
            usage=_usage(signs=True),
            validity=VALIDITY[kind],
            more=(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
                ),
                *_document(document_number),
            ),
        )
        return self._issue(request, issuer=self.intermediate)

    def crl(self, revoked: Iterable[Identity] = ()) -> bytes:
        """The intermediate's revocation list in PEM, with these certificates on it."""
        issuer = self.intermediate.certificate
        builder = x509.CertificateRevocationListBuilder(issuer.subject, *CENTURY)
        builder = builder.add_extension(_key_identifier(self.intermediate), critical=False)
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        for serial in sorted({identity.certificate.serial_number for identity in revoked}):
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder(serial, REVOKED_ON).build()
            )
        signed = builder.sign(self.intermediate.key, SHA256(), ecdsa_deterministic=True)
        return signed.public_bytes(Encoding.PEM)

    def _issue(self, request: _Request, *, issuer: Identity | None) -> Identity:
        """A certificate signed by `issuer`, or by itself."""
        scalar = self._number("key", request.label, size=48) % (ORDER_OF_P256 - 1) + 1
        key = ec.derive_private_key(scalar, ec.SECP256R1())
        public = key.public_key()
        begins, ends = request.validity
        builder = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(issuer.certificate.subject if issuer else request.subject)
            .public_key(public)
            .serial_number((self._number("serial", request.label, size=16) >> 1) | 1)
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(
                x509.BasicConstraints(ca=request.path_length is not None, path_length=request.path_length),
                critical=True,
            )
            .add_extension(request.usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        if issuer:
            builder = builder.add_extension(_key_identifier(issuer), critical=False)
        for extension in request.more:
            builder = builder.add_extension(extension, critical=False)
        signed = builder.sign(issuer.key if issuer else key, SHA256(), ecdsa_deterministic=True)
        return Identity(signed, key)

    def _number(self, use: str, label: str, *, size: int) -> int:
        info = f"sealbox {use} {label}".encode()
        derived = HKDF(algorithm=SHA256(), length=size, salt=b"sealbox sandbox", info=info)
        return int.from_bytes(derived.derive(_sound(self._seed).encode()))


def _ca(name: str, *, path_length: int) -> _Request:
    return _Request(label=name, subject=_subject(name), usage=_usage(signs=False), path_length=path_length)


def _subject(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ICP-Brasil"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, WARNING),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Sealbox"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _common_name(name: str, document_number: str) -> str:
    """NAME:CPF, as ICP-Brasil writes it."""
    document = _plain(document_number)[:LONGEST_DOCUMENT]
    return f"{_plain(name)[: LONGEST_NAME - 1 - len(document)]}:{document}"


def _plain(text: str) -> str:
    """Capitals without accents, which ICP-Brasil wants; verifiers refuse some other letters altogether."""
    letters = unicodedata.normalize("NFKD", text.upper())
    ascii_only = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^ -~]", "?", " ".join(ascii_only.split())).split())


def _sound(text: str) -> str:
    """`text` without halves of letters, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


def _document(document_number: str) -> tuple[x509.ExtensionType, ...]:
    """ICP-Brasil's otherName of a person or a company; all that is unknown of a person is zeros."""
    digits = re.sub(r"[^0-9]", "", document_number)
    written = {11: (PERSON, "0" * 8 + digits + "0" * 26), 14: (COMPANY, digits)}.get(len(digits))
    if written is None:
        return ()
    identifier, text = written
    octets = bytes([0x04, len(text)]) + text.encode()  # DER's OCTET STRING, shorter than 128 octets
    return (x509.SubjectAlternativeName([x509.OtherName(identifier, octets)]),)


def _usage(*, signs: bool) -> x509.KeyUsage:
    """What a signer's key may do, or an authority's."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_cert_sign=not signs,
        crl_sign=not signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_identifier(issuer: Identity) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
