"""Around every exchange with a vendor's API: faults, explanations, the journal and the counts."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from sealbox.auth import credential_sent
from sealbox.contract.operations import meant
from sealbox.problems import Undocumented

from . import explanations
from .exchange import Exchange
from .preferences import Preference, preferred
from .relied import reading
from .wire import GoneError, sent
from .wire_faults import TRANSPORT, BrokenConnectionError, damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from sealbox.contract.operations import Operation
    from sealbox.sandbox import Sandbox, Sandboxes

    from .faults import Effect
    from .metrics import Meter
    from .relied import Reading
    from .wire import Wire


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Handling(Protocol):
    """How one request is read and answered, and how it is refused."""

    async def read(self, exchange: Exchange) -> None:
        """Read the whole body into `exchange`."""

    async def answer(self, exchange: Exchange) -> Wire:
        """Have it handled."""

    def refuse(self, problem: Exception) -> Wire:
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

    async def record(self, scope: Scope, receive: Receive, send: Send, handling: Handling) -> None:
        """Have a request answered, by a fault or by its handler, and write down what went over the wire."""
        started = perf_counter()
        api = scope["path"].split("/", 2)[1]
        sandbox = self._whose(api, scope)
        operation = meant(api, scope["method"], scope["path"]) if api in sandbox.worlds else None
        exchange = Exchange(
            id=sandbox.journal.next_id(),
            tenant=sandbox.plan.tenant,
            at=sandbox.clock.now(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=scope["headers"],
            api=api if api in sandbox.worlds else None,
            operation=operation.id if operation else None,
        )
        effect = self._fault(sandbox, operation, exchange)
        if effect is not None and effect.delay:
            await asyncio.sleep(effect.delay.total_seconds())
        preference = preferred(scope["headers"], operation, effect)
        if sandbox.plan.only and exchange.method not in SAFE:
            answer, found = await self._undoable(sandbox, exchange, preference, handling)
        else:
            with reading(strict=bool(sandbox.plan.only)) as found:
                answer = await self._answer(exchange, preference, handling)
        if answer is not None:
            answer = self._checked(sandbox, operation, answer, handling)
            self._explain(exchange, operation, answer, found, preference)
            if effect is not None:
                send = damaged(send, effect, scope, receive)
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

    def _whose(self, api: str, scope: Scope) -> Sandbox:
        """The caller's sandbox; the default one for whoever brings no known credential."""
        credential = credential_sent(api, scope["headers"]) if api in self._sandboxes.default.worlds else None
        holder = self._sandboxes.holder(api, credential) if credential else None
        return holder or self._sandboxes.of_path(scope["path"]) or self._sandboxes.default

    @staticmethod
    def _fault(sandbox: Sandbox, operation: Operation | None, exchange: Exchange) -> Effect | None:
        if operation is None or not sandbox.faults:
            return None
        met = sandbox.faults.meet(operation.id, sandbox.has)
        if met is None:
            return None
        effect, exchange.fault = met
        return effect

    @staticmethod
    async def _answer(exchange: Exchange, preference: Preference | None, handling: Handling) -> Wire | None:
        try:
            await handling.read(exchange)
            if preference is not None and preference.status is not None:
                return preference.answer(handling.refuse)
            return await handling.answer(exchange)
        except GoneError:
            exchange.why = "the client went away before its request was whole"
            return None
        except Exception as problem:  # noqa: BLE001, whatever it is the client gets an answer in the vendor's shape
            return handling.refuse(problem)

    async def _undoable(
        self, sandbox: Sandbox, exchange: Exchange, preference: Preference | None, handling: Handling
    ) -> tuple[Wire | None, Reading]:
        """An answer that leaves nothing behind when it turns out to go by what no page states."""
        async with sandbox.undoable:
            before = sandbox.save()
            with reading(strict=True) as found:
                answer = await self._answer(exchange, preference, handling)
            if found.refused:
                sandbox.load(before)
        return answer, found

    @staticmethod
    def _checked(sandbox: Sandbox, operation: Operation | None, answer: Wire, handling: Handling) -> Wire:
        """`answer`, unless no page states it and the tenant takes stated ones only."""
        only = sandbox.plan.only
        documented = operation.answers.get(answer.status) if only and operation else None
        if documented is None or documented.provenance in only:
            return answer
        assert operation is not None, "an answer is documented for an operation"
        return handling.refuse(Undocumented(f"{operation.id} {answer.status}"))

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
