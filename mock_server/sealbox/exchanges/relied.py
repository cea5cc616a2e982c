"""Which inferred behaviours the answer to a request went by.

Rules read a switch only where its alternatives differ, so a switch that was read was decisive. What a
request has read is collected around it in its own context: handlers await, and two requests of one tenant
must not be mixed up.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from sealbox.problems import Undocumented

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextvars import Token

DECIDES, SHOWN = "decides", "shown"
_READING: ContextVar[Reading | None] = ContextVar("reading", default=None)


@dataclass(slots=True)
class Reading:
    """Collects what is relied on within it. With `strict` a decision that no page states ends the request."""

    strict: bool = False
    found: dict[str, str] = field(default_factory=dict)
    refused: bool = False
    _token: Token[Reading | None] | None = None

    def __enter__(self) -> Self:
        self._token = _READING.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._token is not None, "what is left has been entered"
        _READING.reset(self._token)

    def note(self, id_: str, effect: str) -> None:
        self.found[id_] = effect
        if self.strict and effect == DECIDES:
            self.refused = True
            raise Undocumented(id_)


def note(id_: str, effect: str = DECIDES) -> None:
    """Say that the answer goes by the inferred behaviour `id_`. Outside of a request nothing happens."""
    current = _READING.get()
    if current is not None:
        current.note(id_, effect)


def note_all(relied: Mapping[str, str]) -> None:
    """Say the same of several, each with its effect."""
    current = _READING.get()
    if current is not None:
        for id_, effect in relied.items():
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
        noted = self._noted.get(name)
        if noted is not None and (current := _READING.get()) is not None:
            current.note(*noted)
        return dict.__getitem__(self, name)  # at half the cost of `super()`, for each of many

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401, it would ask itself


def effects(switches: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]) -> dict[str, str]:
    """Of each switch whose value is no documented default: what it does to an answer."""
    return {
        name: switch.get("effect", DECIDES)
        for name, switch in switches.items()
        if "documented" not in switch or values[name] != switch["default"]
    }
