"""Credentials: the wrong header, the wrong scheme, and keys that are none. No word repeats what was sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .addresses import APIS
from .case import Words

if TYPE_CHECKING:
    from .case import Case, Symptoms

KEY_HEADERS: Final = (
    "authorization",
    "x-api-token",
    "x-api-key",
    "api-key",
    "apikey",
    "x-auth-token",
    "x-access-token",
    "token",
)
KEY_IN_QUERY: Final = re.compile(r"(?:^|&)(?:access_|api_|auth_)?(?:token|key)=", re.IGNORECASE)
BEARER: Final = re.compile(r"bearer(?:\s+|$)", re.IGNORECASE)
PLACEHOLDER: Final = re.compile(r"[$%]?\{.*\}|\$\w+|%\w+%|<.*>|undefined|null|None|nil", re.IGNORECASE)

HEADER_FIX: Final = "send the header {due}: {value}"

WORDS: Final = {
    "wrong-key-header": Words(
        "{client} sent the key in {sent}; this API reads {due} and nothing else.", HEADER_FIX
    ),
    "key-in-query": Words(
        "{client} sent a key in the query string; this API reads the header {due}.", HEADER_FIX
    ),
    "no-key-header": Words("{client} sent no credential: there is no {due} header.", HEADER_FIX),
    "bearer-missing": Words(
        "{client} sent an Authorization header that does not begin with the word Bearer.",
        HEADER_FIX,
        fixes={
            "requests": "headers={{'Authorization': 'Bearer ' + token}} (auth=(user, password) sends Basic)",
            "curl": 'use -H "Authorization: Bearer ${token}" (-u sends Basic)',
            ".NET HttpClient": 'use new AuthenticationHeaderValue("Bearer", token), both arguments',
        },
    ),
    "bearer-twice": Words(
        "{client} sent the word Bearer twice: the library or the variable adds it already.", HEADER_FIX
    ),
    "bearer-in-api-token": Words(
        "{client} sent the word Bearer in {due}; this header holds the key alone.", HEADER_FIX
    ),
    "empty-key": Words(
        "{client} sent {due} without a key in it: the variable it is read from is empty.",
        'set ${token} where the client runs: eval "$(sealbox env)"',
    ),
    "unexpanded-key": Words(
        "{client} sent the name of a variable, or nothing at all, as a word in place of the key.",
        "read the key from the environment variable {token}",
        fixes={"curl": 'put the header in double quotes: "{due}: {value}"'},
    ),
    "quoted-key": Words(
        "{client} sent the key in quotes, which are part of it for the server.",
        "send the key without quotes (in .env files for Docker too)",
    ),
    "key-of-other-api": Words(
        "{client} sent a key of {other} to {api}: each API has its own.", "read the key from ${token}"
    ),
}


def symptoms(case: Case) -> Symptoms:
    """At most one: who mends it sees the next."""
    api, headers = case.api, case.wire.headers
    facts = {"due": api.header, "value": f"{api.scheme}${api.token}", "token": api.token, "api": api.name}
    given = headers.get(api.header.lower())
    if given is not None:
        yield from _of_value(case, given, facts)
    elif sent := next((name for name in KEY_HEADERS if name in headers), None):
        yield "wrong-key-header", facts | {"sent": "Authorization" if sent == "authorization" else sent}
    elif KEY_IN_QUERY.search(case.wire.sent.query[:2000]):
        yield "key-in-query", facts
    else:
        yield "no-key-header", facts


def _of_value(case: Case, value: str, facts: dict[str, str]) -> Symptoms:
    found = BEARER.match(value)
    key = value[found.end() :].strip() if found else value
    others = [name for name in APIS if name != case.api.name and f"sealbox_{name}_" in key]
    if not key:
        yield "empty-key", facts
    elif case.api.scheme and not found:
        yield "bearer-missing", facts
    elif found and not case.api.scheme:
        yield "bearer-in-api-token", facts
    elif BEARER.match(key):
        yield "bearer-twice", facts
    elif PLACEHOLDER.fullmatch(key[:200]):
        yield "unexpanded-key", facts
    elif key[0] in "'\"":
        yield "quoted-key", facts
    elif others:
        yield "key-of-other-api", facts | {"other": others[0]}
