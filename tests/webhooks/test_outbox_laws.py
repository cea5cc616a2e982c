"""Laws that hold after any history: deliveries, faults, attempts under way, replays and a moving clock."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sealbox.webhooks import Attempt, Delivery, Fault, FaultKind, Outbox, State

LADDER = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
MOST = 6
END = datetime(2999, 1, 1, tzinfo=UTC)


class AnyHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        ids = count(1)
        self.outbox = Outbox(LADDER, new_id=lambda: f"delivery-{next(ids)}", most=MOST)
        self.now = datetime(2025, 4, 1, tzinfo=UTC)
        self.under_way: list[tuple[Delivery, datetime]] = []
        self.histories: dict[str, int] = {}

    @rule(url=st.sampled_from(["http://a.example.org", "http://b.example.org"]))
    def add(self, url: str) -> None:
        self.outbox.add(api="vec", about="x", moment="y", url=url, headers=(), body=b"{}", now=self.now)

    @rule(
        kind=st.sampled_from(FaultKind),
        nth=st.integers(1, 3),
        times=st.integers(1, 2),
        minutes=st.integers(0, 9),
    )
    def inject(self, kind: FaultKind, nth: int, times: int, minutes: int) -> None:
        self.outbox.inject(Fault(kind, nth=nth, times=times, by=timedelta(minutes=minutes)))

    @rule(minutes=st.integers(0, 10))
    def advance(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def send_what_is_due(self) -> None:
        self.under_way.extend((delivery, self.now) for delivery in self.outbox.due(self.now))

    @precondition(lambda self: self.under_way)
    @rule(
        data=st.data(),
        outcome=st.sampled_from([(200, None), (302, None), (500, None), (None, "lost"), (None, "refused: ")]),
    )
    def hear_back(self, data: st.DataObject, outcome: tuple[int | None, str | None]) -> None:
        delivery, at = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        status, error = outcome
        self.outbox.record(delivery, Attempt(1, at, (), status, (), b"", 0.0, error))

    @precondition(lambda self: len(self.outbox) > 0)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        delivery = data.draw(st.sampled_from(list(self.outbox)))
        self.outbox.replay(delivery.id, self.now)

    @invariant()
    def each_state_is_counted(self) -> None:
        assert self.outbox.counts() == dict(Counter(delivery.state.value for delivery in self.outbox))

    @invariant()
    def attempts_are_numbered_and_never_go_back_in_time(self) -> None:
        for delivery in self.outbox:
            attempts = delivery.attempts
            assert [one.number for one in attempts] == list(range(1, len(attempts) + 1))
            assert all(earlier.at <= later.at for earlier, later in pairwise(attempts))
            assert all(delivery.created_at <= one.at for one in attempts)

    @invariant()
    def what_is_pending_is_queued_and_what_has_ended_is_not(self) -> None:
        pending = {one.id for one in self.outbox if one.state is State.PENDING}

        assert {one.id for one in self.outbox.due(END)} == pending
        assert {one.id for one in self.outbox if one.next_at is not None} == pending

    @invariant()
    def the_queue_is_in_order_and_next_due_is_its_head(self) -> None:
        queue = [(one.next_at or END, one.serial) for one in self.outbox.due(END)]

        assert queue == sorted(set(queue))
        assert self.outbox.next_due() == (queue[0][0] if queue else None)

    @invariant()
    def no_more_are_kept_than_agreed(self) -> None:
        assert len(self.outbox) <= MOST

    @invariant()
    def a_history_only_grows(self) -> None:
        lengths = {one.id: len(one.attempts) for one in self.outbox}

        assert all(length >= self.histories.get(id_, 0) for id_, length in lengths.items())
        self.histories = lengths

    def teardown(self) -> None:
        """Whatever has been, every delivery ends."""
        for _ in range(MOST * len(LADDER)):
            due = self.outbox.due(END)
            if not due:
                break
            at = max(self.now, due[0].next_at or self.now)
            self.outbox.record(due[0], Attempt(1, at, (), 500, (), b"", 0.0, None))

        assert self.outbox.next_due() is None


AnyHistory.TestCase.settings = settings(stateful_step_count=30)
TestAnyHistory = AnyHistory.TestCase
