"""Faker behind one seeded object: people and companies that do not exist."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from faker import Faker


class Person(NamedTuple):
    """Someone invented. The address is always at example.com."""

    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class People:
    """Draws people in an order that only `seed` and `locale` decide."""

    def __init__(self, seed: str, *, locale: str) -> None:
        self.random = Random(f"people {seed} {locale}")  # noqa: S311, reproducible on purpose
        self._locale = locale

    @cached_property
    def _faker(self) -> Faker:
        from faker import Faker  # noqa: PLC0415, a fifth of a second that most commands need not pay

        faker = Faker(self._locale)
        faker.seed_instance(self.random.getrandbits(64))
        return faker

    def person(self) -> Person:
        first, last = self._faker.first_name(), self._faker.last_name()
        return Person(first, last, f"{_plain(first)}.{_plain(last)}@example.com")

    def job(self) -> str:
        return str(self._faker.job()).split(",", maxsplit=1)[0]

    def company(self) -> str:
        return str(self._faker.company())

    def cpf(self) -> str:
        """Eleven digits with valid check digits. Only for the locale pt_BR."""
        return re.sub(r"\D", "", self._faker.cpf())

    def cnpj(self) -> str:
        """Fourteen digits with valid check digits. Only for the locale pt_BR."""
        return re.sub(r"\D", "", self._faker.cnpj())


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
