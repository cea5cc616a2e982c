"""The `sealbox-conformance` command: judging, and what is done with the reports."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from .budget import Shard, seconds
from .compare import report
from .exits import HARNESS, INTERRUPTED, NONCONFORMANCE, PASS, UNREACHABLE, USAGE, show, stop
from .grading import client
from .merge import merge
from .proxy import proxy
from .replay import replay

if TYPE_CHECKING:
    from .order import Order
    from .target import Target

__all__ = ["HARNESS", "NONCONFORMANCE", "PASS", "UNREACHABLE", "USAGE", "app", "main"]

LIBRARIES = ("pytest", "xdist", "hypothesis", "schemathesis", "jsonschema_rs", "httpx2", "yaml", "jinja2")
OTHERS = (merge, replay, report, client, proxy)
"""The commands beside `judge`, each in the module of what it does."""


class JudgeUnlessTold(TyperGroup):
    """A group whose command need not be named when it is `judge`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["judge", *args])


app = typer.Typer(cls=JudgeUnlessTold, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def about() -> None:
    """Judge an implementation of VEC or CertifiQI by what the vendors' pages promise.

    Without a command: judge. `sealbox-conformance judge --help` tells its options.
    """


@app.command()
def judge(  # noqa: PLR0913, one flag a setting
    url: Annotated[str | None, typer.Argument(help="Address from which /vec and /certifiqi follow.")] = None,
    *,
    api: Annotated[list[str] | None, typer.Option(help="Only this API. Repeatable.")] = None,
    target: Annotated[Path | None, typer.Option(help="Profile of the target (default: Sealbox's).")] = None,
    level: Annotated[str, typer.Option(help="Whose promises count: seed, docs or all.")] = "docs",
    time_: Annotated[
        str | None,
        typer.Option("--time", help="How long it may take, as 60s or 5m: examples follow from it."),
    ] = None,
    max_examples: Annotated[
        int | None,
        typer.Option(min=1, help="Examples of each property (default: 12; with --time, no limit)."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same requests.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    shard: Annotated[
        str, typer.Option(help="Which part of a campaign, as 2/4: all checks, fewer examples.")
    ] = "1/1",
    examples: Annotated[
        str | None,
        typer.Option(
            envvar="SEALBOX_CONFORMANCE_EXAMPLES",
            help="Folder or redis:// address of failing examples (default: in --report).",
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for verdicts.json, report.html and others.")
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only this requirement. Repeatable.")] = None,
    known_failures: Annotated[Path | None, typer.Option(help="Ledger of known failures (YAML).")] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Send nothing that changes anything.")
    ] = False,
    rate: Annotated[float | None, typer.Option(min=0.01, help="Requests a second at most.")] = None,
    max_requests: Annotated[int | None, typer.Option(min=1, help="Requests at most.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the requirements and their checks.")] = False,
    yes_i_may_test_this_target: Annotated[
        bool,
        typer.Option("--yes-i-may-test-this-target", help="Needed unless the target is on this machine."),
    ] = False,
) -> None:
    """Judge an implementation by what the vendors' pages promise.

    Exit codes: 0 pass, 1 nonconformance, 2 usage, 3 not reachable,
    4 harness error, nothing judged, or a control plane broken that the profile claims.
    """
    _check_libraries()
    from .order import Order  # noqa: PLC0415, --help need not wait for it

    now = time.time()  # noqa: TID251, how long people wait is no sandbox's time
    length, part = _length(time_), _shard(shard)
    order = Order(
        url=url,
        target=str(target.absolute()) if target else None,
        apis=tuple(api or ()),
        level=level,
        select=tuple(select or ()),
        known_failures=str(known_failures.absolute()) if known_failures else None,
        seed=int.from_bytes(os.urandom(3), "big") if seed is None else seed,
        max_examples=max_examples,
        time=length,
        started=now,
        ends=now + length if length else None,
        shard=(part.number, part.of),
        jobs=jobs,
        report=str(report.absolute()) if report else None,
        read_only=read_only,
        rate=rate,
        requests=max_requests,
        run=f"sealbox-{os.urandom(4).hex()}",
        progress=sys.stderr.isatty(),
        yes=yes_i_may_test_this_target,
    )
    _check(order)
    if list_:
        _list(order)
        return
    kept = examples if examples is not None else str(report.absolute() / "examples") if report else ""
    raise typer.Exit(_judged(order, kept))


def _judged(order: Order, examples: str) -> int:
    from .launch import run  # noqa: PLC0415, --help need not wait for it
    from .report import exit_code  # noqa: PLC0415, as above

    target = _target(order)
    if not target.is_local() and not order.yes:
        stop(USAGE, f"{target.name} is not on this machine: add --yes-i-may-test-this-target if you may")
    _check_examples(examples)
    _reach(target)
    try:
        ended = run(order, examples=examples)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None  # typer would end with 1, which is a verdict
    if ended.result is None:
        stop(HARNESS, f"the checks did not run\n{ended.output}")
    show(ended.result)
    if not ended.sound:
        stop(HARNESS, f"pytest ended with {ended.code}\n{ended.output[-4000:]}")
    if ended.result["unanswered"] and target.limits.requests is None:
        _reach(target)  # it may have gone while it was judged
    return exit_code(ended.result)


def _length(text: str | None) -> float | None:
    try:
        return seconds(text) if text else None
    except ValueError as error:
        stop(USAGE, f"--time: {error}")


def _shard(text: str) -> Shard:
    try:
        return Shard.parse(text)
    except ValueError as error:
        stop(USAGE, f"--shard: {error}")


def _check(order: Order) -> None:
    from . import catalogue, known_failures  # noqa: PLC0415, --help need not wait for it
    from .order import LEVELS  # noqa: PLC0415, as above

    if order.level not in LEVELS:
        stop(USAGE, f"--level is one of {', '.join(LEVELS)}, not {order.level!r}")
    if unknown := [one for one in order.select if one not in catalogue.load()]:
        stop(USAGE, f"there is no requirement {', '.join(unknown)}; --list shows them")
    try:
        if order.known_failures:
            known_failures.load(Path(order.known_failures))
    except known_failures.LedgerError as error:
        stop(USAGE, str(error))


def _check_examples(place: str) -> None:
    """Whether failing examples can be kept at `place`: Hypothesis itself would go on without them."""
    from .sampling import REDIS  # noqa: PLC0415, --help need not wait for it

    if not place.startswith(REDIS):
        return
    try:
        from redis import Redis, RedisError  # noqa: PLC0415, an extra
    except ImportError:
        stop(USAGE, "--examples redis://... needs redis: pip install 'sealbox[redis]'")
    try:
        Redis.from_url(place, socket_timeout=10).ping()
    except (RedisError, ValueError) as error:
        stop(USAGE, f"--examples: no Redis server answers there ({type(error).__name__})")


def _list(order: Order) -> None:
    from . import contract, coverage  # noqa: PLC0415, --help need not wait for it
    from .report import scope  # noqa: PLC0415, as above

    apis = order.apis or contract.apis()
    for one in scope(apis=apis, provenances=order.provenances, select=order.select):
        checked = "checked" if one.id in coverage.cited() or "/" in one.id else "not checked"
        typer.echo(f"{one.id}\t{one.level}\t{one.provenance}\t{checked}\t{one.text}")


def _target(order: Order) -> Target:
    from .profile import TargetError  # noqa: PLC0415, --help need not wait for it

    try:
        return order.load_target()
    except TargetError as error:
        stop(USAGE, str(error))


def _check_libraries() -> None:
    """The command comes with the core, what it runs on with the extra."""
    from importlib.util import find_spec  # noqa: PLC0415, --help need not wait for it

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        stop(HARNESS, f"{', '.join(missing)} is not installed: pip install 'sealbox[conformance]'")


def _reach(target: Target) -> None:
    import httpx2  # noqa: PLC0415, --help need not wait for it

    for api in target.apis.values():
        try:
            httpx2.get(api.url, timeout=10, trust_env=False)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            hint = " Is it running? `sealbox serve` starts Sealbox." if target.is_local() else ""
            stop(UNREACHABLE, f"nothing answers at {api.url} ({error}).{hint}")


for _command in OTHERS:
    app.command()(_command)


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
