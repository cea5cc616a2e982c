"""Medians, spreads and ratios."""

from __future__ import annotations

import pytest

from bench.peers.figures import Run, ratio, summaries, summary


def run(
    server: str = "a", case: str = "GET event", *, requests: int = 1000, cpu: float = 0.5, **more: float
) -> Run:
    return Run(
        server=server,
        case=case,
        round=1,
        requests=requests,
        seconds=more.get("seconds", 1.0),
        cpu_seconds=cpu,
        p50=more.get("p50", 1.0),
        p99=more.get("p99", 2.0),
        errors=int(more.get("errors", 0)),
        resident_mib=50,
        neighbours=0.1,
    )


def test_the_rate_of_a_core_is_by_the_cpu_that_was_used() -> None:
    half_a_core = run(requests=1000, cpu=0.5)

    assert half_a_core.per_second == 1000
    assert half_a_core.per_core_second == 2000


def test_a_server_that_used_no_cpu_has_no_rate() -> None:
    assert run(cpu=0.0).per_core_second == 0


def test_the_median_is_of_the_runs_and_the_spread_between_the_outermost() -> None:
    found = summary([run(requests=900), run(requests=1000), run(requests=1300)])

    assert found.per_core_second == 2000
    assert found.spread == pytest.approx((2600 - 1800) / 2000)
    assert found.runs == 3


def test_one_slow_run_does_not_move_the_median() -> None:
    steady = summary([run(requests=1000), run(requests=1001), run(requests=1002)])
    disturbed = summary([run(requests=10), run(requests=1001), run(requests=1002)])

    assert disturbed.per_core_second == steady.per_core_second


def test_latencies_have_medians_of_their_own() -> None:
    found = summary([run(p50=1, p99=9), run(p50=3, p99=5), run(p50=2, p99=7)])

    assert (found.p50, found.p99) == (2, 7)


def test_errors_add_up() -> None:
    assert summary([run(errors=2), run(errors=3)]).errors == 5


def test_no_runs_have_no_summary() -> None:
    with pytest.raises(ValueError, match="no runs"):
        summary([])


def test_servers_and_cases_are_kept_apart() -> None:
    found = summaries([run("a"), run("b", requests=500), run("a", "POST 1 row", requests=100)])

    assert {key: one.per_second for key, one in found.items()} == {
        ("a", "GET event"): 1000,
        ("b", "GET event"): 500,
        ("a", "POST 1 row"): 100,
    }


def test_a_ratio_to_nothing_is_none() -> None:
    assert ratio(10, 4) == 2.5
    assert ratio(10, 0) is None
