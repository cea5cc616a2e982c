"""Every behaviour of every API with where it comes from, collected from the contract."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sealbox import contract
from sealbox.contract.choices import switches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sealbox.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Something the mock does; `provenance` is seed, docs or inferred."""

    id: str
    api: str
    kind: str
    provenance: str
    source: str
    text: str


@cache
def behaviours(api: str) -> tuple[Behaviour, ...]:
    """Operations, their answers, groups of fields, promises and switches of `api`, in this order."""
    return (*_operations(api), *_fields(api), *_promises(api), *_switches(api))


@cache
def counts(api: str) -> Mapping[str, int]:
    found = Counter(behaviour.provenance for behaviour in behaviours(api))
    return MappingProxyType({provenance: found[provenance] for provenance in ("seed", "docs", "inferred")})


def markdown(apis: Iterable[str]) -> str:
    """The counts of each API as the README's table."""
    rows = ["| | seed | docs | inferred |", "|---|---|---|---|"]
    for api in apis:
        found = counts(api)
        rows.append(f"| {api} | {found['seed']} | {found['docs']} | {found['inferred']} |")
    return "\n".join(rows) + "\n"


def _operations(api: str) -> Iterator[Behaviour]:
    document = contract.document(api)
    for path, item in document["paths"].items():
        for method in sorted(contract.METHODS & item.keys()):
            operation = item[method]
            name, source = operation["operationId"], operation["x-source"]
            text = f"{method.upper()} {path}: {operation['summary']}"
            yield Behaviour(name, api, "operation", operation["x-provenance"], source, text)
            for status, response in operation["responses"].items():
                answer = contract.resolved(document, response)
                provenance = operation.get("x-response-provenance", {}).get(status, answer["x-provenance"])
                yield Behaviour(
                    f"{name} {status}", api, "answer", provenance, answer["x-source"], answer["description"]
                )


def _fields(api: str) -> Iterator[Behaviour]:
    for name, schema in contract.document(api)["components"]["schemas"].items():
        group = schema["x-provenance"]
        yield Behaviour(name, api, "fields", group, "", schema["description"])
        for field, details in schema.get("properties", {}).items():
            provenance = details.get("x-provenance", group)
            if provenance != group:
                text = details["description"]
                yield Behaviour(f"{name}.{field}", api, "fields", provenance, "", text)


def _promises(api: str) -> Iterator[Behaviour]:
    for row in contract.read("openapi", api, "requirements.yaml")["requirements"]:
        if "retired" not in row:
            source = row.get("source", {}).get("page", "")
            yield Behaviour(row["id"], api, "promise", row["provenance"], source, row["text"])


def _switches(api: str) -> Iterator[Behaviour]:
    for switch in switches(api):
        yield Behaviour(f"{api}.{switch['name']}", api, "switch", "inferred", "", switch["text"])


def report(sandbox: Sandbox) -> dict[str, Any]:
    """What GET /_sandbox/evidence answers for the tenant of `sandbox`."""
    apis = contract.apis()
    return {
        "tenant": sandbox.plan.tenant,
        "counts": {api: dict(counts(api)) for api in apis},
        "behaviours": [asdict(behaviour) for api in apis for behaviour in behaviours(api)],
        "switches": [
            {**switch, "name": f"{api}.{switch['name']}", "value": sandbox.switches(api)[switch["name"]]}
            for api in apis
            for switch in switches(api)
        ],
    }
