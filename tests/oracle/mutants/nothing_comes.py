"""Defects of a server from which something never comes: nothing is ever made, sent, or shown."""

from __future__ import annotations

from typing import Any

from sealbox import webhooks
from sealbox.apis.vec import register

from tests.oracle.mutants.layers import Mutant, answers, each, part
from tests.oracle.mutants.places import BATCH, EVENTS, TEMPLATES, UPLOAD

page_of_rows = register.Rows.page


def _broken(_body: Any) -> dict[str, str]:
    return {"title": "Internal Server Error", "description": "Try again later."}


def _fails(name: str, ids: str, path: str, status: int, success: int) -> Mutant:
    """Every request that would make something is answered with an error of the server."""
    return answers("status", name, ids, _broken, path=path, method="POST", statuses=(success,), status=status)


def _dropped(self: Any, **given: Any) -> None:
    del self, given


def _stuck(self: Any, now: Any) -> Any:
    del self, now
    raise TypeError("the engine that sends webhooks dies")


def _one_row_short(places: Any, rows: slice, *, newest_first: bool) -> Any:
    """A page that ends one row into the next batch lacks that row."""
    found = list(page_of_rows(places, rows, newest_first=newest_first))
    taken = sum(len(one) for _, one in found)
    is_cut = len(found) > 1 and len(found[-1][1]) == 1 and taken == rows.stop - rows.start
    return found[:-1] if is_cut else found


MUTANTS: tuple[Mutant, ...] = (
    _fails("no batch is ever made: 500", "VEC-BATCH-01", BATCH, 500, 201),
    _fails("no batch is ever made: 503", "VEC-BATCH-01", BATCH, 503, 201),
    _fails("no event is ever made: 500", "CERTIFIQI-CREATE-01", EVENTS, 500, 200),
    _fails("no event is ever made: 502", "CERTIFIQI-CREATE-01", EVENTS, 502, 200),
    _fails("no document is ever taken: 500", "CERTIFIQI-UPLOAD-06", UPLOAD, 500, 200),
    _fails("no document is ever taken: 504", "CERTIFIQI-UPLOAD-06", UPLOAD, 504, 200),
    part("webhook", "no webhook ever comes", "CERTIFIQI-WEBHOOK-05", (webhooks.Outbox, "add", _dropped)),
    part("webhook", "what sends webhooks dies", "CERTIFIQI-WEBHOOK-05", (webhooks.Outbox, "due", _stuck)),
    answers(
        "body",
        "a canvas without additional data",
        "VEC-TEMPLATE-07",
        each("additional_data", lambda one: one.pop("additional_data")),
        path=f"{TEMPLATES}/.*",
    ),
    part(
        "pagination",
        "a page that ends one row into a batch lacks it",
        "VEC-LIST-05",
        (register.Rows, "page", _one_row_short),
    ),
)
