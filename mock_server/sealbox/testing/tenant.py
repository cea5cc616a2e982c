"""A world of one test's own, with everything that can be done to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import httpx2

from .certifiqi import Certifiqi
from .journal import Journal
from .vec import Vec

if TYPE_CHECKING:
    from collections.abc import Mapping

TOOK_TOO_LONG = 60.0


class Server(Protocol):
    """Where tenants are: in this process, or at an address."""

    @property
    def url(self) -> str:
        """The address without a base path."""

    def client(self, below: str = "", **headers: str) -> httpx2.Client:
        """A client whose paths begin `below` the address."""

    def open(self, plan: Mapping[str, Any]) -> dict[str, str]:
        """Make a tenant as `POST /_sandbox/tenants` does; the credential of each API. Raises ValueError."""

    def shut(self, tenant: str) -> None:
        """Forget the tenant."""


class Tenant:
    """`url` is the server's address, for code under test; asking for it opens a socket.

    `close` gives the world back.
    """

    def __init__(self, server: Server, name: str, **plan: Any) -> None:
        """`plan` as `POST /_sandbox/tenants` has it: `clock`, `seed`, `switches`, `only`, …"""
        self.name = name
        self.server = server
        tokens = server.open({"tenant": name, "clock": "manual", **plan})
        self.journal = Journal(self.control)
        self.clock = Clock(self)
        self.vec = Vec(self, tokens["vec"])
        self.certifiqi = Certifiqi(self, tokens["certifiqi"])

    @property
    def url(self) -> str:
        return self.server.url

    @cached_property
    def http(self) -> httpx2.Client:
        """A client of the whole server, without credentials."""
        return self.server.client()

    @property
    def environment(self) -> dict[str, str]:
        """What `sealbox env` prints for it."""
        return {
            "SEALBOX_URL": self.url,
            "SEALBOX_TENANT": self.name,
            "VEC_URL": self.vec.url,
            "VEC_TOKEN": self.vec.token,
            "CERTIFIQI_URL": self.certifiqi.url,
            "CERTIFIQI_TOKEN": self.certifiqi.token,
        }

    def control(self, method: str, path: str, json: Any = None, **params: str | None) -> Any:
        """Ask the control plane about this tenant. Raises ValueError with the problem that it reports."""
        given = {"tenant": self.name, **params}
        answer = self.http.request(
            method,
            f"/_sandbox{path}",
            params={name: value for name, value in given.items() if value is not None},
            json=json,
            timeout=TOOK_TOO_LONG,
        )
        found = answer.json()
        if answer.is_error:
            raise ValueError(found.get("detail", answer.text))
        return found

    def fault(self, **rule: Any) -> dict[str, Any]:
        """Have something go wrong, as `POST /_sandbox/faults` has it."""
        found: dict[str, Any] = self.control("POST", "/faults", json=rule)
        return found

    def reset(self) -> None:
        self.control("POST", "/reset")

    def close(self) -> None:
        self.server.shut(self.name)
        for part in (self, self.vec, self.certifiqi):
            for made in vars(part).values():
                if isinstance(made, httpx2.Client):
                    made.close()


class Clock:
    """Moves a tenant's time; what becomes due on the way happens in order, webhooks included."""

    def __init__(self, tenant: Tenant) -> None:
        self._control = tenant.control

    def now(self) -> datetime:
        return datetime.fromisoformat(self._control("GET", "/clock")["now"])

    def advance(self, by: str | timedelta) -> list[dict[str, Any]]:
        """Move by `1h30m` or a timedelta; what happened on the way."""
        span = f"{by // timedelta(milliseconds=1)}ms" if isinstance(by, timedelta) else by
        return self._moved({"by": span})

    def run_until_idle(self) -> list[dict[str, Any]]:
        """Move until nothing more happens by itself."""
        return self._moved({"until": "idle"})

    def until(self, about: str, status: str) -> list[dict[str, Any]]:
        """Move until the object `about` has `status`. Raises ValueError if it never gets there."""
        return self._moved({"until": {"about": about, "status": status}})

    def _moved(self, way: dict[str, Any]) -> list[dict[str, Any]]:
        happened: list[dict[str, Any]] = self._control("POST", "/clock/advance", json=way)["happened"]
        return happened
