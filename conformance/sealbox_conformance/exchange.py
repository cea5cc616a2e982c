"""The one way to the target: every request goes through `call`, and every reply is judged on its way back."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2
import jsonschema_rs

from . import connections, contract
from .catalogue import operation_id
from .curl import command
from .gate import asked_to_wait
from .target import CLAIMED
from .witness import Breach, Finding, Nonconformance, NotConcluded, Witness, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .target import ApiTarget, Target

PAUSE = 0.25  # seconds between two looks at something
PATIENT = 3  # times a request is sent to a target that says when to ask again
LOOKS = 12  # where a clock is moved by minutes between two of them
SECRET = 12  # characters from which on a credential stands nowhere by chance
ABSENT = frozenset({401, 403, 404, 405})  # no refusal of an act: it is not there, or not for us
BUSY = frozenset({429, 502, 503, 504})  # says something about the day, nothing about the implementation
SHAPE_ERRORS = (KeyError, TypeError, AttributeError, ValueError, IndexError)

Part = tuple[str, tuple[str | None, bytes | str, str] | str]
"""A part of a form: a name, and a text or a file's name, content and type."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, with what was asked for and the words that ask for it again."""

    operation: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    curl: str
    query: Mapping[str, str] = field(default_factory=dict)
    witness: Witness | None = field(default=None, repr=False, compare=False)

    def json(self) -> Any:
        """The body. Raises NotConcluded when it is not JSON, which has been recorded already."""
        try:
            return json.loads(self.content, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise NotConcluded(f"{self.operation} answered {self.status} without JSON") from error

    def shown(self) -> str:
        return f"status {self.status}: {shorten(self.content.decode('utf-8', 'replace'))}"

    def answers(self, status: int | tuple[int, ...], requirement: str) -> Reply:
        """Itself, when its status is the promised one; else `requirement` is broken."""
        wanted = status if isinstance(status, tuple) else (status,)
        expected = "status " + " or ".join(map(str, wanted))
        return self.keeps(requirement, holds=self.status in wanted, expected=expected, actual=self.shown())

    def keeps(self, requirement: str, *, holds: bool, expected: str, actual: object = "") -> Reply:
        """Itself, when `holds`; else raises Nonconformance for `requirement`."""
        if not holds:
            seen = shorten(actual if actual != "" else self.shown())
            breach = Breach(requirement, expected, seen, self.curl)
            if self.witness:
                self.witness.add(breach)  # should time run out while Hypothesis looks for a smaller example
            raise Nonconformance(breach)
        return self

    def needed(self, status: int, what: str) -> Reply:
        """Itself, when its status is the one that a check builds upon; else raises NotConcluded."""
        if self.status != status:
            raise NotConcluded(f"{what} was answered with {self.shown()}")
        return self


class Unheard(NotConcluded):
    """The target was busy or gave no answer, status 0; `seen` tells it, `curl` asks again."""

    def __init__(self, why: str, *, seen: str, curl: str, status: int = 0) -> None:
        super().__init__(why)
        self.seen = seen
        self.curl = curl
        self.status = status


class Wire:
    """Requests to one API of a target."""

    def __init__(self, target: Target, api: ApiTarget, witness: Witness) -> None:
        self.target = target
        self.api = api
        self.witness = witness
        self.operations = contract.operations(api.name)
        self.told: datetime | None = None
        """The time that a sandbox's clock told last: what is asked from then on is answered later."""

        self._client = connections.client()

    def close(self) -> None:
        self._client.close()

    def call(
        self, name: str, key: str = "", *, query: Mapping[str, str] | None = None, **request: Any
    ) -> Reply:
        """Ask for an operation by its operationId; `key` is the id in its path, `request` as for `send`."""
        operation = self.operations[name]
        path = operation.path
        if "{" in path:
            before, _, rest = path.partition("{")
            path = f"{before}{quote(key, safe='')}{rest.partition('}')[2]}"
        return self.send(operation.method, path, operation=operation, query=query, **request)

    def send(  # noqa: PLR0913, one parameter for each part of a request
        self,
        method: str,
        path: str,
        *,
        operation: contract.Operation | None = None,
        credential: str | None = "full",
        token: str | None = None,
        query: Mapping[str, str] | None = None,
        parts: Sequence[Part] | None = None,
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request: `parts` as a form, `body` as JSON, `content` as it is.

        `credential` names one of the target's, None sends none; `token` is sent in its place.
        The answer is judged by the contract of `operation`, if any.
        """
        if credential is not None and token is None and credential not in self.api.credentials:
            raise NotConcluded(f"the profile has no {self.api.name}.credentials.{credential}")
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
            headers = {"Content-Type": "application/json", **(headers or {})}
        given = {**(self._credential(credential, token)), **(headers or {})}
        request = self._client.build_request(
            method,
            f"{self.api.url}{path}",
            params=dict(query) if query else None,
            headers=given,
            files=_files(parts) if parts is not None else None,
            content=content,
        )
        return self.exchange(request, operation=operation, parts=parts, query=query)

    def exchange(
        self,
        request: httpx2.Request,
        *,
        operation: contract.Operation | None = None,
        parts: Sequence[Part] | None = None,
        query: Mapping[str, str] | None = None,
        follow: bool = False,
    ) -> Reply:
        """Send a request that is already built, and judge its answer, with `follow` the last one."""
        shown = command(request, parts, self.target.redact)
        try:
            response = self._sent(request, follow=follow)
        except (httpx2.TransportError, httpx2.TooManyRedirects) as error:
            self.witness.unanswered += 1
            seen = f"no answer ({type(error).__name__}: {error})"
            raise Unheard(f"{seen} to {shown}", seen=seen, curl=shown) from error
        reply = Reply(
            operation=operation.id if operation else f"{request.method} {request.url.path}",
            status=response.status_code,
            headers=dict(response.headers),
            content=self._judged(response.content),
            curl=shown,
            query=dict(query or {}),
            witness=self.witness,
        )
        if reply.status in BUSY:
            why = f"the target is busy: {reply.shown()}"
            raise Unheard(why, seen=reply.shown(), curl=shown, status=reply.status)
        if operation:
            self.witness.reached[f"{self.api.name} {operation.id} {reply.status}"] += 1
            self._judge(operation, reply)
        return reply

    def _judged(self, content: bytes) -> bytes:
        """Without credentials but short ones, for checks read it. What is told of it is redacted anyway."""
        text = content.decode("utf-8", "surrogateescape")
        return self.target.redact(text, least=SECRET).encode("utf-8", "surrogateescape")

    def _sent(self, request: httpx2.Request, *, follow: bool = False) -> httpx2.Response:
        """The answer, of a busy target the one it gives once it has had the pause that it asks for."""
        admit = partial(self.witness.gate.admit, request.method, request.url.path)
        for _ in range(PATIENT):
            admit()
            response = connections.send(self._client, request, follow=follow, again=admit)
            pause = asked_to_wait(response)
            if pause is None:
                break
            self.witness.gate.pause(pause)
        return response

    def can(self, control: str) -> bool:
        return control in self.target.control and not self.witness.gate.limits.read_only

    def control(self, name: str, body: Mapping[str, str], **place: object) -> None:
        """Have a sandbox do what no documented operation does. Raises NotConcluded when it does not."""
        answer = self._ask_sandbox(name, body, place)
        if not answer.is_success:
            refused = answer.is_client_error and answer.status_code not in ABSENT
            raise self._does_not_work(name, _said(answer), broken=not refused)
        if name == "advance":
            self.told = _time_of(answer)

    def attempt(self, name: str, body: Mapping[str, str], **place: object) -> bool:
        """The same, for what a sandbox may refuse. Whether it was done."""
        answer = self._ask_sandbox(name, body, place)
        if not (answer.is_success or answer.is_client_error):
            raise self._does_not_work(name, _said(answer))
        return answer.is_success

    def _does_not_work(self, name: str, seen: str, *, broken: bool = True) -> NotConcluded:
        """What to raise. A `broken` act that the target claims is taken down: no run without it passes."""
        if broken and CLAIMED.get(name) in self.target.claims:
            self.witness.broken_acts.setdefault(name, seen)
        return NotConcluded(f"control.{name} does not work: {seen}")

    def _ask_sandbox(
        self, name: str, body: Mapping[str, str], place: Mapping[str, object]
    ) -> httpx2.Response:
        url = self.target.control.get(name)
        if url is None:
            raise NotConcluded(f"the profile has no control.{name}")
        request = self._client.build_request("POST", url.format(**place), json=dict(body))
        try:
            return self._sent(request)
        except httpx2.HTTPError as error:
            raise self._does_not_work(name, f"no answer ({type(error).__name__}: {error})") from error

    def now(self, reply: Reply) -> datetime:
        """The target's time: that of a sandbox's clock, else the date at which `reply` was sent."""
        if self.can("advance"):
            self.control("advance", {"by": "0s"})
        if self.told:
            return self.told
        written = reply.headers.get("date")
        if not written:
            raise NotConcluded("the answer has no header Date, so the target's time is not known")
        return parsedate_to_datetime(written)

    def note(self, finding: Finding, reply: Reply) -> None:
        """Take down one promise held against `reply`; a check goes on when it is broken."""
        self.witness.take(finding, reply.curl)

    def fetch(self, url: str) -> Reply:
        """What an address of a file leads to, for somebody without a credential."""
        return self.exchange(httpx2.Request("GET", url), follow=True)

    def pass_time(self) -> None:
        """Let something happen: by a sandbox's clock, else by waiting a moment."""
        if self.can("advance"):
            self.control("advance", {"by": "10m"})
        else:
            time.sleep(PAUSE)

    def looks(self) -> int:
        """How often something is looked at that has to end, with time passing in between."""
        return LOOKS if self.can("advance") else max(1, int(self.target.patience / PAUSE))

    def _credential(self, kind: str | None, token: str | None) -> Mapping[str, str]:
        if kind is None and token is None:
            return {}
        secret = token if token is not None else self.api.credentials[str(kind)]
        return credential_header(self.api.name, secret)

    def _judge(self, operation: contract.Operation, reply: Reply) -> None:
        sound = True
        for finding in by_contract(operation, reply):
            sound = sound and (finding.holds or finding.weak)
            self.witness.take(finding, reply.curl)
        laws = import_module(f"sealbox_conformance.suites.{operation.api}.laws").laws
        try:
            for finding in laws(reply):
                self.witness.take(finding, reply.curl)
        except (*SHAPE_ERRORS, NotConcluded):
            if sound:
                raise  # a law that cannot read a sound reply is our own fault


def _said(answer: httpx2.Response) -> str:
    return f"status {answer.status_code}: {shorten(answer.text)}"


def _time_of(answer: httpx2.Response) -> datetime | None:
    """What a sandbox says that its clock shows, if it does."""
    try:
        told = datetime.fromisoformat(answer.json()["now"])
    except SHAPE_ERRORS:
        return None
    return told if told.tzinfo else None


def credential_header(api: str, secret: str) -> Mapping[str, str]:
    """The header that carries `secret`, as the API's document has it."""
    (scheme,) = contract.read("openapi", api, "openapi.yaml")["components"]["securitySchemes"].values()
    if scheme["type"] == "http":
        return {"Authorization": f"Bearer {secret}"}
    return {scheme["name"]: secret}


def by_contract(operation: contract.Operation, reply: Reply) -> Iterator[Finding]:
    """Whether `reply` is one that the contract declares. What no page states is not asked."""
    name = operation_id(operation)
    answer = operation.answers.get(reply.status)
    listed = ", ".join(map(str, sorted(operation.answers)))
    # No page says that its list of refusals is complete.
    weak = 400 <= reply.status < 500
    yield Finding(name, answer is not None, f"one of the statuses {listed}", reply.shown(), weak=weak)
    if answer is None or answer.schema is None or not _body_is_stated(operation.api, reply.status):
        return
    media_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    yield Finding(name, media_type == "application/json", "the media type application/json", media_type)
    try:
        body = reply.json()
    except NotConcluded:
        yield Finding(name, holds=False, expected="a body in JSON", actual=reply.shown())
        return
    errors = [
        f"{'/'.join(map(str, error.instance_path)) or 'the body'}: {error.message}"
        for error in _validator(operation.api, operation.id, reply.status).iter_errors(body)
    ]
    yield Finding(name, not errors, "the documented body", "; ".join(errors[:5]))


def _body_is_stated(api: str, status: int) -> bool:
    """CertifiQI's pages give the statuses of errors and show no body for these operations."""
    return api != "certifiqi" or status < 400


@cache
def _validator(api: str, operation: str, status: int) -> jsonschema_rs.Draft202012Validator:
    answer = contract.operations(api)[operation].answers[status]
    # CertifiQI's uuids are a SHOULD, with a requirement of their own; so is VEC's one web address.
    formats = {"uuid": _any_text} if api == "certifiqi" else {"uri": _any_text}
    return jsonschema_rs.Draft202012Validator(
        dict(answer.schema or {}), validate_formats=True, formats=formats
    )


def _any_text(_text: str) -> bool:
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _files(parts: Sequence[Part]) -> list[Any]:
    """Httpx writes a part with no file name as a plain field."""
    return [(name, (None, value) if isinstance(value, str) else value) for name, value in parts]
