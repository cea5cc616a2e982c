"""What random arrivals alone do to the latencies of a server."""

from __future__ import annotations

from bench.queueing import tail


def test_whoever_is_alone_never_waits() -> None:
    assert tail(0.5, connections=1, answers=1_000) == 1.0


def test_a_server_with_little_to_do_keeps_nearly_nobody_waiting() -> None:
    assert tail(0.001, answers=20_000) < 1.1


def test_the_tail_grows_with_the_load_up_to_its_half() -> None:
    few, some, half = (tail(load, answers=50_000) for load in (0.05, 0.2, 0.5))

    assert few < some < half


def test_at_half_load_a_server_that_is_always_as_quick_has_a_tail_of_more_than_three() -> None:
    assert 3.0 < tail(0.5, answers=100_000) < 4.4


def test_one_seed_gives_one_figure() -> None:
    assert tail(0.5, answers=1_000) == tail(0.5, answers=1_000)
    assert tail(0.5, answers=1_000) != tail(0.5, answers=1_000, seed=2)
