"""Faker behind one seeded object: people and companies that do not exist."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from importlib.metadata import version
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from .cached import Entry

if TYPE_CHECKING:
    from faker import Faker

KEPT = "1"
"""The seed whose people are kept in the cache: that of nearly every start."""


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
        self._is_kept = seed == KEPT
        self._drawn: list[list[str]] = []

    @cached_property
    def _seed(self) -> int:
        return self.random.getrandbits(64)

    @cached_property
    def _entry(self) -> Entry:
        return Entry("people", self._locale.encode(), f"{self._seed}".encode(), version("faker").encode())

    @cached_property
    def _known(self) -> list[list[str]]:
        """What Faker gave when these people were drawn before."""
        found = self._entry.read() if self._is_kept else None
        return found if isinstance(found, list) else []

    @cached_property
    def _faker(self) -> Faker:
        from faker import Faker  # noqa: PLC0415, a fifth of a second that most starts need not take

        faker = Faker(self._locale)
        faker.seed_instance(self._seed)
        for kind, _ in self._drawn:
            getattr(faker, kind)()  # as far as it would be
        return faker

    def _draw(self, kind: str) -> str:
        number = len(self._drawn)
        known = self._known[number] if number < len(self._known) and "_faker" not in vars(self) else None
        text = known[1] if known and known[0] == kind else str(getattr(self._faker, kind)())
        self._drawn.append([kind, text])
        return text

    def keep(self) -> None:
        """Have the next start find what was drawn, so that it need not wait for Faker."""
        if self._is_kept and "_faker" in vars(self):
            self._entry.write(self._drawn)

    def person(self) -> Person:
        first, last = self._draw("first_name"), self._draw("last_name")
        return Person(first, last, f"{_plain(first)}.{_plain(last)}@example.com")

    def job(self) -> str:
        return self._draw("job").split(",", maxsplit=1)[0]

    def company(self) -> str:
        return self._draw("company")

    def cpf(self) -> str:
        """Eleven digits with valid check digits. Only for the locale pt_BR."""
        return re.sub(r"\D", "", self._draw("cpf"))

    def cnpj(self) -> str:
        """Fourteen digits with valid check digits. Only for the locale pt_BR."""
        return re.sub(r"\D", "", self._draw("cnpj"))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
