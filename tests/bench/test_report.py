"""The tables that a comparison writes."""

from __future__ import annotations

import pytest

from bench.peers.figures import Half, Run, Start
from bench.peers.peers import Peer, uvicorn
from bench.peers.report import halves, latency, ratios, report, shown, speed, starts
from bench.peers.turns import Found, Times

OURS = Peer("sealbox", "sealbox", "yes", uvicorn("a:app"))
THEIRS = Peer("prism", "peer", "yes", uvicorn("b:app"))
ABSENT = Peer("mockoon", "peer", "no", uvicorn("c:app"))
PEERS = (THEIRS, OURS, ABSENT)


def run(server: str, case: str, rate: int) -> Run:
    return Run(
        server=server,
        case=case,
        round=1,
        requests=rate,
        seconds=1,
        cpu_seconds=1,
        p50=1.5,
        p99=30,
        errors=1,
        resident_mib=90,
        neighbours=0.25,
    )


RUNS = [
    run("sealbox", "GET event", 16_000),
    run("prism", "GET event", 3_000),
    run("sealbox", "POST 1 row", 8_310),
]


def lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_every_line_of_a_table_has_as_many_cells() -> None:
    for table in (
        speed(PEERS, RUNS),
        latency(PEERS, RUNS),
        ratios(PEERS, RUNS, "sealbox"),
        starts(PEERS, [Start("prism", 1.1, 175)], RUNS),
    ):
        assert len({len(line) for line in lines(table)}) == 1


def test_the_fastest_comes_first_and_the_absent_not_at_all() -> None:
    assert [line[0] for line in lines(speed(PEERS, RUNS))[2:]] == ["sealbox", "prism"]


def test_a_case_without_runs_says_none() -> None:
    prism = next(line for line in lines(speed(PEERS, RUNS)) if line[0] == "prism")

    assert prism[1].startswith("3,000")
    assert prism[2:4] == ["none", "none"]


def test_a_ratio_says_how_many_times_ours_is_faster() -> None:
    (prism,) = lines(ratios(PEERS, RUNS, "sealbox"))[2:]

    assert prism == ["prism", "5.33", "none", "none"]


def test_there_are_no_ratios_without_ours() -> None:
    assert ratios(PEERS, RUNS[1:2], "sealbox") == ""


def test_starts_have_their_median_and_the_highest_memory_of_the_runs() -> None:
    found = [Start("prism", seconds, 175) for seconds in (1.0, 1.2, 3.0)]
    (prism,) = lines(starts(PEERS, found, RUNS))[2:]

    assert prism == ["prism", "1.20", "1.00 to 3.00", "175", "90"]


def test_half_load_is_judged_by_p99_over_p50() -> None:
    (line,) = lines(halves([Half("sealbox", "GET event", 8000, 0.5, 1.5)]))[2:]

    assert line[-1] == "3.0"


@pytest.mark.parametrize(
    ("number", "text"),
    [(16_432, "16,400"), (8.312, "8.31"), (128_849, "129,000"), (999, "999"), (0.345, "0.345")],
)
def test_numbers_are_shown_to_three_digits(number: float, text: str) -> None:
    assert shown(number) == text


def test_the_page_names_who_was_not_measured_and_why() -> None:
    found = Found(
        runs=RUNS,
        missing={"mockoon": "npm has not installed @mockoon\nmore"},
        broken=["prism: refused\nat last"],
    )
    page = report(
        PEERS, found, Times(), {"machine": {"processor": "two cores"}, "versions": {"wrk": "4.1.0"}}
    )

    assert "* mockoon: npm has not installed @mockoon\n" in page
    assert "* prism: refused at last\n" in page
    assert "two cores" in page
    assert "wrk 4.1.0" in page
    assert "0.25 cores" in page
