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

import yaml

from . import contract
from .gate import Limits

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
KEYS = frozenset({"name", "url", "control", "claims", "apis", "patience", "limits"})
LIMITS = frozenset({"read_only", "requests_per_second", "requests"})


class TargetError(ValueError):
    """The profile cannot be used as it stands."""


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

    def redact(self, text: str) -> str:
        """`text` with every credential replaced by its variable, however it is written."""
        secrets = tuple(
            (secret, api.variable(kind))
            for api in self.apis.values()
            for kind, secret in api.credentials.items()
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
    raw = _read(profile) if profile else contract.read("fixtures", "targets", "sealbox.yaml")
    if not isinstance(raw, dict) or not isinstance(raw.get("apis"), dict):
        raise TargetError("a target profile is a YAML mapping with `apis`")
    if unknown := set(raw) - KEYS:
        raise TargetError(f"a profile has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(KEYS))}")
    limits = _limits(raw.get("limits") or {})
    base = (url or raw.get("url") or "").rstrip("/")
    claims = frozenset(raw.get("claims", ()))
    if unknown := set(claims) - FEATURES.keys():
        raise TargetError(
            f"there is no feature {', '.join(sorted(unknown))}; there are {', '.join(FEATURES)}"
        )
    if unknown := set(raw["apis"]) - set(contract.apis()):
        raise TargetError(f"there is no API {', '.join(sorted(unknown))}")
    chosen = {name: entry or {} for name, entry in raw["apis"].items() if not apis or name in apis}
    found = {
        name: _api(
            name,
            entry,
            base=base,
            replaced=url is not None,
            environ=os.environ if environ is None else environ,
        )
        for name, entry in chosen.items()
    }
    if not found:
        raise TargetError(f"the profile has none of the APIs {', '.join(apis)}")
    return Target(
        name=raw.get("name", base),
        apis=found,
        claims=claims,
        control={
            name: f"{base}{place}" if place.startswith("/") else place
            for name, place in raw.get("control", {}).items()
        },
        patience=float(raw.get("patience", 30)),
        limits=limits,
    )


def _limits(written: Any) -> Limits:
    if not isinstance(written, dict) or written.keys() - LIMITS:
        raise TargetError(f"limits has {', '.join(sorted(LIMITS))} and nothing else")
    rate, requests = written.get("requests_per_second"), written.get("requests")
    numbers = [number for number in (rate, requests) if number is not None]
    if not all(type(number) in {int, float} and number > 0 for number in numbers):
        raise TargetError("limits.requests_per_second and limits.requests are numbers above 0")
    return Limits(bool(written.get("read_only")), rate, None if requests is None else int(requests))


def _read(profile: Path) -> Any:
    try:
        return yaml.safe_load(profile.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TargetError(f"{profile} cannot be read: {error}") from error


def _api(
    name: str, entry: Mapping[str, Any], *, base: str, replaced: bool, environ: Mapping[str, str]
) -> ApiTarget:
    url = (entry.get("url") if not (replaced and base) else None) or (f"{base}/{name}" if base else "")
    if not url.startswith(("http://", "https://")):
        raise TargetError(f"{name} has no address: give a URL, or `url` in the profile")
    if urlsplit(url).username is not None:
        raise TargetError(f"{name}: an address holds no credentials, the environment does")
    credentials = {}
    for kind, written in entry.get("credentials", {}).items():
        if isinstance(written, str) and not is_loopback(url):
            raise TargetError(
                f"{name}.credentials.{kind}: a profile for {url} names a variable, as {{env: TOKEN}}"
            )
        secret = written if isinstance(written, str) else environ.get(written["env"], "")
        if secret:
            credentials[kind] = secret
        elif kind == "full":
            raise TargetError(f"{name}.credentials.full: the variable {written['env']} is not set")
    if "full" not in credentials:
        raise TargetError(f"{name}.credentials has no full")
    known = {key: value for key, value in entry.items() if key not in {"url", "credentials"}}
    return ApiTarget(name, url.rstrip("/"), credentials, known)
