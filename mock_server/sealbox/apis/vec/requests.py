"""What a VEC request says, read as PHP reads it, before Connexion sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from sealbox.php_forms import parse_form, parse_query

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY_FORM = ("multipart/form-data; boundary=read", b"--read--\r\n")


class Sent(NamedTuple):
    """Fields and files by name, as Laravel's `$request->all()` has them; `notes` are oddities met."""

    fields: Mapping[str, Any]
    query: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    as_json: bool = False


def read(
    content_type: str | None, query: bytes, body: bytes
) -> tuple[dict[str, Any], tuple[str, bytes] | None]:
    """What handlers are given by name, and the media type and body to show Connexion instead.

    Connexion's own multipart reading is wrong for PHP's names and fails on what PHP takes. So the one
    pass is made here, and Connexion is shown an empty form of the documented media type.
    """
    asked = parse_query(query)
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        sent = Sent(_json_fields(body), asked, as_json=True)
    else:
        form = parse_form(content_type, body)
        sent = Sent({**form.fields, **form.files}, asked, tuple([note.sentence for note in form.notes]))
    return {"sent": sent}, EMPTY_FORM


def _json_fields(body: bytes) -> Mapping[str, Any]:
    """Laravel takes a JSON object for the fields, and anything else for none."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
