"""Where live traffic leaves the contract: counts and shapes, never a value that somebody sent."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jsonschema_rs

from . import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MASK = "a value"
NAME = re.compile(r"[a-z][a-z_]{0,40}")
PART = re.compile(r"(\w+)\[(\d+)\]\[(\w+)\]")
UNKNOWN = "undocumented"


@dataclass(frozen=True, slots=True)
class Message:
    """One half of an exchange. `body` is JSON, or a form as an object; `bare` when it is neither."""

    media_type: str
    body: Any = None
    files: frozenset[str] = frozenset()
    query: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a message left the contract. `found` is the shape of what stood there, no value."""

    direction: str
    pointer: str
    rule: str
    found: str


@dataclass(slots=True)
class Drift:
    """What was seen so far, by operation and status."""

    seen: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    violations: dict[tuple[str, str, int], Counter[Violation]] = field(default_factory=dict)
    unanswered: int = 0

    def take(self, key: tuple[str, str, int], found: Iterator[Violation]) -> None:
        self.seen[key] += 1
        for violation in found:
            kept = self.violations.setdefault(key, Counter())
            same = next((one for one in kept if _kind(one) == _kind(violation)), violation)
            kept[same] += 1  # the first example stays

    @property
    def clean(self) -> bool:
        return not self.violations

    def as_json(self, upstream: str) -> dict[str, Any]:
        rows = [
            {
                "api": api,
                "operation": operation,
                "status": status,
                "seen": self.seen[api, operation, status],
                "violations": [
                    {
                        "direction": one.direction,
                        "pointer": one.pointer,
                        "rule": one.rule,
                        "times": times,
                        "example": one.found,
                    }
                    for one, times in self.violations.get((api, operation, status), Counter()).most_common()
                ],
            }
            for api, operation, status in sorted(self.seen)
        ]
        return {"upstream": upstream, "unanswered": self.unanswered, "rows": rows}


def _kind(one: Violation) -> tuple[str, str, str]:
    return one.direction, one.pointer, one.rule


def markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    rows = report["rows"]
    lines = [
        f"# Drift of {report['upstream']}",
        "",
        f"{report['unanswered']} requests without an answer.",
        "",
    ]
    lines += ["| API | operation | status | seen | violations |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (row["api"], row["operation"], row["status"], row["seen"], len(row["violations"]))
        lines.append(f"| {' | '.join(map(str, cells))} |")
    for row in (row for row in rows if row["violations"]):
        lines += ["", f"## {row['api']} {row['operation']} {row['status']}", ""]
        for one in row["violations"]:
            place = f"{one['direction']} `{one['pointer'] or '/'}`"
            lines.append(f"- {place}: {one['rule']} ({one['times']} times; there was {one['example']})")
    return "\n".join(lines) + "\n"


# -------------------------------------------------------------------- which operation


def find(api: str, method: str, path: str) -> contract.Operation | None:
    """The operation that `path` below the API's address belongs to: the most literal one, as OpenAPI says."""
    fitting = [
        one
        for one in contract.operations(api).values()
        if one.method == method and _pattern(one.path).fullmatch(path)
    ]
    return min(fitting, key=lambda one: one.path.count("{"), default=None)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def masked_path(api: str, method: str, path: str) -> str:
    """A path that no operation has, with every segment hidden that no documented path has."""
    words = {word for one in contract.operations(api).values() for word in one.path.split("/")}
    shown = [word if word in words else "…" for word in unquote(path).split("/")[:12]]
    return f"{method} {'/'.join(shown)}"


# -------------------------------------------------------------------- what a message breaks


def request_violations(operation: contract.Operation, request: Message) -> Iterator[Violation]:
    declared = _declared(operation.api, operation.id)
    parameters = {one["name"]: one for one in declared["parameters"] if one["in"] == "query"}
    for name, value in request.query.items():
        shown = f"?{name}" if NAME.fullmatch(name) else "?…"
        if name not in parameters:
            yield Violation("request", shown, "no such query parameter", _shape(value))
        elif not _fits(parameters[name]["schema"], value):
            yield Violation("request", shown, "not of the documented form", _shape(value))
    content = declared["content"]
    if not content:
        return
    if request.media_type not in content:
        yield Violation(
            "request", "", f"the media type is not {' or '.join(content)}", request.media_type or "none"
        )
        return
    schema = content[request.media_type]["schema"]
    yield from _body_violations("request", operation.api, schema, request)
    for name, one in schema.get("properties", {}).items():
        is_file = one.get("format") == "binary"
        if is_file and isinstance(request.body, dict) and name in request.body and name not in request.files:
            yield Violation("request", f"/{name}", "a file, with a file name", "a text")


def response_violations(operation: contract.Operation, status: int, response: Message) -> Iterator[Violation]:
    answer = operation.answers.get(status)
    if answer is None:
        listed = ", ".join(map(str, sorted(operation.answers)))
        yield Violation("response", "", f"one of the statuses {listed}", f"status {status}")
        return
    if answer.schema is None or (operation.api == "certifiqi" and status >= 400):
        return  # no page shows this body
    if response.media_type != "application/json":
        yield Violation("response", "", "the media type application/json", response.media_type or "none")
        return
    yield from _body_violations("response", operation.api, answer.schema, response)


def _body_violations(
    direction: str, api: str, schema: Mapping[str, Any], message: Message
) -> Iterator[Violation]:
    if message.bare:
        yield Violation(direction, "", f"a body in {message.media_type}", "something else")
        return
    for error in _validator(api, json.dumps(schema, sort_keys=True)).iter_errors(message.body):
        yield Violation(direction, _pointer(api, error.instance_path), _rule(error), _shape(error.instance))


def _rule(error: jsonschema_rs.ValidationError) -> str:
    # The names of what nobody documented may be somebody's: a message about them says no more than that.
    hidden = error.schema_path[-1:] in (["additionalProperties"], ["unevaluatedProperties"])
    return "no other property" if hidden else error.message.replace(f'"{MASK}"', MASK)


@cache
def _validator(api: str, schema: str) -> jsonschema_rs.Draft202012Validator:
    parsed = json.loads(schema)
    parsed.setdefault("components", {"schemas": _components(api)})
    return jsonschema_rs.Draft202012Validator(parsed, mask=MASK, validate_formats=True)


@cache
def _components(api: str) -> Mapping[str, Any]:
    schemas = contract.read("openapi", api, "openapi.yaml")["components"]["schemas"]
    return {name: contract.asserted(schema) for name, schema in schemas.items()}


@cache
def _declared(api: str, operation_id: str) -> Mapping[str, Any]:
    """The query parameters and the bodies of an operation's requests."""
    document = contract.read("openapi", api, "openapi.yaml")
    (found,) = [
        one
        for item in document["paths"].values()
        for method, one in item.items()
        if method in contract.METHODS and one["operationId"] == operation_id
    ]
    content = found.get("requestBody", {}).get("content", {})
    return {
        "parameters": [contract.resolved(document, one) for one in found.get("parameters", ())],
        "content": {
            name: {"schema": contract.asserted(contract.resolved(document, one["schema"]))}
            for name, one in content.items()
        },
    }


def _fits(schema: Mapping[str, Any], text: str) -> bool:
    """Whether a query parameter is of its kind. Lists of words are not closed: no page says so."""
    return schema.get("type") != "integer" or bool(re.fullmatch(r"-?\d{1,18}", text))


def form(fields: Sequence[tuple[str, str | None]]) -> tuple[dict[str, Any], frozenset[str]]:
    """A form as the object that its schema speaks of, and the names of its files, which have no text here."""
    body: dict[str, Any] = {}
    entries: dict[str, dict[int, dict[str, Any]]] = {}
    for name, text in fields:
        if found := PART.fullmatch(name):
            entries.setdefault(found[1], {}).setdefault(int(found[2]), {})[found[3]] = _number(text)
        else:
            body[name] = "" if text is None else text
    body |= {name: [rows[key] for key in sorted(rows)] for name, rows in entries.items()}
    return body, frozenset(name for name, text in fields if text is None)


def _number(text: str | None) -> Any:
    return int(text) if text is not None and re.fullmatch(r"\d{1,9}", text) else text


def _pointer(api: str, path: Sequence[str | int]) -> str:
    """A JSON pointer in which `*` stands for any place in a list and `…` for a name that no page has."""
    known = _names(api)
    return "".join(f"/{'*' if isinstance(one, int) else one if one in known else '…'}" for one in path)


@cache
def _names(api: str) -> frozenset[str]:
    found: set[str] = set()
    stack = [contract.read("openapi", api, "openapi.yaml")]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found |= set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
        stack += node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return frozenset(found)


def _shape(value: Any) -> str:
    """What a person may know of a value without knowing the value."""
    if isinstance(value, str):
        return f"a text of {len(value)} characters"
    if isinstance(value, dict):
        return f"an object of {len(value)} properties"
    if isinstance(value, list):
        return f"a list of {len(value)} items"
    return {bool: "a boolean", int: "an integer", float: "a number", type(None): "null"}[type(value)]
