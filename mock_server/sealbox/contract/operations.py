"""The operations of each API as its document has them: which one a request means, and what each status is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sealbox import contract

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Documented:
    """One answer of an operation. `example` is the body that the document shows for it.

    `source` is the address of the vendor's page, empty for what is inferred.
    """

    provenance: str
    source: str
    description: str
    example: Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `path` is below the API's base path and has its parameters in braces.

    `takes` is the media type of the body that it needs, `file` the form field that holds a file.
    """

    api: str
    id: str
    method: str
    path: str
    summary: str
    provenance: str
    source: str
    answers: Mapping[int, Documented]
    takes: str = ""
    file: str = ""


@cache
def operations(api: str) -> Mapping[str, Operation]:
    """The operations of `api` by their operationId, in the document's order."""
    document = contract.document(api)
    found = (
        _operation(api, document, path, method)
        for path, item in document["paths"].items()
        for method in item
        if method in contract.METHODS
    )
    return MappingProxyType({operation.id: operation for operation in found})


@cache
def all_operations() -> Mapping[str, Mapping[str, Operation]]:
    """The operations of every API, by its name."""
    return MappingProxyType({api: operations(api) for api in contract.apis()})


def meant(api: str, method: str, path: str) -> Operation | None:
    """The operation that `method` on `path`, base path included, means; HEAD means what GET does."""
    asked = "GET" if method == "HEAD" else method
    exact, patterns = _table(api)
    if operation := exact.get((asked, path)):
        return operation
    return next(
        (operation for pattern, operation in patterns.get(asked, ()) if pattern.fullmatch(path)),
        None,
    )


@cache
def _table(
    api: str,
) -> tuple[dict[tuple[str, str], Operation], dict[str, list[tuple[re.Pattern[str], Operation]]]]:
    exact: dict[tuple[str, str], Operation] = {}
    patterns: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
    for operation in operations(api).values():
        if "{" in operation.path:
            found = contract.pattern(api, operation.path)
            patterns.setdefault(operation.method, []).append((found, operation))
        else:
            exact[operation.method, f"/{api}{operation.path}"] = operation
    return exact, patterns


def _operation(api: str, document: Mapping[str, Any], path: str, method: str) -> Operation:
    written = document["paths"][path][method]
    marks = written.get("x-response-provenance", {})
    takes, content = _body(document, written)
    pages = {"seed": document["info"]["x-seed-source"], "inferred": ""}
    return Operation(
        api=api,
        id=written["operationId"],
        method=method.upper(),
        path=path,
        summary=written["summary"],
        provenance=written["x-provenance"],
        source=pages.get(written["x-source"], written["x-source"]),
        answers=MappingProxyType(
            {
                int(status): _documented(contract.resolved(document, answer), marks.get(status), pages)
                for status, answer in written["responses"].items()
                if status.isdecimal()
            }
        ),
        takes=takes,
        file=_file_field(document, content.get("schema", {})),
    )


def _body(document: Mapping[str, Any], written: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The media type of the body that is needed, with what the document says of it; else nothing."""
    body = contract.resolved(document, written.get("requestBody", {}))
    return next(iter(body["content"].items())) if body.get("required") else ("", {})


def _file_field(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    fields = contract.resolved(document, schema).get("properties", {}).items()
    return next((name for name, field in fields if field.get("format") == "binary"), "")


def _documented(answer: Mapping[str, Any], mark: str | None, pages: Mapping[str, str]) -> Documented:
    (content,) = answer["content"].values()
    return Documented(
        provenance=mark or answer["x-provenance"],
        source=pages.get(answer["x-source"], answer["x-source"]),
        description=answer["description"],
        example=_first_example(content),
    )


def _first_example(content: Mapping[str, Any]) -> Any:
    if "example" in content:
        return content["example"]
    examples: Iterable[Mapping[str, Any]] = content.get("examples", {}).values()
    return next((example["value"] for example in examples), None)
