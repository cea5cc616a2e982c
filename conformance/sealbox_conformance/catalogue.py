"""Every promise with its id, level and source. Checks cite these ids, never the reverse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from . import contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEVELS = ("MUST", "SHOULD", "MAY")
STORED = frozenset({"getWebhook"})
"""Operations whose page is stored and no longer in the vendor's index: what they answer is a SHOULD."""

PROVENANCES = ("seed", "docs", "inferred")


class CatalogueError(ValueError):
    """The catalogue's files contradict their own rules."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One promise. `untestable` says why nobody can test it from outside, `retired` why it counts no more."""

    id: str
    api: str
    level: str
    text: str
    provenance: str
    page: str = "none"
    quote: str = ""
    operations: tuple[str, ...] = ()
    untestable: str = ""
    retired: str = ""

    @property
    def binding(self) -> bool:
        """Whether breaking it can fail a target: only what a page states as a MUST."""
        return self.level == "MUST" and self.provenance != "inferred"

    @property
    def source(self) -> str:
        return f'{self.page}: "{self.quote}"' if self.quote else self.page


@cache
def load() -> Mapping[str, Requirement]:
    """All requirements by id: those that are written down, and one for each operation's answers."""
    written = [
        requirement(api, entry)
        for api in contract.apis()
        for entry in contract.read("openapi", api, "requirements.yaml")["requirements"]
    ]
    return indexed([*written, *_of_operations()])


def requirement(api: str, entry: Mapping[str, Any]) -> Requirement:
    source = entry.get("source", {})
    return Requirement(
        id=entry["id"],
        api=api,
        level=entry["level"],
        text=entry["text"],
        provenance=entry["provenance"],
        page=source.get("page", "none"),
        quote=source.get("quote", ""),
        operations=tuple(entry["operations"]),
        untestable=entry.get("untestable", ""),
        retired=entry.get("retired", ""),
    )


def indexed(requirements: Iterable[Requirement]) -> Mapping[str, Requirement]:
    """`requirements` by id. Raises CatalogueError with everything that is wrong with them."""
    found: dict[str, Requirement] = {}
    faults: list[str] = []
    for one in requirements:
        faults += [f"{one.id}: {fault}" for fault in _faults(one)]
        if one.id in found:
            faults.append(f"{one.id}: stands twice")
        found[one.id] = one
    if faults:
        raise CatalogueError("; ".join(faults))
    return found


def _faults(one: Requirement) -> list[str]:
    prefix = one.api.upper()
    known = contract.operations(one.api)
    rules = {
        f"the id is neither {prefix}-TOPIC-01 nor {prefix}/operation": bool(
            re.fullmatch(rf"{prefix}(-[A-Z]+-\d{{2}}|/[A-Za-z]+)", one.id)
        ),
        f"the level {one.level} is none of {LEVELS}": one.level in LEVELS,
        f"the provenance {one.provenance} is none of {PROVENANCES}": one.provenance in PROVENANCES,
        "what is inferred is a MAY": one.provenance != "inferred" or one.level == "MAY",
        "what a page states names the page": one.provenance == "inferred" or one.page != "none",
        "the text is no sentence": one.text.endswith((".", ".)", '."')),
        "an operation is not in the contract": set(one.operations) <= set(known),
    }
    return [fault for fault, holds in rules.items() if not holds]


def _of_operations() -> Iterable[Requirement]:
    """The contract itself promises something of each answer: it has no row of its own in the catalogue."""
    for api in contract.apis():
        for operation in contract.operations(api).values():
            yield Requirement(
                id=operation_id(operation),
                api=api,
                level="SHOULD" if operation.id in STORED else "MUST",
                text=f"Every answer of {operation.id} has a documented status and body, in JSON.",
                provenance=operation.provenance,
                page=f"openapi/{api}/openapi.yaml",
                operations=(operation.id,),
            )


def operation_id(operation: contract.Operation) -> str:
    return f"{operation.api.upper()}/{operation.id}"
