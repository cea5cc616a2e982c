"""Defects of what VEC demands of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sealbox.apis.vec import handlers, model, recipients, render, rules
from sealbox.problems import RuleViolation

from tests.oracle.mutants.layers import Mutant, part

if TYPE_CHECKING:
    from collections.abc import Callable

parse_issue_date = recipients.parse_issue_date
read_recipients = recipients.read_recipients
new_batch = rules.new_batch
known = handlers._known
lines = recipients.open_lines
name_rule = rules._name
show_template = render.template


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


def _signed_by_others(world: Any, caller: Any, now: Any) -> Any:
    return known(world, caller, now)._replace(user=world.users.get)


def _shown_template(one: Any, view: Any) -> dict[str, Any]:
    """The flag as it has to be, whatever the rules go by."""
    needed = one.has_signatures and not one.defaults_configured
    return {**show_template(one, view), "requires_signature_setup": needed}


SIGNATORIES = (
    part(
        "rule",
        "a setup is shown and not asked for",
        "VEC-TEMPLATE-05 VEC-SIGNATORY-01",
        (model.Template, "requires_signature_setup", property(lambda _: False)),
        (render, "template", _shown_template),
    ),
    _forgiven("indices may start anywhere", "VEC-SIGNATORY-04", "must start from 1."),
    _forgiven("indices may have gaps", "VEC-SIGNATORY-05", "without gaps."),
    _forgiven("two at one index", "VEC-SIGNATORY-06", "without gaps."),
    _forgiven("no signature needed", "VEC-SIGNATORY-09", "has no signature uploaded."),
    _forgiven("archived people sign", "VEC-SIGNATORY-10", "is an archived user."),
    _forgiven("nobody signs", "VEC-SIGNATORY-11", "user_uuid is invalid."),
    _forgiven("any text is a user", "VEC-SIGNATORY-12", "must be a valid UUID."),
    _forgiven("any text is an index", "VEC-SIGNATORY-12", "must be an integer."),
    _forgiven("no index needed", "VEC-SIGNATORY-12", "index field is required."),
    part("rule", "one user in two positions", "VEC-SIGNATORY-07", (rules, "_has_one_twice", lambda _: False)),
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
        _made(lambda found: found._replace(name=found.name[:20])),
    ),
    part(
        "rule",
        "names begin with a capital",
        "VEC-BATCH-03",
        _made(lambda found: found._replace(name=found.name.capitalize())),
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
        "issued in three days",  # the suite allows for any time zone at any time of the day
        "VEC-CSV-06 VEC-CSV-04",
        _each_row(issue_date=lambda one: one.issue_date + timedelta(days=3)),
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
        (recipients, "decode", lambda content, _: (content.decode("latin-1"), [])),
    ),
    part("encoding", "no byte order mark is dropped", "VEC-CSV-16", (recipients, "BOM", "\ufffe")),
    part(
        "encoding",
        "semicolons part columns too",
        "VEC-CSV-18",
        (recipients, "open_lines", lambda text, delimiter: lines(text.replace(";", ","), delimiter)),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*SIGNATORIES, *REQUESTS)
