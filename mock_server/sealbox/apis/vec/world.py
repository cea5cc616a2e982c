"""What a VEC sandbox remembers."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sealbox import contract
from sealbox.serving.kept import Kept
from sealbox.timing.agenda import Happening

from .beginning import Start, start
from .lifecycle import course, stand
from .magic import Magic
from .model import (
    Batch,
    Institution,
    Pace,
    Template,
    User,
)
from .register import Register
from .sent_rows import SentRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sealbox.sandbox import Sandbox

    from .model import Recipients


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token stands for: the current user, with the permissions of that token."""

    token: str
    kind: str
    institution_id: int
    user_uuid: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything that a world remembers, as a snapshot has it."""

    institutions: dict[int, Institution]
    users: dict[str, User]
    templates: dict[str, Template]
    batches: dict[str, Batch]
    callers: dict[str, Caller]


class World:
    """What one tenant's VEC remembers. Values are replaced, never changed."""

    def __init__(self, sandbox: Sandbox, start: Start) -> None:
        self.sandbox = sandbox
        self.outbox = None  # VEC documents webhooks for its certificate vault only
        self.switches = sandbox.switches("vec")
        self._silent = dict(self.switches)  # whoever reads these is nobody's answer
        self.magic = Magic(contract.read("fixtures", "vec", "magic.yaml"))
        pace = sandbox.pace("vec")
        self.pace = Pace(pace["queue_seconds"], pace["certificate_seconds"])
        self.institutions = dict(start.institutions)
        self.users = dict(start.users)
        self.templates = dict(start.templates)
        self.uploads: Kept[Recipients] = Kept(_bytes_of)
        self._begin(start.batches.values())
        self.callers = {
            caller.token: caller for caller in (_caller(entry, sandbox) for entry in start.tokens)
        }

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def keep(self, batch: Batch, now: datetime | None = None) -> None:
        """Remember `batch` from `now` on, in place of an earlier state of it.

        Lists and the agenda have it once somebody looks into them: who only uploads does not wait for that.
        """
        self.batches[batch.id] = batch
        self.names[batch.institution_id].add(batch.name)
        self._unentered.append(batch)
        self._kept_at.append(now or self.now)

    @property
    def register(self) -> Register:
        """The batches in the orders in which they are listed."""
        self._enter_all()
        return self._register

    def enter(self, most: int, now: datetime) -> tuple[list[Happening], bool]:
        """Have `most` of what is only kept where it is looked for, and tell of it; whether any is left."""
        for _ in range(min(most, len(self._unentered))):
            self._enter(self._unentered.popleft(), self._kept_at.popleft())
        return self._told(now), bool(self._unentered)

    def _enter_all(self) -> None:
        while self._unentered:
            self._enter(self._unentered.popleft(), self._kept_at.popleft())

    def _enter(self, batch: Batch, now: datetime) -> None:
        plan = course(batch, self._silent)
        if batch.id not in self._register:
            self._created.append(Happening(now, "vec", batch.id, f"batch {batch.name!r} created"))
        self._register.keep(batch, plan, now)
        self._by_head[batch.id[:24]] = batch
        for row in range(batch.total):
            known = batch.recipients.known_as(row)
            if known is None:
                break  # a world knows certificates of its first rows only
            self._known[known.id] = batch, row

    def save(self) -> Saved:
        return Saved(
            institutions=dict(self.institutions),
            users=dict(self.users),
            templates=dict(self.templates),
            batches=dict(self.batches),
            callers=dict(self.callers),
        )

    def load(self, saved: Saved) -> None:
        """Remember what another world remembered, and nothing else."""
        self.institutions, self.users = dict(saved.institutions), dict(saved.users)
        self.templates, self.callers = dict(saved.templates), dict(saved.callers)
        self._begin(saved.batches.values())

    def _begin(self, batches: Iterable[Batch]) -> None:
        """Remember `batches` and no others. What has happened to them before is nothing new."""
        self.batches: dict[str, Batch] = {}
        # What is kept of an upload holds no pairs: the garbage collector would look at each of them.
        self._unentered: deque[Batch] = deque()
        self._kept_at: deque[datetime] = deque()
        self._register = Register(self._silent)
        self.names: defaultdict[int, set[str]] = defaultdict(set)
        self._by_head: dict[str, Batch] = {}
        self._known: dict[str, tuple[Batch, int]] = {}
        self._created: list[Happening] = []
        for batch in batches:
            self.keep(batch)
        self._enter_all()
        self._created.clear()

    def find_certificate(self, key: str) -> tuple[Batch, int] | None:
        """Batch and row of the certificate `key`, a UUID in lower case."""
        from .certificates import row_of  # noqa: PLC0415, it reads the model that this module fills

        self._enter_all()
        if key in self._known:
            return self._known[key]
        batch = self._by_head.get(key[:24])
        row = row_of(key, batch) if batch else None
        return (batch, row) if batch and row is not None else None

    @property
    def with_known(self) -> list[Batch]:
        """The batches certificates of which have ids and references of their own."""
        self._enter_all()
        return [batch for batch, _ in self._known.values()]

    def happen(self, now: datetime) -> list[Happening]:
        """Nothing has to be done: what a batch shows follows from the time alone. It is only told."""
        self._enter_all()
        return self._told(now)

    def _told(self, now: datetime) -> list[Happening]:
        """What has happened by `now` to what is entered, since the last call."""
        self._register.settle(now)
        created, self._created = self._created, []
        return created + [
            Happening(at, "vec", batch.id, f"{event}: {status}")
            for at, batch, event, status in self._register.take_changed()
        ]

    @property
    def waits(self) -> bool:
        return bool(self._unentered or self._created or self._register.waits)

    def is_due(self, now: datetime) -> bool:
        return bool(self._unentered or self._created) or self._register.is_due(now)

    def next_due(self, now: datetime) -> datetime | None:
        return self.register.next_change(now)

    def letters(self, about: str | None = None) -> list[dict[str, Any]]:  # noqa: ARG002, as every world's
        """None: no page says that a batch mails anybody."""
        return []

    def statuses(self, key: str, now: datetime) -> frozenset[str]:
        batch = self.batches.get(key.lower())
        return frozenset({stand(batch, now, self.switches).status.value}) if batch else frozenset()

    def totals(self, now: datetime) -> Mapping[str, Mapping[str, int]]:
        return {"batches": self.register.counts(now)}


def _bytes_of(recipients: Recipients) -> int:
    """What keeping them costs, roughly: the upload, the rows as they were sent, and what holds them."""
    return 1024 + 2 * len(recipients.rows.sent) if isinstance(recipients.rows, SentRows) else 0


def _caller(entry: Mapping[str, Any], sandbox: Sandbox) -> Caller:
    suffix = "" if entry["kind"] == "full" else f"_{entry['kind']}"
    return Caller(
        token=f"sealbox_vec_{sandbox.plan.tenant}{suffix}",
        kind=entry["kind"],
        institution_id=entry["institution"],
        user_uuid=entry["user_uuid"],
        permissions=frozenset(entry["permissions"]),
    )


def build(sandbox: Sandbox) -> World:
    return World(sandbox, start(sandbox.plan.seed))
