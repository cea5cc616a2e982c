"""What the buttons of the page do: each is a request to the control plane, which judges it.

A form's fields become the path and the JSON body of that request by one row of `ACTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from starlette.exceptions import HTTPException

from sealbox.exchanges.wire import replay
from sealbox.serving.compiled import Asked

if TYPE_CHECKING:
    from starlette.types import Scope

    from sealbox.serving.intake import Intake

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """`section` is where on the page to go on; `done` is said when it has worked."""

    method: str
    path: str
    section: str
    done: str
    body: Callable[[Form], Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act, in a sentence."""

    worked: bool
    said: str


def _fields(*names: str) -> Callable[[Form], Any]:
    """Those fields that are filled in, as they stand; a number where it looks like one."""

    def body(form: Form) -> dict[str, Any]:
        return {name: _value(form[name]) for name in names if form.get(name, "").strip()}

    return body


def _value(text: str) -> str | int:
    text = text.strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else text


def _advance(form: Form) -> dict[str, str]:
    if form.get("until") == "idle":
        return {"until": "idle"}
    return {"by": form.get("by", "").replace(" ", "")}


def _fault(form: Form) -> dict[str, Any]:
    effect = _fields("status", "delay", "cut_after")(form)
    if form.get("reset"):
        effect["reset"] = True
    return {**_fields("operation", "nth", "next")(form), "effect": effect}


EVENT, SIGNER = "/certifiqi/events/{event}", "/certifiqi/signers/{signer}"
ACTS: Mapping[str, Act] = {
    "advance": Act("POST", "/clock/advance", "clock", "The clock has moved.", _advance),
    "mode": Act("PUT", "/clock", "clock", "The clock runs in another way.", _fields("mode")),
    "reset": Act("POST", "/reset", "", "Everything begins again."),
    "approve": Act("POST", "/vec/batches/{batch}/approve", "batches", "Approved.", _fields("user_uuid")),
    "refuse": Act("POST", "/vec/batches/{batch}/refuse", "batches", "Refused.", _fields("user_uuid")),
    "sign": Act("POST", f"{SIGNER}/sign", "events", "Signed.", _fields("certificate")),
    "reject": Act("POST", f"{SIGNER}/reject", "events", "Rejected."),
    "quorum": Act("POST", f"{EVENT}/sign", "events", "Signed.", _fields("until")),
    "replay": Act("POST", "/deliveries/{delivery}/replay", "webhooks", "Sent again."),
    "add_fault": Act("POST", "/faults", "faults", "The fault is set.", _fault),
    "remove_fault": Act("DELETE", "/faults/{fault}", "faults", "The fault is gone."),
    "clear_faults": Act("DELETE", "/faults", "faults", "Nothing more goes wrong."),
    "add_webhook_fault": Act(
        "POST", "/webhook_faults", "faults", "The fault is set.", _fields("kind", "nth", "times", "by")
    ),
    "clear_webhook_faults": Act("DELETE", "/webhook_faults", "faults", "Nothing more goes wrong."),
    "clear_journal": Act("DELETE", "/journal", "journal", "The journal is empty."),
}


async def perform(intake: Intake, act: Act, form: Form, *, tenant: str, scope: Scope) -> Outcome:
    """Have the control plane do it."""
    try:
        path = act.path.format_map({name: quote(value, safe="") for name, value in form.items()})
    except KeyError as missing:
        return Outcome(worked=False, said=f"The form has no {missing.args[0]}.")
    body = b"" if act.method == "DELETE" else orjson.dumps(act.body(form) if act.body else {})
    try:
        asked = Asked.of(_request(scope, act.method, path, tenant), replay(body), body=body)
        answer = await intake.handled(asked)
    except HTTPException as problem:
        return Outcome(worked=False, said=problem.detail)
    intake.acts += 1
    if answer.status < 400:
        return Outcome(worked=True, said=act.done)
    return Outcome(worked=False, said=_why(answer.body))


def _request(scope: Scope, method: str, path: str, tenant: str) -> Scope:
    host = [(name, value) for name, value in scope["headers"] if name == b"host"]
    kept = ("type", "asgi", "http_version", "scheme", "server", "client", "state")
    return {
        **{name: scope[name] for name in kept if name in scope},
        "method": method,
        "path": f"/_sandbox{path}",
        "raw_path": f"/_sandbox{path}".encode(),
        "root_path": "",
        "query_string": f"tenant={quote(tenant)}".encode(),
        "headers": [*host, (b"content-type", b"application/json")],
    }


def _why(body: bytes) -> str:
    try:
        detail = orjson.loads(body)["detail"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return "That did not work."
    return f"Not done: {detail}"
