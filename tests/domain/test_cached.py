"""What is cached comes back as it was, or is made anew: never anything else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox import cached
from sealbox.cached import MARK, Entry, directory
from sealbox.people import KEPT, People

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.just(date(2025, 4, 1)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEALBOX_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def counting(value: Any) -> tuple[Callable[[], Any], list[int]]:
    made: list[int] = []

    def make() -> Any:
        made.append(1)
        return value

    return make, made


def test_the_second_time_nothing_is_made(place: Path) -> None:
    make, made = counting({"at": datetime(2025, 4, 1, tzinfo=UTC), "on": date(2025, 4, 2), "n": [1, None]})

    assert cached.cached("x", b"input", make=make) == cached.cached("x", b"input", make=make)
    assert len(made) == 1
    assert len(list(place.iterdir())) == 1


@given(VALUES)
def test_whatever_it_is_it_comes_back_as_it_was_or_not_at_all(value: Any) -> None:
    entry = Entry("any", repr(value).encode())
    entry.write(value)

    assert entry.read() in (value, None)


def test_a_key_that_is_a_number_or_the_mark_is_not_kept() -> None:
    for value in ({1: "x"}, {MARK: "2025-04-01"}, {MARK: 5}):
        entry = Entry("odd", repr(value).encode())
        entry.write(value)

        assert entry.read() is None


def test_another_input_or_version_is_another_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    make, made = counting(["x"])
    cached.cached("x", b"one", make=make)
    cached.cached("x", b"two", make=make)
    cached.cached("y", b"two", make=make)
    monkeypatch.setattr(cached, "__version__", "99")
    cached.cached("y", b"two", make=make)

    assert len(made) == 4


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"a": ', b"[1, 2"])
def test_a_broken_entry_is_made_anew_and_mended(place: Path, content: bytes) -> None:
    make, made = counting(["right"])
    cached.cached("x", b"", make=make)
    (entry,) = place.iterdir()
    entry.write_bytes(content)

    assert cached.cached("x", b"", make=make) == ["right"]
    assert cached.cached("x", b"", make=make) == ["right"]
    assert len(made) == 2


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SEALBOX_CACHE", str(tmp_path / "file" / "below"))
    make, made = counting(["x"])

    assert [cached.cached("x", make=make) for _ in range(2)] == [["x"], ["x"]]
    assert len(made) == 2


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "sealbox"),
        ("win32", "LOCALAPPDATA", "sealbox/cache"),
        ("darwin", "HOME", "Library/Caches/sealbox"),
    ],
)
def test_each_system_has_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, expected: str
) -> None:
    monkeypatch.delenv("SEALBOX_CACHE")
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))

    assert directory() == tmp_path / expected


def drawn(people: People) -> list[str]:
    found = [people.person().name, people.job(), people.company(), people.person().email]
    people.keep()
    return found


@pytest.mark.parametrize("seed", [KEPT, "2"])
def test_people_from_the_cache_are_those_that_faker_draws(seed: str, place: Path) -> None:
    first, second = People(seed, locale="en_US"), People(seed, locale="en_US")

    assert drawn(first) == drawn(second)
    assert first.random.random() == second.random.random()
    assert place.is_dir() == (seed == KEPT)


def test_faker_goes_on_where_the_cache_ends() -> None:
    drawn(People(KEPT, locale="en_US"))
    known = People(KEPT, locale="en_US")
    found = [*drawn(known), known.company()]
    anew = People("other", locale="en_US")
    anew.random.setstate(People(KEPT, locale="en_US").random.getstate())

    assert found == [*drawn(anew), anew.company()]


def test_another_order_of_drawing_is_not_mixed_up_with_what_is_kept() -> None:
    drawn(People(KEPT, locale="en_US"))
    turned, anew = People(KEPT, locale="en_US"), People("other", locale="en_US")
    anew.random.setstate(People(KEPT, locale="en_US").random.getstate())

    assert (turned.company(), turned.person()) == (anew.company(), anew.person())
