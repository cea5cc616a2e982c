"""Named snapshots, which live as long as the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_NAMED = 50


class Shelf:
    """Snapshots of whichever tenant, by their names."""

    def __init__(self) -> None:
        self._kept: dict[str, Mapping[str, Any]] = {}

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return iter(self._kept.items())

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        return self._kept[name]

    def put(self, name: str, document: Mapping[str, Any]) -> None:
        """Raises ValueError when there are too many."""
        if name not in self._kept and len(self._kept) >= MOST_NAMED:
            raise ValueError(f"there are {MOST_NAMED} snapshots already")
        self._kept[name] = document

    def remove(self, name: str) -> None:
        del self._kept[name]
