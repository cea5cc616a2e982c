"""Defects of VEC's rules: parts of the mock with something else in their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sealbox import auth
from sealbox.apis.vec import handlers, lifecycle, listing, model, pages, queries, recipients, render, rules
from sealbox.apis.vec.model import Status
from sealbox.problems import RuleViolation

from tests.oracle.mutants import Mutant, part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

parse_issue_date = recipients.parse_issue_date
read_recipients = recipients.read_recipients
new_batch = rules.new_batch
snapshot = lifecycle.snapshot
certificate_page = listing.certificate_page
in_asked_order = listing.in_asked_order
envelope = pages.envelope
admit = auth._admit
judge = queries.judge
known = handlers._known
get_batch = handlers.get_batch
get_user = handlers.get_user
lines = recipients._lines
name_rule = rules._name


def forgiving(original: Callable[..., Any], ending: str) -> Callable[..., Any]:
    """A rule that takes errors as its last argument, without those whose text has this ending."""

    def rule(*arguments: Any) -> Any:
        found = original(*arguments)
        errors = arguments[-1]
        for field in [field for field, texts in errors.items() if texts[-1].endswith(ending)]:
            del errors[field]
        return found

    return rule


def _forgiven(name: str, ids: str, ending: str, *names: str) -> Mutant:
    rules_of = names or ("_signatories", "_user", "_index")
    return part(
        "rule", name, ids, *((rules, one, forgiving(getattr(rules, one), ending)) for one in rules_of)
    )


def _month_first(written: str) -> date | None:
    day, month, year = (int(one) for one in written.split("-"))
    return date(year, day, month) if day <= 12 else date(year, month, day)


def _read(change: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    """Recipients that are changed after they were read."""

    def read(content: bytes, **given: Any) -> Any:
        return change(read_recipients(content, **given))

    return (handlers, "read_recipients", read)


def _rows(change: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    return _read(lambda found: replace(found, rows=tuple(change(found.rows))))


def _each_row(**values: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    return _rows(
        lambda rows: [replace(one, **{key: new(one) for key, new in values.items()}) for one in rows]
    )


def _made(change: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    """Accepted requests that are changed."""
    return (handlers, "new_batch", lambda *given: change(new_batch(*given)))


def _one_fault(*given: Any) -> Any:
    try:
        return new_batch(*given)
    except RuleViolation as refusal:
        raise RuleViolation(dict([next(iter(refusal.errors.items()))]), refusal.why) from refusal


def _without_name(*given: Any) -> Any:
    sent, *others = given
    return new_batch({"name": "Unnamed", **sent}, *others)


def _unique_name(value: Any, knows: Any, switches: Any, errors: Any) -> Any:
    return name_rule(value, knows, {**switches, "name_unique": "yes"}, errors)


def _shown(change: Callable[[Any, Any], Any]) -> tuple[tuple[Any, str, Any], ...]:
    """Batches that are shown otherwise, wherever they are."""

    def seen(batch: Any, now: Any, switches: Any) -> Any:
        return change(snapshot(batch, now, switches), batch)

    return ((render, "snapshot", seen), (handlers, "snapshot", seen))


def _falling(found: Any, _batch: Any) -> Any:
    """Progress that is only true at the ends."""
    return replace(found, progress=found.progress if found.progress in {0, 100} else 100 - found.progress)


def _overdue(found: Any, batch: Any) -> Any:
    """An end that is told before the last certificate is made."""
    if found.handled >= batch.total - 1 and found.status is Status.PROCESSING:
        return replace(found, status=Status.COMPLETED, completion_date=found.updated_at)
    return found


def _never_ending(found: Any, _batch: Any) -> Any:
    if found.status is Status.COMPLETED:
        return replace(found, status=Status.PROCESSING, completion_date=None)
    return found


def _silent(found: Any, batch: Any) -> Any:
    return replace(found, updated_at=batch.created_at)


def _signed_by_others(world: Any, caller: Any) -> Any:
    return replace(known(world, caller), user=world.users.get)


def _templates_of_others(world: Any, caller: Any) -> Any:
    return replace(known(world, caller), template=world.templates.get)


def _order(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> tuple[tuple[Any, str, Any], ...]:
    def ordered(values: Any, asked: Mapping[str, Any], key: Any) -> Any:
        return in_asked_order(values, change(asked), key) if "sort_field" in asked else values

    return ((handlers, "in_asked_order", ordered), (listing, "in_asked_order", ordered))


def _by_code_point(values: Any, asked: Mapping[str, Any], key: Any) -> Any:
    field = asked.get("sort_field")
    if field is None:
        return values
    return sorted(values, key=lambda one: str(key(one, field)), reverse=asked.get("sort_order") != "desc")


def _filters(**changed: Any) -> tuple[Any, str, Any]:
    return (listing, "FILTERS", {**listing.FILTERS, **changed})


def _unfiltered(*names: str) -> tuple[Any, str, Any]:
    return (listing, "FILTERS", {name: one for name, one in listing.FILTERS.items() if name not in names})


def _totals(items: Any, *, page: Any, total: int, path: str) -> Any:
    """A total that forgets a last page that is not full."""
    return envelope(items, page=page, total=max(total - total % page.size, len(items)), path=path)


def _first_rows(batches: Any, page: Any, now: Any, switches: Any) -> Any:
    """Pages that begin one item too early."""
    return certificate_page(batches, _Early(page.number, page.size), now, switches)


class _Early(pages.Page):
    @property
    def rows(self) -> slice:
        start = max(self.start - 1, 0)
        return slice(start, start + self.size)


def _any_token(api: str, sandboxes: Any, request: Any, credential: str) -> Any:
    """A token counts when its beginning is right."""
    for kept in (credential, credential[:-1], f"{credential}r", f"{credential}i"):
        if sandboxes.holder(api, kept) is not None:
            return admit(api, sandboxes, request, kept)
    return admit(api, sandboxes, request, credential)


async def _batch_of_anybody(world: Any, caller: Any, batch_id: str, base_url: str) -> Any:
    del caller
    return await get_batch(world, world.callers["sealbox_vec_demo"], batch_id, base_url)


async def _user_of_anybody(world: Any, caller: Any, user_uuid: str, base_url: str) -> Any:
    del caller
    return await get_user(world, world.callers["sealbox_vec_demo"], user_uuid, base_url)


def _always(_demanded: Any, _caller: Any, _permission: str) -> None:
    """Everybody may do everything."""


SIGNATORIES = (
    _forgiven("indices may start anywhere", "VEC-SIGNATORY-04", "must start from 1."),
    _forgiven("indices may have gaps", "VEC-SIGNATORY-05", "without gaps."),
    _forgiven("two at one index", "VEC-SIGNATORY-06", "without gaps."),
    _forgiven("no signature needed", "VEC-SIGNATORY-09", "has no signature uploaded."),
    _forgiven("archived people sign", "VEC-SIGNATORY-10", "is an archived user."),
    _forgiven("nobody signs", "VEC-SIGNATORY-11", "user_uuid is invalid."),
    _forgiven("any text is a user", "VEC-SIGNATORY-12", "must be a valid UUID."),
    _forgiven("any text is an index", "VEC-SIGNATORY-12", "must be an integer."),
    _forgiven("no index needed", "VEC-SIGNATORY-12", "index field is required."),
    part("rule", "one user in two positions", "VEC-SIGNATORY-07", (rules, "set", list)),
    part("rule", "another text for two positions", "VEC-SIGNATORY-08", (rules, "TWICE", "Twice.")),
    part("rule", "another text for the start", "VEC-SIGNATORY-04", (rules, "START", "Bad index.")),
    part("rule", "another text for a gap", "VEC-SIGNATORY-05", (rules, "SEQUENCE", "Bad index.")),
    part("tenancy", "people of others sign", "VEC-SIGNATORY-11", (handlers, "_known", _signed_by_others)),
    part(
        "rule",
        "no setup is asked for",
        "VEC-SIGNATORY-01 VEC-TEMPLATE-05 VEC-TEMPLATE-01",
        (model.Template, "requires_signature_setup", property(lambda _: False)),
    ),
    part(
        "rule",
        "everybody needs signatories",
        "VEC-SIGNATORY-02 VEC-SIGNATORY-03 VEC-TEMPLATE-04 VEC-TEMPLATE-01",
        (model.Template, "requires_signature_setup", property(lambda _: True)),
    ),
)

REQUESTS = (
    part("rule", "no name needed", "VEC-BATCH-02", (handlers, "new_batch", _without_name)),
    part("rule", "one fault at a time", "VEC-ERROR-05", (handlers, "new_batch", _one_fault)),
    part("rule", "names are taken once", "VEC-BATCH-18", (rules, "_name", _unique_name)),
    part(
        "rule",
        "names are cut",
        "VEC-BATCH-03 VEC-BATCH-24",
        _made(lambda found: replace(found, name=found.name[:20])),
    ),
    part(
        "rule",
        "names begin with a capital",
        "VEC-BATCH-03",
        _made(lambda found: replace(found, name=found.name.capitalize())),
    ),
    part(
        "rule",
        "headers of the address do not matter",
        "VEC-CSV-01",
        (recipients, "REQUIRED", ("RecipientsName",)),
        (recipients, "EMAIL", "RecipientsName"),
    ),
    part(
        "rule",
        "headers of the name do not matter",
        "VEC-CSV-02",
        (recipients, "REQUIRED", ("RecipientsEmail",)),
        (recipients, "NAME", "RecipientsEmail"),
    ),
    part("rule", "month before day", "VEC-CSV-05", (recipients, "parse_issue_date", _month_first)),
    part(
        "rule",
        "no end of February",
        "VEC-CSV-05",
        (
            recipients,
            "parse_issue_date",
            lambda text: (found := parse_issue_date(text)) and found.replace(day=min(found.day, 28)),
        ),
    ),
    part(
        "rule",
        "issued tomorrow",
        "VEC-CSV-06 VEC-CSV-04",
        _each_row(issue_date=lambda one: one.issue_date + timedelta(days=2)),
    ),
    part(
        "rule",
        "the last row is lost",
        "VEC-CSV-08 VEC-BATCH-26",
        _rows(lambda rows: rows[:-1] if len(rows) > 1 else rows),
    ),
    part(
        "rule",
        "the first row is a header too",
        "VEC-CSV-08 VEC-BATCH-26",
        _rows(lambda rows: rows[1:] if len(rows) > 1 else rows),
    ),
    part(
        "rule",
        "a recipient counts once",
        "VEC-CSV-09",
        _rows(lambda rows: {one.email: one for one in rows}.values()),
    ),
    part(
        "rule",
        "addresses in small letters are names",
        "VEC-CSV-08",
        _each_row(name=lambda one: one.name.lower()),
    ),
    part(
        "rule",
        "name and address swapped",
        "VEC-CSV-08 VEC-CERTIFICATE-10",
        _each_row(name=lambda one: one.email, email=lambda one: one.name),
    ),
    part(
        "rule",
        "dates in custom columns fail",
        "VEC-CSV-11 VEC-LIFECYCLE-02",
        _each_row(
            fault=lambda one: one.fault or ("date" if any("2025" in cell for cell in one.custom) else None)
        ),
    ),
    part(
        "rule",
        "a bad row fails all",
        "VEC-CSV-12",
        _rows(
            lambda rows: (
                [replace(one, fault="all") for one in rows] if any(one.fault for one in rows) else rows
            )
        ),
    ),
    part(
        "rule", "bad rows pass", "VEC-CSV-12 VEC-CSV-13 VEC-CERTIFICATE-10", _each_row(fault=lambda _: None)
    ),
    part("rule", "at most a thousand rows", "VEC-CSV-25", _rows(lambda rows: rows[:1000])),
    part(
        "encoding",
        "files are Latin-1",
        "VEC-CSV-23",
        (recipients, "_decode", lambda content, _: (content.decode("latin-1"), [])),
    ),
    part("encoding", "no byte order mark is dropped", "VEC-CSV-16", (recipients, "BOM", "\ufffe")),
    part(
        "encoding",
        "semicolons part columns too",
        "VEC-CSV-18",
        (recipients, "_lines", lambda text, switches: lines(text.replace(";", ","), switches)),
    ),
)
LIVES = (
    part("counter", "progress falls", "VEC-LIFECYCLE-09 VEC-LIFECYCLE-14", *_shown(_falling)),
    part("counter", "completed one too early", "VEC-LIFECYCLE-02 VEC-LIFECYCLE-05", *_shown(_overdue)),
    part(
        "counter",
        "never completed",
        "VEC-LIFECYCLE-15 VEC-LIFECYCLE-06 VEC-CERTIFICATE-08 VEC-LIFECYCLE-08",
        *_shown(_never_ending),
    ),
    part("time zone", "updated_at stays", "VEC-BATCH-15", *_shown(_silent)),
    part(
        "counter",
        "failed counts the last only",
        "VEC-BATCH-12",
        *_shown(lambda found, _: replace(found, failed=min(found.failed, 1))),
    ),
    part(
        "rule",
        "signatures are not waited for",
        "VEC-LIFECYCLE-13",
        (
            handlers,
            "new_batch",
            lambda *given: (found := new_batch(*given)) and replace(found, signatures=()),
        ),
    ),
    part(
        "rule",
        "failed means partially",
        "VEC-LIFECYCLE-06 VEC-LIFECYCLE-03",
        *_shown(
            lambda found, _: (
                replace(found, status=Status.PARTIALLY_COMPLETED) if found.status is Status.FAILED else found
            )
        ),
    ),
    part(
        "rule",
        "partially means failed",
        "VEC-BATCH-11 VEC-BATCH-12 VEC-CSV-12 VEC-LIFECYCLE-03 VEC-LIFECYCLE-12 VEC-CERTIFICATE-06",
        *_shown(
            lambda found, batch: (
                replace(found, failed=batch.total) if found.failed and found.handled == batch.total else found
            )
        ),
    ),
    part(
        "null",
        "only completed batches have an end",
        "VEC-LIFECYCLE-10",
        *_shown(
            lambda found, _: (
                replace(found, completion_date=None) if found.status is not Status.COMPLETED else found
            )
        ),
    ),
    part(
        "rule",
        "pending is called processing",
        "VEC-LIFECYCLE-11",
        *_shown(
            lambda found, _: (
                replace(found, status=Status.PROCESSING) if found.status is Status.PENDING else found
            )
        ),
    ),
)

LISTS = (
    part(
        "tenancy",
        "lists hold everybody's",
        "VEC-TENANT-01",
        (handlers, "own", lambda values, _: list(values)),
    ),
    part("tenancy", "anybody reads a batch", "VEC-TENANT-02", (handlers, "get_batch", _batch_of_anybody)),
    part("tenancy", "anybody reads a user", "VEC-TENANT-02", (handlers, "get_user", _user_of_anybody)),
    part(
        "tenancy",
        "templates of others make batches",
        "VEC-TENANT-03",
        (handlers, "_known", _templates_of_others),
    ),
    part("tenancy", "permissions do not matter", "VEC-AUTH-05 VEC-AUTH-08", (handlers, "_demand", _always)),
    part("tenancy", "a token may be cut", "VEC-AUTH-03", (auth, "_admit", _any_token)),
    part("rule", "a search for templates shows all", "VEC-LIST-12", (handlers, "matches", lambda *_: True)),
    part(
        "rule",
        "a search shows nothing",
        "VEC-LIST-12 VEC-USER-02",
        (handlers, "matches", lambda search, *_: not search),
    ),
    part(
        "rule",
        "a search looks at addresses only",
        "VEC-USER-02",
        (
            handlers,
            "matches",
            lambda search, *texts: search.casefold() in (texts[1] if len(texts) > 1 else texts[0]).casefold(),
        ),
    ),
    part(
        "rule",
        "a search for certificates by name only",
        "VEC-CERTIFICATE-04",
        _filters(search=lambda one, text: text in one.recipient.name),
    ),
    part(
        "rule",
        "a search by the exact reference fails",
        "VEC-CERTIFICATE-04",
        _filters(search=lambda one, text: listing.matches(text, one.recipient.name, one.recipient.email)),
    ),
    part(
        "rule",
        "a search minds the case",
        "VEC-LIST-13",
        (listing, "matches", lambda search, *texts: any(search in text for text in texts if text)),
    ),
    part("rule", "no filter by status", "VEC-CERTIFICATE-02", _unfiltered("status")),
    part(
        "rule",
        "a filter by status shows nothing",
        "VEC-CERTIFICATE-02",
        _filters(status=lambda _one, _status: False),
    ),
    part("rule", "no filter by customer", "VEC-CERTIFICATE-02", _unfiltered("customer_id")),
    part("rule", "no first day", "VEC-CERTIFICATE-03", _unfiltered("issue_date_from")),
    part("rule", "no last day", "VEC-CERTIFICATE-03", _unfiltered("issue_date_to")),
    part("rule", "no first day of making", "VEC-CERTIFICATE-03", _unfiltered("generated_at_from")),
    part("rule", "no last day of making", "VEC-CERTIFICATE-03", _unfiltered("generated_at_to")),
    part(
        "rule",
        "the last day is outside",
        "VEC-CERTIFICATE-12",
        _filters(issue_date_to=lambda one, day: one.recipient.issue_date < day),
    ),
    part(
        "rule",
        "filters are joined with or",
        "VEC-CERTIFICATE-03",
        (listing, "all", lambda found: any([*found] or [True])),
    ),
    part(
        "order",
        "certificates are not sorted",
        "VEC-CERTIFICATE-05",
        (listing, "in_asked_order", lambda values, _asked, _key: values),
    ),
    part(
        "order",
        "users are not sorted",
        "VEC-USER-03",
        (handlers, "in_asked_order", lambda values, _asked, _key: values),
    ),
    part(
        "order",
        "never descending",
        "VEC-USER-03 VEC-CERTIFICATE-05",
        *_order(lambda asked: {**asked, "sort_order": "asc"}),
    ),
    part(
        "order",
        "sorted by address whatever is asked",
        "VEC-USER-03 VEC-CERTIFICATE-05",
        *_order(lambda asked: {**asked, "sort_field": "email"}),
    ),
    part("order", "upside down", "VEC-USER-03", (handlers, "in_asked_order", _by_code_point)),
    part(
        "pagination",
        "a total without the last page",
        "VEC-LIST-05 VEC-LIST-04",
        (handlers, "envelope", _totals),
    ),
    part(
        "pagination",
        "pages of certificates overlap",
        "VEC-LIST-05",
        (handlers, "certificate_page", _first_rows),
    ),
    part(
        "rule",
        "bounds do not matter",
        "VEC-LIST-09",
        (
            queries,
            "judge",
            lambda sent, judges, switches: judge(sent, judges, {**switches, "list_bounds": "clamp"}),
        ),
    ),
    part(
        "pagination",
        "a hundred is too much",
        "VEC-LIST-02 VEC-LIST-09 VEC/listUsers",
        (queries, "USERS", {**queries.USERS, "per_page": queries.integer(1, 50)}),
    ),
    part("rule", "batches of every status", "VEC-LIST-11", (queries, "BATCHES", queries.PAGES)),
)

VEC_RULES: tuple[Mutant, ...] = (*SIGNATORIES, *REQUESTS, *LIVES, *LISTS)
