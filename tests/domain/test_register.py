"""A register answers as if all batches were sorted and counted anew for each question."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec.lifecycle import course, stand
from sealbox.apis.vec.model import KnownCertificate, Recipients, Status
from sealbox.apis.vec.pages import Page
from sealbox.apis.vec.register import Places, Register, Rows, made_at, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sealbox.apis.vec.model import Batch

    from tests.domain.conftest import VecValues

SECONDS = st.integers(0, 6)
MADE = st.lists(
    st.tuples(SECONDS, st.sampled_from([3, 4]), st.text(".x", min_size=1, max_size=4)), max_size=9
)
PAGES = st.builds(Page, st.integers(1, 5), st.integers(1, 4))


def batches_of(vec: VecValues, made: Sequence[tuple[int, int, str]]) -> list[Batch]:
    return [
        vec.batch(
            rows,
            id=f"9e7860e3-7c0a-401f-98f6-{number:012x}",
            created_at=vec.after(second),
            institution_id=institution,
        )
        for number, (second, institution, rows) in enumerate(made)
    ]


def registered(vec: VecValues, batches: Sequence[Batch], second: int = 0) -> Register:
    register = Register(vec.switches())
    for batch in batches:
        register.keep(batch, course(batch, vec.switches()), vec.after(second))
    return register


def ids(register: Register, status: Status | None, now: int, vec: VecValues) -> list[str]:
    return [id_ for _, _, id_ in register.places(3, status, vec.after(now))]


@given(made=MADE)
def test_batches_stand_by_their_creation_and_those_of_one_moment_as_they_came(
    vec: VecValues, made: list[tuple[int, int, str]]
) -> None:
    batches = batches_of(vec, made)
    expected = sorted((one for one in batches if one.institution_id == 3), key=lambda one: one.created_at)

    assert ids(registered(vec, batches), None, 0, vec) == [one.id for one in expected]


@given(made=MADE, moments=st.lists(SECONDS | st.just(99), min_size=1, max_size=4).map(sorted))
def test_a_status_has_the_batches_that_stand_in_it_at_every_moment(
    vec: VecValues, made: list[tuple[int, int, str]], moments: list[int]
) -> None:
    batches = batches_of(vec, made)
    register, own = registered(vec, batches), [one for one in batches if one.institution_id == 3]
    for moment in moments:
        now = vec.after(moment)
        for status in Status:
            expected = {one.id for one in own if stand(one, now, vec.switches()).status is status}
            found = ids(register, status, moment, vec)

            assert set(found) == expected
            assert found == [id_ for id_ in ids(register, None, moment, vec) if id_ in expected]
        every = Counter(stand(one, now, vec.switches()).status.value for one in batches)
        assert register.counts(now) == dict(every)


def test_a_later_state_of_a_batch_takes_the_place_of_the_earlier_one(vec: VecValues) -> None:
    first, second = batches_of(vec, [(0, 3, "."), (1, 3, ".")])
    register = registered(vec, [first, second])
    changed = replace(first, name="Changed")
    register.keep(changed, course(changed, vec.switches()), vec.after(2))
    found = list(register.batches(register.places(3, None, vec.after(2))))

    assert [batch.name for batch in found] == ["Changed", second.name]
    assert sum(register.counts(vec.after(2)).values()) == 2
    assert register.rows(3).total == 2


@given(made=MADE, moments=st.lists(SECONDS | st.just(99), min_size=1, max_size=4).map(sorted))
def test_what_happens_to_batches_is_told_once_and_in_order(
    vec: VecValues, made: list[tuple[int, int, str]], moments: list[int]
) -> None:
    batches = batches_of(vec, made)
    register, told = registered(vec, batches), []
    for moment in moments:
        register.settle(vec.after(moment))
        assert not register.is_due(vec.after(moment)) or register.waits
        told += register.take_changed()
        coming = [
            at for one in batches for at, _ in course(one, vec.switches()).moments if at > vec.after(moment)
        ]
        assert register.next_change(vec.after(moment)) == min(coming, default=None)
        assert register.waits == bool(coming)
    expected = [
        (at, batch.id, event)
        for batch in batches
        for at, event in course(batch, vec.switches()).moments
        if vec.after(0) < at <= vec.after(moments[-1])
    ]
    assert [at for at, *_ in told] == sorted(at for at, *_ in told)
    assert sorted((at, batch.id, event) for at, batch, event, _ in told) == sorted(expected)
    assert all(stand(batch, at, vec.switches()).status is status for at, batch, _, status in told)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30))), st.integers(-9, 9), st.integers(-9, 9))
def test_places_are_a_sorted_list_whoever_comes_and_goes(
    vec: VecValues, acts: list[tuple[bool, int]], start: int, stop: int
) -> None:
    places = Places()
    expected: list[tuple[datetime, int, str]] = []
    for comes, number in acts:
        place = vec.after(number // 2), number, f"{number}"
        if comes and place not in expected:
            places.add(place)
            expected = sorted([*expected, place])
        elif not comes and expected:
            gone = expected.pop(number % len(expected) if number % 3 else 0)
            places.remove(gone)
        assert list(places) == expected
        assert len(places) == len(expected)
    assert places[start:stop] == expected[start:stop]
    assert places[::-1] == expected[::-1]
    assert [places[at] for at in range(-len(expected), 0)] == expected


def test_what_was_going_to_happen_to_an_earlier_state_is_not_told(vec: VecValues) -> None:
    (batch,) = batches_of(vec, [(0, 3, "..")])
    register = registered(vec, [batch])
    later = replace(batch, created_at=vec.after(50))
    register.keep(later, course(later, vec.switches()), vec.after(1))

    assert register.next_change(vec.after(1)) == course(later, vec.switches()).moments[0][0]
    register.settle(vec.after(999))
    assert {batch for _, batch, _, _ in register.take_changed()} == {later}
    assert not register.waits


@given(made=MADE, page=PAGES, newest_first=st.booleans())
def test_a_page_of_batches_is_a_slice_of_them_all(
    vec: VecValues, made: list[tuple[int, int, str]], page: Page, *, newest_first: bool
) -> None:
    places = registered(vec, batches_of(vec, made)).places(3, None, vec.after(0))
    everything = places[::-1] if newest_first else places

    assert page_of(places, page.rows, newest_first=newest_first) == everything[page.rows]


@given(made=MADE, page=PAGES, newest_first=st.booleans())
def test_a_page_of_certificates_is_a_slice_of_them_all(
    vec: VecValues, made: list[tuple[int, int, str]], page: Page, *, newest_first: bool
) -> None:
    batches = batches_of(vec, made)
    rows = registered(vec, batches).rows(3)
    ordered = sorted((one for one in batches if one.institution_id == 3), key=made_at)
    everything = [
        (one.id, row) for one in (ordered[::-1] if newest_first else ordered) for row in range(one.total)
    ]
    found = [
        (place[2], row) for place, some in rows.page(page.rows, newest_first=newest_first) for row in some
    ]

    assert rows.total == len(everything)
    assert found == everything[page.rows]


def test_a_world_may_know_when_certificates_were_made(vec: VecValues) -> None:
    late, early = batches_of(vec, [(5, 3, "."), (1, 3, ".")])
    known = KnownCertificate("0" * 36, "KNOWN-1", 1, vec.after(0), ())
    recipients = Recipients((replace(late.recipients.rows[0], known_as=known),))
    register = registered(vec, [early, replace(late, recipients=recipients)])

    assert [id_ for _, _, id_ in register.rows(3).places] == [late.id, early.id]
    assert ids(register, None, 9, vec) == [early.id, late.id]


@pytest.mark.parametrize(("institution", "found"), [(3, 2), (4, 0)])
def test_rows_of_one_batch_are_shown_to_its_institution(vec: VecValues, institution: int, found: int) -> None:
    (batch,) = batches_of(vec, [(0, 3, "..")])

    assert registered(vec, [batch]).rows(institution, batch.id).total == found
    assert registered(vec, [batch]).rows(institution, "none").total == 0


def test_nothing_is_on_a_page_of_nothing() -> None:
    assert list(Rows().page(slice(0, 15), newest_first=True)) == []
    assert list(Rows().page(slice(10**15, 10**15 + 15), newest_first=False)) == []
    assert page_of([], slice(0, 15), newest_first=True) == []


TAILS = st.lists(
    st.tuples(st.one_of(st.integers(0, 9), st.integers(16**12 - 9, 16**12 - 1)), st.integers(1, 4)),
    max_size=6,
    unique_by=lambda made: made[0],
)
NUMBERS = st.one_of(st.integers(0, 15), st.integers(16**12 - 12, 16**12 + 6), st.integers(0, 16**13))


@given(made=TAILS, number=NUMBERS)
def test_a_number_leads_to_every_batch_that_has_a_row_of_it_and_to_few_others(
    vec: VecValues, made: list[tuple[int, int]], number: int
) -> None:
    batches = [vec.batch("." * rows, id=f"9e7860e3-7c0a-401f-98f6-{tail:012x}") for tail, rows in made]

    found = registered(vec, batches).near(number)

    holders = [batch for batch, (tail, rows) in zip(batches, made, strict=True) if 0 <= number - tail < rows]
    assert [batch for batch in found if batch in holders] == holders
    assert all(-16 < number - int(batch.id[24:], 16) <= 4 for batch in found) or number > 16**12
    assert found == [batch for batch in batches if batch in found]


@given(made=TAILS)
def test_a_batch_is_found_by_its_number_though_others_were_looked_for_before_it_came(
    vec: VecValues, made: list[tuple[int, int]]
) -> None:
    register = Register(vec.switches())
    for tail, rows in made:
        batch = vec.batch("." * rows, id=f"9e7860e3-7c0a-401f-98f6-{tail:012x}")
        register.keep(batch, course(batch, vec.switches()), vec.after(0))

        assert batch in register.near(tail)
        assert batch in register.near(tail + rows - 1)
