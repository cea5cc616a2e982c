"""What each part of the page shows: from the sandbox's objects to the values that its template names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sealbox.page.asked import Asked
    from sealbox.sandbox import Sandbox
    from sealbox.serving.intake import Intake


@dataclass(frozen=True, slots=True)
class Looking:
    """One look at one tenant. `base` is the address of this server as the reader has it."""

    intake: Intake
    sandbox: Sandbox
    asked: Asked
    base: str

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()


ItemT = TypeVar("ItemT")
View = Callable[[Looking], Awaitable[dict[str, Any]]]
"""Each module here has one, `view`; the template of its name in `templates/parts` gets what it returns."""

USUAL = 20
"""So many entries of a list are shown unless more are asked for."""


def newest(items: dict[str, ItemT], most: int, opened: Iterable[str]) -> list[ItemT]:
    """The last `most` of `items`, the newest first, and after them those that are `opened` all the same."""
    shown = dict(islice(reversed(items.items()), most))
    return list((shown | {key: items[key] for key in sorted(opened) if key in items}).values())
