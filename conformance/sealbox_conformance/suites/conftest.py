"""One client for each API of the target, for all checks of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealbox_conformance.exchange import Wire
from sealbox_conformance.suites.certifiqi.client import Certifiqi
from sealbox_conformance.suites.receiver import Receiver, receiver
from sealbox_conformance.suites.vec.client import Vec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealbox_conformance.target import Target
    from sealbox_conformance.witness import Witness


@pytest.fixture(scope="session")
def vec(target: Target, witness: Witness) -> Iterator[Vec]:
    wire = Wire(target, target.apis["vec"], witness)
    yield Vec(wire)
    wire.close()


@pytest.fixture(scope="session")
def certifiqi(target: Target, witness: Witness) -> Iterator[Certifiqi]:
    wire = Wire(target, target.apis["certifiqi"], witness)
    yield Certifiqi(wire)
    wire.close()


@pytest.fixture(scope="session")
def listener() -> Iterator[Receiver]:
    """Where webhooks of the checks' events may go: each check takes paths of its own."""
    with receiver() as found:
        yield found
