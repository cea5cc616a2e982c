"""What each operation asks for and answers, read from the documents once."""

from __future__ import annotations

import builtins
import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import inflection

from sealbox import contract

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

JSON = "application/json"
OF_NO_JUDGEMENT = frozenset({"type", "default", "description", "example"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A text or an integer in a path or a query. `argument` is what handlers call it."""

    name: str
    argument: str
    schema: Mapping[str, Any]

    @property
    def is_integer(self) -> bool:
        return self.schema.get("type") == "integer"

    @property
    def is_any(self) -> bool:
        """Whether every text will do."""
        return self.schema.get("type") == "string" and self.schema.keys() <= OF_NO_JUDGEMENT


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One operation. `body` is the schema of its JSON, `answers` those of its JSON answers by status.

    `needed` are the names of what a query must have.
    """

    api: str
    id: str
    method: str
    path: str
    is_secured: bool
    in_path: tuple[Parameter, ...]
    in_query: tuple[Parameter, ...]
    needed: frozenset[str]
    media_types: tuple[str, ...]
    needs_body: bool
    body: Mapping[str, Any] | None
    answers: Mapping[str, Mapping[str, Any]]

    @property
    def pattern(self) -> re.Pattern[str]:
        return contract.pattern(self.api, self.path)

    @property
    def defaults(self) -> dict[str, Any]:
        """The arguments of a query that says nothing."""
        return {one.argument: one.schema["default"] for one in self.in_query if "default" in one.schema}

    def answer(self, status: int) -> Mapping[str, Any] | None:
        return self.answers.get(str(status), self.answers.get("default"))


def blueprints(api: str) -> Iterator[Blueprint]:
    """Every operation of `api`, in the document's order."""
    document = contract.document(api)
    for path, item in document["paths"].items():
        for method in contract.METHODS & item.keys():
            yield _blueprint(api, document, path, method)


def _blueprint(api: str, document: Mapping[str, Any], path: str, method: str) -> Blueprint:
    item = document["paths"][path]
    written = item[method]
    parameters = [
        contract.resolved(document, one)
        for one in (*item.get("parameters", ()), *written.get("parameters", ()))
    ]
    body = contract.resolved(document, written.get("requestBody", {}))
    content = body.get("content", {})
    return Blueprint(
        api=api,
        id=written["operationId"],
        method=method.upper(),
        path=path,
        is_secured=bool(written.get("security", document.get("security"))),
        in_path=tuple(_parameter(one) for one in parameters if one["in"] == "path"),
        in_query=tuple(_parameter(one) for one in parameters if one["in"] == "query"),
        needed=frozenset(
            one["name"] for one in parameters if one["in"] == "query" and one.get("required", False)
        ),
        media_types=tuple(content),
        needs_body=body.get("required", False),
        body=content[JSON]["schema"] if JSON in content else None,
        answers={
            status: answer["content"][JSON]["schema"]
            for status, reference in written["responses"].items()
            if JSON in (answer := contract.resolved(document, reference)).get("content", {})
        },
    )


def _parameter(written: Mapping[str, Any]) -> Parameter:
    return Parameter(written["name"], argument(written["name"]), written["schema"])


def argument(name: str) -> str:
    """What a handler calls a parameter: as Connexion has it, with a line behind what means something else."""
    plain = inflection.underscore(name)
    return f"{plain}_" if hasattr(builtins, plain) or keyword.iskeyword(plain) else plain
