"""A file that was sent before is read, and kept, once: and nobody can tell but by the time it takes."""

from __future__ import annotations

import gc
import weakref
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealbox.apis.vec.recipients import read_recipients
from sealbox.sandbox import Plan, Sandboxes
from sealbox.serving.kept import MOST_BYTES
from sealbox.timing.clock import ClockMode
from sealbox.timing.pump import Watch

from tests.app.vec.conftest import PLAIN

if TYPE_CHECKING:
    import httpx2
    from sealbox.apis.vec.model import Recipients
    from sealbox.apis.vec.world import World
    from sealbox.serving.intake import Intake

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

HEAD = "RecipientsEmail,RecipientsName,IssueDate\n"
SEMICOLONS = b"RecipientsEmail;RecipientsName\na@example.com;Ana\n"


def sent(client: Client, csv: bytes, name: str = "Class") -> httpx2.Response:
    file = {"csv_file": ("people.csv", csv, "text/csv")}
    return client.vec("POST", "/business/batches", data={"name": name, "template_id": PLAIN}, files=file)


def world_of(desk: Desk) -> World:
    return cast("World", cast("Intake", desk.client.app).sandboxes.default.worlds["vec"])


def kept(desk: Desk, answer: httpx2.Response) -> Recipients:
    return world_of(desk).batches[answer.json()["data"]["id"]].recipients


def test_the_same_file_is_kept_once(desk: Desk) -> None:
    first, second = (kept(desk, sent(desk.client, f"{HEAD}a@example.com,Ana,\n".encode())) for _ in "12")
    assert first is second


def test_a_file_that_differs_in_one_letter_is_another(desk: Desk) -> None:
    rows = [f"a{number}@example.com,Ana,\n" for number in range(1000, 1200)]
    for changed in range(0, len(rows), 7):
        other = [*rows[:changed], rows[changed].replace("Ana", "Bob"), *rows[changed + 1 :]]
        for lines in (rows, other):
            answer = sent(desk.client, (HEAD + "".join(lines)).encode())
            assert kept(desk, answer).rows[changed].name == ("Ana" if lines is rows else "Bob")


def test_what_means_today_is_read_anew_on_another_day(desk: Desk) -> None:
    def issued() -> str:
        return str(kept(desk, sent(desk.client, f"{HEAD}a@example.com,Ana,\n".encode())).rows[0].issue_date)

    assert issued() == "2025-04-01"
    desk.client.control("POST", "/clock/advance", json={"by": "1d"})
    assert issued() == "2025-04-02"


@pytest.mark.parametrize("csv", [SEMICOLONS, b"RecipientsEmail,RecipientsName\nno address,Ana\n"])
def test_a_file_that_was_read_before_relies_on_what_its_reading_relied_on(desk: Desk, csv: bytes) -> None:
    def relied() -> dict[str, int]:
        found = desk.client.control("GET", "/assumptions").json()["assumptions"]
        return {one["id"]: one["times"] for one in found}

    sent(desk.client, csv, "One")
    once = relied()
    sent(desk.client, csv, "Another")
    assert relied() == {id_: 2 * times for id_, times in once.items()}


def test_a_refused_file_is_refused_again(desk: Desk) -> None:
    first, second = (sent(desk.client, b"RecipientsName\nAna\n") for _ in "12")
    assert (first.status_code, first.json()) == (422, second.json())


def test_a_world_that_was_sent_files_is_free_soon_after_it_is_reset(desk: Desk) -> None:
    sandboxes, ended = cast("Intake", desk.client.app).sandboxes, weakref.ref(world_of(desk))
    assert sent(desk.client, f"{HEAD}a@example.com,Ana,\n".encode()).status_code == 201
    desk.client.certifiqi("GET", "/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8")
    gc.disable()
    try:
        desk.client.control("POST", "/reset")
        Watch(sandboxes).due(0)
        assert ended() is None
    finally:
        gc.enable()


def test_what_is_kept_is_bounded(desk: Desk) -> None:
    for number in range(40):
        rows = "".join(f"person{row}.{number}@example.com,Ana,\n" for row in range(3000))
        assert sent(desk.client, (HEAD + rows).encode()).status_code == 201
    held = world_of(desk).uploads._made.values()
    assert 0 < sum(2 * len(cast("Any", made.made.rows).sent) for made in held) <= MOST_BYTES


files = st.sampled_from(("Ana,", "Ana,01-02-2025", "Bob,", ",", "é,", '"A, B",')).map(
    lambda cells: f"{HEAD}a@example.com,{cells}\n".encode()
)


@settings(deadline=None)
@given(st.lists(st.tuples(files, st.integers(0, 30)), max_size=12))
def test_whatever_was_sent_before_it_is_read_as_if_alone(history: list[tuple[bytes, int]]) -> None:
    world = cast("World", Sandboxes(Plan(clock=ClockMode.MANUAL)).default.worlds["vec"])
    for csv, days in history:
        today = world.now.date() + timedelta(days=days)
        alone = partial(read_recipients, csv, today=today, switches=world.switches)
        assert world.uploads.given(len(csv), world.switches, csv, today, make=alone) == alone()
