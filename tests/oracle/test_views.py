"""Every shape in which a result is shown holds all of it, whatever a target has answered."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
import sealbox_conformance
from rich.console import Console
from sealbox_conformance import catalogue, contract, report
from sealbox_conformance.views import badge, ctrf, junit, markdown, page, terminal

SCHEMA = Path(sealbox_conformance.__file__).with_name("verdicts.schema.json")
FILES = {"verdicts.json", "summary.md", "junit.xml", "ctrf.json", "badge.json", "badge.svg", "report.html"}


@pytest.fixture
def found(results: Any) -> Any:
    return results.result()


def test_the_schema_knows_a_result(found: Any) -> None:
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).validate(found)


def test_the_schema_refuses_what_is_none(found: Any) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))

    assert not validator.is_valid({**found, "seed": "7"})
    assert not validator.is_valid({**found, "more": 1})
    assert not validator.is_valid({**found, "verdicts": [{**found["verdicts"][0], "verdict": "fine"}]})


def test_a_folder_has_every_report(found: Any, tmp_path: Path) -> None:
    report.write(tmp_path / "new", found)

    assert {path.name for path in (tmp_path / "new").iterdir()} == FILES
    assert report.read(tmp_path / "new")["verdicts"][0] == found["verdicts"][0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "another/1"}'])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "verdicts.json").write_text(text)

    with pytest.raises(report.ReportError, match=re.escape(str(tmp_path))):
        report.read(tmp_path)


# ---------------------------------------------------------------- JUnit


def test_junit_has_a_case_for_each_requirement(found: Any) -> None:
    suites = {suite.get("name"): suite for suite in ET.fromstring(junit.document(found))}

    assert {name: suite.get("tests") for name, suite in suites.items()} == {
        "A target vec": "10",
        "A target certifiqi": "1",
    }
    vec = suites["A target vec"]
    assert (vec.get("failures"), vec.get("errors"), vec.get("skipped")) == ("2", "2", "2")
    kinds = {case.get("name", "")[:12]: [child.tag for child in case] for case in vec}
    assert kinds["VEC-BATCH-01"] == []
    assert kinds["VEC-BATCH-03"] == kinds["VEC-BATCH-12"] == ["failure"]
    assert kinds["VEC-BATCH-10"] == ["error"]
    assert kinds["VEC-BATCH-08"] == kinds["VEC-BATCH-13"] == ["system-out"]


def test_junit_tells_what_failed_and_how_to_see_it_again(found: Any) -> None:
    (text,) = (
        one.text or ""
        for one in ET.fromstring(junit.document(found)).iter("failure")
        if "seed" in str(one.text)
    )

    assert "<script>" in text
    assert "sealbox-conformance --seed 7 --select VEC-BATCH-03" in text


# ---------------------------------------------------------------- CTRF

ROOT = {"reportFormat", "specVersion", "reportId", "runId", "timestamp", "generatedBy", "extra", "results"}
SUMMARY = {"tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"}
TEST = {"testId", "name", "status", "rawStatus", "duration", "suite", "message", "snippet", "tags"}


def test_ctrf_has_its_structure(found: Any) -> None:
    written = ctrf.document(found)

    assert written.keys() <= ROOT
    assert written["reportFormat"] == "CTRF"
    assert re.fullmatch(r"\d+\.\d+\.\d+", written["specVersion"])
    assert {"tool", "summary", "tests"} <= written["results"].keys() <= {"tool", "summary", "tests", "extra"}
    assert written["results"]["summary"].keys() == SUMMARY
    assert all(type(number) is int for number in written["results"]["summary"].values())
    for test in written["results"]["tests"]:
        assert {"name", "status", "duration"} <= test.keys() <= TEST
        assert type(test["duration"]) is int
        assert test["suite"]


def test_ctrf_adds_up(found: Any) -> None:
    summary = ctrf.document(found)["results"]["summary"]

    counted = {name: summary[name] for name in ("passed", "failed", "skipped", "pending", "other")}
    assert counted == {"passed": 5, "failed": 2, "skipped": 2, "pending": 0, "other": 2}
    assert sum(counted.values()) == summary["tests"]
    assert summary["stop"] - summary["start"] == 12_500


# ---------------------------------------------------------------- Markdown and badge


def test_markdown_tells_the_worst_first(found: Any) -> None:
    heads = re.findall(r"^## (.*)", markdown.summary(found), re.MULTILINE)

    assert heads == [
        "VEC-BATCH-03: failed",
        "VEC-BATCH-12: expired",
        "VEC-BATCH-10, VEC-BATCH-11: harness error",
        "VEC-BATCH-13: known",
        "VEC-BATCH-08: warned",
        "VEC-BATCH-18: noted",
        "Not known",
        "Documented answers",
    ]


def test_markdown_stays_in_its_blocks_and_cells(found: Any) -> None:
    text = markdown.summary(found)

    assert "````\n" in text  # what was answered holds three backticks
    assert "does not claim" in text
    assert "the target \\| does" in text
    assert "**1 checks were cut**" in text


def test_markdown_has_every_documented_status(found: Any) -> None:
    text = markdown.summary(found)

    assert "| vec createBatch | 201 (3) | 401, 403, 413, 422, 500 |" in text
    for api in contract.apis():
        for operation in contract.operations(api):
            assert f"| {api} {operation} |" in text


@pytest.mark.parametrize(
    ("verdicts", "message", "colour"),
    [
        (("passed", "passed", "warned"), "2 of 3 kept", "brightgreen"),
        (("passed", "failed"), "1 of 2 broken", "red"),
        (("not_concluded",), "not concluded", "lightgrey"),
        (("passed", "harness_error"), "not concluded", "lightgrey"),
    ],
)
def test_a_badge_says_what_the_exit_code_says(results: Any, verdicts: Any, message: str, colour: str) -> None:
    found = results.result(*(results.row("VEC-BATCH-01", verdict) for verdict in verdicts))

    assert badge.endpoint(found) == {
        "schemaVersion": 1,
        "label": "conformance",
        "message": message,
        "color": colour,
    }
    drawing = ET.fromstring(badge.svg(found))
    assert message in [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]


# ---------------------------------------------------------------- a broken control plane


@pytest.fixture
def halted(results: Any) -> Any:
    """A run that went without two acts, whatever those answered."""
    acts = [results.broken_act("advance", "vec/a.py::test_a", "vec/b.py::test_b"), results.broken_act("sign")]
    return results.result(results.row("VEC-BATCH-01", "passed"), broken_acts=acts)


def test_the_schema_knows_a_broken_act(halted: Any) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))

    assert validator.is_valid(halted)
    assert not validator.is_valid({**halted, "broken_acts": [{"act": "sign"}]})


def test_junit_has_an_error_for_each_broken_act(halted: Any) -> None:
    suite = ET.fromstring(junit.document(halted))[-1]
    errors = {case.get("name"): case[0] for case in suite}

    assert (suite.get("name"), suite.get("errors")) == ("A target control plane", "2")
    assert list(errors) == ["advance", "sign"]
    assert "a claim: status 500" in errors["advance"].get("message", "")
    assert "not concluded: vec/b.py::test_b" in (errors["advance"].text or "")


def test_ctrf_has_a_test_for_each_broken_act(halted: Any) -> None:
    found = ctrf.document(halted)["results"]

    assert [(one["name"], one["status"]) for one in found["tests"][1:]] == [
        ("control.advance", "other"),
        ("control.sign", "other"),
    ]
    assert found["summary"]["other"] == 2
    assert "not concluded: vec/a.py::test_a" in found["tests"][1]["message"]


def test_markdown_has_a_part_for_each_broken_act(halted: Any) -> None:
    text = markdown.summary(halted)

    assert re.findall(r"^## Broken.*", text, re.MULTILINE) == [
        "## Broken control plane: advance",
        "## Broken control plane: sign",
    ]
    assert "not concluded: vec/a.py::test_a\nnot concluded: vec/b.py::test_b\n````" in text


@pytest.mark.parametrize(
    ("verdict", "message", "colour"),
    [("passed", "control plane broken", "lightgrey"), ("failed", "1 of 1 broken", "red")],
)
def test_a_badge_is_not_green_without_a_claimed_act(
    results: Any, halted: Any, verdict: str, message: str, colour: str
) -> None:
    told = badge.endpoint({**halted, "verdicts": [results.row("VEC-BATCH-01", verdict)]})

    assert (told["message"], told["color"]) == (message, colour)


def test_the_page_tells_of_broken_acts_and_is_still_a_page(halted: Any) -> None:
    text = page.document([halted, {**halted, "target": "Another", "broken_acts": []}])

    assert Page(text).tags.count("article") == 2
    assert Page(text).tags.count("script") == 1
    assert "The control plane is broken" in text
    assert "Nothing: no promise" not in text
    assert "<code>vec/a.py::test_a</code>, <code>vec/b.py::test_b</code>" in text


def test_the_terminal_tells_of_broken_acts_right_above_the_numbers(halted: Any) -> None:
    console = Console(record=True, file=io.StringIO(), width=120)
    console.print(terminal.screen(halted), soft_wrap=True)
    text = console.export_text()

    assert "\x1b" not in text
    assert text.index("broken control plane: control.advance") < text.index(
        "  not concluded  vec/b.py::test_b"
    )
    assert text.index("broken control plane: control.sign") < text.index("A target, seed 7")


# ---------------------------------------------------------------- the page


class Page(HTMLParser):
    """What a page has: its elements, its ids, where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if tag == "a" else []
        self.loads += [str(given[key]) for key in ("src", "srcset", "data", "action") if key in given]
        self.loads += [str(given["href"])] if tag == "link" else []


def test_the_page_needs_nobody(found: Any) -> None:
    text = page.document([found])

    assert Page(text).loads == []
    assert "@import" not in text
    assert "url(" not in text


def test_nothing_that_a_target_says_becomes_part_of_the_page(found: Any) -> None:
    shown = Page(page.document([found]))

    assert shown.tags.count("script") == 1
    assert "&lt;script&gt;alert(" in page.document([found])


def test_every_link_of_the_page_leads_somewhere(found: Any) -> None:
    shown = Page(page.document([found, {**found, "target": "Another"}]))

    assert {link[1:] for link in shown.links} <= set(shown.ids)
    assert len(shown.ids) == len(set(shown.ids))
    assert {"t0-VEC-BATCH-03", "t1-VEC-BATCH-03", "t0-VEC-BATCH-11"} <= set(shown.ids)


def test_targets_stand_side_by_side(results: Any) -> None:
    one = results.result(results.row("VEC-BATCH-01", "passed"), target="One")
    two = results.result(
        results.row("VEC-BATCH-02", "failed", results.failure(id="VEC-BATCH-02")), target="Two"
    )
    text = page.document([one, two])
    cells = re.findall(r'data-verdict="(\w*)"', text)

    assert cells == ["passed", "", "", "failed"]
    assert text.count("not asked") == 2


def test_a_failure_has_source_expected_actual_example_and_request(found: Any) -> None:
    text = page.document([found])
    promise = catalogue.load()["VEC-BATCH-03"]
    (article,) = re.findall(r'<article>\s*<h3><code id="t0-VEC-BATCH-03">.*?</article>', text, re.DOTALL)

    for words in (
        promise.text,
        promise.quote,
        "the name",
        "name=&#39;0&#39;",
        "curl http",
        "--select VEC-BATCH-03",
    ):
        assert words in article


def test_the_page_has_light_and_dark_and_a_way_for_keys(found: Any) -> None:
    text = page.document([found])

    assert "prefers-color-scheme: dark" in text
    assert ":focus-visible" in text
    assert '<a class="skip" href="#matrix">' in text
    assert Page(text).tags.count("label") == 2


def test_reports_of_schemathesis_are_linked_where_they_are(found: Any, tmp_path: Path) -> None:
    (tmp_path / "schemathesis").mkdir()
    (tmp_path / "schemathesis" / "junit.xml").write_text("<testsuites/>")
    report.write(tmp_path, found)

    assert '<a href="schemathesis/junit.xml">' in (tmp_path / "report.html").read_text()


def test_a_page_of_nothing_bad_says_so(results: Any) -> None:
    assert "no promise was seen to break" in page.document(
        [results.result(results.row("VEC-BATCH-01", "passed"))]
    )


# ---------------------------------------------------------------- the terminal


def test_a_target_does_not_move_the_cursor(found: Any) -> None:
    console = Console(record=True, file=io.StringIO(), width=120)
    console.print(terminal.screen(found), soft_wrap=True)
    text = console.export_text()

    assert "\x1b" not in text
    assert "<script>alert('x')</script>" in text
    text.encode()  # nothing is left that no terminal can show


def test_the_terminal_shows_the_worst_last(found: Any) -> None:
    console = Console(record=True, file=io.StringIO(), width=120)
    console.print(terminal.screen(found), soft_wrap=True)
    text = console.export_text()

    assert text.index("noted: VEC-BATCH-18") < text.index("warned: VEC") < text.index("failed: VEC-BATCH-03")
    assert text.index("failed: VEC-BATCH-03") < text.index("A target, seed 7")
    assert text.count("Traceback") == 1
    assert "1 checks were cut" in text
