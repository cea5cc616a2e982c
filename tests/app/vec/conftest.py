"""VEC as one tenant works with it: upload, sign in people's place, wait, look."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx2

    from tests.app.conftest import Client

PLAIN = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
START = datetime(2025, 4, 1, 12, tzinfo=UTC)
HERE = "http://127.0.0.1:4780"
VENDOR = "https://api.vec.digital/storage/"


@dataclass(slots=True)
class System:
    """A system's time that a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person does with one tenant's VEC, with the token of one kind."""

    client: Client
    kind: str = ""
    system: System | None = field(default=None, repr=False)
    """Where time passes for a clock that follows the system's."""

    def as_kind(self, kind: str) -> Desk:
        return replace(self, kind=kind)

    def get(self, path: str, **params: object) -> httpx2.Response:
        shown = {name: str(value) for name, value in params.items()}
        return self.client.vec("GET", f"/business/{path}", kind=self.kind, params=shown)

    def upload(
        self,
        rows: Sequence[Sequence[str]] = (("ana@example.com", "Ana"),),
        *,
        columns: Sequence[str] = (),
        template: str = PLAIN,
        signatories: Sequence[str] = (),
        name: str = "Turma",
    ) -> dict[str, Any]:
        """The batch made of `rows`, whose first two cells are address and name; `columns` are the others."""
        written = StringIO()
        csv.writer(written).writerows([["RecipientsEmail", "RecipientsName", *columns], *rows])
        answer = self.client.create_batch(
            kind=self.kind,
            csv=written.getvalue().encode(),
            template_id=template,
            signatories=[(user, index) for index, user in enumerate(signatories, start=1)],
            name=name,
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()["data"]
        return made

    def batch(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"batches/{batch['id']}").json()["data"]
        return found

    def certificates(self, batch: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self.every("certificates", batch_id=batch["id"])

    def every(self, path: str, **params: object) -> list[dict[str, Any]]:
        """All items of a list, a hundred at a time."""
        found: list[dict[str, Any]] = []
        number, last = 1, 1
        while number <= last:
            answer = self.get(path, per_page=100, page=number, **params)
            assert answer.status_code == 200, answer.text
            found += answer.json()["data"]
            number, last = number + 1, answer.json()["meta"]["last_page"]
        return found

    def signers(self) -> list[dict[str, Any]]:
        """Users who may sign, the token's own first."""
        found = [one for one in self.every("user-management/users") if one["has_signature"]]
        return [one for one in found if not one["is_archived"]]

    def inside(self, batch: Mapping[str, Any], first_row: int = 0) -> dict[str, Any]:
        """The batch as the control plane shows it."""
        params = {"first_row": str(first_row)}
        answer = self.client.control("GET", f"/vec/batches/{batch['id']}", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def act(self, what: str, batch: Mapping[str, Any], user: str | None = None) -> httpx2.Response:
        """`approve` or `refuse` in the place of `user`, or of whoever it is up to."""
        body = {"user_uuid": user} if user else {}
        return self.client.control("POST", f"/vec/batches/{batch['id']}/{what}", json=body)

    def wait(self, seconds: float) -> None:
        """Let time pass: the system's if the clock follows it, else the clock alone."""
        if self.system:
            self.system.now += timedelta(seconds=seconds)
        else:
            whole, thousandths = divmod(round(seconds * 1000), 1000)
            self.client.advance(f"{whole}s{thousandths}ms")

    def finish(self) -> None:
        answer = self.client.control("POST", "/clock/advance", json={"until": "idle"})
        assert answer.status_code == 200, answer.text

    def fetch(self, address: str) -> httpx2.Response:
        """The file behind an address of an answer, with no token, as a browser asks for it."""
        if address.startswith(VENDOR):
            address = f"{HERE}/vec/storage/{address.removeprefix(VENDOR)}"
        assert address.startswith(f"{HERE}/vec/"), address
        return self.client.send("GET", address)


@pytest.fixture
def desk(client: Client) -> Desk:
    """A fresh tenant `demo`, with a clock that moves only when told."""
    return Desk(client)


@pytest.fixture
def open_desk(client: Client) -> Callable[..., Desk]:
    """Open a tenant of its own, with a plan of its own, in the application that tests share."""

    def open_desk(tenant: str = "desk", **plan: Any) -> Desk:
        return Desk(client.open_tenant(tenant, **{"clock": "manual", **plan}))

    return open_desk


@pytest.fixture(scope="session")
def _wound(open_app: Callable[..., Client]) -> tuple[Client, System]:
    system = System()
    return open_app(Plan(clock=ClockMode.AUTO), system=system), system


@pytest.fixture
def open_timed(_wound: tuple[Client, System]) -> Callable[[str, Mapping[str, str]], Desk]:
    """Open a tenant whose clock is in a mode, begins at START, and follows a system whose time tests move."""
    app, system = _wound

    def open_timed(mode: str, switches: Mapping[str, str]) -> Desk:
        start = START.isoformat()
        client = app.open_tenant("timed", clock=mode, clock_start=start, switches=dict(switches))
        return Desk(client, system=system if mode == "auto" else None)

    return open_timed


@pytest.fixture(scope="session")
def upload_as() -> type[Desk]:
    """Makes a desk at another client: what Hypothesis tests, which share theirs, ask for."""
    return Desk
