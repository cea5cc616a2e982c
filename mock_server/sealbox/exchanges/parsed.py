"""What a request said, as the API that was asked reads it: a form as PHP does, JSON as JSON."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import orjson

from sealbox.php_forms import Upload, parse_form, parse_query

from .exchange import header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .exchange import Exchange

_FILE_NAME = re.compile(r"[^/\s]+\.[A-Za-z]{2,4}")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def parsed(exchange: Exchange) -> Any:
    """The `fields` and `files` of a form, a JSON value, or None where the body is neither."""
    kind = header(exchange.headers, "content-type") or ""
    media_type = kind.partition(";")[0].strip().lower()
    if media_type in FORMS:
        form = parse_form(kind, exchange.body)
        return {"fields": form.fields, "files": _described(form.files)}
    if media_type != "application/json" and not media_type.endswith("+json"):
        return None
    try:
        return orjson.loads(exchange.body)
    except orjson.JSONDecodeError:
        return None


def _described(files: Any) -> Any:
    if isinstance(files, Upload):
        return {"name": files.filename, "type": files.content_type, "size": len(files.content)}
    if isinstance(files, list):
        return [_described(file) for file in files]
    return {name: _described(file) for name, file in files.items()}


def differences(exchange: Exchange, wanted: Mapping[str, Any]) -> Iterator[str]:
    """In which of the fields `wanted` the request differs, in a person's words.

    A field's name has dots for nesting: `batches.0.name`. A file goes by its name. A request whose body is
    neither form nor JSON has the fields of its query.
    """
    fields, files = _sent(exchange)
    for path, value in wanted.items():
        file = _at(files, path)
        is_file = isinstance(file, dict) and "size" in file
        found = file["name"] if is_file else _at(fields, path)
        if found is _NOTHING:
            yield _absent(path, fields, files)
        elif _same(found, value):
            continue
        elif _is_form(exchange) and not is_file and _FILE_NAME.fullmatch(f"{value}"):
            yield f"the field {path} came as text, without a filename"
        else:
            yield f"the field {path} was {_shown(found)}, not {_shown(value)}"


class _Nothing:
    """No value, not even null."""


_NOTHING = _Nothing()


def _sent(exchange: Exchange) -> tuple[Any, Any]:
    found = parsed(exchange)
    if isinstance(found, dict) and found.keys() == {"fields", "files"} and _is_form(exchange):
        return found["fields"], found["files"]
    return (parse_query(exchange.query.encode("latin-1", "replace")) if found is None else found), {}


def _is_form(exchange: Exchange) -> bool:
    kind = header(exchange.headers, "content-type") or ""
    return kind.lower().startswith(FORMS)


def _at(tree: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(tree, dict) and key in tree:
            tree = tree[key]
        elif isinstance(tree, list) and key.isdecimal() and int(key[:9]) < len(tree):
            tree = tree[int(key[:9])]
        else:
            return _NOTHING
    return tree


def _same(found: Any, wanted: Any) -> bool:
    """A form has nothing but text: there, 1 is "1" and true is "true"."""
    if isinstance(found, str) and not isinstance(wanted, str):
        return found == orjson.dumps(wanted).decode()
    return bool(found == wanted) and isinstance(found, bool) is isinstance(wanted, bool)


def _absent(path: str, fields: Any, files: Any) -> str:
    names = [*_paths(fields), *_paths(files)]
    near = get_close_matches(path, names, n=1, cutoff=0.7)
    return f"the field {path} was not sent" + (f"; {near[0]} was" if near else "")


def _paths(tree: Any, before: str = "") -> Iterator[str]:
    """The name of every value in `tree`, and of what holds them."""
    if before:
        yield before
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        yield from _paths(value, f"{before}.{key}" if before else f"{key}")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
