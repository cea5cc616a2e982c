"""What the end of one check says of the promises that it cites."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis.errors import Flaky

from . import catalogue
from .exchange import SHAPE_ERRORS
from .gate import Cut, NotClaimed
from .verdicts import Verdict
from .witness import Breach, Nonconformance, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from .budget import Round

PREFIX = "sealbox"


def marked(item: pytest.Item, name: str) -> list[str]:
    """The arguments of a check's marks of this name."""
    return [one for mark in item.iter_markers(name) for one in mark.args]


def let_laws_fail(function: Any, witness: Witness, known: Collection[str]) -> None:
    """Have a property fail on the example whose replies broke a law.

    Only what fails is made smaller by Hypothesis, and kept in its database for others.
    """
    # Every case of a parametrized check, and every run of one process, meets the same function.
    inner = getattr(function.hypothesis.inner_test, "unjudged", function.hypothesis.inner_test)

    @wraps(inner)
    def judged(*args: Any, **kwargs: Any) -> None:
        witness.fresh = []
        inner(*args, **kwargs)
        for breach in witness.fresh:
            if catalogue.load()[breach.id].binding and not breach.weak and breach.id not in known:
                raise Nonconformance(breach)

    judged.unjudged = inner  # type: ignore[attr-defined]  # for the line above
    function.hypothesis.inner_test = judged


def record(  # noqa: PLR0913, one parameter for each thing that was seen
    item: pytest.Item,
    call: pytest.CallInfo[None],
    seen: Mapping[str, Any],
    *,
    shown: str,
    round_: Round,
    redact: Callable[[str], str],
) -> dict[str, Any]:
    """What one phase of one check showed, as plain data. `shown` is pytest's own account of it."""
    error = call.excinfo.value if call.excinfo else None
    breaches = [Breach(**raw) for raw in seen["breaches"]]
    if found := nonconformance(error):
        # Hypothesis' last word is its smallest example, and stands for what led to it.
        breaches = [one for one in breaches if one.fingerprint != found.breach.fingerprint]
        breaches.append(found.breach)
    outcome, message = _outcome(call, breaches, shown)
    where = {"check": item.nodeid, "seed": round_.seed, "examples": round_.examples}
    cites = marked(item, "requirement") or marked(item, "exercises")
    if not marked(item, "requirement") and outcome is Verdict.PASSED:
        cites = []  # that a tour ended well shows none of its laws: they speak for themselves
    return {
        **seen,
        "check": item.nodeid,
        "phase": call.when,
        "seconds": call.duration,
        "cites": cites,
        "outcome": outcome.value if outcome else "",
        "cut": isinstance(error, Cut),
        "message": redact(message),
        "broken_acts": {act: redact(told) for act, told in seen["broken_acts"].items()},
        "breaches": [_told(breach, where, found, redact) for breach in breaches],
    }


def _told(
    breach: Breach, where: Mapping[str, Any], found: Nonconformance | None, redact: Callable[[str], str]
) -> dict[str, Any]:
    drawn = _drawn(found) if found and breach is found.breach else ""
    texts = {name: redact(getattr(breach, name)) for name in ("expected", "actual", "reproduce")}
    kind = {"id": breach.id, "weak": breach.weak, "law": breach.law}
    return {**kind, "example": redact(drawn), **texts, **where}


def _drawn(error: BaseException) -> str:
    """What Hypothesis noted beside an error: the arguments, or the steps, that lead to it."""
    lines = "\n".join(getattr(error, "__notes__", ())).splitlines()
    return "\n".join(line for line in lines if " object at 0x" not in line)  # fixtures


def _outcome(
    call: pytest.CallInfo[None], breaches: Collection[Breach], shown: str
) -> tuple[Verdict | None, str]:
    """What this phase says of the cited promises: nothing, for a set-up or tear-down that went well."""
    if call.excinfo is None:
        return (Verdict.PASSED, "") if call.when == "call" else (None, "")
    error = call.excinfo.value
    if isinstance(error, NotClaimed):
        return Verdict.NOT_CLAIMED, str(error.msg)
    if isinstance(error, pytest.skip.Exception):
        return Verdict.NOT_CONCLUDED, str(error.msg)
    if nonconformance(error) or isinstance(error, Flaky):
        why = "another promise was broken" if nonconformance(error) else "the same requests had other answers"
        return Verdict.NOT_CONCLUDED, f"the check ended early: {why}"
    broken = ", ".join(sorted({breach.id for breach in breaches if not breach.weak}))
    if broken and isinstance(error, SHAPE_ERRORS):
        return Verdict.NOT_CONCLUDED, f"the check could not read a reply that broke {broken}"
    return Verdict.HARNESS_ERROR, shown


def nonconformance(error: BaseException | None) -> Nonconformance | None:
    """The nonconformance in `error`, also inside what Hypothesis groups."""
    if isinstance(error, Nonconformance):
        return error
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next((found for one in inside if (found := nonconformance(one))), None)
