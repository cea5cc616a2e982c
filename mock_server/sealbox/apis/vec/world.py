"""What a fresh VEC sandbox holds, from `fixtures/vec/world.yaml`, and what it remembers afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sealbox import contract
from sealbox.people import People
from sealbox.timing.agenda import Agenda, Happening

from .lifecycle import course, stand
from .magic import Magic
from .model import (
    Batch,
    DefaultSignatory,
    Institution,
    KnownCertificate,
    Pace,
    Recipient,
    Recipients,
    Signature,
    Template,
    User,
)
from .register import Register
from .sent_rows import failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealbox.sandbox import Sandbox

    from .lifecycle import Event

EPOCH = datetime(2025, 3, 17, 9, tzinfo=UTC)
"""Where the dates begin that the world's file leaves out."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token stands for: the current user, with the permissions of that token."""

    token: str
    kind: str
    institution_id: int
    user_uuid: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Start:
    """What a fresh world holds, by id. Shared by all sandboxes of one seed, and therefore never changed."""

    institutions: Mapping[int, Institution]
    users: Mapping[str, User]
    templates: Mapping[str, Template]
    batches: Mapping[str, Batch]
    tokens: tuple[Mapping[str, Any], ...]


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
        self.magic = Magic(contract.read("fixtures", "vec", "magic.yaml"))
        pace = sandbox.pace("vec")
        self.pace = Pace(pace["queue_seconds"], pace["certificate_seconds"])
        self.institutions = dict(start.institutions)
        self.users = dict(start.users)
        self.templates = dict(start.templates)
        self._forget_batches()
        for batch in start.batches.values():
            self.keep(batch)
        self._happened.clear()
        self.callers = {
            caller.token: caller for caller in (_caller(entry, sandbox) for entry in start.tokens)
        }

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def keep(self, batch: Batch) -> None:
        """Remember `batch`, in place of an earlier state of it."""
        now, plan = self.now, course(batch, self.switches)
        if batch.id not in self.batches:
            self._happened.append(Happening(now, "vec", batch.id, f"batch {batch.name!r} created"))
        self.batches[batch.id] = batch
        self.register.keep(batch, plan, now)
        for at, event in plan.moments:
            if at > now:
                self._agenda.add(at, (batch, event))
        self.names.add((batch.institution_id, batch.name))
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
        self._forget_batches()
        for batch in saved.batches.values():
            self.keep(batch)
        self._happened.clear()

    def _forget_batches(self) -> None:
        self.batches: dict[str, Batch] = {}
        self.register = Register(dict(self.switches))
        self.names: set[tuple[int, str]] = set()
        self._by_head: dict[str, Batch] = {}
        self._known: dict[str, tuple[Batch, int]] = {}
        self._agenda: Agenda[tuple[Batch, Event]] = Agenda(self._holds)
        self._happened: list[Happening] = []

    def find_certificate(self, key: str) -> tuple[Batch, int] | None:
        """Batch and row of the certificate `key`, a UUID in lower case."""
        from .certificates import row_of  # noqa: PLC0415, it reads the model that this module fills

        if key in self._known:
            return self._known[key]
        batch = self._by_head.get(key[:24])
        row = row_of(key, batch) if batch else None
        return (batch, row) if batch and row is not None else None

    @property
    def with_known(self) -> list[Batch]:
        """The batches certificates of which have ids and references of their own."""
        return [batch for batch, _ in self._known.values()]

    def happen(self, now: datetime) -> list[Happening]:
        """Nothing has to be done: what a batch shows follows from the time alone. It is only told."""
        happened, self._happened = self._happened, []
        for at, (batch, event) in self._agenda.due(now):
            status = stand(batch, at, self.switches).status
            happened.append(Happening(at, "vec", batch.id, f"{event}: {status}"))
        return happened

    def _holds(self, item: tuple[Batch, Event]) -> bool:
        return self.batches.get(item[0].id) is item[0]

    @property
    def waits(self) -> bool:
        return bool(self._happened or self._agenda)

    def is_due(self, now: datetime) -> bool:
        return bool(self._happened) or self._agenda.is_due(now)

    def next_due(self, now: datetime) -> datetime | None:
        return self._agenda.next_after(now)

    def letters(self, about: str | None = None) -> list[dict[str, Any]]:  # noqa: ARG002, as every world's
        """None: no page says that a batch mails anybody."""
        return []

    def statuses(self, key: str, now: datetime) -> frozenset[str]:
        batch = self.batches.get(key.lower())
        return frozenset({stand(batch, now, self.switches).status.value}) if batch else frozenset()

    def totals(self, now: datetime) -> Mapping[str, Mapping[str, int]]:
        return {"batches": self.register.counts(now)}


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


@cache
def start(seed: str) -> Start:
    """The world of `seed`. Drawing it costs some milliseconds, so a reset must not."""
    return _Builder(seed, contract.read("fixtures", "vec", "world.yaml")).start()


class _Builder:
    """Fills in what the world's file leaves out, in the file's order."""

    def __init__(self, seed: str, written: Mapping[str, Any]) -> None:
        self.written = written
        self.people = People(seed, locale="en_US")
        self.random = self.people.random
        self.users: dict[str, User] = {}
        self.templates: dict[str, Template] = {}
        self.batches: list[Batch] = []
        self.serial = 100

    def start(self) -> Start:
        institutions = [self._institution(entry) for entry in self.written["institutions"]]
        for entry in self.written["users"]:
            self.users[entry["ref"]] = self._user(entry)
        for entry in self.written["templates"]:
            self.templates[entry["ref"]] = self._template(entry)
        self.batches = [self._batch(entry) for entry in self.written["batches"]]
        self.people.keep()
        tokens = tuple(
            MappingProxyType({**entry, "user_uuid": self.users[entry["user"]].uuid})
            for entry in self.written["tokens"]
        )
        return Start(
            institutions=MappingProxyType({one.id: one for one in institutions}),
            users=MappingProxyType({one.uuid: one for one in _by_age(self.users)}),
            templates=MappingProxyType({one.id: one for one in _by_age(self.templates)}),
            batches=MappingProxyType({one.id: one for one in self.batches}),
            tokens=tokens,
        )

    def _new_id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def _next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def _moment(self) -> datetime:
        return EPOCH + timedelta(minutes=7 * self._next_serial(), seconds=self.random.randrange(60))

    def _hex(self) -> str:
        return f"{self.random.getrandbits(52):013x}"

    def _institution(self, entry: Mapping[str, Any]) -> Institution:
        created_at = entry.get("created_at") or self._moment()
        return Institution(
            id=entry["id"],
            name=entry["name"],
            logo=entry.get("logo", f"institutions/logos/{self._hex()}.png"),
            is_verified=True,
            status="active",
            created_at=created_at,
            updated_at=entry.get("updated_at", created_at),
        )

    def _user(self, entry: Mapping[str, Any]) -> User:
        person, created_at = self.people.person(), self._moment()
        first = entry.get("first_name", person.first_name)
        last = entry.get("last_name", person.last_name)
        signature = entry.get("signature", f"signatures/{self._new_id()}.png")
        job = self.people.job()
        return User(
            uuid=entry.get("uuid", self._new_id()),
            id=entry.get("id", self._next_serial()),
            institution_id=entry.get("institution", 3),
            first_name=first,
            last_name=last,
            email=entry.get("email", person.email),
            phone=entry.get("phone", f"+120255501{self.random.randrange(100):02}"),
            role=entry.get("role", "signatory"),
            is_archived=entry.get("is_archived", False),
            signature=signature,
            signature_added_at=entry.get("signature_added_at", created_at) if signature else None,
            signatory_name=entry.get("signatory_name", f"{first} {last}" if signature else None),
            signatory_designation=entry.get("signatory_designation", job if signature else None),
            avatar=entry.get("avatar", f"avatars/avatar_{self._hex()}.png"),
            email_verified_at=entry.get("email_verified_at", created_at),
            phone_verified_at=entry.get("phone_verified_at", created_at),
            created_at=entry.get("created_at", created_at),
            updated_at=entry.get("updated_at", created_at),
        )

    def _template(self, entry: Mapping[str, Any]) -> Template:
        created_at = entry.get("created_at") or self._moment()
        defaults = tuple(self._default(default) for default in entry.get("default_signatories", ()))
        return Template(
            id=entry.get("id", self._new_id()),
            institution_id=entry.get("institution", 3),
            name=entry["name"],
            screenshot=entry.get("screenshot", f"certificate_templates/{self._hex()}.png"),
            signatory_fields=tuple(entry.get("signatory_fields", ())),
            default_signatories=defaults,
            defaults_configured=entry.get("defaults_configured", bool(defaults)),
            created_at=created_at,
            updated_at=entry.get("updated_at", created_at),
        )

    def _default(self, entry: Mapping[str, Any]) -> DefaultSignatory:
        user = self.users[entry["user"]]
        return DefaultSignatory(
            id=entry.get("id", self._next_serial()),
            index=entry["index"],
            user=user,
            display_name=user.signatory_name,
            designation=user.signatory_designation,
            auto_approve=entry.get("auto_approve", False),
        )

    def _batch(self, entry: Mapping[str, Any]) -> Batch:
        template = self.templates[entry["template"]]
        created_at = entry.get("created_at") or self._moment()
        recipients = self._recipients(entry, created_at.date())
        return Batch(
            id=entry.get("id", self._new_id()),
            institution_id=template.institution_id,
            name=entry["name"],
            template=template,
            shown_template_id=entry.get("shown_template_id"),
            recipients=recipients,
            created_at=created_at,
            signatures=self._signatures(entry, template, created_at),
            pace=_pace(entry, len(recipients.rows), self.written["pace"]),
            failed_rows=failed(recipients.rows),
        )

    def _recipients(self, entry: Mapping[str, Any], today: date) -> Recipients:
        if "recipients" in entry:
            return Recipients(tuple(self._recipient(one) for one in entry["recipients"]))
        rows, failing = entry["rows"], entry.get("failing", 0)
        bad = set(self.random.sample(range(rows), failing))
        return Recipients(
            rows=tuple(self._person_row(row in bad, today) for row in range(rows)),
            custom_headers=("CourseTitle",),
        )

    def _recipient(self, entry: Mapping[str, Any]) -> Recipient:
        known = entry.get("certificate")
        return Recipient(
            email=entry["email"],
            name=entry["name"],
            issue_date=entry["issue_date"],
            known_as=known
            and KnownCertificate(
                id=known["id"],
                reference_id=known["reference_id"],
                customer_id=known.get("customer_id"),
                made_at=known["made_at"],
                files=tuple(known["files"].items()),
            ),
        )

    def _person_row(self, bad: bool, today: date) -> Recipient:  # noqa: FBT001, a row of a loop
        person = self.people.person()
        email = person.email.replace("@", " at ") if bad else person.email
        fault = f"RecipientsEmail is not an e-mail address: {email!r}" if bad else None
        return Recipient(email, person.name, today, ("Advanced Web Development",), fault)

    def _signatures(
        self, entry: Mapping[str, Any], template: Template, created_at: datetime
    ) -> tuple[Signature, ...]:
        if not template.defaults_configured:
            return ()
        waits = entry.get("stays", {}).get("status") == "waiting_for_approval"
        return tuple(
            Signature(default.index, default.user.uuid, None if waits else created_at)
            for default in template.default_signatories
        )


def _by_age(written: Mapping[str, Any]) -> list[Any]:
    """The oldest first: in that order they are listed (VEC-LIST-10)."""
    return sorted(written.values(), key=lambda one: one.created_at)


def _pace(entry: Mapping[str, Any], rows: int, usual: Mapping[str, float]) -> Pace:
    """`seconds` is from creation to the end; `stays` keeps a batch where it is for good."""
    queue = timedelta(seconds=usual["queue_seconds"])
    certificate = timedelta(seconds=usual["certificate_seconds"])
    stays = entry.get("stays", {})
    if stays.get("status") in {"pending", "processing"}:
        return Pace(queue, certificate, stalls_after=stays.get("handled", 0))
    if "seconds" in entry:
        certificate = (timedelta(seconds=entry["seconds"]) - queue) / rows
    return Pace(queue, certificate)
