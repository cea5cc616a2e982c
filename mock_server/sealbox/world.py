"""What a sandbox asks of the world of each API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .timing.agenda import Happening
    from .webhooks import Outbox


class World(Protocol):
    """What one API remembers for one tenant. Each `sealbox.apis.<api>.world` has one, made by its `build`."""

    callers: dict[str, Any]
    """Who a credential stands for, by the credential."""

    outbox: Outbox | None
    """Its webhooks, if the API has any."""

    def save(self) -> Any:
        """Everything that it remembers, as a dataclass of values that never change."""

    def load(self, saved: Any) -> None:
        """Remember what `save` gave, and nothing else."""

    @property
    def waits(self) -> bool:
        """Whether anything is still to happen, to be told or to be delivered."""

    def is_due(self, now: datetime) -> bool:
        """Whether any of that is due by `now`."""

    def next_due(self, now: datetime) -> datetime | None:
        """The first moment after `now` at which something changes by itself."""

    def happen(self, now: datetime) -> Iterable[Happening]:
        """Let happen what is due by `now`; tell of it, and of what was done since the last call."""

    def totals(self, now: datetime) -> Mapping[str, Mapping[str, int]]:
        """How many objects of each kind are in each status."""

    def letters(self, about: str | None = None) -> list[dict[str, Any]]:
        """Mails that were captured and not sent, the newest first, of one object if it is named."""

    def statuses(self, key: str, now: datetime) -> frozenset[str]:
        """Every status that the object `key` can be said to have, none for one that is not there."""


class Telling(World, Protocol):
    """A world without webhooks: nothing is to be done when it is due, so it is told when somebody asks."""

    def enter(self, most: int, now: datetime) -> tuple[list[Happening], bool]:
        """Enter `most` of what was only noted: what there is to tell, and whether any is left."""
