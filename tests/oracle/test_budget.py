from __future__ import annotations

import pytest
from sealbox_conformance.budget import Pace, Round, Shard, seconds


@pytest.mark.parametrize(
    ("text", "length"), [("90", 90), ("90s", 90), ("1.5s", 1.5), ("5m", 300), ("1h30m", 5400), ("1m30", 90)]
)
def test_a_length_of_time_is_read(text: str, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "0", "soon", "5 m", "-5s", "5d", "s", "5m!"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        seconds(text)


@pytest.mark.parametrize("text", ["", "1", "0/4", "5/4", "1/0", "a/b", "-1/2", "1/4/2"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no shard"):
        Shard.parse(text)


def test_no_two_shards_of_any_two_seeds_draw_the_same() -> None:
    shards = [Shard(number, 4) for number in range(1, 5)]
    drawn = [shard.seed(seed) for seed in range(50) for shard in shards]

    assert len(set(drawn)) == len(drawn)


def test_one_shard_of_one_is_the_whole() -> None:
    assert (Shard(1, 1).seed(7), Shard(1, 1).examples(12)) == (7, 12)


@pytest.mark.parametrize(("of", "share"), [(1, 12), (4, 3), (5, 3), (100, 1)])
def test_a_shard_has_its_share_and_never_nothing(of: int, share: int) -> None:
    assert Shard(of, of).examples(12) == share


def test_a_later_round_can_be_run_alone() -> None:
    second = Round(0, 7, 4).next()

    assert second.examples == 8
    assert second.seed != 7
    assert second == Round(0, 7, 4).next()


def test_time_is_shared_by_the_checks_that_draw() -> None:
    pace = Pace(ends=100.0, drawing=4, plain=0)

    assert pace.slice(60.0) == 10.0
    pace.done(drawing=True, took=1.0)
    assert pace.slice(61.0) == 13.0


def test_plain_checks_get_what_they_take() -> None:
    pace = Pace(ends=100.0, drawing=1, plain=11)
    pace.done(drawing=False, took=2.0)

    assert pace.slice(60.0) == 40.0 - 10 * 2.0


def test_nobody_gets_time_that_is_over() -> None:
    assert Pace(ends=100.0, drawing=3, plain=0).slice(120.0) == 0.0
