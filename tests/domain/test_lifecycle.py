"""Where a batch stands: scenarios second by second, and laws over random batches and increasing times."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.lifecycle import ENDS, NEXT, course, next_due, stand, status_at
from sealbox.apis.vec.model import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealbox.apis.vec.model import Batch

    from tests.domain.conftest import Life, VecValues

Seen = list[tuple[float, str]]


def seen(vec: VecValues, batch: Batch, seconds: Sequence[float], **chosen: str) -> list[str]:
    return [stand(batch, vec.after(at), vec.switches(**chosen)).status.value for at in seconds]


# ---- scenarios: two seconds of queue, then half a second for each certificate -----------------------------

SCENARIOS: dict[str, tuple[str, tuple[float | None, ...], dict[str, str], Seen]] = {
    "nobody signs": (
        "..",
        (),
        {},
        [(0, "pending"), (1.999, "pending"), (2, "processing"), (2.999, "processing"), (3, "completed")],
    ),
    "one row fails": ("x.", (), {}, [(2.9, "processing"), (3, "partially_completed")]),
    "every row fails": ("xx", (), {}, [(2.9, "processing"), (3, "failed")]),
    "every row fails, and that is partial": (
        "xx",
        (),
        {"all_failed": "partially_completed"},
        [(2.9, "processing"), (3, "partially_completed"), (99, "partially_completed")],
    ),
    "work begins at once": (
        "..",
        (),
        {"initial_status": "processing"},
        [(0, "processing"), (0.999, "processing"), (1, "completed")],
    ),
    "all signed at once": ("..", (0, 0), {}, [(0, "pending"), (2, "processing"), (3, "completed")]),
    "signed while queued": ("..", (1.5,), {}, [(1.9, "pending"), (2, "processing"), (3, "completed")]),
    "one signature is outstanding": (
        "..",
        (0, None),
        {},
        [(1.9, "pending"), (2, "waiting_for_approval"), (9999, "waiting_for_approval")],
    ),
    "waits for its last signature": (
        "..",
        (10, 5),
        {},
        [(2, "waiting_for_approval"), (9.9, "waiting_for_approval"), (10, "processing"), (11, "completed")],
    ),
    "a signatory refuses": (
        "..",
        (-5, 1),
        {},
        [(2, "waiting_for_approval"), (4.9, "waiting_for_approval"), (5, "failed"), (9999, "failed")],
    ),
    "a signatory refuses while queued": ("..", (-1,), {}, [(0.9, "pending"), (1, "failed"), (3, "failed")]),
    "the first refusal counts": ("..", (-9, -4), {}, [(3.9, "waiting_for_approval"), (4, "failed")]),
    "waits before the queue when work begins at once": (
        "..",
        (4,),
        {"initial_status": "processing"},
        [(0, "waiting_for_approval"), (4, "processing"), (5, "completed")],
    ),
    "waits after its certificates are made": (
        "..",
        (7,),
        {"approval": "after_generation"},
        [(0, "pending"), (2, "processing"), (3, "waiting_for_approval"), (7, "completed")],
    ),
    "waits for good after its certificates are made": (
        "x.",
        (None,),
        {"approval": "after_generation"},
        [(2, "processing"), (3, "waiting_for_approval"), (9999, "waiting_for_approval")],
    ),
    "signed during the work": (
        "x.",
        (2.5,),
        {"approval": "after_generation"},
        [(2.9, "processing"), (3, "partially_completed")],
    ),
    "refused during the work": (
        "....",
        (-3,),
        {"approval": "after_generation"},
        [(2.9, "processing"), (3, "failed"), (4, "failed")],
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_batch_goes_its_documented_way(vec: VecValues, name: str) -> None:
    rows, fates, chosen, expected = SCENARIOS[name]
    batch = vec.batch(rows, signatures=vec.signed(*fates))

    assert seen(vec, batch, [at for at, _ in expected], **chosen) == [status for _, status in expected]


def test_a_refusal_after_the_end_comes_too_late(vec: VecValues) -> None:
    (signature,) = vec.signed(0)
    batch = vec.batch(signatures=(replace(signature, refused_at=vec.after(9)),))

    assert seen(vec, batch, [3, 9, 99]) == ["completed"] * 3


def test_the_counters_follow_the_rows(vec: VecValues) -> None:
    batch, switches = vec.batch(".x.x"), vec.switches()
    shown = [stand(batch, vec.after(2 + half / 2), switches) for half in range(5)]

    assert [one.processed for one in shown] == [0, 1, 1, 2, 2]
    assert [one.failed for one in shown] == [0, 0, 1, 1, 2]
    assert [one.progress for one in shown] == [0, 25, 50, 75, 100]


@pytest.mark.parametrize(("formula", "progress"), [("handled", 100), ("succeeded", 66.67)])
def test_progress_counts_what_its_switch_says(vec: VecValues, formula: str, progress: float) -> None:
    shown = stand(vec.batch(".x."), vec.after(99), vec.switches(progress_formula=formula))

    assert shown.progress == progress


@pytest.mark.parametrize(
    ("which", "rows", "dated"),
    [
        ("any_end", "..", True),
        ("any_end", ".x", True),
        ("any_end", "xx", True),
        ("completed_only", "..", True),
        ("completed_only", ".x", False),
        ("completed_only", "xx", False),
    ],
)
def test_a_completion_date_stands_on_the_ends_its_switch_names(
    vec: VecValues, which: str, rows: str, *, dated: bool
) -> None:
    shown = stand(vec.batch(rows), vec.after(99), vec.switches(completion_date_on=which))

    assert shown.completion_date == (vec.after(3) if dated else None)


@pytest.mark.parametrize(("most", "status"), [(0, "pending"), (1, "processing"), (2, "completed")])
def test_a_stalled_batch_stays_where_it_is(vec: VecValues, most: int, status: str) -> None:
    batch = vec.batch("..", pace=vec.pace(stalls_after=most))
    shown = stand(batch, vec.after(10_000), vec.switches())

    assert (shown.status, shown.handled) == (status, most)


def test_an_approval_is_a_change_of_the_batch(vec: VecValues) -> None:
    batch = vec.batch(signatures=vec.signed(6, None))
    updated = [stand(batch, vec.after(at), vec.switches()).updated_at for at in (0, 1, 2, 5, 6, 99)]

    assert updated == [vec.after(at) for at in (0, 0, 2, 2, 6, 6)]


def test_a_certificate_is_a_change_of_the_batch(vec: VecValues) -> None:
    shown = stand(vec.batch("...."), vec.after(3.2), vec.switches())

    assert (shown.handled, shown.updated_at) == (2, vec.after(3))


@pytest.mark.parametrize("approval", ["before_generation", "after_generation"])
def test_a_batch_that_takes_no_time_ends_when_it_starts(vec: VecValues, approval: str) -> None:
    batch = vec.batch(".x", pace=vec.pace(queue=0, certificate=0))
    shown = stand(batch, vec.NOW, vec.switches(approval=approval))

    assert (shown.status, shown.processed, shown.failed) == (Status.PARTIALLY_COMPLETED, 1, 1)


def test_certificates_made_in_no_time_wait_for_signatures(vec: VecValues) -> None:
    batch = vec.batch("..", pace=vec.pace(certificate=0), signatures=vec.signed(None))

    assert seen(vec, batch, [9], approval="after_generation") == ["waiting_for_approval"]


def test_a_refusal_during_the_queue_fails_every_certificate(vec: VecValues) -> None:
    batch = vec.batch("..", signatures=vec.signed(-1))
    shown = stand(batch, vec.after(99), vec.switches(approval="after_generation"))

    assert (shown.status, shown.processed, shown.failed, shown.progress) == (Status.FAILED, 0, 2, 100)


# ---- laws -------------------------------------------------------------------------------------------------


def all_ways(start: Status) -> set[Status]:
    """Every status that the table leads to from `start`."""
    reached = {start}
    while more := {after for status in reached for after in NEXT[status].values()} - reached:
        reached |= more
    return reached


def test_the_table_leads_from_pending_everywhere_and_from_an_end_nowhere() -> None:
    assert all_ways(Status.PENDING) == set(Status)
    assert {Status.COMPLETED, Status.PARTIALLY_COMPLETED, Status.FAILED} == ENDS
    assert all(all_ways(end) == {end} for end in ENDS)


@given(data=st.data())
def test_counters_stay_within_the_total_and_never_go_back(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    shown = [stand(life.batch, at, life.switches) for at in life.times]

    for one in shown:
        assert one.processed >= 0
        assert one.failed >= 0
        assert one.processed + one.failed <= life.batch.total
        assert 0 <= one.progress <= 100
    for before, after in pairwise(shown):
        assert before.processed <= after.processed
        assert before.failed <= after.failed
        assert before.progress <= after.progress


@given(data=st.data())
def test_a_status_moves_along_the_table_only(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    statuses = [stand(life.batch, at, life.switches).status for at in life.times]

    assert statuses[0] in all_ways(Status.PENDING)
    for before, after in pairwise(statuses):
        assert after in all_ways(before)


@given(data=st.data())
def test_one_course_gives_the_status_of_every_moment(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    plan = course(life.batch, life.switches)
    for at in life.times:
        shown = stand(life.batch, at, life.switches)

        assert status_at(life.batch, plan, at, life.switches) is shown.status


@pytest.mark.parametrize(("shown", "status"), [("failed", "failed"), ("partially_completed",) * 2])
def test_a_course_gives_the_status_that_is_shown_when_every_row_fails(
    vec: VecValues, shown: str, status: str
) -> None:
    batch, switches = vec.batch("xx"), vec.switches(all_failed=shown)

    assert status_at(batch, course(batch, switches), vec.after(99), switches).value == status


@given(data=st.data())
def test_dates_agree_with_the_status(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    latest = life.batch.created_at
    for at in life.times:
        shown = stand(life.batch, at, life.switches)
        dated = shown.status in ENDS and (
            life.switches["completion_date_on"] == "any_end" or shown.status is Status.COMPLETED
        )

        assert shown.completion_date == (shown.updated_at if dated else None)
        assert latest <= shown.updated_at <= at
        latest = shown.updated_at


@given(data=st.data())
def test_nothing_about_a_finished_batch_changes(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    shown = [stand(life.batch, at, life.switches) for at in life.times]
    finished = [one for one in shown if one.status in ENDS]

    assert all(one == finished[0] for one in finished)


@given(data=st.data())
def test_a_status_agrees_with_the_counters(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives(refusals=False))
    for at in life.times:
        shown = stand(life.batch, at, life.switches)
        if shown.status is Status.PENDING:
            assert shown.handled == 0
        elif shown.status is Status.COMPLETED:
            assert (shown.processed, shown.failed, shown.progress) == (life.batch.total, 0, 100)
        elif shown.status in ENDS:
            assert shown.processed + shown.failed == life.batch.total
            assert shown.failed
        elif shown.status is Status.WAITING_FOR_APPROVAL:
            assert life.batch.signatures


@given(data=st.data())
def test_the_next_due_moment_is_the_first_with_another_status(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    tick = timedelta(microseconds=1)
    for at in life.times:
        due = next_due(life.batch, at, life.switches)
        status = stand(life.batch, at, life.switches).status
        until = due - tick if due else vec.after(100_000)

        assert stand(life.batch, until, life.switches).status is status
        assert due is None or due > at
        assert due is None or stand(life.batch, due, life.switches).status is not status


@given(data=st.data())
def test_following_the_due_moments_comes_to_a_stop(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    at, steps = vec.NOW - timedelta(seconds=1), 0
    while due := next_due(life.batch, at, life.switches):
        at, steps = due, steps + 1

    assert steps <= 3
    if not life.batch.signatures and life.batch.pace.stalls_after is None:
        assert stand(life.batch, at, life.switches).status in ENDS
