from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance import catalogue, known_failures, report
from sealbox_conformance.known_failures import LedgerError
from sealbox_conformance.verdicts import Collector, Verdict, distinct
from sealbox_conformance.witness import Breach, Finding, Nonconformance, Witness

if TYPE_CHECKING:
    from pathlib import Path

MUST, SHOULD, MAY = "VEC-BATCH-03", "VEC-BATCH-08", "VEC-BATCH-18"


def _record(cites: tuple[str, ...], outcome: Verdict, *broken: str, weak: bool = False) -> dict[str, Any]:
    breaches = [asdict(Breach(one, "this", "that", "curl", weak)) for one in broken]
    return {
        "check": "test_it",
        "cites": cites,
        "outcome": outcome,
        "message": "why",
        "seconds": 0.5,
        "requests": 2,
        "unanswered": 0,
        "cut": False,
        "broken_acts": {},
        "reached": {"vec getBatch 200": 1},
        "kept": {},
        "breaches": breaches,
    }


def _verdict(requirement: str, *records: dict[str, Any], known: dict[str, str] | None = None) -> str:
    collector = Collector()
    for record in records:
        collector.add(record)
    scope = [catalogue.load()[requirement]]
    (row,) = collector.verdicts(scope, reasons={}, known=known or {}, command=["http://127.0.0.1:4780"])
    return str(row["verdict"])


@pytest.mark.parametrize(("requirement", "verdict"), [(MUST, "failed"), (SHOULD, "warned"), (MAY, "noted")])
def test_only_a_must_fails_a_target(requirement: str, verdict: str) -> None:
    broken = _record((requirement,), Verdict.NOT_CONCLUDED, requirement)

    assert _verdict(requirement, broken) == verdict


def test_a_weak_breach_of_a_must_is_a_warning() -> None:
    assert _verdict(MUST, _record((MUST,), Verdict.PASSED, MUST, weak=True)) == "warned"


def test_one_breach_outweighs_many_passes() -> None:
    passed = _record((MUST,), Verdict.PASSED)

    assert _verdict(MUST, passed, _record((), Verdict.PASSED, MUST), passed) == "failed"


def test_a_check_that_stops_says_nothing_of_its_other_promises() -> None:
    record = _record((MUST, SHOULD), Verdict.NOT_CONCLUDED, SHOULD)

    assert _verdict(MUST, record) == "not_concluded"
    assert _verdict(SHOULD, record) == "warned"


@pytest.mark.parametrize("outcome", [Verdict.HARNESS_ERROR, Verdict.NOT_CLAIMED, Verdict.NOT_CONCLUDED])
def test_broken_and_unknown_are_not_wrong(outcome: Verdict) -> None:
    assert _verdict(MUST, _record((MUST,), outcome)) == outcome


def test_what_no_check_met_is_not_known() -> None:
    assert _verdict(MUST) == "not_concluded"


def test_a_known_failure_is_known_until_it_passes() -> None:
    known = {MUST: "their ticket 7"}

    assert _verdict(MUST, _record((MUST,), Verdict.NOT_CONCLUDED, MUST), known=known) == "known"
    assert _verdict(MUST, _record((MUST,), Verdict.PASSED), known=known) == "expired"


def _code(*verdicts: str, broken_acts: tuple[str, ...] = ()) -> int:
    rows = [{"verdict": verdict} for verdict in verdicts]
    return report.exit_code({"verdicts": rows, "broken_acts": broken_acts})


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (("passed", "warned", "noted", "known", "not_concluded", "not_claimed"), 0),
        (("passed", "failed", "harness_error"), 1),
        (("passed", "expired"), 1),
        (("passed", "harness_error"), 4),
        (("not_concluded", "not_claimed"), 4),
        ((), 4),
    ],
)
def test_the_exit_code_tells_wrong_from_broken(verdicts: tuple[str, ...], code: int) -> None:
    assert _code(*verdicts) == code


@pytest.mark.parametrize(("verdict", "code"), [("passed", 4), ("failed", 1), ("not_concluded", 4)])
def test_without_a_claimed_act_no_run_passes(verdict: str, code: int) -> None:
    assert _code(verdict, broken_acts=("sign",)) == code


def test_a_broken_act_names_the_checks_that_it_stopped() -> None:
    collector = Collector()
    for check, outcome in (("b", Verdict.NOT_CONCLUDED), ("a", Verdict.NOT_CONCLUDED), ("c", Verdict.PASSED)):
        seen = {"sign": f"status 500: in {check}"}
        collector.add({**_record((MUST,), outcome), "check": check, "broken_acts": seen})

    assert collector.broken_acts_list() == [
        {"act": "sign", "claim": "signs", "seen": "status 500: in b", "checks": ["a", "b"]}
    ]


def test_a_witness_tells_of_a_broken_act_once() -> None:
    witness = Witness(broken_acts={"sign": "status 500"})

    assert witness.drain()["broken_acts"] == {"sign": "status 500"}
    assert witness.drain()["broken_acts"] == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {id: VEC-NOWHERE-01, reason: x}", "no requirement"),
        ("- {id: VEC-BATCH-03}", "no reason"),
        ("- {id: VEC-BATCH-03, reason: x}\n- {id: VEC-BATCH-03, reason: y}", "stands twice"),
        ("- {id: VEC-BATCH-03, reason: x, until: soon}", "until is a day"),
        ("VEC-BATCH-03: x", "no list"),
        ("[", "cannot be read"),
    ],
)
def test_a_faulty_ledger_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    ledger = tmp_path / "known.yaml"
    ledger.write_text(text, encoding="utf-8")

    with pytest.raises(LedgerError, match=complaint):
        known_failures.load(ledger)


def test_a_ledger_gives_reasons(tmp_path: Path) -> None:
    ledger = tmp_path / "known.yaml"
    ledger.write_text("- {id: VEC-BATCH-03, reason: their ticket 7}", encoding="utf-8")

    assert known_failures.load(ledger) == {MUST: "their ticket 7"}


@pytest.mark.parametrize(("day", "counts"), [(30, True), (31, True), (1, False)])
def test_an_entry_counts_until_its_day(tmp_path: Path, day: int, *, counts: bool) -> None:
    ledger = tmp_path / "known.yaml"
    ledger.write_text("- {id: VEC-BATCH-03, reason: their ticket 7, until: 2027-01-31}", encoding="utf-8")
    today = date(2027, 1 if counts else 2, day)

    assert (MUST in known_failures.load(ledger, today=today)) == counts


def _seen(**changes: Any) -> Breach:
    return Breach(
        **{"id": MUST, "expected": "a", "actual": "b", "reproduce": "curl", "check": "test_it[1]"} | changes
    )


def test_the_same_failure_has_one_fingerprint() -> None:
    one = _seen()

    assert one.fingerprint == _seen(expected="drawn anew", reproduce="curl x", check="test_it[2]").fingerprint
    assert one.fingerprint != _seen(check="test_another").fingerprint
    assert one.fingerprint != _seen(id=SHOULD).fingerprint
    assert one.fingerprint != _seen(actual="status 500: no").fingerprint


def test_a_broken_law_is_the_same_whoever_sees_it() -> None:
    law = _seen(law=True, expected="3 of '5' in 6f8c7a52-3b64-4f5b-9f0e-6d6f8f9a0b1c")

    assert (
        law.fingerprint
        == _seen(law=True, expected="4 of 'x' in 00000000-0000-4000-8000-000000000001", check="z").fingerprint
    )
    assert law.fingerprint != _seen(law=True, expected="none of it").fingerprint


def test_each_failure_is_told_once_by_its_smallest_example() -> None:
    big, small = _seen(reproduce="curl of a long line"), _seen(check="test_it[2]")
    weak = _seen(weak=True, reproduce="c")

    assert distinct([weak, big, small]) == [small, weak]


def test_every_promise_has_its_own_kind_of_failure() -> None:
    """Else Hypothesis takes one for the other while it makes an example smaller."""
    one, same, other = (Nonconformance(_seen(id=key)) for key in (MUST, MUST, SHOULD))

    assert type(one) is type(same) is not type(other)
    assert isinstance(other, Nonconformance)
    assert other.breach.id == SHOULD


def test_a_witness_keeps_the_smaller_of_two_sights() -> None:
    witness = Witness()
    for request in ("curl of a long line", "curl", "curl of it"):
        witness.take(Finding(MUST, holds=False, expected="a", actual="b"), request)

    assert [raw["reproduce"] for raw in witness.drain()["breaches"]] == ["curl"]
    assert witness.drain()["breaches"] == []
