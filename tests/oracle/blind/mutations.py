"""Small syntactic changes of the mock's rule modules, as mutmut's operators make them, and a fixed sample.

A mutant is named by what it changes and not by where it stands, so that a list of survivors outlives
changes elsewhere in the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from difflib import unified_diff
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import libcst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VEC = (
    "rules",
    "recipients",
    "sent_rows",
    "lifecycle",
    "approvals",
    "queries",
    "render",
    "listing",
    "pages",
    "certificates",
)
CERTIFIQI = ("rules", "signing", "creation", "documents", "render", "notices")
MODULES = (
    *(f"sealbox.apis.vec.{name}" for name in VEC),
    *(f"sealbox.apis.certifiqi.{name}" for name in CERTIFIQI),
    "sealbox.webhooks",
    "sealbox.php_forms",
)
SEED = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One mutant: `source` is the whole module with the change in it, `diff` what a person reads of it."""

    id: str
    module: str
    diff: str
    source: str


def path_of(module: str) -> Path:
    spec = find_spec(module)
    assert spec
    assert spec.origin
    origin = Path(spec.origin)
    return origin.with_name(f"{origin.name.partition('.')[0]}.py")  # compiled or not, its source is beside it


def changes(module: str) -> Iterator[Change]:
    """Every mutant of `module` that is valid Python."""
    code = path_of(module).read_text(encoding="utf-8")
    # Not mutmut's own entry, which wants a configuration file: nothing is to be left out here.
    visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()))
    tree = MetadataWrapper(libcst.parse_module(code)).visit(visitor)
    owners = {id(node): statement for statement in tree.body for node in _below(statement)}
    seen: Counter[str] = Counter()
    for mutation in visitor.mutations:
        before = owners.get(id(mutation.original_node))
        if before is None:
            continue
        changed = _changed(tree, before, mutation)
        if changed is None:
            continue
        removed, added = changed
        diff = _diff(removed, added)
        seen[diff] += 1
        name = hashlib.sha256(f"{module}\n{diff}\n{seen[diff]}".encode()).hexdigest()[:10]
        yield Change(name, module, diff, code.replace(removed, added, 1))


def _below(node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(one.children)


def _changed(tree: libcst.Module, statement: libcst.CSTNode, mutation: Mutation) -> tuple[str, str] | None:
    """The source of `statement` before and after; None for a change that Python cannot read."""
    after = deep_replace(statement, mutation.original_node, mutation.mutated_node)
    if not isinstance(after, libcst.CSTNode):
        return None
    removed, added = tree.code_for_node(statement), tree.code_for_node(after)
    try:
        compile(added, "mutant", "exec")
    except SyntaxError:
        return None
    return removed, added


def _diff(removed: str, added: str) -> str:
    lines = unified_diff(removed.strip("\n").splitlines(), added.strip("\n").splitlines(), n=1, lineterm="")
    return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))


def in_drawing_order(modules: Sequence[str] = MODULES, *, seed: int = SEED) -> list[Change]:
    """All mutants, in an order that only `seed` decides: a sample is as many as one wants from the front."""
    everything = [change for module in modules for change in changes(module)]
    return sorted(everything, key=lambda change: hashlib.sha256(f"{seed}:{change.id}".encode()).digest())
