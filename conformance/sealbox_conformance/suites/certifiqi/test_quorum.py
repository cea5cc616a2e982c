"""Who has to sign, one rule at a time: every act is followed by a read that is held against the model."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.suites.certifiqi.stories import Teller

if TYPE_CHECKING:
    from sealbox_conformance.suites.certifiqi.client import Certifiqi

PROMISES = (
    "CERTIFIQI-GROUP-02",
    "CERTIFIQI-GROUP-06",
    "CERTIFIQI-SIGNER-04",
    "CERTIFIQI-SIGNER-06",
    "CERTIFIQI-SIGNER-07",
    *(f"CERTIFIQI-STATE-{number:02}" for number in (5, 6, 7, 10, 11, 12, 15, 16, 18, 19, 22, 23, 24)),
    *(f"CERTIFIQI-SIGN-{number:02}" for number in (3, 4, 5, 6, 9)),
    "CERTIFIQI-CANCEL-01",
    "CERTIFIQI-CANCEL-07",
    "CERTIFIQI-CREATE-15",
    "CERTIFIQI-DOCUMENT-07",
    "CERTIFIQI-DOCUMENT-09",
)
Group = tuple[int, str]
"""How many have to sign, and the signers: M for a mandatory one, o for another."""

Party = tuple[int, list[Group]]
"""A position and its groups."""

ONE: Party = (1, [(1, "o")])
SHAPES: dict[str, tuple[list[list[Party]], str]] = {
    # An act is the number of a signer, counted over all; with - the signer rejects; c cancels.
    "the mandatory one is not enough": ([[(1, [(2, "Moo")])]], "0 1"),
    "without the mandatory one it is not enough": ([[(1, [(2, "ooM")])]], "0 1 2"),
    "one less than the minimum": ([[(1, [(3, "oooo")])]], "0 1 2 3"),
    "two are mandatory and one is needed": ([[(1, [(1, "MMo")])]], "2 0 1"),
    "the second group signs for the party": ([[(1, [(1, "o"), (1, "o")])]], "1 0"),
    "the first group signs for the party": ([[(1, [(1, "o"), (2, "oo")])]], "0 1"),
    "half of each group is no group": ([[(1, [(2, "oo"), (2, "oo")])]], "0 2 3"),
    "two parties in order": ([[(1, [(1, "o")]), (2, [(1, "o")])]], "0 1"),
    "two parties out of order": ([[(1, [(1, "o")]), (2, [(1, "o")])]], "1 0 1"),
    "three parties, two of them at one position": (
        [[(1, [(1, "o")]), (1, [(1, "o")]), (2, [(1, "o")])]],
        "1 2 0 2",
    ),
    "the first batch is not the event": ([[(1, [(1, "o")])], [(1, [(1, "o")])]], "0 1"),
    "the second batch is not the event": ([[(1, [(1, "o")])], [(1, [(1, "o")])]], "1 0"),
    "a party of each of two batches": ([[(1, [(1, "o")]), (1, [(1, "o")])]] * 2, "0 3 1 2"),
    "nobody signs who is not needed any more": ([[(1, [(1, "oo")]), (2, [(1, "o")])]], "0 1 2"),
    "nobody signs twice": ([[(1, [(2, "oo")])]], "0 0 1"),
    "nobody signs after the end": ([[(1, [(1, "oo")])]], "0 1 c"),
    "a rejection is the end": ([[(1, [(2, "oo")])]], "0 -1 0 c"),
    "a rejection of the last in line": ([[(1, [(1, "o")]), (2, [(1, "o")])]], "-1 0"),
    "a cancellation is the end": ([[(1, [(2, "oo")])]], "0 c 1 -1 c"),
}


def _body(certifiqi: Certifiqi, shape: list[list[Party]]) -> dict[str, Any]:
    sent = certifiqi.body()
    (batch,) = sent["batches"]
    (party,) = batch["related_parties"]
    person = party["signer_groups"][0]["signers"][0]

    def group(needs: int, people: str) -> dict[str, Any]:
        signers = [
            {**person, "name": f"Ana {n}", "is_group_mandatory": one == "M"} for n, one in enumerate(people)
        ]
        return {"minimum_required_signers": needs, "signers": signers}

    def one(place: int, at: int, groups: list[Group]) -> dict[str, Any]:
        made = [group(*written) for written in groups]
        return {**party, "name": f"Party {place}", "signature_position": at, "signer_groups": made}

    sent["batches"] = [
        {
            **deepcopy(batch),
            "name": f"Batch {number}",
            "related_parties": [one(place, *written) for place, written in enumerate(parties)],
        }
        for number, parties in enumerate(shape)
    ]
    return sent


@pytest.mark.exercises(*PROMISES)
@pytest.mark.claims("signers")
@pytest.mark.parametrize("what", list(SHAPES))
def test_who_has_to_sign(certifiqi: Certifiqi, what: str) -> None:
    shape, acts = SHAPES[what]
    teller = Teller(certifiqi)
    story = teller.begin(_body(certifiqi, shape))
    signers = [seat.signer for seat in story.history.seats]
    for act in acts.split():
        if act == "c":
            teller.act(story, ("cancel", 0))
        else:
            teller.act(story, ("reject" if act.startswith("-") else "sign", signers[int(act.strip("-"))]))
    certifiqi.wire.pass_time()
    teller.read(story)
