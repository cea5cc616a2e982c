"""Signatures that verify against the sandbox's own root, with the same bytes each time.

PyHanko writes PAdES into the PDF. The CMS in it, and the one that is a CAdES file, is put together here:
pyHanko's own has a random ECDSA nonce and one signer.
"""
# ruff: noqa: PLC0415, the libraries are an extra, and take half a second that most runs need not pay

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from .pdf_files import written_anew

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    from .pki import Authority, Identity, Kind

RESERVED = 16384
"""Hexadecimal digits kept free for a signature in a PDF: about three times what one takes."""

LAST_UTC_TIME = 2049
"""The last year that CMS writes with two digits."""


# as pypdf, pyHanko tells of each oddity of a file
logging.getLogger("pyhanko").addHandler(logging.NullHandler())


class SignaturesMissing(ImportError):  # noqa: N818, says what is the matter
    """The libraries that sign are not installed."""

    def __init__(self) -> None:
        super().__init__("signed files need the extra: pip install 'sealbox[signatures]'")


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signs, when (an aware time), and with what kind of certificate."""

    name: str
    document_number: str
    at: datetime
    kind: Kind = "valid"


@cache
def authority(seed: str) -> Authority:
    """The certificate authority of a seed. Raises SignaturesMissing, as all of this module does."""
    with _libraries():
        from .pki import Authority

    return Authority(seed)


def sign_pades(pdf: bytes, signers: Sequence[SignedBy], *, issuer: Authority) -> bytes:
    """`pdf` with one PAdES signature per signer, each an update of what the one before has signed.

    A damaged file is written anew first. Raises ValueError for one that cannot be.
    """
    try:
        return _with_signatures(pdf, signers, issuer)
    except SignaturesMissing:
        raise
    except Exception:  # noqa: BLE001, pyHanko raises whatever a broken file makes it stumble over
        mended = written_anew(pdf)
    try:
        return _with_signatures(mended, signers, issuer)
    except Exception as unreadable:  # as above
        raise ValueError(f"this PDF cannot be signed: {unreadable!r}") from unreadable


def sign_cades(content: bytes, signers: Sequence[SignedBy], *, issuer: Authority) -> bytes:
    """A detached .p7s of `content`: CAdES-BES, one SignerInfo per signer.

    Raises ValueError without signers, because nobody could verify it.
    """
    if not signers:
        raise ValueError("a signature needs at least one signer")
    return _cms(sha256(content).digest(), signers, issuer=issuer, says_when=True)


def _with_signatures(pdf: bytes, signers: Sequence[SignedBy], issuer: Authority) -> bytes:
    for signer in signers:
        pdf = _with_signature(pdf, signer, issuer)
    return pdf


def _with_signature(pdf: bytes, signer: SignedBy, issuer: Authority) -> bytes:
    with _libraries():
        from pyhanko.pdf_utils.generic import NameObject, pdf_string
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
        from pyhanko.sign.signers.pdf_byterange import PdfSignedData

    signature = PdfSignedData(
        NameObject("/Sig"), SigSeedSubFilter.PADES, timestamp=_second(signer.at), bytes_reserved=RESERVED
    )
    signature["/Name"] = pdf_string(_written(signer.name))
    signature["/Reason"] = pdf_string("SANDBOX, no legal value")
    writer = _writer(pdf)
    # the file may come with signatures, even with Sealbox's: no other content has this field name
    steps = PdfCMSEmbedder().write_cms(f"Sealbox-{sha256(pdf).hexdigest()[:16]}", writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=signature))
    prepared, written = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    # PAdES keeps the time in the PDF and forbids it here
    steps.send(_cms(prepared.document_digest, (signer,), issuer=issuer, says_when=False))
    return bytes(written.getvalue())


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """PyHanko's writer without what it takes from outside: a random file id and the time of the change."""
    from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    identifier = ByteStringObject(sha256(pdf).digest()[:16])
    first = writer.prev.trailer["/ID"][0] if "/ID" in writer.prev.trailer else identifier
    writer._document_id = ArrayObject([first, identifier])  # noqa: SLF001, there is no other way in
    writer._update_meta = lambda: None  # type: ignore[method-assign]  # noqa: SLF001, as above
    return writer


def _cms(digest: bytes, signers: Sequence[SignedBy], *, issuer: Authority, says_when: bool) -> bytes:
    """A detached SignedData with the chain up to, and without, the root."""
    with _libraries():
        from asn1crypto import cms, x509  # type: ignore[import-untyped]  # ships no py.typed

    identities = [issuer.signer(signer.name, signer.document_number, kind=signer.kind) for signer in signers]
    infos = [
        _signer_info(digest, identity, at=signer.at if says_when else None)
        for signer, identity in zip(signers, identities, strict=True)
    ]
    certificates = {_der(identity): None for identity in (*identities, issuer.intermediate)}
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [x509.Certificate.load(certificate) for certificate in certificates],
        "signer_infos": infos,
    }
    content = _settled(cms.SignedData(signed))
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def _signer_info(digest: bytes, identity: Identity, *, at: datetime | None) -> Any:
    from asn1crypto import cms, x509

    certificate = x509.Certificate.load(_der(identity))
    values = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": _signing_certificate(certificate),
    }
    if at is not None:
        values["signing_time"] = _time(at)
    attributes = _settled(
        cms.CMSAttributes([{"type": name, "values": [value]} for name, value in values.items()])
    )
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(named)),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": attributes,
            "signature": identity.sign(attributes.dump()),
        }
    )
    return _settled(info)


def _signing_certificate(certificate: Any) -> Any:
    """RFC 5035: without it a thief could put another certificate of the same key in its place."""
    from asn1crypto import tsp, x509

    issuer = x509.GeneralName("directory_name", certificate.issuer)
    serial = {"issuer": [issuer], "serial_number": certificate.serial_number}
    named = {"cert_hash": certificate.sha256, "issuer_serial": tsp.IssuerSerial(serial)}
    return _settled(tsp.SigningCertificateV2({"certs": [named]}))


def _settled(value: Any) -> Any:
    """`value` with its encoding: asn1crypto would encode what is inside again at each level around it."""
    return type(value).load(value.dump())


def _time(at: datetime) -> Any:
    from asn1crypto import cms

    moment = _second(at)
    return cms.Time("utc_time" if moment.year <= LAST_UTC_TIME else "generalized_time", moment)


def _second(at: datetime) -> datetime:
    """`at` as CMS and PDF write it."""
    return at.astimezone(UTC).replace(microsecond=0)


def _der(identity: Identity) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return identity.certificate.public_bytes(Encoding.DER)


def _written(text: str) -> str:
    """`text` without halves of letters, which no PDF can hold."""
    return text.encode("utf-8", "replace").decode()


@contextmanager
def _libraries() -> Iterator[None]:
    try:
        yield
    except ImportError as missing:
        raise SignaturesMissing from missing
