"""Results made by hand, with everything in them that is hard to show."""

from __future__ import annotations

from typing import Any

from sealbox_conformance.witness import Breach

SECRETIVE = "<script>alert('x')</script> & \x00\x1b \ud800 ```"
"""What a target may answer and what no report may stumble over."""


def failure(**changes: Any) -> dict[str, Any]:
    made = {
        "id": "VEC-BATCH-03",
        "expected": "the name",
        "actual": SECRETIVE,
        "reproduce": "curl http://127.0.0.1:4780/vec/business/batches",
        "weak": False,
        "law": False,
        "example": "name='0'",
        "check": "vec/test_batches.py::test_a_batch_has_the_name_that_was_sent",
        "seed": 7,
        "examples": 12,
        **changes,
    }
    return {**made, "fingerprint": Breach(**made).fingerprint}


def row(requirement: str, verdict: str, *failures: dict[str, Any], message: str = "") -> dict[str, Any]:
    return {
        "id": requirement,
        "api": requirement.replace("/", "-").partition("-")[0].lower(),
        "level": "MUST",
        "provenance": "seed",
        "verdict": verdict,
        "checks": ["vec/test_batches.py::test_it"],
        "message": message or (SECRETIVE if failures else ""),
        "reproduce": [failures[0]["reproduce"], f"sealbox-conformance --seed 7 --select {requirement}"]
        if failures
        else [],
        "seconds": 0.25,
        "failures": list(failures),
    }


def broken_act(act: str, *checks: str) -> dict[str, Any]:
    return {
        "act": act,
        "claim": "a claim",
        "seen": f"status 500: {SECRETIVE}\nline 2",
        "checks": list(checks),
    }


ROWS = (
    row("VEC-BATCH-01", "passed"),
    row("VEC-BATCH-02", "not_concluded", message="cut: the run's time was used up"),
    row("VEC-BATCH-03", "failed", failure()),
    row("VEC-BATCH-08", "warned", failure(id="VEC-BATCH-08")),
    row("VEC-BATCH-09", "not_claimed", message="the target | does not claim it"),
    row("VEC-BATCH-10", "harness_error", message="Traceback"),
    row("VEC-BATCH-11", "harness_error", message="Traceback"),
    row("VEC-BATCH-12", "expired", message="listed as known: ticket 7"),
    row("VEC-BATCH-13", "known", failure(id="VEC-BATCH-13"), message="their ticket 8"),
    row("VEC-BATCH-18", "noted", failure(id="VEC-BATCH-18")),
    row("CERTIFIQI-EVENT-01", "passed"),
)


def result(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "format": "sealbox-conformance/1",
        "target": "A target",
        "urls": {"vec": "http://127.0.0.1:4780/vec", "certifiqi": "http://127.0.0.1:4780/certifiqi"},
        "run": "sealbox-0",
        "mode": "full",
        "level": "docs",
        "select": [],
        "versions": {"sealbox": "0.1.0"},
        "seed": 7,
        "shards": [{"number": 1, "of": 1, "seed": 7}],
        "started": "2026-01-02T03:04:05+00:00",
        "seconds": 12.5,
        "time": None,
        "requests": 99,
        "unanswered": 0,
        "broken_acts": [],
        "cut": ["vec/test_batches.py::test_it"],
        "reached": {"vec": {"createBatch": {"201": 3}}},
        "command": ["http://127.0.0.1:4780"],
        "verdicts": list(rows or ROWS),
        **changes,
    }
