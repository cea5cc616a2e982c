"""Replicas behind nginx are measured as documented, and the model says no more than what was counted."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import orjson
import pytest

from bench.beyond import Model, Turn, model, spread
from bench.curve import Curve, curves
from bench.peers.figures import Run
from bench.scaling import CASES, TENANTS, beyond, conf, drawing, measured
from tests.bench.test_commands import bench

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
MISSING = [
    program
    for program in ("nginx", "wrk")
    if not (shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin"))
]
needs_both = pytest.mark.skipif(
    bool(MISSING), reason=f"{' and '.join(MISSING)} not installed: apt-get install nginx-light wrk"
)


def turn(
    replicas: int, *, requests: int = 8000, cpu: float = 1.0, nginx: float = 0.25, case: str = ""
) -> Turn:
    run = Run(
        server=f"{replicas} behind nginx",
        case=case or next(iter(CASES)),
        round=1,
        requests=requests,
        seconds=2.0,
        cpu_seconds=cpu,
        p50=1.0,
        p99=2.0,
        errors=0,
        resident_mib=80.0,
        neighbours=0.1,
    )
    return Turn(run, replicas, nginx_seconds=nginx, wrk_seconds=0.2, busiest=0.55)


@needs_both
def test_one_and_two_replicas_are_measured_and_end_by_themselves(tmp_path: Path) -> None:
    ended = bench("scaling", "--seconds", "1", "--rounds", "1", "--case", "GET event", "--out", str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    turns = orjson.loads((tmp_path / "runs.json").read_bytes())
    assert {turn["run"]["server"]: turn["replicas"] for turn in turns} == {
        "1 replica, no proxy": 1,
        "1 replica behind nginx": 1,
        "2 replicas behind nginx": 2,
    }
    for turn in turns:
        assert turn["run"]["requests"] > 0
        assert turn["run"]["errors"] == 0
        assert turn["run"]["cpu_seconds"] > 0
        assert (turn["nginx_seconds"] > 0) == ("nginx" in turn["run"]["server"])
    (both,) = [turn for turn in turns if turn["replicas"] == 2]
    assert 0.5 <= both["busiest"] < 0.8, "tenants are spread over both"
    assert ended.stdout.strip() == (tmp_path / "table.md").read_text(encoding="utf-8").strip()
    assert (tmp_path / "scaling.svg").read_text(encoding="utf-8").startswith("<svg")


def test_every_tenant_has_its_turn_in_every_case() -> None:
    for calls in CASES.values():
        tokens = Counter(value for call in calls for name, value in call.headers if "content" not in name)
        assert len(tokens) == len(TENANTS)
        assert set(tokens.values()) == {1}


def test_the_documented_recipe_is_what_runs() -> None:
    written = conf(9000, [9001, 9002, 9003])

    assert written.count("server 127.0.0.1:900") == 3
    assert "listen 127.0.0.1:9000;" in written
    assert "478" not in written
    assert "hash $tenant consistent;" in written


def test_more_replicas_bear_more_until_nginx_is_full() -> None:
    some = Model(per_replica=4000, per_nginx=10_000)

    assert [some.rate(number) for number in (1, 2, 3, 9)] == [4000, 8000, 10_000, 10_000]
    assert some.rate(9, workers=2) == 20_000
    assert some.filling == 2.5


def test_the_model_is_of_the_most_replicas_that_were_measured() -> None:
    turns = [turn(1, cpu=0.5), turn(2), turn(2, cpu=2.0), turn(2, cpu=1.6), turn(1, nginx=0.0)]

    found = model(turns)

    assert found.per_replica == 8000 / 1.6
    assert found.per_nginx == 8000 / 0.25


def test_without_nginx_there_is_no_model() -> None:
    with pytest.raises(ValueError, match="behind nginx"):
        model([turn(1, nginx=0.0)])


def test_shares_are_of_what_answering_took() -> None:
    assert turn(2, cpu=3.0, nginx=1.0).nginx_share == 0.25
    assert turn(1, nginx=0.0).nginx_share == 0


def test_a_spread_is_half_of_what_lies_between_the_ends() -> None:
    assert spread([90, 100, 110]) == pytest.approx(0.1)
    assert spread([0, 0]) == 0


def test_tables_have_a_line_for_each_set_up_and_for_each_model() -> None:
    turns = [turn(1), turn(2, cpu=2.0)]

    table = measured(turns)
    assert "| 1 behind nginx | GET event | 8,000 ±0% | 1.00 | 20.0% | 55% | 0.10 | 4,000 ±0% | 0 |" in table
    assert "| 2 behind nginx | GET event | 4,000 ±0% | 0.50 | 11.1% | 55% | 0.10 | 4,000 ±0% | 0 |" in table
    modelled = beyond({"GET event": model(turns)})
    assert "| GET event | 4,000 | 8,000 | 16,000 | 32,000 | 32,000 | 8.0 replicas |" in modelled


def test_a_drawing_has_the_modelled_line_and_every_measured_point() -> None:
    turns = [turn(1), turn(2), turn(2, case="POST 1 row"), turn(1, case="POST 1 row")]
    models = {case: model([one for one in turns if one.run.case == case]) for case in CASES}

    tree = ET.fromstring(drawing(turns, models))

    lines = list(tree.iter(f"{SVG}polyline"))
    assert len(lines) == 2
    assert all(line.get("stroke-dasharray") for line in lines)
    circles = list(tree.iter(f"{SVG}circle"))
    assert Counter(circle.get("fill") == "none" for circle in circles) == {True: 4, False: 4}
    said = " ".join(text.text or "" for text in tree.iter(f"{SVG}text"))
    assert "modelled" in said
    assert "GET event" in said


def test_points_lie_where_their_values_are() -> None:
    drawn = curves("t", "n", [Curve("a", {1: 50.0, 2: 100.0}, {1: 100.0}, {1: 50.0})])

    disc, ring = ET.fromstring(drawn).iter(f"{SVG}circle")
    assert disc.get("cx") == ring.get("cx")
    assert float(disc.get("cy", "")) < float(ring.get("cy", ""))
    (line,) = ET.fromstring(drawn).iter(f"{SVG}polyline")
    first, last = (point.split(",") for point in line.get("points", "").split())
    assert first[1] == ring.get("cy")
    assert last[1] == disc.get("cy")


def test_nothing_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="no line"):
        curves("t", "n", [])
