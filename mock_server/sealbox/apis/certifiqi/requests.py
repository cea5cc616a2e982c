"""What a CertifiQI request says: JSON, which Connexion's router and our own reader share."""

from __future__ import annotations

from typing import Any


def read(
    content_type: str | None,  # noqa: ARG001, every API's reader is asked in the same words
    query: bytes,  # noqa: ARG001, as above
    body: bytes,  # noqa: ARG001, as above
) -> tuple[dict[str, Any], tuple[str, bytes] | None]:
    """Nothing to do before Connexion: JSON bodies are read once, by the validator, after the credential."""
    return {}, None
