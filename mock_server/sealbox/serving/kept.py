"""Answers given again, for as long as what they were made of is what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sealbox.exchanges.relied import Reading, note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer, what it was made `of` and `under`, and what making it has relied on."""

    of: object
    under: tuple[object, ...]
    answer: Response
    relied: Mapping[str, str]


class Kept:
    """The last answer about each object of one world, bounded in bytes of their bodies."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._made: dict[str, _Made] = {}
        self._bytes = 0

    def answer(self, key: str, of: object, *under: object, make: Callable[[], Response]) -> Response:
        """What `make` gives: asked only if `of`, a value that never changes, or `under` is another.

        Nothing else may decide what it gives but the world's switches. Nobody may change an answer.
        """
        made = self._made.get(key)
        if made is None or made.of is not of or made.under != under:
            with Reading() as read:
                made = _Made(of, under, make(), read.found)
            self._keep(key, made)
        for id_, effect in made.relied.items():
            note(id_, effect)
        return made.answer

    def _keep(self, key: str, made: _Made) -> None:
        self._forget(key)
        self._made[key] = made
        self._bytes += len(made.answer.body)
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._made)))

    def _forget(self, key: str) -> None:
        before = self._made.pop(key, None)
        self._bytes -= len(before.answer.body) if before else 0
