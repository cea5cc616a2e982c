"""Around every exchange with a vendor's API: faults, explanations, the journal and the counts."""

from __future__ import annotations

import asyncio
from functools import lru_cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from sealbox.auth import credential_sent
from sealbox.problems import Undocumented

from . import explanations
from .exchange import Exchange
from .preferences import Preference, preferred
from .relied import Reading
from .wire import GoneError, sent
from .wire_faults import TRANSPORT, BrokenConnectionError, damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope, Send

    from sealbox.contract.operations import Operation
    from sealbox.sandbox import Sandbox, Sandboxes
    from sealbox.serving.compiled import Asked

    from .faults import Effect
    from .metrics import Meter
    from .wire import Wire


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@lru_cache(maxsize=512)
def _once(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """An equal header that was there before: clients send the same ones, and the journal holds each once."""
    return header


class Handling(Protocol):
    """How requests are read and answered, and how they are refused."""

    def meant(self, asked: Asked, api: str) -> Operation | None:
        """The operation of a vendor's API that is asked for."""

    async def read(self, asked: Asked) -> None:
        """Read the whole body. Raises BodyTooLarge, and GoneError: half a request is none."""

    async def answer(self, asked: Asked) -> Wire:
        """Have it handled."""

    def refused(self, scope: Scope, problem: Exception) -> Wire:
        """The refusal in the shape of the API that was asked."""


class Recorder:
    """`on_exchange` is told of every exchange once it is over; `quiet` leaves out every header of ours."""

    def __init__(
        self,
        sandboxes: Sandboxes,
        meter: Meter,
        *,
        on_exchange: Callable[[Exchange], None] | None = None,
        quiet: bool = False,
    ) -> None:
        self._sandboxes = sandboxes
        self._meter = meter
        self._on_exchange = on_exchange
        self._quiet = quiet

    async def record(self, asked: Asked, send: Send, handling: Handling) -> None:
        """Have a request answered, by a fault or by its handler, and write down what went over the wire."""
        started = perf_counter()
        scope = asked.scope
        api = scope["path"].split("/", 2)[1]
        is_known = api in self._sandboxes.default.worlds
        sandbox = self._whose(api if is_known else None, scope)
        operation = handling.meant(asked, api) if is_known else None
        exchange = Exchange(
            id=sandbox.journal.next_id(),
            tenant=sandbox.plan.tenant,
            at=sandbox.clock.now(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=[_once(header) for header in scope["headers"]],
            api=api if is_known else None,
            operation=operation.id if operation else None,
        )
        effect = self._fault(sandbox, operation, exchange) if sandbox.faults else None
        if effect is not None and effect.delay:
            await asyncio.sleep(effect.delay.total_seconds())
        preference = preferred(asked.headers, operation, effect)
        if sandbox.plan.only and exchange.method not in SAFE:
            answer, found = await self._undoable(sandbox, asked, preference, handling)
        else:
            with Reading(strict=bool(sandbox.plan.only)) as found:
                answer = await self._answer(asked, preference, handling)
        exchange.body, exchange.size = asked.body, len(asked.body)
        if answer is None:
            exchange.why = "the client went away before its request was whole"
        else:
            if sandbox.plan.only:
                answer = self._checked(sandbox, operation, answer, partial(handling.refused, scope))
            self._explain(exchange, operation, answer, found, preference)
            if effect is not None:
                send = damaged(send, effect, scope, asked.receive)
            try:
                await sent(answer, send)
            except BrokenConnectionError:
                if TRANSPORT not in scope.get("state", {}):
                    raise
        exchange.took_ms = (perf_counter() - started) * 1000
        sandbox.note(exchange, found.found)
        self._meter.count(exchange)
        if self._on_exchange is not None:
            self._on_exchange(exchange)

    def _whose(self, api: str | None, scope: Scope) -> Sandbox:
        """The caller's sandbox; the default one for whoever brings no known credential."""
        credential = credential_sent(api, scope["headers"]) if api else None
        holder = self._sandboxes.holder(api, credential) if api and credential else None
        return holder or self._sandboxes.of_path(scope["path"]) or self._sandboxes.default

    @staticmethod
    def _fault(sandbox: Sandbox, operation: Operation | None, exchange: Exchange) -> Effect | None:
        if operation is None:
            return None
        met = sandbox.faults.meet(operation.id, sandbox.has)
        if met is None:
            return None
        effect, exchange.fault = met
        return effect

    @staticmethod
    async def _answer(asked: Asked, preference: Preference | None, handling: Handling) -> Wire | None:
        """None when the client went away before its request was whole."""
        try:
            await handling.read(asked)
            if preference is not None and preference.status is not None:
                return preference.answer(partial(handling.refused, asked.scope))
            return await handling.answer(asked)
        except GoneError:
            return None
        except Exception as problem:  # noqa: BLE001, whatever it is the client gets an answer in the vendor's shape
            return handling.refused(asked.scope, problem)

    async def _undoable(
        self, sandbox: Sandbox, asked: Asked, preference: Preference | None, handling: Handling
    ) -> tuple[Wire | None, Reading]:
        """An answer that leaves nothing behind when it turns out to go by what no page states."""
        async with sandbox.undoable:
            before = sandbox.save()
            with Reading(strict=True) as found:
                answer = await self._answer(asked, preference, handling)
            if found.refused:
                sandbox.load(before)
        return answer, found

    @staticmethod
    def _checked(
        sandbox: Sandbox, operation: Operation | None, answer: Wire, refused: Callable[[Exception], Wire]
    ) -> Wire:
        """`answer`, unless no page states it and the tenant takes stated ones only."""
        documented = operation.answers.get(answer.status) if operation else None
        if documented is None or documented.provenance in sandbox.plan.only:
            return answer
        assert operation is not None, "an answer is documented for an operation"
        return refused(Undocumented(f"{operation.id} {answer.status}"))

    def _explain(
        self,
        exchange: Exchange,
        operation: Operation | None,
        answer: Wire,
        found: Reading,
        preference: Preference | None,
    ) -> None:
        exchange.status = answer.status
        exchange.relied = tuple(found.found)
        exchange.answer_headers = answer.headers
        asked_for = preference is not None and preference.status is not None
        explanations.explain(exchange, operation, answer, asked_for=asked_for)
        if preference is not None:
            answer.headers += preference.headers()
        if not self._quiet:
            answer.headers += explanations.headers(exchange)
        exchange.answer_body = answer.body
        exchange.answer_size = len(answer.body)
