"""Correct servers unlike the demo world: crowded, in motion, with other credentials or HTTP of their own.

Each is the sound mock with something around it or in it that no page forbids.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx2

Layer = Callable[[Any], Any]
World = Mapping[str, Any]
Stop = Callable[[], None]
NAMES = (
    "Ana",
    "Anabela",
    "Ana Lima",
    "ana",
    "D'Ávila",
    "O'Neil",
    "de Sá",
    "Zoë",
    "Ana-Lima",
    "Lima 10",
    "Lima 9",
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """A server: `plan` are arguments of the mock's Plan, `world` changes that of VEC.

    `credentials` stand for the usual ones. With `free` nobody can move its clock; `noise` begins what other
    clients do at its address meanwhile, and gives what ends it.
    """

    world: Callable[[World], World] | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    layer: Layer | None = None
    credentials: Mapping[str, str] = field(default_factory=dict)
    free: bool = False
    noise: Callable[[str], Stop] | None = None
    runs: int = 1

    def profile(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        """The profile that such a server would have."""
        found = deepcopy(dict(usual))
        for name, api in found["apis"].items():
            api["credentials"]["full"] = self.credentials.get(name, api["credentials"]["full"])
        if self.free:
            moved = {"virtual_clock", "signs", "signers", "approvals"}
            found |= {
                "control": {},
                "patience": 5,
                "claims": [one for one in found["claims"] if one not in moved],
            }
        return found


# -------------------------------------------------------------------- worlds


def crowded(usual: World) -> World:
    """127 users, 117 batches of which one still runs, names that begin or hold each other; and neighbours."""
    found = deepcopy(dict(usual))
    found["users"] = [*found["users"], *(_user(number) for number in range(151))]
    found["templates"] = [*found["templates"], *(_template(number) for number in range(40))]
    found["batches"] = [*found["batches"], *(_batch(number) for number in range(130)), _running()]
    return found


def _user(number: int) -> dict[str, Any]:
    name = NAMES[number % len(NAMES)]
    return {
        "ref": f"user-{number}",
        "first_name": name,
        "last_name": NAMES[number // len(NAMES) % len(NAMES)],
        "email": f"{'Ana.' if number % 2 else 'ana+'}{number}@{'b-' if number % 3 else ''}example.com",
        "institution": 3 if number % 5 else 4,
        "is_archived": number % 7 == 0,
        **({"signature": None} if number % 4 == 0 else {}),
    }


def _template(number: int) -> dict[str, Any]:
    words = ("Attendances, 2025", "Attendance (2)", "Non-Attendance", "attendance", "Diplomas")
    return {
        "ref": f"template-{number}",
        "name": f"{words[number % len(words)]}{' bis' * (number // len(words))}",
        "institution": 3 if number % 4 else 4,
    }


def _batch(number: int) -> dict[str, Any]:
    template = "elsewhere" if number % 6 == 0 else "plain"
    return {
        "name": f"Class {number % 30}",
        "template": template,
        "rows": 1 + number % 3,
        "failing": number % 2,
    }


def _running() -> dict[str, Any]:
    """A batch of which a certificate is made every half second while the suite looks on."""
    now = datetime.now(UTC)  # noqa: TID251, the clock of the trial follows the system
    began = now.replace(microsecond=0) - timedelta(seconds=10)
    return {"name": "In motion", "template": "plain", "rows": 300, "created_at": began, "seconds": 150}


# -------------------------------------------------------------------- credentials


def _tokens(known: Mapping[str, str], *, fold: bool = False) -> Layer:
    """`known` credentials stand for the mock's own; with `fold` in any case, and they are no others' then."""

    def layer(app: Any) -> Any:
        async def changed(scope: Any, receive: Any, send: Any) -> None:
            headers = [(name, _renamed(value.decode("latin-1"))) for name, value in scope.get("headers", ())]
            await app({**scope, "headers": headers}, receive, send)

        return changed

    def _renamed(value: str) -> bytes:
        scheme = "Bearer " if value.startswith("Bearer ") else ""
        sent = value.removeprefix(scheme)
        return f"{scheme}{known.get(sent.lower() if fold else sent, sent)}".encode("latin-1")

    return layer


VEC, CERTIFIQI = "sealbox_vec_demo", "sealbox_certifiqi_demo"
UUID_KEY = "5aaf98d2-0264-48dd-8167-eab859ce5a7f"
ENDS_IN_X = {"vec": "sealbox_vec_demo_x", "certifiqi": "sealbox_certifiqi_demo_x"}
WITHOUT_LETTERS = {"vec": "4710|83920174650192837465", "certifiqi": UUID_KEY}
SHORT = {"vec": "7a", "certifiqi": "demo"}


# -------------------------------------------------------------------- HTTP of their own


def _otherwise(app: Any) -> Any:
    """More keys in another order, other header case, chunks, a line end, and gzip when it is taken."""
    requests = count(1)

    def told(body: bytes) -> bytes:
        more = _more(json.loads(body), request_id=f"r-{next(requests)}")
        return json.dumps(more, ensure_ascii=True, indent=1).encode() + b"\n"

    async def changed(scope: Any, receive: Any, send: Any) -> None:
        taken = dict(scope["headers"]).get(b"accept-encoding", b"")
        await answered(app, scope, receive, send, told, zipped=b"gzip" in taken)

    return changed


async def answered(
    app: Any, scope: Any, receive: Any, send: Any, told: Callable[[bytes], bytes], *, zipped: bool = False
) -> None:
    """The vendor's JSON as `told` has it, in chunks, under headers as other servers write them."""
    messages: list[Any] = []

    async def keep(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
    headers = [(name.title(), value) for name, value in start["headers"] if name != b"content-length"]
    typed = dict(headers).get(b"Content-Type", b"")
    if typed.startswith(b"application/json") and body and "/_sandbox" not in scope["path"]:
        body = told(body)
        headers = [(name, value) for name, value in headers if name != b"Content-Type"]
        headers += [(b"Content-Type", b"application/json; charset=UTF-8")]
    headers += [(b"X-Powered-By", b"PHP/8.3"), (b"Vary", b"Accept-Encoding"), (b"Set-Cookie", b"a=b")]
    if zipped:
        body, headers = gzip.compress(body), [*headers, (b"Content-Encoding", b"gzip")]
    await send({**start, "headers": headers})  # without a length: in chunks
    half = len(body) // 2
    await send({"type": "http.response.body", "body": body[:half], "more_body": True})
    await send({"type": "http.response.body", "body": body[half:]})


def _more(value: Any, **told: str) -> Any:
    """The same with keys that no page names, the last one first; `errors` is a map of fields."""
    if isinstance(value, list):
        return [_more(one, more="of it") for one in value]
    if not isinstance(value, dict):
        return value
    found = {
        key: one if key == "errors" else _more(one, more="of it") for key, one in reversed(value.items())
    }
    if isinstance(until := found.get("expiration_datetime"), str):  # whose zone has no form that is stated
        found["expiration_datetime"] = until.replace("Z", "+00:00")
    return {**told, **found} if found else found


def _signed_addresses(app: Any) -> Any:
    """Addresses of files that are other ones each time, for they are signed, and that lead elsewhere."""
    numbers = count(1)

    async def changed(scope: Any, receive: Any, send: Any) -> None:
        if "/storage/" in scope["path"] and b"moved=" not in scope["query_string"]:
            place = f"{scope['path']}?moved=1&{scope['query_string'].decode('latin-1')}".encode()
            await send({"type": "http.response.start", "status": 302, "headers": [(b"location", place)]})
            await send({"type": "http.response.body", "body": b""})
            return
        await answered(app, scope, receive, send, lambda body: _signed(body, next(numbers)))

    return changed


def _signed(body: bytes, number: int) -> bytes:
    sign = rb"\g<0>?expires=%d&signature=%d" % (1_900_000_000 + number, number * 7919)
    return re.sub(rb"https?://[^\"?]*/storage/[^\"?]*", sign, body)


def _sometimes_busy(app: Any) -> Any:
    """Every 41st request is turned away, with or without a word on when to come again."""
    numbers = count(1)

    async def changed(scope: Any, receive: Any, send: Any) -> None:
        number = next(numbers)
        if number % 41 or "/_sandbox" in scope["path"]:
            await app(scope, receive, send)
            return
        status, wait = (429, [(b"retry-after", b"0")]) if number % 2 else (503, [])
        headers = [(b"content-type", b"text/html"), *wait]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"<h1>Busy</h1>"})

    return changed


# -------------------------------------------------------------------- others at work


def busy(url: str) -> Stop:
    """Other clients of both institutions, and of CertifiQI."""
    ended = threading.Event()
    worker = threading.Thread(target=_work, args=(url, ended), daemon=True)
    worker.start()
    return ended.set


def _work(url: str, ended: threading.Event) -> None:
    from sealbox_conformance.suites.certifiqi.client import sample  # noqa: PLC0415, after the fork

    with httpx2.Client(timeout=30, trust_env=False) as client:
        for number in count(1):
            _step(client, url, number, sample())
            if ended.wait(0.15):
                return


def another_run(url: str) -> Stop:
    """The suite itself, in the same tenants, whose clock it moves too."""
    words = ["-m", "sealbox_conformance.cli", url, "--seed", "77", "--max-examples", "3"]
    running = subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )

    def stop() -> None:
        os.killpg(running.pid, signal.SIGKILL) if running.poll() is None else None
        running.wait()

    return stop


def _step(client: httpx2.Client, url: str, number: int, body: dict[str, Any]) -> None:
    kind = "" if number % 2 else "_other_institution"
    template = (
        "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001" if number % 2 else "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00005"
    )
    client.post(
        f"{url}/vec/business/batches",
        headers={"Authorization": f"Bearer {VEC}{kind}"},
        data={"name": f"Class {number}", "template_id": template},
        files={"csv_file": ("a.csv", b"RecipientsEmail,RecipientsName\nana@example.com,Ana\n", "text/csv")},
    )
    headers = {"x-api-token": f"{CERTIFIQI}{'' if number % 3 else '_other_client'}"}
    body |= {"webhook_url": "http://127.0.0.1:9/x", "webhook_url_list": []}
    answer = client.post(f"{url}/certifiqi/batch_group", headers=headers, json=body).json()
    key = answer.get("batch_group_key", "")
    if number % 4 == 0:
        client.put(f"{url}/certifiqi/batch_group/{key}/cancel_signature", headers=headers)
    elif number % 4 == 1:
        client.post(f"{url}/_sandbox/certifiqi/events/{key}/sign", json={"until": "all"})


QUICK = {"vec.queue_seconds": 0.02, "vec.certificate_seconds": 0.01, "certifiqi.zip_seconds": 0.05}
"""How fast things go where no clock can be moved."""

CROWDS: Mapping[str, Crowd] = {
    "crowded": Crowd(world=crowded),
    "oldest first": Crowd(world=crowded, plan={"switches": {"vec.list_order": "oldest_first"}}),
    "in motion": Crowd(world=crowded, plan={"pace": QUICK}, free=True),
    "token ends in x": Crowd(
        credentials=ENDS_IN_X, layer=_tokens({ENDS_IN_X["vec"]: VEC, ENDS_IN_X["certifiqi"]: CERTIFIQI})
    ),
    "token without letters": Crowd(
        credentials=WITHOUT_LETTERS,
        layer=_tokens({WITHOUT_LETTERS["vec"]: VEC, UUID_KEY: CERTIFIQI}, fold=True),
    ),
    "short tokens": Crowd(
        credentials=SHORT, layer=_tokens({SHORT["vec"]: VEC, SHORT["certifiqi"]: CERTIFIQI})
    ),
    "HTTP of its own": Crowd(layer=_otherwise),
    "signed addresses": Crowd(layer=_signed_addresses),
    "sometimes busy": Crowd(layer=_sometimes_busy),
    "years ahead": Crowd(plan={"clock_start": datetime(2041, 2, 28, 23, 59, 50, tzinfo=UTC)}),
    "years ago": Crowd(plan={"clock_start": datetime(2012, 2, 29, 0, 0, 5, tzinfo=UTC)}),
    "at once": Crowd(plan={"clock": "instant"}),
    "others at work": Crowd(noise=busy),
    "others at work, in motion": Crowd(world=crowded, plan={"pace": QUICK}, free=True, noise=busy),
    "judged before": Crowd(runs=2),
    "judged twice at once": Crowd(noise=another_run),
}
