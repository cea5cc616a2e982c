"""One truth: the compiled path and plain Connexion give the same answer to whatever is asked.

Two applications of one seed, with clocks that stand still, are asked the same in the same order.
`make differential` asks many thousand times; the suite some hundred.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sealbox import contract
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

from tests.app.conftest import Client, sample_event

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from tests.app.conftest import Raw

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning",  # connexion leaves files of broken forms open
)

ASKED = int(os.environ.get("SEALBOX_DIFFERENTIAL", "600"))
"""How many requests are made of captures and examples; the generated ones are as many again."""

WIRE = Path(__file__).parents[2] / "fixtures" / "wire"
MATTERS = ("content-type", "content-length", "allow", "location")
EXPLAINS = ("x-sandbox-why", "x-sandbox-hint", "x-sandbox-evidence", "x-sandbox-fix", "x-sandbox-doc")
VARIES = re.compile(rb'"(?:took_ms|latency_ms|exchanges)":[-+.0-9eE]+')
MEASURED = ("/_sandbox/metrics", "/_sandbox/journal", "/_sandbox/verify", "/_sandbox/export")
"""What answers with real time, or with the bytes that went over the wire, headers in their order."""

KEYS = (
    "9e7860e3-7c0a-401f-98f6-b98e316934f4",
    "9E7860E3-7C0A-401F-98F6-B98E316934F4",
    "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001",
    "9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15",
    "66c9c977-f379-4692-9d5c-f989c17543ee",
    "c0394fb2-34f6-4d70-be70-776022fe15b8",
    "00000000-0000-4000-8000-000000000000",
    "1",
    "+1",
    "x y",
    "ã",
    "demo",
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:4780"
VEC, CERTIFIQI = "Bearer sealbox_vec_demo", "sealbox_certifiqi_demo"
CREDENTIALS = {
    "authorization": (VEC, VEC, VEC, f"{VEC}_readonly", "bearer sealbox_vec_demo", "Basic x", "Bearer", ""),
    "x-api-token": (CERTIFIQI, CERTIFIQI, CERTIFIQI, f"{CERTIFIQI}_foreign", "nobody", "", VEC),
}
MEDIA_TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "application/json; charset=latin-1",
    "APPLICATION/JSON",
    "application/problem+json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=read",
    "application/x-www-form-urlencoded",
    "é",
    "",
)
QUERIES = (
    "",
    "",
    "page=2&per_page=1",
    "page=x",
    "page=1&page=2",
    "per_page=101",
    "status=pending",
    "search=ana&sort_field=name&sort_order=desc",
    "tenant=demo",
    "tenant=nobody",
    "tenant=",
    "tenant=demo&tenant=demo",
    "first_row=0",
    "first_row=-1",
    "since=1_0&about=x",
    "limit=5&status=4xx",
    "%ff=%zz&&=&a[b]=c",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it is put to both applications."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    def having(self, name: str, value: str) -> Request:
        """The same with this header in place of any of its name."""
        key = name.encode()
        kept = tuple(header for header in self.headers if header[0].lower() != key)
        return replace(self, headers=(*kept, (key, value.encode())))


class Pair:
    """The two applications, and what both have been asked."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.clients = [
            Client(create_app(Plan(clock=ClockMode.MANUAL), plain=plain, system=lambda: NOW), runner)
            for plain in (False, True)
        ]
        self.statuses: dict[int, int] = {}

    def answers(self, request: Request) -> tuple[Any, Any]:
        compiled, plain = (
            _seen(
                request,
                client.raw(request.method, request.target, headers=request.headers, chunks=[request.body]),
            )
            for client in self.clients
        )
        self.statuses[compiled[0]] = self.statuses.get(compiled[0], 0) + 1
        return compiled, plain


def _seen(request: Request, answer: Raw) -> tuple[int, dict[str, str | None], bytes]:
    """What of an answer has to be the same."""
    if request.target.decode("latin-1").startswith(MEASURED):
        return answer.status, {"content-type": answer.headers.get("content-type")}, b""
    headers = {name: answer.headers.get(name) for name in (*MATTERS, *EXPLAINS)}
    body = VARIES.sub(b"", answer.body)
    if body != answer.body:
        headers["content-length"] = None
    return answer.status, headers, body


@pytest.fixture(scope="module")
def pair(runner: asyncio.Runner) -> Pair:
    return Pair(runner)


def captures() -> list[Request]:
    """The uploads of real clients, with a good token."""
    found = []
    for path in sorted(WIRE.glob("*.head")):
        _, *lines = path.read_bytes().strip().splitlines()
        headers = tuple(
            (name.strip().lower(), value.strip())
            for name, _, value in (line.partition(b":") for line in lines)
            if name.lower() not in {b"authorization", b"host"}
        )
        request = Request("POST", b"/vec/business/batches", headers, path.with_suffix(".body").read_bytes())
        found.append(request.having("authorization", VEC).having("host", "127.0.0.1:4780"))
    return found


def examples() -> list[Request]:
    """A request for each operation: its own example for a body, and no key that is one."""
    found = []
    for api in (*contract.apis(), "_sandbox"):
        for path, item in contract.document(api)["paths"].items():
            for method in contract.METHODS & item.keys():
                content = item[method].get("requestBody", {}).get("content", {}).get("application/json", {})
                body = content.get("example", {}) if content else None
                if item[method]["operationId"] == "createBatchGroup":
                    body = sample_event()
                request = Request(
                    method.upper(),
                    f"/{api}{path}".encode(),
                    ((b"authorization", VEC.encode()), (b"x-api-token", CERTIFIQI.encode())),
                    b"" if body is None else orjson.dumps(body),
                )
                found.append(request if body is None else request.having("content-type", "application/json"))
    return sorted(found, key=lambda request: (request.target, request.method))


def with_keys(request: Request, random: Random) -> Request:
    """`request` with something in the place of each parameter of its path."""
    path = re.sub(rb"\{[^}]*\}", lambda _: quote(random.choice(KEYS)).encode(), request.target)
    return replace(request, target=path)


def other_header(request: Request, random: Random) -> Request:
    name = random.choice((*CREDENTIALS, "content-type", "host", "prefer", "accept"))
    values: dict[str, tuple[str, ...]] = {
        **CREDENTIALS,
        "content-type": MEDIA_TYPES,
        "host": ("sandbox.test", "[::1]:1", "a b", ""),
        "prefer": ("code=500", "code=401", "code=299", "respond-async"),
    }
    return request.having(name, random.choice(values.get(name, ("*/*", "text/html"))))


def second_header(request: Request, random: Random) -> Request:
    name = random.choice(tuple(CREDENTIALS))
    added = (name.encode(), random.choice(CREDENTIALS[name]).encode())
    return replace(request, headers=(added, *request.headers))


def no_header(request: Request, random: Random) -> Request:
    left = list(request.headers)
    if left:
        left.pop(random.randrange(len(left)))
    return replace(request, headers=tuple(left))


def other_query(request: Request, random: Random) -> Request:
    return replace(request, target=request.target + b"?" + random.choice(QUERIES).encode())


def other_method(request: Request, random: Random) -> Request:
    return replace(
        request, method=random.choice(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))
    )


def other_path(request: Request, random: Random) -> Request:
    more = random.choice((b"/", b"//", b"/x", b"%2F", b"%0A", b"/..", b"%00"))
    return replace(request, target=request.target.partition(b"?")[0] + more)


def cut_body(request: Request, random: Random) -> Request:
    return replace(request, body=request.body[: random.randrange(len(request.body) + 1)])


def damaged_body(request: Request, random: Random) -> Request:
    if not request.body:
        return replace(request, body=random.choice((b"{}", b"[]", b"null", b"\xff", b"x=1", b"1e999")))
    at = random.randrange(len(request.body))
    return replace(request, body=request.body[:at] + random.randbytes(1) + request.body[at + 1 :])


VALUES: tuple[Any, ...] = (
    *(None, "", "x" * 300, "2025-02-30", "é\n"),
    *(0, -1, 1.0, 2**63, True),
    *([], {}, [None]),
)


def other_value(request: Request, random: Random) -> Request:
    """A JSON body with something else in the place of one of its values."""
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return request
    at = body
    while isinstance(at, dict | list) and at:
        key: Any = random.choice(list(at) if isinstance(at, dict) else range(len(at)))
        if not isinstance(at[key], dict | list) or random.random() < 0.3:
            if isinstance(at, dict) and random.random() < 0.3:
                del at[key]
            else:
                at[key] = random.choice(VALUES)
            break
        at = at[key]
    return replace(request, body=orjson.dumps(body))


CHANGES: tuple[Callable[[Request, Random], Request], ...] = (
    other_header,
    second_header,
    no_header,
    other_query,
    other_query,
    other_method,
    other_path,
    cut_body,
    damaged_body,
    other_value,
    other_value,
    other_value,
)


def changed(request: Request, random: Random) -> Request:
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        request = random.choice(CHANGES)(request, random)
    return request


def test_captures_and_examples_are_answered_alike(pair: Pair) -> None:
    for request in [*captures(), *(with_keys(one, Random(1)) for one in examples())]:
        compiled, plain = pair.answers(request)

        assert compiled == plain, str(request)


def test_changed_captures_and_examples_are_answered_alike(pair: Pair) -> None:
    random, start = Random(7), [*captures(), *examples() * 2]
    for number in range(ASKED):
        request = changed(with_keys(random.choice(start), random), random)
        compiled, plain = pair.answers(request)

        assert compiled == plain, f"{number}: {request}"
    assert {200, 201, 400, 401, 404, 405, 422} <= pair.statuses.keys()


def operations() -> list[tuple[str, str, Any]]:
    """Every operation, with its strategies for bodies that fit and bodies that do not."""
    found = []
    for api in (*contract.apis(), "_sandbox"):
        document = contract.document(api) | {"servers": [{"url": f"{ORIGIN}/{api}"}]}
        schema = schemathesis.openapi.from_dict(document)
        for result in schema.get_all_operations():
            operation: Any = result.ok()  # type: ignore[union-attr]  # the documents are valid
            found.append((api, operation.definition.raw["operationId"], operation))
    return found


OPERATIONS = operations()
EACH = max(ASKED // len(OPERATIONS), 1)


@pytest.mark.parametrize(("api", "name", "operation"), OPERATIONS, ids=[name for _, name, _ in OPERATIONS])
def test_generated_requests_are_answered_alike(pair: Pair, api: str, name: str, operation: Any) -> None:
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=min(EACH, 20) if name == "createBatchGroup" else EACH,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.randoms(use_true_random=False))
    def ask(case: Any, random: Any) -> None:
        arguments = case.as_transport_kwargs(base_url=f"{ORIGIN}/{api}")
        prepared = requests.Request(**arguments).prepare()
        body: Any = prepared.body or b""
        headers = tuple(
            (key.lower().encode("latin-1"), value if isinstance(value, bytes) else value.encode("latin-1"))
            for key, value in prepared.headers.items()
        )
        request = Request(
            str(prepared.method),
            str(prepared.path_url).encode(),
            (*headers, (b"authorization", VEC.encode()), (b"x-api-token", CERTIFIQI.encode())),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        if random.random() < 0.2:
            request = other_value(request, random)
        compiled, plain = pair.answers(request)

        assert compiled == plain, str(request)

    ask()
