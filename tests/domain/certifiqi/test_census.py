"""A census says what counting all events anew would say, whatever has become of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from sealbox.apis.certifiqi import rules
from sealbox.apis.certifiqi.census import Census
from sealbox.apis.certifiqi.model import InternalStatus, SignatureStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sealbox.apis.certifiqi.model import SigningEvent

    from tests.domain.certifiqi.conftest import EventValues

KEYS = ("a", "b", "c", "d")
SIGNED, PENDING = SignatureStatus.SIGNED, SignatureStatus.PENDING


def counted_anew(events: dict[str, SigningEvent], now: datetime) -> Counter[str]:
    return Counter(
        str(status if status is not SIGNED else rules.internal_status(event, now))
        for event in events.values()
        for status in [rules.event_status(event)]
    )


@settings(max_examples=100)
@given(data=st.data())
def test_events_are_counted_as_they_are_at_the_moment(make: EventValues, data: st.DataObject) -> None:
    census, second = Census(), 0
    events: dict[str, SigningEvent] = {}
    for _ in range(data.draw(st.integers(1, 8))):
        key = data.draw(st.sampled_from(KEYS))
        event = replace(data.draw(make.events()), key=key)
        events[key] = event
        census.enter(event)
        second += data.draw(st.sampled_from([0, 1, 60, 3600]))
        now = make.after(second)

        assert census.counts(now, events=len(events)) == counted_anew(events, now)


def test_an_event_whose_files_are_made_becomes_finished_by_time_alone(make: EventValues) -> None:
    census = Census()
    event = make.event(make.batch(make.simple_party(SIGNED)))
    census.enter(event)
    assert event.zip_takes is not None
    ready = rules.zip_ready_at(event)
    assert ready is not None

    assert census.counts(ready - event.zip_takes, events=1) == {InternalStatus.WAITING_ZIP_FILE.value: 1}
    assert census.counts(ready, events=1) == {InternalStatus.FINISHED.value: 1}


def test_nothing_is_counted_twice(make: EventValues) -> None:
    census = Census()
    event = make.event(make.batch(make.simple_party(PENDING)))
    for _ in range(3):
        census.enter(event)

    assert census.counts(make.after(0), events=1) == {"pending": 1}
    for _ in range(3):
        census.enter(replace(event, cancelled_at=make.after(1)))
    assert census.counts(make.after(2), events=1) == {"cancel_signature": 1}


def test_an_event_that_was_never_entered_is_a_new_one_and_pending(make: EventValues) -> None:
    assert Census().counts(make.after(0), events=3) == {"pending": 3}
    assert Census().counts(make.after(0), events=0) == {}
