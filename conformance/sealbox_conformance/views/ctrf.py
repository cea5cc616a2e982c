"""The Common Test Report Format (ctrf.io): one test for each requirement."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sealbox_conformance import catalogue
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUSES: Mapping[Verdict, str] = {
    Verdict.PASSED: "passed",
    Verdict.WARNED: "passed",
    Verdict.NOTED: "passed",
    Verdict.KNOWN: "passed",
    Verdict.FAILED: "failed",
    Verdict.EXPIRED: "failed",
    Verdict.NOT_CONCLUDED: "skipped",
    Verdict.NOT_CLAIMED: "skipped",
    Verdict.HARNESS_ERROR: "other",
}


def document(result: Mapping[str, Any]) -> dict[str, Any]:
    tests = [_test(row) for row in result["verdicts"]]
    numbers = Counter(test["status"] for test in tests)
    start = round(datetime.fromisoformat(result["started"]).timestamp() * 1000)
    summary = {
        "tests": len(tests),
        **{status: numbers[status] for status in ("passed", "failed", "skipped", "pending", "other")},
        "start": start,
        "stop": start + round(result["seconds"] * 1000),
    }
    tool = {"name": "sealbox-conformance", "version": result["versions"]["sealbox"]}
    kept = ("target", "urls", "run", "mode", "level", "seed", "shards", "requests")
    return {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "generatedBy": "sealbox-conformance",
        "results": {
            "tool": tool,
            "summary": summary,
            "tests": tests,
            "extra": {name: result[name] for name in kept},
        },
    }


def _test(row: Mapping[str, Any]) -> dict[str, Any]:
    promise = catalogue.load().get(row["id"])
    found = {
        "name": f"{row['id']}: {promise.text}" if promise else row["id"],
        "testId": row["id"],
        "status": STATUSES[Verdict(row["verdict"])],
        "rawStatus": row["verdict"],
        "duration": round(row["seconds"] * 1000),
        "suite": [row["api"]],
        "tags": [row["level"], row["provenance"]],
        "message": row["message"],
        "snippet": "\n".join(row["reproduce"]),
    }
    return {name: value for name, value in found.items() if value or name == "duration"}
