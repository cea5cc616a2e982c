"""What every name means: requirements, operations, answers, fields, switches, questions, findings."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from sealbox import contract
from sealbox.contract.choices import switches
from sealbox.contract.evidence import behaviours
from sealbox.contract.operations import operations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealbox.contract.operations import Operation

Entry = dict[str, Any]

ADDRESS = re.compile(r"https?://[^\s\"'|)\]]+")
SEED_PAGE = "createbatch"


def entry(name: str) -> Entry | None:
    """What is called `name`, in whatever case; a switch without its API too."""
    known = _entries()
    folded = name.strip().lower()
    if folded in known:
        return known[folded]
    short = [one for one in known.values() if one["id"].partition(".")[2].lower() == folded]
    return short[0] if len(short) == 1 else None


def near(name: str) -> list[str]:
    """At most three names that `name` may be a slip of."""
    known = _entries()
    return [known[one]["id"] for one in get_close_matches(name.strip().lower(), known, n=3, cutoff=0.6)]


@cache
def _entries() -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for api in contract.apis():
        for one in (
            *_promises(api),
            *_operations(api),
            *_switches(api),
            *_questions(api),
            _magic(api),
            *_rest(api),
        ):
            found.setdefault(one["id"].lower(), one)
    for one in _findings():
        found.setdefault(one["id"].lower(), one)
    return found


def _promises(api: str) -> Iterator[Entry]:
    for row in _requirements(api):
        source = row.get("source", {})
        yield {
            "id": row["id"],
            "api": api,
            "kind": "retired requirement" if "retired" in row else "requirement",
            **{key: row[key] for key in ("text", "level", "provenance", "notes", "operations") if key in row},
            "page": _page(api, source.get("page", "")),
            "quote": source.get("quote", ""),
            "turned_by": [
                {"id": f"{api}.{switch['name']}", "text": switch["text"]}
                for switch in switches(api)
                if row["id"] in switch["touches"]
            ],
        }


def _operations(api: str) -> Iterator[Entry]:
    promises = _requirements(api)
    for operation in operations(api).values():
        yield {
            "id": operation.id,
            "api": api,
            "kind": "operation",
            "text": f"{operation.method} /{api}{operation.path}: {operation.summary}",
            "provenance": operation.provenance,
            "page": operation.source,
            "answers": [
                {"id": str(status), "text": f"{answer.description} ({answer.provenance})"}
                for status, answer in operation.answers.items()
            ],
            "promises": [
                {"id": row["id"], "text": row["text"]}
                for row in promises
                if operation.id in row.get("operations", ()) and "retired" not in row
            ],
        }
        yield from _answers(operation)


def _answers(operation: Operation) -> Iterator[Entry]:
    for status, answer in operation.answers.items():
        yield {
            "id": f"{operation.id} {status}",
            "api": operation.api,
            "kind": "answer",
            "text": answer.description,
            "provenance": answer.provenance,
            "page": answer.source,
            "example": answer.example,
        }


def _switches(api: str) -> Iterator[Entry]:
    texts = {row["id"]: row["text"] for row in _requirements(api) if "text" in row}
    for switch in switches(api):
        yield {
            "id": f"{api}.{switch['name']}",
            "api": api,
            "kind": "switch",
            "provenance": "inferred",
            **{key: switch[key] for key in ("text", "default", "why", "alternatives")},
            "promises": [{"id": id_, "text": texts.get(id_, "")} for id_ in switch["touches"]],
        }


def _questions(api: str) -> Iterator[Entry]:
    """Rows of `questions.md`: what the pages contradict themselves in, or say nothing about."""
    text = (contract.root() / "openapi" / api / "questions.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| *(\d+) \|(.*)\|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in row[1].split(" | ")]
        yield {
            "id": f"{api} question {row[0]}",
            "api": api,
            "kind": "question",
            "provenance": "inferred",
            "text": f"The pages say: {cells[0]} {cells[1]}",
            "decision": cells[2],
            "touches": re.findall(r"[A-Z]+-[A-Z0-9]+-\d+|`[a-z_]+`", cells[-1]),
        }


def _magic(api: str) -> Entry:
    """What the journal says of an exchange that a magic value has decided."""
    kinds = ", ".join(contract.read("fixtures", api, "magic.yaml"))
    text = f"A magic value made it so: of {kinds}. `sealbox magic` lists them; the vendor has none."
    return {"id": f"{api}.magic", "api": api, "kind": "magic", "provenance": "inferred", "text": text}


def _findings() -> Iterator[Entry]:
    """What the two doctors say: of requests, and of the rows of a CSV file."""
    from sealbox.apis.vec.csv_findings import IN_ROWS
    from sealbox.doctor.diagnosis import WORDS

    for name, words in WORDS.items():
        text = words.why.replace("{client}", "The client").replace("{", "<").replace("}", ">")
        fix = words.fix.replace("{", "<").replace("}", ">")
        yield {"id": name, "api": "both", "kind": "finding", "text": text, "fix": fix}
    for one in IN_ROWS:
        mended = "`sealbox csv fix` mends it" if one.mended else ""
        yield {"id": one.kind, "api": "vec", "kind": "finding", "text": one.text, "fix": mended}


def _rest(api: str) -> Iterator[Entry]:
    """Groups of fields, and whatever else the evidence lists."""
    for one in behaviours(api):
        yield {
            "id": one.id,
            "api": api,
            "kind": one.kind,
            "text": one.text,
            "provenance": one.provenance,
            "page": _page(api, one.source),
        }


def _requirements(api: str) -> list[Entry]:
    return list(contract.read("openapi", api, "requirements.yaml")["requirements"])


def _page(api: str, page: str) -> str:
    """The address of a page that a requirement names by its last part; as named when no document has it."""
    if page in {"", "none"} or page.startswith("http"):
        return page.replace("none", "")
    if page == SEED_PAGE:
        return str(contract.document(api)["info"]["x-seed-source"])
    return next((address for address in _addresses(api) if page in address.rstrip("/").split("/")), page)


@cache
def _addresses(api: str) -> tuple[str, ...]:
    """Every address of the vendor's that the contract of `api` names."""
    folder = contract.root() / "openapi" / api
    text = "".join((folder / name).read_text(encoding="utf-8") for name in ("openapi.yaml", "questions.md"))
    return tuple(dict.fromkeys(ADDRESS.findall(text)))
