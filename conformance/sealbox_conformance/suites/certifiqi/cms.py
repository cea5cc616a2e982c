"""What is inside a signature file: whose, over which bytes, and whether it is good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sealbox_conformance.witness import NotConcluded

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signer's part of a CMS object: the digest that was signed, the certificate's name, soundness."""

    digest: bytes
    subject: str
    is_sound: bool


def signatures(content: bytes) -> list[Signature]:
    """The signatures of a detached CMS object. Raises ValueError for anything else."""
    try:
        from asn1crypto import cms  # type: ignore[import-untyped] # noqa: PLC0415, ships no py.typed; an extra
    except ImportError as error:
        raise NotConcluded(
            "reading signatures needs asn1crypto: pip install 'sealbox[signatures]'"
        ) from error
    outer = cms.ContentInfo.load(content)
    if outer["content_type"].native != "signed_data":
        raise ValueError("no CMS signed data")
    signed = outer["content"]
    certificates = [one.chosen for one in signed["certificates"]]
    return [_signature(info, certificates) for info in signed["signer_infos"]]


def _signature(info: Any, certificates: list[Any]) -> Signature:
    serial = info["sid"].chosen["serial_number"].native
    certificate = next(one for one in certificates if one.serial_number == serial)
    attributes = {one["type"].native: one["values"][0] for one in info["signed_attrs"]}
    return Signature(
        digest=attributes["message_digest"].native,
        subject=certificate.subject.human_friendly,
        is_sound=_is_sound(info, certificate),
    )


def _is_sound(info: Any, certificate: Any) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415, part of the extra
    from cryptography.hazmat.primitives.asymmetric import ec, padding  # noqa: PLC0415, as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415, as above
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415, as above

    key: Any = load_der_x509_certificate(certificate.dump()).public_key()
    attributes = info["signed_attrs"].untag().dump()
    how = (
        (ec.ECDSA(SHA256()),)
        if isinstance(key, ec.EllipticCurvePublicKey)
        else (padding.PKCS1v15(), SHA256())
    )
    try:
        key.verify(info["signature"].native, attributes, *how)
    except InvalidSignature:
        return False
    return True


def of_pdf(content: bytes) -> list[tuple[Signature, bytes]]:
    """The signatures inside a PDF, each with the digest of the bytes that it covers."""
    found = []
    for match in BYTE_RANGE.finditer(content):
        start, length, later, rest = (int(number) for number in match.groups())
        covered = content[start : start + length] + content[later : later + rest]
        hexadecimal = content[start + length + 1 : later - 1]
        padded = bytes.fromhex(hexadecimal.decode("ascii"))
        found += [(one, sha256(covered).digest()) for one in signatures(padded)]
    return found
