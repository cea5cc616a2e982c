"""Credentials that are almost right, and surely none."""

from __future__ import annotations

import re

from sealbox_conformance.witness import NotConcluded

HEXADECIMAL = re.compile(r"[0-9a-fA-F-]+")


def another(secret: str) -> str:
    """One character is another. Not the last one: where that ends base64, some of its bits say nothing."""
    place = len(secret) // 2
    return f"{secret[:place]}{'y' if secret[place] in 'xX' else 'x'}{secret[place + 1 :]}"


def cut_short(secret: str) -> str:
    """Without its last character that counts: base64 may go without its padding."""
    return secret.rstrip("=")[:-1]


def in_another_case(secret: str) -> str:
    """With the case of every letter turned round. Raises NotConcluded when that may be the same one."""
    if HEXADECIMAL.fullmatch(secret) or secret.swapcase() == secret:
        raise NotConcluded("the credential has no letters whose case tells anything")
    return secret.swapcase()
