"""Which of an institution's objects a list request is about, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .certificates import Certificate, certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from .model import Batch


class Owned(Protocol):
    """Whatever belongs to an institution."""

    @property
    def institution_id(self) -> int: ...


OwnedT = TypeVar("OwnedT", bound=Owned)
T = TypeVar("T")


def own(values: Iterable[OwnedT], institution_id: int) -> list[OwnedT]:
    return [value for value in values if value.institution_id == institution_id]


def matches(search: str, *texts: str | None) -> bool:
    """A search finds a part of any of the texts, whatever the case."""
    return any(search.casefold() in text.casefold() for text in texts if text is not None)


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
) -> list[Certificate]:
    """Every certificate that the filters let through, in the order asked for."""
    found = [
        one
        for batch in batches
        for one in certificates(batch, now, switches)
        if all(passes(one, asked[name]) for name, passes in FILTERS.items() if name in asked)
    ]
    return in_asked_order(found, asked, sort_value)


FILTERS: Mapping[str, Callable[[Certificate, Any], bool]] = {
    "search": lambda one, text: matches(text, one.recipient.name, one.recipient.email, one.reference_id),
    "customer_id": lambda one, customer: one.customer_id == customer,
    "status": lambda one, status: one.status == status,
    "issue_date_from": lambda one, day: one.recipient.issue_date >= day,
    "issue_date_to": lambda one, day: one.recipient.issue_date <= day,
    "generated_at_from": lambda one, day: one.generated_at is not None and one.generated_at.date() >= day,
    "generated_at_to": lambda one, day: one.generated_at is not None and one.generated_at.date() <= day,
}


def sort_value(one: Certificate, field: str) -> Any:
    match field:
        case "name" | "email" | "issue_date":
            return getattr(one.recipient, field)
    return getattr(one, field)
