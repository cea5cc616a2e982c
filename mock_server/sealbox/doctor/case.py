"""One request under examination, and the words for what is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sealbox.contract.nearest import Route
    from sealbox.contract.operations import Operation

    from .addresses import Api
    from .model import Client
    from .wire import Wire

LONGEST_FACT: Final = 120  # characters of what a client sent
LONGEST_LINE: Final = 300


@dataclass(frozen=True, slots=True)
class Case:
    """A request, the operation it means, and who wrote it.

    `route` is None for a path that leads nowhere; `path` is then the nearest one that leads somewhere.
    `is_answered` when the server has that operation there.
    """

    wire: Wire
    api: Api
    operation: Operation
    route: Route | None
    path: str
    is_answered: bool
    client: Client | None

    @property
    def names(self) -> tuple[str, ...]:
        """What words may be written for, the most particular first."""
        return (self.client.name, self.client.language) if self.client else ()


Symptom = tuple[str, Mapping[str, str]]
"""The id of a finding, and what its words are filled with."""

Symptoms = Iterator[Symptom]


@dataclass(frozen=True, slots=True)
class Words:
    """Templates for `str.format`. `fixes` and `whys` have other words for some clients or languages."""

    why: str
    fix: str
    fixes: Mapping[str, str] = field(default_factory=dict)
    whys: Mapping[str, str] = field(default_factory=dict)

    def said(self, names: tuple[str, ...], facts: Mapping[str, str]) -> tuple[str, str]:
        """Why and fix, each one line of printable ASCII."""
        why = next((self.whys[name] for name in names if name in self.whys), self.why)
        fix = next((self.fixes[name] for name in names if name in self.fixes), self.fix)
        shown = {key: _plain(text)[:LONGEST_FACT] for key, text in facts.items()}
        shown["client"] = names[0] if names else "The client"
        return _plain(why.format_map(shown))[:LONGEST_LINE], _plain(fix.format_map(shown))[:LONGEST_LINE]


def _plain(text: str) -> str:
    """One line of printable ASCII: what a client sent may hold anything."""
    line = " ".join(text[:600].split())
    ascii_only = line.encode("ascii", "backslashreplace").decode()
    return "".join(letter if " " <= letter <= "~" else "?" for letter in ascii_only)
