"""What is given again, for as long as what it was made of is what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from sealbox.exchanges.relied import Reading, note_all

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from starlette.responses import Response

MadeT = TypeVar("MadeT")

MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Made(Generic[MadeT]):
    """What was made, `of` and `under` what, and what making it has relied on."""

    of: object
    under: tuple[object, ...]
    made: MadeT
    relied: Mapping[str, str]


class Kept(Generic[MadeT]):
    """What was made last for each key in one world, bounded in bytes as `size` counts them."""

    def __init__(self, size: Callable[[MadeT], int], *, most_bytes: int = MOST_BYTES) -> None:
        self._size = size
        self._most_bytes = most_bytes
        self._made: dict[Hashable, _Made[MadeT]] = {}
        self._bytes = 0

    def given(self, key: Hashable, of: object, *under: object, make: Callable[[], MadeT]) -> MadeT:
        """What `make` gives: asked only if `of`, a value that never changes, or `under` is another.

        Nothing else may decide what it gives but the world's switches. Nobody may change what was made.
        """
        made = self._made.get(key)
        if made is not None and made.of is of and made.under == under:
            note_all(made.relied)
            return made.made
        reading = Reading()
        try:
            with reading:
                made = _Made(of, under, make(), reading.found)
        finally:
            note_all(reading.found)
        self._keep(key, made)
        return made.made

    def _keep(self, key: Hashable, made: _Made[MadeT]) -> None:
        self._forget(key)
        self._made[key] = made
        self._bytes += self._size(made.made)
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._made)))

    def _forget(self, key: Hashable) -> None:
        before = self._made.pop(key, None)
        self._bytes -= self._size(before.made) if before else 0


def bytes_of_body(answer: Response) -> int:
    return len(answer.body)
