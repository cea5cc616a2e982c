"""Single steps of the two operations, alone: what each costs and what another library would."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import jsonschema
import orjson
from sealbox import contract
from sealbox.apis.certifiqi.handlers import _renderer
from sealbox.apis.vec import render
from sealbox.apis.vec.handlers import _known, _view
from sealbox.apis.vec.recipients import read_recipients
from sealbox.apis.vec.requests import read
from sealbox.apis.vec.rules import new_batch
from sealbox.sandbox import Plan, Sandboxes
from sealbox.timing.clock import ClockMode
from starlette.responses import Response

from . import schemas
from .inprocess import EVENT_KEY, csv_rows, multipart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def pieces() -> Mapping[str, Callable[[], Any]]:
    """Each by what it does, to be called again and again."""
    sandboxes = Sandboxes(Plan(clock=ClockMode.MANUAL))
    events: Any = sandboxes.default.worlds["certifiqi"]
    batches: Any = sandboxes.default.worlds["vec"]
    event = events.events[EVENT_KEY]
    batch, caller = next(iter(batches.batches.values())), next(iter(batches.callers.values()))
    shown = _renderer(events, "http://127.0.0.1:4780/certifiqi").event(event)
    written = orjson.dumps(shown)
    compiled = schemas.response("certifiqi", "/batch_group/{batch_group_key}", "get", "200")
    walked = _walked()
    forms = {rows: multipart(csv_rows(rows)) for rows in (1, 1000)}
    fields = read(forms[1][0], b"", forms[1][1])[0]["sent"].fields
    journal: deque[object] = deque(maxlen=10_000)
    return {
        "event: as an object (render)": lambda: _renderer(events, "http://127.0.0.1:4780/certifiqi").event(
            event
        ),
        "event: orjson": lambda: orjson.dumps(shown),
        "event: json": lambda: json.dumps(shown),
        "event: jsonschema-rs on the object": lambda: compiled.validate(shown),
        "event: jsonschema-rs on the bytes, parsed again": lambda: compiled.validate(orjson.loads(written)),
        "event: jsonschema, draft 4, kept validator": lambda: walked.validate(shown),
        "batch: its fields judged": lambda: new_batch(
            fields, _known(batches, caller, batches.now), batches.switches, None
        ),
        "batch: as an object (render)": lambda: render.batch(
            batch, _view(batches, caller, "http://127.0.0.1:4780/vec")
        ),
        "Starlette Response, made": lambda: Response(written, 200, media_type="application/json"),
        "journal entry": lambda: journal.append(("GET", "/certifiqi", (), b"", 200, written)),
        "clock: now": sandboxes.default.clock.now,
        "new id": sandboxes.default.new_id,
        **{f"form of {rows:,} rows: Sealbox's": _form(*form) for rows, form in forms.items()},
        "form of 1 rows: Sealbox's, a boundary never seen": _fresh(*forms[1]),
        **{f"form of {rows:,} rows: split at the boundary": _split(*form) for rows, form in forms.items()},
        **{f"CSV of {rows:,} rows: into recipients": _recipients(batches, rows) for rows in forms},
        **{f"CSV of {rows:,} rows: csv.reader alone": _reader(csv_rows(rows)) for rows in forms},
    }


def _walked() -> Any:
    """Connexion's way, but with the validator kept."""
    document = contract.document("certifiqi")
    components = {"schemas": schemas.translated(document["components"]["schemas"])}
    schema = {"$ref": "#/components/schemas/BatchGroup", "components": components}
    return jsonschema.Draft4Validator(schema)


def _form(media_type: str, body: bytes) -> Callable[[], Any]:
    return lambda: read(media_type, b"", body)


def _fresh(media_type: str, body: bytes) -> Callable[[], Any]:
    """Clients draw a boundary for each request."""
    mark, numbers = media_type.partition("boundary=")[2], count()

    def one() -> Any:
        new = f"{mark}{next(numbers)}"
        return read(f"multipart/form-data; boundary={new}", b"", body.replace(mark.encode(), new.encode()))

    return one


def _split(media_type: str, body: bytes) -> Callable[[], Any]:
    """The least that a multipart reader has to do: find the parts, and their heads."""
    mark = b"--" + media_type.partition("boundary=")[2].encode()
    return lambda: [part.partition(b"\r\n\r\n") for part in body.split(mark)[1:-1]]


def _recipients(world: Any, rows: int) -> Callable[[], Any]:
    content = csv_rows(rows)
    today = world.now.date()
    return partial(
        read_recipients,
        content,
        today=today,
        switches=world.switches,
        fails=world.magic.fails,
        suspects=world.magic.suspects,
    )


def _reader(content: bytes) -> Callable[[], Any]:
    return lambda: list(csv.reader(io.StringIO(content.decode())))
