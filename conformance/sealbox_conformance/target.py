"""The implementation under test: where it is, who may call it, and what it claims."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from . import contract
from . import profile as profiles
from .gate import Limits
from .profile import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FEATURES: Mapping[str, str] = {
    "second_institution": "credentials of a second institution, vec.credentials.other_institution",
    "lesser_permission": "tokens without permissions, vec.credentials.no_permissions and viewer",
    "virtual_clock": "time moves when POST to control.advance says so",
    "known_examples": "the objects of the documentation exist under their documented ids",
    "signs": "an event is signed when POST to control.sign says so",
    "signers": "one signer signs or rejects when POST to control.sign_one or control.reject_one says so",
    "approvals": "a signatory of a batch signs when POST to control.approve says so",
    "webhooks": "webhooks reach a receiver on this machine's loopback",
    "readable_files": "the addresses of files can be read without further rights",
    "trade_bills": "certifiqi.trade_bills are the lines of a CNAB 444 file that is taken",
    "server_errors": "credentials.server_error and vec.templates.server_error are answered with 500",
    "known_events": "certifiqi.events lists keys of events in many states",
    "any_document": "a document_key that was never uploaded is taken",
    "cancels": "signing events that the checks made may be cancelled",
    "sends": "signing events that the checks made may be sent to their signers, who get mail",
}
CLAIMED: Mapping[str, str] = {
    "advance": "virtual_clock",
    "sign": "signs",
    "sign_one": "signers",
    "reject_one": "signers",
    "approve": "approvals",
}
"""By the name of an act in `control`: the feature that says it works."""

HERE = frozenset({"webhooks"})
"""What only a target on this machine can do."""


@dataclass(frozen=True, slots=True)
class ApiTarget:
    """One API of a target. `known` is what its profile tells beside address and credentials."""

    name: str
    url: str
    credentials: Mapping[str, str]
    known: Mapping[str, Any] = field(default_factory=dict)

    def variable(self, kind: str) -> str:
        """The shell variable that stands for a credential wherever one would be printed."""
        return f"${self.name.upper()}_TOKEN" + ("" if kind == "full" else f"_{kind.upper()}")


@dataclass(frozen=True, slots=True)
class Target:
    """What the suite is pointed at."""

    name: str
    apis: Mapping[str, ApiTarget]
    claims: frozenset[str]
    control: Mapping[str, str] = field(default_factory=dict)
    """Addresses of what only a sandbox has, by name: advance (time), sign (an event), tenant (a world)."""

    patience: float = 30.0
    limits: Limits = field(default_factory=Limits)
    run: str = "sealbox-0"
    """Stands in the names of what a run makes, so that it can be found again."""

    def redact(self, text: str, *, least: int = 1) -> str:
        """`text` with every credential replaced by its variable, however it is written.

        Those of fewer than `least` characters are left: by chance they may stand anywhere.
        """
        secrets = tuple(
            (secret, api.variable(kind))
            for api in self.apis.values()
            for kind, secret in api.credentials.items()
            if len(secret) >= least
        )
        pattern, variables = _written(secrets)
        return pattern.sub(lambda found: variables[found[0]], text)

    def is_local(self) -> bool:
        addresses = [api.url for api in self.apis.values()] + list(self.control.values())
        return all(is_loopback(address) for address in addresses)


@cache
def _written(secrets: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Every form in which a secret may stand in a text: plain, in an address, in JSON."""
    variables = {
        form: variable
        for secret, variable in secrets
        for form in (secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1])
    }
    longest_first = sorted(variables, key=len, reverse=True)  # some contain others
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)"), variables


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load(
    profile: Path | None = None,
    *,
    url: str | None = None,
    apis: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
) -> Target:
    """The target of a profile, of Sealbox's own when none is given. `url` replaces the profile's address.

    Raises TargetError for a profile that cannot be used.
    """
    raw = profiles.read(profile) if profile else contract.read("fixtures", "targets", "sealbox.yaml")
    profiles.check(raw)
    base = (url or raw.get("url") or "").rstrip("/")
    claims = frozenset(raw.get("claims") or ())
    if unknown := claims - FEATURES.keys():
        raise TargetError(
            f"there is no feature {', '.join(sorted(unknown))}; there are {', '.join(FEATURES)}"
        )
    chosen = {name: entry or {} for name, entry in raw["apis"].items() if not apis or name in apis}
    address = _Address(base, replaced=url is not None, secrets_open=profile is None)
    environ = os.environ if environ is None else environ
    found = {name: _api(name, entry, address, environ) for name, entry in chosen.items()}
    if not found:
        raise TargetError(f"the profile has none of the APIs {', '.join(apis)}")
    near = all(is_loopback(api.url) for api in found.values())
    return Target(
        name=raw.get("name", base),
        apis=found,
        claims=claims if near or profile else claims - HERE,
        control={
            name: f"{base}{place}" if place.startswith("/") else place
            for name, place in (raw.get("control") or {}).items()
        },
        patience=float(raw.get("patience", 30)),
        limits=_limits(raw.get("limits") or {}),
    )


def _limits(written: Mapping[str, Any]) -> Limits:
    requests = written.get("requests")
    return Limits(
        bool(written.get("read_only")),
        written.get("requests_per_second"),
        None if requests is None else int(requests),
    )


@dataclass(frozen=True, slots=True)
class _Address:
    """Where the APIs are: below `base`, which is on the command line if `replaced`.

    `secrets_open`: the credentials are Sealbox's made-up ones, which everybody knows.
    """

    base: str
    replaced: bool
    secrets_open: bool

    def of(self, name: str, entry: Mapping[str, Any]) -> str:
        url = entry.get("url") if not (self.replaced and self.base) else None
        url = url or (f"{self.base}/{name}" if self.base else "")
        if not url.startswith(("http://", "https://")):
            raise TargetError(f"{name} has no address: give a URL, or `url` in the profile")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise TargetError(f"{name}: {url} is no address: {error}") from error
        if parts.username is not None:
            raise TargetError(f"{name}: an address holds no credentials, the environment does")
        return url.rstrip("/")


def _api(name: str, entry: Mapping[str, Any], address: _Address, environ: Mapping[str, str]) -> ApiTarget:
    url = address.of(name, entry)
    credentials = {}
    for kind, written in entry.get("credentials", {}).items():
        if isinstance(written, str) and not (address.secrets_open or is_loopback(url)):
            raise TargetError(
                f"{name}.credentials.{kind}: a profile for {url} names a variable, as {{env: TOKEN}}, "
                "and holds no credential; without --target the tokens are those that Sealbox made up"
            )
        secret = written if isinstance(written, str) else environ.get(written["env"], "")
        if secret:
            credentials[kind] = secret
        elif kind == "full":
            raise TargetError(f"{name}.credentials.full: the variable {written['env']} is not set")
    if "full" not in credentials:
        raise TargetError(f"{name}.credentials has no full")
    known = {key: value for key, value in entry.items() if key not in {"url", "credentials"}}
    return ApiTarget(name, url, credentials, known)
