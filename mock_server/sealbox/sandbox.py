"""One isolated world per tenant: clock, ids, switches and what each API remembers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping  # noqa: TC003, snapshots read the annotations
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from importlib import import_module
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from . import contract
from .contract.choices import check_pace, check_switches, paces, switches
from .exchanges.assumptions import Assumptions
from .exchanges.faults import Faults
from .exchanges.journal import Journal
from .exchanges.relied import Switches, effects
from .shelf import Shelf
from .timing.agenda import Happening
from .timing.clock import Clock, ClockMode
from .timing.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .delivery import Courier
    from .exchanges.exchange import Exchange
    from .webhooks import Delivery, Outbox
    from .world import Telling, World

DEFAULT_TENANT = "demo"
TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # a `$` in the contract's pattern lets a line end pass
FILE_OF = re.compile(r"/[a-z_]+/(?:storage|verify)/@([a-z0-9-]+)/")
VARIANTS = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a tenant starts from. Two sandboxes of one plan and one history show the same bytes."""

    tenant: str = DEFAULT_TENANT
    seed: str = "1"
    clock: ClockMode = ClockMode.AUTO
    clock_start: datetime | None = None
    clock_scale: float = 1.0
    switches: Mapping[str, str] = field(default_factory=dict)
    """Decisions that differ from their defaults, by `<api>.<name>`."""

    pace: Mapping[str, float] = field(default_factory=dict)
    """Seconds that things take, where they differ from the world's own `pace`, by `<api>.<name>`."""

    only: tuple[str, ...] = ()
    """Where behaviour has to come from to be answered with; empty when anything is."""


class Sandbox:
    """One tenant's isolated world."""

    def __init__(
        self,
        plan: Plan,
        *,
        courier: Callable[[], Courier],
        system: Callable[[], datetime] | None = None,
        stirred: set[str] | None = None,
    ) -> None:
        self.plan = plan
        self._courier = courier
        self._stirred = set[str]() if stirred is None else stirred
        self._catching_up = asyncio.Lock()
        self.undoable = asyncio.Lock()
        self.clock = Clock(plan.clock, start=plan.clock_start, scale=plan.clock_scale, system=system)
        self.journal = Journal()
        self.faults = Faults()
        self.assumptions = Assumptions()
        self._timeline = Timeline()
        self.ids_drawn = 0
        self.worlds: dict[str, World] = {
            api: import_module(f"sealbox.apis.{api}.world").build(self) for api in contract.apis()
        }
        self._acting = [world for world in self.worlds.values() if world.outbox is not None]
        self._telling = [cast("Telling", world) for world in self.worlds.values() if world.outbox is None]

    @property
    def storage(self) -> str:
        """Where this tenant's files are below an API: worlds of one seed have files of one name."""
        return "storage" if self.plan.tenant == DEFAULT_TENANT else f"storage/@{self.plan.tenant}"

    def new_id(self) -> str:
        self.ids_drawn += 1
        plan = self.plan
        text = blake2b(f"{plan.seed} {plan.tenant} {self.ids_drawn}".encode(), digest_size=16).hexdigest()
        # as RFC 9562 marks what is drawn: version 4, variant 10
        variant = VARIANTS[text[16]]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"

    def switches(self, api: str) -> Mapping[str, str]:
        """Every decision of `api` as it stands for this tenant."""
        known = {switch["name"]: switch for switch in switches(api)}
        values = {name: switch["default"] for name, switch in known.items()} | _of(api, self.plan.switches)
        return Switches(api, values, effects(known, values))

    def has(self, about: str, status: str) -> bool:
        """Whether the object that users know as `about` has `status` now."""
        now = self.clock.now()
        return any(status in world.statuses(about, now) for world in self.worlds.values())

    def save(self) -> dict[str, Any]:
        """Everything that its worlds remember, at the cost of a few copies: values never change."""
        return {"": self.ids_drawn} | {api: world.save() for api, world in self.worlds.items()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Have the worlds remember what `save` gave."""
        self.ids_drawn = saved[""]
        for api, world in self.worlds.items():
            world.load(saved[api])
        self.stir()

    def note(self, exchange: Exchange, relied: Mapping[str, str]) -> None:
        """Write down an exchange that is over, and what it relied on."""
        self.journal.add(exchange)
        self.assumptions.add(exchange, relied)

    def pace(self, api: str) -> Mapping[str, timedelta]:
        """How long things take in `api`: a sandbox choice, no vendor promises a speed."""
        seconds = paces(api) | _of(api, self.plan.pace)
        return MappingProxyType({name: timedelta(seconds=value) for name, value in seconds.items()})

    def next_due(self) -> datetime | None:
        """The next moment at which something happens by itself, webhook attempts included."""
        now = self.clock.now()
        return _first([*(world.next_due(now) for world in self.worlds.values()), *self._attempts()])

    def _attempts(self) -> list[datetime | None]:
        return [outbox.next_due() for outbox in self.outboxes()]

    async def advance(self, by: timedelta) -> datetime:
        """Move the clock; what becomes due on the way happens in order. Raises ValueError as the clock."""
        target = self.clock.reach(by)
        while (due := self.next_due()) is not None and due <= target:
            await self._move_to(due)
        await self._move_to(target)
        return self.clock.now()

    async def advance_until(self, about: str, status: str) -> datetime:
        """Move until the object `about` has `status`.

        Raises ValueError, with the clock where nothing more happens, if it never gets there.
        """
        while not self.has(about, status):
            due = self.next_due()
            if due is None:
                raise ValueError(f"nothing more happens by itself, and {about} has not become {status}")
            await self._move_to(due)
        return self.clock.now()

    async def advance_until_idle(self) -> datetime:
        """Move from one due moment to the next until nothing more happens by itself."""
        while (due := self.next_due()) is not None:
            await self._move_to(due)
        return self.clock.now()

    async def settle(self, now: datetime | None = None) -> datetime:
        """With the clock in instant mode, let what a request has set going end before it is answered.

        Gives the time after that, which is `now` if nothing had to end.
        """
        self.stir()
        if self.clock.mode is ClockMode.INSTANT:
            return await self.advance_until_idle()
        return now or self.clock.now()

    def part(self) -> None:
        """Let go of its worlds, which know it: what they hold is free once nobody works on them any more."""
        self.worlds, self._acting, self._telling = {}, [], []

    def enter(self, most: int) -> bool:
        """Have each world that only tells enter `most` of what it has noted; whether any is left."""
        now = self.clock.now()
        entered = [world.enter(most, now) for world in self._telling]
        self._write([happening for happened, _ in entered for happening in happened])
        return any(left for _, left in entered)

    def stir(self) -> None:
        """Have it seen that something may be due at another time than before."""
        self._stirred.add(self.plan.tenant)

    async def catch_up(self) -> None:
        """Let happen, and deliver, what has become due by now. Of two calls at once the second one waits."""
        self.stir()
        async with self._catching_up:
            now = self.clock.now()
            self._tell(self.worlds.values(), now)
            for outbox in self.outboxes():
                for delivery in outbox.due(now):
                    attempt = await self._courier().attempt(delivery, len(delivery.attempts) + 1, now)
                    self._timeline.append(_attempted(outbox.record(delivery, attempt)))

    @property
    def timeline(self) -> Timeline:
        """What has happened up to now."""
        self._tell(self._telling, self.clock.now())
        return self._timeline

    def _tell(self, worlds: Iterable[World], now: datetime) -> None:
        """Write down what happens in `worlds` by `now`."""
        self._write([happening for world in worlds for happening in world.happen(now)])

    def _write(self, happened: Iterable[Happening]) -> None:
        self._timeline.extend(sorted(happened, key=lambda one: one.at))

    def seconds_to_wait(self) -> float:
        """Until a webhook is due, as the system counts: infinite if that takes an act."""
        if self.is_due:
            return 0.0
        now = self.clock.now()
        due = _first([*(world.next_due(now) for world in self._acting), *self._attempts()])
        return self.clock.seconds_until(due) if due else inf

    @property
    def is_due(self) -> bool:
        """Whether something has to be done by now. What is only to be told of waits until it is asked for."""
        waiting = [world for world in self._acting if world.waits]
        if not waiting:
            return False
        now = self.clock.now()
        return any(world.is_due(now) for world in waiting)

    @property
    def is_catching_up(self) -> bool:
        return self._catching_up.locked()

    async def _move_to(self, moment: datetime) -> None:
        self.clock.advance(max(moment - self.clock.now(), timedelta()))
        await self.catch_up()

    def outboxes(self) -> list[Outbox]:
        """The webhooks of every API that has any."""
        return [world.outbox for world in self.worlds.values() if world.outbox is not None]


def _first(dues: Iterable[datetime | None]) -> datetime | None:
    return min((due for due in dues if due), default=None)


def _attempted(delivery: Delivery) -> Happening:
    attempt = delivery.attempts[-1]
    came = f"{attempt.status} ({attempt.latency_ms:.0f} ms)" if attempt.status else attempt.error
    what = f"webhook '{delivery.moment}', attempt {attempt.number}: {came}"
    return Happening(attempt.at, delivery.api, delivery.about, what)


def _of(api: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `values` whose names begin with `<api>.`, without that beginning."""
    return {
        name.removeprefix(f"{api}."): value for name, value in values.items() if name.startswith(f"{api}.")
    }


def _courier() -> Courier:
    from .delivery import Courier  # noqa: PLC0415, its HTTP client takes longer to import than all of ours

    return Courier()


class Sandboxes:
    """The tenants of one app, and whom a credential stands for."""

    def __init__(
        self,
        plan: Plan,
        *,
        courier: Callable[[], Courier] | None = None,
        system: Callable[[], datetime] | None = None,
    ) -> None:
        check_switches(plan.switches)
        check_pace(plan.pace)
        self._courier = cache(courier or _courier)
        self._system = system
        self.shelf = Shelf()
        self.stirred: set[str] = set()
        """Tenants in which something may be due at another time than before, for whoever looks after that."""

        self._left = WeakSet[Sandbox]()
        self._default = plan.tenant
        self._by_tenant: dict[str, Sandbox] = {}
        self._by_credential: dict[tuple[str, str], Sandbox] = {}
        self.open(plan)

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(tuple(self._by_tenant.values()))

    @property
    def default(self) -> Sandbox:
        return self._by_tenant[self._default]

    def __contains__(self, tenant: str) -> bool:
        return tenant in self._by_tenant

    def __getitem__(self, tenant: str) -> Sandbox:
        return self._by_tenant[tenant]

    def open(self, plan: Plan) -> Sandbox:
        """Make the tenant of `plan`, in place of one of the same name: that is also how a reset is done."""
        sandbox = self.prepare(plan)
        self.put(sandbox)
        return sandbox

    def prepare(self, plan: Plan) -> Sandbox:
        """Make a sandbox that nobody can reach yet."""
        return Sandbox(plan, courier=self._courier, system=self._system, stirred=self.stirred)

    def put(self, sandbox: Sandbox) -> None:
        """Have `sandbox` take the place of the one of its name, with all its credentials."""
        if sandbox.plan.tenant in self:
            self._dismiss(self[sandbox.plan.tenant])
        self._by_tenant[sandbox.plan.tenant] = sandbox
        sandbox.stir()
        self.admit(sandbox)

    def admit(self, sandbox: Sandbox) -> None:
        """Let in everybody who has a credential of `sandbox`."""
        for api, world in sandbox.worlds.items():
            for credential in world.callers:
                self._by_credential[api, credential] = sandbox

    def open_like_default(self, **changes: Any) -> Sandbox:
        """Make a tenant like the default one but for `changes`. Raises ValueError for a bad one."""
        if not TENANT.fullmatch(changes["tenant"]):
            raise ValueError("a tenant's name is small letters, digits and hyphens")
        return self.open(replace(self.default.plan, **changes))

    def close(self, tenant: str) -> None:
        """Forget the tenant and its credentials."""
        self._dismiss(self._by_tenant.pop(tenant))
        self.stirred.discard(tenant)

    def _dismiss(self, sandbox: Sandbox) -> None:
        for api, world in sandbox.worlds.items():
            for credential in world.callers:
                self._by_credential.pop((api, credential), None)
        self._left.add(sandbox)

    def part(self) -> None:
        """Free what sandboxes held that somebody has reset or closed: the collector would take its time."""
        while self._left:
            self._left.pop().part()

    def reset(self, tenant: str) -> Sandbox:
        return self.open(self._by_tenant[tenant].plan)

    def stored(self, path: str) -> tuple[Sandbox | None, str]:
        """Whose file is at `path` below an API's `storage/`, and the rest of the path."""
        if not path.startswith("@"):
            return self._by_tenant.get(DEFAULT_TENANT), path
        tenant, _, rest = path.removeprefix("@").partition("/")
        return self._by_tenant.get(tenant), rest

    def of_path(self, path: str) -> Sandbox | None:
        """Whose file is at `path`, if it is one of a named tenant."""
        tenant = FILE_OF.match(path)
        return self._by_tenant.get(tenant[1]) if tenant else None

    def holder(self, api: str, credential: str) -> Sandbox | None:
        """The sandbox in which somebody holds `credential`."""
        return self._by_credential.get((api, credential))
