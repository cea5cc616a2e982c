"""How each API is addressed, for whoever is told what to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Api:
    """How an API is addressed, and where the environment has its URL and its credential."""

    name: str
    header: str
    scheme: str

    @property
    def url(self) -> str:
        return f"{self.name.upper()}_URL"

    @property
    def token(self) -> str:
        return f"{self.name.upper()}_TOKEN"


FORM: Final = "multipart/form-data"
JSON: Final = "application/json"

APIS: Final = {
    "vec": Api("vec", "Authorization", "Bearer "),
    "certifiqi": Api("certifiqi", "x-api-token", ""),
}
