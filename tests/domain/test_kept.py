"""Answers that are given again: made anew for what is another, bounded, relying on what they relied on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.exchanges.relied import SHOWN, Reading, Switches, note
from sealbox.problems import Undocumented
from sealbox.serving.answers import ok
from sealbox.serving.kept import Kept, bytes_of_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Thing:
    """Two of one content are equal, and may yet be shown differently: 1 and 1.0 are."""

    content: float


def of(thing: Thing, base: str = "") -> Callable[[], Response]:
    return lambda: ok({"content": thing.content, "base": base})


def never() -> Any:
    raise AssertionError("this was made before")


def test_what_is_the_same_is_made_once() -> None:
    kept, thing = Kept(bytes_of_body), Thing(1)
    first = kept.given("key", thing, "http://a", make=of(thing, "http://a"))
    assert kept.given("key", thing, "http://a", make=never) is first


def test_an_equal_value_is_another_value() -> None:
    kept = Kept(bytes_of_body)
    assert kept.given("key", Thing(1), make=of(Thing(1))).body == b'{"content":1,"base":""}'
    assert kept.given("key", Thing(1.0), make=of(Thing(1.0))).body == b'{"content":1.0,"base":""}'


things = [Thing(number) for number in (1, 2, 2)]
asked = st.tuples(st.sampled_from("ab"), st.sampled_from(things), st.sampled_from(("", "http://a")))


@given(st.lists(asked, max_size=30), st.integers(0, 120))
def test_what_is_kept_is_what_would_be_made_whatever_was_asked_for_before(
    history: list[tuple[str, Thing, str]], most_bytes: int
) -> None:
    kept = Kept(bytes_of_body, most_bytes=most_bytes)
    for key, thing, base in history:
        given_ = kept.given(key, thing, base, make=of(thing, base))
        assert given_.body == of(thing, base)().body


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 60)), max_size=40))
def test_no_more_is_kept_than_the_bound(history: list[tuple[str, int]]) -> None:
    kept, held = Kept(bytes_of_body, most_bytes=100), dict[str, int]()
    for key, size in history:
        answer = kept.given(key, object(), make=partial(ok, "x" * size))
        held.pop(key, None)
        held[key] = len(answer.body)
        while sum(held.values()) > 100:
            del held[next(iter(held))]
        assert {key: len(made.made.body) for key, made in kept._made.items()} == held


def test_a_kept_answer_relies_on_what_its_making_relied_on() -> None:
    kept, thing = Kept(bytes_of_body), Thing(1)
    switches = Switches("api", {"decided": "x", "looks": "y"}, {"decided": "decides", "looks": SHOWN})

    def make() -> Response:
        return ok([switches["looks"], switches["decided"]])

    for _ in range(3):
        with Reading() as found:
            note("before")
            kept.given("key", thing, make=make)
        assert found.found == {"before": "decides", "api.looks": SHOWN, "api.decided": "decides"}
    with Reading(strict=True), pytest.raises(Undocumented):
        kept.given("key", thing, make=never)


def test_what_could_not_be_made_is_asked_for_again() -> None:
    kept, thing = Kept(bytes_of_body), Thing(1)
    with pytest.raises(AssertionError):
        kept.given("key", thing, make=never)
    assert kept.given("key", thing, make=of(thing)).status_code == 200


def test_what_could_not_be_made_has_relied_on_something_all_the_same() -> None:
    kept = Kept(bytes_of_body)

    def make() -> Response:
        note("api.decided")
        raise ValueError("no")

    with Reading() as found, pytest.raises(ValueError, match="no"):
        kept.given("key", Thing(1), make=make)
    assert found.found == {"api.decided": "decides"}
