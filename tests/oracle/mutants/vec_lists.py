"""Defects of the life of a batch, and of lists."""

from __future__ import annotations

from itertools import chain
from operator import lt
from typing import TYPE_CHECKING, Any

from sealbox import auth
from sealbox.apis.vec import handlers, lifecycle, listing, pages, queries, register, render, rules
from sealbox.apis.vec.model import Status
from sealbox.serving import compiled

from tests.oracle.mutants.layers import Mutant, part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

new_batch = rules.new_batch
stand = lifecycle.stand
page_of_rows = register.Rows.page
in_asked_order = listing.in_asked_order
narrowed = listing.narrowed
envelope = pages.envelope
own = listing.own
admitted = auth.admitted
judge = queries.judge
known = handlers._known
get_batch = handlers.get_batch
get_user = handlers.get_user


def _shown(change: Callable[[Any, Any], Any]) -> tuple[tuple[Any, str, Any], ...]:
    """Batches that are shown otherwise, wherever they are."""

    def seen(batch: Any, now: Any, switches: Any) -> Any:
        return change(stand(batch, now, switches), batch)

    def listed(batch: Any, _plan: Any, now: Any, switches: Any) -> Any:
        return seen(batch, now, switches).status

    return ((render, "stand", seen), (register, "status_at", listed))


def _falling(found: Any, _batch: Any) -> Any:
    """Progress that is only true at the ends."""
    return found._replace(progress=found.progress if found.progress in {0, 100} else 100 - found.progress)


def _overdue(found: Any, batch: Any) -> Any:
    """An end that is told before the last certificate is made."""
    if found.handled >= batch.total - 1 and found.status is Status.PROCESSING:
        return found._replace(status=Status.COMPLETED, completion_date=found.updated_at)
    return found


def _never_ending(found: Any, _batch: Any) -> Any:
    if found.status is Status.COMPLETED:
        return found._replace(status=Status.PROCESSING, completion_date=None)
    return found


def _places_of_all(self: Any, *_: Any) -> Any:
    return sorted(place for places in self._of_institution.values() for place in places)


def _silent(found: Any, batch: Any) -> Any:
    return found._replace(updated_at=batch.created_at)


def _templates_of_others(world: Any, caller: Any, now: Any) -> Any:
    return known(world, caller, now)._replace(template=world.templates.get)


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


def _any_filter(sheet: Any, asked: Mapping[str, Any]) -> Any:
    given = [narrowed(sheet, {name: asked[name]}) for name in listing.FILTERS if name in asked]
    return sorted(set(chain.from_iterable(given))) if given else narrowed(sheet, asked)


def _totals(items: Any, *, page: Any, total: int, path: str) -> Any:
    """A total that forgets a last page that is not full."""
    return envelope(items, page=page, total=max(total - total % page.size, len(items)), path=path)


def _first_rows(places: Any, rows: slice, *, newest_first: bool) -> Any:
    """Pages that begin one item too early."""
    start = max(rows.start - 1, 0)
    return page_of_rows(places, slice(start, start + rows.stop - rows.start), newest_first=newest_first)


def _turned_round(places: Any, rows: slice, *, newest_first: bool) -> Any:
    return page_of_rows(places, rows, newest_first=not newest_first)


def _any_token(api: str, sandboxes: Any, credential: str) -> Any:
    """A token counts when its beginning is right."""
    for kept in (credential, credential[:-1], f"{credential}r", f"{credential}i"):
        if sandboxes.holder(api, kept) is not None:
            return admitted(api, sandboxes, kept)
    return admitted(api, sandboxes, credential)


async def _batch_of_anybody(world: Any, caller: Any, batch_id: str, base_url: str) -> Any:
    del caller
    return await get_batch(world, world.callers["sealbox_vec_demo"], batch_id, base_url)


async def _user_of_anybody(world: Any, caller: Any, user_uuid: str, base_url: str) -> Any:
    del caller
    return await get_user(world, world.callers["sealbox_vec_demo"], user_uuid, base_url)


def _always(_demanded: Any, _caller: Any, _permission: str) -> None:
    """Everybody may do everything."""


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
        *_shown(lambda found, _: found._replace(failed=min(found.failed, 1))),
    ),
    part(
        "rule",
        "signatures are not waited for",
        "VEC-LIFECYCLE-13",
        (
            handlers,
            "new_batch",
            lambda *given: (found := new_batch(*given)) and found._replace(signatures=()),
        ),
    ),
    part(
        "rule",
        "failed means partially",
        "VEC-LIFECYCLE-06 VEC-LIFECYCLE-03",
        *_shown(
            lambda found, _: (
                found._replace(status=Status.PARTIALLY_COMPLETED) if found.status is Status.FAILED else found
            )
        ),
    ),
    part(
        "rule",
        "partially means failed",
        "VEC-BATCH-11 VEC-BATCH-12 VEC-CSV-12 VEC-LIFECYCLE-03 VEC-LIFECYCLE-12 VEC-CERTIFICATE-06",
        *_shown(
            lambda found, batch: (
                found._replace(failed=batch.total) if found.failed and found.handled == batch.total else found
            )
        ),
    ),
    part(
        "null",
        "only completed batches have an end",
        "VEC-LIFECYCLE-10",
        *_shown(
            lambda found, _: (
                found._replace(completion_date=None) if found.status is not Status.COMPLETED else found
            )
        ),
    ),
    part(
        "rule",
        "pending is called processing",
        "VEC-LIFECYCLE-11",
        *_shown(
            lambda found, _: (
                found._replace(status=Status.PROCESSING) if found.status is Status.PENDING else found
            )
        ),
    ),
)
LISTS = (
    part(
        "order",
        "certificates from old to new",
        "VEC-LIST-10",
        (register.Rows, "page", _turned_round),
    ),
    part(
        "order",
        "templates and users from new to old",
        "VEC-LIST-10",
        (handlers, "own", lambda values, institution_id: own(values, institution_id)[::-1]),
    ),
    part(
        "tenancy",
        "lists hold everybody's",
        "VEC-TENANT-01",
        (handlers, "own", lambda values, _: list(values)),
    ),
    part(
        "tenancy",
        "batches of everybody are listed",
        "VEC-TENANT-01",
        (register.Register, "places", _places_of_all),
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
    part("tenancy", "a token may be cut", "VEC-AUTH-03", (compiled, "admitted", _any_token)),
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
        _filters(
            search=lambda sheet, text, rows: [
                row
                for row, name, email in zip(rows, sheet.column("name"), sheet.column("email"), strict=True)
                if listing.matches(text, name, email)
            ]
        ),
    ),
    part(
        "rule",
        "a search minds the case",
        "VEC-LIST-13",
        (listing, "folded", str),
    ),
    part("rule", "no filter by status", "VEC-CERTIFICATE-02", _unfiltered("status")),
    part(
        "rule",
        "a filter by status shows nothing",
        "VEC-CERTIFICATE-02",
        _filters(status=lambda _sheet, _status, _rows: ()),
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
        _filters(issue_date_to=listing.where("issue_date", lt)),
    ),
    part(
        "rule",
        "filters are joined with or",
        "VEC-CERTIFICATE-03",
        (listing, "narrowed", _any_filter),
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
        (register.Rows, "page", _first_rows),
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

MUTANTS: tuple[Mutant, ...] = (*LIVES, *LISTS)
