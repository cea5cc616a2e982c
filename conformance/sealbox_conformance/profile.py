"""A target's profile: read, and held against its schemas, so that a mistake in it is told in a sentence."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import yaml

from . import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

WORDS: Mapping[type, str] = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false"}
OUT_OF_BOUNDS = frozenset({"minimum", "exclusiveMinimum", "enum"})


class TargetError(ValueError):
    """The profile cannot be used as it stands."""


def read(profile: Path) -> Any:
    """The profile as it is written. Raises TargetError when it is no YAML."""
    try:
        return yaml.safe_load(profile.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TargetError(f"{profile} cannot be read: {error}") from error


def check(raw: Any) -> None:
    """Raise TargetError for the first mistake in a profile."""
    for complaint in _complaints(raw, _schema("profile.schema.json"), ()):
        raise TargetError(complaint)
    if unknown := sorted(set(raw["apis"]) - set(contract.apis())):
        raise TargetError(f"there is no API {', '.join(unknown)}; there are {', '.join(contract.apis())}")
    for api, entry in raw["apis"].items():
        schema = _schema("suites", api, "profile.schema.json")
        for complaint in _complaints(entry or {}, schema, ("apis", api)):
            raise TargetError(complaint)


@cache
def _schema(*path: str) -> Any:
    return json.loads(files(__package__).joinpath(*path).read_text(encoding="utf-8"))


def _complaints(value: Any, schema: Any, place: Sequence[str]) -> Iterator[str]:
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
        where = ".".join(map(str, (*place, *error.instance_path)))
        node = _node(schema, error.schema_path[:-1])
        told = error.kind.as_dict()
        if "unexpected" in told:
            yield _no_such_keys(where, told["unexpected"], list(node["properties"]))
        elif "property" in told and where:
            yield f"{where} has no {told['property']}"
        else:
            found = _told(error.instance, shown=error.kind.name in OUT_OF_BOUNDS)
            yield f"{where or 'a target profile'} is {node['description']}, not {found}"


def _told(value: Any, *, shown: bool) -> str:
    """What stands there instead. It may be a secret in a wrong place, so that mostly its kind is told."""
    if value in (None, ""):
        return "empty"
    return repr(value) if shown else WORDS.get(type(value), "a number")


def _node(schema: Any, path: Sequence[str | int]) -> Any:
    """The part of `schema` at `path`, references followed."""
    found = schema
    for step in path:
        found = found[step]
        if isinstance(found, dict) and "$ref" in found:
            found = schema["$defs"][found["$ref"].rpartition("/")[2]]
    return found


def _no_such_keys(where: str, unexpected: Sequence[Any], known: Sequence[str]) -> str:
    meant = [near for key in unexpected for near in get_close_matches(str(key), known, n=1)]
    hint = f"did you mean {', '.join(meant)}?" if meant else f"it has {', '.join(sorted(known))}"
    return f"{where or 'a profile'} has no {', '.join(sorted(map(str, unexpected)))}; {hint}"
