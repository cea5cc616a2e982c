from __future__ import annotations

import threading
from dataclasses import dataclass, field

import httpx2
import pytest
from sealbox_conformance.gate import DESTRUCTIVE, Cut, Gate, Limits, NotClaimed, asked_to_wait
from sealbox_conformance.target import FEATURES


@dataclass
class Clock:
    time: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.time += seconds


def _gate(limits: Limits, ends: float | None = None, claims: tuple[str, ...] = ()) -> tuple[Gate, Clock]:
    clock = Clock()
    return Gate(limits, claims, ends, now=clock.now, sleep=clock.sleep), clock


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_read_only_run_sends_nothing_that_changes_anything(method: str) -> None:
    gate, _ = _gate(Limits(read_only=True))
    gate.admit("GET", "/certifiqi/batch_group/1")

    with pytest.raises(NotClaimed, match="read-only"):
        gate.admit(method, "/certifiqi/document")
    assert gate.sent == 1


@pytest.mark.parametrize(
    ("path", "claim"),
    [("/certifiqi/batch_group/1/cancel_signature", "cancels"), ("/batch_group/1/send_to_signature", "sends")],
)
def test_what_cannot_be_taken_back_needs_a_claim(path: str, claim: str) -> None:
    with pytest.raises(NotClaimed, match=claim):
        _gate(Limits())[0].admit("PUT", path)

    _gate(Limits(), claims=(claim,))[0].admit("PUT", path)


def test_every_claim_that_allows_something_is_explained() -> None:
    assert DESTRUCTIVE.keys() <= FEATURES.keys()


def test_requests_are_as_far_apart_as_the_rate_says() -> None:
    gate, clock = _gate(Limits(rate=4))
    for _ in range(3):
        gate.admit("GET", "/")

    assert clock.waits == [0.25, 0.25]


def test_the_budget_of_requests_is_never_passed() -> None:
    gate, _ = _gate(Limits(requests=2))
    gate.admit("GET", "/")
    gate.admit("GET", "/")

    with pytest.raises(Cut, match="budget of 2 requests"):
        gate.admit("GET", "/")


def test_nothing_is_sent_when_time_is_up() -> None:
    gate, clock = _gate(Limits(), ends=1001.0)
    gate.admit("GET", "/")
    clock.time = 1001.0

    with pytest.raises(Cut, match="time"):
        gate.admit("GET", "/")


def test_nobody_waits_for_a_turn_that_comes_too_late() -> None:
    gate, clock = _gate(Limits(rate=0.1), ends=1005.0)
    gate.admit("GET", "/")

    with pytest.raises(Cut):
        gate.admit("GET", "/")
    assert clock.waits == []


def test_a_pause_is_kept() -> None:
    gate, clock = _gate(Limits())
    gate.pause(3)
    gate.admit("GET", "/")

    assert clock.waits == [3]


def test_threads_share_one_budget() -> None:
    gate, _ = _gate(Limits(requests=50))
    refused: list[Cut] = []

    def ask() -> None:
        for _ in range(20):
            try:
                gate.admit("GET", "/")
            except Cut as cut:
                refused.append(cut)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (gate.sent, len(refused)) == (50, 30)


def test_a_flag_makes_limits_narrower_and_never_wider() -> None:
    profile = Limits(read_only=True, rate=4, requests=100)

    assert profile.narrowed(Limits()) == profile
    assert profile.narrowed(Limits(rate=9, requests=900)) == profile
    assert profile.narrowed(Limits(rate=1, requests=10)) == Limits(read_only=True, rate=1, requests=10)
    assert Limits().narrowed(Limits(requests=10)) == Limits(requests=10)


def test_processes_together_stay_within_the_limits() -> None:
    assert Limits(rate=4, requests=104).shared(2, spent=2) == Limits(rate=2, requests=51)
    assert Limits(requests=1).shared(1, spent=2) == Limits(requests=0)
    assert Limits().shared(2, spent=2) == Limits()


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "7", 7), (503, "7", 7), (429, "9999", 60), (429, "soon", None), (429, "", None), (200, "7", None)],
)
def test_only_a_busy_target_makes_us_wait(status: int, header: str, seconds: float | None) -> None:
    assert asked_to_wait(httpx2.Response(status, headers={"Retry-After": header})) == seconds
