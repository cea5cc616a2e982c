"""Laravel's pagination: which items are on a page, and the links and numbers around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

EACH_SIDE = 3  # numbered links on each side of the current page before an ellipsis takes over


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a request asks for: `number` counts from 1."""

    number: int = 1
    size: int = 15

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def rows(self) -> slice:
        return slice(self.start, self.start + self.size)


def envelope(items: Sequence[Any], *, page: Page, total: int, path: str) -> dict[str, Any]:
    """`items` are those of the page only; `path` is the address of the list without a query."""
    last = max(1, -(-total // page.size))

    def address(number: int) -> str:
        return f"{path}?page={number}"

    before = address(page.number - 1) if page.number > 1 else None
    after = address(page.number + 1) if page.number < last else None
    numbers = [
        {
            "url": address(number) if number else None,
            "label": str(number or "..."),
            "active": number == page.number,
        }
        for number in numbered(page.number, last)
    ]
    return {
        "data": list(items),
        "links": {"first": address(1), "last": address(last), "prev": before, "next": after},
        "meta": {
            "current_page": page.number,
            "from": page.start + 1 if items else None,
            "last_page": last,
            "links": [
                {"url": before, "label": "&laquo; Previous", "active": False},
                *numbers,
                {"url": after, "label": "Next &raquo;", "active": False},
            ],
            "path": path,
            "per_page": page.size,
            "to": page.start + len(items) if items else None,
            "total": total,
        },
    }


def numbered(current: int, last: int) -> list[int | None]:
    """The page numbers that Laravel shows around `current`, None for an ellipsis."""
    near = EACH_SIDE + 4  # so close to an end that the window joins it
    if last < EACH_SIDE * 2 + 8:
        return list(range(1, last + 1))
    if current <= near:
        return [*range(1, near + EACH_SIDE + 1), None, last - 1, last]
    if current > last - near:
        return [1, 2, None, *range(last - near - EACH_SIDE + 1, last + 1)]
    return [1, 2, None, *range(current - EACH_SIDE, current + EACH_SIDE + 1), None, last - 1, last]
