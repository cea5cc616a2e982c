"""The Common Test Report Format (ctrf.io): one test for each requirement."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sealbox_conformance import catalogue
from sealbox_conformance.report import act_words
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
    tests = [*map(_test, result["verdicts"]), *map(_broken_act, result["broken_acts"])]
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


def _broken_act(act: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": f"control.{act['act']}",
        "status": STATUSES[Verdict.HARNESS_ERROR],
        "rawStatus": "broken_act",
        "duration": 0,
        "suite": ["control plane"],
        "message": "\n".join([act_words(act), *(f"not concluded: {check}" for check in act["checks"])]),
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
