"""The `sealbox-conformance` command. Verdicts go to stdout, words for people to stderr."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .target import Target

PASS, NONCONFORMANCE, USAGE, UNREACHABLE, HARNESS = range(5)
LIBRARIES = ("pytest", "hypothesis", "schemathesis", "jsonschema_rs", "httpx2", "yaml")
SUITES = Path(__file__).parent / "suites"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def judge(  # noqa: PLR0913, one flag a setting
    url: Annotated[str | None, typer.Argument(help="Address from which /vec and /certifiqi follow.")] = None,
    *,
    api: Annotated[list[str] | None, typer.Option(help="Only this API. Repeatable.")] = None,
    target: Annotated[Path | None, typer.Option(help="Profile of the target [default: Sealbox's].")] = None,
    level: Annotated[str, typer.Option(help="Whose promises count: seed, docs or all.")] = "docs",
    seed: Annotated[int | None, typer.Option(help="Same seed, same requests.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes; more than 1 needs pytest-xdist.")] = 1,
    examples: Annotated[int, typer.Option(min=1, help="Examples of each property.")] = 12,
    report: Annotated[Path | None, typer.Option(help="Folder for verdicts.json and summary.md.")] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only this requirement. Repeatable.")] = None,
    known_failures: Annotated[Path | None, typer.Option(help="Ledger of known failures (YAML).")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the requirements and their checks.")] = False,
    yes_i_may_test_this_target: Annotated[
        bool,
        typer.Option("--yes-i-may-test-this-target", help="Needed unless the target is on this machine."),
    ] = False,
) -> None:
    """Judge an implementation by what the vendors' pages promise.

    Exit codes: 0 pass, 1 nonconformance, 2 usage, 3 not reachable, 4 harness error.
    """
    _check_libraries()
    chosen = _checked(level, select or [], known_failures)
    if list_:
        _list(api or [], chosen, select or [])
        return
    found = _target(target, url, api or [])
    if not found.is_local() and not yes_i_may_test_this_target:
        _stop(USAGE, f"{found.name} is not on this machine: add --yes-i-may-test-this-target if you may")
    _reach(found)
    number = int.from_bytes(os.urandom(3), "big") if seed is None else seed
    arguments = _arguments(
        {
            "--sealbox-url": url,
            "--sealbox-target": target,
            "--sealbox-level": level,
            "--sealbox-known": known_failures,
            "--sealbox-seed": number,
            "--sealbox-examples": examples,
            "--hypothesis-seed": number,
        },
        repeated={"--sealbox-api": api or [], "--sealbox-select": select or []},
    )
    raise typer.Exit(_run([*arguments, *_parallel(jobs)], report))


def _checked(level: str, select: Sequence[str], ledger: Path | None) -> tuple[str, ...]:
    from . import catalogue, known_failures  # noqa: PLC0415, --help need not wait for it

    levels = {"seed": ("seed",), "docs": ("seed", "docs"), "all": ("seed", "docs", "inferred")}
    if level not in levels:
        _stop(USAGE, f"--level is one of {', '.join(levels)}, not {level!r}")
    if unknown := [one for one in select if one not in catalogue.load()]:
        _stop(USAGE, f"there is no requirement {', '.join(unknown)}; --list shows them")
    try:
        if ledger:
            known_failures.load(ledger)
    except known_failures.LedgerError as error:
        _stop(USAGE, str(error))
    return levels[level]


def _list(apis: Sequence[str], provenances: Sequence[str], select: Sequence[str]) -> None:
    from . import contract, coverage  # noqa: PLC0415, --help need not wait for it
    from .report import scope  # noqa: PLC0415, as above

    for one in scope(apis=apis or contract.apis(), provenances=provenances, select=select):
        checked = "checked" if one.id in coverage.cited() or "/" in one.id else "not checked"
        typer.echo(f"{one.id}\t{one.level}\t{one.provenance}\t{checked}\t{one.text}")


def _target(profile: Path | None, url: str | None, apis: Sequence[str]) -> Target:
    from . import target  # noqa: PLC0415, --help need not wait for it

    try:
        return target.load(profile, url=url, apis=apis)
    except target.TargetError as error:
        _stop(USAGE, str(error))


def _check_libraries() -> None:
    """The command comes with the core, what it runs on with the extra."""
    from importlib.util import find_spec  # noqa: PLC0415, --help need not wait for it

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        _stop(HARNESS, f"{', '.join(missing)} is not installed: pip install 'sealbox[conformance]'")


def _reach(target: Target) -> None:
    import httpx2  # noqa: PLC0415, --help need not wait for it

    for api in target.apis.values():
        try:
            httpx2.get(api.url, timeout=10, trust_env=False)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            hint = " Is it running? `sealbox serve` starts Sealbox." if target.is_local() else ""
            _stop(UNREACHABLE, f"nothing answers at {api.url} ({error}).{hint}")


def _arguments(options: dict[str, Any], *, repeated: dict[str, Sequence[str]]) -> list[str]:
    single = [f"{name}={value}" for name, value in options.items() if value is not None]
    return [*single, *(f"{name}={value}" for name, values in repeated.items() for value in values)]


def _parallel(jobs: int) -> list[str]:
    from importlib.util import find_spec  # noqa: PLC0415, --help need not wait for it

    if jobs == 1:
        return []
    if not find_spec("xdist"):
        _stop(USAGE, "--jobs needs pytest-xdist: pip install pytest-xdist")
    return ["-p", "xdist", "-n", str(jobs), "--dist", "loadfile"]


def _run(arguments: Sequence[str], report: Path | None) -> int:
    """Run the checks in a process of their own, so that neither side's pytest gets into the other."""
    import json  # noqa: PLC0415, --help need not wait for it
    import subprocess  # noqa: PLC0415, as above
    from tempfile import TemporaryDirectory  # noqa: PLC0415, as above

    from rich.console import Console  # noqa: PLC0415, as above

    from .report import exit_code, terminal  # noqa: PLC0415, as above

    with TemporaryDirectory(prefix="sealbox-conformance-") as scratch:
        folder = report or Path(scratch)
        (folder / "verdicts.json").unlink(missing_ok=True)
        # No ini file, no conftest.py and no plugin but ours: the caller's own must not leak in.
        place = ["-c", os.devnull, f"--rootdir={SUITES}", f"--confcutdir={SUITES}", "--import-mode=importlib"]
        plugins = ["-p", "_hypothesis_pytestplugin", "-p", "sealbox_conformance.plugin"]
        quiet = ["-q", "--no-header", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *place, *plugins, *quiet, *arguments]
        command += [f"--sealbox-report={folder.absolute()}", str(SUITES)]
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SUITES.parents[1]), env.get("PYTHONPATH")]))
        done = subprocess.run(  # noqa: S603, our own command line
            command, cwd=scratch, env=env, capture_output=True, text=True, check=False
        )
        try:
            result = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            typer.echo(f"sealbox-conformance: the checks did not run\n{done.stdout}{done.stderr}", err=True)
            return HARNESS
    Console().print(terminal(result))
    if done.returncode not in {0, 1, 5}:
        typer.echo(
            f"sealbox-conformance: pytest ended with {done.returncode}\n{done.stdout[-4000:]}", err=True
        )
        return HARNESS
    return exit_code(result)


def _stop(code: int, sentence: str) -> NoReturn:
    typer.echo(f"sealbox-conformance: {sentence}", err=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command; `client` and `proxy` as its first word are commands of their own."""
    if sys.argv[1:2] in (["client"], ["proxy"]):
        from . import grading, proxy  # noqa: PLC0415, --help need not wait for it

        others = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        others.command()(grading.client)
        others.command()(proxy.proxy)
        others()
    app()


if __name__ == "__main__":
    main()
