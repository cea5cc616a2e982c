"""Which inferred behaviours the answer to a request went by.

Rules read a switch only where its alternatives differ, so a switch that was read was decisive. What a
request has read is collected around it in its own context: handlers await, and two requests of one tenant
must not be mixed up.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sealbox.problems import Undocumented

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DECIDES, SHOWN = "decides", "shown"


@dataclass(slots=True)
class Reading:
    """What one request has relied on. With `strict` a decision that no page states ends the request."""

    found: dict[str, str]
    strict: bool = False
    refused: bool = False

    def note(self, id_: str, effect: str) -> None:
        self.found[id_] = effect
        if self.strict and effect == DECIDES:
            self.refused = True
            raise Undocumented(id_)


_READING: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(*, strict: bool = False) -> Iterator[Reading]:
    """Collect what is relied on within."""
    current = Reading({}, strict)
    token = _READING.set(current)
    try:
        yield current
    finally:
        _READING.reset(token)


def note(id_: str, effect: str = DECIDES) -> None:
    """Say that the answer goes by the inferred behaviour `id_`. Outside of a request nothing happens."""
    current = _READING.get()
    if current is not None:
        current.note(id_, effect)


class Switches(dict[str, str]):
    """The switches of an API as they stand for a tenant, which note that they are read.

    `effects` has those whose present value no page states: `decides`, or `shown` for what only gives an
    answer its looks.
    """

    def __init__(self, api: str, values: Mapping[str, str], effects: Mapping[str, str]) -> None:
        super().__init__(values)
        self._noted = {name: (f"{api}.{name}", effect) for name, effect in effects.items()}

    def __getitem__(self, name: str) -> str:
        current = _READING.get()
        if current is not None and name in self._noted:
            current.note(*self._noted[name])
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401, it would ask itself


def effects(switches: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]) -> dict[str, str]:
    """Of each switch whose value is no documented default: what it does to an answer."""
    return {
        name: switch.get("effect", DECIDES)
        for name, switch in switches.items()
        if "documented" not in switch or values[name] != switch["default"]
    }
