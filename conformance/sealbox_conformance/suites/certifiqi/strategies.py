"""Signing events of many shapes, with the values that the pages show."""

from __future__ import annotations

from string import digits
from typing import Any

from hypothesis import strategies as st

letters = st.text("abcXYZãçéõ ÁÚñß-'&.", min_size=1, max_size=20).filter(str.strip)
# Blanks at the end of a name stay, says the page; at its begin nobody knows.
names = st.builds(lambda text, blanks: text.lstrip() + blanks, letters, st.sampled_from(["", " ", "  "]))
plain_names = letters.map(str.strip)
mailboxes = st.text("abcdefghij0123456789", min_size=1, max_size=10)
cents = st.integers(0, 10**9).map(lambda amount: amount / 100)

signers = st.fixed_dictionaries(
    {
        "name": plain_names,
        "document_number": st.text(digits, min_size=11, max_size=11),
        "email": mailboxes.map("{}@example.com".format),
        "is_group_mandatory": st.booleans(),
        "signer_control_number": st.text(digits, min_size=1, max_size=6),
    }
)


@st.composite
def groups(draw: st.DrawFn) -> dict[str, Any]:
    found = draw(st.lists(signers, min_size=1, max_size=3))
    return {"minimum_required_signers": draw(st.integers(1, len(found))), "signers": found}


@st.composite
def events(draw: st.DrawFn, body: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """`body` with other values, and with one to two of each part."""
    parties = st.builds(
        lambda name, position, groups_: {
            "name": name,
            "role": "assignor",
            "signature_position": position,
            "signer_groups": groups_,
        },
        names,
        st.integers(1, 3),
        st.lists(groups(), min_size=1, max_size=2),
    )
    documents = st.builds(
        lambda number: {**document, "control_number": number}, st.text(digits, min_size=1, max_size=8)
    )
    batches = st.builds(
        lambda name, parties_, documents_: {
            "signature_type": "cades",
            "document_type": "term_of_endorsement",
            "name": name,
            "related_parties": parties_,
            "documents": documents_,
        },
        plain_names,
        st.lists(parties, min_size=1, max_size=2),
        st.lists(documents, min_size=1, max_size=2),
    )
    changed = {
        "name": draw(plain_names),
        "main_related_party": draw(plain_names),
        "attached_document_number": draw(st.text(digits, min_size=14, max_size=14)),
        "total_value": draw(cents),
        "batches": draw(st.lists(batches, min_size=1, max_size=2)),
    }
    return {**body, **changed}
