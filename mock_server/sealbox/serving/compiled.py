"""The fast path: what Connexion works out for each request, worked out once for each operation.

A call is credential → parameters → body → handler → answer, held against the contract. Whatever is out of the
ordinary (a path or method that is none; a media type, parameter or body that does not fit) is left to
Connexion, which words the refusal. A differential test holds each of the two against the other.
"""

from __future__ import annotations

import inspect
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers

from sealbox.auth import admitted, credential, why_unsent
from sealbox.contract.blueprints import JSON, blueprints
from sealbox.contract.operations import operations
from sealbox.contract.schemas import Judge
from sealbox.exchanges.wire import Wire
from sealbox.problems import Nonconforming, Unauthorized

from .answers import Shown, refusal, written

if TYPE_CHECKING:
    import re

    from starlette.responses import Response
    from starlette.types import Receive, Scope

    from sealbox.contract.blueprints import Blueprint, Parameter
    from sealbox.contract.operations import Operation
    from sealbox.sandbox import Sandboxes

    from .answers import Render

log = logging.getLogger("sealbox")

Handler = Callable[..., Awaitable["Response"]]
Reader = tuple[str, Callable[[str], "str | int"]]
"""The argument that a parameter becomes, and what makes it of a text."""

FORM = "multipart/form-data"
TAKEN = {(), (FORM,), (JSON,)}
AS_JSON = frozenset({b"", b"application/json", b"application/json; charset=utf-8"})
MOST_DIGITS = 16


class NotTakenError(Exception):
    """The request is one for Connexion."""


@dataclass(slots=True)
class Asked:
    """One request, filled on its way. Of several headers of one name `headers` has the first.

    `found` is the compiled operation that it means, with what its path has for the parameters; `given` is
    what handlers may ask for by name; `is_read` that a form is among it.
    """

    scope: Scope
    receive: Receive
    headers: Mapping[bytes, bytes]
    found: tuple[Call, tuple[str, ...]] | None = None
    body: bytes = b""
    given: dict[str, Any] = field(default_factory=dict)
    is_read: bool = False

    @classmethod
    def of(cls, scope: Scope, receive: Receive, *, body: bytes = b"") -> Self:
        """A request that comes with its `body`, or has it still to be read."""
        return cls(scope, receive, dict(reversed(scope["headers"])), body=body)


class Compiled:
    """The operations of every API, by method and path. `handlers` find a function by its operationId."""

    def __init__(
        self,
        handlers: Mapping[str, Callable[[str], Handler]],
        sandboxes: Sandboxes,
        renders: Mapping[str, Render],
        *,
        check_answers: bool = True,
        judge_themselves: frozenset[str] = frozenset(),
    ) -> None:
        self._exact: dict[tuple[str, str], Call] = {}
        self._patterns: defaultdict[tuple[str, str], list[tuple[re.Pattern[str], Call]]] = defaultdict(list)
        for api, handler in handlers.items():
            for blueprint in blueprints(api):
                if blueprint.media_types not in TAKEN:
                    continue
                call = Call(
                    blueprint,
                    handler,
                    sandboxes,
                    renders,
                    check_answers=check_answers,
                    judges_itself=api in judge_themselves,
                )
                if blueprint.in_path:
                    self._patterns[blueprint.method, api].append((blueprint.pattern, call))
                else:
                    self._exact[blueprint.method, f"/{api}{blueprint.path}"] = call

    def find(self, method: str, path: str) -> tuple[Call, tuple[str, ...]] | None:
        """The operation, and what its path has for its parameters."""
        if call := self._exact.get((method, path)):
            return call, ()
        for pattern, call in self._patterns.get((method, path.split("/", 2)[1]), ()):
            if match := pattern.fullmatch(path):
                return call, match.groups()
        return None


class Call:
    """One operation, ready to be called."""

    def __init__(  # noqa: PLR0913, one argument a part
        self,
        blueprint: Blueprint,
        find: Callable[[str], Handler],
        sandboxes: Sandboxes,
        renders: Mapping[str, Render],
        *,
        check_answers: bool,
        judges_itself: bool,
    ) -> None:
        self.blueprint = blueprint
        self._find = find
        self._sandboxes = sandboxes
        self._renders = renders
        self._check_answers = check_answers
        self._judged = not judges_itself
        self._judges: dict[int | None, Judge | None] = {}

    @cached_property
    def operation(self) -> Operation:
        """The operation of a vendor's API as its document has it."""
        return operations(self.blueprint.api)[self.blueprint.id]

    @cached_property
    def _handler(self) -> Handler:
        """Found when it is first asked for: some bring libraries with them that a start need not wait for."""
        return self._find(self.blueprint.id)

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self._handler).parameters)

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return self.blueprint.defaults

    @cached_property
    def _in_path(self) -> tuple[Reader, ...]:
        return tuple(_reader(self.blueprint.api, one, judged=self._judged) for one in self.blueprint.in_path)

    @cached_property
    def _in_query(self) -> dict[str, Reader]:
        return {
            one.name: _reader(self.blueprint.api, one, judged=True)
            for one in self.blueprint.in_query
            if one.argument in self._wanted
        }

    async def answer(self, texts: tuple[str, ...], asked: Asked) -> Wire | None:
        """None for a request that Connexion has to answer."""
        given = asked.given
        try:
            self._read(texts, asked)
            response = await self._handler(**{name: given[name] for name in self._wanted if name in given})
            if self._check_answers:
                self._check(response)
        except NotTakenError:
            return None
        except Exception as error:  # noqa: BLE001, whatever it is has an answer in the vendor's shape
            scope = {**asked.scope, "extensions": {"connexion_context": given}}
            return written(refusal(scope, error, self._renders))
        body = response.body
        whole = body if type(body) is bytes else bytes(body)
        return Wire(response.status_code, response.raw_headers.copy(), whole)

    def _read(self, texts: tuple[str, ...], asked: Asked) -> None:
        """Let the caller in, and give the handler what path, query and body say."""
        given = asked.given
        if self.blueprint.is_secured:
            self._admit(asked)
        if texts:
            for (argument, read), text in zip(self._in_path, texts, strict=True):
                given[argument] = read(text)
        if self._in_query:
            self._read_query(asked.scope["query_string"], given)
        self._read_body(asked)

    def _admit(self, asked: Asked) -> None:
        api = self.blueprint.api
        sent = credential(api, asked.headers)
        if sent is None:
            raise Unauthorized(sent=False, why=why_unsent(api, Headers(raw=asked.scope["headers"])))
        asked.given["world"], asked.given["caller"] = admitted(api, self._sandboxes, sent)

    def _read_query(self, query: bytes, given: dict[str, Any]) -> None:
        """A name that is repeated, unknown or missing is Connexion's to judge."""
        given.update(self._defaults)
        if not query and not self.blueprint.needed:
            return
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        texts = dict(pairs)
        if len(texts) < len(pairs) or not self.blueprint.needed <= texts.keys() <= self._in_query.keys():
            raise NotTakenError
        for name, text in texts.items():
            argument, read = self._in_query[name]
            given[argument] = read(text)

    def _read_body(self, asked: Asked) -> None:
        if self.blueprint.media_types and self.blueprint.body is None:
            if not asked.is_read:
                raise NotTakenError
            return
        media_type = asked.headers.get(b"content-type", b"").lower()
        if self.blueprint.body is not None:
            if media_type not in AS_JSON:
                raise NotTakenError
            asked.given["payload"] = self._payload(asked.body)
        elif (
            b"form" in media_type and self.blueprint.method != "GET"
        ):  # connexion reads forms where none is documented
            raise NotTakenError

    def _payload(self, body: bytes) -> Any:
        try:
            payload = orjson.loads(body or (body if self.blueprint.needs_body else b"{}"))
        except orjson.JSONDecodeError as error:
            raise NotTakenError from error
        judge = self._judge(None)
        if judge is not None and not judge.fits(payload):
            raise NotTakenError
        return payload

    def _check(self, response: Response) -> None:
        """Raises Nonconforming for an answer that the contract does not have."""
        if isinstance(response, Shown) and response.is_judged:
            return
        judge = self._judge(response.status_code) if _is_json(response) else None
        if judge is None or _fits(judge, response):
            return
        why = judge.why_not(orjson.loads(response.body))
        if why:
            what = f"the answer {response.status_code} of {self.blueprint.id}"
            raise Nonconforming(f"{what} breaks the contract: {why}")

    def _judge(self, status: int | None) -> Judge | None:
        """That of the answers with `status`, or of the body: made when it is first needed."""
        if status not in self._judges:
            schema = self.blueprint.body if status is None else self.blueprint.answer(status)
            found = schema and Judge(self.blueprint.api, schema, of_answers=status is not None)
            self._judges[status] = found or None
        return self._judges[status]


def _is_json(response: Response) -> bool:
    if isinstance(response, Shown):
        return True
    return response.headers.get("content-type", "").partition(";")[0].endswith("json")


def _fits(judge: Judge, response: Response) -> bool:
    """Whether the object that was answered does; no for bytes, and for what is JSON only once written."""
    if not isinstance(response, Shown):
        return False
    try:
        response.is_judged = judge.fits(response.shown)
    except ValueError:
        return False
    if response.is_judged:
        response.shown = None
    return response.is_judged


def _reader(api: str, parameter: Parameter, *, judged: bool) -> Reader:
    if parameter.is_any or not judged:
        return parameter.argument, _text
    judge = Judge(api, parameter.schema)

    def read(text: str) -> str | int:
        value: str | int = text
        if parameter.is_integer:
            if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
                raise NotTakenError
            value = int(text)
        if not judge.fits(value):
            raise NotTakenError
        return value

    return parameter.argument, read


def _text(text: str) -> str:
    if not text:
        raise NotTakenError
    return text
