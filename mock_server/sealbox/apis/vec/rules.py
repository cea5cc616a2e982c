"""What createBatch demands of a request. Values in; an accepted request or every violation at once out."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sealbox.php_forms import Upload
from sealbox.problems import Forbidden, RuleViolation

from .model import Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from .model import Template, User

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)")  # what PHP's FILTER_VALIDATE_INT takes

START = "Signatory indices must start from 1."
SEQUENCE = "Signatory indices must be sequential starting from 1 without gaps."
TWICE = "The same signatory cannot be assigned to multiple positions."

DEEPEST = 3  # signatories, one of them, its fields: no rule looks further down

Errors = dict[str, list[str]]


def summary(errors: Mapping[str, Sequence[str]]) -> str:
    """The `message` of a 422: the first message, and how many more there are (as Laravel counts them)."""
    messages = [message for field in errors.values() for message in field]
    more = len(messages) - 1
    return messages[0] + (f" (and {more} more error{'s' if more > 1 else ''})" if more else "")


class NewBatch(NamedTuple):
    """An accepted request; `signatures` are complete, defaults included."""

    name: str
    template: Template
    signatures: tuple[Signature, ...]
    hints: tuple[str, ...]


class Known(NamedTuple):
    """What the rules may look at: the institution's own templates, users and batch names, and the time."""

    template: Callable[[str], Template | None]
    user: Callable[[str], User | None]
    is_foreign: Callable[[str], bool]
    name_is_taken: Callable[[str], bool]
    now: datetime


def new_batch(
    sent: Mapping[str, Any],
    known: Known,
    switches: Mapping[str, str],
    csv_refusal: RuleViolation | None = None,
) -> NewBatch:
    """Judge what was sent: text, nested lists and dicts of text, and uploads, by field name.

    `csv_refusal` is what reading the upload has led to, so that all is reported at once.

    Raises RuleViolation with every violation, in the order in which the page lists the fields, and
    Forbidden for another institution's template when the switch foreign_template says so.
    """
    errors: Errors = {}
    fields = {name: _blank_to_none(value, switches) for name, value in sent.items()}
    name = _name(fields.get("name"), known, switches, errors)
    template = _template(fields.get("template_id"), known, switches, errors)
    _csv_file(fields.get("csv_file"), errors)
    if csv_refusal:
        errors |= csv_refusal.errors
    given = _signatories(fields.get("signatories"), known, switches, errors)
    if template and given is None and template.requires_signature_setup and "signatories" not in errors:
        errors["signatories"] = ["The signatories field is required."]
    hints: list[str] = []
    if template and given is not None:
        count = max(len(given), len(fields["signatories"] or ()))
        _compare_with_fields(template, count, switches, errors, hints)
        holders = [signature.user_uuid for signature in _complete(template, given, known, switches)]
        if _has_one_twice(holders):  # a default that stays may be somebody who was given
            errors.setdefault("signatories", [TWICE])
    if errors or template is None or name is None:
        why = csv_refusal.why if csv_refusal else _advice(sent, errors)
        raise RuleViolation(_in_order(errors), why)
    return NewBatch(name, template, _complete(template, given, known, switches), tuple(hints))


def _blank_to_none(value: Any, switches: Mapping[str, str], depth: int = DEEPEST) -> Any:
    """As Laravel's TrimStrings and ConvertEmptyStringsToNull do before any rule is asked."""
    match value:
        case str():
            trimmed = value.strip()
            kept = trimmed != value and switches["trim_strings"] == "no"
            return (value if kept else trimmed) or None
        case dict() if depth:
            return {key: _blank_to_none(item, switches, depth - 1) for key, item in value.items()}
        case list() if depth:
            return [_blank_to_none(item, switches, depth - 1) for item in value]
    return value


def _name(value: Any, known: Known, switches: Mapping[str, str], errors: Errors) -> str | None:
    if isinstance(value, str) and value:
        if not known.name_is_taken(value) or switches["name_unique"] == "no":
            return value
        errors["name"] = ["The name has already been taken."]
    elif value is None or value in ([], {}, ""):
        errors["name"] = ["The name field is required."]
    else:
        errors["name"] = ["The name field must be a string."]
    return None


def _template(value: Any, known: Known, switches: Mapping[str, str], errors: Errors) -> Template | None:
    if not isinstance(value, str) or not UUID.fullmatch(value):
        is_blank = value is None or value in ([], {}, "")
        said = "field is required" if is_blank else "field must be a valid UUID"
        errors["template_id"] = [f"The template id {said}."]
        return None
    template = known.template(value.lower())
    if template is None:
        if known.is_foreign(value.lower()) and switches["foreign_template"] == "forbidden":
            raise Forbidden("certificate-templates:view")
        errors["template_id"] = ["The selected template id is invalid."]
    return template


def csv_content(value: Any) -> bytes | None:
    """The bytes of an upload that came whole; None for whatever else was sent."""
    return value.content if isinstance(value, Upload) and not value.error else None


def _csv_file(value: Any, errors: Errors) -> None:
    if isinstance(value, Upload) and not value.error:
        return
    if value is None or value in ([], {}, "") or (isinstance(value, Upload) and value.error == 4):
        errors["csv_file"] = ["The csv file field is required."]
    elif not isinstance(value, Upload):
        errors["csv_file"] = ["The csv file field must be a file."]
    else:
        errors["csv_file"] = ["The csv file failed to upload."]


def _has_one_twice(users: Sequence[str]) -> bool:
    return len(set(users)) < len(users)


def _signatories(
    value: Any, known: Known, switches: Mapping[str, str], errors: Errors
) -> list[Signature] | None:
    """The signatories that were given, as far as they are good; None when none were."""
    if isinstance(value, str) and switches["signatories_json"] == "read":
        value = _json(value)
    if value is None or value == "":
        return None
    if not isinstance(value, list | dict):
        errors["signatories"] = ["The signatories field must be an array."]
        return None
    if not value:
        return None if switches["empty_signatories"] == "omitted" else []
    named: list[tuple[str, str]] = []
    placed: list[tuple[int, str]] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        field = f"signatories.{key}"
        entry = item if isinstance(item, dict) else {}
        user_uuid = _user(f"{field}.user_uuid", entry.get("user_uuid"), known, errors)
        index = _index(f"{field}.index", entry.get("index"), errors)
        if user_uuid:
            named.append((user_uuid, field))
        if index is not None:
            placed.append((index, field))
    if _has_one_twice([user_uuid for user_uuid, _ in named]):
        errors["signatories"] = [TWICE]
    errors.update(_gaps(placed))
    positions = {field: index for index, field in placed}
    return [Signature(positions[field], user_uuid) for user_uuid, field in named if field in positions]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _user(field: str, value: Any, known: Known, errors: Errors) -> str | None:
    """The user's uuid, also of a user who may not sign: two positions for one user stay two positions."""
    if value is None or value in ([], {}, ""):
        errors[field] = [f"The {field} field is required."]
        return None
    if not isinstance(value, str) or not UUID.fullmatch(value):
        errors[field] = [f"The {field} field must be a valid UUID."]
        return None
    user = known.user(value.lower())
    if user is None:
        errors[field] = [f"The selected {field} is invalid."]
    elif user.is_archived:
        errors[field] = [f"The selected {field} is an archived user."]
    elif not user.has_signature:
        errors[field] = [f"The selected {field} has no signature uploaded."]
    return value.lower()


def _index(field: str, value: Any, errors: Errors) -> int | None:
    if value is None or value in ([], {}, ""):
        errors[field] = [f"The {field} field is required."]
        return None
    text = str(value).strip() if isinstance(value, str | int) else ""
    if isinstance(value, bool) or len(text) > 18 or not INTEGER.fullmatch(text):
        errors[field] = [f"The {field} field must be an integer."]
        return None
    return int(text)


def _gaps(placed: Sequence[tuple[int, str]]) -> Iterator[tuple[str, list[str]]]:
    """The pages do not ask for an order of appearance: what counts is the set of positions."""
    in_order = sorted(placed, key=lambda place: place[0])
    if in_order and in_order[0][0] != 1:
        yield f"{in_order[0][1]}.index", [START]
    for (before, _), (index, field) in pairwise(in_order):
        if index != before + 1:
            yield f"{field}.index", [SEQUENCE]


def _compare_with_fields(
    template: Template,
    given: int,
    switches: Mapping[str, str],
    errors: Errors,
    hints: list[str],
) -> None:
    wanted = len(template.signatory_fields)
    if given == wanted:
        return
    if switches["signatory_mismatch"] == "refuse":
        errors.setdefault("signatories", [f"The signatories field must contain {wanted} items."])
    else:
        hints.append(f"{given} signatories for a template with {wanted} signatory fields: accepted")


def _complete(
    template: Template, given: Sequence[Signature] | None, known: Known, switches: Mapping[str, str]
) -> tuple[Signature, ...]:
    defaults = template.default_signatories if template.defaults_configured else ()
    if given is None and not defaults:
        return ()
    if given is not None and (not defaults or switches["signatories_replace"] == "whole"):
        return tuple(sorted(given, key=lambda signature: signature.index))
    by_index = {
        default.index: Signature(
            default.index, default.user.uuid, known.now if default.auto_approve else None
        )
        for default in defaults
    }
    by_index |= {signature.index: signature for signature in given or ()}
    return tuple(by_index[index] for index in sorted(by_index))


def _in_order(errors: Errors) -> Errors:
    order = ("name", "template_id", "csv_file", "signatories")
    return {field: errors[field] for field in sorted(errors, key=lambda field: _rank(field, order))}


def _rank(field: str, order: Sequence[str]) -> int:
    # Sorting is stable: the fields below `signatories` keep the order in which they were judged.
    return order.index(field) if field in order else len(order)


def _advice(sent: Mapping[str, Any], errors: Errors) -> str:
    if "signatories" in errors and isinstance(sent.get("signatories"), str):
        return "send signatories as signatories[0][user_uuid] and signatories[0][index], not as JSON text"
    if "csv_file" in errors and isinstance(sent.get("csv_file"), str):
        return 'the csv_file part has no plain filename="..." parameter, so it is a text field'
    return ""
