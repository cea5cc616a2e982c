"""What creates something does so: a target that takes no sound request at all cannot pass by being busy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from sealbox_conformance.exchange import PAUSE, Unheard
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.witness import Breach, Nonconformance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealbox_conformance.exchange import Reply

TIMES = 4
TOO_MANY = 429  # says something about us

SOUND: Mapping[tuple[str, str], tuple[int, Callable[[Any], Reply]]] = {
    ("vec", "VEC-BATCH-01"): (201, lambda vec: vec.create()),
    ("certifiqi", "CERTIFIQI-CREATE-01"): (200, lambda certifiqi: certifiqi.create(certifiqi.body())),
    ("certifiqi", "CERTIFIQI-UPLOAD-06"): (200, lambda certifiqi: certifiqi.upload(pdf.plain())),
}
"""By API and promise: the status of a success, and a request that keeps every rule."""


@pytest.mark.parametrize(
    ("api", "requirement"), [pytest.param(*key, marks=pytest.mark.requirement(key[1])) for key in SOUND]
)
def test_a_sound_request_makes_something(request: pytest.FixtureRequest, api: str, requirement: str) -> None:
    status, send = SOUND[api, requirement]
    client = request.getfixturevalue(api)
    for left in reversed(range(TIMES)):
        try:
            reply = send(client)
        except Unheard as busy:
            if busy.status == TOO_MANY:
                raise
            if not left:
                breach = Breach(requirement, f"status {status}", busy.seen, busy.curl)
                raise Nonconformance(breach) from busy
        else:
            if reply.status == status or not left:
                reply.answers(status, requirement)
                return
        time.sleep(PAUSE)
