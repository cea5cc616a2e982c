"""How things look in HTML: the templates, and the words and signs that every part of the page shares."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

SIGNS: Mapping[str, tuple[str, str]] = {
    "good": ("✓", "completed finished signed delivered generated approved success"),
    "run": ("◐", "processing waiting_zip_file"),
    "wait": ("○", "pending waiting_for_approval"),
    "warn": ("!", "partially_completed client_error"),
    "bad": ("✕", "failed rejected refused server_error broken"),
    "off": ("⊘", "cancel_signature dropped revoked redirect spent"),
}
"""The sign of each kind of status, and the statuses of that kind. Nothing is said by colour alone."""

KINDS = {status: kind for kind, (_, statuses) in SIGNS.items() for status in statuses.split()}
CLASSES = {2: "success", 3: "redirect", 4: "client_error", 5: "server_error"}


def kind(status: str) -> str:
    return KINDS.get(status, "off")


def sign(status: str) -> str:
    return SIGNS[kind(status)][0]


def http_class(status: int | None) -> str:
    """The class of an HTTP status as a status of ours; none at all is a broken connection."""
    return CLASSES.get((status or 0) // 100, "broken")


def words(status: str) -> str:
    return status.replace("_", " ")


def moment(at: datetime, now: datetime) -> Markup:
    """As short as it can be told from `now`, whole for machines."""
    pattern = "%H:%M:%S" if at.date() == now.date() else "%d %b %H:%M" if at.year == now.year else "%d %b %Y"
    whole = at.isoformat(sep=" ", timespec="seconds")
    short = at.strftime(pattern).lstrip("0") if "%b" in pattern else at.strftime(pattern)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), whole, short)


def span(length: timedelta) -> str:
    """As `1 h 30 min`: the two largest units that say something."""
    left, said = max(int(length.total_seconds()), 0), []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        number, left = divmod(left, size)
        if number:
            said.append(f"{number} {unit}")
    return " ".join(said[:2]) or "no time"


def pretty(body: str) -> str:
    """JSON with a line for each value; anything else as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def size(number: int) -> str:
    return f"{number} bytes" if number < 1024 else f"{number / 1024:.1f} KiB"


def plural(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sealbox.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for tool in (kind, sign, words, moment, span, size, plural, http_class):
        environment.filters[tool.__name__] = tool
    environment.tests["web"] = lambda text: str(text).startswith(("http://", "https://"))
    return environment


ENVIRONMENT = _environment()


def rendered(template: str, **values: Any) -> Markup:
    return Markup(ENVIRONMENT.get_template(template).render(values))  # noqa: S704, the templates escape


def digest(html: str) -> str:
    """By which a page knows that a part of it has not changed."""
    return blake2b(html.encode(), digest_size=6).hexdigest()
