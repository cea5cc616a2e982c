"""Query parameters of the list operations, judged as Laravel would judge them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sealbox.problems import RuleViolation

from .model import Status
from .pages import Page
from .rules import INTEGER, UUID

Judge = Callable[[str], Any]
"""Turns text into a value. Raises ValueError with the end of Laravel's message."""

LARGEST_PAGE = 10**15


def integer(least: int | None = None, most: int | None = None) -> Judge:
    def judge(text: str) -> int:
        if len(text) > 18 or not INTEGER.fullmatch(text):
            raise ValueError("must be an integer.")
        if least is not None and int(text) < least:
            raise ValueError(f"must be at least {least}.")
        if most is not None and int(text) > most:
            raise ValueError(f"must not be greater than {most}.")
        return int(text)

    return judge


def one_of(*values: str) -> Judge:
    def judge(text: str) -> str:
        if text not in values:
            raise ValueError("is invalid.")
        return text

    return judge


def uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise ValueError("must be a valid UUID.")
    return text.lower()


def day(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError  # noqa: TRY301, one message for both
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a valid date.") from None


PAGES: Mapping[str, Judge] = {"per_page": integer(1, 100), "page": integer(1, LARGEST_PAGE)}
BATCHES: Mapping[str, Judge] = {**PAGES, "status": one_of(*Status)}
TEMPLATES: Mapping[str, Judge] = {**PAGES, "search": str}
USERS: Mapping[str, Judge] = {
    **PAGES,
    "search": str,
    "sort_field": one_of(
        "first_name",
        "last_name",
        "email",
        "role",
        "is_archived",
        "has_signature",
        "signatory_name",
        "signatory_designation",
        "created_at",
        "updated_at",
    ),
    "sort_order": one_of("asc", "desc"),
}
CERTIFICATES: Mapping[str, Judge] = {
    **PAGES,
    "search": str,
    "sort_field": one_of("name", "email", "status", "issue_date", "generated_at", "created_at", "updated_at"),
    "sort_order": one_of("asc", "desc"),
    "batch_id": uuid,
    "customer_id": integer(),
    "status": one_of("pending", "processing", "generated", "failed", "revoked"),
    "issue_date_from": day,
    "issue_date_to": day,
    "generated_at_from": day,
    "generated_at_to": day,
}


def judge(
    sent: Mapping[str, Any], judges: Mapping[str, Judge], switches: Mapping[str, str]
) -> dict[str, Any]:
    """The values of known parameters; unknown ones are ignored.

    Raises RuleViolation with every parameter out of its documented bounds. With the switch list_bounds at
    `clamp` nothing is refused: a number goes to its nearest bound, anything else is dropped.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, value in sent.items():
        if name not in judges or (isinstance(value, str) and not value.strip()):
            continue
        label = name.replace("_", " ")
        try:
            if not isinstance(value, str):
                raise ValueError("must be a string.")  # noqa: TRY004, TRY301, one place renders them
            values[name] = judges[name](value.strip())
        except ValueError as error:
            ending = str(error)
            subject = f"The selected {label}" if ending == "is invalid." else f"The {label} field"
            errors[name] = [f"{subject} {ending}"]
    if errors and switches["list_bounds"] == "refuse":
        raise RuleViolation(errors, "the switch vec.list_bounds decides between refusing and clamping")
    for name in errors:
        bound = _nearest_bound(name, sent[name])
        if bound is not None:
            values[name] = bound
    return values


def _nearest_bound(name: str, value: Any) -> int | None:
    if name not in PAGES or not isinstance(value, str) or not INTEGER.fullmatch(value.strip()):
        return None
    most = 100 if name == "per_page" else LARGEST_PAGE
    return 1 if value.strip().startswith("-") or not value.strip("+0 \t\r\n") else most


def page(values: Mapping[str, Any]) -> Page:
    return Page(number=values.get("page", 1), size=values.get("per_page", 15))
