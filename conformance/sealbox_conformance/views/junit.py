"""JUnit's XML: a suite for each API, a case for each requirement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from sealbox_conformance import catalogue
from sealbox_conformance.report import act_words
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[Verdict, str] = {
    Verdict.FAILED: "failure",
    Verdict.EXPIRED: "failure",
    Verdict.HARNESS_ERROR: "error",
    Verdict.NOT_CONCLUDED: "skipped",
    Verdict.NOT_CLAIMED: "skipped",
}
COUNTED: Mapping[str, str] = {"failures": "failure", "errors": "error", "skipped": "skipped"}
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(result: Mapping[str, Any]) -> str:
    root = ET.Element("testsuites", name="sealbox-conformance", time=str(result["seconds"]))
    for api in result["urls"]:
        rows = [row for row in result["verdicts"] if row["api"] == api]
        kinds = [KINDS.get(Verdict(row["verdict"])) for row in rows]
        numbers = {name: str(kinds.count(kind)) for name, kind in COUNTED.items()}
        names = {"name": f"{result['target']} {api}", "timestamp": result["started"], "tests": str(len(rows))}
        suite = ET.SubElement(root, "testsuite", {**names, **numbers})
        for row in rows:
            _case(suite, row)
    if acts := result["broken_acts"]:
        name, number = f"{result['target']} control plane", str(len(acts))
        suite = ET.SubElement(root, "testsuite", name=name, tests=number, errors=number)
        for act in acts:
            _broken_act(suite, act)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _broken_act(suite: ET.Element, act: Mapping[str, Any]) -> None:
    case = ET.SubElement(suite, "testcase", classname="control plane", name=act["act"])
    words, *checks = (NOT_IN_XML.sub("\ufffd", text) for text in (act_words(act), *act["checks"]))
    told = "\n".join([words, *(f"not concluded: {check}" for check in checks)])
    ET.SubElement(case, "error", type="broken_act", message=words).text = told


def _case(suite: ET.Element, row: Mapping[str, Any]) -> None:
    promise = catalogue.load().get(row["id"])
    name = f"{row['id']}: {promise.text}" if promise else row["id"]
    case = ET.SubElement(suite, "testcase", classname=row["api"], name=name, time=str(row["seconds"]))
    told = NOT_IN_XML.sub("\ufffd", "\n".join([row["message"], *row["reproduce"]]))
    if kind := KINDS.get(Verdict(row["verdict"])):
        first = told.splitlines()[0] if told else ""
        ET.SubElement(case, kind, type=row["verdict"], message=first).text = told
    elif told:
        ET.SubElement(case, "system-out").text = f"{row['verdict']}\n{told}"
