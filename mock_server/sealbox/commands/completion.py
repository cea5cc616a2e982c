"""What the shell offers after a Tab. Names are looked for in the files' text: parsing them takes too long."""

from __future__ import annotations

import re
from functools import cache

FILES = {
    "operations": ("openapi.yaml", r"^ +operationId: (\w+)$"),
    "requirements": ("requirements.yaml", r"^ *- id: (\S+)$"),
    "switches": ("switches.yaml", r"^ *- name: (\S+)$"),
}


def operation_ids(incomplete: str) -> list[str]:
    return sorted(name for name in _names("operations") if name.startswith(incomplete))


def switch_names(incomplete: str) -> list[str]:
    return sorted(f"{name}=" for name in _names("switches") if name.startswith(incomplete))


def explained_ids(incomplete: str) -> list[str]:
    """Whatever `explain` is asked for most."""
    found = {name for kind in FILES for name in _names(kind)}
    return sorted(name for name in found if name.lower().startswith(incomplete.lower()))


def api_names(incomplete: str) -> list[str]:
    return [name for name in (*_apis(), "_sandbox") if name.startswith(incomplete)]


def _apis() -> tuple[str, ...]:
    from sealbox import contract

    return contract.apis()


@cache
def _names(kind: str) -> frozenset[str]:
    from sealbox import contract

    file, pattern = FILES[kind]
    prefix = "{}." if kind == "switches" else ""
    return frozenset(
        prefix.format(api) + name
        for api in contract.apis()
        for name in re.findall(
            pattern, (contract.root() / "openapi" / api / file).read_text(encoding="utf-8"), re.MULTILINE
        )
    )
