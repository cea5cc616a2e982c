"""What a test expects to have been asked, and a message that says what was asked instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Control = Callable[..., Any]
"""Method, path, JSON and query parameters of a call to the control plane → its answer."""


class Journal:
    """One tenant's, or only what went to `api`."""

    def __init__(self, control: Control, api: str | None = None) -> None:
        self._control = control
        self._api = {"api": api} if api else {}

    def all(self, **search: str) -> list[dict[str, Any]]:
        """The exchanges that match, from the oldest to the newest, as `GET /_sandbox/journal` has them."""
        found: list[dict[str, Any]] = self._control("GET", "/journal", **{**self._api, **search})["entries"]
        return found[::-1]

    def last(self) -> dict[str, Any] | None:
        found = self.all(limit="1")
        return found[0] if found else None

    def clear(self) -> None:
        self._control("DELETE", "/journal")

    def expect_called(self, what: str, **rule: Any) -> None:
        """Raises AssertionError, with what came nearest, where it was not asked as often as it had to be.

        `what` is an operation (`createBatch`) or a method and a path (`POST /vec/business/batches`). `rule`
        is as `POST /_sandbox/verify` has it: `times`, `at_least`, `at_most`, `status`, `contains`, and
        `fields` by names with dots for nesting.
        """
        __tracebackhide__ = True
        verdict = self._control("POST", "/verify", json={**self._api, **self._meant(what), **rule})
        if not verdict["holds"]:
            raise AssertionError(_message(what, rule, verdict))

    def expect_not_called(self, what: str, **rule: Any) -> None:
        """Raises AssertionError as `expect_called`."""
        __tracebackhide__ = True
        self.expect_called(what, times=0, **rule)

    def _meant(self, what: str) -> dict[str, str]:
        method, space, path = what.partition(" ")
        if not space:
            return {"operation": what}
        base = f"/{self._api['api']}" if self._api else ""
        return {"method": method, "path": path if path.startswith(base) else base + path}


def _message(what: str, rule: dict[str, Any], verdict: dict[str, Any]) -> str:
    wanted = ", ".join(f"{name}={value!r}" for name, value in rule.items()) or "once or more"
    lines = [f"expected {what} ({wanted}), found it {_times(verdict['count'])}"]
    for miss in verdict["near_misses"]:
        lines.append(f"  {line(miss['entry'])}")
        lines += [f"    but {why}" for why in miss["misses"]]
    if not verdict["near_misses"] and not verdict["count"]:
        lines.append("  nothing was asked")
    return "\n".join(lines)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def line(entry: dict[str, Any]) -> str:
    """An exchange in one line."""
    request, status = entry["request"], entry["response"]["status"]
    query = f"?{request['query']}" if request["query"] else ""
    said = f"{entry['id']} {request['method']} {request['path']}{query} -> {status or 'no answer'}"
    operation = f" {entry['operation']}" if entry["operation"] else ""
    return said + operation + (f": {entry['why']}" if entry["why"] else "")


def section(entries: list[dict[str, Any]]) -> str:
    """Exchanges as a failed test shows them, with what to do about the refused ones."""
    lines = []
    for entry in entries:
        lines.append(line(entry))
        lines += [f"    {name}: {entry[name]}" for name in ("fix", "doc") if entry[name] and entry["why"]]
    return "\n".join(lines)
