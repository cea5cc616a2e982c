"""A batch's life as a client sees it, moment by moment, whatever the clock's mode and the switches are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.app.vec.conftest import Desk

PLAIN, DEFAULTS, AUTO = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (1, 3, 4))
GOOD = (("a@example.com", "A"), ("b@example.com", "B"))
MIXED = (("a@example.com", "A"), ("no address", "B"), ("c@example.com", "C"))
BAD = (("no address", "A"), ("c@example.com", ""))
FILES = ("pdf_path", "image_path", "qrcode_path", "barcode_path")


class Seen(NamedTuple):
    """What a batch shows at a moment; `since` and `done` are whole seconds after its creation."""

    status: str
    processed: int
    failed: int
    progress: float
    since: int = 0
    done: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """An upload, the switches it lives under, when its signatories approve, and what is seen when."""

    seen: Mapping[float, Seen]
    rows: Sequence[tuple[str, str]] = GOOD
    template: str = PLAIN
    approved: float | None = None
    switches: Mapping[str, str] = field(default_factory=dict)


# Two seconds in the queue, then half a second for each certificate.
COURSES = {
    "good rows": Course(
        {
            0: Seen("pending", 0, 0, 0),
            1.999: Seen("pending", 0, 0, 0),
            2: Seen("processing", 0, 0, 0, 2),
            2.499: Seen("processing", 0, 0, 0, 2),
            2.5: Seen("processing", 1, 0, 50, 2),
            3: Seen("completed", 2, 0, 100, 3, 3),
            90000: Seen("completed", 2, 0, 100, 3, 3),
        }
    ),
    "a bad row among good ones": Course(
        {
            2.5: Seen("processing", 1, 0, 33.33, 2),
            3: Seen("processing", 1, 1, 66.67, 3),
            3.5: Seen("partially_completed", 2, 1, 100, 3, 3),
        },
        rows=MIXED,
    ),
    "bad rows only": Course(
        {2.5: Seen("processing", 0, 1, 50, 2), 3: Seen("failed", 0, 2, 100, 3, 3)}, rows=BAD
    ),
    "approved while it waits": Course(
        {
            1: Seen("pending", 0, 0, 0),
            2: Seen("waiting_for_approval", 0, 0, 0, 2),
            9.999: Seen("waiting_for_approval", 0, 0, 0, 2),
            10: Seen("processing", 0, 0, 0, 10),
            10.5: Seen("processing", 1, 0, 50, 10),
            11: Seen("completed", 2, 0, 100, 11, 11),
        },
        template=DEFAULTS,
        approved=10,
    ),
    "approved in the queue": Course(
        {
            1: Seen("pending", 0, 0, 0, 1),
            2: Seen("processing", 0, 0, 0, 2),
            3: Seen("completed", 2, 0, 100, 3, 3),
        },
        template=DEFAULTS,
        approved=1,
    ),
    "never approved": Course(
        {2: Seen("waiting_for_approval", 0, 0, 0, 2), 90000: Seen("waiting_for_approval", 0, 0, 0, 2)},
        template=DEFAULTS,
    ),
    "approved by itself": Course(
        {2: Seen("processing", 0, 0, 0, 2), 3: Seen("completed", 2, 0, 100, 3, 3)}, template=AUTO
    ),
    "no queue": Course(
        {
            0: Seen("processing", 0, 0, 0),
            0.5: Seen("processing", 1, 0, 50),
            1: Seen("completed", 2, 0, 100, 1, 1),
        },
        switches={"vec.initial_status": "processing"},
    ),
    "no queue, and signatures": Course(
        {
            0: Seen("waiting_for_approval", 0, 0, 0),
            4: Seen("processing", 0, 0, 0, 4),
            5: Seen("completed", 2, 0, 100, 5, 5),
        },
        template=DEFAULTS,
        approved=4,
        switches={"vec.initial_status": "processing"},
    ),
    "approved after it was made": Course(
        {
            2: Seen("processing", 0, 0, 0, 2),
            2.5: Seen("processing", 1, 0, 50, 2),
            3: Seen("waiting_for_approval", 2, 0, 100, 3),
            7: Seen("completed", 2, 0, 100, 7, 7),
        },
        template=DEFAULTS,
        approved=7,
        switches={"vec.approval": "after_generation"},
    ),
    "approved before it is made, to be signed after": Course(
        {2: Seen("processing", 0, 0, 0, 2), 3.5: Seen("partially_completed", 2, 1, 100, 3, 3)},
        rows=MIXED,
        template=DEFAULTS,
        approved=2,
        switches={"vec.approval": "after_generation"},
    ),
    "progress of successes": Course(
        {3: Seen("processing", 1, 1, 33.33, 3), 3.5: Seen("partially_completed", 2, 1, 66.67, 3, 3)},
        rows=MIXED,
        switches={"vec.progress_formula": "succeeded"},
    ),
    "dates of completed batches only, partially": Course(
        {3.5: Seen("partially_completed", 2, 1, 100, 3)},
        rows=MIXED,
        switches={"vec.completion_date_on": "completed_only"},
    ),
    "dates of completed batches only, failed": Course(
        {3: Seen("failed", 0, 2, 100, 3)}, rows=BAD, switches={"vec.completion_date_on": "completed_only"}
    ),
    "dates of completed batches only, completed": Course(
        {3: Seen("completed", 2, 0, 100, 3, 3)}, switches={"vec.completion_date_on": "completed_only"}
    ),
    "failures are partial": Course(
        {2: Seen("processing", 0, 0, 0, 2), 3: Seen("partially_completed", 0, 2, 100, 3, 3)},
        rows=BAD,
        switches={"vec.all_failed": "partially_completed"},
    ),
    "failures are partial and undated": Course(
        {3: Seen("partially_completed", 0, 2, 0, 3)},
        rows=BAD,
        switches={
            "vec.all_failed": "partially_completed",
            "vec.completion_date_on": "completed_only",
            "vec.progress_formula": "succeeded",
        },
    ),
}


def moment(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return f"2025-04-01T{12 + seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000000Z"


def as_shown(seen: Seen, total: int) -> dict[str, Any]:
    return {
        "status": seen.status,
        "total_certificates": total,
        "processed_certificates": seen.processed,
        "failed_certificates": seen.failed,
        "progress": seen.progress,
        "completion_date": moment(seen.done),
        "created_at": moment(0),
        "updated_at": moment(seen.since),
    }


def look(desk: Desk, batch: Mapping[str, Any]) -> dict[str, Any]:
    """What all three operations show, which agree."""
    whole = desk.batch(batch)
    status = desk.get(f"batches/{batch['id']}/status").json()
    listed = next(one for one in desk.every("batches") if one["id"] == batch["id"])
    assert whole == whole | listed | status
    return whole


@pytest.mark.parametrize("mode", ["auto", "manual"])
@pytest.mark.parametrize("name", COURSES)
def test_a_batch_shows_at_each_moment_what_its_course_says(
    open_timed: Callable[..., Desk], name: str, mode: str
) -> None:
    course = COURSES[name]
    desk = open_timed(mode, course.switches)
    batch = desk.upload(course.rows, template=course.template)
    passed = 0.0
    for at in sorted({*course.seen, course.approved or 0}):
        desk.wait(at - passed)
        passed = at
        if at == course.approved:
            assert desk.act("approve", batch).status_code == 200
        if at in course.seen:
            expected = as_shown(course.seen[at], len(course.rows))
            shown = look(desk, batch)
            assert (at, {key: shown[key] for key in expected}) == (at, expected)


@pytest.mark.parametrize("name", COURSES)
def test_an_instant_clock_shows_the_last_of_its_course_at_once(
    open_timed: Callable[..., Desk], name: str
) -> None:
    course = COURSES[name]
    desk = open_timed("instant", course.switches)
    batch = desk.upload(course.rows, template=course.template)
    if course.approved:
        assert batch["status"] == "waiting_for_approval"
        desk.act("approve", batch)
    shown = look(desk, batch)
    last = as_shown(course.seen[max(course.seen)], len(course.rows))
    timeless = last.keys() - {"completion_date", "updated_at"}

    assert {key: shown[key] for key in timeless} == {key: last[key] for key in timeless}
    assert (shown["completion_date"] is None) is (last["completion_date"] is None)


@pytest.mark.parametrize("name", COURSES)
def test_certificates_have_files_exactly_when_they_are_generated(
    open_timed: Callable[..., Desk], name: str
) -> None:
    course = COURSES[name]
    desk = open_timed("manual", course.switches)
    batch = desk.upload(course.rows, template=course.template)
    passed = 0.0
    for at in sorted({*course.seen, course.approved or 0}):
        desk.wait(at - passed)
        passed = at
        if at == course.approved:
            desk.act("approve", batch)
        shown, made = desk.batch(batch), desk.certificates(batch)
        states = [one["status"] for one in made]
        handled = shown["processed_certificates"] + shown["failed_certificates"]
        working = shown["status"] == "processing" and handled < len(made)
        bad = ["failed" if "@" not in email or not name else "generated" for email, name in course.rows]
        waiting = ["processing" if working else "pending", *["pending"] * len(made)]

        assert states == [*bad[:handled], *waiting][: len(made)]
        for one in made:
            generated = one["status"] == "generated"
            assert [one[path] is not None for path in FILES] == [generated] * 4
            assert (one["generated_at"] is not None) is generated
            assert one["created_at"] <= one["updated_at"]
            assert desk.get(f"certificates/{one['id']}").json()["data"] == one


@pytest.mark.parametrize("name", [name for name, course in COURSES.items() if course.approved is None])
def test_until_idle_is_the_moment_of_the_last_change(open_timed: Callable[..., Desk], name: str) -> None:
    course = COURSES[name]
    desk = open_timed("manual", course.switches)
    batch = desk.upload(course.rows, template=course.template)
    desk.finish()
    last = course.seen[max(course.seen)]

    assert desk.client.control("GET", "/clock").json()["now"][:19] == str(moment(last.since))[:19]
    assert desk.batch(batch)["status"] == last.status


def test_generated_certificates_are_dated_by_the_clock_one_after_the_other(desk: Desk) -> None:
    batch = desk.upload([(f"p{n}@example.com", f"P{n}") for n in range(6)])
    desk.finish()
    made = desk.certificates(batch)

    assert [one["generated_at"] for one in made] == [moment(2 + (n + 1) // 2) for n in range(6)]
    assert [one["updated_at"] for one in made] == [one["generated_at"] for one in made]


@pytest.mark.parametrize("status", ["pending", "processing", "waiting_for_approval"])
def test_batches_that_the_world_keeps_for_looking_at_stay_where_they_are(desk: Desk, status: str) -> None:
    kept = desk.every("batches", status=status)
    desk.wait(90 * 86400)

    assert kept
    assert desk.every("batches", status=status) == kept
