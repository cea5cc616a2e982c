"""Campaigns run the checks many times in one process: no run leaves anything to the next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from sealbox.app import create_app
from sealbox_conformance import launch
from sealbox_conformance.order import Order

CAMPAIGN = """
import io, json, sys
import pytest
from sealbox_conformance import launch, outcomes
from sealbox_conformance.order import Order

class Records:
    def __init__(self):
        self.requests, self.broken = 0, set()
    def pytest_runtest_logreport(self, report):
        for name, record in report.user_properties:
            if name == outcomes.PREFIX and record["phase"] == report.when:
                self.requests += record["requests"]
                self.broken |= {breach["id"] for breach in record["breaches"]}

found, stdout = [], sys.stdout
for order in json.loads(sys.argv[1]):
    records, sys.stdout = Records(), io.StringIO()
    pytest.main(launch.arguments(Order.read(order)), plugins=[records])
    sys.stdout = stdout
    found.append([records.requests, sorted(records.broken)])
print(json.dumps(found))
"""


def test_two_runs_in_one_process_do_not_meet(serve: Any, changed: Any) -> None:
    broken = changed(create_app(), "progress", lambda batch: batch.update(name="Another"))
    urls = [serve(create_app()), serve(broken), serve(create_app())]
    orders = [Order(url=url, apis=("vec",), select=("VEC-BATCH-03",), seed=7, max_examples=3) for url in urls]
    done = subprocess.run(
        [sys.executable, "-c", CAMPAIGN, json.dumps([order.written() for order in orders])],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    (first, killed, second) = json.loads(done.stdout)

    assert killed[1] == ["VEC-BATCH-03"]
    assert first == second
    assert first[1] == []


def test_an_order_arrives_as_it_was_given() -> None:
    order = Order(url="http://127.0.0.1:1", apis=("vec",), seed=7, shard=(2, 4), rate=0.5, progress=True)

    assert Order.read(order.written()) == order


def test_an_order_knows_the_words_that_give_it_again() -> None:
    order = Order(
        url="http://127.0.0.1:1", apis=("vec",), target="/t.yaml", level="seed", read_only=True, rate=2.0
    )

    assert order.command() == [
        *("http://127.0.0.1:1", "--api", "vec", "--target", "/t.yaml", "--level", "seed", "--rate", "2.0"),
        "--read-only",
    ]


def test_no_plugin_and_no_file_of_the_caller_is_loaded() -> None:
    words = launch.arguments(Order())

    assert words[:2] == ["-c", os.devnull]
    assert f"--confcutdir={launch.SUITES}" in words
    assert "xdist" not in words
    assert "xdist" in launch.arguments(Order(jobs=2))
