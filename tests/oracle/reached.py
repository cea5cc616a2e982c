"""Which documented answers of which operations a run of the suite meets at the mock.

    python -m tests.oracle.reached [--seed 1]

prints the table.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from sealbox.app import create_app
from sealbox_conformance import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNREACHED: Mapping[tuple[str, int], str] = {
    ("*", 413): "how large a body may be is the server's own affair",
    ("*", 403): "an alternative reading (switch foreign_event)",
    ("cancelSignature", 409): "an alternative reading (switch cancel_not_pending)",
}
"""Why a declared answer is met by no check, by operation and status."""


class Counted:
    """An ASGI layer that counts answers by API, operation and status."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seen: Counter[tuple[str, str, int]] = Counter()
        self.places = [
            (api, one.id, one.method, re.compile(f"/{api}" + re.sub(r"\{[^}]+\}", "[^/]+", one.path)))
            for api in contract.apis()
            for one in contract.operations(api).values()
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def counted(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._count(scope, message["status"])
            await send(message)

        await self.app(scope, receive, counted)

    def _count(self, scope: Any, status: int) -> None:
        for api, name, method, path in self.places:
            if method == scope["method"] and path.fullmatch(scope["path"]):
                self.seen[api, name, status] += 1


def table(seen: Mapping[tuple[str, str, int], int]) -> str:
    """A row for each operation, a column for each status; a declared answer without a number has a reason."""
    declared = {
        (api, one.id, status): answer.provenance
        for api in contract.apis()
        for one in contract.operations(api).values()
        for status, answer in one.answers.items()
    }
    statuses = sorted({status for *_, status in declared})
    lines = ["| operation | " + " | ".join(map(str, statuses)) + " |", "|---|" + "---:|" * len(statuses)]
    for api, name in dict.fromkeys((api, name) for api, name, _ in declared):
        cells = [_cell(seen, declared, (api, name, status)) for status in statuses]
        lines.append(f"| {api} {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(seen: Mapping[Any, int], declared: Mapping[Any, str], place: tuple[str, str, int]) -> str:
    if place not in declared:
        return "·"
    return str(seen.get(place, 0) or why_not(place[1], place[2]) or "**never**")


def why_not(operation: str, status: int) -> str:
    return UNREACHED.get((operation, status), UNREACHED.get(("*", status), ""))


def missed(seen: Mapping[tuple[str, str, int], int]) -> list[str]:
    """Declared answers that were not met and have no reason."""
    return [
        f"{api} {one.id} {status}"
        for api in contract.apis()
        for one in contract.operations(api).values()
        for status in one.answers
        if not seen.get((api, one.id, status)) and not why_not(one.id, status)
    ]


def run(judge: Callable[[str], Any], serve: Callable[[Any], str]) -> Counted:
    """Judge the mock by everything, and count."""
    app = Counted(create_app())
    judge(serve(app))
    return app


def main() -> int:
    from sealbox_conformance import cli  # noqa: PLC0415, the command is needed here alone

    from tests.oracle.serving import serve  # noqa: PLC0415, as above

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    app = Counted(create_app())
    arguments = [serve(app), "--level", "all", "--seed", str(seed)]
    cli.app(arguments, standalone_mode=False)
    print(table(app.seen))
    return 1 if missed(app.seen) else 0


if __name__ == "__main__":
    sys.exit(main())
