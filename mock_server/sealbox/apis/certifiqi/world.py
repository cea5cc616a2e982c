"""What a CertifiQI sandbox remembers: events, uploads, webhooks and the mails that nobody sends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from sealbox import contract
from sealbox.serving.kept import Kept, bytes_of_body
from sealbox.timing.agenda import Agenda, Happening
from sealbox.webhooks import Outbox, Queue

from . import documents, rules, signing
from .beginning import Start, start
from .census import Census
from .creation import Maker
from .magic import Magic
from .model import InternalStatus, SigningEvent, Upload
from .notices import WEBHOOK_MOMENTS, Letter, Mail, announcements, invitations
from .render import Renderer, zip_file_key
from .signing import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sealbox.sandbox import Sandbox

    from .signing import Changed

MOST_MAILS = 5000


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom an API key stands for: a client, who sees its own events only."""

    token: str
    kind: str
    client_key: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The next number of each kind of thing that has one."""

    group: int
    signer: int
    mail: int


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything that a world remembers, as a snapshot has it."""

    base_url: str
    events: dict[str, SigningEvent]
    uploads: dict[str, Upload]
    mails: tuple[Mail, ...]
    outbox: Queue
    next: Numbers
    callers: dict[str, Caller]


class World:
    """What one tenant's CertifiQI remembers. Values are replaced, never changed."""

    def __init__(self, sandbox: Sandbox, start: Start) -> None:
        self.sandbox = sandbox
        self.switches = sandbox.switches("certifiqi")
        self.pace = sandbox.pace("certifiqi")
        self.base_url = "http://127.0.0.1:4780/certifiqi"  # until a request has told a better one
        self.events = dict(start.events)
        self.uploads: dict[str, Upload] = {}
        self.mails: list[Mail] = []
        self.outbox = Outbox(start.ladder, new_id=sandbox.new_id)
        self.callers = {caller.token: caller for caller in (_caller(entry, sandbox) for entry in start.keys)}
        self._next = Numbers(group=start.next_group, signer=start.next_signer, mail=1)
        self.kept = Kept(bytes_of_body)
        self._plan_all()
        self.magic = Magic(contract.read("fixtures", "certifiqi", "magic.yaml"))

    def save(self) -> Saved:
        return Saved(
            base_url=self.base_url,
            events=dict(self.events),
            uploads=dict(self.uploads),
            mails=tuple(self.mails),
            outbox=self.outbox.save(),
            next=self._next,
            callers=dict(self.callers),
        )

    def load(self, saved: Saved) -> None:
        """Remember what another world remembered, and nothing else."""
        self.base_url, self._next = saved.base_url, saved.next
        self.events, self.uploads = dict(saved.events), dict(saved.uploads)
        self.mails, self.callers = list(saved.mails), dict(saved.callers)
        self.outbox.load(saved.outbox)
        self._plan_all()

    def _plan_all(self) -> None:
        """Have happen what is still to happen to whatever there is."""
        self._census = Census()
        self._by_signer: dict[int, str] = {}
        self._by_document: defaultdict[str, list[str]] = defaultdict(list)
        self._by_webhook: dict[str, str] = {}
        self._by_zip: dict[str, tuple[str, int]] = {}
        self._agenda: Agenda[SigningEvent | Upload] = Agenda(partial(_holds, self.events, self.uploads))
        self._happened: list[Happening] = []
        for event in self.events.values():
            self._enter(event)
            self.plan(event)
        for upload in self.uploads.values():
            self._plan_upload(upload)

    def _number(self, kind: str) -> int:
        number: int = getattr(self._next, kind)
        self._next = replace(self._next, **{kind: number + 1})
        return number

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def maker(self) -> Maker:
        return Maker(
            new_id=self.sandbox.new_id,
            next_group=partial(self._number, "group"),
            next_signer=partial(self._number, "signer"),
            now=self.now,
            switches=self.switches,
            zip_takes=self.pace["zip_seconds"],
        )

    def given(self, client_key: str) -> signing.Given:
        ready = partial(self.is_ready, client_key=client_key)
        return signing.Given(now=self.now, switches=self.switches, ready=ready)

    def upload_of(self, document_key: str, client_key: str) -> Upload | None:
        """What a client has uploaded under that key; another client's counts as never uploaded."""
        upload = self.uploads.get(document_key)
        return upload if upload and upload.client_key == client_key else None

    def is_ready(self, document_key: str, *, client_key: str) -> bool:
        """Whether the generation of a document has ended. What was never uploaded is ready."""
        upload = self.upload_of(document_key, client_key)
        return upload is None or upload.ready_at <= self.now

    def event_of(self, signer_id: int) -> SigningEvent | None:
        key = self._by_signer.get(signer_id)
        return self.events[key] if key else None

    def _enter(self, event: SigningEvent) -> None:
        """Have a new event found by what it is made of: that never changes afterwards."""
        self._by_signer.update((signer.id, event.key) for signer in rules.signers(event))
        for batch in event.batches:
            for document in batch.documents:
                self._by_document[document.key].append(event.key)
        if event.webhook_key is not None:
            self._by_webhook.setdefault(event.webhook_key, event.key)

    def events_with(self, document_key: str) -> Iterator[SigningEvent]:
        """The events that have the document, the newest first."""
        keys = dict.fromkeys(reversed(self._by_document.get(document_key, ())))
        return (self.events[key] for key in keys)

    def event_of_webhook(self, webhook_key: str) -> SigningEvent | None:
        key = self._by_webhook.get(webhook_key)
        return self.events[key] if key else None

    def zip_file(self, key: str) -> tuple[SigningEvent, int] | None:
        """The finished event, and the number of its ZIP, that has this key."""
        found = self._by_zip.get(key)
        event = self.events[found[0]] if found else None
        if event is None or rules.internal_status(event, self.now) is not InternalStatus.FINISHED:
            return None
        assert found is not None, "there is no event without it"
        return event, found[1]

    def add_uploads(self, uploads: Iterable[Upload]) -> None:
        for upload in uploads:
            self.uploads[upload.key] = upload
            self._plan_upload(upload)

    def _plan_upload(self, upload: Upload) -> None:
        if upload.ready_at > self.now:
            self._agenda.add(upload.ready_at, upload)

    def add(self, event: SigningEvent) -> None:
        """Remember a new event, and tell those who are told of new ones."""
        self.events[event.key] = event
        self._enter(event)
        self._tell(event, Moment.CREATED, self.now)
        if event.send_emails and self.switches["send_emails_at"] == "creation":
            self.mail(event, invitations(event))

    def keep(self, changed: Changed) -> None:
        """Remember what an act has made of an event, and tell those who are told of its moments."""
        event = changed.event
        before = self.events[event.key]
        self.events[event.key] = event
        self.plan(event)
        for moment in changed.moments:
            self._tell(event, moment, self.now, before=before)
            if event.send_emails:
                self.mail(event, announcements(event, moment))
        self._let_happen(self.now)

    def plan(self, event: SigningEvent) -> None:
        """Have the event's files get ready in their time, if they are being made."""
        self._census.enter(event)
        ready = rules.zip_ready_at(event)
        if ready is not None:
            for number in range(1, documents.zip_count(event) + 1):
                self._by_zip[zip_file_key(event, number)] = event.key, number
        if ready is not None and signing.state(event, self.now) == signing.SIGNED:
            self._agenda.add(ready, event)

    def happen(self, now: datetime) -> list[Happening]:
        """Tell of the events whose files have become ready by `now`, in the order in which they did."""
        self._let_happen(now)
        happened, self._happened = self._happened, []
        return happened

    def _let_happen(self, now: datetime) -> None:
        for at, item in self._agenda.due(now):
            if isinstance(item, Upload):
                what = f"document {item.name!r} generated"
                self._happened.append(Happening(at, "certifiqi", item.key, what))
            else:
                self._tell(item, Moment.FINISHED, at)

    @property
    def waits(self) -> bool:
        return bool(self._happened or self._agenda or self.outbox.next_due())

    def is_due(self, now: datetime) -> bool:
        attempt = self.outbox.next_due()
        return bool(self._happened) or self._agenda.is_due(now) or (attempt is not None and attempt <= now)

    def next_due(self, now: datetime) -> datetime | None:
        return self._agenda.next_after(now)

    def mail(self, event: SigningEvent, letters: Iterable[Letter]) -> None:
        """Put letters where people can read them. Nothing is ever sent."""
        for letter in letters:
            page = f"{self.base_url.rpartition('/')[0]}/_sandbox/certifiqi/sign/{letter.signer_id}"
            self.mails.append(
                Mail(
                    id=self._number("mail"),
                    at=self.now,
                    to=letter.to,
                    subject=letter.subject,
                    text=letter.text,
                    about=event.key,
                    signer_id=letter.signer_id,
                    link=f"{page}?tenant={self.sandbox.plan.tenant}" if letter.signer_id else None,
                )
            )
        del self.mails[:-MOST_MAILS]

    def letters(self, about: str | None = None) -> list[dict[str, Any]]:
        mails = [mail for mail in reversed(self.mails) if about in {None, mail.about}]
        keys = ("id", "at", "to", "subject", "text", "about", "link")
        return [{key: getattr(mail, key) for key in keys} for mail in mails]

    def _tell(
        self, event: SigningEvent, moment: Moment, at: datetime, *, before: SigningEvent | None = None
    ) -> None:
        self._happened.append(Happening(at, "certifiqi", event.key, moment))
        if not event.webhook_urls or moment not in WEBHOOK_MOMENTS[self.switches["webhook_moments"]]:
            return
        # A party's signature is told of before what it means for the whole event.
        above = before if moment is Moment.PARTY_SIGNED else None
        base = f"{self.base_url}/{self.sandbox.storage}"
        shown = Renderer(at, self.switches, base).webhook(event, above=above)
        headers: tuple[tuple[str, str], ...] = ()
        if self.switches["webhook_header"] == "sent":
            headers = (webhook_header(event),)
        for url in event.webhook_urls:
            self.outbox.add(
                api="certifiqi",
                about=event.key,
                moment=moment,
                url=url,
                headers=headers,
                body=orjson.dumps(shown),
                now=at,
            )

    def expire(self, event: SigningEvent, at: datetime | None, group_id: int | None) -> SigningEvent:
        """`event` with its expiry, or that of one of its groups, set to `at`."""
        if group_id is None:
            changed = replace(event, signature_expiration_date=at)
        else:
            changed = signing.with_groups(
                event, lambda group: replace(group, expiration=at) if group.id == group_id else group
            )
        self.events[event.key] = changed
        self.plan(changed)
        return changed

    def statuses(self, key: str, now: datetime) -> frozenset[str]:
        event = self.events.get(key)
        return frozenset(status.value for status in signing.state(event, now)) if event else frozenset()

    def totals(self, now: datetime) -> Mapping[str, Mapping[str, int]]:
        return {
            "signing events": self._census.counts(now, events=len(self.events)),
            "webhooks": self.outbox.counts(),
            "mails": {"captured": len(self.mails)} if self.mails else {},
        }


def webhook_header(event: SigningEvent) -> tuple[str, str]:
    """The header that goes with an event's webhooks: a name, and a value of the event's own."""
    return "x-api-token", str(uuid5(NAMESPACE_URL, f"sealbox:{event.key}:webhook"))


def _holds(
    events: Mapping[str, SigningEvent], uploads: Mapping[str, Upload], item: SigningEvent | Upload
) -> bool:
    """Whether `item` is still what there is. A method would keep a world that nobody has any more."""
    kept: Mapping[str, object] = uploads if isinstance(item, Upload) else events
    return kept.get(item.key) is item


def _caller(entry: Mapping[str, Any], sandbox: Sandbox) -> Caller:
    suffix = "" if entry["kind"] == "full" else f"_{entry['kind']}"
    token = f"sealbox_certifiqi_{sandbox.plan.tenant}{suffix}"
    return Caller(token=token, kind=entry["kind"], client_key=entry["client_key"])


def build(sandbox: Sandbox) -> World:
    return World(sandbox, start(sandbox.plan.seed))
