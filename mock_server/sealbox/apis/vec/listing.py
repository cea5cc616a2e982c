"""Which of an institution's objects a list request is about, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, eq, ge, le
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .certificates import Progress, reference_id
from .sent_rows import column, mentions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from .model import Batch, KnownCertificate


class Owned(Protocol):
    """Whatever belongs to an institution."""

    @property
    def institution_id(self) -> int: ...


OwnedT = TypeVar("OwnedT", bound=Owned)
T = TypeVar("T")


def own(values: Iterable[OwnedT], institution_id: int) -> list[OwnedT]:
    return [value for value in values if value.institution_id == institution_id]


def folded(text: str) -> str:
    """`text` as a search compares it: whatever the case."""
    return text.casefold()


def matches(search: str, *texts: str | None) -> bool:
    """A search finds a part of any of the texts."""
    return any(folded(search) in folded(text) for text in texts if text is not None)


def in_asked_order(values: list[T], asked: Mapping[str, Any], key: Callable[[T, str], Any]) -> list[T]:
    """Sorted by `sort_field`, nothing before something; as it came when no field is asked for."""
    field = asked.get("sort_field")
    if field is None:
        return values[::-1] if asked.get("sort_order") == "desc" else values

    def comparable(value: T) -> Any:
        found = key(value, field)
        return found.casefold() if isinstance(found, str) else found

    down = asked.get("sort_order") == "desc"
    nothing = [value for value in values if key(value, field) is None]
    something = [value for value in values if key(value, field) is not None]
    something.sort(key=comparable, reverse=down)
    return [*something, *nothing] if down else [*nothing, *something]


def chosen_certificates(
    batches: Iterable[Batch], asked: Mapping[str, Any], now: datetime, switches: Mapping[str, str]
) -> list[tuple[Batch, int]]:
    """Batch and row of every certificate that the filters let through, in the order asked for."""
    found: list[tuple[Batch, int, Any]] = []
    for batch in batches:
        sheet = Sheet(batch, now, switches)
        rows = narrowed(sheet, asked)
        keys = sheet.column(asked["sort_field"]) if rows and "sort_field" in asked else [None] * batch.total
        found += [(batch, row, keys[row]) for row in rows]
    return [(batch, row) for batch, row, _ in in_asked_order(found, asked, lambda one, _: one[2])]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The certificates of a batch at one moment, a column at a time: what nobody asks for is not made."""

    batch: Batch
    now: datetime
    switches: Mapping[str, str]

    def column(self, field: str) -> Sequence[Any]:
        """That field of every certificate."""
        rows = self.batch.recipients.rows
        match field:
            case "name" | "email" | "issue_date":
                return column(rows, field)
            case "created_at" | "customer_id":
                known = map(self.batch.recipients.known_as, range(len(rows)))
                return [KNOWN[field](one, self.batch) for one in known]
        progress = Progress.of(self.batch, self.now, self.switches)
        stages = (progress.stage(row, fault=fault) for row, fault in enumerate(column(rows, "fault")))
        return list(map(attrgetter(field), stages))


KNOWN: Mapping[str, Callable[[KnownCertificate | None, Batch], Any]] = {
    "created_at": lambda known, batch: known.made_at if known else batch.created_at,
    "customer_id": lambda known, _: known.customer_id if known else None,
}


def narrowed(sheet: Sheet, asked: Mapping[str, Any]) -> Sequence[int]:
    """The rows that every filter lets through."""
    rows: Sequence[int] = range(sheet.batch.total)
    for name, let_through in FILTERS.items():
        if name in asked and rows:
            rows = let_through(sheet, asked[name], rows)
    return rows


def _mentioning(sheet: Sheet, text: str, rows: Sequence[int]) -> Sequence[int]:
    """By name, address and reference id; these are made only where they can have such a part at all."""
    batch, part = sheet.batch, folded(text)
    refers = may_refer(batch, part)
    if not refers and not mentions(batch.recipients.rows, part, folded):
        return ()
    names, emails = (list(map(folded, sheet.column(field))) for field in ("name", "email"))
    return [
        row
        for row in rows
        if part in names[row] or part in emails[row] or (refers and part in folded(reference_id(batch, row)))
    ]


def may_refer(batch: Batch, part: str) -> bool:
    """Whether `part` may be in a reference id of the batch: a world's own ids may have any letters."""
    return isinstance(batch.recipients.rows, tuple) or REFERENCE_LETTERS.issuperset(part.casefold())


def where(field: str, holds: Callable[[Any, Any], bool]) -> Filter:
    """A filter that compares a field of each certificate, if it has one, with what is asked for."""

    def let_through(sheet: Sheet, asked: Any, rows: Sequence[int]) -> Sequence[int]:
        values = sheet.column(field)
        return [row for row in rows if (value := values[row]) is not None and holds(value, asked)]

    return let_through


Filter = Callable[[Sheet, Any, Sequence[int]], Sequence[int]]
REFERENCE_LETTERS = frozenset("vec-ic0123456789abcdef")
FILTERS: Mapping[str, Filter] = {
    "search": _mentioning,
    "customer_id": where("customer_id", eq),
    "status": where("status", eq),
    "issue_date_from": where("issue_date", ge),
    "issue_date_to": where("issue_date", le),
    "generated_at_from": where("generated_at", lambda at, day: at.date() >= day),
    "generated_at_to": where("generated_at", lambda at, day: at.date() <= day),
}
