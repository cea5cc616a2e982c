"""What exchanges relied on comes to the same, counted together or one by one."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sealbox.exchanges.assumptions import Assumption, Assumptions
from sealbox.exchanges.exchange import Exchange

AT = datetime(2025, 4, 1, tzinfo=UTC)
EFFECTS = {"vec.trim_strings": "decides", "vec.list_order": "shown", "vec.magic": "shown"}

operations = st.sampled_from(("createBatch", "listBatches", None))
exchanges = st.lists(st.tuples(operations, st.lists(st.sampled_from(sorted(EFFECTS)))), max_size=30)


def exchange(number: int, operation: str | None) -> Exchange:
    return Exchange(f"req-{number}", "demo", AT, "GET", "/", "", [], operation=operation)


def one_by_one(history: list[tuple[str | None, list[str]]]) -> list[Assumption]:
    """The same, as slowly as it is said."""
    found: dict[str, list[tuple[str, str]]] = {}
    for number, (operation, relied) in enumerate(history):
        for id_ in dict.fromkeys(relied):
            found.setdefault(id_, []).append((operation or "none", f"req-{number}"))
    return [
        Assumption(
            id_,
            EFFECTS[id_],
            len(met),
            tuple(dict.fromkeys(operation for operation, _ in met)),
            met[0][1],
            met[-1][1],
        )
        for id_, met in found.items()
    ]


@given(exchanges)
def test_what_is_counted_together_comes_to_the_same(history: list[tuple[str | None, list[str]]]) -> None:
    assumptions = Assumptions()
    for number, (operation, relied) in enumerate(history):
        assumptions.add(exchange(number, operation), {id_: EFFECTS[id_] for id_ in relied})

    def in_order(found: list[Assumption]) -> list[Assumption]:
        return sorted(found, key=lambda one: one.id)

    assert in_order(list(assumptions)) == in_order(one_by_one(history))
    assert [one.first for one in assumptions] == [one.first for one in one_by_one(history)]
    assert assumptions.exchanges == len(history)
    decisive = {one.id for one in assumptions.decisive()}
    assert decisive == {one.id for one in one_by_one(history) if one.effect == "decides"}


def test_what_relied_on_nothing_is_only_counted() -> None:
    assumptions = Assumptions()
    assumptions.add(exchange(1, "getBatch"), {})
    assert list(assumptions) == []
    assert assumptions.exchanges == 1
