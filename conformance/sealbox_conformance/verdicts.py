"""From what checks saw to one verdict for each requirement."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .order import again
from .target import CLAIMED
from .witness import Breach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .catalogue import Requirement


class Verdict(StrEnum):
    """What is known about one requirement. Wrong, broken and unknown are three words."""

    PASSED = "passed"
    FAILED = "failed"  # a MUST that a page states was broken
    WARNED = "warned"  # a SHOULD was broken
    NOTED = "noted"  # something inferred is otherwise here, which is nobody's fault
    KNOWN = "known"  # failed, and listed as a known failure
    EXPIRED = "expired"  # listed as a known failure, and passed
    NOT_CONCLUDED = "not_concluded"
    NOT_CLAIMED = "not_claimed"
    HARNESS_ERROR = "harness_error"


@dataclass(slots=True)
class Evidence:
    """Everything that checks saw about one requirement."""

    breaches: list[Breach] = field(default_factory=list)
    outcomes: dict[Verdict, list[str]] = field(default_factory=dict)
    checks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, outcome: Verdict, check: str, message: str = "") -> None:
        self.outcomes.setdefault(outcome, []).append(message)
        if check not in self.checks:
            self.checks.append(check)


@dataclass(slots=True)
class BrokenAct:
    """A claimed act of the control plane that does not work; `seen` is what it answered first."""

    seen: str
    checks: set[str] = field(default_factory=set)
    """Those that could not be concluded without it."""


class Collector:
    """Gathers the records of checks, from one process or many."""

    def __init__(self) -> None:
        self.evidence: dict[str, Evidence] = {}
        self.requests = self.unanswered = 0
        self.cut: set[str] = set()
        self.broken_acts: dict[str, BrokenAct] = {}
        self.reached: Counter[str] = Counter()

    def _of(self, requirement: str) -> Evidence:
        return self.evidence.setdefault(requirement, Evidence())

    def add(self, record: Mapping[str, Any]) -> None:
        """Take the plugin's record of one phase of one check."""
        check = record["check"]
        self.requests += record["requests"]
        self.unanswered += record["unanswered"]
        self.reached.update(record["reached"])
        self.cut |= {check} if record["cut"] else set()
        for act, seen in record["broken_acts"].items():
            known = self.broken_acts.setdefault(act, BrokenAct(seen))
            known.checks |= {check} if record["outcome"] == Verdict.NOT_CONCLUDED else set()
        blamed = {raw["id"] for raw in record["breaches"]}
        for raw in record["breaches"]:
            self._of(raw["id"]).breaches.append(Breach(**raw))
            self._of(raw["id"]).add(Verdict.FAILED, check)
        for requirement in record["kept"]:
            self._of(requirement).add(Verdict.PASSED, check)
        for requirement in set(record["cites"]):
            self._of(requirement).seconds += record["seconds"]
            if record["outcome"] and requirement not in blamed:
                self._of(requirement).add(Verdict(record["outcome"]), check, record["message"])

    def reached_table(self) -> dict[str, dict[str, dict[str, int]]]:
        """How often each status of each operation was seen, by API, operation and status."""
        table: dict[str, dict[str, dict[str, int]]] = {}
        for key, times in sorted(self.reached.items()):
            api, operation, status = key.split(" ")
            table.setdefault(api, {}).setdefault(operation, {})[status] = times
        return table

    def broken_acts_list(self) -> list[dict[str, Any]]:
        """One row for each broken act, with the claim that it stands for."""
        return [
            {"act": act, "claim": CLAIMED[act], "seen": one.seen, "checks": sorted(one.checks)}
            for act, one in sorted(self.broken_acts.items())
        ]

    def verdicts(
        self,
        scope: Iterable[Requirement],
        *,
        reasons: Mapping[str, str],
        known: Mapping[str, str],
        command: list[str],
    ) -> list[dict[str, Any]]:
        """One row for each requirement of `scope`; `reasons` tell why an id has no check."""
        return [self._row(one, reasons, known, command) for one in scope]

    def _row(
        self, one: Requirement, reasons: Mapping[str, str], known: Mapping[str, str], command: list[str]
    ) -> dict[str, Any]:
        evidence = self._of(one.id)
        verdict, message = _verdict(one, evidence, reasons)
        if one.id in known:
            changed = {Verdict.FAILED: Verdict.KNOWN, Verdict.PASSED: Verdict.EXPIRED}
            verdict = changed.get(verdict, verdict)
            message = f"{message}\nlisted as known: {known[one.id]}".strip()
        failures = distinct(evidence.breaches)
        return {
            "id": one.id,
            "api": one.api,
            "level": one.level,
            "provenance": one.provenance,
            "verdict": verdict.value,
            "checks": sorted(evidence.checks),
            "message": message,
            "reproduce": reproduce(failures[0], command) if failures else [],
            "seconds": round(evidence.seconds, 3),
            "failures": [as_row(breach) for breach in failures],
        }


def _verdict(one: Requirement, evidence: Evidence, reasons: Mapping[str, str]) -> tuple[Verdict, str]:
    if failures := distinct(evidence.breaches):
        breach = failures[0]
        if one.provenance == "inferred" or one.level == "MAY":
            return Verdict.NOTED, breach.message()
        failed = one.binding and not breach.weak
        return (Verdict.FAILED if failed else Verdict.WARNED), breach.message()
    for outcome in (Verdict.HARNESS_ERROR, Verdict.PASSED, Verdict.NOT_CONCLUDED, Verdict.NOT_CLAIMED):
        if messages := evidence.outcomes.get(outcome):
            return outcome, next((message for message in messages if message), "")
    return Verdict.NOT_CONCLUDED, one.untestable or reasons.get(
        one.id, "no check met this promise in this run"
    )


def distinct(breaches: Iterable[Breach]) -> list[Breach]:
    """Each failure once, by its smallest example: real ones before weak ones, then the smallest first."""
    found: dict[str, Breach] = {}
    for breach in breaches:
        known = found.setdefault(breach.fingerprint, breach)
        if breach.size < known.size:
            found[breach.fingerprint] = breach
    return sorted(found.values(), key=lambda breach: breach.rank)


def as_row(breach: Breach) -> dict[str, Any]:
    """`breach` as reports have it."""
    return {**asdict(breach), "fingerprint": breach.fingerprint}


def reproduce(breach: Breach, command: list[str]) -> list[str]:
    """The request alone, and the check that made it."""
    return [breach.reproduce, again(command, breach.id, seed=breach.seed, examples=breach.examples)]
