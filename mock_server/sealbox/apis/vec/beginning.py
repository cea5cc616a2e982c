"""What a fresh VEC sandbox holds, from `fixtures/vec/world.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sealbox import contract
from sealbox.people import People

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
from .sent_rows import failed

if TYPE_CHECKING:
    from collections.abc import Mapping


EPOCH = datetime(2025, 3, 17, 9, tzinfo=UTC)
"""Where the dates begin that the world's file leaves out."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a fresh world holds, by id. Shared by all sandboxes of one seed, and therefore never changed."""

    institutions: Mapping[int, Institution]
    users: Mapping[str, User]
    templates: Mapping[str, Template]
    batches: Mapping[str, Batch]
    tokens: tuple[Mapping[str, Any], ...]


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
