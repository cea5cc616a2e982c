"""Magic values: failure on demand, from the one list that the command and the documentation print too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.exchanges.relied import SHOWN, note
from sealbox.problems import ServerFault

from .model import CertificateKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Magic:
    """The values of `fixtures/certifiqi/magic.yaml`."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self._tokens = {entry["kind"]: entry["answers"] for entry in written["tokens"]}
        self._certificates = {
            entry["local_part"]: CertificateKind(entry["certificate"]) for entry in written["signers"]
        }

    def certificate(self, email: str) -> CertificateKind:
        """What a signer with this address signs with."""
        local_part = email.partition("@")[0].partition("+")[0].lower()
        return self._certificates.get(local_part, CertificateKind.VALID)

    def refuse_caller(self, kind: str) -> None:
        """Raise the server error that a key of this kind stands for, if it does."""
        if self._tokens.get(kind) == 500:
            note("certifiqi.magic", SHOWN)
            problem = ServerFault()
            problem.why = "a magic key asked for this; `sealbox magic` lists them"
            raise problem
